"""Responses whose body is made while it is sent."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from types import AsyncGeneratorType
from typing import Any

from asgiref.sync import sync_to_async

from gingerdj.http.base import HttpResponseBase

Call = Callable[..., Awaitable[Any]]

# Each piece then takes a thread, or keeps one waiting.
_ASYNC_IN_SYNC = (
    "StreamingHttpResponse must consume asynchronous iterators in order to serve them "
    "synchronously. Use a synchronous iterator instead."
)
_SYNC_IN_ASYNC = (
    "StreamingHttpResponse must consume synchronous iterators in order to serve them "
    "asynchronously. Use an asynchronous iterator instead."
)


class StreamingHttpResponse(HttpResponseBase):
    """A response that sends each piece of an iterable as soon as there is one.

    Args:
        streaming_content: an iterable or asynchronous iterable of strings or bytes.
        content_type: see `HttpResponseBase`, as for the others.
    """

    streaming = is_ready = True
    is_async = False
    # Whether it is the file of a `FileResponse` that is sent.
    _is_file = False
    _has_own_pieces = False
    _iterator: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.keys().isdisjoint(("__aiter__", "make_bytes")):
            cls._has_own_pieces = True

    def __init__(
        self,
        streaming_content: Any = (),
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(content_type, status, reason, charset, headers)
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
        self._is_file = False
        if type(value) is AsyncGeneratorType:  # As most are: with less work.
            self.is_async, self._iterator = True, value
            return
        self.is_async = hasattr(value, "__aiter__")
        self._iterator = aiter(value) if self.is_async else iter(value)
        if hasattr(value, "close"):
            self._resource_closers.append(value.close)

    def file_place(self) -> tuple[Any, int, int] | None:
        """Return None: a stream is no file, unless a `FileResponse` says so."""
        return None

    # Each is given the iterator there is now: a middleware may put one around it later.

    def __iter__(self) -> Iterator[bytes]:
        if self.is_async:
            _warn(_ASYNC_IN_SYNC)
            return self._driven_pieces(self._iterator)
        return map(self.make_bytes, self._iterator)

    def __aiter__(self) -> AsyncIterator[bytes]:
        if not self.is_async:
            _warn(_SYNC_IN_ASYNC)
        return self._async_pieces(self._source(_in_thread))

    def raw_pieces(self, call: Call) -> AsyncGenerator[Any, None]:
        """Return the pieces that are to be sent; `make_bytes` has yet to see those not bytes.

        Args:
            call: runs a function with its arguments in a thread.

        Returns:
            One of Python's own generators, whatever the pieces come from.
        """
        source: AsyncIterator[Any]
        if not self._has_own_pieces:
            source = self._source(call)
        elif type(self).__aiter__ is StreamingHttpResponse.__aiter__:
            source = self._async_pieces(self._source(call))
        else:
            source = aiter(self)
        return source if type(source) is AsyncGeneratorType else self._async_pieces(source)

    def _source(self, call: Call) -> AsyncIterator[Any]:
        if self.is_async:
            return self._iterator  # type: ignore[no-any-return]
        return _threaded_pieces(self._iterator, call)

    async def _async_pieces(self, iterator: AsyncIterator[Any]) -> AsyncGenerator[bytes, None]:
        try:
            async for piece in iterator:
                yield self.make_bytes(piece)
        finally:  # A generator that is left in its middle ends now, not when it is collected.
            await _end(iterator)

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


def _warn(message: str) -> None:
    warnings.warn(message, Warning, stacklevel=3)


_END: Any = object()


async def _in_thread(function: Callable[..., Any], *args: Any) -> Any:
    return await sync_to_async(function)(*args)


async def _threaded_pieces(iterator: Iterator[Any], call: Call) -> AsyncIterator[Any]:
    # Piece by piece, each in the thread that the request's synchronous code runs in.
    while (piece := await call(next, iterator, _END)) is not _END:
        yield piece


async def _next_piece(iterator: AsyncIterator[Any]) -> Any:
    return await anext(iterator, _END)


async def _end(iterator: Any) -> None:
    if hasattr(iterator, "aclose"):
        await iterator.aclose()
