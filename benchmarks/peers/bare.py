"""The limit: a callable that does only what the protocol asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from benchmarks.workloads import (
    BYTES_TYPE,
    FILE,
    FILE_SIZE,
    GATE,
    JSON_TYPE,
    MESSAGE,
    PIECE_OF_FILE,
    TEXT,
    TEXT_TYPE,
    Variant,
    int_path,
    pieces,
    static_path,
)

Page = Callable[[Any, Any, Any], Awaitable[None]]

LACKS = {
    "mixed-middlewares": "a callable has no middlewares of two kinds",
    "startproject": "a callable has no project",
}

_START = "http.response.start"
_BODY = "http.response.body"


async def _answer(send: Any, body: bytes, media_type: str = TEXT_TYPE) -> None:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": _START, "status": 200, "headers": headers})
    await send({"type": _BODY, "body": body})


async def _read(receive: Any) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        return bytes(message["body"])
    pieces = [message["body"]]
    while message.get("more_body"):
        message = await receive()
        pieces.append(message["body"])
    return b"".join(pieces)


async def _hello(_: Any, __: Any, send: Any) -> None:
    await _answer(send, TEXT.encode())


async def _json(_: Any, __: Any, send: Any) -> None:
    await _answer(send, json.dumps(MESSAGE).encode(), JSON_TYPE)


def _sync_text() -> bytes:
    return TEXT.encode()


async def _sync(_: Any, __: Any, send: Any) -> None:
    body = await asyncio.get_running_loop().run_in_executor(None, _sync_text)
    await _answer(send, body)


async def _echo(_: Any, receive: Any, send: Any) -> None:
    await _answer(send, await _read(receive), BYTES_TYPE)


async def _form(_: Any, receive: Any, send: Any) -> None:
    fields = parse_qs((await _read(receive)).decode())
    await _answer(send, fields["name"][0].encode())


async def _stream(_: Any, __: Any, send: Any) -> None:
    headers = [(b"content-type", BYTES_TYPE.encode())]
    await send({"type": _START, "status": 200, "headers": headers})
    async for piece in pieces():
        await send({"type": _BODY, "body": piece, "more_body": True})
    await send({"type": _BODY, "body": b""})


async def _file(scope: Any, __: Any, send: Any) -> None:
    headers = [
        (b"content-type", BYTES_TYPE.encode()),
        (b"content-length", b"%d" % FILE_SIZE),
    ]
    await send({"type": _START, "status": 200, "headers": headers})
    if "http.response.pathsend" in scope["extensions"]:
        await send({"type": "http.response.pathsend", "path": str(FILE)})
        return
    with FILE.open("rb", buffering=0) as file:
        while piece := file.read(PIECE_OF_FILE):
            await send({"type": _BODY, "body": piece, "more_body": True})
    await send({"type": _BODY, "body": b""})


async def _steps(scope: Any, __: Any, send: Any) -> None:
    await _answer(send, b"%d" % scope["steps"])


def _sync_page(scope: Any) -> bytes:
    return b"%d" % scope["steps"]


async def _wait(_: Any, __: Any, send: Any) -> None:
    await GATE.wait()
    await _answer(send, TEXT.encode())


PAGES: dict[str, Page] = {
    "/": _hello,
    "/json": _json,
    "/sync": _sync,
    "/echo": _echo,
    "/form": _form,
    "/stream": _stream,
    "/file": _file,
    "/steps": _steps,
    "/wait": _wait,
}


def _with_routes(routes: int) -> Page:
    pages = dict(PAGES)
    items = set()
    for number in range(routes // 2):
        pages[static_path(number)] = _hello
        items.add(int_path(number, ""))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        page = pages.get(path)
        if page is not None:
            await page(scope, receive, send)
            return
        head, slash, last = path.rpartition("/")
        if head + slash in items:
            await _answer(send, b"%d" % (int(last) + 1))

    return application


def _step(application: Page) -> Page:
    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        scope["steps"] = scope.get("steps", 0) + 1
        await application(scope, receive, send)

    return middleware


def _sync_step(page: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    def middleware(scope: Any) -> bytes:
        scope["steps"] = scope.get("steps", 0) + 1
        return page(scope)

    return middleware


def build(variant: Variant) -> Page:
    """Return the ASGI application."""
    if variant.middleware == "sync":
        page: Callable[[Any], bytes] = _sync_page
        for _ in range(variant.steps):
            page = _sync_step(page)

        async def application(scope: Any, _: Any, send: Any) -> None:
            body = await asyncio.get_running_loop().run_in_executor(None, page, scope)
            await _answer(send, body)

        return application
    built = _with_routes(variant.routes)
    for _ in range(variant.steps):
        built = _step(built)
    return built
