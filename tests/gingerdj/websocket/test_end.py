"""How connections end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.core.exceptions import BadRequest, PermissionDenied
from gingerdj.core.signals import got_request_exception
from gingerdj.http import Http404
from gingerdj.websocket import WebSocket, WebSocketDisconnect

Serve = Callable[..., Any]


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        ({"type": "websocket.disconnect", "code": 4000, "reason": "bye"}, 4000, "bye"),
        ({"type": "websocket.disconnect", "code": 1001, "reason": None}, 1001, ""),
        (1001, 1001, ""),
        ({"type": "websocket.disconnect"}, 1005, ""),
        ({"type": "websocket.disconnect", "code": None}, 1005, ""),
    ],
)
def test_the_client_goes(serve: Serve, message: Any, code: int, reason: str) -> None:
    ends: list[Any] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        assert (socket.close_code, socket.close_reason, socket.closed) == (None, "", False)
        try:
            await socket.receive()
        except WebSocketDisconnect as end:
            ends.append((end.code, end.reason))
            with pytest.raises(WebSocketDisconnect):
                await socket.send_text("too late")
            await socket.close()
            assert (socket.close_code, socket.close_reason, socket.closed) == (code, reason, True)
            raise

    assert [m["type"] for m in serve(consumer).messages(message)] == ["websocket.accept"]
    assert ends == [(code, reason)]


def test_what_came_before_the_end_is_received_first(serve: Serve) -> None:
    got: list[Any] = []
    ended = asyncio.Event()

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await ended.wait()
        got.extend([message async for message in socket])

    async def talk() -> None:
        client = serve(consumer).open()
        await client.connect()
        await client.send_text("a")
        await client.send_text("b")
        await client.send_input({"type": "websocket.disconnect", "code": 1000})
        ended.set()
        await client.wait()

    asyncio.run(talk())
    assert got == ["a", "b"]


@pytest.mark.parametrize("version", ["2.0", "2.3"])
def test_a_consumer_closes_with_a_reason_from_version_2_3(serve: Serve, version: str) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(3000, "enough")
        await socket.close(1000)
        with pytest.raises(WebSocketDisconnect, match=r"closed with 3000 \(enough\)"):
            await socket.receive()
        with pytest.raises(WebSocketDisconnect):
            await socket.send_text("a")

    sent = serve(consumer).messages(asgi={"version": "3.0", "spec_version": version})
    assert sent[1] == {
        "type": "websocket.close",
        "code": 3000,
        **({"reason": "enough"} if version == "2.3" else {}),
    }
    assert len(sent) == 2


def test_a_consumer_that_returns_closes_with_1000(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()

    assert serve(consumer).messages()[1] == {
        "type": "websocket.close",
        "code": 1000,
        "reason": "",
    }


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000])
def test_codes_that_must_not_be_sent(serve: Serve, code: int) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(ValueError, match=f"close code {code} may not be sent"):
            await socket.close(code)
        with pytest.raises(ValueError, match="longer than 123 bytes"):
            await socket.close(1000, "ü" * 62)

    assert serve(consumer).messages()[1]["code"] == 1000


@pytest.mark.parametrize(
    ("error", "code", "level"),
    [
        (ZeroDivisionError("oh\n"), 1011, logging.ERROR),
        (PermissionDenied("no"), 1008, logging.WARNING),
        (BadRequest("what"), 1008, logging.WARNING),
        (Http404("where"), 1008, logging.WARNING),
    ],
)
def test_exceptions_after_the_accept_close_the_connection(
    serve: Serve, error: Exception, code: int, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []

    def tell(request: Any, **_: Any) -> None:
        told.append(request.path)

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        raise error

    got_request_exception.connect(tell)
    try:
        sent = serve(consumer).messages(path="/at/")
    finally:
        got_request_exception.disconnect(tell)
    assert sent[1]["code"] == code
    assert told == (["/at/"] if code == 1011 else [])
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("gingerdj.request", level)
    assert "\n" not in record.getMessage()
    assert record.getMessage().endswith(": /at/")


@pytest.mark.parametrize("error", [ZeroDivisionError, TimeoutError])
def test_exceptions_reach_the_server_if_the_settings_say_so(
    serve: Serve, error: type[Exception]
) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        raise error

    with pytest.raises(error):
        serve(consumer, DEBUG_PROPAGATE_EXCEPTIONS=True).messages()


def test_task_groups_end_with_the_connection(serve: Serve) -> None:
    cancelled: list[bool] = []

    async def push() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def pull(socket: WebSocket) -> None:
        while True:
            await socket.receive()

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(push())
            tasks.create_task(pull(socket))

    assert len(serve(consumer).messages("a", 1000)) == 1
    assert cancelled == [True]


@pytest.mark.parametrize("ending", ["the client", "the consumer"])
def test_a_consumer_that_does_not_notice_the_end_is_cancelled(serve: Serve, ending: str) -> None:
    cancelled: list[bool] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        if ending == "the consumer":
            await socket.close()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    serve(consumer, WEBSOCKET_CLOSE_TIMEOUT=0.01).messages(
        *([1000] if ending == "the client" else [])
    )
    assert cancelled == [True]


def test_a_send_that_raises_means_the_client_has_gone(serve: Serve) -> None:
    ends: list[int] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await socket.send_text("a")
        except WebSocketDisconnect as end:
            ends.append(end.code)
            with pytest.raises(WebSocketDisconnect):
                await socket.receive()
            raise

    application = serve(consumer).application

    async def talk() -> None:
        first = [{"type": "websocket.connect"}]

        async def receive() -> Any:
            return first.pop() if first else await asyncio.Future()

        async def send(message: Any) -> None:
            if message["type"] != "websocket.accept":
                raise BrokenPipeError

        scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"testserver")]}
        await application(scope, receive, send)

    asyncio.run(talk())
    assert ends == [1006]


@pytest.mark.parametrize("ending", ["too long a message", "silence"])
def test_a_close_is_sent_whole_though_the_consumer_ends_before_it(
    serve: Serve, ending: str
) -> None:
    sent: list[dict[str, Any]] = []
    sending = 0

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(socket.send_text("at once"))
        async for _ in socket:
            pass

    options = {"WEBSOCKET_MAX_MESSAGE_SIZE": 3} if ending != "silence" else {}
    application = serve(consumer, **options, WEBSOCKET_IDLE_TIMEOUT=0.01).application
    incoming: list[dict[str, Any]] = [{"type": "websocket.connect"}]
    if ending != "silence":
        incoming.append({"type": "websocket.receive", "text": "long"})

    async def receive() -> Any:
        return incoming.pop(0) if incoming else await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        nonlocal sending
        assert sending == 0, "two sends at once"
        sending += 1
        for _ in range(20):
            await asyncio.sleep(0)
        sending -= 1
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"testserver")]}
    asyncio.run(application(scope, receive, send))
    assert sent[-1] == {"type": "websocket.close", "code": 1001 if ending == "silence" else 1009}


class Refusing:
    """A server that raises this over these close codes."""

    def __init__(self, error: Exception, codes: set[int]) -> None:
        self.error, self.codes = error, codes
        self.asked: list[int] = []
        self.sent: list[int] = []

    async def receive(self) -> Any:
        return await asyncio.Future() if self.sent or self.asked else {"type": "websocket.connect"}

    async def send(self, message: Any) -> None:
        if message["type"] != "websocket.close":
            self.asked.append(0)
            return
        self.asked.append(message["code"])
        if message["code"] in self.codes:
            raise self.error
        self.sent.append(message["code"])


@pytest.mark.parametrize(
    ("error", "code", "asked", "sent"),
    [
        (ValueError(), 1011, [1011, 4011], [4011]),
        (ValueError(), 1000, [1000], []),
        (RuntimeError(), 1011, [1011], []),
        (BrokenPipeError(), 1011, [1011], []),
    ],
    ids=["a code", "the normal code", "an old server that is gone", "a server that is gone"],
)
def test_servers_that_refuse_a_close_code_are_given_another(
    serve: Serve, error: Exception, code: int, asked: list[int], sent: list[int]
) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(code)

    application = serve(consumer).application
    server = Refusing(error, {1000, 1011})
    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"testserver")]}
    asyncio.run(application(scope, server.receive, server.send))
    assert (server.asked[1:], server.sent) == (asked, sent)


def test_the_end_of_the_server_ends_the_consumer(serve: Serve) -> None:
    cancelled: list[bool] = []

    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    async def talk() -> None:
        before = asyncio.all_tasks()
        client = serve(consumer).open()
        await client.connect()
        (task,) = [
            task for task in asyncio.all_tasks() - before if "ASGIHandler" in repr(task.get_coro())
        ]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await client.receive_output())["code"] == 1001
        left = asyncio.all_tasks() - before
        assert {task.get_name() for task in left} <= {"gingerdj-lifespan"}

    asyncio.run(talk())
    assert cancelled == [True]


def test_a_silent_client_is_left_when_the_settings_say_so(serve: Serve) -> None:
    sent = serve(WEBSOCKET_IDLE_TIMEOUT=0.01).messages("a")
    assert sent[-1] == {"type": "websocket.close", "code": 1001, "reason": "idle"}


@pytest.mark.parametrize("beat", ["beat", b"beat"], ids=["text", "bytes"])
def test_a_heartbeat_goes_on_until_the_end(serve: Serve, beat: str | bytes) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        socket.start_heartbeat(beat, 0.01)
        await socket.receive()

    async def talk() -> None:
        async with serve(consumer).open() as client:
            assert [await client.receive() for _ in range(3)] == [beat] * 3
            await client.send_text("stop")
            assert [message async for message in client if message != beat] == []

    asyncio.run(talk())


def test_a_heartbeat_waits_for_silence(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        socket.start_heartbeat("beat", 60)
        await socket.receive()

    async def talk() -> None:
        async with serve(consumer).open() as client:
            assert await client.receive_nothing()

    asyncio.run(talk())


def test_answers_to_a_heartbeat_are_signs_of_life(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        socket.start_heartbeat("beat", 0.02)
        async for _ in socket:
            pass

    async def talk() -> None:
        async with serve(consumer, WEBSOCKET_IDLE_TIMEOUT=1).open() as client:
            for _ in range(3):
                assert await client.receive() == "beat"
                await client.send_text("alive")

    asyncio.run(talk())
