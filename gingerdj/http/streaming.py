"""Responses whose body is made while it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async

from gingerdj.http.base import HttpResponseBase


class StreamingHttpResponse(HttpResponseBase):
    """A response that sends each piece of an iterable as soon as there is one.

    Args:
        streaming_content: an iterable or asynchronous iterable of strings or bytes.
        args, kwargs: see `HttpResponseBase`.
    """

    streaming = True

    def __init__(self, streaming_content: Any = (), *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.streaming_content = streaming_content

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} status_code={self.status_code}{self._content_type_for_repr()}>"
        )

    @property
    def content(self) -> bytes:
        raise AttributeError(
            f"This {type(self).__name__} instance has no `content` attribute. Use "
            f"`streaming_content` instead."
        )

    @property
    def text(self) -> str:
        raise AttributeError(f"This {type(self).__name__} instance has no `text` attribute.")

    @property
    def streaming_content(self) -> Iterator[bytes] | AsyncIterator[bytes]:
        """The pieces, as bytes; asynchronous if what was given is."""
        return aiter(self) if self.is_async else iter(self)

    @streaming_content.setter
    def streaming_content(self, value: Any) -> None:
        self.is_async = hasattr(value, "__aiter__")
        self._iterator: Any = aiter(value) if self.is_async else iter(value)
        if hasattr(value, "close"):
            self._resource_closers.append(value.close)

    def file_place(self) -> tuple[Any, int, int] | None:
        """Return None: a stream is no file, unless a `FileResponse` says so."""
        return None

    # Each is given the iterator there is now: a middleware may put one around it later.

    def __iter__(self) -> Iterator[bytes]:
        if self.is_async:
            return self._driven_pieces(self._iterator)
        return map(self.make_bytes, self._iterator)

    def __aiter__(self) -> AsyncIterator[bytes]:
        if self.is_async:
            return self._async_pieces(self._iterator)
        return self._threaded_pieces(self._iterator)

    def raw_pieces(self) -> Any:
        """Return an asynchronous iterator of the pieces, bytes or what `make_bytes` makes bytes."""
        kind = type(self)
        if (
            self.is_async
            and kind.__aiter__ is StreamingHttpResponse.__aiter__
            and kind.make_bytes is StreamingHttpResponse.make_bytes
        ):
            return self._iterator
        return aiter(self)

    async def _async_pieces(self, iterator: AsyncIterator[Any]) -> AsyncIterator[bytes]:
        try:
            async for piece in iterator:
                yield self.make_bytes(piece)
        finally:  # A generator that is left in its middle ends now, not when it is collected.
            await _end(iterator)

    async def _threaded_pieces(self, iterator: Iterator[Any]) -> AsyncIterator[bytes]:
        # Piece by piece, each in the thread that the request's synchronous code runs in.
        next_piece = sync_to_async(_next_of)
        while (piece := await next_piece(iterator)) is not _END:
            yield self.make_bytes(piece)

    def _driven_pieces(self, iterator: AsyncIterator[Any]) -> Iterator[bytes]:
        # One loop for the whole body: a generator's awaits belong to the loop it began on.
        with asyncio.Runner() as runner:
            try:
                while (piece := runner.run(_next_piece(iterator))) is not _END:
                    yield self.make_bytes(piece)
            finally:
                runner.run(_end(iterator))

    def getvalue(self) -> bytes:
        """Return the whole body, which is then gone."""
        return b"".join(self)


_END: Any = object()


def _next_of(iterator: Iterator[Any]) -> Any:
    return next(iterator, _END)


async def _next_piece(iterator: AsyncIterator[Any]) -> Any:
    return await anext(iterator, _END)


async def _end(iterator: Any) -> None:
    if hasattr(iterator, "aclose"):
        await iterator.aclose()
