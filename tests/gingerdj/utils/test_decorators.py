"""Middleware written as hooks, and decorators made of it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.test import AsyncClient, Client, RequestFactory
from gingerdj.urls import path
from gingerdj.utils.decorators import decorator_from_middleware, method_decorator
from gingerdj.utils.deprecation import MiddlewareMixin


class Hooks(MiddlewareMixin):
    def process_request(self, request: Any) -> Any:
        request.thread = threading.current_thread()
        return HttpResponse("stopped") if "stop" in request.GET else None

    def process_exception(self, request: Any, error: Exception) -> Any:
        return HttpResponse(f"rescued {error}") if isinstance(error, KeyError) else None

    def process_response(self, request: Any, response: Any) -> Any:
        response["X-On-Loop"] = str(request.thread is threading.main_thread())
        return response


class Quick(Hooks):
    hooks_block = False


def sync_view(request: Any) -> HttpResponse:
    if "fail" in request.GET:
        raise KeyError("oh")
    return HttpResponse("view")


async def async_view(request: Any) -> HttpResponse:
    return sync_view(request)


@pytest.mark.parametrize("view", [sync_view, async_view])
def test_a_decorator_made_of_hooks(site: Any, view: Any) -> None:
    site(path("", decorator_from_middleware(Hooks)(view)))
    client = Client()
    assert [client.get(f"/{query}").text for query in ("", "?stop", "?fail")] == [
        "view",
        "stopped",
        "rescued 'oh'",
    ]


@pytest.mark.parametrize(("name", "on_loop"), [("Hooks", "False"), ("Quick", "True")])
def test_hooks_that_block_run_beside_the_loop(site: Any, name: str, on_loop: str) -> None:
    site(path("", async_view), MIDDLEWARE=[f"{__name__}.{name}"])
    assert asyncio.run(AsyncClient().get("/"))["X-On-Loop"] == on_loop
    assert Client().get("/?stop").text == "stopped"


def test_a_middleware_needs_a_next_layer() -> None:
    with pytest.raises(ValueError, match="get_response must be provided"):
        Hooks(None)  # type: ignore[arg-type]


def test_decorating_methods() -> None:
    def twice(function: Any) -> Any:
        def wrapper(*args: Any) -> Any:
            return function(*args) * 2

        wrapper.__dict__["marked"] = True
        return wrapper

    class Speaker:
        word = "ha"

        @method_decorator(twice)
        def say(self, end: str) -> str:
            return self.word + end

    assert Speaker().say("!") == "ha!ha!"
    assert Speaker.say.marked  # type: ignore[attr-defined]
    assert Speaker.say.__name__ == "say"
    with pytest.raises(
        ValueError, match=r"a method of the decorated class: .*Speaker'>. Got 'nope'"
    ):
        method_decorator(twice, name="nope")(Speaker)


@pytest.mark.parametrize("view", [sync_view, async_view])
def test_a_decorated_view_takes_its_request_by_name(site: Any, view: Any) -> None:
    site()
    response = decorator_from_middleware(Quick)(view)(request=RequestFactory().get("/"))
    if view is async_view:
        response = asyncio.run(response)
    assert response.text == "view"
