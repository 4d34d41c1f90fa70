"""The lifespan protocol (ASGI specification "Lifespan Protocol")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any


async def lifespan(
    receive: Callable[[], Awaitable[Any]], send: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """Answer the server's start-up and shutdown, then return.

    All start-up work is done when the application is made, so there is nothing left to fail.

    Raises:
        ValueError: the server sent a message that has no place here.
    """
    while True:
        kind = (await receive())["type"]
        if kind == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif kind == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
        else:
            raise ValueError(f"The server sent {kind!r} within the lifespan protocol.")
