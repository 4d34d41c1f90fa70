"""The HTTP endpoints."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

from gingerdj.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from gingerdj.test.conformance.contract import ENDPOINTS, FILE, PIECE, WORK
from gingerdj.test.conformance.project.lifespan import journal, started

__all__ = ()


async def index(request: HttpRequest) -> HttpResponse:
    return JsonResponse(list(ENDPOINTS), safe=False)


async def facts(request: Any) -> HttpResponse:
    meta = request.META
    return JsonResponse(
        {
            "method": request.method,
            "scheme": request.scheme,
            "path": request.path,
            "root_path": meta["SCRIPT_NAME"],
            "path_info": request.path_info,
            "query": dict(request.GET.lists()),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "cookies": request.COOKIES,
            "client": [meta["REMOTE_ADDR"], meta["REMOTE_PORT"]] if "REMOTE_ADDR" in meta else None,
            "server": [meta["SERVER_NAME"], meta["SERVER_PORT"]],
            "tls": (request.scope.get("extensions") or {}).get("tls"),
            "started": started(),
        }
    )


async def show_journal(request: HttpRequest) -> HttpResponse:
    return JsonResponse(journal)


def echo(request: HttpRequest) -> HttpResponse:
    journal["echo"] += 1
    return HttpResponse(request.body)


async def answer(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.GET.get("body", ""), status=request.GET.get("status", 200))
    for text in request.GET.getlist("header"):
        name, value = _pair(text)
        response[name] = value
    for text in request.GET.getlist("cookie"):
        response.set_cookie(*_pair(text))
    return response


def _pair(text: str) -> tuple[str, str]:
    split = text.index(":", 1)
    return text[:split], text[split + 1 :]


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        try:
            for _ in range(int(request.GET.get("pieces", "3"))):
                journal["piece"] += 1
                yield b"x" * PIECE
        finally:
            journal["stream closed"] += 1

    return StreamingHttpResponse(pieces())


_working: list[threading.Event] = []


def work(request: HttpRequest) -> HttpResponse:
    released = threading.Event()
    _working.append(released)
    journal["work started"] += 1
    return HttpResponse("released" if released.wait(WORK) else "late")


async def release(request: HttpRequest) -> HttpResponse:
    for released in _working:
        released.set()
    _working.clear()
    return HttpResponse()


async def wait(request: HttpRequest) -> HttpResponse:
    journal["wait started"] += 1
    try:
        await asyncio.Event().wait()
    finally:
        journal["wait ended"] += 1
    return HttpResponse()


async def state(request: HttpRequest) -> HttpResponse:
    for name in request.GET.getlist("write"):
        request.state[name] = "written"
    return JsonResponse(request.state)


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(FILE.open("rb"))


async def trailers(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("counted")
    response.trailers["X-Checksum"] = str(len(response.content))
    return response


async def hints(request: HttpRequest) -> HttpResponse:
    await request.asend_early_hints(["</style.css>; rel=preload"])
    return HttpResponse("hinted")
