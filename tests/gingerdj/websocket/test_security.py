"""Who may connect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.websocket import WebSocket

Serve = Callable[..., Any]


async def accept(socket: WebSocket) -> None:
    await socket.accept()


async def never(socket: WebSocket) -> None:
    pytest.fail("It ran.")


def answer(serve: Serve, consumer: Any, headers: Any, scope: Any = None, **options: Any) -> Any:
    first = serve(consumer, **options).messages(headers=headers, **(scope or {}))[0]
    return first.get("status", first["type"])


@pytest.mark.parametrize(
    ("host", "allowed", "status"),
    [
        ("testserver", ["testserver"], "websocket.accept"),
        ("testserver:8000", ["testserver"], "websocket.accept"),
        ("a.example.com", [".example.com"], "websocket.accept"),
        ("evil.example", ["testserver"], 400),
        ("test server", ["*"], 400),
        ("testserver\r\nX: y", ["*"], 400),
    ],
)
def test_the_host_must_be_allowed(serve: Serve, host: str, allowed: Any, status: Any) -> None:
    consumer = never if status == 400 else accept
    assert answer(serve, consumer, {"Host": host}, ALLOWED_HOSTS=allowed) == status


@pytest.mark.parametrize(
    ("origin", "scope", "trusted", "status"),
    [
        (None, {}, [], "websocket.accept"),
        ("http://testserver", {}, [], "websocket.accept"),
        ("https://testserver", {"scheme": "wss"}, [], "websocket.accept"),
        ("https://testserver", {}, [], 403),
        ("http://testserver", {"scheme": "wss"}, [], 403),
        ("http://testserver:8000", {}, [], 403),
        ("http://evil.example", {}, [], 403),
        ("null", {}, [], 403),
        ("", {}, [], 403),
        ("http://[", {}, [], 403),
        ("https://app.example", {}, ["https://app.example"], "websocket.accept"),
        ("http://app.example", {}, ["https://app.example"], 403),
        ("https://a.app.example", {}, ["https://*.app.example"], "websocket.accept"),
        ("https://evilapp.example", {}, ["https://*.app.example"], 403),
        ("null", {}, ["*"], "websocket.accept"),
    ],
)
def test_the_origin_must_be_the_site_or_trusted(
    serve: Serve,
    origin: Any,
    scope: Any,
    trusted: Any,
    status: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    consumer = never if status == 403 else accept
    assert answer(serve, consumer, headers, scope, WEBSOCKET_TRUSTED_ORIGINS=trusted) == status
    assert [record.name for record in caplog.records] == (
        ["gingerdj.security.websocket"] if status == 403 else []
    )


def test_a_proxys_word_counts_for_the_scheme(serve: Serve) -> None:
    headers = {"Origin": "https://testserver", "X-Forwarded-Proto": "https"}
    proxy = ("HTTP_X_FORWARDED_PROTO", "https")
    assert answer(serve, accept, headers, SECURE_PROXY_SSL_HEADER=proxy) == "websocket.accept"


@pytest.mark.parametrize(
    ("trusted", "status"), [("127.0.0.1", "websocket.accept"), ("10.0.0.1", 403)]
)
def test_only_trusted_proxies_say_where_the_client_is(
    serve: Serve, trusted: str, status: Any
) -> None:
    headers = {"Origin": "https://testserver", "X-Forwarded-Proto": "https"}
    options = {"TRUSTED_PROXIES": [trusted], "TRUSTED_PROXY_HEADERS": ["X-Forwarded-Proto"]}
    consumer = never if status == 403 else accept
    assert answer(serve, consumer, headers, **options) == status


def test_what_the_log_says_stays_on_its_line(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    serve(never).messages(path="/a%0Ab/", headers={"Origin": "http://evil\x1b[0m.example"})
    record = next(record for record in caplog.records if "security" in record.name)
    assert (record.name, record.levelno) == ("gingerdj.security.websocket", logging.WARNING)
    assert record.getMessage() == (
        r"Forbidden (http://evil\x1b[0m.example is neither this site nor listed in "
        r"WEBSOCKET_TRUSTED_ORIGINS): /a\nb/"
    )


def test_a_trusted_origin_that_is_none_is_named(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Origin": "http://evil.example"}
    assert answer(serve, never, headers, WEBSOCKET_TRUSTED_ORIGINS=["app.example"]) == 500
    assert "WEBSOCKET_TRUSTED_ORIGINS holds 'app.example', which is no origin" in caplog.text


def test_the_host_comes_before_the_origin_and_both_before_the_route(serve: Serve) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert answer(serve, never, headers) == 400


def test_a_path_that_is_no_text_is_a_bad_request(serve: Serve) -> None:
    scope = {**serve(never).open().scope, "path": "/\udcff"}
    sent: list[Any] = []

    async def talk() -> None:
        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await ASGIHandler()(scope, receive, send)

    asyncio.run(talk())
    assert sent[0]["status"] == 400


def test_a_query_string_that_is_no_text_is_a_bad_request(serve: Serve) -> None:
    assert serve(never).messages(query_string=b"a=\xff")[0]["status"] == 400
    assert serve(never).messages(query_string=b"a=\xff", extensions={}) == [
        {"type": "websocket.close", "code": 1000, "reason": ""}
    ]


def test_the_scope_is_never_changed(serve: Serve) -> None:
    serve(accept)
    client = serve(accept).open()
    before = {**client.scope}
    application: Any = ASGIHandler()

    async def talk() -> None:
        messages = [{"type": "websocket.connect"}]

        async def receive() -> Any:
            return messages.pop() if messages else {"type": "websocket.disconnect"}

        async def send(message: Any) -> None:
            pass

        await application(client.scope, receive, send)

    asyncio.run(talk())
    assert client.scope == before
