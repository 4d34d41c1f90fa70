"""What sets the application apart, seen from the other end of a real server's socket."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gingerdj.servers import Server, serving

THREADS, QUEUE = 4, 300

PROJECT = f"""
import asyncio
import threading

from gingerdj.conf import settings
from gingerdj.http import HttpResponse, JsonResponse, StreamingHttpResponse
from gingerdj.urls import path
from gingerdj.views.decorators.body import stream_body

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost"],
    MIDDLEWARE=["gingerdj.middleware.common.CommonMiddleware"],
    THREAD_POOL_SIZE={THREADS},
    THREAD_POOL_QUEUE={QUEUE},
    REQUEST_BODY_TIMEOUT=0.3,
)
go_on, gone, yield_on = threading.Event(), threading.Event(), threading.Event()
held, most, lock = 0, 0, threading.Lock()
inside, all_inside = 0, asyncio.Event()


def threads():
    return [thread.name for thread in threading.enumerate()]


def blocks(request):
    global held, most
    with lock:
        held += 1
        most = max(most, held)
    go_on.wait(30)
    with lock:
        held -= 1
    return HttpResponse()


async def release(request):
    go_on.set()
    return JsonResponse({{"most": most, "threads": threads()}})


async def waits(request):
    global inside
    inside += 1
    if inside == 200:
        all_inside.set()
    await all_inside.wait()
    return JsonResponse({{"threads": threads()}})


def generates(request):
    def pieces():
        yield "first"
        yield_on.wait(30)
        yield "last"

    return StreamingHttpResponse(pieces())


async def yields_on(request):
    yield_on.set()
    return HttpResponse()


def facts(request):
    meta = request.META
    return JsonResponse(
        {{"path": request.path, "port": meta["SERVER_PORT"], "remote": meta.get("REMOTE_ADDR")}}
    )


@stream_body
async def echoes(request):
    async def pieces():
        async for piece in request.aiter_body():
            yield piece

    return StreamingHttpResponse(pieces())


def reads(request):
    return HttpResponse(request.body)


def works_on(request):
    while not request.disconnected:
        threading.Event().wait(0.01)
    gone.set()
    return HttpResponse()


async def was_gone(request):
    return JsonResponse({{"gone": await asyncio.to_thread(gone.wait, 10)}})


urlpatterns = [
    path(f"{{view.__name__}}/", view)
    for view in (
        blocks, release, waits, generates, yields_on, facts, echoes, reads, works_on, was_gone
    )
]

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, serving("uvicorn", Path(folder), PROJECT) as it:
        yield it
        assert "Traceback" not in it.output()


@pytest.fixture
def raw(server: Server) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(server.address))
        yield client


def many(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    transport = httpx.AsyncHTTPTransport(uds=str(server.address), limits=limits)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=30)


def test_200_async_views_at_once_need_no_thread(server: Server) -> None:
    async def ask() -> list[Any]:
        async with many(server) as client:
            answers = await asyncio.gather(*(client.get("/waits/") for _ in range(200)))
            return [answer.json()["threads"] for answer in answers]

    assert asyncio.run(ask()) == [["MainThread"]] * 200


def test_300_sync_views_at_once_share_the_threads_there_are(server: Server) -> None:
    async def ask() -> tuple[list[httpx.Response], Any]:
        async with many(server) as client:
            waiting = {
                asyncio.create_task(client.get("/blocks/")) for _ in range(THREADS + QUEUE + 5)
            }
            refused: list[httpx.Response] = []
            while len(refused) < 5:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                refused += [task.result() for task in done]
            facts = (await client.get("/release/")).json()
            served = await asyncio.gather(*waiting)
            assert [response.status_code for response in served] == [200] * (THREADS + QUEUE)
            return refused, facts

    refused, facts = asyncio.run(ask())
    assert [(each.status_code, each.headers["retry-after"]) for each in refused] == [(503, "1")] * 5
    assert facts["most"] == THREADS
    names = [name for name in facts["threads"] if name != "MainThread"]
    assert len(names) == THREADS
    assert all(name.startswith("gingerdj-sync-") for name in names)


def test_a_sync_generators_first_piece_comes_at_once(server: Server) -> None:
    with (
        server.client() as client,
        server.client() as other,
        client.stream("GET", "/generates/") as response,
    ):
        pieces = response.iter_text()
        assert next(pieces) == "first"
        other.get("/yields_on/")
        assert list(pieces) == ["last"]


def test_over_a_unix_socket_there_is_no_port(server: Server) -> None:
    with server.client() as client:
        assert client.get("/facts/").json() == {"path": "/facts/", "port": "0", "remote": None}


def read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(2**16), b""))


def test_a_target_in_absolute_form(raw: socket.socket) -> None:
    raw.sendall(
        b"GET http://localhost/facts/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    answer = read_all(raw)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b'"path": "/facts/"' in answer


def test_a_malformed_target_in_absolute_form_is_no_error_of_ours(raw: socket.socket) -> None:
    raw.sendall(b"GET http://[x/y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert read_all(raw)[:13] in (b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")


def test_a_body_that_stands_still_is_answered_408(raw: socket.socket) -> None:
    raw.sendall(b"POST /reads/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
    assert raw.recv(2**16).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("host", [b"evil.example", b"localhost"])
def test_a_body_that_is_refused_is_not_waited_for(raw: socket.socket, host: bytes) -> None:
    start = b"POST /reads/ HTTP/1.1\r\nHost: %b\r\nContent-Length: 300000000\r\n\r\n"
    raw.sendall(start % host + b"x" * 1000)
    assert raw.recv(2**16).startswith(b"HTTP/1.1 400 ")


def test_a_body_is_streamed_to_the_view_and_back(raw: socket.socket) -> None:
    raw.sendall(
        b"POST /echoes/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    got = b""
    for piece in (b"one", b"two", b"six"):
        raw.sendall(b"3\r\n%b\r\n" % piece)
        while piece not in got:  # Before the next one is sent.
            more = raw.recv(2**16)
            assert more, got
            got += more
    raw.sendall(b"0\r\n\r\n")
    assert (got + read_all(raw)).endswith(b"0\r\n\r\n")


def test_a_sync_view_is_told_that_its_client_has_gone(server: Server, raw: socket.socket) -> None:
    raw.sendall(b"GET /works_on/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    raw.close()
    with server.client() as client:
        assert client.get("/was_gone/").json() == {"gone": True}
