"""The application under a real server, over a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.gingerdj.servers import serving

PROJECT = """
import asyncio
import threading

from gingerdj.conf import settings
from gingerdj.http import HttpResponse, JsonResponse, StreamingHttpResponse
from gingerdj.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=[
        "gingerdj.middleware.security.SecurityMiddleware",
        "gingerdj.middleware.common.CommonMiddleware",
    ],
)
cancelled = asyncio.Event()


def sync_view(request):
    return HttpResponse(f"in {threading.current_thread().name.rpartition('-')[0]}")


async def echo(request):
    return JsonResponse({"length": len(request.body), "cookies": request.COOKIES})


async def slow(request):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        cancelled.set()
        raise


async def was_cancelled(request):
    await asyncio.wait_for(cancelled.wait(), 10)
    return HttpResponse("cancelled")


def pieces():
    for number in range(3):
        yield f"{number}\\n"


def stream(request):
    return StreamingHttpResponse(pieces(), content_type="text/plain")


urlpatterns = [
    path("sync/", sync_view),
    path("echo/", echo),
    path("slow/", slow),
    path("was-cancelled/", was_cancelled),
    path("stream/", stream),
]

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("uvicorn")
    with serving("uvicorn", folder, PROJECT, port=True) as server:
        yield server.url
        log = server.ended()
    assert "Application startup complete." in log
    assert "Application shutdown complete." in log
    assert "Traceback" not in log


def test_a_sync_view_runs_in_a_thread_of_the_pool(server: str) -> None:
    response = httpx.get(f"{server}/sync/")
    assert (response.status_code, response.text) == (200, "in gingerdj-sync")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-length"] == "16"


def test_a_body_and_cookies_arrive_whole(server: str) -> None:
    body = b"x" * 1_000_000
    headers = [("Cookie", "a=1"), ("Cookie", "b=2")]
    response = httpx.post(f"{server}/echo/", content=body, headers=headers)
    assert response.json() == {"length": 1_000_000, "cookies": {"a": "1", "b": "2"}}


def test_a_stream_comes_in_chunks(server: str) -> None:
    response = httpx.get(f"{server}/stream/")
    assert response.text == "0\n1\n2\n"
    assert response.headers["transfer-encoding"] == "chunked"


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/nowhere/", "127.0.0.1", 404), ("/sync/", "evil.example", 400)]
)
def test_what_is_refused(server: str, path: str, host: str, status: int) -> None:
    assert httpx.get(server + path, headers={"Host": host}).status_code == status


def test_a_slash_is_appended(server: str) -> None:
    response = httpx.get(f"{server}/sync?a=1")
    assert (response.status_code, response.headers["location"]) == (301, "/sync/?a=1")


def test_a_client_that_hangs_up_cancels_its_view(server: str) -> None:
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /slow/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert httpx.get(f"{server}/was-cancelled/", timeout=15).text == "cancelled"
