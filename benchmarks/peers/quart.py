"""The application of Quart."""

from __future__ import annotations

from typing import Any

from quart import Quart, Response, g, jsonify, request, send_file

from benchmarks.workloads import (
    BYTES_TYPE,
    FILE,
    GATE,
    MESSAGE,
    TEXT,
    TEXT_TYPE,
    Variant,
    int_path,
    pieces,
    static_path,
)

LACKS = {
    "sync-middlewares": "functions before requests are asynchronous",
    "mixed-middlewares": "functions before requests are asynchronous",
    "startproject": "there is no default list of middlewares",
}


def _text(content: str) -> Response:
    return Response(content, content_type=TEXT_TYPE)


async def _hello() -> Response:
    return _text(TEXT)


def _sync() -> Response:
    return _text(TEXT)


async def _json() -> Response:
    return jsonify(MESSAGE)


async def _echo() -> Response:
    return Response(await request.get_data(), content_type=BYTES_TYPE)


async def _form() -> Response:
    return _text((await request.form)["name"])


async def _stream() -> Response:
    return Response(pieces(), content_type=BYTES_TYPE)


async def _file() -> Response:
    return await send_file(FILE, mimetype=BYTES_TYPE)


async def _steps() -> Response:
    return _text(str(g.steps))


async def _wait() -> Response:
    await GATE.wait()
    return _text(TEXT)


async def _item(id: int) -> Response:  # noqa: A002 - the route's own name.
    return _text(str(id + 1))


async def _step() -> None:
    g.steps = getattr(g, "steps", 0) + 1


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    app = Quart(__name__)
    for view in (_json, _sync, _stream, _file, _steps, _wait):
        name = view.__name__.removeprefix("_")
        app.add_url_rule(f"/{name}", name, view)
    app.add_url_rule("/", "hello", _hello)
    app.add_url_rule("/echo", "echo", _echo, methods=["POST"])
    app.add_url_rule("/form", "form", _form, methods=["POST"])
    for number in range(variant.routes // 2):
        app.add_url_rule(static_path(number), "hello", _hello)
        app.add_url_rule(int_path(number, "<int:id>"), "item", _item)
    for _ in range(variant.steps):
        app.before_request(_step)
    return app
