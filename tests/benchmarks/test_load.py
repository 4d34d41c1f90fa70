"""A load of right answers has figures; one wrong answer makes it void."""

from __future__ import annotations

import os
import re
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from subprocess import PIPE, Popen

import pytest

from benchmarks import load, machine
from benchmarks.process import BenchError
from benchmarks.servers import Server
from benchmarks.workloads import workloads
from tests.site.needs import need

Serve = Callable[[bytes], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers every request with the same bytes; hand out its port."""
    need(load.WRK)
    started: list[tuple[socketserver.ThreadingTCPServer, threading.Thread]] = []

    def start(answer: bytes) -> int:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # By a client that has seen enough.
                    while self.request.recv(65536) and answer:
                        self.request.sendall(answer)

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True

        server = Threads(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((server, thread))
        return server.server_address[1]

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello"


@pytest.mark.parametrize(
    "answer",
    [RIGHT, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n"],
)
def test_right_answers_are_counted(serve: Serve, answer: bytes) -> None:
    seen = load.load(serve(answer), "/", "Hello", seconds=1)
    assert seen["requests"] >= load.CONNECTIONS
    assert seen["rate"] == pytest.approx(seen["requests"], rel=0.5)
    assert 0 < seen["p99"] < 2000


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (RIGHT.replace(b"200", b"500"), r"of (\d+) answers \1 were wrong"),
        (RIGHT.replace(b"Hello", b"Hullo"), r"of (\d+) answers \1 were wrong"),
        (b"", r"of 0 answers 0 were wrong; [1-9]\d* requests failed"),
    ],
)
def test_a_wrong_answer_makes_the_load_void(serve: Serve, answer: bytes, words: str) -> None:
    with pytest.raises(load.LoadError, match=words):
        load.load(serve(answer), "/", "Hello", seconds=1)


def test_a_server_that_is_not_there_is_named() -> None:
    need(load.WRK)
    with pytest.raises(load.LoadError, match="Connection refused"):
        load.load(1, "/", "Hello", seconds=1)


def test_the_load_generator_has_a_version() -> None:
    need(load.WRK)
    assert re.fullmatch(r"wrk \d+\.\d.*", load.version())


def test_a_server_is_checked_and_has_three_figures() -> None:
    need(load.WRK)
    with Server("uvicorn", "bare") as server:
        server.wait_until_ready()
        server.check(workloads()["plaintext"])
        seen = server.load(workloads()["plaintext"])
        with pytest.raises(BenchError, match="bare over uvicorn, static-last: status 500"):
            server.check(workloads()["static-last"])
    assert seen.keys() == {"rate", "p99", "cpu"}
    assert all(value > 0 for value in seen.values())


def test_a_server_and_what_loads_it_have_cores_of_their_own() -> None:
    assert machine.cores_of(machine.SERVER, {0, 1, 5}) == {0}
    assert machine.cores_of(machine.GENERATOR, {0, 1, 5}) == {1, 5}
    assert machine.cores_of(machine.GENERATOR, {3}) == machine.cores_of(machine.SERVER, {3}) == {3}


@pytest.mark.parametrize("side", [machine.SERVER, machine.GENERATOR])
def test_a_process_keeps_the_cores_of_its_side(side: str) -> None:
    before = os.sched_getaffinity(0)
    with machine.starting(side):
        program = "import os, sys; sys.stdin.read(); print(*os.sched_getaffinity(0))"
        process = Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True)
    assert os.sched_getaffinity(0) == before
    output, _ = process.communicate("")
    assert {int(core) for core in output.split()} == machine.cores_of(side, before)
