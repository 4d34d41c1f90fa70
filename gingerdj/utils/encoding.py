"""Text and bytes, and the escaping of addresses."""

from __future__ import annotations

import codecs
import locale
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, overload

from gingerdj.utils.functional import Promise
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import datetime as dt
    import decimal
    from pathlib import PurePath
    from urllib import parse
else:
    decimal = LazyModule("decimal")
    dt = LazyModule("datetime")
    parse = LazyModule("urllib.parse")

_Force = TypeVar("_Force", bound=Callable[..., Any])

# What RFC 3987 section 3.1 leaves as it is when an IRI becomes a URI; "%" because it has been
# escaped already.
_IRI_SAFE = "/#%[]=:;$&()+,!?*@'~"
# Digits stay escaped, as they do in Django.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~")
_ESCAPED_BYTE = rb"%([0-9A-Fa-f]{2})"


class GingerUnicodeDecodeError(UnicodeDecodeError):
    """Bytes are not in the encoding they were said to be in; the message shows them."""

    def __str__(self) -> str:
        return f"{super().__str__()}. You passed in {self.object!r} ({type(self.object)})"


def is_protected_type(obj: Any) -> bool:
    """Return whether `strings_only` keeps an object as it is: None, a number, a date or a time."""
    if obj is None or isinstance(obj, int | float):
        return True
    return isinstance(obj, decimal.Decimal | dt.datetime | dt.date | dt.time)


def force_str(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """Return anything as `str`, lazy text included.

    Args:
        s: text, bytes, or an object that `str()` takes.
        encoding: the encoding of bytes.
        strings_only: whether None, numbers, dates and times stay as they are.
        errors: what to do about bytes that are not in the encoding, as for `bytes.decode`.

    Raises:
        GingerUnicodeDecodeError: the bytes are not in the encoding.
    """
    # Of its type, for what is lazy says that it is what it will be.
    if issubclass(type(s), str) or (strings_only and is_protected_type(s)):
        return s
    if not isinstance(s, bytes):
        return str(s)
    try:
        return s.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise GingerUnicodeDecodeError(*error.args) from None


def force_bytes(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """Return anything as `bytes`, lazy text included.

    Args:
        s: text, an object that `str()` takes, or bytes, which are taken to be UTF-8.
        encoding: the encoding of the result.
        strings_only: whether None, numbers, dates and times stay as they are.
        errors: what to do about characters that the encoding lacks, as for `str.encode`.
    """
    if isinstance(s, bytes):
        if encoding == "utf-8":
            return s
        return s.decode("utf-8", errors).encode(encoding, errors)
    if isinstance(s, memoryview):
        return bytes(s)
    if strings_only and is_protected_type(s):
        return s
    return str(s).encode(encoding, errors)


def _unless_lazy(force: _Force) -> _Force:
    @wraps(force)
    def smart(s: Any, *args: Any, **kwargs: Any) -> Any:
        return s if isinstance(s, Promise) else force(s, *args, **kwargs)

    return smart  # type: ignore[return-value]


#: Return text as `str`, as `force_str` does, and lazy text as it is.
smart_str = _unless_lazy(force_str)
#: Return text as `bytes`, as `force_bytes` does, and lazy text as it is.
smart_bytes = _unless_lazy(force_bytes)


@overload
def iri_to_uri(iri: None) -> None: ...
@overload
def iri_to_uri(iri: Any) -> str: ...
def iri_to_uri(iri: Any) -> str | None:
    """Return an IRI as a URI: what is not ASCII becomes percent-encoded UTF-8 (RFC 3987, 3.1)."""
    if iri is None:
        return None
    return parse.quote(iri if isinstance(iri, bytes) else str(iri), safe=_IRI_SAFE)


@overload
def uri_to_iri(uri: None) -> None: ...
@overload
def uri_to_iri(uri: Any) -> str: ...
def uri_to_iri(uri: Any) -> str | None:
    """Return a URI as an IRI (RFC 3987, 3.2), in linear time.

    Escaped characters that mean the same without an escape become themselves; reserved ones,
    and bytes that are not UTF-8, stay escaped.
    """
    if uri is None:
        return None
    unescaped = re.sub(_ESCAPED_BYTE, _unescaped, force_bytes(uri))
    return repercent_broken_unicode(unescaped).decode()


def _unescaped(found: re.Match[bytes]) -> bytes:
    byte = int(found[1], 16)
    return bytes([byte]) if byte >= 0x80 or byte in _UNRESERVED else found[0]


def repercent_broken_unicode(path: bytes) -> bytes:
    """Return UTF-8 in which each byte that breaks it is percent-encoded, in linear time."""
    return path.decode("utf-8", "gingerdj.percent").encode()


def _percent(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return "".join(f"%{byte:02X}" for byte in broken), error.end


codecs.register_error("gingerdj.percent", _percent)


def escape_uri_path(path: str) -> str:
    """Escape what has a meaning of its own in a URI's path, or may not stand there.

    That is everything but the characters of RFC 3986, 3.3, and of these `;` and `=`, too, which
    separate the parameters of a segment.
    """
    return parse.quote(path, safe="/:@&+$,-_.!~*'()")


@overload
def filepath_to_uri(path: None) -> None: ...
@overload
def filepath_to_uri(path: str | PurePath) -> str: ...
def filepath_to_uri(path: str | PurePath | None) -> str | None:
    """Return the path of a file as the path of a URI; `\\` is taken for a separator."""
    return None if path is None else parse.quote(str(path).replace("\\", "/"), safe="/~!*()'")


def punycode(domain: str) -> str:
    """Return a domain as ASCII (RFC 3490, 4.1).

    Raises:
        UnicodeError: a label is empty, or longer than 63 characters.
    """
    return domain.encode("idna").decode("ascii")


def get_system_encoding() -> str:
    """Return the encoding of the system's locale; `ascii` if it has none that Python knows."""
    try:
        encoding = locale.getlocale()[1] or "ascii"
        codecs.lookup(encoding)
    except Exception:  # Broken locales raise all kinds of errors.
        return "ascii"
    return encoding


#: The encoding of the process's locale when it started.
DEFAULT_LOCALE_ENCODING = get_system_encoding()
