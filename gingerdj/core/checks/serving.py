"""Checks of what surrounds the requests: the hooks of `LIFESPAN`, health, proxies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http.forwarded import TrustedProxies
from gingerdj.utils.module_loading import import_callable

from .messages import CheckMessage, Error, Warning
from .registry import Tags, register

HEALTH = "gingerdj.middleware.health.HealthMiddleware"
PROXIES = "gingerdj.middleware.proxies.TrustedProxiesMiddleware"


@register(Tags.settings)
def check_lifespan(**kwargs: Any) -> list[CheckMessage]:
    """Report hooks that cannot be called, and times that are none."""
    found: list[CheckMessage] = [
        Error(
            f"A hook cannot be called: {error}",
            hint="Mend the dotted path, or take it out of LIFESPAN.",
            id="lifespan.E001",
        )
        for error in _uncallable("LIFESPAN")
    ]
    limit, delay = settings.LIFESPAN_STARTUP_TIMEOUT, settings.DRAIN_DELAY
    if limit is not None and not (_is_number(limit) and limit > 0):
        found.append(
            Error(
                f"LIFESPAN_STARTUP_TIMEOUT is {limit!r}, which is no length of time.",
                hint="Give the seconds as a number above 0, or None for no limit.",
                id="lifespan.E002",
            )
        )
    if not (_is_number(delay) and delay >= 0):
        found.append(
            Error(
                f"DRAIN_DELAY is {delay!r}, which is no length of time.",
                hint="Give the seconds as a number, 0 for no delay.",
                id="lifespan.E003",
            )
        )
    return found


@register(Tags.settings)
def check_health(**kwargs: Any) -> list[CheckMessage]:
    """Report readiness checks that cannot be called, or that nobody asks for."""
    found: list[CheckMessage] = [
        Error(
            f"A readiness check cannot be called: {error}",
            hint="Mend the dotted path, or take it out of READINESS_CHECKS.",
            id="health.E001",
        )
        for error in _uncallable("READINESS_CHECKS")
    ]
    middleware = list(settings.MIDDLEWARE)
    if HEALTH not in middleware:
        if settings.READINESS_CHECKS:
            found.append(
                Warning(
                    "HealthMiddleware is not among MIDDLEWARE, so READINESS_CHECKS has no effect.",
                    hint=f"Put {HEALTH!r} first.",
                    id="health.W001",
                )
            )
    elif middleware[0] != HEALTH:
        found.append(
            Warning(
                f"{middleware[0]!r} stands before HealthMiddleware in MIDDLEWARE, and may refuse "
                "or redirect what asks for the health.",
                hint=f"Put {HEALTH!r} first.",
                id="health.W002",
            )
        )
    return found


@register(Tags.security)
def check_trusted_proxies(**kwargs: Any) -> list[CheckMessage]:
    """Report proxies that are wrong, that trust everybody, or that are not asked in time."""
    try:
        TrustedProxies(
            settings.TRUSTED_PROXIES, settings.TRUSTED_PROXY_HEADERS, settings.TRUSTED_PROXY_HOPS
        )
    except ImproperlyConfigured as error:
        return [
            Error(
                f"The proxies cannot be trusted: {error}",
                hint="Name the proxies that connect to this process, and the headers that they "
                "set.",
                id="proxies.E001",
            )
        ]
    middleware = list(settings.MIDDLEWARE)
    if PROXIES not in middleware:
        if not settings.TRUSTED_PROXIES:
            return []
        return [
            Warning(
                "TrustedProxiesMiddleware is not among MIDDLEWARE, so TRUSTED_PROXIES counts for "
                "WebSockets alone.",
                hint=f"Put {PROXIES!r} first, or behind {HEALTH!r}.",
                id="proxies.W001",
            )
        ]
    earlier = [path for path in middleware[: middleware.index(PROXIES)] if path != HEALTH]
    if not earlier:
        return []
    return [
        Warning(
            f"{earlier[0]!r} stands before TrustedProxiesMiddleware in MIDDLEWARE, and sees the "
            f"proxy's address, scheme and host instead of the client's.",
            hint=f"Put {PROXIES!r} first, or behind {HEALTH!r}.",
            id="proxies.W002",
        )
    ]


def _uncallable(setting: str) -> Iterator[ImproperlyConfigured]:
    """Yield what is wrong with the entries of a setting that cannot be called."""
    for path in getattr(settings, setting):
        try:
            import_callable(path, setting)
        except ImproperlyConfigured as error:
            yield error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
