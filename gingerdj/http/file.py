"""Responses that send a file, or the part of it that the client asks for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BufferedReader, FileIO, TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gingerdj.core.signals import setting_changed
from gingerdj.http.base import HttpResponseBase, Preset
from gingerdj.http.headers import ResponseHeaders
from gingerdj.http.streaming import StreamingHttpResponse
from gingerdj.utils.functional import cached_property
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


class FileResponse(StreamingHttpResponse):
    """A response that sends a binary file, from where it stands to its end, and closes it.

    Content-Length comes from the file, and so do Content-Type and Content-Disposition unless they
    are given.  A GET request for one range of a file that can seek is answered with status 206.

    Args:
        streaming_content: the file, or an iterable.
        content_type: see `HttpResponseBase`, as for the others.
        as_attachment: whether the browser shall save the file.
        filename: the file's name; its own by default.
    """

    is_ready = False
    #: The bytes that are read at once.
    block_size = 256 * 2**10
    _file: Any = None
    # How many bytes of the file are sent, if not all.
    _part: int | None = None
    # Where the file stands and where what is sent of it ends, if it can be sent in part.
    _start = 0
    _end: int | None = None
    # What the system says of it, if its bytes are what its descriptor reads.
    _stat: os.stat_result | None = None

    def __init__(
        self,
        streaming_content: Any = (),
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[str, Any] | None = None,
        *,
        as_attachment: bool = False,
        filename: str | os.PathLike[str] = "",
    ) -> None:
        self.as_attachment = as_attachment
        self.filename = filename
        if not hasattr(streaming_content, "read"):
            super().__init__(streaming_content, content_type, status, reason, charset, headers)
            return
        self._file = file = streaming_content
        self._is_file = True
        # A stream's own would look into what it is given.
        HttpResponseBase.__init__(self, content_type or None, status, reason, charset, headers)
        if hasattr(file, "close"):
            self._closers, self.must_close = [file.close], True
        self._given_type = content_type
        if headers and not content_type and all(n.lower() != "content-type" for n in headers):
            del self.headers["Content-Type"]
        self.set_headers(file)

    @property
    def file_to_stream(self) -> Any:
        """The file, as long as it is what is sent."""
        return self._file if self._is_file else None

    def set_headers(self, filelike: Any) -> None:
        """Set the headers that tell of a file, unless they are set."""
        name = self.filename or getattr(filelike, "name", "")
        if not isinstance(name, str):
            # A number, where it was opened by its descriptor.
            name = os.fspath(name) if isinstance(name, os.PathLike) else ""
        self._find_place(filelike)
        headers, end = self._headers, self._end
        content_type = self._given_type or (headers and headers.get("Content-Type"))
        described = _described(
            content_type or _guessed_type(name), name, self.as_attachment, end is not None
        )
        if headers is None:
            self._type = described
            self._size = None if end is None else end - self._start
            return
        headers.fill(described.headers)
        if end is not None:
            headers["Content-Length"] = str(end - self._start)

    @cached_property
    def _iterator(self) -> Iterator[Any]:
        """The blocks of the file, until something else is to be sent."""
        return _read(self._file, self._part, self.block_size)

    def _find_place(self, file: Any) -> None:
        stat = self._stat = self._end = None
        try:
            if type(file.raw if type(file) is BufferedReader else file) is FileIO:
                self._stat = stat = os.fstat(file.fileno())
            elif isinstance(file, TextIOBase):
                return
            start = file.tell()
            end = 0 if stat is None else stat.st_size
            if end <= start:  # Of some the system tells no size, though they have one.
                file.seek(0, 2)
                end = max(start, file.tell())
                file.seek(start)
        except (AttributeError, OSError, TypeError, ValueError):  # It cannot seek.
            return
        self._start, self._end = start, end

    @property
    def closes_at_once(self) -> bool:
        return (
            self._stat is not None
            and self._closers == [self._file.close]
            and type(self).close is StreamingHttpResponse.close
        )

    def whole_file(self) -> Any:
        """Return the file, if all of it is sent as it is; None if not."""
        return self.file_to_stream if self._part is None else None

    def file_place(self) -> tuple[Any, int, int] | None:
        """Return the file, where the part begins that is sent, and its length in bytes.

        Returns:
            None if it is not one of the system's files, read as it is, or if something else is
            sent in its place.
        """
        stat, end = self._stat, self._end
        if stat is None or end is None or not self._is_file or self._has_own_pieces:
            return None
        file = self._file
        start = file.tell()
        return file, start, end - start

    def path_of(self, place: tuple[Any, int, int]) -> str | None:
        """Return the file's path, if that leads to just what `file_place` tells of."""
        file, start, size = place
        path, stat = file.name, self._stat
        if start or stat is None or not isinstance(path, str):
            return None
        try:
            named = os.stat(path)  # noqa: PTH116 - half the time.
        except OSError:
            return None
        if size != named.st_size or not os.path.samestat(stat, named):
            return None
        return path if path.startswith(os.sep) else str(Path(path).absolute())

    def apply_range(self, request: Any) -> None:
        """Send only the range that a GET request asks for, if it asks for one (RFC 9110, 14).

        A range beyond the file's end is answered with status 416.
        """
        header = request._header(b"range")
        if header is None or self._end is None or self._part is not None:
            return
        found = _RANGE.fullmatch(header)
        if found is None or request.method != "GET" or self.status_code != 200:
            return
        if found[2] and int(found[2]) < int(found[1]):  # RFC 9110, 14.1.1: no range at all.
            return
        if not self._still_is(request._header(b"if-range")):
            return
        size = self._end - self._start
        first, last = _bounds(found, size)
        if first >= size or first > last:
            self.status_code = 416
            self.headers["Content-Range"] = f"bytes */{size}"
            self.headers["Content-Length"] = "0"
            self.streaming_content = ()
            return
        self._part = part = last - first + 1
        self._end = self._start + last + 1
        self._file.seek(self._start + first)
        self.__dict__.pop("_iterator", None)
        self.status_code = 206
        self.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        self.headers["Content-Length"] = str(part)

    def _still_is(self, validator: str | None) -> bool:
        """Return whether If-Range names the file as it is now (RFC 9110, 13.1.5)."""
        if validator is None:
            return True
        # Both are compared letter by letter; a weak tag never matches.
        name = "ETag" if '"' in validator else "Last-Modified"
        return not validator.startswith("W/") and self.get(name) == validator.strip()


