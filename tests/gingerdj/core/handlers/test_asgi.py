"""The ASGI application against the ASGI specifications, message by message."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator

from gingerdj.core.handlers.asgi import ASGIHandler, ASGIRequest
from gingerdj.core.signals import got_request_exception, request_finished, request_started
from gingerdj.http import (
    BadHeaderError,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
    StreamingHttpResponse,
)
from gingerdj.test import AsyncRequestFactory
from gingerdj.urls import path, re_path


def echo(request: Any) -> HttpResponse:
    return HttpResponse(request.body)


def facts(request: Any) -> JsonResponse:
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "path_info": request.path_info,
            "scheme": request.scheme,
            "get": dict(request.GET.lists()),
            "cookies": request.COOKIES,
            "headers": dict(request.headers),
            "meta": {name: value for name, value in request.META.items() if name.isupper()},
        }
    )


async def hello(request: Any) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


EVERYTHING = (
    path("echo/", echo),
    path("hello/", hello),
    re_path(r"^.*$", facts),
)


@pytest.fixture
def site_of_facts(site: Any) -> None:
    site(*EVERYTHING)


def seen(asgi: Any, *args: Any, **entries: Any) -> dict[str, Any]:
    answer = asgi().get(*args, **entries)
    assert answer.status == 200, answer
    found: dict[str, Any] = json.loads(answer.body)
    return found


# General


def test_1_unknown_scope_type(site_of_facts: None, asgi: Any) -> None:
    async def connect() -> None:
        communicator = ApplicationCommunicator(asgi().application, {"type": "gopher"})
        await communicator.wait(5)

    with pytest.raises(
        ValueError, match="serves the scope types http, websocket and lifespan, not 'gopher"
    ):
        asyncio.run(connect())


def test_2_unknown_event(site_of_facts: None, asgi: Any) -> None:
    async def send() -> None:
        communicator = asgi().communicator("/hello/")
        await communicator.send_input({"type": "http.surprise"})
        await communicator.wait(5)

    with pytest.raises(ValueError, match=r"'http\.surprise' where http\.request belongs"):
        asyncio.run(send())


def test_2_extra_keys_are_tolerated(site_of_facts: None, asgi: Any) -> None:
    assert asgi().get("/hello/", surprise={"any": "thing"}).body == b"hello"


def test_4_the_scope_is_not_changed(site_of_facts: None, asgi: Any) -> None:
    application = asgi()
    scope = application.scope("/mount/x", root_path="/mount")
    before = copy.deepcopy(scope)

    async def ask() -> None:
        communicator = ApplicationCommunicator(application.application, scope)
        await communicator.send_input({"type": "http.request"})
        await application.answer(communicator)

    asyncio.run(ask())
    assert scope == before


def test_5_messages_hold_the_specified_types(site_of_facts: None, asgi: Any) -> None:
    start, body = asgi().get("/hello/").messages
    assert start == {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")],
    }
    assert body == {"type": "http.response.body", "body": b"hello", "more_body": False}
    assert all(type(part) is bytes for header in start["headers"] for part in header)


def test_6_a_sync_view_leaves_the_event_loop_free(site: Any, asgi: Any) -> None:
    go_on = threading.Event()

    def waits(request: Any) -> HttpResponse:
        assert go_on.wait(5)
        return HttpResponse("done")

    async def releases(request: Any) -> HttpResponse:
        go_on.set()
        return HttpResponse("released")

    site(path("waits/", waits), path("releases/", releases))

    async def both() -> list[bytes]:
        application = asgi()
        answers = await asyncio.gather(application.ask("/waits/"), application.ask("/releases/"))
        return [answer.body for answer in answers]

    assert asyncio.run(both()) == [b"done", b"released"]


# HTTP


def test_7_defaults_of_the_scope(site_of_facts: None, asgi: Any) -> None:
    found = seen(asgi, "/x")
    assert found["scheme"] == "http"
    assert found["meta"]["SCRIPT_NAME"] == ""
    assert found["meta"]["SERVER_NAME"] == "unknown"
    assert found["meta"]["SERVER_PORT"] == "0"
    assert "REMOTE_ADDR" not in found["meta"]


def test_8_headers_of_any_iterable_and_case(site_of_facts: None, asgi: Any) -> None:
    headers = ((name, value) for name, value in [(b"X-One", b"1"), (b"x-one", b"2")])
    found = seen(asgi, "/x", headers=headers)
    assert found["headers"] == {"X-One": "1,2"}


def test_header_names_with_underscores_are_dropped(site_of_facts: None, asgi: Any) -> None:
    found = seen(asgi, "/x", headers=[(b"x_admin", b"yes"), (b"x-user", b"me")])
    assert found["headers"] == {"X-User": "me"}


def test_9_cookie_fields_join_with_a_semicolon(site_of_facts: None, asgi: Any) -> None:
    found = seen(asgi, "/x", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2; c=3")])
    assert found["cookies"] == {"a": "1", "b": "2", "c": "3"}


def test_9_each_cookie_has_a_header_of_its_own(site: Any, asgi: Any) -> None:
    async def sets(request: Any) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    site(path("", sets))
    headers = asgi().get("/").messages[0]["headers"]
    cookies = [value for name, value in headers if name == b"set-cookie"]
    assert cookies == [b"a=1; Path=/", b"b=2; Path=/"]


@pytest.mark.parametrize("value", ["plain", "é", "\u4e2d\u6587", "a\u2028b", 'q"\\;,'])
def test_9_a_cookie_of_any_text_comes_back(site: Any, asgi: Any, value: str) -> None:
    async def sets(request: Any) -> HttpResponse:
        response = HttpResponse(request.COOKIES.get("a", ""))
        response.set_cookie("a", value)
        return response

    site(path("", sets))
    line = asgi().get("/").headers[b"set-cookie"]
    headers = [(b"host", b"testserver"), (b"cookie", line.partition(b"; ")[0])]
    assert asgi().get("/", headers=headers).body.decode() == value


def test_10_nothing_runs_before_the_first_message(site: Any, asgi: Any) -> None:
    ran = threading.Event()

    async def view(request: Any) -> HttpResponse:
        ran.set()
        return HttpResponse()

    site(path("", view))

    async def connect() -> None:
        communicator = asgi().communicator("/")
        assert await communicator.receive_nothing(0.2)
        assert not ran.is_set()
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)
        assert await communicator.receive_nothing()

    asyncio.run(connect())
    assert not ran.is_set()


@pytest.mark.parametrize("chunks", [[b"abc"], [b"a", b"b", b"c"], [b"", b"abc", b""]])
def test_11_the_body_is_joined(site_of_facts: None, asgi: Any, chunks: list[bytes]) -> None:
    assert asgi().get("/echo/", method="POST", chunks=chunks).body == b"abc"


def test_12_a_disconnect_within_the_body(site: Any, asgi: Any) -> None:
    ran = threading.Event()

    def view(request: Any) -> HttpResponse:
        ran.set()
        return HttpResponse()

    site(path("", view))

    async def hang_up() -> None:
        communicator = asgi().communicator("/", method="POST")
        await communicator.send_input({"type": "http.request", "body": b"a", "more_body": True})
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)
        assert await communicator.receive_nothing()

    asyncio.run(hang_up())
    assert not ran.is_set()


def test_13_a_stream_ends_with_a_final_message(site: Any, asgi: Any) -> None:
    async def pieces() -> Any:
        yield "one "
        yield b"two"

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))
    answer = asgi().get("/")
    assert [message.get("body") for message in answer.messages[1:]] == [b"one ", b"two", b""]
    assert [message.get("more_body") for message in answer.messages[1:]] == [True, True, False]


def test_14_header_names_are_lower_case(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        return HttpResponse(headers={"X-Powered-By": "ginger"})

    site(path("", view))
    assert asgi().get("/").headers[b"x-powered-by"] == b"ginger"


def test_14_a_cookie_cannot_break_the_headers(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        response = HttpResponse()
        with pytest.raises(BadHeaderError, match="can't contain newlines"):
            response.set_cookie("a", "1", path="/\r\nX-Evil: 1")
        return response

    site(path("", view))
    answer = asgi().get("/")
    assert (answer.status, b"set-cookie" in answer.headers) == (200, False)


def test_15_head_has_the_length_and_no_body(site_of_facts: None, asgi: Any) -> None:
    answer = asgi().get("/hello/", method="HEAD")
    assert (answer.headers[b"content-length"], answer.body) == (b"5", b"")


@pytest.mark.parametrize("status", [204, 304])
def test_15_no_body_where_the_status_forbids_it(site: Any, asgi: Any, status: int) -> None:
    async def view(request: Any) -> HttpResponse:
        return HttpResponseNotModified() if status == 304 else HttpResponse("x", status=204)

    site(path("", view), MIDDLEWARE=["gingerdj.middleware.common.CommonMiddleware"])
    answer = asgi().get("/")
    assert (answer.status, answer.body) == (status, b"")
    assert b"content-length" not in answer.headers


def test_15_a_wrong_content_length_is_mended(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        return HttpResponse("four", headers={"Content-Length": "999"})

    site(path("", view))
    assert asgi().get("/").headers[b"content-length"] == b"4"


@pytest.mark.parametrize(("length", "problem"), [("1", "exceeds"), ("9", "bytes shorter")])
def test_15_a_stream_must_keep_its_promise(site: Any, asgi: Any, length: str, problem: str) -> None:
    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(["abc"], headers={"Content-Length": length})

    site(path("", view))
    with pytest.raises(RuntimeError, match=problem):
        asgi().fail("/")


def test_16_a_stream_waits_for_its_client(site: Any, asgi: Any) -> None:
    made = []

    async def pieces() -> Any:
        for number in range(3):
            made.append(number)
            yield str(number)

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))

    async def slowly() -> None:
        received = []
        gate = asyncio.Semaphore(0)

        async def receive() -> dict[str, Any]:
            if not received:
                received.append(True)
                return {"type": "http.request"}
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            await gate.acquire()

        application = asgi()
        task = asyncio.create_task(application.application(application.scope(), receive, send))
        for count in range(4):
            await asyncio.sleep(0.01)
            assert len(made) == max(0, count)
            gate.release()
        gate.release()
        await asyncio.wait_for(task, 5)

    asyncio.run(slowly())


def test_17_an_oserror_from_send_is_a_disconnect(site_of_facts: None, asgi: Any) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        raise OSError("gone")

    application = asgi()
    asyncio.run(application.application(application.scope("/hello/"), receive, send))


def test_17_a_disconnect_cancels_the_view(site: Any, asgi: Any) -> None:
    cancelled = asyncio.Event()

    async def view(request: Any) -> HttpResponse:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return HttpResponse()

    site(path("", view))

    async def hang_up() -> None:
        communicator = asgi().communicator("/")
        await communicator.send_input({"type": "http.request"})
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)
        assert cancelled.is_set()
        assert await communicator.receive_nothing()

    asyncio.run(hang_up())


def test_17_a_disconnect_cancels_a_stream_and_closes_it(site: Any, asgi: Any) -> None:
    ended = []

    async def pieces() -> Any:
        try:
            yield b"one"
            await asyncio.sleep(60)
        finally:
            ended.append("stream")

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    def finished(**_: Any) -> None:
        ended.append("request")

    site(path("", view))
    request_finished.connect(finished)

    async def hang_up() -> None:
        communicator = asgi().communicator("/")
        await communicator.send_input({"type": "http.request"})
        await communicator.receive_output(5)
        await communicator.receive_output(5)
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)

    try:
        asyncio.run(hang_up())
    finally:
        request_finished.disconnect(finished)
    assert ended == ["stream", "request"]


def test_17_a_stream_that_waits_for_its_client_ends_with_it(site: Any, asgi: Any) -> None:
    ended = []

    async def pieces() -> Any:
        try:
            while True:
                yield b"more"
        finally:
            ended.append("stream")

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))

    async def hang_up() -> None:
        application = asgi()
        messages = iter([{"type": "http.request"}, {"type": "http.disconnect"}])

        async def receive() -> dict[str, Any]:
            return next(messages)

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        await asyncio.wait_for(application.application(application.scope(), receive, send), 5)
        assert ended == ["stream"]

    asyncio.run(hang_up())


def test_17_an_oserror_of_a_stream_is_not_the_clients(site: Any, asgi: Any) -> None:
    async def pieces() -> Any:
        yield b"one"
        raise OSError("disk")

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))
    with pytest.raises(OSError, match="disk"):
        asgi().fail("/")


def test_17_an_oserror_of_a_piece_is_not_the_clients(site: Any, asgi: Any) -> None:
    class Piece:
        def __str__(self) -> str:
            raise OSError("disk")

    async def pieces() -> Any:
        yield b"one"
        yield Piece()

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))
    with pytest.raises(OSError, match="disk"):
        asgi().fail("/")


@pytest.mark.parametrize("taken", [0, 1, 2, 3])
def test_17_an_oserror_from_any_send_of_a_stream_ends_it(site: Any, asgi: Any, taken: int) -> None:
    ended: list[str] = []

    async def pieces() -> Any:
        try:
            yield b"one"
            yield b"two"
        finally:
            ended.append("stream")

    async def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        if len(sent) == taken:
            raise OSError("gone")
        sent.append(message)

    sent: list[dict[str, Any]] = []
    site(path("", view))
    application = asgi()
    asyncio.run(application.application(application.scope("/"), receive, send))
    # One that has not begun has nothing to end.
    assert (len(sent), ended) == (taken, ["stream"] if taken else [])


def test_a_cancellation_by_the_server_goes_through(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        await asyncio.sleep(60)
        return HttpResponse()

    site(path("", view))

    async def stop() -> None:
        communicator = asgi().communicator("/")
        await communicator.send_input({"type": "http.request"})
        await asyncio.sleep(0.1)
        communicator.future.cancel()
        with pytest.raises(asyncio.CancelledError):
            await communicator.future

    asyncio.run(stop())


def test_a_timeout_in_a_view_is_the_views_own(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
        except TimeoutError:
            return HttpResponse("too slow")
        return HttpResponse("never")

    site(path("", view))
    assert asgi().get("/").body == b"too slow"


@pytest.mark.parametrize(
    ("root_path", "asked", "path_", "path_info"),
    [
        ("", "/a", "/a", "/a"),
        ("/app", "/app/a", "/app/a", "/a"),
        ("/app", "/a", "/app/a", "/a"),
        ("/app/", "/app/a", "/app/a", "/a"),
        ("/app", "/app", "/app", "/"),
        ("/app", "/apple", "/app/apple", "/apple"),
    ],
)
def test_18_root_path_ends_at_a_segment(
    site_of_facts: None, asgi: Any, root_path: str, asked: str, path_: str, path_info: str
) -> None:
    found = seen(asgi, asked, root_path=root_path)
    assert (found["path"], found["path_info"]) == (path_, path_info)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://testserver/a/b", "/a/b"),
        ("http://testserver", "/"),
        ("http://[x/a", "/a"),
        ("http://testserver/a\nb#c", "/a\nb#c"),
        ("http://testserver//evil.example/", "//evil.example/"),
        ("*", "*"),
        ("testserver:443", "testserver:443"),
    ],
)
def test_a_path_in_absolute_form(site: Any, asgi: Any, target: str, path: str) -> None:
    site()
    assert ASGIRequest(asgi.scope(target), b"").path == path
    assert asgi().get(target).status == 404


def test_19_a_query_string_in_bytes(site_of_facts: None, asgi: Any) -> None:
    assert seen(asgi, "/x", query_string=b"a=1&a=%C3%A9")["get"] == {"a": ["1", "é"]}


def test_19_a_query_string_of_bad_bytes_is_the_clients_fault(
    site_of_facts: None, asgi: Any
) -> None:
    assert asgi().get("/x", query_string=b"a=\xff").status == 400


# Lifespan


def test_27_and_28_startup_and_shutdown_are_answered_once(site_of_facts: None, asgi: Any) -> None:
    async def live() -> None:
        communicator = ApplicationCommunicator(asgi().application, {"type": "lifespan"})
        await communicator.send_input({"type": "lifespan.startup"})
        assert await communicator.receive_output(5) == {"type": "lifespan.startup.complete"}
        assert await communicator.receive_nothing()
        await communicator.send_input({"type": "lifespan.shutdown"})
        assert await communicator.receive_output(5) == {"type": "lifespan.shutdown.complete"}
        await communicator.wait(5)

    asyncio.run(live())


def test_an_unknown_lifespan_event(site_of_facts: None, asgi: Any) -> None:
    async def live() -> None:
        communicator = ApplicationCommunicator(asgi().application, {"type": "lifespan"})
        await communicator.send_input({"type": "lifespan.surprise"})
        await communicator.wait(5)

    with pytest.raises(ValueError, match=r"'lifespan\.surprise' within the lifespan protocol"):
        asyncio.run(live())


def test_30_the_state_is_left_alone(site_of_facts: None, asgi: Any) -> None:
    state: dict[str, Any] = {}

    async def live() -> None:
        application = asgi()
        scope = {"type": "lifespan", "state": state}
        communicator = ApplicationCommunicator(application.application, scope)
        await communicator.send_input({"type": "lifespan.startup"})
        await communicator.receive_output(5)
        assert (await application.ask("/hello/", state=state)).status == 200
        await communicator.send_input({"type": "lifespan.shutdown"})
        await communicator.wait(5)

    asyncio.run(live())
    assert state == {}


# 31, everything works without lifespan, is what every other test here shows.


# Extensions


def test_38_and_39_extensions_nobody_uses_are_tolerated(site_of_facts: None, asgi: Any) -> None:
    extensions: dict[str, Any] = {"tls": {"server_cert": None}, "http.response.debug": {}}
    answer = asgi().get("/hello/", extensions=extensions)
    assert [message["type"] for message in answer.messages] == [
        "http.response.start",
        "http.response.body",
    ]


@pytest.mark.parametrize(
    ("entries", "name", "port", "remote"),
    [
        ({"server": ["h", "80"], "client": ["1.2.3.4", "5"]}, "h", "80", ("1.2.3.4", 5)),
        ({"server": ["", "0"], "client": ["", "0"]}, "unknown", "0", (None, None)),
        ({"server": ["/", "t"], "client": None}, "/", "0", (None, None)),
        ({"server": ["/run/s", None]}, "/run/s", "0", (None, None)),
    ],
)
def test_40_odd_addresses_are_tolerated(
    site_of_facts: None,
    asgi: Any,
    entries: dict[str, Any],
    name: str,
    port: str,
    remote: tuple[str | None, int | None],
) -> None:
    meta = seen(asgi, "/x", http_version="3", **entries)["meta"]
    assert (meta["SERVER_NAME"], meta["SERVER_PORT"]) == (name, port)
    assert (meta.get("REMOTE_ADDR"), meta.get("REMOTE_PORT")) == remote


# Threads and contexts


def test_a_request_runs_in_one_thread(site: Any, asgi: Any) -> None:
    threads: dict[str, str] = {}

    def note(where: str) -> None:
        threads[where] = threading.current_thread().name

    def started(**_: Any) -> None:
        note("started")

    def finished(**_: Any) -> None:
        note("finished")

    async def inner() -> None:
        await sync_to_async(note)("nested")

    def view(request: Any) -> HttpResponse:
        note("view")
        async_to_sync(inner)()
        return HttpResponse()

    site(path("", view))
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        asgi().get("/")
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
    assert list(threads) == ["started", "view", "nested", "finished"]
    assert len(set(threads.values())) == 1
    assert threads["view"].startswith("gingerdj-sync-")


def test_an_async_view_needs_no_thread(site: Any, asgi: Any) -> None:
    site(path("", hello))
    before = set(threading.enumerate())
    assert asgi().get("/").status == 200
    assert set(threading.enumerate()) <= before


def test_a_sync_iterator_is_sent_piece_by_piece(site: Any, asgi: Any) -> None:
    first_arrived = threading.Event()

    def pieces() -> Any:
        yield "one"
        assert first_arrived.wait(5)
        yield "two"

    def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))

    async def ask() -> list[bytes]:
        communicator = asgi().communicator("/")
        await communicator.send_input({"type": "http.request"})
        await communicator.receive_output(5)
        bodies = [(await communicator.receive_output(5))["body"]]
        first_arrived.set()
        bodies.append((await communicator.receive_output(5))["body"])
        await communicator.wait(5)
        return bodies

    assert asyncio.run(ask()) == [b"one", b"two"]


# Limits, errors and logs


def test_the_body_limit_counts_what_arrives(site_of_facts: None, site: Any, asgi: Any) -> None:
    site(*EVERYTHING, DATA_UPLOAD_MAX_MEMORY_SIZE=3)
    headers = [(b"host", b"testserver"), (b"content-length", b"1")]
    ask = {"method": "POST", "headers": headers}
    assert asgi().get("/echo/", chunks=[b"ab", b"c"], **ask).status == 200
    assert asgi().get("/echo/", chunks=[b"ab", b"cd"], **ask).status == 400


def test_the_limit_can_be_lifted(site: Any, asgi: Any) -> None:
    site(*EVERYTHING, DATA_UPLOAD_MAX_MEMORY_SIZE=None)
    assert asgi().get("/echo/", method="POST", chunks=[b"ab", b"cd"]).body == b"abcd"


def test_a_view_that_leaves_the_body_alone_is_not_troubled(site: Any, asgi: Any) -> None:
    site(*EVERYTHING, DATA_UPLOAD_MAX_MEMORY_SIZE=3)
    assert asgi().get("/hello/", method="POST", chunks=[b"ab", b"cd"]).status == 200


def test_an_exception_is_a_500_and_is_logged(
    site: Any, asgi: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def view(request: Any) -> HttpResponse:
        raise KeyError("oh")

    told: list[Any] = []

    def receiver(*, request: Any, **_: Any) -> None:
        told.append(request.path)

    site(re_path("", view))
    got_request_exception.connect(receiver)
    try:
        with caplog.at_level(logging.ERROR, "gingerdj.request"):
            answer = asgi().get("/a\nb")
    finally:
        got_request_exception.disconnect(receiver)
    assert (answer.status, told) == (500, ["/a\nb"])
    assert b"<h1>Server Error (500)</h1>" in answer.body
    [record] = caplog.records
    assert record.getMessage() == r"Internal Server Error: /a\nb"
    assert record.exc_info is not None


def test_nothing_at_an_address_is_a_404_and_a_warning(
    site: Any, asgi: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site()
    answer = asgi().get("/nowhere/")
    assert answer.status == 404
    assert b"There is nothing at this address." in answer.body
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "Not Found: /nowhere/")
    ]


def test_a_request_by_hand_goes_through_middleware_and_view(
    site: Any, configure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site(path("hello/", hello))
    handler = ASGIHandler()

    def ask(where: str) -> Any:
        return async_to_sync(handler.get_response_async)(AsyncRequestFactory().get(where))

    response = ask("/hello/")
    assert (response.content, response.closed) == (b"hello", False)
    assert ask("/x/").status_code == 404
    assert caplog.messages == ["Not Found: /x/"]
    configure(MIDDLEWARE=["gingerdj.middleware.security.SecurityMiddleware"])
    assert not ask("/hello/").has_header("Referrer-Policy")
    handler.load_middleware()
    assert ask("/hello/").has_header("Referrer-Policy")
