"""Many requests, few threads: none waits for a thread that another needs, none shares its own."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.handlers.pool import ThreadPool, current_lease, shared_pool
from gingerdj.core.signals import thread_released
from gingerdj.http import HttpResponse
from gingerdj.urls import path
from gingerdj.utils.decorators import async_only_middleware, sync_only_middleware

SECONDS = 30
# Whose request each thread serves.
OWNERS: dict[str, Any] = {}


def name() -> str:
    return threading.current_thread().name


def own(request: Any) -> None:
    """Take this thread for the request, which must be nobody's or the request's already."""
    assert OWNERS.setdefault(name(), request) is request
    assert request.__dict__.setdefault("thread", name()) == name()


def disown(request: Any) -> None:
    own(request)
    del OWNERS[name()]


def quick(request: Any) -> HttpResponse:
    return HttpResponse()


def fast(request: Any) -> HttpResponse:
    own(request)
    return HttpResponse("fast")


def slow(request: Any) -> HttpResponse:
    own(request)
    threading.Event().wait(random.random() / 200)
    return HttpResponse("slow")


def raises(request: Any) -> HttpResponse:
    own(request)
    raise ZeroDivisionError


def nested(request: Any) -> HttpResponse:
    async def there(depth: int) -> None:
        await asyncio.sleep(0)
        await sync_to_async(back)(depth)

    def back(depth: int) -> None:
        own(request)
        if depth:
            async_to_sync(there)(depth - 1)

    async_to_sync(there)(2)
    return HttpResponse("nested")


async def several(request: Any) -> HttpResponse:
    await asyncio.gather(*(sync_to_async(own)(request) for _ in range(3)))
    await asyncio.sleep(0.001)
    await sync_to_async(own)(request)
    return HttpResponse("several")


VIEWS: dict[str, Callable[[Any], Any]] = {
    view.__name__: view for view in (fast, slow, raises, nested, several)
}


@sync_only_middleware
def sync_layer(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        own(request)
        response = get_response(request)
        own(request)
        return response

    return middleware


@sync_only_middleware
def plain_layer(get_response: Any) -> Any:
    return lambda request: get_response(request)


@async_only_middleware
def async_layer(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        await asyncio.sleep(0)
        return await get_response(request)

    return middleware


@async_only_middleware
def owning(get_response: Any) -> Any:
    """Own the thread from one hop to another: what is between them runs in no other request."""

    async def middleware(request: Any) -> Any:
        try:
            await sync_to_async(own)(request)
            return await get_response(request)
        finally:  # Whatever is cancelled now, this call has been made.
            disowned = current_lease.get().submit(disown, request)
            await asyncio.shield(asyncio.wrap_future(disowned))

    return middleware


@sync_only_middleware
def owning_in_thread(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        own(request)
        try:
            return get_response(request)
        finally:
            disown(request)

    return middleware


def settled(pool: ThreadPool) -> bool:
    """Return whether every thread is back."""
    with pool._lock:
        return (
            not pool._waiting
            and not pool._is_coming
            and pool._lent == 0
            and len(pool._idle) == pool._started <= pool.size
        )


async def settle(pool: ThreadPool) -> None:
    async with asyncio.timeout(5):
        while not settled(pool):  # noqa: ASYNC110 - threads set no event of a loop.
            await asyncio.sleep(0.001)


def scope_of(url: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": url, "headers": [(b"host", b"testserver")]}


async def send(application: Any, url: str) -> int:
    """Send a request; return the status, or 0 if none came."""
    answers: list[dict[str, Any]] = []
    messages = [{"type": "http.request"}]

    async def receive() -> Any:
        return messages.pop() if messages else await asyncio.Event().wait()

    async def take(message: dict[str, Any]) -> None:
        answers.append(message)

    await application(scope_of(url), receive, take)
    return int(answers[0]["status"]) if answers else 0


async def storm(application: Any, count: int, seed: int) -> dict[str, set[int]]:
    """Send many requests, some of which are given up; return the statuses of the others."""
    chance = random.Random(seed)
    statuses: dict[str, set[int]] = {}

    async def one(number: int) -> None:
        await asyncio.sleep(chance.random() / 20)
        view = chance.choice(list(VIEWS))
        task = asyncio.create_task(send(application, f"/{view}/"))
        if number % 4 == 3:
            await asyncio.sleep(chance.random() / 50)
            task.cancel()
            await asyncio.wait([task])
        else:
            statuses.setdefault(view, set()).add(await task)

    await asyncio.gather(*(one(number) for number in range(count)))
    return statuses


EXPECTED = {view: {500} if view == "raises" else {200} for view in VIEWS}


@pytest.fixture(autouse=True)
def _nobody_owns() -> None:
    OWNERS.clear()


@pytest.mark.parametrize("releases", [False, True])
@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize(
    "layers",
    [
        ["owning"],
        ["owning_in_thread"],
        ["owning", "sync_layer", "async_layer", "sync_layer"],
        ["owning_in_thread", "async_layer", "sync_layer", "async_layer"],
    ],
    ids=",".join,
)
def test_a_storm_passes_and_leaves_every_thread_idle(
    site: Any, layers: list[str], size: int, releases: bool
) -> None:
    """Threads are nobody else's while a request lasts, whatever the layers, and however it ends."""
    site(
        *(path(f"{each}/", view) for each, view in VIEWS.items()),
        MIDDLEWARE=[f"{__name__}.{layer}" for layer in layers],
        THREAD_POOL_SIZE=size,
    )

    kept: list[str] = []

    def released(**_: Any) -> None:
        if name() in OWNERS:
            kept.append(name())

    async def all_of_it() -> dict[str, set[int]]:
        statuses = await asyncio.wait_for(storm(ASGIHandler(), 150, size), SECONDS)
        await settle(shared_pool())
        return statuses

    if releases:
        thread_released.connect(released)
    try:
        assert asyncio.run(all_of_it()) == EXPECTED
    finally:
        thread_released.disconnect(released)
    assert OWNERS == {}
    assert kept == []


