"""A view that does not read on: its client is heard to leave, and sends no faster for that."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from gingerdj.core.exceptions import RequestAborted
from gingerdj.http import HttpResponse
from gingerdj.urls import path
from gingerdj.views.decorators.body import stream_body

GONE = {"type": "http.disconnect"}


class Upload:
    """A client whose body is under way: its first piece has come."""

    def __init__(self, asgi: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        #: How many messages the application has received.
        self.taken = 0
        #: Set when more than the first message has been asked for.
        self.is_asked = asyncio.Event()
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.send(b"1")
        scope = asgi().scope("/", method="POST")
        self.done = asyncio.create_task(asgi().application(scope, self._receive, self._answer))

    def send(self, *bodies: bytes, more_body: bool = True) -> None:
        for body in bodies:
            message = {"type": "http.request", "body": body, "more_body": more_body}
            self._messages.put_nowait(message)

    def leave(self) -> None:
        self._messages.put_nowait(GONE)

    async def _receive(self) -> dict[str, Any]:
        if self.taken:
            self.is_asked.set()
        message = await self._messages.get()
        self.taken += 1
        return message

    async def _answer(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


def test_an_async_view_is_cancelled_when_the_client_leaves(site: Any, asgi: Any) -> None:
    ended: list[str] = []

    @stream_body
    async def view(request: Any) -> HttpResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return HttpResponse()

    site(path("", view))

    async def leave() -> list[dict[str, Any]]:
        upload = Upload(asgi)
        await upload.is_asked.wait()
        upload.leave()
        await asyncio.wait_for(upload.done, 5)
        return upload.sent

    assert asyncio.run(leave()) == []
    assert ended == ["cancelled"]


def test_a_sync_view_can_see_that_the_client_has_left(site: Any, asgi: Any) -> None:
    seen = threading.Event()

    @stream_body
    def view(request: Any) -> HttpResponse:
        while not request.disconnected:
            threading.Event().wait(0.005)
        seen.set()
        return HttpResponse()

    site(path("", view))

    async def leave() -> None:
        upload = Upload(asgi)
        await upload.is_asked.wait()
        upload.leave()
        await asyncio.wait_for(upload.done, 5)

    asyncio.run(leave())
    assert seen.wait(5)


@pytest.mark.parametrize("is_async", [True, False])
def test_one_piece_is_received_ahead_and_all_are_read_in_order(
    site: Any, asgi: Any, is_async: bool
) -> None:
    taken: list[int] = []
    upload: Upload

    @stream_body
    async def async_view(request: Any) -> HttpResponse:
        await upload.is_asked.wait()
        for _ in range(9):  # Whoever would take more has the chance to.
            await asyncio.sleep(0)
        taken.append(upload.taken)
        return HttpResponse(b"|".join([piece async for piece in request.aiter_body()]))

    @stream_body
    def sync_view(request: Any) -> HttpResponse:
        while upload.taken < 2:
            threading.Event().wait(0.005)
        for _ in range(9):
            async_to_sync(asyncio.sleep)(0)
        taken.append(upload.taken)
        return HttpResponse(b"|".join(request.iter_body()))

    site(path("", async_view if is_async else sync_view))

    async def ask() -> list[dict[str, Any]]:
        nonlocal upload
        upload = Upload(asgi)
        upload.send(b"2", b"3", b"4")
        upload.send(b"5", more_body=False)
        await asyncio.wait_for(upload.done, 5)
        return upload.sent

    assert asyncio.run(ask())[1]["body"] == b"1|2|3|4|5"
    assert taken == [2]


def test_who_reads_while_it_is_received_gets_it(site: Any, asgi: Any) -> None:
    upload: Upload

    @stream_body
    async def view(request: Any) -> HttpResponse:
        pieces = request.aiter_body()
        first = await anext(pieces)
        await upload.is_asked.wait()
        asyncio.get_running_loop().call_soon(upload.send, b"2")
        second = await anext(pieces)
        upload.send(b"3", more_body=False)
        return HttpResponse(b"|".join([first, second, *[piece async for piece in pieces]]))

    site(path("", view))

    async def ask() -> list[dict[str, Any]]:
        nonlocal upload
        upload = Upload(asgi)
        await asyncio.wait_for(upload.done, 5)
        return upload.sent

    assert asyncio.run(ask())[1]["body"] == b"1|2|3"


def test_who_reads_when_the_client_leaves_is_told_by_the_reading(site: Any, asgi: Any) -> None:
    upload: Upload
    seen: list[str] = []

    @stream_body
    async def view(request: Any) -> HttpResponse:
        pieces = request.aiter_body()
        await anext(pieces)
        await upload.is_asked.wait()
        asyncio.get_running_loop().call_soon(upload.leave)
        try:
            await anext(pieces)
        except RequestAborted:
            seen.append("aborted")
            raise
        return HttpResponse()

    site(path("", view))

    async def ask() -> list[dict[str, Any]]:
        nonlocal upload
        upload = Upload(asgi)
        await asyncio.wait_for(upload.done, 5)
        return upload.sent

    assert asyncio.run(ask()) == []
    assert seen == ["aborted"]
