"""How exchanges are looked after: side by side, one within another, and outside of tasks."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.handlers.pool import current_lease
from gingerdj.http import HttpResponse
from gingerdj.urls import path

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


class Client:
    """A client that sends one request, and goes when it is told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self.seen: list[str] = []
        self._asked = False

    async def receive(self) -> dict[str, Any]:
        self.seen.append(WHO.get())
        if not self._asked:
            self._asked = True
            return {"type": "http.request"}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


async def plain(request: Any) -> HttpResponse:
    return HttpResponse("plain")


def test_exchanges_side_by_side_end_in_any_order(site: Any, asgi: Any) -> None:
    """Each is looked after until its own end, whichever others have ended before."""
    gates: list[asyncio.Event] = []
    cancelled: list[int] = []

    async def waits(request: Any, number: int) -> HttpResponse:
        try:
            await gates[number].wait()
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return HttpResponse(str(number))

    site(path("<int:number>", waits))
    application = ASGIHandler()

    async def all_of_them() -> None:
        count = 20
        gates.extend(asyncio.Event() for _ in range(count))
        clients = [Client() for _ in range(count)]
        tasks = [
            asyncio.create_task(application(asgi.scope(f"/{n}"), client.receive, client.send))
            for n, client in enumerate(clients)
        ]
        order = random.Random(0).sample(range(count), count)
        for number in order[: count // 2]:  # Some end before they are looked at.
            gates[number].set()
            await tasks[number]
            assert clients[number].sent[1]["body"] == b"%d" % number
        rest = order[count // 2 :]
        for number in rest:
            clients[number].gone.set()
        await asyncio.wait([tasks[number] for number in rest], timeout=5)
        assert sorted(cancelled) == sorted(rest)
        for number in rest:
            assert tasks[number].done()
            assert not tasks[number].cancelled()
            assert not clients[number].sent

    asyncio.run(all_of_them())


def test_requests_one_after_the_other_leave_nothing_to_the_loop(site: Any, asgi: Any) -> None:
    site(path("", plain))
    application = ASGIHandler()
    alive: list[weakref.ref[Any]] = []

    async def ask() -> None:
        client = Client()
        await application(asgi.scope("/"), client.receive, client.send)
        alive.append(weakref.ref(client))

    async def many() -> None:
        for _ in range(50):
            await ask()  # Never waits, so that the loop has no turn.
        assert not any(each() for each in alive)

    gc.disable()
    try:
        asyncio.run(many())
    finally:
        gc.enable()
    assert len(alive) == 50


@pytest.mark.parametrize("leaves", [False, True])
def test_an_application_within_another(site: Any, asgi: Any, leaves: bool) -> None:
    """The end of the inner client ends the inner exchange alone; the outer lease comes back."""
    threads: list[str] = []
    application: Any = None

    def note() -> None:
        threads.append(threading.current_thread().name)

    async def inner(request: Any) -> HttpResponse:
        await sync_to_async(note)()
        if leaves:
            await asyncio.Event().wait()
        return HttpResponse("inner")

    async def outer(request: Any) -> HttpResponse:
        await sync_to_async(note)()
        lease = current_lease.get()
        client = Client()
        if leaves:
            client.gone.set()
        await application(asgi.scope("/inner"), client.receive, client.send)
        assert current_lease.get() is lease
        await sync_to_async(note)()
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling()
        return HttpResponse(b"".join(each.get("body", b"") for each in client.sent))

    site(path("", outer), path("inner", inner))
    application = ASGIHandler()

    async def ask() -> Client:
        client = Client()
        await asyncio.wait_for(application(asgi.scope("/"), client.receive, client.send), 5)
        return client

    client = asyncio.run(ask())
    assert client.sent[0]["status"] == 200
    assert client.sent[1]["body"] == (b"" if leaves else b"inner")
    first, within, last = threads
    assert first == last != within


def test_who_listens_does_so_in_the_context_of_the_request(site: Any, asgi: Any) -> None:
    listens = asyncio.Event()

    async def waits(request: Any) -> HttpResponse:
        await listens.wait()
        return HttpResponse()

    class Noting(Client):
        async def receive(self) -> dict[str, Any]:
            if self.seen:
                listens.set()
            return await super().receive()

    site(path("", waits))
    application = ASGIHandler()

    async def ask(name: str) -> list[str]:
        WHO.set(name)
        client = Noting()
        await asyncio.wait_for(application(asgi.scope("/"), client.receive, client.send), 5)
        return client.seen

    async def both() -> list[list[str]]:
        return [await asyncio.create_task(ask("first")), await asyncio.create_task(ask("second"))]

    first, _ = asyncio.run(both())
    assert first == ["first", "first"]


def test_a_request_outside_of_tasks(site: Any, asgi: Any) -> None:
    site(path("", plain))
    application = ASGIHandler()

    async def ask() -> list[dict[str, Any]]:
        warm, client = Client(), Client()
        await application(asgi.scope("/"), warm.receive, warm.send)
        ended = asyncio.Event()

        def step() -> None:
            with pytest.raises(StopIteration):
                application(asgi.scope("/"), client.receive, client.send).send(None)
            ended.set()

        asyncio.get_running_loop().call_soon(step)
        await ended.wait()
        return client.sent

    assert asyncio.run(ask())[1]["body"] == b"plain"


class Silent(asyncio.SelectorEventLoop):
    """A loop that does not say in which thread it runs, as those of other makers."""

    _runs = False

    @property
    def _thread_id(self) -> Any:
        raise AttributeError("_thread_id")

    @_thread_id.setter
    def _thread_id(self, value: Any) -> None:
        self._runs = value is not None

    def is_running(self) -> bool:
        return self._runs


@pytest.mark.parametrize("make_loop", [asyncio.SelectorEventLoop, Silent])
def test_one_application_on_two_loops_by_turns(site: Any, asgi: Any, make_loop: Any) -> None:
    """Each exchange is looked after by the loop that it runs on."""
    cancelled: list[int] = []
    turns = threading.Barrier(2, timeout=10)

    async def waits(request: Any) -> HttpResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(threading.get_ident())
            raise
        return HttpResponse()

    site(path("", plain), path("waits", waits))
    application = ASGIHandler()

    async def ask() -> None:
        for _ in range(3):
            turns.wait()
            client = Client()
            await application(asgi.scope("/"), client.receive, client.send)
            assert client.sent[1]["body"] == b"plain"
            turns.wait()
            client = Client()
            client.gone.set()
            work = application(asgi.scope("/waits"), client.receive, client.send)
            await asyncio.wait_for(work, 5)

    def run() -> None:
        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(ask())

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(run), pool.submit(run)]:
            future.result()
    assert len(cancelled) == 6
    assert len(set(cancelled)) == 2


@pytest.mark.parametrize("kind", ["http.request", "http.surprise"])
@pytest.mark.parametrize("swallows", [False, True])
def test_what_comes_after_the_body_is_an_error_unless_it_is_the_end(
    site: Any, asgi: Any, kind: str, swallows: bool
) -> None:
    async def waits(request: Any) -> HttpResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not swallows:
                raise
        return HttpResponse("late")

    site(path("", waits))
    sent: list[dict[str, Any]] = []
    messages = iter(["http.request"])

    async def receive() -> dict[str, Any]:  # Without end, and without a pause.
        return {"type": next(messages, kind)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with pytest.raises(ValueError, match=f"'{kind}' after the body, where http.disconnect alone"):
        asyncio.run(ASGIHandler()(asgi().scope("/"), receive, send))
    assert sent == []
