"""HTTP blocks as they are written."""

import pytest

from gingerdocs.running import http_exchange

GET = "GET / HTTP/1.1\nHost: 127.0.0.1:8000\n\nHTTP/1.1 200 OK\nx-a: 1\n\nhello\n"


def test_a_request_and_its_response() -> None:
    exchange = http_exchange.parse(GET)
    assert exchange.request == b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"
    assert (exchange.host, exchange.port) == ("127.0.0.1", 8000)
    assert (exchange.status, exchange.headers, exchange.body) == (
        "HTTP/1.1 200 OK",
        ("x-a: 1",),
        ("hello",),
    )
    assert exchange.response_line == 3


def test_a_request_with_a_body() -> None:
    exchange = http_exchange.parse(
        "POST / HTTP/1.1\nHost: localhost\nContent-Length: 3\n\na\nb\n\nHTTP/1.1 204 No Content"
    )
    assert exchange.request.endswith(b"\r\n\r\na\nb")
    assert (exchange.port, exchange.body) == (80, ())


@pytest.mark.parametrize(
    ("host", "name", "port"), [("[::1]:8000", "::1", 8000), ("example.test", "example.test", 80)]
)
def test_hosts(host: str, name: str, port: int) -> None:
    exchange = http_exchange.parse(GET.replace("127.0.0.1:8000", host))
    assert (exchange.host, exchange.port) == (name, port)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "begins with a request"),
        ("GET /\nHost: a\n\nHTTP/1.1 200 OK", 0, "begins with a request"),
        ("GET / HTTP/1.1\nHost: a", 1, "no response"),
        ("GET / HTTP/1.1\nAccept: a\n\nHTTP/1.1 200 OK", 0, "no Host header"),
        ("GET / HTTP/1.1\nA: b\nHost: a:b\n\nHTTP/1.1 200 OK", 2, "names no server"),
        ("GET / HTTP/1.1\nHost:\n\nHTTP/1.1 200 OK", 1, "names no server"),
    ],
)
def test_what_is_no_exchange(text: str, line: int, message: str) -> None:
    with pytest.raises(http_exchange.ExchangeError, match=message) as caught:
        http_exchange.parse(text)
    assert caught.value.line == line
