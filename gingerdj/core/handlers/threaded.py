"""Synchronous context managers for coroutines."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import TracebackType
from typing import Any

from gingerdj.core.handlers.pool import ThreadPool


class Threaded(AbstractAsyncContextManager[Any]):
    """A synchronous context manager, entered and left in one thread of its own."""

    def __init__(self, context: AbstractContextManager[Any]) -> None:
        self._context = context
        # Not asyncio's own threads, for which Python waits when it ends: one may hang.
        self._pool = ThreadPool(size=1, queue=0)
        self._lease = self._pool.lease()

    async def __aenter__(self) -> Any:
        try:
            return await asyncio.wrap_future(self._lease.submit(self._context.__enter__))
        except BaseException:
            self._end()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        leave = self._context.__exit__
        try:
            return await asyncio.wrap_future(self._lease.submit(leave, kind, error, traceback))
        finally:
            self._end()

    def _end(self) -> None:
        self._lease.release()
        self._pool.close()