@pytest.mark.parametrize("layers", [[], ["plain_layer"], ["async_layer"]], ids=",".join)
def test_threads_that_block_keep_nobody_waiting(site: Any, layers: list[str]) -> None:
    """Requests that come with, before and after those that block, one thread being left."""
    go_on = threading.Event()

    def blocks(request: Any) -> HttpResponse:
        assert go_on.wait(SECONDS)
        return HttpResponse()

    site(
        path("blocks/", blocks),
        path("quick/", quick),
        MIDDLEWARE=[f"{__name__}.{layer}" for layer in layers],
        THREAD_POOL_SIZE=4,
    )

    async def ask() -> None:
        application = ASGIHandler()
        asked: dict[str, list[asyncio.Task[int]]] = {"/quick/": [], "/blocks/": []}
        for number in range(60):
            url = "/blocks/" if number in (0, 20, 40) else "/quick/"
            asked[url].append(asyncio.create_task(send(application, url)))
        async with asyncio.timeout(SECONDS / 2):
            assert set(await asyncio.gather(*asked["/quick/"])) == {200}
            for _ in range(20):  # One after the other, too.
                assert await send(application, "/quick/") == 200
        assert not any(task.done() for task in asked["/blocks/"])
        go_on.set()
        assert await asyncio.gather(*asked["/blocks/"]) == [200] * 3
        await settle(shared_pool())

    asyncio.run(ask())


def test_a_thread_that_blocks_all_others_is_waited_for(site: Any) -> None:
    go_on = threading.Event()

    def blocks(request: Any) -> HttpResponse:
        assert go_on.wait(SECONDS)
        return HttpResponse()

    site(path("", blocks), path("quick/", quick), THREAD_POOL_SIZE=1)

    async def ask() -> None:
        application = ASGIHandler()
        tasks = [asyncio.create_task(send(application, url)) for url in ("/", "/quick/", "/")]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in tasks)
        go_on.set()
        assert await asyncio.wait_for(asyncio.gather(*tasks), SECONDS) == [200] * 3
        await settle(shared_pool())

    asyncio.run(ask())


def test_requests_of_several_loops_share_the_threads(site: Any) -> None:
    site(
        *(path(f"{each}/", view) for each, view in VIEWS.items()),
        MIDDLEWARE=[f"{__name__}.owning"],
        THREAD_POOL_SIZE=2,
    )
    application = ASGIHandler()

    def loop(seed: int) -> dict[str, set[int]]:
        return asyncio.run(asyncio.wait_for(storm(application, 80, seed), SECONDS))

    with ThreadPoolExecutor(3) as loops:
        assert list(loops.map(loop, range(3))) == [EXPECTED] * 3
    asyncio.run(settle(shared_pool()))


@pytest.mark.parametrize(
    ("layers", "closes", "expected"),
    [
        ([], False, 200),
        (["plain_layer"], False, 200),
        # A thread is needed again, or may be.
        ([], True, 503),
        (["async_layer"], False, 503),
    ],
)
def test_a_thread_is_free_once_nothing_needs_it(
    site: Any, layers: list[str], closes: bool, expected: int
) -> None:
    """A client takes its response slowly, while another asks for the only thread."""

    def view(request: Any) -> HttpResponse:
        response = HttpResponse()
        if closes:
            response._resource_closers.append(lambda: None)
        return response

    site(
        path("", view),
        MIDDLEWARE=[f"{__name__}.{layer}" for layer in layers],
        THREAD_POOL_SIZE=1,
        THREAD_POOL_QUEUE=0,
    )

    async def ask() -> int:
        application = ASGIHandler()
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def receive() -> Any:
            return {"type": "http.request"}

        async def take(message: Any) -> None:
            begun.set()
            await go_on.wait()

        task = asyncio.create_task(application(scope_of("/"), receive, take))
        await begun.wait()
        if expected == 200:
            await settle(shared_pool())
        status = await send(application, "/")
        go_on.set()
        await task
        await settle(shared_pool())
        return status

    assert asyncio.run(ask()) == expected


@pytest.mark.parametrize("calls", [True, False])
def test_what_a_request_leaves_behind_keeps_no_thread(site: Any, calls: bool) -> None:
    left: list[asyncio.Task[str]] = []

    async def view(request: Any) -> HttpResponse:
        if calls:
            await sync_to_async(name)()
        left.append(asyncio.create_task(later()))
        return HttpResponse()

    site(path("", view), THREAD_POOL_SIZE=1)

    async def ask() -> None:
        application = ASGIHandler()
        for _ in range(3):
            assert await send(application, "/") == 200
        over.set()
        names = await asyncio.wait_for(asyncio.gather(*left), SECONDS)
        assert set(names) == {"gingerdj-sync-1"}
        await settle(shared_pool())

    async def later() -> str:
        await over.wait()
        return await sync_to_async(name)()

    over = asyncio.Event()
    asyncio.run(ask())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system has no fork.")
def test_a_process_that_forks_has_threads_of_its_own(site: Any) -> None:
    site(path("", quick), THREAD_POOL_SIZE=1)
    application = ASGIHandler()
    assert asyncio.run(send(application, "/")) == 200
    asyncio.run(settle(shared_pool()))
    child = os.fork()
    if not child:
        signal.alarm(SECONDS)  # Ends it if it hangs.
        status = asyncio.run(send(application, "/"))
        os._exit(0 if status == 200 else 1)
    assert os.waitpid(child, 0) == (child, 0)
