"""What every response has."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core import signals
from gingerdj.http.headers import HeaderBlock, RawHeader, ResponseHeaders, checked
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import datetime as dt
    import http
    from http.cookies import SimpleCookie

    from gingerdj.core import signing
    from gingerdj.http import cookie
    from gingerdj.utils import http as http_utils
    from gingerdj.utils import parameters
else:
    cookie = LazyModule("gingerdj.http.cookie")
    dt = LazyModule("datetime")
    http = LazyModule("http")
    http_utils = LazyModule("gingerdj.utils.http")
    parameters = LazyModule("gingerdj.utils.parameters")
    signing = LazyModule("gingerdj.core.signing")

_logger = logging.getLogger("gingerdj.request")


class Preset:
    """The headers that responses begin with, which they share until one changes its own."""

    _MOST_BLOCKS = 100

    def __init__(self, headers: ResponseHeaders, charset: str | None = None) -> None:
        self.headers = headers
        self.raw: list[RawHeader] = headers.raw()
        #: What encodes text in the charset; None until `find_encode` has been asked.
        self.encode: Callable[[str], bytes] | None = None
        #: What they become with a block filled in.
        self.filled: dict[HeaderBlock, Preset] = {}
        self._charset = charset

    def fill(self, block: HeaderBlock) -> Preset:
        """Return these headers and those of a block that are not among them; remember them."""
        headers = self.headers.clone()
        headers.fill(block.headers)
        filled = Preset(headers) if len(headers) > len(self.headers) else self
        if len(self.filled) < self._MOST_BLOCKS:
            self.filled[block] = filled
        return filled

    @property
    def charset(self) -> str:
        if self._charset is None:
            self._charset = _charset_of(self.headers["Content-Type"])
        return self._charset

    def find_encode(self) -> Callable[[str], bytes]:
        """Return what encodes text in the charset."""
        self.encode = str.encode  # Which has UTF-8 without looking for it.
        if self.charset.lower() != "utf-8":
            self.encode = partial(str.encode, encoding=self.charset)
        return self.encode


# The headers of the content types that responses have been given; None stands for the default.
_content_types: dict[str | None, Preset] = {}
#: Return those of a content type, or None.
known_preset = _content_types.get
_MOST_TYPES = 1000


def _content_type(content_type: str | None) -> Preset:
    """Return the headers of responses with a content type, and remember them.

    Raises:
        BadHeaderError: it would break its line.
    """
    charset = None
    text = content_type
    if text is None:
        charset = str(settings.DEFAULT_CHARSET)
        text = f"text/html; charset={charset}"
    learnt = Preset(ResponseHeaders([("Content-Type", text)]), charset)
    if len(_content_types) < _MOST_TYPES:
        _content_types[content_type] = learnt
    return learnt


# Content-Length of short bodies, as it is sent.
_lengths: dict[int, RawHeader] = {}
_known_length = _lengths.get
_LONG = 2**12


def _length(size: int) -> RawHeader:
    header = (b"content-length", b"%d" % size)
    if size < _LONG:
        _lengths[size] = header
    return header


@lru_cache(maxsize=1024)
def length_headers(size: int) -> ResponseHeaders:
    return ResponseHeaders([("Content-Length", str(size))])


def _charset_of(content_type: str) -> str:
    has_some = ";" in content_type
    named = parameters.parse_header_parameters(content_type)[1].get("charset") if has_some else None
    return named or str(settings.DEFAULT_CHARSET)


def _forget_content_types(*, setting: str, **_: Any) -> None:
    if setting == "DEFAULT_CHARSET":
        _content_types.clear()


signals.setting_changed.connect(_forget_content_types, dispatch_uid="gingerdj.http.base")


class HttpResponseBase:
    """What every response has: a status, headers and cookies.

    Args:
        content_type: the body's media type; `text/html` in the response's charset by default.
        status: the status code, from 100 to 599.
        reason: the phrase beside the status; the standard one by default.
        charset: the body's charset; the content type's, or else `DEFAULT_CHARSET`, by default.
        headers: the headers.

    Raises:
        TypeError: the status is no whole number.
        ValueError: the status lies outside of 100 to 599, or the content type is given twice.
    """

    status_code = 200
    streaming = False
    closed = False
    #: Whether the body is known in full, nobody else makes it, and nothing is to be done after it.
    is_plain = False
    #: Whether the body is a stream to be sent as it is, and nothing is to be done after it.
    is_ready = False
    _charset: str | None = None
    _has_own_charset = False  # Of the class, whatever the arguments are.
    _reason_phrase: str | None = None
    _handler_class: Any = None
    # Made when they are first asked for.
    _headers: ResponseHeaders | None = None
    _size: int | None = None  # What Content-Length is to be once they are made.
    _cookies: SimpleCookie | None = None
    _closers: list[Callable[[], Any]] | None = None
    #: Whether there is something to close at the end of the request.
    must_close = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "charset" in cls.__dict__:
            cls._has_own_charset = True
        if "close" in cls.__dict__:
            cls.must_close, cls.is_plain, cls.is_ready = True, False, False
        if hasattr(cls, "render"):
            cls.is_plain = cls.is_ready = False

    def __init__(
        self,
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        # Defaults of the class, too, but what each response reads is read faster from itself.
        self._headers = self._cookies = None
        if charset is not None:
            self._charset = charset
        own = ResponseHeaders(headers) if headers else None
        if own is not None and "Content-Type" in own:
            if content_type:
                raise ValueError(
                    "'headers' must not contain 'Content-Type' when the 'content_type' parameter "
                    "is provided."
                )
            content_type = own["Content-Type"]
        elif content_type is None and (charset is not None or self._has_own_charset):
            content_type = f"text/html; charset={self.charset}"
        self._type = known_preset(content_type) or _content_type(content_type)
        if own is not None:
            own.fill(self._type.headers)
            self.headers = own
        if reason is not None:
            self._reason_phrase = reason
        if status is not None:
            self.status_code = checked_status(status)

    @property
    def headers(self) -> ResponseHeaders:
        """The headers, found whatever their case."""
        if self._headers is None:
            self._headers = self._type.headers.clone()
            if self._size is not None:
                self._headers["Content-Length"] = self._size
        return self._headers

    @headers.setter
    def headers(self, value: ResponseHeaders) -> None:
        self._headers = value

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies to set."""
        if self._cookies is None:
            self._cookies = cookie.SimpleCookie()
        return self._cookies

    @cookies.setter
    def cookies(self, value: SimpleCookie) -> None:
        self._cookies = value

    @cached_property
    def trailers(self) -> dict[str, Any]:
        """Fields that follow the body, where the server and the protocol can send them.

        A value may be a function without arguments, called when the body has been sent (RFC 9110,
        6.5; ASGI specification "HTTP Trailers").
        """
        self.is_plain = False
        return {}

    @property
    def _resource_closers(self) -> list[Callable[[], Any]]:
        if self._closers is None:
            self._closers = []
            self.must_close, self.is_plain, self.is_ready = True, False, False
        return self._closers

    @property
    def closes_at_once(self) -> bool:
        """Whether closing it neither waits nor runs code of others."""
        return False

    @property
    def reason_phrase(self) -> str:
        """The phrase beside the status."""
        if self._reason_phrase is not None:
            return self._reason_phrase
        try:
            return http.HTTPStatus(self.status_code).phrase
        except ValueError:
            return "Unknown Status Code"

    @reason_phrase.setter
    def reason_phrase(self, value: str) -> None:
        self._reason_phrase = value

    @property
    def charset(self) -> str:
        """The body's charset."""
        if self._charset is not None:
            return self._charset
        if self._headers is None:
            return self._type.charset
        return _charset_of(self.headers.get("Content-Type", ""))

    @charset.setter
    def charset(self, value: str) -> None:
        self._charset = value

    def all_headers(self) -> Iterator[tuple[str, str]]:
        """Give every header that is sent, one `Set-Cookie` for each cookie.

        Raises:
            BadHeaderError: a cookie's attribute would break its line.
        """
        yield from self.headers.items()
        for morsel in (self._cookies or {}).values():
            yield "Set-Cookie", _cookie_line(morsel)

    def raw_headers(self, size: int | None = None) -> list[RawHeader]:
        """Return every header as ASGI wants them: bytes, with names in lower case.

        Args:
            size: the body's, in bytes, which takes the place of Content-Length; below 0, that is
                left out.

        Raises:
            BadHeaderError: a cookie's attribute would break its line.
        """
        if self._headers is None:
            if size is None:
                size = self._size
            if size is None or size < 0:
                raw = [*self._type.raw]
            else:
                raw = [*self._type.raw, _known_length(size) or _length(size)]
        elif size is None:
            raw = self._headers.raw()
        else:
            raw = self._headers.raw_but_length()
            if size >= 0:
                raw.append(_known_length(size) or _length(size))
        if self._cookies is not None:
            for morsel in self._cookies.values():
                raw.append((b"set-cookie", _cookie_line(morsel).encode("latin-1")))
        return raw

    def plain_headers(self, size: int) -> list[RawHeader]:
        """Return what `raw_headers` does, with less work where nothing has been set."""
        if self._headers is None and self._cookies is None:
            return [*self._type.raw, _known_length(size) or _length(size)]
        return self.raw_headers(size)

    def _fill_headers(self, block: HeaderBlock) -> None:
        """Set the headers of a block, but those that the response has."""
        if self._headers is not None:
            self._headers.fill(block.headers)
            return
        try:
            self._type = self._type.filled[block]
        except KeyError:
            self._type = self._type.fill(block)

    def _fill_length(self) -> None:
        """Set Content-Length to the size of the body, where it is known."""
        if not self.streaming and hasattr(self, "content"):
            self.headers.fill(length_headers(len(self.content)))

    def serialize_headers(self) -> bytes:
        """Return the headers as HTTP/1 writes them."""
        return b"\r\n".join(
            name.encode("ascii") + b": " + value.encode("latin-1")
            for name, value in self.headers.items()
        )

    __bytes__ = serialize_headers

    def _content_type_for_repr(self) -> str:
        content_type = self.headers.get("Content-Type")
        return f', "{content_type}"' if content_type is not None else ""

    def __setitem__(self, header: str, value: Any) -> None:
        self.headers[header] = value

    def __delitem__(self, header: str) -> None:
        del self.headers[header]

    def __getitem__(self, header: str) -> str:
        return self.headers[header]

    def __contains__(self, header: str) -> bool:
        return header in self.headers

    def has_header(self, header: str) -> bool:
        """Return whether the response has a header, whatever its case."""
        return header in self.headers

    def items(self) -> Any:
        """Return the headers' names and values."""
        return self.headers.items()

    def get(self, header: str, alternate: Any = None) -> Any:
        """Return a header's value; the alternate without it."""
        return self.headers.get(header, alternate)

    def setdefault(self, key: str, value: Any) -> None:
        """Set a header unless the response has it."""
        self.headers.setdefault(key, value)

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: float | dt.timedelta | None = None,
        expires: str | dt.datetime | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
    ) -> None:
        """Set a cookie (RFC 6265, 4.1).

        Args:
            key: the cookie's name.
            value: its value.
            max_age: how long the client keeps it, in seconds; for the session by default.
            expires: when the client drops it; worked out from `max_age` by default.
            path: the path that it is sent to, with all beneath.
            domain: the domain that it is sent to, with all beneath; this host by default.
            secure: whether it is sent by HTTPS alone.
            httponly: whether it is kept from the page's scripts.
            samesite: `Lax`, `Strict` or `None`, the word.

        Raises:
            BadHeaderError: a line break in `expires`, `path` or `domain` would end the header.
            ValueError: `expires` and `max_age` contradict, or `samesite` is no such word.
        """
        for attribute in (expires, path, domain):
            if isinstance(attribute, str):
                checked(attribute)
        self.cookies[key] = value
        morsel = self.cookies[key]
        if isinstance(expires, dt.datetime):
            if max_age is not None:
                raise ValueError("'expires' and 'max_age' can't be used together.")
            moment = expires if expires.tzinfo else expires.replace(tzinfo=dt.UTC)
            max_age = max(0, int(moment.timestamp() - time.time() + 0.5))
            expires = http_utils.http_date(moment.timestamp())
        if isinstance(max_age, dt.timedelta):
            max_age = max_age.total_seconds()
        if max_age is not None:
            morsel["max-age"] = int(max_age)
            expires = expires or http_utils.http_date(time.time() + max_age)
        if samesite and samesite.lower() not in ("lax", "strict", "none"):
            raise ValueError(f'samesite must be "lax", "none", or "strict". It was {samesite!r}.')
        morsel["expires"] = expires or ""
        morsel["path"] = path or ""
        morsel["domain"] = domain or ""
        morsel["secure"] = True if secure else ""
        morsel["httponly"] = True if httponly else ""
        morsel["samesite"] = samesite or ""

    def set_signed_cookie(self, key: str, value: Any, salt: str = "", **kwargs: Any) -> None:
        """Set a cookie that the client can read, but not change without being found out.

        Args:
            key: the cookie's name.
            value: its value.
            salt: what the cookie is for; `HttpRequest.get_signed_cookie` needs the same.
            kwargs: see `set_cookie`.
        """
        signer = signing.get_cookie_signer(salt=cookie.cookie_salt(key, salt))
        self.set_cookie(key, signer.sign(value), **kwargs)

    def delete_cookie(
        self,
        key: str,
        path: str = "/",
        domain: str | None = None,
        samesite: str | None = None,
    ) -> None:
        """Tell the client to drop a cookie, which must have been set for this path and domain."""
        # Browsers drop such cookies without the Secure attribute only unread.
        secure = key.startswith(("__Secure-", "__Host-")) or (samesite or "").lower() == "none"
        self.set_cookie(
            key,
            max_age=0,
            path=path,
            domain=domain,
            secure=secure,
            expires="Thu, 01 Jan 1970 00:00:00 GMT",
            samesite=samesite,
        )

    def make_bytes(self, value: Any) -> bytes:
        """Return a piece of the body as bytes, strings in the response's charset."""
        if isinstance(value, bytes):
            return value
        if isinstance(value, memoryview | bytearray):
            return bytes(value)
        return str(value).encode(self.charset)

    def close(self) -> None:
        """Close what the response holds, and send `request_finished`."""
        closers, self._closers = self._closers, None
        for closer in closers or ():
            try:
                closer()
            except Exception:  # One that fails must not keep the others open.
                _logger.exception("A resource of the response could not be closed.")
        self.closed = True
        signals.request_finished.send(sender=self._handler_class)

    def write(self, content: Any) -> None:
        raise OSError(f"This {type(self).__name__} instance is not writable")

    def flush(self) -> None:
        """Do nothing: the file protocol asks for it."""

    def tell(self) -> int:
        raise OSError(f"This {type(self).__name__} instance cannot tell its position")

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def writelines(self, lines: Iterable[Any]) -> None:
        raise OSError(f"This {type(self).__name__} instance is not writable")


def _cookie_line(morsel: Any) -> str:
    text = checked(morsel.OutputString())
    # Characters beyond Latin-1 have no other form than their bytes in UTF-8.
    return text if text.isascii() else text.encode().decode("latin-1")


def checked_status(status: int | str) -> int:
    """Return a status code.

    Raises:
        TypeError: it is no whole number.
        ValueError: it lies outside of 100 to 599.
    """
    try:
        code = int(status)
    except (TypeError, ValueError):
        raise TypeError(f"HTTP status code must be an integer. It was {status!r}.") from None
    if not 100 <= code <= 599:
        raise ValueError(f"HTTP status code must be an integer from 100 to 599. It was {code}.")
    return code
