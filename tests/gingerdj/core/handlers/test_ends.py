"""What is left of an exchange, wherever it ends: nothing."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.signals import request_finished, request_started
from gingerdj.http import FileResponse, HttpResponse, StreamingHttpResponse
from gingerdj.urls import path
from gingerdj.utils.decorators import async_only_middleware, sync_only_middleware
from gingerdj.views.decorators.body import stream_body
from gingerdj.views.decorators.csrf import csrf_exempt
from tests.gingerdj.core.handlers import layers

POINTS: list[Callable[[], None]] = []
OPEN: list[Any] = []


@pytest.fixture(autouse=True)
def _quick_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gingerdj.core.handlers.exchange._DELAY", 0.001)


class Line:
    """A server's side of one connection, which is lost at its n-th point.

    Args:
        messages: what the client sends.
        breaks_at: the number of the point; None for a connection that stays.
        how: whether the client goes ("leaves"), `send` says so ("raises"), or the server cancels
            the application ("cancels").
    """

    def __init__(self, messages: list[bytes], breaks_at: int | None, how: str) -> None:
        last = len(messages) - 1
        self._messages = [
            {"type": "http.request", "body": body, "more_body": number < last}
            for number, body in enumerate(messages)
        ]
        self._breaks_at, self._how = breaks_at, how
        self._loop = asyncio.get_running_loop()
        self._lost = asyncio.Event()
        self._is_told = False
        self.points = 0
        self.sent: list[dict[str, Any]] = []
        self.sent_late: list[dict[str, Any]] = []
        self.task: asyncio.Task[None] | None = None

    @property
    def has_body(self) -> bool:
        return bool(self._messages)

    def point(self) -> bool:
        """Count a point at which the connection may be lost; return whether it has been."""
        self.points += 1
        if self.points == self._breaks_at:
            self._lost.set()
            if self._how == "cancels":
                assert self.task is not None
                self.task.cancel()
                self._is_told = True
        return self._lost.is_set()

    def point_in_thread(self) -> None:
        told = threading.Event()

        def on_loop() -> None:
            self.point()
            told.set()

        self._loop.call_soon_threadsafe(on_loop)
        assert told.wait(5)

    async def receive(self) -> dict[str, Any]:
        # Who only listens for the end comes at no certain time, and so at no point.
        if self._messages and not self.point():
            return self._messages.pop(0)
        await self._lost.wait()
        if self._how == "cancels":
            await asyncio.Event().wait()
        self._is_told = True
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if self._is_told:
            self.sent_late.append(message)
            return
        if self.point():
            if self._how == "raises":
                self._is_told = True
                raise OSError("gone")
            await asyncio.Event().wait()  # Nobody takes it.
        self.sent.append(message)


LINE: list[Line] = []


async def rest() -> None:
    """Wait, as views do: for something that comes, or until the view is cancelled.

    While there is more of the body, the end is heard of by reading on.
    """
    if LINE[0].point() and not LINE[0].has_body:
        await asyncio.Event().wait()
    await asyncio.sleep(0)


@stream_body
async def streamed(request: Any) -> StreamingHttpResponse:
    async for _ in request.aiter_body():
        await rest()
    await request.asend_early_hints(["</a.css>; rel=preload"])

    async def pieces() -> AsyncIterator[bytes]:
        OPEN.append("pieces")
        try:
            for _ in range(2):
                await rest()
                yield b"x"
        finally:
            OPEN.remove("pieces")

    response = StreamingHttpResponse(pieces())
    response.trailers["X-Trailer"] = "1"
    return response


@csrf_exempt
def uploaded(request: Any) -> FileResponse:
    LINE[0].point_in_thread()
    assert [file.size for file in request.FILES.values()] == [3000]
    OPEN.extend(request.FILES.values())
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the response closes it.
    file.write(b"content" * 10)
    file.seek(0)
    OPEN.append(file)
    return FileResponse(file)


def generated(request: Any) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        OPEN.append("pieces")
        try:
            for _ in range(2):
                LINE[0].point_in_thread()
                yield b"x"
        finally:
            OPEN.remove("pieces")

    return StreamingHttpResponse(pieces())


async def plain(request: Any) -> HttpResponse:
    await rest()
    return HttpResponse("plain")


async def stubborn(request: Any) -> HttpResponse:
    with suppress(asyncio.CancelledError, RequestAborted):
        await rest()
    return HttpResponse("stubborn")


@sync_only_middleware
def sync_layer(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        LINE[0].point_in_thread()
        response = get_response(request)
        LINE[0].point_in_thread()
        return response

    return middleware


@async_only_middleware
def async_layer(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        await rest()
        response = await get_response(request)
        await rest()
        return response

    return middleware


FORM = (
    b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    + b"x" * 3000
    + b"\r\n--B--\r\n"
)
EXCHANGES: dict[str, list[bytes]] = {
    "streamed": [b"a", b"b", b""],
    "uploaded": [FORM[:1500], FORM[1500:2900], FORM[2900:]],
    "generated": [b""],
    "plain": [b"a", b"b"],
    "stubborn": [b""],
}
HEADERS = [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=B")]
OFFERED: dict[str, Any] = {"http.response.early_hint": {}, "http.response.trailers": {}}


async def hold(application: Any, view: str, breaks_at: int | None, how: str) -> Line:
    """Run an exchange until the application returns."""
    line = Line(EXCHANGES[view], breaks_at, how)
    LINE[:] = [line]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/{view}/",
        "headers": HEADERS,
        "extensions": OFFERED,
    }
    line.task = asyncio.create_task(application(scope, line.receive, line.send))
    await asyncio.wait([line.task], timeout=10)
    assert line.task.done()
    return line


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the receivers of others off: an application without databases has none."""
    for signal in (request_started, request_finished):
        monkeypatch.setattr(signal, "receivers", [])


