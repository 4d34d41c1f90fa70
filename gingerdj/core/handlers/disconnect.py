"""Work that ends when its client goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from gingerdj.core.exceptions import RequestAborted

# Seconds that work may take before it is worth a task of its own to watch the client.
_DELAY = 0.05


@coroutine
def until_disconnect(
    work: Coroutine[Any, Any, Any], receive: Callable[[], Awaitable[Any]]
) -> Generator[Any, Any, None]:
    """Run a coroutine in the current task, and cancel it if the client disconnects.

    Servers say so only to those who wait for it in `receive()`; `send()` does not raise
    (ASGI HTTP specification, "Disconnect").

    Args:
        work: the coroutine.
        receive: the server's `receive`; the body must have been read.

    Raises:
        RequestAborted: the client went away, and the work ended for it.
    """
    # Work that never waits, as most does, is over before anything watches it.
    try:
        waits_for = work.send(None)
    except StopIteration:
        return
    watch = _Watch(receive)
    try:
        while True:
            try:
                value = yield waits_for
            except BaseException as error:
                waits_for = work.throw(error)
            else:
                waits_for = work.send(value)
    except StopIteration:
        return
    except asyncio.CancelledError:
        if watch.disconnected:
            raise RequestAborted from None
        raise
    finally:
        watch.end()


class _Watch:
    def __init__(self, receive: Callable[[], Awaitable[Any]]) -> None:
        self.disconnected = False
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._worker = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(_DELAY, self._start)

    def _start(self) -> None:
        self._watcher = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        # What is left of a body that was refused comes first.
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._worker is not None:
            self.disconnected = True
            self._worker.cancel()

    def end(self) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self.disconnected and self._worker is not None:
            self._worker.uncancel()
