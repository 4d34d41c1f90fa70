"""The application of Litestar."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, MediaType, Request, get, post
from litestar.response import File, Stream

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


async def _hello() -> str:
    return TEXT


def _sync() -> str:
    return TEXT


async def _json() -> dict[str, Any]:
    return MESSAGE


async def _echo(request: Request[Any, Any, Any]) -> bytes:
    return bytes(await request.body())


async def _form(request: Request[Any, Any, Any]) -> str:
    return str((await request.form())["name"])


async def _stream() -> Stream:
    return Stream(pieces(), media_type=BYTES_TYPE)


async def _file() -> File:
    return File(FILE, media_type=BYTES_TYPE)


async def _steps(scope: dict[str, Any]) -> str:
    return str(scope["steps"])


async def _wait() -> str:
    await GATE.wait()
    return TEXT


async def _item(id: int) -> str:  # noqa: A002 - the route's own name.
    return str(id + 1)


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    text = MediaType.TEXT
    handlers = [
        get("/", media_type=text)(_hello),
        get("/json")(_json),
        get("/sync", media_type=text, sync_to_thread=True)(_sync),
        post("/echo", media_type=BYTES_TYPE, status_code=200)(_echo),
        post("/form", media_type=text, status_code=200)(_form),
        get("/stream")(_stream),
        get("/file")(_file),
        get("/steps", media_type=text)(_steps),
        get("/wait", media_type=text)(_wait),
    ]
    for number in range(variant.routes // 2):
        handlers.append(get(static_path(number), media_type=text)(_hello))
        handlers.append(get(int_path(number, "{id:int}"), media_type=text)(_item))
    return Litestar(handlers, openapi_config=None, middleware=[Step] * variant.steps)