@pytest.mark.usefixtures("unheard")
@pytest.mark.parametrize("is_heard", [True, False])
@pytest.mark.parametrize("names", [[], ["async_layer", "sync_layer"], ["sync_layer"]])
@pytest.mark.parametrize("how", ["leaves", "raises", "cancels"])
@pytest.mark.parametrize("view", EXCHANGES)
def test_an_exchange_may_end_anywhere(
    site: Any, tmp_path: Path, view: str, how: str, names: list[str], is_heard: bool
) -> None:
    """Nothing is sent afterwards; no task, thread, file or iterator is left, no signal missed."""
    views = (streamed, uploaded, generated, plain, stubborn)
    site(
        *(path(f"{each.__name__}/", each) for each in views),
        path("probe/", lambda request: HttpResponse()),
        MIDDLEWARE=[f"{__name__}.{name}" for name in names],
        THREAD_POOL_SIZE=1,
        THREAD_POOL_QUEUE=1,
        DATA_UPLOAD_MAX_MEMORY_SIZE=2000,
        FILE_UPLOAD_MAX_MEMORY_SIZE=2000,
        FILE_UPLOAD_TEMP_DIR=str(tmp_path),
    )
    EXCHANGES["probe"] = [b""]
    signals: list[str] = []

    def started(**_: Any) -> None:
        signals.append("started")

    def finished(**_: Any) -> None:
        signals.append("finished")

    async def everywhere() -> int:
        application = ASGIHandler()
        whole = await hold(application, view, None, how)
        assert whole.task is not None
        whole.task.result()
        assert whole.sent[-1]["type"] in ("http.response.body", "http.response.trailers")
        tasks = asyncio.all_tasks()  # This one, and the one that holds the hooks of LIFESPAN.
        for point in range(1, whole.points + 1):
            signals.clear()
            line = await hold(application, view, point, how)
            assert line.task is not None
            assert line.task.cancelled() == (how == "cancels") or view == "stubborn", point
            assert not line.sent_late or (view == "stubborn" and how == "cancels"), point
            assert asyncio.all_tasks() == tasks, point
            assert signals in ([], ["started", "finished"]), point
            probe = await hold(application, "probe", None, "leaves")
            assert probe.sent[0]["status"] == 200, point
            for each in OPEN:
                assert getattr(each, "closed", False), (point, each)
            OPEN.clear()
            assert not os.listdir(tmp_path), point  # noqa: PTH208 - of an asynchronous function.
        return whole.points

    if is_heard:
        request_started.connect(started)
        request_finished.connect(finished)
    before = threading.active_count()
    try:
        assert asyncio.run(everywhere()) >= 3
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
        del EXCHANGES["probe"]
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize("fails_at", range(3))
def test_a_stream_that_fails_is_closed(site: Any, asgi: Any, is_async: bool, fails_at: int) -> None:
    ended: list[str] = []

    def step(number: int) -> bytes:
        if number == fails_at:
            raise ValueError("of the stream")
        return b"x"

    async def async_pieces() -> AsyncIterator[bytes]:
        try:
            for number in range(3):
                yield step(number)
        finally:
            ended.append("pieces")

    def sync_pieces() -> Iterator[bytes]:
        try:
            for number in range(3):
                yield step(number)
        finally:
            ended.append("pieces")

    async def view(request: Any) -> StreamingHttpResponse:
        response = StreamingHttpResponse(async_pieces() if is_async else sync_pieces())
        response._resource_closers.append(lambda: ended.append("response"))
        return response

    site(path("", view))
    with pytest.raises(ValueError, match="of the stream"):
        asgi().fail("/")
    assert ended == ["pieces", "response"]


