"""The application of Falcon."""

from __future__ import annotations

from typing import Any

from falcon.asgi import App

from benchmarks.workloads import (
    BYTES_TYPE,
    GATE,
    MESSAGE,
    TEXT,
    TEXT_TYPE,
    Variant,
    int_path,
    pieces,
    static_path,
)

_NO_FILES = "there is no response that sends a file"
LACKS = {
    "sync": "responders are coroutine functions",
    "sync-16": "responders are coroutine functions",
    "file": _NO_FILES,
    "file-pathsend": _NO_FILES,
    "sync-middlewares": "middlewares are asynchronous",
    "mixed-middlewares": "middlewares are asynchronous",
    "startproject": "there is no default list of middlewares",
}


class _Hello:
    async def on_get(self, _: Any, resp: Any) -> None:
        resp.content_type = TEXT_TYPE
        resp.text = TEXT


class _Json:
    async def on_get(self, _: Any, resp: Any) -> None:
        resp.media = MESSAGE


class _Echo:
    async def on_post(self, req: Any, resp: Any) -> None:
        resp.content_type = BYTES_TYPE
        resp.data = await req.stream.read()


class _Form:
    async def on_post(self, req: Any, resp: Any) -> None:
        resp.content_type = TEXT_TYPE
        resp.text = (await req.get_media())["name"]


class _Stream:
    async def on_get(self, _: Any, resp: Any) -> None:
        resp.content_type = BYTES_TYPE
        resp.stream = pieces()


class _Steps:
    async def on_get(self, req: Any, resp: Any) -> None:
        resp.content_type = TEXT_TYPE
        resp.text = str(req.context.steps)


class _Wait:
    async def on_get(self, _: Any, resp: Any) -> None:
        await GATE.wait()
        resp.content_type = TEXT_TYPE
        resp.text = TEXT


class _Item:
    async def on_get(self, _: Any, resp: Any, id: int) -> None:  # noqa: A002 - the route's own name.
        resp.content_type = TEXT_TYPE
        resp.text = str(id + 1)


class _Step:
    async def process_request(self, req: Any, _: Any) -> None:
        req.context.steps = getattr(req.context, "steps", 0) + 1


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    app = App(middleware=[_Step() for _ in range(variant.steps)])
    hello, item = _Hello(), _Item()
    for page in (_Json, _Echo, _Form, _Stream, _Steps, _Wait):
        app.add_route(f"/{page.__name__[1:].lower()}", page())
    app.add_route("/", hello)
    for number in range(variant.routes // 2):
        app.add_route(static_path(number), hello)
        app.add_route(int_path(number, "{id:int}"), item)
    return app
