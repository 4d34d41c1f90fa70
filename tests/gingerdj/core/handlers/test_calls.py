"""Synchronous calls from WebSocket consumers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.handlers.pool import shared_pool
from gingerdj.test import WebSocketCommunicator
from gingerdj.urls import path
from gingerdj.websocket import WebSocket


@pytest.fixture
def serve(configure: Callable[..., None]) -> Callable[..., Any]:
    def serve_one(consumer: Any, **options: Any) -> Any:
        urlconf = ModuleType("socket_urls")
        urlconf.__dict__["websocket_urlpatterns"] = [path("", consumer)]
        configure(ROOT_URLCONF=urlconf, **options)
        return ASGIHandler()

    return serve_one


def thread_name() -> str:
    return threading.current_thread().name


def test_calls_run_in_the_pool(serve: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await sync_to_async(thread_name)())

    async def talk() -> None:
        async with WebSocketCommunicator(serve(consumer)) as client:
            assert (await client.receive_text()).startswith("gingerdj-sync-")

    asyncio.run(talk())


def test_connections_that_are_idle_hold_no_thread(serve: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        async for _ in socket:
            await socket.send_text(await sync_to_async(thread_name)())

    async def talk() -> None:
        application = serve(consumer, THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=1)
        clients = [WebSocketCommunicator(application) for _ in range(5)]
        for client in clients:
            await client.connect()
        for _ in range(2):
            for client in clients:
                await client.send_text("now")
                assert await client.receive() == "gingerdj-sync-1"
        for client in clients:
            await client.disconnect()

    asyncio.run(talk())


def test_calls_at_once_share_a_thread_and_take_turns(serve: Any) -> None:
    running = threading.Semaphore()

    def call() -> str:
        assert running.acquire(blocking=False)
        running.release()
        return thread_name()

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        names = await asyncio.gather(*(sync_to_async(call)() for _ in range(20)))
        await socket.send_json(sorted(set(names)))

    async def talk() -> None:
        async with WebSocketCommunicator(serve(consumer)) as client:
            assert len(await client.receive_json()) == 1

    asyncio.run(talk())


def test_a_full_pool_closes_with_try_again_later(serve: Any) -> None:
    release = threading.Event()

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await sync_to_async(release.wait)()

    async def talk() -> None:
        application = serve(consumer, THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=0)
        first = WebSocketCommunicator(application)
        await first.connect()
        second = WebSocketCommunicator(application)
        await second.connect()
        ends = [asyncio.create_task(each.receive_output()) for each in (first, second)]
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        release.set()
        assert [task.result()["code"] for task in done] == [1013]
        await asyncio.wait(ends)

    asyncio.run(talk())


def test_synchronous_code_may_send(serve: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await sync_to_async(lambda: async_to_sync(socket.send_text)("from a thread"))()

    async def talk() -> None:
        async with WebSocketCommunicator(serve(consumer)) as client:
            assert await client.receive() == "from a thread"

    asyncio.run(talk())


def test_a_call_that_is_refused_leaves_the_pool_as_it_was(serve: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(ZeroDivisionError):
            await sync_to_async(lambda: 1 / 0)()
        await socket.send_text(await sync_to_async(thread_name)())

    async def talk() -> None:
        application = serve(consumer, THREAD_POOL_SIZE=1, THREAD_POOL_QUEUE=1)
        async with WebSocketCommunicator(application) as client:
            assert await client.receive() == "gingerdj-sync-1"
        assert shared_pool()._started == 1

    asyncio.run(talk())
