"""What the project does when it starts and when it ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from weakref import WeakSet

__all__ = ["fail", "hang", "journal", "start", "started"]

#: What happened, and how often.
journal: Counter[str] = Counter()

_loops: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


@asynccontextmanager
async def start() -> AsyncIterator[dict[str, Any]]:
    """Start up, serve, and shut down."""
    journal["startup"] += 1
    _loops.add(asyncio.get_running_loop())
    yield {"conformance": "started"}
    journal["shutdown"] += 1


class fail(AbstractAsyncContextManager[None]):  # noqa: N801 - used like the others
    """Fail to start up."""

    async def __aenter__(self) -> None:
        raise RuntimeError("the start-up fails, as it should")

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: nothing was started."""


@asynccontextmanager
async def hang() -> AsyncIterator[None]:
    """Never start up."""
    await asyncio.Event().wait()
    yield


def started() -> bool:
    """Return whether start-up work has been done on the running event loop."""
    return asyncio.get_running_loop() in _loops
