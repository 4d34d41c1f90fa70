"""Three layers of middleware in every order of styles: the same happens under both servers."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from itertools import product
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction

from gingerdj.core.handlers.chain import build_chain
from gingerdj.http import HttpResponse
from gingerdj.test import RequestFactory
from gingerdj.urls import path
from gingerdj.utils.decorators import (
    async_only_middleware,
    sync_and_async_middleware,
    sync_only_middleware,
)

TRAIL: ContextVar[str] = ContextVar("TRAIL", default="")


def go(request: Any, step: str) -> None:
    """Leave a step in the context, and note all that have been left on the way here."""
    TRAIL.set(f"{TRAIL.get()} {step}")
    request.trails = [*getattr(request, "trails", []), TRAIL.get()]


def in_thread(request: Any) -> None:
    request.threads = {*getattr(request, "threads", set()), threading.current_thread().name}


def shown(request: Any) -> HttpResponse:
    go(request, "view")
    if "fail" in request.GET:
        raise ValueError("of the view")
    return HttpResponse()


def sync_view(request: Any) -> HttpResponse:
    in_thread(request)
    return shown(request)


async def async_view(request: Any) -> HttpResponse:
    return shown(request)


def layer(get_response: Any) -> Any:
    def sync_middleware(request: Any) -> Any:
        in_thread(request)
        go(request, "in")
        response = get_response(request)
        go(request, f"out-{response.status_code}")
        in_thread(request)
        return response

    async def async_middleware(request: Any) -> Any:
        go(request, "in")
        response = await get_response(request)
        go(request, f"out-{response.status_code}")
        return response

    return async_middleware if iscoroutinefunction(get_response) else sync_middleware


sync_layer = sync_only_middleware(lambda get_response: layer(get_response))
async_layer = async_only_middleware(lambda get_response: layer(get_response))
dual_layer = sync_and_async_middleware(lambda get_response: layer(get_response))


@sync_and_async_middleware
def outermost(get_response: Any) -> Any:
    """Send what was noted at the request."""

    def told(request: Any, response: Any) -> Any:
        response["X-Trails"] = "|".join(request.trails)
        response["X-Threads"] = ",".join(sorted(getattr(request, "threads", ())))
        return response

    async def on_loop(request: Any) -> Any:
        return told(request, await get_response(request))

    return on_loop if iscoroutinefunction(get_response) else lambda r: told(r, get_response(r))


STEPS = ["in", "in", "in", "view"]


@pytest.mark.parametrize("styles", list(product(["sync", "async", "dual"], repeat=3)))
def test_every_order(site: Any, asgi: Any, styles: tuple[str, ...]) -> None:
    middleware = ["outermost", *(f"{style}_layer" for style in styles)]
    site(
        path("sync/", sync_view),
        path("async/", async_view),
        MIDDLEWARE=[f"{__name__}.{name}" for name in middleware],
    )
    application, wsgi = asgi(), build_chain(is_async=False)
    for url, fails in product(["/sync/", "/async/"], [False, True]):
        answer = application.get(url, query_string=b"fail" if fails else b"")
        status = 500 if fails else 200
        steps = [*STEPS, *[f"out-{status}"] * 3]
        # Each step sees those before it, whichever thread or task they were made in.
        found = ["".join(f" {step}" for step in steps[: n + 1]) for n in range(7)]
        trails = {"|".join(found)}
        if fails and url == "/async/":
            # asgiref's async_to_sync() hands an exception over before the context that goes with
            # it, so that a thread that is quick may miss what was left there.
            trails.add("|".join([*found[:4], *(each.replace(" view", "") for each in found[4:])]))
        assert answer.status == status
        assert answer.headers[b"x-trails"].decode() in trails
        threads = answer.headers[b"x-threads"].decode()
        if "sync" in styles or url == "/sync/":
            assert threads.startswith("gingerdj-sync-")
            assert "," not in threads
        else:
            assert threads == ""
        TRAIL.set("")
        response = wsgi(RequestFactory().get(url, {"fail": ""} if fails else {}))
        assert response.status_code == status
        assert response["X-Trails"] in trails
    TRAIL.set("")
