"""Responses as ASGI messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from gingerdj.core.exceptions import RequestAborted

Send = Callable[[dict[str, Any]], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]


async def send_response(response: Any, send: Send, method: str | None) -> None:
    """Send a response (ASGI HTTP specification, "Response Start" and "Response Body").

    The Content-Length of a body that is known is its real one, whatever the headers say.

    Args:
        response: the response.
        send: the server's `send`.
        method: the request's method; the answer to HEAD has no body.

    Raises:
        RequestAborted: the server says that the client has gone.
        RuntimeError: a stream is longer or shorter than its Content-Length.
    """
    status = response.status_code
    headers = list(response.raw_headers())
    # RFC 9110, 6.4.1: these have no body, and 8.6: the first two no Content-Length either.
    bodiless = status < 200 or status in (204, 304)
    if bodiless:
        headers = _without_length(headers)
    elif not response.streaming and not (method == "HEAD" and "Content-Length" in response):
        length = str(len(response.content)).encode()
        headers = [*_without_length(headers), (b"content-length", length)]
    await _deliver(send, {"type": "http.response.start", "status": status, "headers": headers})
    if bodiless or method == "HEAD":
        await _deliver(send, {"type": "http.response.body", "body": b"", "more_body": False})
    elif response.streaming:
        await _send_stream(response, send)
    else:
        await _deliver(
            send, {"type": "http.response.body", "body": response.content, "more_body": False}
        )


def _without_length(headers: RawHeaders) -> RawHeaders:
    return [header for header in headers if header[0] != b"content-length"]


async def _send_stream(response: Any, send: Send) -> None:
    announced = response.headers.get("Content-Length")
    left = None if announced is None else int(announced)
    pieces: AsyncIterator[bytes] = aiter(response)
    async with aclosing(pieces):  # type: ignore[type-var]
        async for piece in pieces:
            if left is not None:
                left -= len(piece)
                if left < 0:
                    raise RuntimeError(f"The stream exceeds its Content-Length, {announced}.")
            await _deliver(send, {"type": "http.response.body", "body": piece, "more_body": True})
    if left:
        raise RuntimeError(f"The stream is {left} bytes shorter than its Content-Length.")
    await _deliver(send, {"type": "http.response.body", "body": b"", "more_body": False})


async def _deliver(send: Send, message: dict[str, Any]) -> None:
    try:
        await send(message)
    except OSError as error:  # ASGI HTTP specification, "Disconnected Client".
        raise RequestAborted from error
