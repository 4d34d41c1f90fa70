"""Server-sent events against the HTML standard, 9.2."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core import draining
from gingerdj.http import EventSourceResponse, ServerSentEvent, get_last_event_id
from gingerdj.test import AsyncClient, Client, RequestFactory
from gingerdj.urls import path


def parse(stream: bytes) -> list[dict[str, Any]]:
    """Interpret a stream as browsers do (HTML standard, 9.2.6)."""
    events, data, kind, last_id = [], "", "", ""
    lines = stream.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in lines[:-1]:
        if not line:
            if data:
                message = data.removesuffix("\n")
                events.append({"event": kind or "message", "data": message, "id": last_id})
            data, kind = "", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data += value + "\n"
        elif field == "event":
            kind = value
        elif field == "id" and "\0" not in value:
            last_id = value
    return events


@pytest.mark.parametrize(
    ("event", "encoded"),
    [
        (ServerSentEvent("hello"), b"data: hello\n\n"),
        (ServerSentEvent(""), b"data: \n\n"),
        (ServerSentEvent("a\nb"), b"data: a\ndata: b\n\n"),
        (ServerSentEvent("a\r\nb\rc\n"), b"data: a\ndata: b\ndata: c\ndata: \n\n"),
        (ServerSentEvent("a\u2028b\x0bc"), "data: a\u2028b\x0bc\n\n".encode()),
        (ServerSentEvent(" spaced: é"), "data:  spaced: é\n\n".encode()),
        (ServerSentEvent("x", event="ping", id="7"), b"event: ping\nid: 7\ndata: x\n\n"),
        (ServerSentEvent("x", id=""), b"id: \ndata: x\n\n"),
        (ServerSentEvent(retry=1500), b"retry: 1500\n\n"),
        (ServerSentEvent(comment="a\ndata: b"), b": a\n: data: b\n\n"),
    ],
)
def test_encoding(event: ServerSentEvent, encoded: bytes) -> None:
    assert event.encode() == encoded


@pytest.mark.parametrize("name", ["event", "id"])
@pytest.mark.parametrize("value", ["a\nb", "a\rdata: evil", "a\0", "\n"])
def test_one_line_fields_hold_one_line(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"The {name} of an event may not hold line breaks"):
        ServerSentEvent("x", **{name: value})


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"data": b"x"}, "data of an event must be a string, not b'x'"),
        ({"data": {"a": 1}}, "data of an event must be a string"),
        ({"id": 7}, "id of an event must be a string, not 7"),
        ({"retry": "7"}, "retry must be whole milliseconds, not '7'"),
        ({"retry": 1.5}, "retry must be whole milliseconds"),
        ({"retry": True}, "retry must be whole milliseconds"),
    ],
)
def test_wrong_types(arguments: Any, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        ServerSentEvent(**arguments)


def test_a_negative_time() -> None:
    with pytest.raises(ValueError, match="retry must not be negative, unlike -1"):
        ServerSentEvent(retry=-1)


text = st.text(st.characters(exclude_categories=["Cs"]))
one_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))


@given(text, one_line, one_line, text)
def test_no_text_becomes_another_event(data: str, event: str, key: str, comment: str) -> None:
    encoded = ServerSentEvent(data, event=event, id=key, comment=comment).encode()
    lines = data.replace("\r\n", "\n").replace("\r", "\n")
    assert parse(encoded) == [{"event": event or "message", "data": lines, "id": key}]


# The response


async def pieces(response: Any) -> list[bytes]:
    return [piece async for piece in response]


async def three() -> AsyncIterator[Any]:
    yield "one"
    yield ServerSentEvent("two", id="2")
    yield "three"


def three_in_thread() -> Iterator[Any]:
    yield "one"
    yield ServerSentEvent("two", id="2")
    yield "three"


THREE = [b"data: one\n\n", b"id: 2\ndata: two\n\n", b"data: three\n\n"]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("keep_alive", [15, None])
@pytest.mark.parametrize("source", [three, three_in_thread])
def test_each_event_is_a_piece(source: Any, keep_alive: float | None) -> None:
    response = EventSourceResponse(source(), keep_alive=keep_alive)
    assert asyncio.run(pieces(response)) == THREE


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("source", [three, three_in_thread])
def test_wsgi_sends_them_as_well(source: Any) -> None:
    assert list(EventSourceResponse(source())) == THREE


def test_headers() -> None:
    response = EventSourceResponse(headers={"X-Mine": "yes"}, status=202)
    assert (response.status_code, dict(response.items())) == (
        202,
        {
            "X-Mine": "yes",
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-cache, no-transform",
            "X-Accel-Buffering": "no",
        },
    )
    assert EventSourceResponse(headers={"Cache-Control": "no-store"})["Cache-Control"] == "no-store"


@pytest.mark.parametrize("keep_alive", [0, -1])
def test_a_wrong_interval(keep_alive: float) -> None:
    with pytest.raises(ValueError, match="keep_alive must be positive or None"):
        EventSourceResponse(keep_alive=keep_alive)


@pytest.mark.parametrize("keep_alive", [15, None])
def test_what_is_no_event_is_named(keep_alive: float | None) -> None:
    async def wrong() -> AsyncIterator[Any]:
        yield {"data": "x"}

    with pytest.raises(TypeError, match=r"must be a ServerSentEvent or a string, not {'data'"):
        asyncio.run(pieces(EventSourceResponse(wrong(), keep_alive=keep_alive)))


def test_comments_fill_the_silence_and_no_event_is_lost() -> None:
    async def within() -> list[bytes]:
        go_on = asyncio.Event()

        async def slow() -> AsyncIterator[str]:
            yield "before"
            await go_on.wait()
            yield "after"

        seen = []
        async for piece in EventSourceResponse(slow(), keep_alive=0.01):
            seen.append(piece)
            if seen.count(b":\n\n") == 2:
                go_on.set()
        return seen

    seen = asyncio.run(within())
    assert [piece for piece in seen if piece != b":\n\n"] == [
        b"data: before\n\n",
        b"data: after\n\n",
    ]
    assert seen[1:3] == [b":\n\n", b":\n\n"]


def test_what_the_source_raises_is_raised() -> None:
    async def fails() -> AsyncIterator[str]:
        yield "one"
        raise OSError("gone")

    async def within() -> None:
        stream = aiter(EventSourceResponse(fails()))
        assert await anext(stream) == b"data: one\n\n"
        with pytest.raises(OSError, match="gone"):
            await anext(stream)

    asyncio.run(within())


def test_the_source_waits_until_its_event_is_sent() -> None:
    made = []

    async def source() -> AsyncIterator[str]:
        for number in range(3):
            made.append(number)
            yield str(number)

    async def within() -> None:
        stream = aiter(EventSourceResponse(source()))
        await anext(stream)
        await asyncio.sleep(0)
        assert made == [0]
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(within())


def test_a_source_keeps_its_task() -> None:
    async def source() -> AsyncIterator[str]:
        async with asyncio.timeout(5), asyncio.TaskGroup():  # Both insist on theirs.
            yield "one"
            yield "two"

    response = EventSourceResponse(source())
    assert asyncio.run(pieces(response)) == [b"data: one\n\n", b"data: two\n\n"]


@pytest.mark.parametrize("keep_alive", [15, None])
@pytest.mark.parametrize("where", ["waiting", "sending"])
def test_a_stream_that_is_left_ends_its_source(keep_alive: float | None, where: str) -> None:
    async def within() -> bool:
        ended = asyncio.Event()

        async def source() -> AsyncIterator[str]:
            try:
                yield "one"
                await asyncio.Event().wait()
            finally:
                ended.set()

        stream: Any = aiter(EventSourceResponse(source(), keep_alive=keep_alive))
        await anext(stream)
        if where == "waiting":
            reader = asyncio.create_task(anext(stream))
            await asyncio.sleep(0)
            reader.cancel()
            await asyncio.wait([reader])
        await stream.aclose()
        return ended.is_set()

    assert asyncio.run(within())


@pytest.fixture
def _not_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "_draining", False)


@pytest.mark.usefixtures("_not_draining")
@pytest.mark.parametrize("keep_alive", [15, None])
@pytest.mark.parametrize("begins", ["before", "after"])
def test_draining_ends_a_stream(keep_alive: float | None, begins: str) -> None:
    async def within() -> list[bytes]:
        async def source() -> AsyncIterator[str]:
            yield "one"
            await asyncio.Event().wait()

        if begins == "before":
            draining.start_draining()
        stream: Any = aiter(EventSourceResponse(source(), keep_alive=keep_alive))
        sent = [await anext(stream)]
        draining.start_draining()
        return sent + [piece async for piece in stream]

    assert asyncio.run(within()) == [b"data: one\n\n"]


@pytest.mark.usefixtures("_not_draining")
def test_a_source_that_drains_may_fail() -> None:
    async def source() -> AsyncIterator[str]:
        draining.start_draining()
        yield "one"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        asyncio.run(pieces(EventSourceResponse(source())))


@pytest.mark.usefixtures("_not_draining")
def test_draining_ends_a_stream_from_an_iterable_between_two_events() -> None:
    stream = iter(EventSourceResponse(map(str, range(3))))
    assert next(stream) == b"data: 0\n\n"
    draining.start_draining()
    assert list(stream) == []


def test_a_stream_that_nobody_reads_closes_its_source(site: Any) -> None:
    class Source:
        closed = False

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def close(self) -> None:
            self.closed = True

    source = Source()
    site(path("", lambda request: EventSourceResponse(source)))
    response: Any = Client().head("/")
    response.close()
    assert source.closed


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("source", [three, three_in_thread])
def test_compression_holds_no_event_back(site: Any, source: Any) -> None:
    async def view(request: Any) -> EventSourceResponse:
        return EventSourceResponse(source())

    site(path("", view), MIDDLEWARE=["gingerdj.middleware.gzip.GZipMiddleware"])

    async def within() -> list[bytes]:
        response: Any = await AsyncClient().get("/", headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        unpacker = zlib.decompressobj(wbits=31)
        return [unpacker.decompress(piece) async for piece in response]

    assert asyncio.run(within())[:3] == THREE


@pytest.mark.parametrize(
    ("header", "last"), [(None, None), ("", None), ("7", "7"), ("Ã©", "é"), ("\xff", "\ufffd")]
)
def test_the_last_event_id(configure: Any, header: str | None, last: str | None) -> None:
    configure()
    headers = {} if header is None else {"last-event-id": header}
    assert get_last_event_id(RequestFactory().get("/", headers=headers)) == last
