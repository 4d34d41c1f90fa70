"""The parts of a multipart body, found in one pass (RFC 2046, 5.1.1; RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gingerdj.http.exceptions import MultiPartParserError
from gingerdj.http.lazystream import LazyStream
from gingerdj.utils.parameters import parse_header_parameters

#: The most bytes of all headers of a part.
MAX_TOTAL_HEADER_SIZE = 1024

#: A part that is neither of the others.
RAW = "raw"
#: A part that is a file.
FILE = "file"
#: A part that is a field of the form.
FIELD = "field"

#: A part's headers: for each name, in lower case, its value and its parameters, as UTF-8.
Headers = dict[str, tuple[str, dict[str, bytes]]]

# What follows a delimiter: the end, or white space and a line break. The space is capped, so
# that looking for it again whenever more has arrived takes no time to speak of.
_AFTER = re.compile(rb"--|[ \t]{0,64}(?=\r\n)")
_AFTER_BEGUN = re.compile(rb"-|[ \t]{0,64}\r?")
_AFTER_LENGTH = 66


class Parser:
    """The parts of a multipart body.

    Args:
        stream: an iterable of pieces of the body, however long each is.
        boundary: the boundary between the parts.
    """

    def __init__(self, stream: Iterable[bytes], boundary: bytes) -> None:
        self._pieces = iter(stream)
        self._delimiter = b"\r\n--" + boundary
        # The first delimiter may stand at the very beginning, without a line break before it.
        self._buffer = b"\r\n"
        self._position = 0  # What is before it in the buffer is done with.
        self._found = False
        self._at_end = False
        # Whether the body has ended before a delimiter, as that of an upload that breaks off.
        self.has_broken_off = False

    def __iter__(self) -> Iterator[tuple[str, Headers, LazyStream]]:
        """Give each part's kind (`FIELD`, `FILE` or `RAW`), its headers, and its content.

        What has not been read of a part when the next one is asked for is gone.

        Raises:
            MultiPartParserError: a part's headers are longer than `MAX_TOTAL_HEADER_SIZE`, or
                a body that is not empty holds no delimiter.
        """
        # What comes before the first delimiter means nothing.
        is_empty = not sum(len(data) for data in self._content())
        if not self._found and not is_empty:
            raise MultiPartParserError("The body does not hold the boundary that its header names.")
        while not self._at_end:
            headers = self._headers()
            if headers is None:
                return
            content = self._content()
            yield _kind(headers), headers, LazyStream(content)
            for _ in content:
                pass

    def _more(self) -> bool:
        for piece in self._pieces:
            if piece:
                self._buffer = self._buffer[self._position :] + piece
                self._position = 0
                return True
        self._at_end = True
        return False

    def _content(self) -> Iterator[bytes]:
        """Give what stands between the line break at hand, which is no part of it, and the next
        delimiter, which may begin with that line break; a body that breaks off ends there."""
        surplus = 2
        for data in self._until_delimiter():
            skipped = min(surplus, len(data))
            surplus -= skipped
            if len(data) > skipped:
                yield data[skipped:]

    def _until_delimiter(self) -> Iterator[bytes]:
        size = len(self._delimiter)
        while True:
            start = self._buffer.find(self._delimiter, self._position)
            if start < 0:
                # The end of what is here may be the beginning of a delimiter.
                yield self._take(max(0, len(self._buffer) - self._position - size + 1))
                if not self._more():
                    self.has_broken_off = True
                    yield self._take(len(self._buffer))
                    return
                continue
            yield self._take(start - self._position)
            end = self._behind_delimiter(size)
            if end is not None:
                self._position += end
                self._found = True
                return
            yield self._take(size)  # A line that only begins as the delimiter does.

    def _take(self, size: int) -> bytes:
        data = self._buffer[self._position : self._position + size]
        self._position += len(data)
        return data

    def _behind_delimiter(self, size: int) -> int | None:
        """Return how long the delimiter at hand is with what belongs to it; None if it is none."""
        while True:
            start = self._position + size
            rest = self._buffer[start : start + _AFTER_LENGTH]
            found = _AFTER.match(rest)
            if found is not None:
                self._at_end = found[0] == b"--"
                return size + found.end()
            if _AFTER_BEGUN.fullmatch(rest) is None:
                return None
            if not self._more():
                self.has_broken_off = True
                return size + len(rest)

    def _headers(self) -> Headers | None:
        """Read a part's headers, from the delimiter's line break up to that of the empty line."""
        most = MAX_TOTAL_HEADER_SIZE + 4
        while True:
            end = self._buffer.find(b"\r\n\r\n", self._position, self._position + most)
            if end >= 0:
                break
            if len(self._buffer) - self._position >= most:
                raise MultiPartParserError(
                    f"Request max total header size exceeded. A part's headers may have "
                    f"{MAX_TOTAL_HEADER_SIZE} bytes."
                )
            if not self._more():
                return None
        headers: Headers = {}
        for line in self._take(end - self._position).split(b"\r\n"):
            name, colon, value = line.decode("utf-8", "replace").partition(":")
            if colon:
                value, parameters = parse_header_parameters(value)
                encoded = {key: each.encode() for key, each in parameters.items()}
                headers[name.strip().lower()] = value, encoded
        self._position += 2
        return headers


def _kind(headers: Headers) -> str:
    if "content-disposition" not in headers:
        return RAW
    return FILE if headers["content-disposition"][1].get("filename") else FIELD
