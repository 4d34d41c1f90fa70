"""The application of FastAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Form, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response, StreamingResponse

from benchmarks.peers import starlette
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

LACKS = starlette.LACKS


async def _hello() -> str:
    return TEXT


def _sync() -> str:
    return TEXT


async def _json() -> dict[str, Any]:
    return MESSAGE


async def _echo(request: Request) -> Response:
    return Response(await request.body(), media_type=BYTES_TYPE)


async def _form(name: Annotated[str, Form()]) -> str:
    return name


async def _stream() -> Response:
    return StreamingResponse(pieces(), media_type=BYTES_TYPE)


async def _file() -> Response:
    return FileResponse(FILE, media_type=BYTES_TYPE)


async def _steps(request: Request) -> str:
    return str(request.scope["steps"])


async def _wait() -> str:
    await GATE.wait()
    return TEXT


async def _item(id: int) -> str:  # noqa: A002 - the route's own name.
    return str(id + 1)


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    app = FastAPI()
    text: dict[str, Any] = {"response_class": PlainTextResponse}
    app.get("/", **text)(_hello)
    app.get("/json")(_json)
    app.get("/sync", **text)(_sync)
    app.post("/echo")(_echo)
    app.post("/form", **text)(_form)
    app.get("/stream")(_stream)
    app.get("/file")(_file)
    app.get("/steps", **text)(_steps)
    app.get("/wait", **text)(_wait)
    for number in range(variant.routes // 2):
        app.get(static_path(number), **text)(_hello)
        app.get(int_path(number, "{id}"), **text)(_item)
    for _ in range(variant.steps):
        app.add_middleware(Step)
    return app
