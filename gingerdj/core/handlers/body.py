"""Request bodies, as `http.request` messages bring them."""

from __future__ import annotations

import sys
from asyncio import to_thread
from typing import TYPE_CHECKING, Any, NoReturn

from gingerdj.conf import per_request, settings
from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.exchange import BODY, Exchange
from gingerdj.http.headers import find_header
from gingerdj.http.request import body_too_big
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import tempfile
else:
    tempfile = LazyModule("tempfile")

# Bytes that are collected before they are written: a thread is not asked for every message.
_BLOCK = 2**20


async def next_piece(exchange: Exchange) -> bytes:
    """Return the next piece of a request's body, of which there is more (`has_body`).

    Raises:
        RequestAborted: the client went away before the body's end.
        ValueError: the server sent a message that has no place here.
    """
    before, exchange.phase = exchange.phase, BODY
    try:
        message = await exchange.receive()
    finally:
        exchange.phase = before
    if message["type"] != "http.request":
        refuse_message(message, exchange)
    exchange.pieces += 1
    exchange.has_body = message.get("more_body", False)
    return message.get("body", b"")  # type: ignore[no-any-return]


async def join_body(exchange: Exchange, first: bytes, request: Any) -> Any:
    """Receive the rest of a request's body (ASGI HTTP specification, "Request").

    A form with files is not limited: what is beyond `DATA_UPLOAD_MAX_MEMORY_SIZE` of it is on disk.

    Args:
        exchange: what receives it.
        first: what has been received.
        request: the request, of which the headers are read.

    Returns:
        The body, as bytes or as a file; beyond the limit a file whose reading raises
        `RequestDataTooBig`.  What arrives is counted, and what Content-Length announces.

    Raises:
        RequestAborted: the client went away before the body's end.
        ValueError: the server sent a message that has no place here.
    """
    limit = per_request.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        limit = sys.maxsize
    if _announced(exchange.scope.get("headers")) > limit and not _has_files(request):
        return RefusedBody(limit)
    receive = exchange.receive
    pieces, size = [first], len(first)
    while size <= limit:
        # As next_piece() does it, in a phase that lasts until the view's: one frame less.
        message = await receive()
        if message["type"] != "http.request":
            refuse_message(message, exchange)
        exchange.pieces += 1
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if not message.get("more_body"):
            exchange.has_body = False
            break
    if size <= limit:
        return b"".join(pieces)
    if _has_files(request):
        return await _spooled(exchange, pieces)
    return RefusedBody(limit)


def _has_files(request: Any) -> bool:
    return bool(request.content_type == "multipart/form-data")


def _announced(headers: Any) -> int:
    """Return what Content-Length says, in bytes; 0 if it says nothing, or cannot be read twice."""
    # For this alone, they need not be put in order.
    length = find_header(headers, b"content-length") if type(headers) is list else None
    return int(length) if length is not None and length.isdigit() and len(length) < 20 else 0


def refuse_message(message: Any, exchange: Exchange) -> NoReturn:
    """Raise the exception for a message that is no piece of a body."""
    exchange.disconnected = True
    if message["type"] == "http.disconnect":
        raise RequestAborted
    raise ValueError(f"The server sent {message['type']!r} where http.request belongs.")


async def _spooled(exchange: Exchange, pieces: list[bytes]) -> Any:
    """Write the body to disk, in threads, and return the file."""
    file: Any = await to_thread(tempfile.TemporaryFile, dir=settings.FILE_UPLOAD_TEMP_DIR)
    try:
        while pieces:
            await to_thread(file.writelines, pieces)
            pieces, size = [], 0
            while exchange.has_body and size < _BLOCK:
                pieces.append(await next_piece(exchange))
                size += len(pieces[-1])
        await to_thread(file.seek, 0)
    except BaseException:
        file.close()
        raise
    return file


class RefusedBody:
    """A body beyond the limit: every way to read it raises `RequestDataTooBig`.

    Args:
        limit: the limit in bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def read(self, size: int = -1) -> NoReturn:
        raise body_too_big(self.limit)

    readline = readlines = read
