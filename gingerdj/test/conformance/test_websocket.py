"""Points 20 to 26 and 33: WebSocket (ASGI WebSocket specification)."""

from __future__ import annotations

import json
from typing import Any

from gingerdj.test.conformance.driver import Connection, Message, NotConforming
from gingerdj.test.conformance.subject import Subject

__all__ = ()

CONNECT: Message = {"type": "websocket.connect"}
DISCONNECT: Message = {"type": "websocket.disconnect", "code": 1001, "reason": "gone"}
DENIAL: dict[str, dict[str, Any]] = {"websocket.http.response": {}}


def text(content: str) -> Message:
    return {"type": "websocket.receive", "text": content, "bytes": None}


async def accepted(connection: Connection) -> Message:
    """Let a connection open, and return the message that accepted it."""
    connection.feed(CONNECT)
    message = await connection.next()
    if message["type"] != "websocket.accept":
        raise NotConforming(f"{message} where websocket.accept belongs")
    return message


async def test_20_the_connection_is_accepted_or_closed_first(subject: Subject) -> None:
    for name in ("socket", "socket-refuse"):
        await subject.needs(name)
        async with subject.connect(subject.socket_scope(name)) as connection:
            await connection.silence()
            connection.feed(CONNECT)
            kind = (await connection.next())["type"]
        assert kind in ("websocket.accept", "websocket.close"), kind


async def test_20_what_is_sent_comes_after_the_acceptance(subject: Subject) -> None:
    await subject.needs("socket-tick")
    async with subject.connect(subject.socket_scope("socket-tick")) as connection:
        await accepted(connection)
        assert (await connection.next())["type"] == "websocket.send"


async def test_21_headers_of_an_acceptance_need_version_2_1(subject: Subject) -> None:
    await subject.needs("socket")
    for version, wanted in (("2.0", []), ("2.1", [b"1"]), ("2.3", [b"1"]), ("2.10", [b"1"])):
        asgi = {"version": "3.0", "spec_version": version}
        scope = subject.socket_scope("socket", [("header", "x-new:1")], asgi=asgi)
        async with subject.connect(scope) as connection:
            headers = list((await accepted(connection)).get("headers") or ())
        values = [value for name, value in headers if bytes(name).lower() == b"x-new"]
        assert values == wanted, f"with spec_version {version}"


async def test_21_the_subprotocol_is_no_header_and_was_offered(subject: Subject) -> None:
    await subject.needs("socket")
    for query, offered in (
        ([("subprotocol", "chat")], ["chat", "talk"]),
        ([("subprotocol", "chat")], ["talk"]),
        ([("subprotocol", "chat")], []),
        ([("header", "sec-websocket-protocol:chat")], ["chat"]),
    ):
        scope = subject.socket_scope("socket", query, subprotocols=offered)
        async with subject.connect(scope) as connection:
            connection.feed(CONNECT)
            await connection.until(lambda: bool(connection.sent) or connection.ended, "an answer")
        for message in connection.sent:
            names = [bytes(name).lower() for name, _ in message.get("headers") or ()]
            assert b"sec-websocket-protocol" not in names
            assert message.get("subprotocol") in (None, *offered), "nobody offered that"
    scope = subject.socket_scope("socket", [("subprotocol", "chat")], subprotocols=["chat"])
    async with subject.connect(scope) as connection:
        assert (await accepted(connection)).get("subprotocol") == "chat"


async def test_22_exactly_one_of_text_and_bytes(subject: Subject) -> None:
    await subject.needs("socket")
    frames: tuple[tuple[dict[str, Any], str, Any], ...] = (
        ({"text": "a", "bytes": None}, "text", "a"),
        ({"text": None, "bytes": b"a"}, "bytes", b"a"),
        ({"text": "", "bytes": None}, "text", ""),
        ({"text": None, "bytes": b""}, "bytes", b""),
        ({"text": ""}, "text", ""),
        ({"bytes": b""}, "bytes", b""),
    )
    async with subject.connect(subject.socket_scope("socket")) as connection:
        await accepted(connection)
        for frame, name, content in frames:
            connection.feed({"type": "websocket.receive", **frame})
            answer = await connection.next()
            found = {key: answer.get(key) for key in ("text", "bytes")}
            assert found == {"text": None, "bytes": None, name: content}, frame


