"""The headers of responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gingerdj.utils.caseless import CaseInsensitiveMapping
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import email.header as email_header

    from gingerdj.http import exceptions
else:
    email_header = LazyModule("email.header")
    exceptions = LazyModule("gingerdj.http.exceptions")


#: A header as ASGI wants it: bytes, with its name in lower case.
RawHeader = tuple[bytes, bytes]

# A header's name and value, and both as they are sent.
_Line = tuple[str, str, RawHeader]


class ResponseHeaders(CaseInsensitiveMapping[str]):
    """A response's headers: one value for each name, safe to send.

    Args:
        data: the headers, as a mapping or as pairs.
    """

    _store: dict[str, _Line]  # type: ignore[assignment]

    def __init__(self, data: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._store = {}
        if data:
            for name, value in self._pairs(data):
                self[name] = value

    def __iter__(self) -> Iterator[str]:
        return (name for name, _, _ in self._store.values())

    def __repr__(self) -> str:
        return repr(dict(self.items()))

    def __setitem__(self, key: str, value: Any) -> None:
        name, lower, raw_name = _NAMES.get(key) or _learn(key)
        # Printable ASCII, as most values are, needs no further look.
        if type(value) is not str or not value.isascii() or not value.isprintable():
            value = _text(value, "latin-1")
        self._store[lower] = (name, value, (raw_name, value.encode("latin-1")))

    def raw(self) -> list[RawHeader]:
        """Return the headers as ASGI wants them: bytes, with names in lower case."""
        return [line[2] for line in self._store.values()]

    def raw_but_length(self) -> list[RawHeader]:
        """Return the headers like `raw`, without Content-Length."""
        return [line[2] for key, line in self._store.items() if key != "content-length"]

    def clone(self) -> ResponseHeaders:
        """Return others of their own with the same names and values."""
        other = ResponseHeaders.__new__(ResponseHeaders)
        other._store = self._store.copy()
        return other

    def fill(self, others: ResponseHeaders) -> None:
        """Set the headers that are not there to those of others."""
        store = self._store
        for key, line in others._store.items():
            if key not in store:
                store[key] = line

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def pop(self, key: str, default: Any = None) -> Any:
        """Remove a header; return its name and value as a pair, or the default."""
        line = self._store.pop(key.lower(), None)
        return default if line is None else line[:2]

    def __contains__(self, key: Any) -> bool:
        return key.lower() in self._store

    def get(self, key: str, default: Any = None) -> Any:
        """Return a header's value; the default without it."""
        # As Mapping does it, but for the exception, which costs more than the rest.
        line = self._store.get(key.lower())
        return default if line is None else line[1]

    def setdefault(self, key: str, value: Any) -> None:
        """Set a header unless it is there."""
        if key.lower() not in self._store:
            self.__setitem__(key, value)

    def items(self) -> Any:
        """Return the names and values, as a dictionary does."""
        return {name: value for name, value, _ in self._store.values()}.items()


class HeaderBlock:
    """Headers that many responses get, and that never change.

    Args:
        headers: the headers.
    """

    def __init__(self, headers: ResponseHeaders) -> None:
        self.headers = headers


# Names that have been looked at, as far as they fit: as given, in lower case, and as it is sent.
_NAMES: dict[Any, tuple[str, str, bytes]] = {}
_MOST_NAMES = 1000


def _learn(key: Any) -> tuple[str, str, bytes]:
    """Return a header's name, having looked at it, in the forms that are needed.

    Raises:
        BadHeaderError: it holds a line break or a NUL, or more than ASCII.
    """
    name = checked_name(_text(key, "ascii"))
    lower = name.lower()
    learnt = name, lower, lower.encode()
    if len(_NAMES) < _MOST_NAMES:
        _NAMES[name] = learnt
    return learnt


def _text(value: Any, charset: str) -> str:
    """Return text that can be sent in the charset, as RFC 2047 words where it could not."""
    text = checked(value.decode(charset) if isinstance(value, bytes) else str(value))
    if text.isascii():
        return text
    try:
        text.encode(charset)
    except UnicodeEncodeError as error:
        if charset == "ascii":
            error.reason += ", and a header's name may hold ASCII alone"
            raise
        # Each of Unicode's line breaks ends a line in these words, too.
        return checked(email_header.Header(text, "utf-8", maxlinelen=2**31).encode())
    return text


def find_header(headers: Iterable[RawHeader], name: bytes) -> bytes | None:
    """Return the first value that headers have for a name in lower case; None if none has it."""
    for own, value in headers:
        if own == name:
            return value
    return None


def checked(text: str) -> str:
    """Return a header's name or value that cannot end its line (RFC 9110, 5.5).

    Raises:
        BadHeaderError: it holds a line break or a NUL.
    """
    if "\n" in text or "\r" in text:
        raise exceptions.BadHeaderError(f"Header values can't contain newlines (got {text!r})")
    if "\0" in text:
        raise exceptions.BadHeaderError(f"A header may not hold NUL, as this does: {text!r}")
    return text


def checked_name(text: str) -> str:
    """Return a header's name that is one (ASGI HTTP specification, "Response Start").

    Raises:
        BadHeaderError: it is a pseudo-header's (RFC 9113, 8.3), or holds a line break or a NUL.
    """
    if text.startswith(":"):
        raise exceptions.BadHeaderError(
            f"A pseudo-header is the server's to send, as this is: {text!r}"
        )
    return checked(text)
