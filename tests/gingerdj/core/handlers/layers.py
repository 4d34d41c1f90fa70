"""Middleware that does nothing, in each style."""

from __future__ import annotations

from typing import Any

from gingerdj.utils.decorators import async_only_middleware, sync_only_middleware


@sync_only_middleware
def sync_layer(get_response: Any) -> Any:
    return lambda request: get_response(request)


@async_only_middleware
def async_layer(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        return await get_response(request)

    return middleware
