"""Responses that send a file, or the part of it that the client asks for."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from io import BufferedReader, FileIO, TextIOBase
from typing import TYPE_CHECKING, Any

from gingerdj.http.streaming import Call, StreamingHttpResponse
from gingerdj.utils.http import content_disposition_header
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import mimetypes
else:
    mimetypes = LazyModule("mimetypes")

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

# Bytes that are asked for at once whether they are in memory.
_AHEAD = 2**20


class FileResponse(StreamingHttpResponse):
    """A response that sends a binary file, from where it stands to its end, and closes it.

    Content-Length comes from the file, and so do Content-Type and Content-Disposition unless they
    are given.  A GET request for one range of a file that can seek is answered with status 206.

    Args:
        streaming_content: the file, or an iterable.
        as_attachment: whether the browser shall save the file.
        filename: the file's name; its own by default.
        args, kwargs: see `HttpResponseBase`.
    """

    is_ready = False
    #: The bytes that are read at once.
    block_size = 256 * 2**10

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
        self.file_to_stream = file = (
            streaming_content if hasattr(streaming_content, "read") else None
        )
        self._size: int | None = None  # Of what is to be sent, if it can be sent in part.
        if file is None:
            super().__init__(streaming_content, *args, **kwargs)
            return
        super().__init__(_Blocks(file, None, self.block_size), *args, **kwargs)
        has_type = bool(args or kwargs.get("content_type")) or any(
            name.lower() == "content-type" for name in kwargs.get("headers") or ()
        )
        if hasattr(file, "close"):
            self._resource_closers.append(file.close)
        if not has_type:
            del self.headers["Content-Type"]
        self.set_headers(file)

    def set_headers(self, filelike: Any) -> None:
        """Set the headers that tell of a file, unless they are set."""
        headers = self.headers
        name = getattr(filelike, "name", "")
        name = self.filename or (name if isinstance(name, str) else "")
        name = os.path.basename(name)  # noqa: PTH119 - a path is made in eight times as long.
        if "Content-Type" not in headers:
            headers["Content-Type"] = _guessed_type(name)
        disposition = content_disposition_header(self.as_attachment, name)
        if disposition is not None:
            headers.setdefault("Content-Disposition", disposition)
        place = _place(filelike)
        if place is not None:
            self._start, self._size = place
            headers.setdefault("Accept-Ranges", "bytes")
            headers["Content-Length"] = str(self._size)

    @property
    def closes_at_once(self) -> bool:
        file: Any = self.file_to_stream
        return (
            _is_plain(file)
            and self._closers == [file.close]
            and type(self).close is StreamingHttpResponse.close
        )

    def whole_file(self) -> Any:
        """Return the file, if all of it is sent as it is; None if not."""
        blocks = self._iterator
        return blocks.file if isinstance(blocks, _Blocks) and blocks.left is None else None

    def file_place(self) -> tuple[Any, int, int] | None:
        """Return the file, where the part begins that is sent, and its length in bytes.

        Returns:
            None if it is not one of the system's files, read as it is, or if something else is
            sent in its place.
        """
        blocks = self._iterator
        if self._size is None or type(blocks) is not _Blocks or not _is_plain(blocks.file):
            return None
        start = blocks.file.tell()
        left = self._start + self._size - start
        return blocks.file, start, left if blocks.left is None else blocks.left

    def _source(self, call: Call) -> AsyncIterator[Any]:
        place = self.file_place()
        return super()._source(call) if place is None else _pieces(*place, self.block_size, call)

    def apply_range(self, request: Any) -> None:
        """Send only the range that a GET request asks for, if it asks for one (RFC 9110, 14).

        A range beyond the file's end is answered with status 416.
        """
        header = request._header(b"range")
        if header is None or self._size is None or self.file_to_stream is None:
            return
        found = _RANGE.fullmatch(header)
        if found is None or request.method != "GET" or self.status_code != 200:
            return
        if found[2] and int(found[2]) < int(found[1]):  # RFC 9110, 14.1.1: no range at all.
            return
        if not self._still_is(request._header(b"if-range")):
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
        self.streaming_content = _Blocks(self.file_to_stream, last - first + 1, self.block_size)

    def _still_is(self, validator: str | None) -> bool:
        """Return whether If-Range names the file as it is now (RFC 9110, 13.1.5)."""
        if validator is None:
            return True
        # Both are compared letter by letter; a weak tag never matches.
        name = "ETag" if '"' in validator else "Last-Modified"
        return not validator.startswith("W/") and self.get(name) == validator.strip()


class _Blocks:
    """The blocks of a file, read one after the other.

    Args:
        file: the file.
        left: how many bytes to read; None reads to the end.
        size: the bytes of a block.
    """

    def __init__(self, file: Any, left: int | None, size: int) -> None:
        self.file = file
        self.left = left
        self._size = size

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        size = self._size if self.left is None else min(self._size, self.left)
        block = self.file.read(size) if size else b""
        if not block:
            raise StopIteration
        if self.left is not None:
            self.left -= len(block)
        return block


async def _pieces(file: Any, start: int, left: int, size: int, call: Call) -> AsyncIterator[bytes]:
    """Read a file on the event loop where that does not wait for the disk, else in a thread."""
    descriptor, end = file.fileno(), start + left
    at_hand = start  # What stands before it is in memory.
    while start < end:
        size = min(size, end - start)
        if start + size > at_hand:
            ahead = min(start + max(size, _AHEAD), end)
            at_hand = ahead if _is_at_hand(descriptor, ahead - 1) else start
        if start < at_hand:
            piece = os.pread(descriptor, size, start)
        else:
            piece = await call(os.pread, descriptor, size, start)
        if not piece:  # The file has become shorter.
            return
        yield piece
        start += len(piece)


def _is_at_hand(descriptor: int, position: int) -> bool:
    """Return whether the system holds a file's byte in memory, and so those just before it."""
    try:
        return os.preadv(descriptor, [bytearray(1)], position, os.RWF_NOWAIT) == 1
    except (AttributeError, OSError):  # It would wait, or the system cannot tell.
        return False


def _guessed_type(name: str) -> str:
    guessed, encoding = mimetypes.guess_type(name)
    guessed = _COMPRESSED.get(encoding, guessed) if encoding else guessed
    return guessed or "application/octet-stream"


def _is_plain(file: Any) -> bool:
    """Return whether a file's bytes are what its descriptor reads."""
    return type(file.raw if type(file) is BufferedReader else file) is FileIO


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
