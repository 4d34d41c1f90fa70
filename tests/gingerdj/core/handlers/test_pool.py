"""Threads for synchronous code: the cap, the affinity, the queue, and no deadlock."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import wait
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from gingerdj.core.exceptions import ThreadPoolFull
from gingerdj.core.handlers.pool import Lease, ThreadPool
from gingerdj.http import HttpResponse
from gingerdj.urls import path
from gingerdj.utils.decorators import async_only_middleware, sync_only_middleware


def name() -> str:
    return threading.current_thread().name


async def called(lease: Lease, *call: Any) -> Any:
    return await lease.run(*call)


def test_a_lease_keeps_its_thread_and_gives_it_back() -> None:
    pool = ThreadPool(1, 10)
    first, second = pool.lease(), pool.lease()
    names = {first.submit(name).result(5), first.submit(name).result(5)}
    waiting = second.submit(name)
    assert not wait([waiting], 0.1).done
    first.release()
    names.add(waiting.result(5))
    assert len(names) == 1
    second.release()
    pool.close()


def test_calls_made_while_waiting_keep_their_order() -> None:
    pool = ThreadPool(1, 10)
    first, second = pool.lease(), pool.lease()
    first.submit(name).result(5)
    order: list[int] = []
    futures = [second.submit(order.append, number) for number in range(5)]
    first.release()
    wait(futures, 5)
    assert order == [0, 1, 2, 3, 4]
    second.release()
    pool.close()


def test_a_full_queue_refuses() -> None:
    pool = ThreadPool(1, 1)
    leases = [pool.lease() for _ in range(3)]
    leases[0].submit(name).result(5)
    leases[1].submit(name)
    with pytest.raises(ThreadPoolFull, match=r"All 1 threads .* \(THREAD_POOL_SIZE\), and 1 req"):
        leases[2].submit(name)
    for lease in leases:
        lease.release()
    pool.close()


def test_a_lease_that_was_released_takes_a_thread_for_each_call() -> None:
    pool = ThreadPool(1, 1)
    lease, other = pool.lease(), pool.lease()
    lease.submit(name).result(5)
    lease.release()
    assert lease.submit(name).result(5)
    assert other.submit(name).result(5), "the thread was given back"
    other.release()
    pool.close()


def test_a_lease_whose_calls_were_given_up_leaves_the_queue() -> None:
    pool = ThreadPool(1, 1)
    first, second, third = pool.lease(), pool.lease(), pool.lease()
    first.submit(name).result(5)
    second.submit(name).cancel()
    second.release()
    last = third.submit(name)
    first.release()
    assert last.result(5)
    third.release()
    pool.close()


def test_what_a_request_leaves_behind_gets_its_turn() -> None:
    pool = ThreadPool(1, 2)
    first, second, third = pool.lease(), pool.lease(), pool.lease()
    first.submit(name).result(5)
    left = second.submit(name)
    second.release()
    last = third.submit(name)
    first.release()
    assert left.result(5) == last.result(5)
    third.release()
    pool.close()


def test_a_call_that_raises_stop_iteration_says_so() -> None:
    pool = ThreadPool(1, 0)
    lease = pool.lease()
    with pytest.raises(RuntimeError, match="raised StopIteration") as caught:
        asyncio.run(called(lease, next, iter(())))
    assert isinstance(caught.value.__cause__, StopIteration)
    lease.release()
    pool.close()


def test_a_lease_without_a_call_has_nothing_to_give_back() -> None:
    pool = ThreadPool(1, 0)
    pool.lease().release()
    lease = pool.lease()
    assert lease.submit(name).result(5)
    lease.release()
    pool.close()


def test_a_call_on_the_loop_after_the_request_keeps_no_thread() -> None:
    pool = ThreadPool(1, 1)
    lease, other = pool.lease(), pool.lease()
    lease.release()
    assert asyncio.run(called(lease, name))
    assert other.submit(name).result(5), "the thread was given back"
    other.release()
    pool.close()


def test_tasks_that_outlive_their_requests_keep_no_thread(site: Any, asgi: Any) -> None:
    tasks = []

    async def later() -> str:
        await over.wait()
        return await sync_to_async(name)()

    async def view(request: Any) -> HttpResponse:
        tasks.append(asyncio.create_task(later()))
        return HttpResponse()

    site(path("", view), THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=2)
    over = asyncio.Event()

    async def ask() -> list[str]:
        application = asgi()
        for _ in range(3):
            await application.ask("/")
        over.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(asyncio.wait_for(ask(), 10)) == ["gingerdj-sync-1"] * 3


def test_threads_that_the_system_refuses_are_not_counted() -> None:
    pool = ThreadPool(1, 0)
    before = threading.stack_size(2**46)  # More than there is.
    try:
        with pytest.raises(RuntimeError, match="can't start new thread"):
            pool.lease().submit(name)
    finally:
        threading.stack_size(before)
    lease = pool.lease()
    assert lease.submit(name).result(5)
    lease.release()
    pool.close()


def test_an_exception_reaches_the_caller_and_spares_the_thread() -> None:
    pool = ThreadPool(1, 1)
    lease = pool.lease()
    with pytest.raises(ZeroDivisionError):
        lease.submit(lambda: 1 / 0).result(5)
    assert lease.submit(name).result(5)
    lease.release()
    pool.close()


def test_requests_beyond_the_cap_wait(site: Any, asgi: Any) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def view(request: Any) -> HttpResponse:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.005)
        with lock:
            running -= 1
        return HttpResponse("ok")

    site(path("", view), THREAD_POOL_SIZE=4)

    async def many() -> list[int]:
        application = asgi()
        answers = await asyncio.gather(*(application.ask("/") for _ in range(60)))
        return [answer.status for answer in answers]

    assert asyncio.run(many()) == [200] * 60
    assert 1 < most <= 4


def test_requests_beyond_the_queue_are_told_to_come_back(site: Any, asgi: Any) -> None:
    go_on = threading.Event()

    def view(request: Any) -> HttpResponse:
        assert go_on.wait(5)
        return HttpResponse("ok")

    site(path("", view), THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=1)

    async def three() -> list[Any]:
        application = asgi()
        tasks = [asyncio.create_task(application.ask("/")) for _ in range(3)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        [refused] = done
        go_on.set()
        return [refused.result(), *(await asyncio.gather(*tasks))]

    refused, *answers = asyncio.run(three())
    assert refused.status == 503
    assert refused.headers[b"retry-after"] == b"1"
    assert sorted(answer.status for answer in answers) == [200, 200, 503]


@async_only_middleware
def marks(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        response = await get_response(request)
        response["X-Marked"] = str(response.status_code)
        return response

    return middleware


@pytest.mark.parametrize("beneath", [[], ["sync_layer"], ["sync_layer", "async_layer"]])
def test_a_refusal_goes_through_what_is_around(site: Any, asgi: Any, beneath: list[str]) -> None:
    go_on = threading.Event()

    def view(request: Any) -> HttpResponse:
        assert go_on.wait(5)
        return HttpResponse("ok")

    layers = [f"{__name__}.{each}" for each in ("marks", *beneath)]
    site(path("", view), MIDDLEWARE=layers, THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=0)

    async def two() -> list[Any]:
        application = asgi()
        tasks = [asyncio.create_task(application.ask("/")) for _ in range(2)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        [refused] = done
        go_on.set()
        return [refused.result(), *await asyncio.gather(*tasks)]

    refused, *answers = asyncio.run(two())
    assert (refused.headers[b"x-marked"], refused.headers[b"retry-after"]) == (b"503", b"1")
    assert sorted(answer.headers[b"x-marked"] for answer in answers) == [b"200", b"503"]


@sync_only_middleware
def sync_layer(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        request.threads = [name()]
        response = get_response(request)
        request.threads.append(name())
        assert len(set(request.threads)) == 1
        return response

    return middleware


@async_only_middleware
def async_layer(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        await asyncio.sleep(0)
        return await get_response(request)

    return middleware


def test_styles_in_turn_under_load_never_deadlock(site: Any, asgi: Any) -> None:
    """As many hops as can be, many more requests than threads, and some that give up."""

    async def nested() -> str:
        await asyncio.sleep(0)
        return await sync_to_async(name)()

    def sync_view(request: Any) -> HttpResponse:
        request.threads += [name(), async_to_sync(nested)()]
        return HttpResponse("sync")

    async def async_view(request: Any) -> HttpResponse:
        request.threads.append(await sync_to_async(name)())
        await asyncio.sleep(0.001)
        return HttpResponse("async")

    layers = [f"{__name__}.sync_layer", f"{__name__}.async_layer"] * 2
    site(
        path("sync/", sync_view),
        path("async/", async_view),
        MIDDLEWARE=layers,
        THREAD_POOL_SIZE=3,
    )

    async def hang_up(application: Any) -> bytes:
        communicator = application.communicator("/async/")
        await communicator.send_input({"type": "http.request"})
        await asyncio.sleep(0.001)
        communicator.future.cancel()
        await asyncio.wait([communicator.future])
        return b""

    async def ask(application: Any, number: int) -> bytes:
        if number % 5 == 4:
            return await hang_up(application)
        answer = await application.ask("/sync/" if number % 2 else "/async/")
        return bytes(answer.body)

    async def storm() -> list[bytes]:
        application = asgi()
        return await asyncio.gather(*(ask(application, number) for number in range(150)))

    bodies = asyncio.run(asyncio.wait_for(storm(), 60))
    assert {body: bodies.count(body) for body in set(bodies)} == {
        b"sync": 60,
        b"async": 60,
        b"": 30,
    }
