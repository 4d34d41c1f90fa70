"""Origins (RFC 6454): where the page comes from that makes a browser send a request."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gingerdj.http.request import HttpRequest
from gingerdj.utils.http import is_same_domain
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from urllib import parse

    from gingerdj.core import exceptions
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    parse = LazyModule("urllib.parse")


class Origin(NamedTuple):
    """A trusted origin: its scheme, and its host, or a domain with a dot before it."""

    scheme: str
    host: str


def parse_origins(origins: Iterable[str], setting: str) -> list[Origin]:
    """Return the origins that a setting lists.

    Args:
        origins: the setting's value.
        setting: the setting's name.

    Raises:
        ImproperlyConfigured: an entry is no origin.
    """
    parsed = []
    for origin in origins:
        parts = parse.urlsplit(origin)
        if not parts.scheme or not parts.netloc:
            raise exceptions.ImproperlyConfigured(
                f"{setting} holds {origin!r}, which is no origin: write scheme and "
                f"host, such as 'https://www.example.com' or 'https://*.example.com'."
            )
        parsed.append(Origin(parts.scheme, parts.netloc.lstrip("*")))
    return parsed


def is_trusted(request: HttpRequest, origin: str, trusted: Iterable[Origin]) -> bool:
    """Return whether an `Origin` header names the request's own site, or one that is trusted."""
    scheme = "https" if request.is_secure() else "http"
    with suppress(exceptions.DisallowedHost):
        if origin == f"{scheme}://{request.get_host()}":
            return True
    try:
        parts = parse.urlsplit(origin)
    except ValueError:
        return False
    return any(
        parts.scheme == each.scheme and is_same_domain(parts.netloc, each.host) for each in trusted
    )
