"""Sequences of messages that nobody thought of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import BadHeaderError, HttpResponse
from gingerdj.urls import re_path
from gingerdj.websocket import WebSocket, WebSocketDisconnect

TEXT = st.text(max_size=20)
INCOMING = st.one_of(
    st.builds(lambda text: {"type": "websocket.receive", "text": text}, TEXT),
    st.builds(lambda data: {"type": "websocket.receive", "bytes": data}, st.binary(max_size=20)),
    st.builds(
        lambda text: {"type": "websocket.receive", "text": text, "bytes": None, "new": 1}, TEXT
    ),
    st.builds(
        lambda code, entries: {"type": "websocket.disconnect", "code": code, **entries},
        st.one_of(st.none(), st.integers(1000, 4999)),
        st.sampled_from([{}, {"reason": None}, {"reason": "bye"}]),
    ),
    st.sampled_from(
        [
            {"type": "websocket.receive"},
            {"type": "websocket.receive", "text": "a", "bytes": b"a"},
            {"type": "websocket.connect"},
            {"type": "http.request"},
        ]
    ),
)
# What a consumer does, and what that may raise.
ACTIONS: dict[str, tuple[Callable[[WebSocket, Any], Any], tuple[type[Exception], ...]]] = {
    "accept": (lambda socket, text: socket.accept(), (RuntimeError,)),
    "accept with": (
        lambda socket, text: socket.accept(text, {"X-Text": text}),
        (RuntimeError, ValueError, BadHeaderError, UnicodeEncodeError),
    ),
    "deny": (lambda socket, text: socket.deny(HttpResponse(text)), (RuntimeError,)),
    "close": (lambda socket, text: socket.close(), ()),
    "close with": (lambda socket, text: socket.close(len(text) * 500, text), (ValueError,)),
    "receive": (lambda socket, text: socket.receive(), (RuntimeError,)),
    "send_text": (lambda socket, text: socket.send_text(text), (RuntimeError,)),
    "send_bytes": (lambda socket, text: socket.send_bytes(text.encode()), (RuntimeError,)),
    "send_json": (lambda socket, text: socket.send_json({"a": text}), (RuntimeError,)),
    "yield": (lambda socket, text: asyncio.sleep(0), ()),
}


def acting(actions: list[tuple[str, str]], wrong: list[BaseException]) -> Any:
    """Return a consumer that does all this, and notes what it should not have met."""

    async def consumer(socket: WebSocket) -> None:
        for name, text in actions:
            act, raises = ACTIONS[name]
            try:
                await act(socket, text)
            except WebSocketDisconnect:
                assert socket.closed
            except raises:
                pass
            except Exception as error:  # noqa: BLE001 - the test fails for it
                wrong.append(error)

    return consumer


async def talk(
    application: Any, scope: Any, incoming: list[dict[str, Any]], breaks_after: int
) -> list[dict[str, Any]]:
    """Return what the application sends, over a connection that breaks after so many messages."""
    sent: list[dict[str, Any]] = []
    queue = [{"type": "websocket.connect"}, *incoming]

    async def receive() -> Any:
        await asyncio.sleep(0)
        return queue.pop(0) if queue else {"type": "websocket.disconnect", "code": 1001}

    async def send(message: dict[str, Any]) -> None:
        if len(sent) >= breaks_after:
            raise BrokenPipeError
        sent.append(message)
        await asyncio.sleep(0)

    async with asyncio.timeout(10):
        if all(is_known(message) for message in incoming):
            await application(scope, receive, send)
        else:
            # It may be over before it meets the wrong message.
            with suppress(ValueError):
                await application(scope, receive, send)
    return sent


def is_known(message: dict[str, Any]) -> bool:
    """Return whether a server may send a message to a connection that is open."""
    if message["type"] == "websocket.receive":
        return (message.get("text") is None) != (message.get("bytes") is None)
    return bool(message["type"] == "websocket.disconnect")


def check(sent: list[dict[str, Any]], scope: dict[str, Any]) -> None:
    """Hold what was sent against the specification."""
    kinds = [message["type"].removeprefix("websocket.") for message in sent]
    if kinds and kinds[0] == "http.response.start":
        assert set(kinds[1:]) == {"http.response.body"}
        assert "websocket.http.response" in scope["extensions"]
        assert not sent[-1].get("more_body", False)
        return
    if kinds[:1] == ["close"]:
        assert len(kinds) == 1
        return
    assert kinds[:1] in (["accept"], [])
    assert set(kinds[1:-1]) <= {"send"}
    assert kinds[1:][-1:] in (["send"], ["close"], [])
    version = scope["asgi"]["spec_version"]
    for message in sent:
        if message["type"] == "websocket.accept":
            assert ("headers" in message) == (version != "2.0")
            assert message["subprotocol"] in (None, *scope["subprotocols"])
        if message["type"] == "websocket.send":
            assert len({"text", "bytes"} & message.keys()) == 1
        if message["type"] == "websocket.close":
            assert 1000 <= message["code"] < 5000
            assert ("reason" in message) == (version == "2.3")


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    incoming=st.lists(INCOMING, max_size=6),
    actions=st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), TEXT), max_size=8),
    version=st.sampled_from(["2.0", "2.1", "2.3"]),
    extensions=st.sampled_from([{}, {"websocket.http.response": {}}]),
    subprotocols=st.lists(TEXT, max_size=2),
    breaks_after=st.integers(1, 8),
)
def test_no_sequence_breaks_the_specification(
    configure: Callable[..., None],
    incoming: list[dict[str, Any]],
    actions: list[tuple[str, str]],
    version: str,
    extensions: dict[str, Any],
    subprotocols: list[str],
    breaks_after: int,
) -> None:
    wrong: list[BaseException] = []
    urlconf = ModuleType("sequence_urls")
    urlconf.__dict__["websocket_urlpatterns"] = [re_path("", acting(actions, wrong))]
    configure(ROOT_URLCONF=urlconf, WEBSOCKET_CLOSE_TIMEOUT=0.01)
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": version},
        "path": "/",
        "headers": [(b"host", b"testserver")],
        "subprotocols": subprotocols,
        "extensions": extensions,
    }
    sent = asyncio.run(talk(ASGIHandler(), scope, incoming, breaks_after))
    assert wrong == []
    if len(sent) < breaks_after:
        check(sent, scope)
