"""Points 1 to 6: what holds for every scope (ASGI specification, "Applications", "Events")."""

from __future__ import annotations

import copy
from typing import Any

from gingerdj.test.conformance.driver import Response
from gingerdj.test.conformance.messages import mistyped
from gingerdj.test.conformance.subject import Subject

__all__ = ()


async def test_01_an_unknown_scope_type_raises(subject: Subject) -> None:
    async with subject.connect({"type": "smoke", "asgi": {"version": "3.0"}}) as connection:
        error = await connection.end()
    assert error is not None, "the application returned, as if it had served the connection"
    assert connection.sent == []


async def test_02_an_unknown_event_raises(subject: Subject) -> None:
    headers = [(b"host", b"localhost"), (b"content-length", b"1")]
    async with subject.connect(subject.scope("page", method="POST", headers=headers)) as connection:
        connection.feed({"type": "http.surprise"})
        error = await connection.end()
    assert error is not None, f"an unknown event was answered: {connection.sent}"


async def test_02_extra_keys_are_tolerated(subject: Subject) -> None:
    expected = (await subject.get("page")).status
    asgi = {"version": "3.0", "spec_version": "2.5", "surprise": 1}
    scope = subject.scope("page", surprise={"any": "thing"}, asgi=asgi)
    response = await subject.exchange(scope, {"type": "http.request", "surprise": 1})
    assert response.status == expected


ASGI: tuple[dict[str, str] | None, ...] = (
    None,
    {},
    {"version": "2.0"},
    {"version": "3.0"},
    {"spec_version": "2.1"},
)


async def test_03_missing_versions_have_defaults(subject: Subject) -> None:
    expected = (await subject.get("page")).status
    for asgi in ASGI:
        assert (await subject.get("page", asgi=asgi)).status == expected, asgi


async def test_03_missing_versions_have_defaults_in_lifespan(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        expected = await connection.startup()
    for asgi in ASGI:
        async with unstarted.lifespan(asgi=asgi) as connection:
            assert await connection.startup() == expected, asgi


async def test_03_a_missing_version_is_no_newer_one(subject: Subject) -> None:
    await subject.needs("socket")
    scope = subject.socket_scope("socket", [("header", "x-new:1")], asgi={"version": "3.0"})
    async with subject.connect(scope) as connection:
        connection.feed({"type": "websocket.connect"})
        await connection.until(lambda: bool(connection.sent) or connection.ended, "an answer")
    headers = [message.get("headers") for message in connection.sent]
    assert not any(headers), "headers are newer than spec_version 2.0, which a missing one means"


async def test_04_the_scope_is_not_changed(subject: Subject) -> None:
    mounted: dict[str, Any] = {
        "root_path": "/mount",
        "path": f"/mount{subject.path('page')}",
        "extensions": {},
    }
    for scope in (subject.scope("page", **mounted), subject.socket_scope("page", **mounted)):
        before = copy.deepcopy(scope)
        async with subject.connect(scope) as connection:
            if scope["type"] == "http":
                connection.feed({"type": "http.request"})
            else:
                connection.feed({"type": "websocket.connect"}, {"type": "websocket.disconnect"})
            await connection.until(lambda: bool(connection.sent) or connection.ended, "an answer")
            await connection.pause()
        assert scope == before


async def test_04_the_lifespan_scope_is_not_changed(unstarted: Subject) -> None:
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    before = copy.deepcopy(scope)
    async with unstarted.connect(scope) as connection:
        await connection.startup()
    assert scope | {"state": {}} == before, "nothing but what is in its state"


async def test_05_messages_hold_the_specified_types(subject: Subject) -> None:
    assert mistyped((await subject.get("page")).messages) == []


async def test_05_lifespan_messages_hold_the_specified_types(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        await connection.startup()
        connection.feed({"type": "lifespan.shutdown"})
        await connection.until(lambda: len(connection.sent) > 1 or connection.ended, "an answer")
    assert mistyped(connection.sent) == []


async def test_05_responses_of_each_kind_hold_the_specified_types(subject: Subject) -> None:
    await subject.needs("answer", "stream")
    answer = [("status", 404), ("body", "none"), ("header", "x-a:b"), ("cookie", "a:b")]
    for name, query in (("answer", answer), ("stream", [])):
        assert mistyped((await subject.get(name, query)).messages) == []


async def test_05_websocket_messages_hold_the_specified_types(subject: Subject) -> None:
    await subject.needs("socket")
    async with subject.connect(subject.socket_scope("socket")) as connection:
        connection.feed({"type": "websocket.connect"})
        connection.feed({"type": "websocket.receive", "text": "a", "bytes": None})
        connection.feed({"type": "websocket.receive", "text": None, "bytes": b"a"})
        connection.feed({"type": "websocket.receive", "text": "close 4000 done"})
        await connection.until(lambda: len(connection.sent) == 4, "four messages")
    assert mistyped(connection.sent) == []


async def test_06_blocking_work_leaves_the_event_loop_free(subject: Subject) -> None:
    await subject.needs("work", "release", "journal")
    before = await subject.count("work started")
    async with subject.connect(subject.scope("work")) as connection:
        connection.feed({"type": "http.request"})
        await subject.noted("work started", before)
        await subject.get("release")
        await connection.end()
    assert Response(connection.sent).body == b"released", "others were served only after the work"
