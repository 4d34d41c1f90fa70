"""One page of Litestar."""

from __future__ import annotations

from litestar import Litestar, MediaType, get


@get("/", media_type=MediaType.TEXT)
async def _hello() -> str:
    return "Hello, World!"


application = Litestar([_hello], openapi_config=None)
