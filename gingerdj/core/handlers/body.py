"""Request bodies, as `http.request` messages bring them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, NoReturn

from gingerdj.core.exceptions import RequestAborted
from gingerdj.http.request import body_too_big

Receive = Callable[[], Awaitable[Any]]


async def read_body(receive: Receive, limit: int | None) -> Any:
    """Join a request's body (ASGI HTTP specification, "Request").

    Args:
        receive: the server's `receive`.
        limit: the most bytes to hold; what arrives is counted, not what Content-Length says.

    Returns:
        The body as a file; beyond the limit a file whose reading raises `RequestDataTooBig`.

    Raises:
        RequestAborted: the client went away before the body's end.
        ValueError: the server sent a message that has no place here.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        kind = message["type"]
        if kind == "http.disconnect":
            raise RequestAborted
        if kind != "http.request":
            raise ValueError(f"The server sent {kind!r} where http.request belongs.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if limit is not None and size > limit:
            return RefusedBody(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return BytesIO(b"".join(chunks))


class RefusedBody:
    """A body beyond the limit: every way to read it raises `RequestDataTooBig`.

    Args:
        limit: the limit in bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def read(self, size: int = -1) -> NoReturn:
        raise body_too_big(self.limit)

    readline = readlines = read
