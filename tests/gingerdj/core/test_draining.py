"""Start, service and end under the servers: lifespan, events, trusted sockets, draining."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.gingerdj.servers import SERVERS, serving, started

PROJECT = """
import asyncio
from contextlib import asynccontextmanager

from gingerdj.conf import settings
from gingerdj.core.draining import on_draining
from gingerdj.http import EventSourceResponse, HttpResponse, JsonResponse
from gingerdj.urls import path


@asynccontextmanager
async def hook():
    print("entered", flush=True)
    yield {"answer": 42, "cancelled": asyncio.Event()}
    print("left", flush=True)


async def facts(request):
    return JsonResponse(
        {
            "answer": request.state["answer"],
            "address": request.META.get("REMOTE_ADDR"),
            "scheme": request.scheme,
        }
    )


async def until_draining():
    drained = asyncio.Event()
    forget = on_draining(drained.set)
    yield "waiting"
    await drained.wait()
    forget()
    yield "drained"


async def until_cancelled(cancelled):
    try:
        yield "waiting"
        await asyncio.Event().wait()
    finally:
        cancelled.set()


async def drained(request):
    return EventSourceResponse(until_draining())


async def endless(request):
    return EventSourceResponse(until_cancelled(request.state["cancelled"]))


async def was_cancelled(request):
    await asyncio.wait_for(request.state["cancelled"].wait(), 20)
    return HttpResponse("cancelled")


urlpatterns = [
    path("facts/", facts),
    path("drained/", drained),
    path("endless/", endless),
    path("was-cancelled/", was_cancelled),
]
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    LIFESPAN=[f"{__name__}.hook"],
    DRAIN_DELAY=SECONDS,
    TRUSTED_PROXIES=["unix"],
    MIDDLEWARE=[
        "gingerdj.middleware.health.HealthMiddleware",
        "gingerdj.middleware.proxies.TrustedProxiesMiddleware",
    ],
)

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""

FORWARDED = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7", "X-Forwarded-Proto": "https"}


def the_rest(lines: Iterator[str], name: str) -> list[str] | None:
    """Return what still comes when the server has been told to end; None if that breaks off."""
    if name == "daphne":  # It drops its connections at once.
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
            list(lines)
        return None
    return list(lines)


@pytest.mark.parametrize("name", SERVERS)
def test_a_life_under_a_server(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path, PROJECT.replace("SECONDS", "0")) as server:
        with server.client() as client:
            assert client.get("/readyz").status_code == 200
            assert client.get("/facts/", headers=FORWARDED).json() == {
                "answer": 42,
                "address": "192.0.2.7",
                "scheme": "https",
            }
        with server.client() as client:
            with client.stream("GET", "/endless/") as left:
                assert next(left.iter_lines()) == "data: waiting"
            assert client.get("/was-cancelled/").text == "cancelled"
        with server.client() as client, client.stream("GET", "/drained/") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "data: waiting"
            server.process.terminate()
            assert the_rest(lines, name) in (None, ["", "data: drained", ""])
        server.process.wait(30)
        assert [line for line in server.output().split() if line in ("entered", "left")] == [
            "entered",
            "left",
        ]
        assert "Traceback" not in server.output()


@pytest.mark.parametrize("name", SERVERS)
def test_no_stream_of_events_keeps_the_server(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path, PROJECT.replace("SECONDS", "0")) as server:
        with server.client() as client, client.stream("GET", "/endless/") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "data: waiting"
            server.process.terminate()
            assert the_rest(lines, name) in (None, [""])
            server.process.wait(30)
        assert "left" in server.output()


@pytest.mark.parametrize("name", SERVERS)
def test_load_balancers_have_time_to_notice(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path, PROJECT.replace("SECONDS", "60"), port=True) as server:
        with server.client() as client, client.stream("GET", "/drained/") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "data: waiting"
            server.process.terminate()
            assert list(lines) == ["", "data: drained", ""]
        with server.client() as client:  # Which connects anew.
            assert client.get("/readyz").json() == {"status": "draining"}
            assert client.get("/livez").status_code == 200
        # Whoever asks twice does not wait; some servers hand only the first signal on.
        process = psutil.Process(server.process.pid)
        for each in process.children(recursive=True) or [process]:
            each.terminate()
        server.process.wait(30)
        assert "left" in server.output()