async def test_23_the_close_code_is_1000_by_default(subject: Subject) -> None:
    await subject.needs("socket")
    async with subject.connect(subject.socket_scope("socket")) as connection:
        await accepted(connection)
        connection.feed(text("close"))
        message = await connection.next()
    assert message["type"] == "websocket.close"
    assert message.get("code", 1000) == 1000
    assert not message.get("reason")


async def test_23_a_close_reason_needs_version_2_3(subject: Subject) -> None:
    await subject.needs("socket")
    for version, reason in (("2.0", None), ("2.2", None), ("2.3", "done"), ("2.10", "done")):
        asgi = {"version": "3.0", "spec_version": version}
        async with subject.connect(subject.socket_scope("socket", asgi=asgi)) as connection:
            await accepted(connection)
            connection.feed(text("close 4000 done"))
            message = await connection.next()
        assert (message["code"], message.get("reason") or None) == (4000, reason), version


async def test_23_what_a_disconnect_leaves_out_has_defaults(subject: Subject) -> None:
    await subject.needs("socket", "journal")
    for entries, code, reason in (
        ({"code": 1001, "reason": "gone"}, 1001, "gone"),
        ({"code": 1001}, 1001, ""),
        ({"code": 1001, "reason": None}, 1001, ""),
        ({}, 1005, ""),
    ):
        note = f"socket closed {code} {reason}"
        before = await subject.count(note)
        async with subject.connect(subject.socket_scope("socket")) as connection:
            await accepted(connection)
            connection.feed({"type": "websocket.disconnect", **entries})
            await connection.end()
        await subject.noted(note, before)


async def test_24_a_close_before_the_acceptance_refuses(subject: Subject) -> None:
    await subject.needs("socket-refuse")
    async with subject.connect(subject.socket_scope("socket-refuse")) as connection:
        connection.feed(CONNECT)
        assert (await connection.next())["type"] == "websocket.close"
        connection.feed({"type": "websocket.disconnect", "code": 1006})
        await connection.end()
    assert len(connection.sent) == 1, "the server answers a close with status 403 by itself"


async def test_25_tasks_stop_after_a_disconnect(subject: Subject) -> None:
    await subject.needs("socket-tick", "journal")
    before = await subject.count("ticks stopped")
    for raises in (False, True):
        async with subject.connect(subject.socket_scope("socket-tick")) as connection:
            await accepted(connection)
            await connection.find("websocket.send")
            connection.gone = raises
            connection.feed(DISCONNECT)
            error = await connection.end()
            left = await connection.leftovers()
        assert error is None or isinstance(error, OSError), f"a disconnect is no error: {error!r}"
        assert not left, f"tasks outlive the connection: {left}"
        before = await subject.noted("ticks stopped", before)


async def test_26_optional_entries_of_the_scope_have_defaults(subject: Subject) -> None:
    await subject.needs("socket-facts")
    missing: dict[str, Any] = dict.fromkeys(
        ("scheme", "http_version", "subprotocols", "client", "server")
    )
    scope = subject.socket_scope("socket-facts", raw_path=None, root_path=None, **missing)
    async with subject.connect(scope) as connection:
        await accepted(connection)
        facts = json.loads((await connection.next())["text"])
    path = subject.path("socket-facts")
    assert facts == {"scheme": "ws", "http_version": "1.1", "subprotocols": [], "path": path}


async def test_33_a_denial_has_no_later_websocket_messages(subject: Subject) -> None:
    await subject.needs("socket-deny")
    subject.needs_extension("websocket.http.response")
    scope = subject.socket_scope("socket-deny", extensions=DENIAL)
    async with subject.connect(scope) as connection:
        connection.feed(CONNECT)
        start = await connection.next()
        assert (start["type"], start.get("status")) == ("websocket.http.response.start", 401)
        body = b""
        while True:
            message = await connection.next()
            assert message["type"] == "websocket.http.response.body"
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        connection.feed({"type": "websocket.disconnect", "code": 1006})
        await connection.end()
        kinds = [message["type"] for message in connection.sent]
    assert body == b"denied"
    assert [kind for kind in kinds if ".http.response." not in kind] == []


async def test_33_without_the_extension_a_denial_is_a_close(subject: Subject) -> None:
    await subject.needs("socket-deny")
    nothing: tuple[dict[str, Any] | None, ...] = (None, {})
    for extensions in nothing:
        scope = subject.socket_scope("socket-deny", extensions=extensions)
        async with subject.connect(scope) as connection:
            connection.feed(CONNECT)
            assert (await connection.next())["type"] == "websocket.close"
