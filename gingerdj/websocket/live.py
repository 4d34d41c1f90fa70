"""The connections that are open, and how they end together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gingerdj.conf import settings
from gingerdj.core.draining import on_draining

if TYPE_CHECKING:
    from gingerdj.websocket.socket import WebSocket

# Each connection's future is done when its consumer is.
_live: dict[WebSocket, asyncio.Future[None]] = {}

# Seconds for consumers that were cancelled to clean up.
_CLEANUP = 1.0


@contextmanager
def counted(socket: WebSocket) -> Iterator[None]:
    """Count a connection among those that are open, and close it when the process drains."""
    loop = asyncio.get_running_loop()
    closing: list[asyncio.Task[None]] = []

    def close() -> None:
        closing.append(loop.create_task(socket.close(1001, "going away")))

    def go_away() -> None:
        # At once where that is possible: Uvicorn's own close, with 1012, is not far behind.
        if _is_running(loop):
            close()
        else:
            loop.call_soon_threadsafe(close)

    forget = on_draining(go_away)
    ended = _live[socket] = loop.create_future()
    try:
        yield
    finally:
        forget()
        del _live[socket]
        ended.set_result(None)
        for task in closing:
            task.cancel()


async def drain() -> None:
    """Wait for the consumers of this event loop, whose connections are being closed.

    They have `WEBSOCKET_CLOSE_TIMEOUT` seconds to finish; then they are cancelled.
    """
    loop = asyncio.get_running_loop()
    if live := [ended for ended in _live.values() if ended.get_loop() is loop]:
        await asyncio.wait(live, timeout=settings.WEBSOCKET_CLOSE_TIMEOUT + _CLEANUP)


def _is_running(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
