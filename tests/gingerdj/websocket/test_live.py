"""Connections and the end of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.core import draining
from gingerdj.test import LifespanCommunicator, WebSocketDenied
from gingerdj.websocket import WebSocket, WebSocketDisconnect, drain

Serve = Callable[..., Any]


@pytest.fixture(autouse=True)
def _not_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "_draining", False)


def test_connections_are_closed_before_the_shutdown_is_complete(serve: Serve) -> None:
    cleaned: list[Any] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await socket.receive()
        except WebSocketDisconnect as end:
            await asyncio.sleep(0)
            cleaned.append((end.code, end.reason))

    async def talk() -> None:
        application = serve(consumer).application
        lifespan = LifespanCommunicator(application)
        await lifespan.startup()
        clients = [serve(consumer).open() for _ in range(3)]
        for client in clients:
            await client.connect()
        await lifespan.shutdown()
        assert cleaned == [(1001, "going away")] * 3
        for client in clients:
            with pytest.raises(WebSocketDisconnect, match="1001"):
                await client.receive()
            await client.disconnect()

    asyncio.run(talk())


def test_consumers_that_do_not_finish_are_cancelled(serve: Serve) -> None:
    cancelled: list[bool] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    async def talk() -> None:
        client = serve(consumer, WEBSOCKET_CLOSE_TIMEOUT=0.01).open()
        await client.connect()
        draining.start_draining()
        await drain()
        assert cancelled == [True]
        await client.wait()

    asyncio.run(talk())


def test_a_connection_that_comes_too_late_is_refused(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        pytest.fail("It ran.")

    async def talk() -> None:
        draining.start_draining()
        with pytest.raises(WebSocketDenied) as denied:
            await serve(consumer).open().connect()
        assert denied.value.status_code == 503
        assert denied.value.headers["Retry-After"] == "1"

    asyncio.run(talk())


def test_the_signal_may_be_heard_on_another_loop(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive()

    async def talk() -> None:
        client = serve(consumer).open()
        await client.connect()
        await asyncio.to_thread(draining.start_draining)
        with pytest.raises(WebSocketDisconnect, match="1001"):
            await client.receive()
        await client.wait()

    asyncio.run(talk())


def test_nothing_is_to_be_drained_where_nothing_is_open() -> None:
    asyncio.run(drain())