FAILURES = {
    "a hook that fails": "raise OSError('no route')",
    "a hook that hangs": "await asyncio.Event().wait()",
}


@pytest.mark.parametrize("name", [name for name in SERVERS if name != "daphne"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_start_that_fails_ends_the_server(name: str, failure: str, tmp_path: Path) -> None:
    project = PROJECT.replace("SECONDS", "0, LIFESPAN_STARTUP_TIMEOUT=0.2").replace(
        'print("entered", flush=True)', FAILURES[failure]
    )
    with started(name, tmp_path, project) as server:
        server.process.wait(30)
        assert "The hook 'project.hook' in LIFESPAN" in server.output()


SCRIPT = """
import asyncio
import os
import signal

from gingerdj.core.draining import draining_on_signals, is_draining, on_draining


async def main(delay, *numbers):
    loop = asyncio.get_running_loop()
    heard, drained = asyncio.Event(), asyncio.Event()
    times = []

    def server(number, frame):
        times.append(loop.time())
        loop.call_soon_threadsafe(heard.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server)
    with draining_on_signals(delay):
        on_draining(drained.set)
        for number in numbers:
            os.kill(os.getpid(), number)
        await asyncio.wait_for(drained.wait(), 20)
        print("draining", is_draining(), "told", len(times))
        await asyncio.wait_for(heard.wait(), 20)
    print("over", is_draining(), signal.getsignal(signal.SIGTERM) is server)
"""


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """Run a script's last lines in a process whose signals are its own."""

    def run(end: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT + end], capture_output=True, text=True, timeout=30
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("main(0, signal.SIGTERM)", 1),
        ("main(0, signal.SIGINT)", 1),
        ("main(0.5, signal.SIGTERM)", 0),
        # Who presses Ctrl+C, or asks twice, does not wait.
        ("main(60, signal.SIGINT)", 1),
        ("main(60, signal.SIGTERM, signal.SIGTERM)", 1),
    ],
)
def test_the_servers_own_handler_goes_on(
    script: Callable[[str], list[str]], call: str, told: int
) -> None:
    assert script(f"asyncio.run({call})") == [f"draining True told {told}", "over False True"]


def test_a_loop_that_hears_signals_itself_hears_one_of_them_late(
    script: Callable[[str], list[str]],
) -> None:
    end = """
async def listening():
    loop = asyncio.get_running_loop()
    heard = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGUSR1):
        loop.add_signal_handler(number, heard.put_nowait, number.name)
    with draining_on_signals(60):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGUSR1)
        print(await asyncio.wait_for(heard.get(), 20), is_draining())
        os.kill(os.getpid(), signal.SIGTERM)
        print(await asyncio.wait_for(heard.get(), 20))
    os.kill(os.getpid(), signal.SIGUSR1)
    print(await asyncio.wait_for(heard.get(), 20))


asyncio.run(listening())
"""
    assert script(end) == ["SIGUSR1 True", "SIGTERM", "SIGUSR1"]


def test_other_threads_are_left_alone(script: Callable[[str], list[str]]) -> None:
    end = """
import threading


before = signal.getsignal(signal.SIGTERM)


async def elsewhere():
    with draining_on_signals(0):
        print(signal.getsignal(signal.SIGTERM) is before)


thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
thread.start()
thread.join()
"""
    assert script(end) == ["True"]


def test_what_the_system_would_do_is_done(tmp_path: Path) -> None:
    end = """
async def plain():
    with draining_on_signals(0.01):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(20)


asyncio.run(plain())
"""
    done = subprocess.run([sys.executable, "-c", SCRIPT + end], timeout=30)
    assert done.returncode == -signal.SIGTERM


def test_an_ignored_signal_stays_ignored(script: Callable[[str], list[str]]) -> None:
    end = """
async def ignoring():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with draining_on_signals(0):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        print(is_draining())


asyncio.run(ignoring())
"""
    assert script(end) == ["False"]
