"""What proxies say of the clients behind them: Forwarded (RFC 7239) and X-Forwarded-..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple

from gingerdj.core.exceptions import BadRequest, ImproperlyConfigured
from gingerdj.http.host import split_domain_port

#: Stands in `TRUSTED_PROXIES` for whoever connects through a unix socket.
UNIX = "unix"

#: The headers that `TRUSTED_PROXY_HEADERS` may name, with their keys in `META`.
HEADERS = {
    "X-Forwarded-For": "HTTP_X_FORWARDED_FOR",
    "X-Forwarded-Proto": "HTTP_X_FORWARDED_PROTO",
    "X-Forwarded-Host": "HTTP_X_FORWARDED_HOST",
    "X-Forwarded-Port": "HTTP_X_FORWARDED_PORT",
    "X-Forwarded-Prefix": "HTTP_X_FORWARDED_PREFIX",
    "Forwarded": "HTTP_FORWARDED",
}

_PAIR = re.compile(r'([!#$%&\'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=\\]+))', re.ASCII)
_SEPARATOR = re.compile(r"[ \t]*([,;]|$)[ \t]*")
_ESCAPED = re.compile(r"\\(.)")
_NODE = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]+))(?::([0-9]{1,5}|_[\w.-]{1,99}))?", re.ASCII)
_HIDDEN = re.compile(r"unknown|_[\w.-]{1,99}", re.ASCII | re.IGNORECASE)
# With two slashes at its start it would name a host wherever it stands in a URL.
_PREFIX = re.compile(r"(?:/[\w.~!$&'()*+,=:@%-]+)*/?", re.ASCII)
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


class Client(NamedTuple):
    """What is known of a client; None for what no trusted proxy has said."""

    address: str | None = None
    address_port: int | None = None
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    prefix: str | None = None


class TrustedProxies:
    """The proxies whose word counts, and how to read it.

    Proxies add what they say at the right, so that is where reading begins: what stands farther
    left than the last trusted proxy may come from the client itself.

    Args:
        proxies: the setting `TRUSTED_PROXIES`: addresses, networks such as `10.0.0.0/8`, `unix`.
        headers: the setting `TRUSTED_PROXY_HEADERS`: those of `HEADERS` that the proxies set.
        hops: the setting `TRUSTED_PROXY_HOPS`: how many proxies there are; None for as many as
            `proxies` names.

    Raises:
        ImproperlyConfigured: an entry is malformed or stands for everybody, or the headers
            contradict each other.
    """

    def __init__(self, proxies: Iterable[Any], headers: Iterable[Any], hops: Any) -> None:
        entries = list(proxies)
        self._unix = UNIX in entries
        self._networks = [_network(entry) for entry in entries if entry != UNIX]
        self._headers = [*dict.fromkeys(_checked_headers(list(headers)))]
        if hops is not None and (not isinstance(hops, int) or hops < 1):
            raise ImproperlyConfigured(
                f"The setting TRUSTED_PROXY_HOPS must be a number of proxies, or None to go by "
                f"TRUSTED_PROXIES, not {hops!r}."
            )
        self._hops: int | None = hops
        self._keys = [HEADERS[name] for name in self._headers]
        # A client sends many requests.
        self.trusts: Callable[[str], bool] = lru_cache(maxsize=1024)(self._trusts)
        read = self._read_forwarded if "Forwarded" in self._headers else self._read_x_forwarded
        # These values are longer, and clients choose what is in them.
        self._read: Callable[..., Client] = lru_cache(maxsize=256)(read)

    def read(self, meta: Mapping[str, Any]) -> Client:
        """Return what the proxies say of the client of a request.

        Args:
            meta: the request's `META`, whose `REMOTE_ADDR` is absent or empty at a unix socket.

        Raises:
            BadRequest: what they say is malformed.
        """
        if not self.trusts(meta.get("REMOTE_ADDR") or ""):
            return Client()
        return self._read(*[meta.get(key, "") for key in self._keys])

    def _read_forwarded(self, header: str) -> Client:
        elements = parse_forwarded(header)
        if not elements:
            return Client()
        far = self._far([element.get("for") for element in elements])
        element = elements[-far]
        address, port = _node(element["for"]) if "for" in element else (None, None)
        return Client(
            address=address or None,
            address_port=port,
            scheme=_scheme(element["proto"]) if "proto" in element else None,
            host=_host(element["host"]) if "host" in element else None,
        )

    def _read_x_forwarded(self, *values: str) -> Client:
        said = dict(zip(self._headers, map(_items, values), strict=True))
        chain = said.get("X-Forwarded-For", [])
        far = self._far(chain)

        def find(name: str, read: Callable[[str], Any]) -> Any:
            values = said.get(f"X-Forwarded-{name}")
            # A proxy that writes the header anew leaves fewer than there are proxies.
            return read(values[-min(far, len(values))]) if values else None

        address, port = find("For", _node) or (None, None)
        return Client(
            address=address or None,
            address_port=port,
            scheme=find("Proto", _scheme),
            host=find("Host", _host),
            port=find("Port", _port),
            prefix=find("Prefix", _prefix),
        )

    def _far(self, chain: list[str] | list[str | None]) -> int:
        """Return how many proxies there are, by the clients they name, the nearest one's last."""
        if self._hops is not None:
            return min(self._hops, len(chain)) or 1
        far = 1
        for text in reversed(chain[1:]):
            address = _node(text)[0] if text is not None else None
            if address is None or not self.trusts(address):
                break
            far += 1
        return far

    def _trusts(self, peer: str) -> bool:
        if not peer:
            return self._unix
        try:
            address = _unmapped(ip_address(peer))
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def parse_forwarded(header: str) -> list[dict[str, str]]:
    """Return the elements of a Forwarded header, each by its lower-case names (RFC 7239, 4).

    Raises:
        BadRequest: the header is malformed, or an element has a name twice.
    """
    elements: list[dict[str, str]] = []
    element: dict[str, str] = {}
    position = 0
    while True:
        pair = _PAIR.match(header, position)
        if pair is not None:
            name, value = pair[1].lower(), pair[3] or _ESCAPED.sub(r"\1", pair[2])
            if name in element or not value:
                raise _malformed("Forwarded", header)
            element[name] = value
            position = pair.end()
        separator = _SEPARATOR.match(header, position)
        if separator is None:
            raise _malformed("Forwarded", header)
        position = separator.end()
        if separator[1] != ";":
            if element:
                elements.append(element)
            element = {}
        if not separator[1]:
            return elements


