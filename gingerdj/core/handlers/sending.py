"""Responses as ASGI messages."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.exchange import SEND, STREAM, Exchange
from gingerdj.core.handlers.pool import in_thread
from gingerdj.http.headers import find_header

_PATHSEND = "http.response.pathsend"
_ZEROCOPYSEND = "http.response.zerocopysend"
_TRAILERS = "http.response.trailers"

# Bytes of a file that are asked for at once whether they are in memory.
_AHEAD = 2**21
# What the byte is read into that answers this.
_PROBE = [bytearray(1)]


def send_response(
    response: Any, exchange: Exchange, method: str | None
) -> Coroutine[Any, Any, None]:
    """Return what sends a response (ASGI HTTP specification, "Response Start", "Response Body").

    The Content-Length of a body that is known is its real one, whatever the headers say.

    Args:
        response: the response.
        exchange: what it is sent over.
        method: the request's method; the answer to HEAD has no body.

    Returns:
        A coroutine, to be awaited at once.  It raises `RequestAborted` if the server says that the
        client has gone, and `RuntimeError` if a stream is longer or shorter than its
        Content-Length.
    """
    status = response.status_code
    # RFC 9110, 6.4.1: these have no body, and 8.6: the first two no Content-Length either.
    is_bodiless = status != 200 and (status < 200 or status in (204, 304))
    is_stream = response.streaming
    if is_bodiless:
        headers = response.raw_headers(-1)
    elif is_stream or (method == "HEAD" and "Content-Length" in response):
        headers = response.raw_headers()
    else:
        headers = response.raw_headers(len(response.content))
    start = {"type": "http.response.start", "status": status, "headers": headers}
    if is_bodiless or method == "HEAD":
        return _send_messages(exchange, start, _body(b""))
    trailers = None
    offered = exchange.scope.get("extensions")
    if offered and _TRAILERS in offered and not response.is_plain:
        trailers = response.trailers
        if trailers:
            start["trailers"] = True
            headers.append((b"trailer", ", ".join(trailers).encode("ascii")))
    if is_stream:
        sent = _stream_sender(response, exchange, start, offered)
    else:
        sent = _send_messages(exchange, start, _body(response.content))
    return _with_trailers(sent, exchange, trailers) if trailers else sent


def _stream_sender(
    response: Any, exchange: Exchange, start: dict[str, Any], offered: Any
) -> Coroutine[Any, Any, None]:
    place = response.file_place()
    if place is not None and offered:
        message = _file_message(response, place, offered)
        if message is not None:
            return _send_messages(exchange, start, message)
    length = find_header(start["headers"], b"content-length")
    announced = None if length is None else int(length)
    if place is not None and announced in (None, place[2]):
        if not place[2]:
            return _send_messages(exchange, start, _body(b""))
        sent = _send_file(exchange, start, place, response.block_size, announced)
        exchange.stream = sent, None
        return sent
    pieces = response.raw_pieces(in_thread)
    if announced is not None:
        pieces = _measured(pieces, announced, response.make_bytes)
    sent = _send_stream(response, exchange, start, pieces)
    exchange.stream = sent, pieces
    return sent


def _body(content: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": False}


async def _send_messages(exchange: Exchange, start: dict[str, Any], body: dict[str, Any]) -> None:
    exchange.has_begun = True
    exchange.phase = SEND
    try:  # As exchange.deliver() does it: a frame less for each.
        send = exchange.send
        await send(start)
        send = exchange.send  # Another one when the client has gone.
        await send(body)
    except OSError as error:
        raise RequestAborted from error


async def _with_trailers(
    sent: Coroutine[Any, Any, None], exchange: Exchange, trailers: dict[str, Any]
) -> None:
    await sent
    headers = [(name.lower().encode("ascii"), _value(value)) for name, value in trailers.items()]
    await exchange.deliver({"type": _TRAILERS, "headers": headers, "more_trailers": False})


def _value(value: Any) -> bytes:
    return str(value() if callable(value) else value).encode("latin-1")


def _file_message(response: Any, place: Any, offered: Any) -> dict[str, Any] | None:
    """Return the message that has the server send a file by itself, if it can and may."""
    file, start, size = place
    if _PATHSEND in offered:
        path = response.path_of(place)
        if path is not None:
            return {"type": _PATHSEND, "path": path}
    if _ZEROCOPYSEND in offered:
        return {"type": _ZEROCOPYSEND, "file": file, "offset": start, "count": size}
    return None


async def _send_file(
    exchange: Exchange,
    start: dict[str, Any],
    place: tuple[Any, int, int],
    block_size: int,
    announced: int | None,
) -> None:
    """Send a file, read on the event loop where that does not wait for the disk, else in a thread.

    Args:
        exchange: what it is sent over.
        start: the message that begins the response.
        place: the file, where to begin, and how many bytes to send.
        block_size: the bytes that are read at once.
        announced: the response's Content-Length, of so many bytes; None without it.
    """
    file, position, size = place
    descriptor, end = file.fileno(), position + size
    exchange.has_begun = True
    await exchange.deliver(start)
    exchange.phase = STREAM
    at_hand = position  # What stands before it is in memory.
    last, size = end - block_size, block_size
    pread, more_body = os.pread, True
    while more_body:  # Each bytecode counts here.
        if position > last:
            size = end - position
        if position + size > at_hand:
            ahead = min(position + max(size, _AHEAD), end)
            at_hand = ahead if _is_at_hand(descriptor, ahead - 1) else position
        if position < at_hand:
            piece = pread(descriptor, size, position)
        else:
            stream, exchange.stream = exchange.stream, None
            piece = await in_thread(pread, descriptor, size, position)
            exchange.stream = stream
        position += len(piece)
        if position >= end:
            more_body = False
        elif not piece:  # The file has become shorter.
            if announced is not None:
                raise _too_short(end - position)
            more_body = False
        send = exchange.send  # Another one when the client has gone.
        try:
            await send({"type": "http.response.body", "body": piece, "more_body": more_body})
        except OSError as error:
            raise RequestAborted from error
        del piece  # The next one takes its memory, which is there already.


def _is_at_hand(descriptor: int, position: int) -> bool:
    """Return whether the system holds a file's byte in memory, and so those just before it."""
    try:
        return os.preadv(descriptor, _PROBE, position, os.RWF_NOWAIT) == 1
    except (AttributeError, OSError):  # It would wait, or the system cannot tell.
        return False