def _read(file: Any, left: int | None, size: int) -> Iterator[Any]:
    """Read a file block by block: so many bytes, or all that there are."""
    while block := file.read(size if left is None else min(size, left)):
        yield block
        if left is not None:
            left -= len(block)


@lru_cache(maxsize=256)
def _described(content_type: str, path: str, as_attachment: bool, can_seek: bool) -> Preset:
    """Return the headers that tell of a file, but for its length."""
    headers = ResponseHeaders([("Content-Type", content_type)])
    disposition = content_disposition_header(as_attachment, _name(path))
    if disposition is not None:
        headers["Content-Disposition"] = disposition
    if can_seek:
        headers["Accept-Ranges"] = "bytes"
    return Preset(headers)


def _forget_charset(*, setting: str, **_: Any) -> None:
    if setting == "DEFAULT_CHARSET":
        _described.cache_clear()


setting_changed.connect(_forget_charset, dispatch_uid="gingerdj.http.file")


def _guessed_type(path: str) -> str:
    guessed, encoding = mimetypes.guess_type(_name(path))
    guessed = _COMPRESSED.get(encoding, guessed) if encoding else guessed
    return guessed or "application/octet-stream"


def _name(path: str) -> str:
    return os.path.basename(path)  # noqa: PTH119 - a path is made in eight times as long.


def _bounds(found: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first and the last position of a range."""
    if found[3] is not None:
        return max(0, size - int(found[3])), size - 1
    return int(found[1]), min(int(found[2] or size - 1), size - 1)
