"""Responses that send a file, or the part of it that the client asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import TextIOBase
from pathlib import PurePath
from typing import Any

from gingerdj.http.streaming import StreamingHttpResponse
from gingerdj.utils.http import content_disposition_header

# A compressed file is sent as what it is, not as what it would be once it is unpacked.
_COMPRESSED = {
    "br": "application/x-brotli",
    "bzip2": "application/x-bzip",
    "compress": "application/x-compress",
    "gzip": "application/gzip",
    "xz": "application/x-xz",
}
# One range of bytes (RFC 9110, 14.1.2). Several are answered with the whole file, as 14.2 allows.
_RANGE = re.compile(
    r"\s*bytes\s*=\s*(?:(\d{1,18})\s*-\s*(\d{0,18})|-\s*(\d{1,18}))\s*", re.ASCII | re.IGNORECASE
)


class FileResponse(StreamingHttpResponse):
    """A response that sends a binary file, from where it stands to its end, and closes it.

    Content-Type, Content-Length and Content-Disposition come from the file, unless they are
    given.  A GET request for one range of a file that can seek is answered with status 206.

    Args:
        streaming_content: the file, or an iterable.
        as_attachment: whether the browser shall save the file.
        filename: the file's name; its own by default.
        args, kwargs: see `HttpResponseBase`.
    """

    #: The bytes that are read at once.
    block_size = 64 * 2**10

    def __init__(
        self,
        streaming_content: Any = (),
        *args: Any,
        as_attachment: bool = False,
        filename: str = "",
        **kwargs: Any,
    ) -> None:
        self.as_attachment = as_attachment
        self.filename = filename
        self.file_to_stream = streaming_content if hasattr(streaming_content, "read") else None
        self._size: int | None = None  # Of what is to be sent, if it can be sent in part.
        if self.file_to_stream is None:
            super().__init__(streaming_content, *args, **kwargs)
            return
        super().__init__((), *args, **kwargs)
        has_type = bool(args or kwargs.get("content_type")) or any(
            name.lower() == "content-type" for name in kwargs.get("headers") or ()
        )
        self.streaming_content = self._blocks(streaming_content, None)
        if hasattr(streaming_content, "close"):
            self._resource_closers.append(streaming_content.close)
        if not has_type:
            del self.headers["Content-Type"]
        self.set_headers(streaming_content)

    def set_headers(self, filelike: Any) -> None:
        """Set the headers that tell of a file, unless they are set."""
        import mimetypes  # Which reads the system's tables, and most sites send no files.

        name = getattr(filelike, "name", "")
        name = self.filename or (PurePath(name).name if isinstance(name, str) else "")
        if "Content-Type" not in self.headers:
            guessed, encoding = mimetypes.guess_type(name)
            guessed = _COMPRESSED.get(encoding, guessed) if encoding else guessed
            self.headers["Content-Type"] = guessed or "application/octet-stream"
        disposition = content_disposition_header(self.as_attachment, name)
        if disposition is not None:
            self.headers.setdefault("Content-Disposition", disposition)
        place = _place(filelike)
        if place is not None:
            self._start, self._size = place
            self.headers.setdefault("Accept-Ranges", "bytes")
            self.headers.setdefault("Content-Length", str(self._size))

    def apply_range(self, request: Any) -> None:
        """Send only the range that a GET request asks for, if it asks for one (RFC 9110, 14).

        A range beyond the file's end is answered with status 416.
        """
        header = request.META.get("HTTP_RANGE")
        if header is None or self._size is None or self.file_to_stream is None:
            return
        found = _RANGE.fullmatch(header)
        if found is None or request.method != "GET" or self.status_code != 200:
            return
        if found[2] and int(found[2]) < int(found[1]):  # RFC 9110, 14.1.1: no range at all.
            return
        if not self._still_is(request.META.get("HTTP_IF_RANGE")):
            return
        first, last = _bounds(found, self._size)
        if first >= self._size or first > last:
            self.status_code = 416
            self.headers["Content-Range"] = f"bytes */{self._size}"
            self.headers["Content-Length"] = "0"
            self.streaming_content = ()
            return
        self.file_to_stream.seek(self._start + first)
        self.status_code = 206
        self.headers["Content-Range"] = f"bytes {first}-{last}/{self._size}"
        self.headers["Content-Length"] = str(last - first + 1)
        self.streaming_content = self._blocks(self.file_to_stream, last - first + 1)

    def _still_is(self, validator: str | None) -> bool:
        """Return whether If-Range names the file as it is now (RFC 9110, 13.1.5)."""
        if validator is None:
            return True
        # Both are compared letter by letter; a weak tag never matches.
        name = "ETag" if '"' in validator else "Last-Modified"
        return not validator.startswith("W/") and self.get(name) == validator.strip()

    def _blocks(self, file: Any, left: int | None) -> Iterator[Any]:
        while left is None or left > 0:
            size = self.block_size if left is None else min(self.block_size, left)
            block = file.read(size)
            if not block:
                return
            if left is not None:
                left -= len(block)
            yield block


def _place(file: Any) -> tuple[int, int] | None:
    """Return where a file stands, and how many bytes come from there; None if it cannot seek."""
    if isinstance(file, TextIOBase):
        return None
    try:
        start = file.tell()
        file.seek(0, 2)
        end = file.tell()
        file.seek(start)
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    return start, max(0, end - start)


def _bounds(found: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first and the last position of a range."""
    if found[3] is not None:
        return max(0, size - int(found[3])), size - 1
    return int(found[1]), min(int(found[2] or size - 1), size - 1)
