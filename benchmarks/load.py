"""A load generator: connections that ask again as soon as they are answered.

It is a process of its own, without asyncio and without objects per request, so that it stays ahead
of the servers: one system call to wait, one to read and one to write. It prints a JSON object.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

STATUS = b"HTTP/1.1 200 "
HEAD_ENDS = b"\r\n\r\n"

PATIENCE = 10
"""Seconds that a server has to accept a connection, or to answer."""


class LoadError(Exception):
    """A server answered wrongly, or not at all."""


@dataclass
class Connection:
    """A connection with one request on its way."""

    socket: socket.socket
    sent: float = 0.0
    received: bytes = b""


@dataclass
class Load:
    """Requests for one path, over some connections, for some seconds."""

    address: tuple[str, int]
    path: str
    expected: bytes
    connections: int
    latencies: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(self.expected), self.expected)
        self._bodies = (self.expected, chunked)

    def run(self, seconds: float) -> float:
        """Send requests; return how many seconds it took.

        Raises:
            LoadError: an answer is wrong, or there is none for too long.
        """
        request = (
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.address[1]}\r\n"
            "User-Agent: benchmark\r\nAccept: */*\r\n\r\n"
        ).encode()
        clock = time.perf_counter
        with ExitStack() as stack:
            selector = stack.enter_context(selectors.DefaultSelector())
            opened = [self._open(stack, selector) for _ in range(self.connections)]
            begin = clock()
            ends = begin + seconds
            for one in opened:
                one.sent = clock()
                one.socket.send(request)
            waiting = self.connections
            while waiting:
                events = selector.select(PATIENCE)
                if not events:
                    raise LoadError(f"{self.path}: no answer for {PATIENCE} s")
                for key, _ in events:
                    one = key.data
                    if not self._is_answered(one):
                        continue
                    now = clock()
                    self.latencies.append(now - one.sent)
                    if now < ends:
                        one.sent = now
                        one.socket.send(request)
                    else:
                        waiting -= 1
            return clock() - begin

    def _open(self, stack: ExitStack, selector: selectors.BaseSelector) -> Connection:
        opened = socket.create_connection(self.address, timeout=PATIENCE)
        one = Connection(stack.enter_context(opened))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setblocking(False)
        selector.register(opened, selectors.EVENT_READ, one)
        return one

    def _is_answered(self, one: Connection) -> bool:
        data = one.socket.recv(65536)
        if not data:
            raise LoadError(f"{self.path}: the server closed the connection")
        one.received += data
        head, ends, body = one.received.partition(HEAD_ENDS)
        if not ends:
            return False
        if not head.startswith(STATUS) or not any(each.startswith(body) for each in self._bodies):
            raise LoadError(f"{self.path}: {one.received[:200]!r}")
        if body not in self._bodies:
            return False
        one.received = b""
        return True


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Send requests as the command line says, and print what came of them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("expected", help="the body of every answer")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=1.0)
    wanted = parser.parse_args()
    load = Load(
        ("127.0.0.1", wanted.port), wanted.path, wanted.expected.encode(), wanted.connections
    )
    seconds = load.run(wanted.seconds)
    print(
        json.dumps(
            {
                "requests": len(load.latencies),
                "seconds": seconds,
                "p99": percentile(load.latencies, 0.99),
            }
        )
    )


if __name__ == "__main__":
    main()
