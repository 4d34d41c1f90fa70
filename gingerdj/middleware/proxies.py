"""Clients behind proxies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.signals import setting_changed
from gingerdj.http.forwarded import HEADERS, Client, TrustedProxies
from gingerdj.http.host import split_domain_port
from gingerdj.urls import set_script_prefix
from gingerdj.utils.asyncio import iscoroutinefunction, markcoroutinefunction

_UNKNOWN = Client()


class TrustedProxiesMiddleware:
    """Gives a request the address, scheme, host, port and prefix that its client sees, where
    `TRUSTED_PROXIES` vouch for them.

    The headers that `TRUSTED_PROXY_HEADERS` can name are removed, whoever sent them; what a
    trusted proxy has said is put back as `X-Forwarded-...` headers of one value each, so that
    `SECURE_PROXY_SSL_HEADER` and `USE_X_FORWARDED_HOST` read nothing else.  Put it before
    whatever looks at the client, the scheme or the host.

    Args:
        get_response: the next layer.

    Raises:
        ImproperlyConfigured: one of the settings is wrong, or trusts everybody.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response
        self.proxies = trusted_proxies()
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        """Answer a request.

        Raises:
            BadRequest: a trusted proxy said something malformed.
        """
        if not getattr(request, "_is_forwarded", False):
            apply_forwarded(request, self.proxies)
        return self.get_response(request)

    def before_body(self, request: Any) -> None:
        """Do the same before the rest of a long body is received, for those that check it.

        Raises:
            BadRequest: a trusted proxy said something malformed.
        """
        apply_forwarded(request, self.proxies)
        request._is_forwarded = True


@cache
def trusted_proxies() -> TrustedProxies:
    """Return what the settings `TRUSTED_PROX...` say.

    Raises:
        ImproperlyConfigured: one of them is wrong, or trusts everybody.
    """
    return TrustedProxies(
        settings.TRUSTED_PROXIES, settings.TRUSTED_PROXY_HEADERS, settings.TRUSTED_PROXY_HOPS
    )


def _forget_proxies(*, setting: str, **_: Any) -> None:
    if setting.startswith("TRUSTED_PROX"):
        trusted_proxies.cache_clear()


setting_changed.connect(_forget_proxies, dispatch_uid="gingerdj.middleware.proxies")


def apply_forwarded(request: Any, proxies: TrustedProxies) -> None:
    """Make a request what its client sees, as `TrustedProxiesMiddleware` does.

    Args:
        request: the request.
        proxies: the proxies whose word counts.

    Raises:
        BadRequest: a trusted proxy said something malformed.
    """
    # To read `__dict__` makes a dictionary of attributes, where there may be nothing to forget.
    may_have_headers = request._meta is not None
    meta = request.META
    client = proxies.read(meta)
    for key in HEADERS.values():
        meta.pop(key, None)
    if may_have_headers:
        request.__dict__.pop("headers", None)
    if client != _UNKNOWN:
        _apply(request, client)


def _apply(request: Any, client: Client) -> None:
    meta = request.META
    if client.address is not None:
        meta["REMOTE_ADDR"] = meta["REMOTE_HOST"] = client.address
        meta["HTTP_X_FORWARDED_FOR"] = client.address
        meta.pop("REMOTE_PORT", None)
        if client.address_port is not None:
            meta["REMOTE_PORT"] = client.address_port
    if client.scheme is not None:
        request._forwarded_scheme = meta["HTTP_X_FORWARDED_PROTO"] = client.scheme
        meta["wsgi.url_scheme"] = client.scheme
    if client.scheme or client.host or client.port:
        _apply_host(request, client)
    if client.prefix and settings.FORCE_SCRIPT_NAME is None:
        meta["HTTP_X_FORWARDED_PREFIX"] = client.prefix
        meta["SCRIPT_NAME"] = client.prefix + meta.get("SCRIPT_NAME", "")
        request.path = client.prefix + request.path
        set_script_prefix(meta["SCRIPT_NAME"])


def _apply_host(request: Any, client: Client) -> None:
    meta = request.META
    host = client.host or meta.get("HTTP_HOST", "")
    domain, named_port = split_domain_port(host)
    default = "443" if request.is_secure() else "80"
    port = str(client.port or named_port or default)
    meta["SERVER_PORT"] = meta["HTTP_X_FORWARDED_PORT"] = port
    if not domain:  # None was sent, or one that get_host() refuses.
        return
    if client.port is not None:
        bare = host.removesuffix(f":{named_port}") if named_port else host
        host = bare if port == default else f"{bare}:{port}"
    meta["HTTP_HOST"] = host
    if client.host is not None:
        meta["HTTP_X_FORWARDED_HOST"] = host
