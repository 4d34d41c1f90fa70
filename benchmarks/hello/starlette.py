"""One page of Starlette."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("Hello, World!")


application = Starlette(routes=[Route("/", _hello)])
