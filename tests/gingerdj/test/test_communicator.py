"""The communicators, with applications of no framework at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.test import (
    AsyncClient,
    LifespanCommunicator,
    LifespanFailed,
    WebSocketCommunicator,
    WebSocketDenied,
)
from gingerdj.urls import path
from gingerdj.websocket import WebSocket, WebSocketDisconnect

Application = Callable[..., Any]


def sending(*messages: dict[str, Any]) -> Application:
    """Return an application that sends these messages for the first that it receives."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    return application


ACCEPT = {"type": "websocket.accept"}


def test_a_connection_with_an_application_of_no_framework() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert await receive() == {"type": "websocket.connect"}
        await send({**ACCEPT, "subprotocol": "chat", "headers": [(b"x-a", b"1")]})
        for kind in ("text", "bytes"):
            message = await receive()
            assert message["type"] == "websocket.receive"
            await send({"type": "websocket.send", kind: message[kind]})
        assert await receive() == {"type": "websocket.disconnect", "code": 1001, "reason": "r"}

    async def talk() -> None:
        client = WebSocketCommunicator(application, "/a%20b/?c=d", subprotocols=["chat"])
        assert client.scope["path"] == "/a b/"
        assert client.scope["query_string"] == b"c=d"
        assert client.scope["type"] == "websocket"
        assert "method" not in client.scope
        await client.connect()
        assert (client.subprotocol, client.accept_headers) == ("chat", [(b"x-a", b"1")])
        await client.send_text("a")
        assert await client.receive_text() == "a"
        await client.send_bytes(b"b")
        assert await client.receive_bytes() == b"b"
        await client.disconnect(1001, "r")

    asyncio.run(talk())


def test_the_applications_close_ends_the_iteration() -> None:
    application = sending(
        ACCEPT,
        {"type": "websocket.send", "text": "a"},
        {"type": "websocket.close", "code": 3000, "reason": "r"},
    )

    async def talk() -> None:
        async with WebSocketCommunicator(application) as client:
            assert [message async for message in client] == ["a"]
            with pytest.raises(WebSocketDisconnect, match=r"3000 \(r\)"):
                await client.receive()

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("messages", "status", "content"),
    [
        ([{"type": "websocket.close"}], 403, b""),
        (
            [
                {
                    "type": "websocket.http.response.start",
                    "status": 401,
                    "headers": [(b"x-a", b"1")],
                },
                {"type": "websocket.http.response.body", "body": b"a", "more_body": True},
                {"type": "websocket.http.response.body"},
            ],
            401,
            b"a",
        ),
    ],
    ids=["close", "response"],
)
def test_a_denial_has_a_response(messages: Any, status: int, content: bytes) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)

    async def talk() -> WebSocketDenied:
        with pytest.raises(WebSocketDenied) as denied:
            await WebSocketCommunicator(application).connect()
        return denied.value

    denied = asyncio.run(talk())
    assert (denied.status_code, denied.content) == (status, content)
    assert denied.headers.get("x-a") == ("1" if content else None)


@pytest.mark.parametrize(
    "messages",
    [
        [{"type": "websocket.send", "text": "a"}],
        [ACCEPT, ACCEPT],
        [ACCEPT, {"type": "websocket.send"}],
        [ACCEPT, {"type": "websocket.send", "text": "a", "bytes": b"a"}],
        [
            {"type": "websocket.http.response.start", "status": 403},
            {"type": "websocket.close"},
        ],
    ],
    ids=["send first", "accept twice", "nothing", "both", "close in a response"],
)
def test_breaches_of_the_specification_raise(messages: Any) -> None:
    async def talk() -> None:
        async with WebSocketCommunicator(sending(*messages)) as client:
            await client.receive()

    with pytest.raises(ValueError, match=r"application sent|either text or bytes"):
        asyncio.run(talk())


@pytest.mark.parametrize(("kind", "name"), [("text", "receive_bytes"), ("bytes", "receive_text")])
def test_the_wrong_type_of_data_raises(kind: str, name: str) -> None:
    data = {"text": "a", "bytes": b"a"}[kind]

    async def talk() -> None:
        application = sending(ACCEPT, {"type": "websocket.send", kind: data})
        async with WebSocketCommunicator(application) as client:
            await getattr(client, name)()

    with pytest.raises(ValueError, match="which is not"):
        asyncio.run(talk())


