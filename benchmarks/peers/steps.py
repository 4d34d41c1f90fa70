"""The ASGI middleware of the peers that have no other kind."""

from __future__ import annotations

from typing import Any


class Step:
    """Counts the middlewares that a request has gone through."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the connection on."""
        scope["steps"] = scope.get("steps", 0) + 1
        await self.app(scope, receive, send)
