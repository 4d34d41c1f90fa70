"""Request bodies, as `http.request` messages bring them."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, NoReturn

from gingerdj.conf import settings
from gingerdj.core.exceptions import RequestAborted
from gingerdj.http.request import body_too_big

Receive = Callable[[], Awaitable[Any]]

# Bytes that are collected before they are written: a thread is not asked for every message.
_BLOCK = 2**20


async def read_body(receive: Receive, headers: Any, limit: int | None) -> Any:
    """Join a request's body (ASGI HTTP specification, "Request").

    A form with files is not limited: what is beyond the limit of it is on disk.

    Args:
        receive: the server's `receive`.
        headers: the scope's headers.
        limit: the most bytes to hold; what arrives is counted, not what Content-Length says.

    Returns:
        The body as a file; beyond the limit a file whose reading raises `RequestDataTooBig`.

    Raises:
        RequestAborted: the client went away before the body's end.
        ValueError: the server sent a message that has no place here.
    """
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            _refuse(message)
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        chunks.append(chunk)
        if limit is not None and size > limit:
            if _is_multipart(headers):
                return await _spooled(receive, chunks, more)
            return RefusedBody(limit)
    return BytesIO(b"".join(chunks))


def _refuse(message: Any) -> NoReturn:
    if message["type"] == "http.disconnect":
        raise RequestAborted
    raise ValueError(f"The server sent {message['type']!r} where http.request belongs.")


def _is_multipart(headers: Any) -> bool:
    return any(
        name.lower() == b"content-type" and value.lower().startswith(b"multipart/form-data")
        for name, value in headers
    )


async def _spooled(receive: Receive, chunks: list[bytes], more: bool) -> Any:
    """Write the body to disk, in threads, and return the file."""
    from tempfile import TemporaryFile  # Which imports a lot, and most requests upload nothing.

    file: Any = await to_thread(TemporaryFile, dir=settings.FILE_UPLOAD_TEMP_DIR)
    try:
        while True:
            await to_thread(file.writelines, chunks)
            if not more:
                break
            chunks, size = [], 0
            while more and size < _BLOCK:
                message = await receive()
                if message["type"] != "http.request":
                    _refuse(message)
                chunks.append(message.get("body", b""))
                more = message.get("more_body", False)
                size += len(chunks[-1])
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
