"""Hosts, and which of them a site answers for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gingerdj.utils.http import is_same_domain

_HOST = re.compile(r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([0-9]+))?")


def split_domain_port(host: str) -> tuple[str, str]:
    """Split a Host header into a lower-case domain and a port.

    Returns:
        The domain without the dot at its end, and the port; `("", "")` if the host is malformed.
    """
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return "", ""
    domain, port = found[1], found[2] or ""
    return domain.removesuffix("."), port


def validate_host(host: str, allowed_hosts: Iterable[str]) -> bool:
    """Return whether a domain matches one of the patterns: equal, beneath `.name`, or `*`."""
    return any(pattern == "*" or is_same_domain(host, pattern) for pattern in allowed_hosts)
