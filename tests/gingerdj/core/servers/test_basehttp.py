"""The development server over real sockets, with applications of plain WSGI."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from gingerdj.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    WSGIServer,
)

TIMEOUT = 10.0


@contextmanager
def serving(app: Any, server_cls: type[WSGIServer] = ThreadedWSGIServer) -> Iterator[int]:
    server = server_cls(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes and return what came back until the server closed the connection."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the method, the target and the body."""
    body = environ["wsgi.input"].read()
    query = environ["QUERY_STRING"]
    target = environ["PATH_INFO"] + (f"?{query}" if query else "")
    text = f"{environ['REQUEST_METHOD']} {target} {environ['HTTP_HOST']} ".encode() + body
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]


def streaming(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([b"one ", b"two"])


def test_two_requests_share_a_connection() -> None:
    first = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    second = b"GET /b?c=d HTTP/1.1\r\nHost: y\r\nConnection: close\r\n\r\n"
    with serving(echo) as port:
        answer = exchange(port, first + second)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert b"\r\n\r\nPOST /a x bodyHTTP/1.1" in answer
    assert answer.endswith(b"\r\n\r\nGET /b?c=d y ")


def test_an_unread_body_is_not_taken_for_the_next_request() -> None:
    def deaf(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(smuggled)}\r\n\r\n".encode()
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(deaf) as port:
        assert exchange(port, head + smuggled + last).count(b"HTTP/1.1 200 OK") == 2


def test_an_unread_body_does_not_take_the_response_with_it() -> None:
    def refusing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("413 Content Too Large", [("Content-Length", "3")])
        return [b"no\n"]

    size = 900_000
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    with serving(refusing) as port:
        answer = exchange(port, head.encode() + b"x" * size)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"\r\n\r\nno\n")


def test_head_gets_the_headers_of_get_and_no_body() -> None:
    request = b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(echo) as port:
        answer = exchange(port, request)
    assert b"Content-Length: 9\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_head_of_a_lazy_application() -> None:
    def lazy(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("X-Lazy", "yes")])
        while True:
            yield b"without end"

    with serving(lazy) as port:
        answer = exchange(port, b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"X-Lazy: yes\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_statuses_without_a_body_keep_the_connection(status: str) -> None:
    def empty(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, [("Content-Length", "0")])
        return [b""]

    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(empty) as port:
        answer = exchange(port, request + last)
    assert answer.count(f"HTTP/1.1 {status}\r\n".encode()) == 2
    assert b"Content-Length" not in answer


def test_a_body_without_length_ends_with_the_connection() -> None:
    with serving(streaming) as port:
        answer = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"Connection: close\r\n" in answer
    assert answer.endswith(b"\r\n\r\none two")


@pytest.mark.parametrize("sent", [b"short", b"much too long"])
def test_a_body_of_the_wrong_length_ends_the_connection(sent: bytes) -> None:
    def wrong(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "10")])
        return [sent]

    with serving(wrong) as port:
        answer = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n" + sent)


def test_without_threads_every_connection_is_closed() -> None:
    with serving(echo, WSGIServer) as port:
        answer = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"Connection: close\r\n" in answer


def test_threads_serve_beside_an_idle_connection() -> None:
    with serving(echo) as port, socket.create_connection(("127.0.0.1", port), TIMEOUT):
        assert httpx.get(f"http://127.0.0.1:{port}/").text.startswith("GET / ")


def test_http_1_0_gets_a_closed_connection() -> None:
    with serving(echo) as port:
        answer = exchange(port, b"GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
    assert b"Connection: close\r\n" in answer


def test_expect_continue_is_answered() -> None:
    request = b"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with serving(echo) as port, socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
        client.sendall(request)
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"ok")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_target_in_absolute_form_gives_path_and_host() -> None:
    request = b"GET http://proxy.test:81/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(echo) as port:
        assert exchange(port, request).endswith(b"\r\n\r\nGET /a?b proxy.test:81 ")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET / HTTP/x\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
    ],
)
def test_odd_requests_are_refused(
    request_bytes: bytes,
    status: bytes,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with serving(echo) as port:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
            client.sendall(request_bytes)
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    assert status in answer.split(b"\r\n", 1)[0]
    assert "Traceback" not in capfd.readouterr().err
    assert not [record for record in caplog.records if record.exc_info]


def test_https_is_named_as_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    with serving(echo) as port, pytest.raises(httpx.ConnectError):
        httpx.get(f"https://127.0.0.1:{port}/")
    assert any("over HTTPS, but it only supports HTTP" in said for said in caplog.messages)


def environ_for(*headers: str) -> dict[str, Any]:
    """Return the environment that a request with these header lines gives."""
    seen: list[dict[str, Any]] = []

    def keep(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ)
        start_response("204 No Content", [])
        return []

    lines = ["GET /caf%C3%A9 HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    with serving(keep) as port:
        exchange(port, "\r\n".join(lines).encode())
    return seen[0]


def test_cookie_fields_are_joined_as_one() -> None:
    assert environ_for("Cookie: a=1", "Cookie: b=2")["HTTP_COOKIE"] == "a=1; b=2"


def test_header_names_with_underscores_are_dropped() -> None:
    environ = environ_for("X_Real_IP: forged", "X-Other: kept")
    assert "HTTP_X_REAL_IP" not in environ
    assert environ["HTTP_X_OTHER"] == "kept"


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "yes")
    environ = environ_for()
    assert environ["PATH_INFO"] == "/café".encode().decode("latin-1")
    assert environ["CONTENT_TYPE"] == ""
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.multithread"] is True
    assert environ["wsgi.multiprocess"] is False
    assert "SECRET_OF_THE_SHELL" not in environ


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("200 OK", logging.INFO),
        ("302 Found", logging.INFO),
        ("404 Not Found", logging.WARNING),
        ("500 Internal Server Error", logging.ERROR),
    ],
)
def test_requests_are_logged_by_status(
    status: str, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, [("Content-Length", "5")])
        return [b"hello"]

    caplog.set_level(logging.INFO, "gingerdj.server")
    with serving(answer) as port:
        exchange(port, b"GET /\x1b[31m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    (record,) = caplog.records
    assert record.getMessage() == rf'"GET /\x1b[31m HTTP/1.1" {status[:3]} 5'
    assert record.levelno == level
    assert vars(record)["status_code"] == int(status[:3])


def test_an_exception_of_the_application_is_a_500_and_logged(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("nothing doing")

    with serving(broken) as port:
        answer = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert "ValueError: nothing doing" in capfd.readouterr().err


def test_a_client_that_leaves_early_is_no_error(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    closed = threading.Event()

    class Endless:
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * 65536

        def close(self) -> None:
            closed.set()

    def endless(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Endless()

    with serving(endless) as port:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(1000)
        assert closed.wait(TIMEOUT)
    assert "Traceback" not in capfd.readouterr().err
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_ipv6() -> None:
    with WSGIServer(("::1", 0), WSGIRequestHandler, ipv6=True) as server:
        assert server.socket.family == socket.AF_INET6
        assert server.server_name == "::1"
