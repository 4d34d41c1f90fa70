"""Checks of settings that must be right before anything is served."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import settings
from gingerdj.utils.absent import ABSENT_SETTINGS
from gingerdj.utils.module_loading import import_string

from .messages import CheckMessage, Error, Warning
from .registry import Tags, register


@register(Tags.settings)
def check_allowed_hosts(**kwargs: Any) -> list[CheckMessage]:
    """Report hosts that can never match a request's."""
    return [
        Error(
            f"ALLOWED_HOSTS holds {host!r}, which no Host header can match.",
            hint="Give hosts alone, without scheme, port or path: 'www.example.com', "
            "'.example.com' for a domain with its subdomains, '[::1]' for IPv6.",
            id="settings.E001",
        )
        for host in settings.ALLOWED_HOSTS
        if not _could_match(host)
    ]


def _could_match(host: Any) -> bool:
    if not isinstance(host, str) or not host.strip() or "/" in host or " " in host:
        return False
    return host.startswith("[") == host.endswith("]") and (host.startswith("[") or ":" not in host)


@register(Tags.settings)
def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    """Report middleware that cannot be imported."""
    found: list[CheckMessage] = []
    for path in settings.MIDDLEWARE:
        try:
            import_string(str(path))
        except ImportError as error:
            found.append(
                Error(
                    f"MIDDLEWARE names {path!r}, which cannot be imported ({error}).",
                    hint="Mend the dotted path, or take it out of MIDDLEWARE.",
                    id="settings.E002",
                )
            )
    return found


@register(Tags.settings)
def check_root_urlconf(**kwargs: Any) -> list[CheckMessage]:
    """Report a project without a URL configuration."""
    if settings.ROOT_URLCONF:
        return []
    return [
        Error(
            "The setting ROOT_URLCONF is not set, so no request can reach a view.",
            hint="Set it to the dotted path of the project's URL configuration, "
            "such as 'mysite.urls'.",
            id="settings.E003",
        )
    ]


@register(Tags.settings)
def check_wsgi_application(**kwargs: Any) -> list[CheckMessage]:
    """Report a WSGI_APPLICATION that is no dotted path to a name."""
    path = settings.WSGI_APPLICATION
    if path is None or (isinstance(path, str) and "." in path):
        return []
    return [
        Error(
            f"The setting WSGI_APPLICATION is {path!r}, which is no dotted path.",
            hint="Name the module and the callable, such as 'mysite.wsgi.application', "
            "or set it to None.",
            id="settings.E004",
        )
    ]


@register(Tags.settings)
def check_unread(**kwargs: Any) -> list[CheckMessage]:
    """Report settings of Django's that the project gives and nothing here reads."""
    given = [name for name in ABSENT_SETTINGS if settings.is_overridden(name)]
    if not given:
        return []
    return [
        Warning(
            f"The project gives settings that GingerDJ does not read: {', '.join(given)}.",
            hint="Take them out, unless code of your own reads them.",
            id="settings.W001",
        )
    ]
