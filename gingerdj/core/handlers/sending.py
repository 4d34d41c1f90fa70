"""Responses as ASGI messages."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import Any

from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.exchange import STREAM, Exchange
from gingerdj.core.handlers.pool import in_thread

_PATHSEND = "http.response.pathsend"
_ZEROCOPYSEND = "http.response.zerocopysend"
_TRAILERS = "http.response.trailers"


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
    message = trailers = None
    offered = exchange.scope.get("extensions")
    if offered:
        if _TRAILERS in offered and not response.is_plain:
            trailers = response.trailers
        if is_stream:
            message = _file_message(response, offered)
    if trailers:
        start["trailers"] = True
        headers.append((b"trailer", ", ".join(trailers).encode("ascii")))
    if message is not None or not is_stream:
        sent = _send_messages(exchange, start, message or _body(response.content))
    else:
        pieces = response.raw_pieces(in_thread)
        announced = _announced(headers)
        if announced is not None:
            pieces = _measured(pieces, announced, response.make_bytes)
        sent = _send_stream(response, exchange, start, pieces)
        exchange.stream = sent, pieces
    return _with_trailers(sent, exchange, trailers) if trailers else sent


def _body(content: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": False}


async def _send_messages(exchange: Exchange, *messages: dict[str, Any]) -> None:
    exchange.has_begun = True
    for message in messages:
        await exchange.deliver(message)


async def _with_trailers(
    sent: Coroutine[Any, Any, None], exchange: Exchange, trailers: dict[str, Any]
) -> None:
    await sent
    headers = [(name.lower().encode("ascii"), _value(value)) for name, value in trailers.items()]
    await exchange.deliver({"type": _TRAILERS, "headers": headers, "more_trailers": False})


def _value(value: Any) -> bytes:
    return str(value() if callable(value) else value).encode("latin-1")


def _file_message(response: Any, offered: Any) -> dict[str, Any] | None:
    """Return the message that has the server send a file by itself, if it can and may."""
    place = response.file_place() if _PATHSEND in offered or _ZEROCOPYSEND in offered else None
    if place is None:
        return None
    file, start, size = place
    if _PATHSEND in offered and _is_whole(file, start, size):
        path = file.name
        return {
            "type": _PATHSEND,
            "path": path if path.startswith(os.sep) else str(Path(path).absolute()),
        }
    if _ZEROCOPYSEND in offered:
        return {"type": _ZEROCOPYSEND, "file": file, "offset": start, "count": size}
    return None


def _is_whole(file: Any, start: int, size: int) -> bool:
    """Return whether a file's path still leads to all that is to be sent, and to nothing else."""
    if start or not isinstance(file.name, str):
        return False
    try:
        opened, named = os.fstat(file.fileno()), os.stat(file.name)  # noqa: PTH116 - half the time.
    except OSError:
        return False
    return size == named.st_size and os.path.samestat(opened, named)


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
                piece = response.make_bytes(piece)  # noqa: PLW2901
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
        raise RuntimeError(f"The stream is {left} bytes shorter than its Content-Length.")


def _announced(headers: list[tuple[bytes, bytes]]) -> int | None:
    for name, value in headers:
        if name == b"content-length":
            return int(value)
    return None
