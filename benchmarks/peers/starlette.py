"""The application of Starlette."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from benchmarks.peers.steps import Step
from benchmarks.workloads import (
    BYTES_TYPE,
    FILE,
    GATE,
    MESSAGE,
    TEXT,
    Variant,
    int_path,
    pieces,
    static_path,
)

LACKS = {
    "sync-middlewares": "middlewares are asynchronous",
    "mixed-middlewares": "middlewares are asynchronous",
    "startproject": "there is no default list of middlewares",
}


async def _hello(_: Request) -> Response:
    return PlainTextResponse(TEXT)


def _sync(_: Request) -> Response:
    return PlainTextResponse(TEXT)


async def _json(_: Request) -> Response:
    return JSONResponse(MESSAGE)


async def _echo(request: Request) -> Response:
    return Response(await request.body(), media_type=BYTES_TYPE)


async def _form(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(form["name"])


async def _stream(_: Request) -> Response:
    return StreamingResponse(pieces(), media_type=BYTES_TYPE)


async def _file(_: Request) -> Response:
    return FileResponse(FILE, media_type=BYTES_TYPE)


async def _steps(request: Request) -> Response:
    return PlainTextResponse(str(request.scope["steps"]))


async def _wait(_: Request) -> Response:
    await GATE.wait()
    return PlainTextResponse(TEXT)


async def _item(request: Request) -> Response:
    return PlainTextResponse(str(request.path_params["id"] + 1))


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    routes = [
        Route("/", _hello),
        Route("/json", _json),
        Route("/sync", _sync),
        Route("/echo", _echo, methods=["POST"]),
        Route("/form", _form, methods=["POST"]),
        Route("/stream", _stream),
        Route("/file", _file),
        Route("/steps", _steps),
        Route("/wait", _wait),
    ]
    for number in range(variant.routes // 2):
        routes.append(Route(static_path(number), _hello))
        routes.append(Route(int_path(number, "{id:int}"), _item))
    return Starlette(routes=routes, middleware=[Middleware(Step)] * variant.steps)
