"""The load generator counts right answers, and stops at a wrong one."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from benchmarks.load import Load, LoadError, percentile
from benchmarks.servers import Server
from benchmarks.workloads import workloads

Serve = Callable[[bytes], tuple[str, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers every request with the same bytes."""
    started: list[tuple[socketserver.ThreadingTCPServer, threading.Thread]] = []

    def start(answer: bytes) -> tuple[str, int]:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionResetError):  # By a client that has seen enough.
                    while self.request.recv(65536) and answer:
                        self.request.sendall(answer)

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True

        server = Threads(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((server, thread))
        return server.server_address[0], server.server_address[1]

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n",
    ],
)
def test_right_answers_are_counted(serve: Serve, answer: bytes) -> None:
    load = Load(serve(answer), "/", b"Hello", connections=3)
    seconds = load.run(0.05)
    assert len(load.latencies) >= 3
    assert all(0 < latency <= seconds for latency in load.latencies)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nHello", "500 Oh"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHullo", "Hullo"),
        (b"", "closed the connection"),
    ],
)
def test_a_wrong_answer_ends_the_load(serve: Serve, answer: bytes, words: str) -> None:
    load = Load(serve(answer), "/", b"Hello", connections=2)
    with pytest.raises(LoadError, match=words):
        load.run(0.05)


def test_percentiles() -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], 0.99) == 100
    assert percentile([float(n) for n in range(200, 0, -1)], 0.5) == 101
    assert percentile([7.0], 0.99) == 7


def test_a_server_under_load_has_three_figures() -> None:
    with Server("uvicorn", "bare") as server:
        server.wait_until_ready()
        seen = server.load(workloads()["plaintext"], 0.1)
    assert seen.keys() == {"rate", "p99", "cpu"}
    assert seen["rate"] > 0
    assert seen["p99"] > 0
