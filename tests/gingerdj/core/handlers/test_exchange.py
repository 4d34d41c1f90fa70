"""What an exchange waits for: time limits, streamed bodies, refusals, and extensions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from gingerdj.core.exceptions import RequestAborted
from gingerdj.http import FileResponse, HttpResponse, RawPostDataException, StreamingHttpResponse
from gingerdj.middleware.gzip import GZipMiddleware
from gingerdj.urls import path
from gingerdj.views.decorators.body import stream_body
from gingerdj.views.decorators.csrf import csrf_exempt

MIDDLEWARE = "gingerdj.middleware."
PROXY = {"client": ("10.0.0.1", 4711)}


class Connection:
    """A client that sends and receives one message at a time."""

    def __init__(self, asgi: Any, path: str, **entries: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.communicator = asgi.communicator(path, **entries)

    async def send(self, body: bytes = b"", more_body: bool = False) -> None:
        message = {"type": "http.request", "body": body, "more_body": more_body}
        await self.communicator.send_input(message)

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.communicator.receive_output(5)
        return message

    async def answer(self) -> tuple[int, bytes]:
        start, body = await self.receive(), await self.receive()
        await self.communicator.wait(5)
        return start["status"], body["body"]


def test_a_body_that_stands_still_is_given_up(site: Any, asgi: Any, caplog: Any) -> None:
    site(path("", pytest.fail), REQUEST_BODY_TIMEOUT=0.1)

    async def ask() -> tuple[int, bytes]:
        connection = Connection(asgi(), "/", method="POST")
        await connection.send(b"x", more_body=True)
        return await connection.answer()

    assert asyncio.run(ask()) == (408, b"408 Request Timeout")
    [record] = caplog.records
    assert record.getMessage() == "Request Timeout after 0.1 seconds (REQUEST_BODY_TIMEOUT): /"


def test_a_client_that_sends_nothing_is_given_up(site: Any, asgi: Any) -> None:
    site(path("", pytest.fail), REQUEST_BODY_TIMEOUT=0.1)

    async def ask() -> tuple[int, bytes]:
        return await Connection(asgi(), "/").answer()

    assert asyncio.run(ask())[0] == 408


def test_a_body_that_goes_on_has_all_the_time(site: Any, asgi: Any) -> None:
    site(path("", lambda request: HttpResponse(request.body)), REQUEST_BODY_TIMEOUT=0.3)

    async def ask() -> tuple[int, bytes]:
        connection = Connection(asgi(), "/", method="POST")
        for _ in range(10):
            await connection.send(b"x", more_body=True)
            await asyncio.sleep(0.06)
        await connection.send(b"!")
        return await connection.answer()

    assert asyncio.run(ask()) == (200, b"xxxxxxxxxx!")


def test_an_async_view_that_takes_too_long_is_cancelled(site: Any, asgi: Any, caplog: Any) -> None:
    ended: list[str] = []

    async def view(request: Any) -> HttpResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            return HttpResponse("too late")
        return HttpResponse()

    site(path("", view), RESPONSE_TIMEOUT=0.1)
    answer = asgi().get("/")
    assert (answer.status, answer.body) == (503, b"503 Service Unavailable")
    assert ended == ["cancelled"]
    assert "(RESPONSE_TIMEOUT): /" in caplog.text


def test_a_sync_view_that_takes_too_long_is_told(site: Any, asgi: Any) -> None:
    told = threading.Event()

    def view(request: Any) -> HttpResponse:
        while not request.disconnected:
            threading.Event().wait(0.005)
        told.set()
        return HttpResponse("too late")

    site(path("", view), RESPONSE_TIMEOUT=0.1)
    assert asgi().get("/").status == 503
    assert told.wait(5)


def test_a_sync_view_can_see_that_its_client_has_gone(site: Any, asgi: Any) -> None:
    begun, seen = threading.Event(), threading.Event()

    def view(request: Any) -> HttpResponse:
        assert not request.disconnected
        begun.set()
        while not request.disconnected:
            threading.Event().wait(0.005)
        seen.set()
        return HttpResponse()

    site(path("", view))

    async def hang_up() -> None:
        connection = Connection(asgi(), "/")
        await connection.send()
        assert await asyncio.to_thread(begun.wait, 5)
        await connection.communicator.send_input({"type": "http.disconnect"})
        await connection.communicator.wait(5)
        assert await connection.communicator.receive_nothing()

    asyncio.run(hang_up())
    assert seen.is_set()


def test_a_client_that_takes_nothing_is_given_up(site: Any, asgi: Any) -> None:
    closed: list[str] = []

    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.append("closed")

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view), SEND_TIMEOUT=0.1)
    application = asgi().application

    async def receive() -> dict[str, Any]:
        if not received:
            received.append(True)
            return {"type": "http.request"}
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            await asyncio.Event().wait()

    received: list[bool] = []
    asyncio.run(asyncio.wait_for(application(asgi.scope("/"), receive, send), 5))
    assert closed == ["closed"]


def test_a_client_may_take_long_over_all_pieces_if_not_over_each(site: Any, asgi: Any) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x"

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view), SEND_TIMEOUT=0.15)
    application = asgi().application
    received: list[bool] = []
    taken: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if not received:
            received.append(True)
            return {"type": "http.request"}
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(0.03)
        taken.append(message.get("body", b""))

    asyncio.run(application(asgi.scope("/"), receive, send))
    assert b"".join(taken) == b"x" * 12


class _Pieces:
    """An iterator of pieces that is no generator."""

    left = 3

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> bytes:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(0.15)
        return b"x"


async def _generated() -> AsyncIterator[bytes]:
    async for piece in _Pieces():
        yield piece


@pytest.mark.parametrize("make", [_generated, _Pieces])
def test_a_stream_may_rest_between_its_pieces(site: Any, asgi: Any, make: Any) -> None:
    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(make())

    site(path("", view), SEND_TIMEOUT=0.05, RESPONSE_TIMEOUT=0.05)
    assert asgi().get("/").body == b"xxx"


@pytest.mark.parametrize("is_async", [True, False])
def test_a_streamed_body_arrives_piece_by_piece(site: Any, asgi: Any, is_async: bool) -> None:
    pieces: list[bytes] = []
    arrived = threading.Semaphore(0)

    @stream_body
    async def async_view(request: Any) -> HttpResponse:
        async for piece in request.aiter_body():
            pieces.append(piece)
            arrived.release()
        return HttpResponse(b"|".join(pieces))

    @stream_body
    def sync_view(request: Any) -> HttpResponse:
        for piece in request.iter_body():
            pieces.append(piece)
            arrived.release()
        return HttpResponse(b"|".join(pieces))

    site(path("", async_view if is_async else sync_view), DATA_UPLOAD_MAX_MEMORY_SIZE=2)

    async def ask() -> tuple[int, bytes]:
        connection = Connection(asgi(), "/", method="POST")
        for number in range(3):
            await connection.send(b"%d%d%d" % (number, number, number), more_body=number < 2)
            assert await asyncio.to_thread(arrived.acquire, timeout=5)
            assert len(pieces) == number + 1
        return await connection.answer()

    assert asyncio.run(ask()) == (200, b"000|111|222")


@pytest.mark.parametrize("way", ["body", "read", "readline", "twice"])
def test_a_streamed_body_is_nowhere_else(site: Any, asgi: Any, way: str) -> None:
    seen: list[Any] = []

    async def use(request: Any) -> None:
        if way == "body":
            seen.append(request.body)
        elif way == "twice":
            await anext(request.aiter_body())
            await anext(request.aiter_body())
        else:
            seen.append(getattr(request, way)())

    @stream_body
    async def view(request: Any) -> HttpResponse:
        seen.append(dict(request.POST))
        with pytest.raises(RawPostDataException):
            await use(request)
        return HttpResponse()

    site(path("", view))
    form = [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded")]
    ask = asgi().ask("/", method="POST", chunks=[b"a=1", b"&b=2"], headers=form)
    assert asyncio.run(ask).status == 200
    assert seen == [{}]


@pytest.mark.parametrize("is_async", [True, False])
def test_pieces_of_a_body_that_is_no_stream_are_limited(
    site: Any, asgi: Any, is_async: bool
) -> None:
    async def async_view(request: Any) -> HttpResponse:
        return HttpResponse([piece async for piece in request.aiter_body()])

    def sync_view(request: Any) -> HttpResponse:
        return HttpResponse(list(request.iter_body()))

    view = async_view if is_async else sync_view
    site(path("", view), DATA_UPLOAD_MAX_MEMORY_SIZE=10)
    ask = lambda *chunks: asyncio.run(asgi().ask("/", method="POST", chunks=chunks))  # noqa: E731
    assert ask(b"12345", b"67890").body == b"1234567890"
    assert ask(b"12345", b"678901").status == 400


def test_a_body_in_one_piece_is_streamed_as_well(site: Any, asgi: Any) -> None:
    @stream_body
    async def view(request: Any) -> HttpResponse:
        return HttpResponse([piece async for piece in request.aiter_body()])

    site(path("", view))
    assert asyncio.run(asgi().ask("/", method="POST", chunks=[b"whole"])).body == b"whole"


def test_a_response_that_has_begun_is_not_begun_again(site: Any, asgi: Any) -> None:
    @stream_body
    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(request.aiter_body())

    site(path("", view), REQUEST_BODY_TIMEOUT=0.1)

    async def stand_still() -> None:
        connection = Connection(asgi(), "/", method="POST")
        await connection.send(b"x", more_body=True)
        assert (await connection.receive())["type"] == "http.response.start"
        assert (await connection.receive())["body"] == b"x"
        await connection.communicator.wait(5)
        assert await connection.communicator.receive_nothing()

    asyncio.run(stand_still())


def test_a_view_that_waits_no_longer_for_a_piece_has_its_own_time(site: Any, asgi: Any) -> None:
    @stream_body
    async def view(request: Any) -> HttpResponse:
        pieces = request.aiter_body()
        assert await anext(pieces) == b"x"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(pieces)
        await asyncio.sleep(0.5)
        return HttpResponse("without the rest")

    site(path("", view), REQUEST_BODY_TIMEOUT=0.1)

    async def stand_still() -> None:
        connection = Connection(asgi(), "/", method="POST")
        await connection.send(b"x", more_body=True)
        assert (await connection.receive())["status"] == 200
        assert (await connection.receive())["body"] == b"without the rest"

    asyncio.run(stand_still())


def test_a_disconnect_within_a_streamed_body(site: Any, asgi: Any) -> None:
    seen: list[str] = []

    @stream_body
    async def view(request: Any) -> HttpResponse:
        try:
            async for _ in request.aiter_body():
                pass
        except RequestAborted:
            seen.append("aborted")
            raise
        return HttpResponse()

    site(path("", view))

    async def hang_up() -> None:
        connection = Connection(asgi(), "/", method="POST")
        await connection.send(b"x", more_body=True)
        await connection.communicator.send_input({"type": "http.disconnect"})
        await connection.communicator.wait(5)
        assert await connection.communicator.receive_nothing()

    asyncio.run(hang_up())
    assert seen == ["aborted"]


@pytest.mark.parametrize(
    ("headers", "entries", "status"),
    [
        ([(b"host", b"evil.example")], {}, 400),
        ([(b"host", b"testserver")], {}, 200),
        ([(b"host", b"inside"), (b"x-forwarded-host", b"testserver")], PROXY, 200),
        ([(b"host", b"testserver"), (b"x-forwarded-host", b"evil.example")], PROXY, 400),
    ],
)
def test_the_host_is_checked_before_the_body(
    site: Any, asgi: Any, headers: list[tuple[bytes, bytes]], entries: Any, status: int
) -> None:
    site(
        path("", csrf_exempt(lambda request: HttpResponse(request.body))),
        MIDDLEWARE=[
            f"{MIDDLEWARE}proxies.TrustedProxiesMiddleware",
            f"{MIDDLEWARE}common.CommonMiddleware",
        ],
        TRUSTED_PROXIES=["10.0.0.1"],
        TRUSTED_PROXY_HEADERS=["X-Forwarded-Host"],
    )

    async def ask() -> int:
        connection = Connection(asgi(), "/", method="POST", headers=headers, **entries)
        await connection.send(b"x" * 10, more_body=True)
        if status == 400:  # There was no need for more.
            return (await connection.answer())[0]
        await connection.send(b"y")
        answer = await connection.answer()
        assert answer[1] == b"x" * 10 + b"y"
        return answer[0]

    assert asyncio.run(ask()) == status


def test_a_broken_urlconf_is_a_500_whatever_the_body(configure: Any, asgi: Any) -> None:
    configure(ROOT_URLCONF="os.path")
    for chunks in ([b"ab"], [b"a", b"b"]):
        assert asyncio.run(asgi().ask("/", method="POST", chunks=chunks)).status == 500


def test_a_body_announced_too_long_is_not_waited_for(site: Any, asgi: Any) -> None:
    site(path("", lambda request: HttpResponse(request.body)), DATA_UPLOAD_MAX_MEMORY_SIZE=10)

    async def ask() -> tuple[int, bytes]:
        headers = [(b"host", b"testserver"), (b"content-length", b"11")]
        connection = Connection(asgi(), "/", method="POST", headers=headers)
        await connection.send(b"x", more_body=True)
        return await connection.answer()

    assert asyncio.run(ask())[0] == 400


@pytest.mark.parametrize("is_async", [True, False])
def test_early_hints_go_first_where_the_server_offers_them(
    site: Any, asgi: Any, is_async: bool
) -> None:
    sent: list[bool] = []
    link = "</style.css>; rel=preload; as=style"

    async def async_view(request: Any) -> HttpResponse:
        sent.append(await request.asend_early_hints([link]))
        return HttpResponse("page")

    def sync_view(request: Any) -> HttpResponse:
        sent.append(request.send_early_hints([link]))
        return HttpResponse("page")

    site(path("", async_view if is_async else sync_view))

    async def ask(extensions: Any) -> list[dict[str, Any]]:
        connection = Connection(asgi(), "/", extensions=extensions)
        await connection.send()
        messages = [await connection.receive()]
        while messages[-1]["type"] != "http.response.body":
            messages.append(await connection.receive())
        await connection.communicator.wait(5)
        return messages

    hint, start, _ = asyncio.run(ask({"http.response.early_hint": {}}))
    assert hint == {"type": "http.response.early_hint", "links": [link.encode()]}
    assert start["type"] == "http.response.start"
    assert len(asyncio.run(ask({}))) == 2
    assert sent == [True, False]


def test_early_hints_come_too_late_with_the_response(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> StreamingHttpResponse:
        async def pieces() -> AsyncIterator[bytes]:
            with pytest.raises(RuntimeError, match="come before the response, which has begun"):
                await request.asend_early_hints(["</a.css>"])
            yield b"x"

        return StreamingHttpResponse(pieces())

    site(path("", view))
    assert asgi().get("/", extensions={"http.response.early_hint": {}}).body == b"x"


def test_a_body_is_streamed_once(site: Any, asgi: Any) -> None:
    @stream_body
    async def view(request: Any) -> HttpResponse:
        first = [piece async for piece in request.aiter_body()]
        with pytest.raises(RawPostDataException, match="after reading from request's data stream"):
            _ = request.body
        return HttpResponse(b"".join(first))

    @stream_body
    async def twice(request: Any) -> HttpResponse:
        await anext(request.aiter_body())
        with pytest.raises(RawPostDataException, match="is being read as a stream"):
            await anext(request.aiter_body())
        return HttpResponse()

    site(path("", view), path("twice/", twice))
    ask = asgi().ask
    assert asyncio.run(ask("/", method="POST", chunks=[b"a", b"b"])).body == b"ab"
    assert asyncio.run(ask("/twice/", method="POST", chunks=[b"a", b"b"])).status == 200


def test_a_body_in_one_piece_has_the_same_limit(site: Any, asgi: Any) -> None:
    site(path("", lambda request: HttpResponse(request.body)), DATA_UPLOAD_MAX_MEMORY_SIZE=2)
    assert asyncio.run(asgi().ask("/", method="POST", chunks=[b"abc"])).status == 400


@pytest.mark.parametrize("streaming", [True, False])
def test_trailers_follow_the_body_where_the_server_offers_them(
    site: Any, asgi: Any, streaming: bool
) -> None:
    sizes: list[int] = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"one", b"two"):
            sizes.append(len(piece))
            yield piece

    def view(request: Any) -> Any:
        response = StreamingHttpResponse(pieces()) if streaming else HttpResponse("body")
        response.trailers["X-Size"] = lambda: sum(sizes)
        return response

    site(path("", view))

    async def ask(extensions: Any, method: str = "GET") -> list[dict[str, Any]]:
        communicator = asgi().communicator("/", extensions=extensions, method=method)
        await communicator.send_input({"type": "http.request"})
        await communicator.wait(5)
        messages = []
        while not communicator.output_queue.empty():
            messages.append(communicator.output_queue.get_nowait())
        return messages

    start, *_, body, trailers = asyncio.run(ask({"http.response.trailers": {}}))
    assert start["trailers"] is True
    assert (b"trailer", b"X-Size") in start["headers"]
    assert body["more_body"] is False
    value = b"6" if streaming else b"0"
    assert trailers == {
        "type": "http.response.trailers",
        "headers": [(b"x-size", value)],
        "more_trailers": False,
    }
    for messages in (
        asyncio.run(ask({})),
        asyncio.run(ask({"http.response.trailers": {}}, "HEAD")),
    ):
        assert "trailers" not in messages[0]
        assert messages[-1]["type"] == "http.response.body"


def sent_file(asgi: Any, extension: str, **headers: str) -> list[dict[str, Any]]:
    async def ask() -> list[dict[str, Any]]:
        raw = [(b"host", b"testserver")]
        raw += [(name.encode(), value.encode()) for name, value in headers.items()]
        communicator = asgi().communicator("/", extensions={extension: {}}, headers=raw)
        await communicator.send_input({"type": "http.request"})
        await communicator.wait(5)
        messages = []
        while not communicator.output_queue.empty():
            messages.append(communicator.output_queue.get_nowait())
        return messages

    return asyncio.run(ask())


def test_a_whole_file_is_left_to_the_server(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"content")
    site(path("", lambda request: FileResponse(file.open("rb"))))
    start, message = sent_file(asgi, "http.response.pathsend")
    assert message == {"type": "http.response.pathsend", "path": str(file)}
    assert dict(start["headers"])[b"content-length"] == b"7"
    ranged = sent_file(asgi, "http.response.pathsend", range="bytes=1-2")
    assert b"".join(each.get("body", b"") for each in ranged) == b"on"


def test_a_part_of_a_file_is_left_to_the_server(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"content")
    opened: list[Any] = []

    def view(request: Any) -> FileResponse:
        opened.append(file.open("rb"))
        return FileResponse(opened[-1])

    site(path("", view))
    _, message = sent_file(asgi, "http.response.zerocopysend", range="bytes=1-2")
    assert message == {
        "type": "http.response.zerocopysend",
        "file": opened[0],
        "offset": 1,
        "count": 2,
    }
    assert opened[0].closed


@pytest.mark.parametrize("kind", ["replaced", "renamed", "removed", "appended", "begun"])
def test_what_is_not_the_whole_file_is_read_here(
    site: Any, asgi: Any, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"content")

    def view(request: Any) -> FileResponse:
        opened = file.open("rb")
        if kind == "begun":
            opened.read(3)
        response = FileResponse(opened)
        if kind == "replaced":
            response.streaming_content = map(bytes.upper, response.streaming_content)
        elif kind == "renamed":
            file.rename(tmp_path / "other.txt")
            file.write_bytes(b"another")
        elif kind == "removed":
            file.unlink()
        elif kind == "appended":
            with file.open("ab") as more:
                more.write(b"more")
        return response

    site(path("", view))
    messages = sent_file(asgi, "http.response.pathsend")
    expected = {"replaced": b"CONTENT", "begun": b"tent"}.get(kind, b"content")
    assert b"".join(each.get("body", b"") for each in messages) == expected


def test_a_file_that_becomes_shorter_breaks_off(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"content")

    def view(request: Any) -> FileResponse:
        response = FileResponse(file.open("rb"))
        file.write_bytes(b"cont")
        return response

    site(path("", view))
    with pytest.raises(RuntimeError, match="3 bytes shorter than its Content-Length"):
        asgi().fail("/")


def test_a_compressed_file_is_not_left_to_the_server(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"content" * 100)
    site(
        path("", lambda request: FileResponse(file.open("rb"))),
        MIDDLEWARE=[f"{GZipMiddleware.__module__}.GZipMiddleware"],
    )
    start, *rest = sent_file(asgi, "http.response.pathsend", **{"accept-encoding": "gzip"})
    assert dict(start["headers"])[b"content-encoding"] == b"gzip"
    assert all(each["type"] == "http.response.body" for each in rest)


def test_other_streams_are_sent_whatever_the_server_offers(site: Any, asgi: Any) -> None:
    site(path("", lambda request: StreamingHttpResponse(["one ", "two"])))
    _, *rest = sent_file(asgi, "http.response.pathsend")
    assert [each["body"] for each in rest] == [b"one ", b"two", b""]
