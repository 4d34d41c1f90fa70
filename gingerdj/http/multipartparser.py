"""Forms sent as `multipart/form-data`, with files (RFC 7578)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from gingerdj.core.files.uploadhandler import SkipFile, StopFutureHandlers, StopUpload
from gingerdj.http.exceptions import MultiPartParserError
from gingerdj.http.lazystream import ChunkIter, LazyStream
from gingerdj.http.parts import (
    FIELD,
    FILE,
    MAX_TOTAL_HEADER_SIZE,
    RAW,
    Headers,
    Parser,
)
from gingerdj.http.querydict import QueryDict
from gingerdj.utils.datastructures import MultiValueDict
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.parameters import parse_header_parameters

if TYPE_CHECKING:
    import html
else:
    html = LazyModule("html")

__all__ = [
    "FIELD",
    "FILE",
    "MAX_TOTAL_HEADER_SIZE",
    "RAW",
    "ChunkIter",
    "LazyStream",
    "MultiPartParser",
    "MultiPartParserError",
    "Parser",
]

# RFC 2046, 5.1.1 allows fewer characters, and 70 of them; some clients know no better.
_BOUNDARY = re.compile(r"[ -~]{0,199}[!-~]")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)


class MultiPartParser:
    """Reads one form, and gives its files to upload handlers while they arrive.

    Args:
        META: the request's `META`: its content type and length.
        input_data: the body, as a file.
        upload_handlers: the handlers, in the order in which they see files.
        encoding: the charset of the fields; `DEFAULT_CHARSET` by default.

    Raises:
        MultiPartParserError: the content type is not multipart, or has no sound boundary; or
            the content length is negative.
    """

    def __init__(
        self,
        META: dict[str, Any],  # noqa: N803 - Django's name
        input_data: Any,
        upload_handlers: list[Any],
        encoding: str | None = None,
    ) -> None:
        self._meta = META
        self._input_data = input_data
        self._boundary = _boundary(META.get("CONTENT_TYPE", ""))
        self._content_length = _content_length(META.get("CONTENT_LENGTH", 0))
        self._upload_handlers = upload_handlers
        self._encoding = encoding or settings.DEFAULT_CHARSET
        sizes = (handler.chunk_size for handler in upload_handlers if handler.chunk_size)
        self._chunk_size = min(sizes, default=64 * 2**10)
        self._post = QueryDict("", mutable=True, encoding=encoding)
        self._files = MultiValueDict()
        self._field_count = self._file_count = 0
        self._left = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(self) -> tuple[QueryDict, MultiValueDict]:
        """Read the form to its end.

        Returns:
            The fields and the files.

        Raises:
            MultiPartParserError: the form is malformed.
            RequestDataTooBig: names and values of the fields that arrived are longer than
                `DATA_UPLOAD_MAX_MEMORY_SIZE`.
            TooManyFieldsSent: there are more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`.
            TooManyFilesSent: there are more files than `DATA_UPLOAD_MAX_NUMBER_FILES`.
        """
        try:
            return self._parse()
        except BaseException:
            for handler in self._upload_handlers:
                handler.upload_interrupted()
            self._close_files()
            raise

    def _parse(self) -> tuple[QueryDict, MultiValueDict]:
        for handler in self._upload_handlers:
            parsed = handler.handle_raw_input(
                self._input_data, self._meta, self._content_length, self._boundary, self._encoding
            )
            if parsed is not None:
                return parsed[0], parsed[1]
        try:
            parser = Parser(self._pieces(), self._boundary)
            for kind, headers, stream in parser:
                if kind == FIELD:
                    self._add_field(headers, stream)
                elif kind == FILE:
                    self._add_file(headers, stream, parser)
        except StopUpload as stop:
            for handler in self._upload_handlers:
                handler.upload_interrupted()
            if not stop.connection_reset:
                self._exhaust()
        else:
            self._exhaust()  # What stands behind the last part means nothing.
            any(handler.upload_complete() for handler in self._upload_handlers)
        self._post._mutable = False
        return self._post, self._files

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._input_data.read(self._chunk_size):
            yield piece

    def _exhaust(self) -> None:
        for _ in self._pieces():
            pass

    def _add_field(self, headers: Headers, stream: LazyStream) -> None:
        name = _name(headers)
        if name is None:
            return
        self._field_count += 1
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        if limit is not None and self._field_count > limit:
            raise TooManyFieldsSent(
                f"The number of GET/POST parameters exceeded "
                f"settings.DATA_UPLOAD_MAX_NUMBER_FIELDS. It is {limit}."
            )
        self._count(len(name) + len("&="))
        data = bytearray()
        for piece in stream:
            self._count(len(piece))
            data += piece
        self._post.appendlist(name, _value(headers, data).decode(self._encoding, "replace"))

    def _count(self, size: int) -> None:
        if self._left is None:
            return
        self._left -= size
        if self._left < 0:
            raise RequestDataTooBig(
                f"Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE. It is "
                f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."
            )

    def _add_file(self, headers: Headers, stream: LazyStream, parser: Parser) -> None:
        self._file_count += 1
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        if limit is not None and self._file_count > limit:
            raise TooManyFilesSent(
                f"The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES. It is "
                f"{limit}."
            )
        field_name = _name(headers)
        file_name = self.sanitize_file_name(headers["content-disposition"][1]["filename"].decode())
        if not field_name or not file_name:
            return
        content_type, extra = headers.get("content-type", ("", {}))
        length = headers.get("content-length", ("", {}))[0]
        try:
            self._begin_file(
                field_name,
                file_name,
                content_type.strip(),
                int(length) if length.isdecimal() else None,
                extra.get("charset"),
                extra,
            )
            sizes = self._give(_from_base64(stream) if _is_base64(headers) else stream)
        except SkipFile:
            self._close_handlers_files()
        else:
            if parser.has_broken_off:  # Nobody knows how much of the file is missing.
                self._close_handlers_files()
            else:
                self._end_file(field_name, sizes)

    def _begin_file(self, *description: Any) -> None:
        for handler in self._upload_handlers:
            try:
                handler.new_file(*description)
            except StopFutureHandlers:
                return

    def _give(self, pieces: Iterable[bytes]) -> list[int]:
        """Give a file's content to the handlers; return how much each of them has had."""
        sizes = [0] * len(self._upload_handlers)
        for piece in pieces:
            chunk: bytes | None = piece
            for number, handler in enumerate(self._upload_handlers):
                size = len(chunk or b"")
                chunk = handler.receive_data_chunk(chunk, sizes[number])
                sizes[number] += size
                if chunk is None:
                    break
        return sizes

    def _end_file(self, field_name: str, sizes: list[int]) -> None:
        for handler, size in zip(self._upload_handlers, sizes, strict=True):
            file = handler.file_complete(size)
            if file:
                self._files.appendlist(field_name, file)
                return

    def _close_handlers_files(self) -> None:
        for handler in self._upload_handlers:
            file: Any = getattr(handler, "file", None)
            if file is not None:
                file.close()

    def _close_files(self) -> None:
        self._close_handlers_files()
        for _, files in self._files.lists():
            for file in files:
                file.close()

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return a file's name without the path and the unprintable characters that it may have.

        Returns:
            The name; None if nothing is left that could be one.
        """
        name = html.unescape(file_name)
        name = re.split(r"[/\\]", name)[-1]
        name = "".join(letter for letter in name if letter.isprintable())
        return None if name in ("", ".", "..") else name


def _boundary(content_type: str) -> bytes:
    media_type, parameters = parse_header_parameters(content_type)
    if not media_type.startswith("multipart/"):
        raise MultiPartParserError(f"Invalid Content-Type: {content_type}")
    if not content_type.isascii():
        raise MultiPartParserError(f"Invalid non-ASCII Content-Type in multipart: {content_type}")
    boundary = parameters.get("boundary")
    if boundary is None or not _BOUNDARY.fullmatch(boundary):
        raise MultiPartParserError(f"Invalid boundary in multipart: {boundary}")
    return boundary.encode("ascii")


def _content_length(value: Any) -> int:
    try:
        length = int(value)
    except (TypeError, ValueError):
        return 0
    if length < 0:
        raise MultiPartParserError(f"Invalid content length: {length}")
    return length


def _name(headers: Headers) -> str | None:
    name = headers["content-disposition"][1].get("name")
    return None if name is None else name.decode().strip()


def _is_base64(headers: Headers) -> bool:
    return headers.get("content-transfer-encoding", ("",))[0] == "base64"


def _value(headers: Headers, data: bytearray) -> bytes | bytearray:
    """Return a field's value; one that is not base64, as it says, is taken as it stands."""
    try:
        return binascii.a2b_base64(data) if _is_base64(headers) else data
    except binascii.Error:
        return data


def _from_base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decode pieces one by one, however the groups of four lie in them (RFC 2045, 6.8)."""
    rest, is_blank, is_empty = b"", True, True
    for piece in pieces:
        is_blank = is_blank and piece.isspace()
        data = rest + piece.translate(None, _NOT_BASE64)
        whole = len(data) // 4 * 4
        rest = data[whole:]
        if whole:
            is_empty = False
            yield _group(data[:whole])
    if rest:
        yield _group(rest)
    elif is_empty and not is_blank:
        raise MultiPartParserError("Could not decode base64 data. There is none.")


def _group(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error as error:
        raise MultiPartParserError(f"Could not decode base64 data. {error}") from error
