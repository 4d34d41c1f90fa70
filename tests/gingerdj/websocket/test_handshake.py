"""What comes before a connection: scopes, the handshake, and refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from gingerdj.http import BadHeaderError, Http404, HttpResponse, StreamingHttpResponse
from gingerdj.test import WebSocketDenied
from gingerdj.websocket import WebSocket, WebSocketDisconnect

Serve = Callable[..., Any]


def test_text_and_bytes_come_back_as_what_they_are(serve: Serve) -> None:
    sent = serve().replies(
        {"type": "websocket.receive", "text": "", "bytes": None},
        {"type": "websocket.receive", "text": None, "bytes": b""},
        "grüße",
        b"\xff",
    )
    assert [message.pop("type") for message in sent] == 4 * ["websocket.send"]
    assert sent == [{"text": ""}, {"bytes": b""}, {"text": "grüße"}, {"bytes": b"\xff"}]


@pytest.mark.parametrize(
    "scope",
    [
        {"scheme": None, "extensions": None, "asgi": None},
        {"client": ["127.0.0.1", "5000"], "server": ["", "0"]},
        {"server": ["/", "t"], "client": None, "http_version": "3"},
        {"root_path": "/mounted"},
    ],
)
def test_scopes_that_say_little_or_odd_things_are_tolerated(
    serve: Serve, scope: dict[str, Any]
) -> None:
    assert serve().replies("a", **scope) == [{"type": "websocket.send", "text": "a"}]


def test_the_least_scope_that_the_specification_allows_is_served(serve: Serve) -> None:
    seen: list[Any] = []

    async def consumer(socket: WebSocket) -> None:
        seen.extend([socket.subprotocols, socket.request.scheme, dict(socket.GET), socket.state])
        await socket.accept()

    application = serve(consumer).application

    async def talk() -> None:
        scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"testserver")]}
        incoming = asyncio.Queue[Any]()
        outgoing = asyncio.Queue[Any]()
        incoming.put_nowait({"type": "websocket.connect"})
        await application(scope, incoming.get, outgoing.put)
        assert outgoing.get_nowait() == {"type": "websocket.accept", "subprotocol": None}

    asyncio.run(talk())
    assert seen == [[], "http", {}, {}]


def test_what_the_handshake_says_is_at_hand(serve: Serve) -> None:
    async def tell(socket: WebSocket) -> None:
        await socket.accept()
        facts = [socket.path, socket.headers["X-A"], socket.GET["b"], socket.COOKIES]
        await socket.send_json([*facts, socket.META["REMOTE_ADDR"], socket.get_host()])
        await socket.send_json([socket.state, socket.subprotocols, repr(socket)])

    async def talk() -> None:
        async with serve(tell).open(
            "/p/?b=1",
            headers={"X-A": "a", "Cookie": "c=d"},
            subprotocols=["chat"],
            state={"held": 1},
            client=["10.0.0.9", 1],
        ) as client:
            facts = ["/p/", "a", "1", {"c": "d"}, "10.0.0.9", "testserver"]
            assert await client.receive_json() == facts
            assert await client.receive_json() == [{"held": 1}, ["chat"], "<WebSocket: '/p/?b=1'>"]

    asyncio.run(talk())


def test_nothing_runs_before_connect(serve: Serve) -> None:
    async def never(socket: WebSocket) -> None:
        pytest.fail("It ran.")

    application = serve(never).application

    async def talk() -> None:
        scope = {"type": "websocket", "path": "/", "headers": []}
        for first in ("websocket.disconnect", "websocket.receive"):

            async def receive(kind: str = first) -> Any:
                return {"type": kind, "text": ""}

            async def send(message: Any) -> None:
                pytest.fail(f"It sent {message}.")

            if first == "websocket.disconnect":
                await application(scope, receive, send)
            else:
                with pytest.raises(ValueError, match=r"where websocket\.connect belongs"):
                    await application(scope, receive, send)

    asyncio.run(talk())


@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
def test_a_consumer_that_does_not_accept_refuses(serve: Serve, extensions: Any) -> None:
    async def silent(socket: WebSocket) -> None:
        assert not socket.accepted

    sent = serve(silent).messages(extensions=extensions)
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize("name", ["receive", "receive_text", "send_text", "start_heartbeat"])
def test_a_connection_must_be_accepted_before_it_is_used(serve: Serve, name: str) -> None:
    async def hasty(socket: WebSocket) -> None:
        with pytest.raises(RuntimeError, match="must be accepted before it can"):
            await getattr(socket, name)(*["a"] * (not name.startswith("receive")))
        await socket.accept()
        with pytest.raises(RuntimeError, match="accepted already"):
            await socket.accept()
        with pytest.raises(RuntimeError, match="accepted already"):
            await socket.deny()

    sent = serve(hasty).messages()
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]


@pytest.mark.parametrize(("version", "sent"), [("2.0", False), ("2.1", True), ("2.10", True)])
def test_headers_are_accepted_with_from_version_2_1(
    serve: Serve, version: str, sent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.accept(headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])

    accept, _ = serve(consumer).messages(asgi={"version": "3.0", "spec_version": version})
    if sent:
        assert accept["headers"] == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    else:
        assert "headers" not in accept
        assert "before 2.1): set-cookie, set-cookie" in caplog.text


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"Sec-WebSocket-Protocol": "chat"}, ValueError),
        ({"X-Name": "a\r\nb: c"}, BadHeaderError),
        ({"X\n": "a"}, BadHeaderError),
    ],
)
def test_headers_that_cannot_be_accepted_with(serve: Serve, headers: Any, error: Any) -> None:
    async def consumer(socket: WebSocket) -> None:
        with pytest.raises(error):
            await socket.accept(headers=headers)

    assert [message["type"] for message in serve(consumer).messages()] == ["websocket.close"]


def test_a_subprotocol_must_have_been_offered(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        with pytest.raises(ValueError, match=r"'soap', but 'chat', 'superchat': accept one"):
            await socket.accept("soap")
        await socket.accept("superchat")
        assert socket.subprotocol == "superchat"

    accept, _ = serve(consumer).messages(subprotocols=["chat", "superchat"])
    assert accept["subprotocol"] == "superchat"


def test_a_response_refuses_where_the_server_can_send_it(serve: Serve) -> None:
    async def consumer(socket: WebSocket) -> None:
        await socket.deny(HttpResponse("Pay first.", status=402, headers={"X-Price": "1"}))
        await socket.deny()
        await socket.close()
        assert socket.closed
        with pytest.raises(WebSocketDisconnect):
            await socket.accept()

    start, body = serve(consumer).messages()
    assert start["type"] == "websocket.http.response.start"
    assert start["status"] == 402
    assert (b"x-price", b"1") in start["headers"]
    assert body == {
        "type": "websocket.http.response.body",
        "body": b"Pay first.",
        "more_body": False,
    }
    assert [m["type"] for m in serve(consumer).messages(extensions={})] == ["websocket.close"]


def test_a_stream_refuses_chunk_by_chunk_and_is_closed(serve: Serve) -> None:
    closed: list[bool] = []

    async def pieces() -> Any:
        yield b"a"
        yield b"b"

    async def consumer(socket: WebSocket) -> None:
        response = StreamingHttpResponse(pieces(), status=403)
        response._resource_closers.append(lambda: closed.append(True))
        await socket.deny(response)

    async def talk() -> None:
        with pytest.raises(WebSocketDenied, match="with status 403") as denied:
            await serve(consumer).open().connect()
        assert denied.value.content == b"ab"

    asyncio.run(talk())
    assert closed == [True]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (BadRequest(), 400),
        (SuspiciousOperation(), 400),
        (ZeroDivisionError(), 500),
    ],
)
def test_exceptions_before_the_accept_become_responses(
    serve: Serve, error: Exception, status: int
) -> None:
    async def consumer(socket: WebSocket) -> None:
        raise error

    start, _ = serve(consumer).messages()
    assert start["status"] == status
