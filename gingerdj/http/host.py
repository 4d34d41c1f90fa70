"""Hosts, and which of them a site answers for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gingerdj.utils.http import is_same_domain
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import copy
else:
    copy = LazyModule("copy")

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


class HostCheck:
    """Remembers the hosts that have been found to be served, while the list of them stays."""

    _MOST = 1000

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._patterns: Sequence[str] = ()

    def passes(self, host: str, allowed: Sequence[str]) -> bool:
        """Return whether a host, with or without a port, is well-formed and served.

        Args:
            host: the host, as the header names it.
            allowed: the patterns of those that are served.
        """
        if host in self._known and self._patterns == allowed:
            return True
        domain, _ = split_domain_port(host)
        if not domain or not validate_host(domain, allowed):
            return False
        if self._patterns != allowed or len(self._known) >= self._MOST:
            self._known, self._patterns = frozenset(), copy.copy(allowed)
        self._known = self._known | {host}
        return True


#: Of the hosts that requests have named.
host_check = HostCheck()
