"""The application of the two peers with Django's interface."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from types import ModuleType
from typing import Any

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

URLS = "benchmark_urls"
HERE = __name__

# What the list of gingerdj's startproject has; Django's has sessions, users and messages besides,
# which have no counterpart.
STARTPROJECT = (
    "middleware.security.SecurityMiddleware",
    "middleware.common.CommonMiddleware",
    "middleware.csrf.CsrfViewMiddleware",
    "middleware.clickjacking.XFrameOptionsMiddleware",
)


def build(package: str, variant: Variant) -> Any:
    """Return the ASGI application, made with `django` or `gingerdj`."""
    import_module(f"{package}.conf").settings.configure(
        SECRET_KEY="a key of the benchmark",  # noqa: S106 - it guards nothing.
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF=URLS,
        MIDDLEWARE=_middleware(package, variant),
    )
    urls = ModuleType(URLS)
    urls.__dict__["urlpatterns"] = _patterns(package, variant.routes)
    sys.modules[URLS] = urls
    return import_module(f"{package}.core.asgi").get_asgi_application()


def _middleware(package: str, variant: Variant) -> list[str]:
    if variant.middleware == "startproject":
        return [f"{package}.{name}" for name in STARTPROJECT]
    kinds = {"async": ["async"], "sync": ["sync"], "mixed": ["async", "sync"]}
    kind = kinds.get(variant.middleware, [""])
    return [f"{HERE}.{kind[n % len(kind)]}_step" for n in range(variant.steps)]


def async_step(get_response: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    """Count the middlewares that a request has gone through, in a coroutine."""

    async def middleware(request: Any) -> Any:
        request.steps = getattr(request, "steps", 0) + 1
        return await get_response(request)

    return middleware


async_step.sync_capable = False  # type: ignore[attr-defined]
async_step.async_capable = True  # type: ignore[attr-defined]


def sync_step(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Count the middlewares that a request has gone through, in a thread."""

    def middleware(request: Any) -> Any:
        request.steps = getattr(request, "steps", 0) + 1
        return get_response(request)

    return middleware


def _patterns(package: str, routes: int) -> list[Any]:  # noqa: C901 - one function per page.
    http = import_module(f"{package}.http")
    response = http.HttpResponse
    path = import_module(f"{package}.urls").path

    async def hello(_: Any) -> Any:
        return response(TEXT, content_type=TEXT_TYPE)

    def sync_hello(_: Any) -> Any:
        return response(TEXT, content_type=TEXT_TYPE)

    async def message(_: Any) -> Any:
        return http.JsonResponse(MESSAGE)

    async def echo(request: Any) -> Any:
        return response(request.body, content_type=BYTES_TYPE)

    async def form(request: Any) -> Any:
        return response(request.POST["name"], content_type=TEXT_TYPE)

    async def stream(_: Any) -> Any:
        return http.StreamingHttpResponse(pieces(), content_type=BYTES_TYPE)

    async def file(_: Any) -> Any:
        return http.FileResponse(FILE.open("rb"), content_type=BYTES_TYPE)

    async def steps(request: Any) -> Any:
        return response(str(request.steps), content_type=TEXT_TYPE)

    def sync_steps(request: Any) -> Any:
        return response(str(request.steps), content_type=TEXT_TYPE)

    async def wait(_: Any) -> Any:
        await GATE.wait()
        return response(TEXT, content_type=TEXT_TYPE)

    async def item(_: Any, id: int) -> Any:  # noqa: A002 - the route's own name.
        return response(str(id + 1), content_type=TEXT_TYPE)

    patterns = [
        path("", hello),
        path("json", message),
        path("sync", sync_hello),
        path("echo", echo),
        path("form", form),
        path("stream", stream),
        path("file", file),
        path("steps", steps),
        path("sync-steps", sync_steps),
        path("wait", wait),
    ]
    for number in range(routes // 2):
        patterns.append(path(static_path(number)[1:], hello))
        patterns.append(path(int_path(number, "<int:id>")[1:], item))
    return patterns