def test_what_the_application_raises_is_raised() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    for communicator in (WebSocketCommunicator(application), LifespanCommunicator(application)):

        async def talk(communicator: Any = communicator) -> None:
            async with communicator:
                pass

        with pytest.raises(ZeroDivisionError):
            asyncio.run(talk())


def test_silence_is_not_waited_for_for_ever() -> None:
    async def talk() -> None:
        async with WebSocketCommunicator(sending(ACCEPT), timeout=0.01) as client:
            assert await client.receive_nothing()
            await client.receive()

    with pytest.raises(TimeoutError, match="sent no message"):
        asyncio.run(talk())


def test_an_application_that_has_ended_sends_nothing_any_more() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(ACCEPT)
        await send({"type": "websocket.send", "text": "a"})

    async def talk() -> None:
        async with WebSocketCommunicator(application) as client:
            assert await client.receive() == "a"
            await client.receive()

    with pytest.raises(RuntimeError, match="The application has ended"):
        asyncio.run(talk())


def test_a_lifespan_gives_its_state() -> None:
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for phase in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{phase}"
            scope["state"]["pool"] = 1
            seen.append(phase)
            await send({"type": f"lifespan.{phase}.complete"})

    async def talk() -> None:
        async with LifespanCommunicator(application) as state:
            assert state == {"pool": 1}
            assert seen == ["startup"]

    asyncio.run(talk())
    assert seen == ["startup", "shutdown"]


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
def test_a_lifespan_that_fails_says_why(phase: str) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == f"lifespan.{phase}":
                await send({"type": f"{kind}.failed", "message": "no disk"})
                return
            await send({"type": f"{kind}.complete"})

    async def talk() -> None:
        async with LifespanCommunicator(application):
            assert phase == "shutdown"

    with pytest.raises(LifespanFailed, match="no disk"):
        asyncio.run(talk())


def test_a_lifespan_message_out_of_place_raises() -> None:
    application = sending({"type": "lifespan.shutdown.complete"})
    with pytest.raises(ValueError, match=r"'lifespan\.shutdown\.complete' at its startup"):
        asyncio.run(LifespanCommunicator(application).startup())


# The client


@pytest.fixture
def connect(configure: Callable[..., None]) -> Callable[..., Any]:
    def connect_to(consumer: Any, client: AsyncClient, **options: Any) -> Any:
        urlconf = ModuleType("client_urls")
        urlconf.__dict__["websocket_urlpatterns"] = [path("ws/", consumer)]
        configure(ROOT_URLCONF=urlconf)
        return client.websocket("/ws/", **options)

    return connect_to


def test_a_client_brings_its_headers_and_cookies(connect: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept()
        headers = socket.headers
        await socket.send_json([headers["X-A"], headers["X-B"], socket.COOKIES, socket.GET["q"]])

    async def talk() -> None:
        client = AsyncClient(headers={"X-A": "1"})
        client.cookies["c"] = "d"
        async with connect(consumer, client, headers={"X-B": "2"}, query_string=b"q=5") as socket:
            assert await socket.receive_json() == ["1", "2", {"c": "d"}, "5"]

    asyncio.run(talk())


@pytest.mark.parametrize("accepted", [True, False])
def test_what_a_consumer_raises_reaches_the_test(connect: Any, accepted: bool) -> None:
    async def consumer(socket: WebSocket) -> None:
        if accepted:
            await socket.accept()
        raise ZeroDivisionError

    async def talk(client: AsyncClient) -> None:
        async with connect(consumer, client) as socket:
            await socket.receive()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(talk(AsyncClient()))
    client = AsyncClient(raise_request_exception=False)
    with pytest.raises(WebSocketDisconnect if accepted else WebSocketDenied):
        asyncio.run(talk(client))
    assert client.exc_info is not None
    assert client.exc_info[0] is ZeroDivisionError


def test_the_application_of_a_project_starts_up_and_ends(configure: Callable[..., None]) -> None:
    configure(ROOT_URLCONF=ModuleType("no_urls"), LIFESPAN=[])

    async def talk() -> None:
        async with LifespanCommunicator(ASGIHandler()) as state:
            assert state == {}

    asyncio.run(talk())
