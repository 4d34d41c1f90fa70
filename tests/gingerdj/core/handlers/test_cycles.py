"""A request and its exchange go when they are over: the garbage collector finds none of them."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import Context, copy_context
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from gingerdj.core.exceptions import PermissionDenied, SuspiciousOperation
from gingerdj.core.handlers.asgi import ASGIHandler, ASGIRequest
from gingerdj.core.handlers.exchange import CallingOnce
from gingerdj.core.handlers.pool import Lease, current_lease
from gingerdj.core.signals import request_finished
from gingerdj.http import Http404, HttpResponse, StreamingHttpResponse
from gingerdj.urls import path
from tests.gingerdj.core.handlers import layers

ALIVE: list[Callable[[], Any]] = []


class NotedRequest(ASGIRequest):
    def __init__(self, scope: Any, body_file: Any) -> None:
        super().__init__(scope, body_file)
        ALIVE.append(weakref.ref(self))


class NotedExchange(CallingOnce):
    def __init__(self) -> None:
        ALIVE.append(weakref.ref(self))


class Handler(ASGIHandler):
    request_class = NotedRequest

    def __init__(self) -> None:
        super().__init__()
        self._exchange_class = NotedExchange


def raises(error: type[Exception], is_async: bool) -> Any:
    def sync_view(request: Any) -> HttpResponse:
        raise error("reason")

    async def async_view(request: Any) -> HttpResponse:
        await asyncio.sleep(0)
        raise error("reason")

    return async_view if is_async else sync_view


async def pieces() -> AsyncIterator[str]:
    yield "a"
    await asyncio.sleep(0)


def sync_pieces() -> Iterator[str]:
    yield "a"


async def async_stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces())


def sync_stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(sync_pieces())


async def to_thread_and_back(request: Any) -> HttpResponse:
    return HttpResponse(await sync_to_async(lambda: async_to_sync(asyncio.sleep)(0, "x"))())


async def answers(request: Any) -> HttpResponse:
    return HttpResponse()


def answers_in_thread(request: Any) -> HttpResponse:
    return HttpResponse()


async def answers_without_a_body(request: Any) -> HttpResponse:
    return HttpResponse(status=204)


async def waits(request: Any) -> HttpResponse:
    await asyncio.Event().wait()
    return HttpResponse()


def reads(request: Any) -> HttpResponse:
    return HttpResponse(repr((request.POST, request.FILES, request.COOKIES, request.headers)))


async def count_left() -> int:
    # The loop lets go of a task's callbacks, and a thread of a call, a moment later.
    for _ in range(500):
        await asyncio.sleep(0.01)
        left = sum(1 for each in ALIVE if each() is not None)
        if not left:
            break
    return left


VIEWS: dict[str, Any] = {
    "async-stream": async_stream,
    "sync-stream": sync_stream,
    "to-thread-and-back": to_thread_and_back,
    "waits": waits,
    "reads": reads,
    **{
        f"{error.__name__}-{is_async}": raises(error, is_async)
        for error in (Http404, PermissionDenied, SuspiciousOperation, ValueError)
        for is_async in (True, False)
    },
}


async def ask(application: Any, url: str, kept: list[Context] | None = None) -> None:
    messages = [{"type": "http.request", "body": b"a=1"}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        if url == "/waits/":
            return {"type": "http.disconnect"}
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        if kept is not None:
            kept.append(copy_context())

    headers = [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": url, "headers": headers}
    await application(scope, receive, send)


@pytest.mark.parametrize(
    "around", [[], ["async_layer"], ["sync_layer"], ["sync_layer", "async_layer", "sync_layer"]]
)
def test_nothing_is_left_to_the_garbage_collector(site: Any, around: list[str]) -> None:
    site(
        *(path(f"{name}/", view) for name, view in VIEWS.items()),
        MIDDLEWARE=[f"{layers.__name__}.{name}" for name in around],
    )

    # What asgiref's async_to_sync() raises refers to its frame, which refers to the exception.
    names = [
        name
        for name in (*VIEWS, "nowhere")
        if "sync_layer" not in around or not (name == "waits" or name.endswith("-True"))
    ]

    async def all_of_them() -> dict[str, int]:
        application = Handler()
        left = {}
        for name in names:
            ALIVE.clear()
            for _ in range(3):
                await asyncio.create_task(ask(application, f"/{name}/"))
            left[name] = await count_left()
            assert len(ALIVE) == 6
        return left

    logging.disable(logging.CRITICAL)  # Or pytest would keep records, with their requests.
    gc.collect()
    gc.disable()
    try:
        left = asyncio.run(all_of_them())
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)
        ALIVE.clear()
    assert {name: count for name, count in left.items() if count} == {}


@pytest.mark.parametrize(
    "view",
    [answers, answers_in_thread, answers_without_a_body, raises(Http404, is_async=True)],
)
def test_a_context_that_the_server_keeps_keeps_no_exchange(site: Any, view: Any) -> None:
    """What a server sets going when it has the response, such as a timer, has its context."""
    site(path("", view))
    contexts: list[Context] = []
    leases: list[bool] = []

    def note(sender: Any, **_: Any) -> None:
        leases.append(isinstance(current_lease.get(), Lease))

    async def ask_and_count() -> int:
        await ask(Handler(), "/", contexts)
        return await count_left()

    logging.disable(logging.CRITICAL)
    gc.disable()
    request_finished.connect(note)
    ALIVE.clear()
    try:
        left = asyncio.run(ask_and_count())
    finally:
        request_finished.disconnect(note)
        gc.enable()
        logging.disable(logging.NOTSET)
    assert (len(ALIVE), len(contexts), left) == (2, 2, 0)
    assert leases == [True]  # Even so, receivers find the request's thread.
