"""What the client and the consumer say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.websocket import WebSocket

Serve = Callable[..., Any]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"type": "http.request"}, r"'http\.request' where websocket\.receive belongs"),
        ({"type": "websocket.receive"}, "either text or bytes"),
        ({"type": "websocket.receive", "text": "a", "bytes": b"a"}, "either text or bytes"),
    ],
)
def test_messages_of_the_server_that_have_no_place_raise(
    serve: Serve, message: dict[str, Any], error: str
) -> None:
    with pytest.raises(ValueError, match=error):
        serve().messages(message)


def test_keys_that_are_not_known_are_tolerated(serve: Serve) -> None:
    message = {"type": "websocket.receive", "text": "a", "compressed": True}
    assert serve().replies(message) == [{"type": "websocket.send", "text": "a"}]
    end = {"type": "websocket.disconnect", "code": 1000, "novelty": 1}
    assert len(serve().messages(end)) == 1


@pytest.mark.parametrize(
    ("reader", "message", "code"),
    [
        ("receive_text", b"a", 1003),
        ("receive_bytes", "a", 1003),
        ("receive_json", "{", 1007),
        ("receive_json", b"\xff\xfe{", 1007),
        ("receive_json", "[" * 100_000, 1007),
    ],
)
def test_messages_that_a_consumer_cannot_take_close_the_connection(
    serve: Serve, reader: str, message: Any, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await getattr(socket, reader)()

    assert serve(consumer).messages(message)[1]["code"] == code
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_json_goes_both_ways(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"got": await socket.receive_json()})

    async def talk() -> None:
        async with serve(consumer).open() as client:
            await client.send_json([1, "ü"])
            assert await client.receive_json() == {"got": [1, "ü"]}

    asyncio.run(talk())


@pytest.mark.parametrize(("name", "data"), [("send_text", b"a"), ("send_bytes", "a")])
def test_what_is_sent_has_the_right_type(serve: Serve, name: str, data: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(TypeError):
            await getattr(socket, name)(data)

    assert len(serve(consumer).messages()) == 2


def test_two_tasks_cannot_receive_at_once(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        first = asyncio.create_task(socket.receive())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="Another task is receiving"):
            await socket.receive()
        first.cancel()

    assert len(serve(consumer).messages()) == 2


def test_a_receive_that_is_given_up_loses_nothing(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await socket.receive()
        await socket.send_text("ready")
        await socket.send_text(await socket.receive_text())

    async def talk() -> None:
        async with serve(consumer).open() as client:
            assert await client.receive() == "ready"
            await client.send_text("a")
            assert await client.receive() == "a"

    asyncio.run(talk())


def test_messages_beyond_the_limit_close_with_1009(serve: Serve) -> None:
    sent = serve(WEBSOCKET_MAX_MESSAGE_SIZE=4).messages("üü", b"abcd", "üüü")
    assert [message.get("code") for message in sent[-2:]] == [None, 1009]
    assert "WEBSOCKET_MAX_MESSAGE_SIZE" in sent[-1]["reason"]


def test_a_message_of_any_size_comes_through_without_the_limit(serve: Serve) -> None:
    data = "a" * 5_000_000
    (reply,) = serve(WEBSOCKET_MAX_MESSAGE_SIZE=None).replies(data)
    assert reply["text"] == data


def test_a_client_must_wait_for_a_slow_consumer(serve: Serve) -> None:
    go_on = asyncio.Event()
    got: list[Any] = []

    async def slow(socket: WebSocket) -> None:
        await socket.accept()
        await go_on.wait()
        got.extend([message async for message in socket])

    async def talk() -> None:
        client = serve(slow).open()
        await client.connect()
        for _ in range(2000):
            await client.send_text("a" * 1024)
        await client.send_input({"type": "websocket.disconnect", "code": 1000})
        assert await client.receive_nothing()
        assert client._queues.input_queue.qsize() > 1900
        go_on.set()
        await client.wait()

    asyncio.run(talk())
    assert got == ["a" * 1024] * 2000