def _network(entry: Any) -> IPv4Network | IPv6Network:
    try:
        if not isinstance(entry, str):
            raise ValueError("it is not a string")
        network = ip_network("0.0.0.0/0" if entry == "*" else entry)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The entry {entry!r} of TRUSTED_PROXIES is no address, no network such as "
            f"'10.0.0.0/8', and not 'unix': {error}."
        ) from error
    if network.prefixlen == 0:
        raise ImproperlyConfigured(
            f"The entry {entry!r} of TRUSTED_PROXIES trusts everybody, and so anybody could claim "
            f"any address: name the addresses or networks of the proxies."
        )
    return network


def _checked_headers(headers: list[Any]) -> list[str]:
    for header in headers:
        if header not in HEADERS:
            raise ImproperlyConfigured(
                f"The entry {header!r} of TRUSTED_PROXY_HEADERS is none of {', '.join(HEADERS)}."
            )
    if "Forwarded" in headers and len(set(headers)) > 1:
        raise ImproperlyConfigured(
            "TRUSTED_PROXY_HEADERS names Forwarded and others: name those that the proxies set, "
            "for clients can send the rest."
        )
    return headers


def _items(value: str) -> list[str]:
    return [item for item in map(str.strip, value.split(",")) if item]


@lru_cache(maxsize=1024)  # A client sends many requests.
def _node(text: str) -> tuple[str | None, int | None]:
    """Return an address and a port, each None where it is hidden or unknown (RFC 7239, 6).

    The address of a peer at a unix socket is empty.
    """
    if text == "unix:":  # As nginx writes it.
        return "", None
    # X-Forwarded-For holds IPv6 addresses without brackets, too.
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    found = _NODE.fullmatch(text)
    if found is None:
        raise _malformed("address", text)
    bracketed, bare, port = found.groups()
    number = _port(port) if port and port.isdecimal() else None
    if bare and _HIDDEN.fullmatch(bare):
        return None, number
    try:
        address = IPv4Address(bare) if bare else IPv6Address(bracketed)
    except ValueError:
        raise _malformed("address", text) from None
    # A zone means something on the proxy's own machine alone, and may hold anything.
    if "%" in text:
        raise _malformed("address", text)
    return str(_unmapped(address)), number


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for (RFC 4291, 2.5.5.2)."""
    return getattr(address, "ipv4_mapped", None) or address


def _scheme(text: str) -> str:
    try:
        return _SCHEMES[text.lower()]
    except KeyError:
        raise _malformed("scheme", text) from None


def _host(text: str) -> str:
    if not split_domain_port(text)[0]:
        raise _malformed("host", text)
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise _malformed("port", text)
    return int(text)


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise _malformed("prefix", text)
    return text.rstrip("/")


def _malformed(what: str, text: str) -> BadRequest:
    return BadRequest(f"A trusted proxy sent a malformed {what}: {text!r}.")
