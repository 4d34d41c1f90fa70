"""Responses: a status, headers, cookies and a body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gingerdj.http.base import HttpResponseBase, checked_status, known_preset, length_headers
from gingerdj.http.headers import ResponseHeaders
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from gingerdj.http.exceptions import BadHeaderError, Http404
    from gingerdj.http.file import FileResponse
    from gingerdj.http.jsonresponse import JsonResponse
    from gingerdj.http.statuses import (
        HttpResponseBadRequest,
        HttpResponseForbidden,
        HttpResponseGone,
        HttpResponseNotAllowed,
        HttpResponseNotFound,
        HttpResponseNotModified,
        HttpResponsePermanentRedirect,
        HttpResponseRedirect,
        HttpResponseRedirectBase,
        HttpResponseServerError,
    )
    from gingerdj.http.streaming import StreamingHttpResponse
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.http.exceptions": ("BadHeaderError", "Http404"),
            "gingerdj.http.file": ("FileResponse",),
            "gingerdj.http.jsonresponse": ("JsonResponse",),
            "gingerdj.http.statuses": (
                "HttpResponseBadRequest",
                "HttpResponseForbidden",
                "HttpResponseGone",
                "HttpResponseNotAllowed",
                "HttpResponseNotFound",
                "HttpResponseNotModified",
                "HttpResponsePermanentRedirect",
                "HttpResponseRedirect",
                "HttpResponseRedirectBase",
                "HttpResponseServerError",
            ),
            "gingerdj.http.streaming": ("StreamingHttpResponse",),
        },
    )

__all__ = [
    "BadHeaderError",
    "FileResponse",
    "Http404",
    "HttpResponse",
    "HttpResponseBadRequest",
    "HttpResponseBase",
    "HttpResponseForbidden",
    "HttpResponseGone",
    "HttpResponseNotAllowed",
    "HttpResponseNotFound",
    "HttpResponseNotModified",
    "HttpResponsePermanentRedirect",
    "HttpResponseRedirect",
    "HttpResponseRedirectBase",
    "HttpResponseServerError",
    "JsonResponse",
    "ResponseHeaders",
    "StreamingHttpResponse",
]


class HttpResponse(HttpResponseBase):
    """A response whose whole body is known.

    Args:
        content: a string, bytes, or an iterable of them, which is read at once.
        content_type: see `HttpResponseBase`, as for the others.
    """

    is_plain = True
    _content = b""
    _pieces: list[bytes] | None = None  # What has been written, once something is.
    _has_own_content = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.keys().isdisjoint(("content", "make_bytes")):
            cls._has_own_content, cls.is_plain = True, False
        cls._has_own_content = cls._has_own_content or cls._has_own_charset

    def __init__(
        self,
        content: Any = b"",
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        preset = known_preset(content_type)
        if preset is None or reason is not None or charset is not None or headers is not None:
            super().__init__(content_type, status, reason, charset, headers)
            preset = self._type
        else:  # As it does it, with one call less.
            self._type = preset
            self._headers = self._cookies = None
            if status is not None:
                self.status_code = checked_status(status)
        self._pieces = None
        if type(self) is HttpResponse:
            # Defaults of the class, too, but what each response reads is read faster from itself.
            self.is_plain = True
            if status is None:
                self.status_code = 200
        elif self._has_own_content:
            if self._has_own_charset:  # The content type that is in the class's own.
                super().__init__(content_type, status, reason, charset, headers)
            self.content = content
            return
        # As the property does it, which costs more than all the rest.
        if type(content) is str and charset is None:
            self._content = (preset.encode or preset.find_encode())(content)
        elif type(content) is bytes:
            self._content = content
        else:
            self.content = content

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} status_code={self.status_code}{self._content_type_for_repr()}>"
        )

    def serialize(self) -> bytes:
        """Return the headers, an empty line and the body."""
        return self.serialize_headers() + b"\r\n\r\n" + self.content

    __bytes__ = serialize

    @property
    def content(self) -> bytes:
        """The body."""
        return self._content if self._pieces is None else b"".join(self._pieces)

    @content.setter
    def content(self, value: Any) -> None:
        if type(value) is bytes:
            self._content = value
        elif hasattr(value, "__iter__") and not isinstance(value, bytes | str | memoryview):
            self._content = b"".join(self.make_bytes(chunk) for chunk in value)
            if hasattr(value, "close"):
                value.close()
        else:
            self._content = self.make_bytes(value)
        self._pieces = None
        self.__dict__.pop("text", None)

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(self.charset)

    def __iter__(self) -> Iterator[bytes]:
        return iter([self._content] if self._pieces is None else self._pieces)

    def write(self, content: Any) -> None:
        """Add to the body."""
        if self._pieces is None:
            self._pieces = [self._content] if self._content else []
        self._pieces.append(self.make_bytes(content))
        self.__dict__.pop("text", None)

    def _fill_length(self) -> None:
        is_simple = self.is_plain and self._pieces is None
        size = len(self._content if is_simple else self.content)
        if self._headers is None:
            self._size = size
        else:
            self._headers.fill(length_headers(size))

    def tell(self) -> int:
        """Return the body's length in bytes."""
        return len(self.content)

    def getvalue(self) -> bytes:
        """Return the body."""
        return self.content

    def writable(self) -> bool:
        return True

    def writelines(self, lines: Iterable[Any]) -> None:
        """Add each to the body."""
        for line in lines:
            self.write(line)
