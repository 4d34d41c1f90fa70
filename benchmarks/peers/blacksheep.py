"""The application of BlackSheep."""

from __future__ import annotations

from typing import Any

from blacksheep import Application, Content, Request, Response, StreamedContent, json, text
from blacksheep import file as send_file

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
    "sync": "synchronous handlers run on the event loop",
    "sync-16": "synchronous handlers run on the event loop",
    "sync-middlewares": "middlewares are asynchronous",
    "mixed-middlewares": "middlewares are asynchronous",
    "startproject": "there is no default list of middlewares",
}


async def _hello(_: Request) -> Response:
    return text(TEXT)


async def _json(_: Request) -> Response:
    return json(MESSAGE)


async def _echo(request: Request) -> Response:
    return Response(200, content=Content(BYTES_TYPE.encode(), await request.read()))


async def _form(request: Request) -> Response:
    return text((await request.form())["name"])


async def _stream(_: Request) -> Response:
    return Response(200, content=StreamedContent(BYTES_TYPE.encode(), pieces))


async def _file(_: Request) -> Response:
    return send_file(str(FILE), BYTES_TYPE)


async def _steps(request: Request) -> Response:
    return text(str(request.scope["steps"]))


async def _wait(_: Request) -> Response:
    await GATE.wait()
    return text(TEXT)


async def _item(request: Request) -> Response:
    return text(str(int(request.route_values["id"]) + 1))


async def _step(request: Request, handler: Any) -> Response:
    request.scope["steps"] = request.scope.get("steps", 0) + 1
    return await handler(request)


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    app = Application()
    router = app.router
    for page in (_json, _stream, _file, _steps, _wait):
        router.add_get(f"/{page.__name__[1:]}", page)
    router.add_get("/", _hello)
    router.add_post("/echo", _echo)
    router.add_post("/form", _form)
    for number in range(variant.routes // 2):
        router.add_get(static_path(number), _hello)
        router.add_get(int_path(number, "{int:id}"), _item)
    app.middlewares.extend([_step] * variant.steps)
    return app