async def _send_stream(
    response: Any, exchange: Exchange, start: dict[str, Any], pieces: Any
) -> None:
    exchange.has_begun = True
    is_encoding = is_over = False
    wanted = bytes  # Each bytecode counts in this loop.
    try:  # As exchange.deliver() does it, all at once: one frame less for each piece.
        send = exchange.send
        await send(start)
        exchange.phase = STREAM
        async for piece in pieces:
            if piece.__class__ is not wanted:
                is_encoding = True
                piece = response.make_bytes(piece)  # noqa: PLW2901 - a name more is a bytecode.
                is_encoding = False
            send = exchange.send  # Not before: it is another one when the client has gone.
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        is_over = True
        send = exchange.send
        await send(_body(b""))
    except OSError as error:
        if is_encoding or (pieces.ag_frame is None and not is_over):
            raise  # It is the stream's own.
        raise RequestAborted from error
    finally:  # A generator that is left in its middle ends now, not when it is collected.
        if pieces.ag_frame is not None:
            await pieces.aclose()


async def _measured(
    pieces: AsyncGenerator[Any, None], announced: int, make_bytes: Callable[[Any], bytes]
) -> AsyncGenerator[bytes, None]:
    """Give the pieces of a stream, and see that they are as long as its Content-Length."""
    left = announced
    try:
        async for raw in pieces:
            piece = make_bytes(raw)
            left -= len(piece)
            if left < 0:
                raise RuntimeError(f"The stream exceeds its Content-Length, {announced}.")
            yield piece
    finally:
        await pieces.aclose()
    if left:
        raise _too_short(left)


def _too_short(missing: int) -> RuntimeError:
    return RuntimeError(f"The stream is {missing} bytes shorter than its Content-Length.")