@pytest.mark.parametrize(("queue", "is_cancelled"), [(0, False), (1, True)])
def test_what_is_open_is_closed_without_a_thread_for_it(
    site: Any, asgi: Any, queue: int, is_cancelled: bool
) -> None:
    """The only thread is busy: the close finds no place in the queue, or is cancelled there."""
    busy, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def blocks(request: Any) -> HttpResponse:
        busy.set()
        assert go_on.wait(5)
        return HttpResponse()

    async def closes(request: Any) -> HttpResponse:
        response = HttpResponse()
        response._resource_closers.append(closed.set)
        return response

    site(
        path("blocks/", blocks),
        path("closes/", closes),
        THREAD_POOL_SIZE=1,
        THREAD_POOL_QUEUE=queue,
    )

    async def ask() -> None:
        application = asgi()
        blocked = asyncio.create_task(application.ask("/blocks/"))
        assert await asyncio.to_thread(busy.wait, 5)
        communicator = application.communicator("/closes/")
        await communicator.send_input({"type": "http.request"})
        await communicator.receive_output(5)
        await communicator.receive_output(5)
        if is_cancelled:
            communicator.future.cancel()
        await asyncio.wait([communicator.future], timeout=5)
        assert communicator.future.done()
        assert closed.is_set()
        go_on.set()
        assert (await blocked).status == 200

    asyncio.run(ask())


@pytest.mark.parametrize(
    "names",
    [["sync_layer"], ["sync_layer", "async_layer"], ["async_layer"]],
)
def test_a_response_that_nobody_waits_for_any_more_is_closed(
    site: Any, asgi: Any, names: list[str]
) -> None:
    """The server cancels the exchange while the view makes it, in a thread."""
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def view(request: Any) -> HttpResponse:
        begun.set()
        assert go_on.wait(5)
        response = HttpResponse()
        response._resource_closers.append(closed.set)
        return response

    site(path("", view), MIDDLEWARE=[f"{layers.__name__}.{name}" for name in names])

    async def ask() -> None:
        communicator = asgi().communicator("/")
        await communicator.send_input({"type": "http.request"})
        assert await asyncio.to_thread(begun.wait, 5)
        communicator.future.cancel()
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait([communicator.future], timeout=5)
        assert closed.is_set()

    asyncio.run(ask())
