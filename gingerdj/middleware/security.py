"""Headers that make browsers more careful, and the redirect to HTTPS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.http.headers import HeaderBlock, ResponseHeaders
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.http import statuses
else:
    statuses = LazyModule("gingerdj.http.statuses")


class SecurityMiddleware(MiddlewareMixin):
    """Redirects to HTTPS and sets security headers, as the settings `SECURE_...` say.

    The settings are read once, when the chain is built.
    """

    hooks_block = False

    def __init__(self, get_response: Callable[..., Any]) -> None:
        super().__init__(get_response)
        self.sts = _strict_transport_security()
        self.redirect = settings.SECURE_SSL_REDIRECT
        self.redirect_host = settings.SECURE_SSL_HOST
        self.redirect_exempt = [re.compile(each) for each in settings.SECURE_REDIRECT_EXEMPT]
        self.headers = HeaderBlock(_headers())

    def _is_idle(self, hook: str) -> bool:
        own = getattr(self.process_request, "__func__", None)
        return (
            hook == "process_request"
            and not self.redirect
            and own is SecurityMiddleware.process_request
        )

    def process_request(self, request: Any) -> Any:
        """Return a redirect to HTTPS where the settings want one."""
        if not self.redirect or request.is_secure():
            return None
        path = request.path.lstrip("/")
        if any(pattern.search(path) for pattern in self.redirect_exempt):
            return None
        host = self.redirect_host or request.get_host()
        return statuses.HttpResponsePermanentRedirect(f"https://{host}{request.get_full_path()}")

    def process_response(self, request: Any, response: Any) -> Any:
        """Set the headers that the response has not set by itself."""
        if self.sts and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", self.sts)
        response._fill_headers(self.headers)
        return response


def _strict_transport_security() -> str:
    if not settings.SECURE_HSTS_SECONDS:
        return ""
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        value += "; includeSubDomains"
    return value + ("; preload" if settings.SECURE_HSTS_PRELOAD else "")


def _headers() -> ResponseHeaders:
    headers = ResponseHeaders()
    if settings.SECURE_CONTENT_TYPE_NOSNIFF:
        headers["X-Content-Type-Options"] = "nosniff"
    policy = settings.SECURE_REFERRER_POLICY
    if policy:
        # A header cannot hold a list; browsers take the last value that they know.
        values = policy.split(",") if isinstance(policy, str) else policy
        headers["Referrer-Policy"] = ",".join(value.strip() for value in values)
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        headers["Cross-Origin-Opener-Policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    return headers
