"""The WSGI application against PEP 3333, checked by the standard library's validator."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from gingerdj.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest
from gingerdj.core.signals import request_finished
from gingerdj.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from gingerdj.test import RequestFactory
from gingerdj.urls import path, re_path


def ask(**entries: Any) -> tuple[str, dict[str, str], bytes]:
    environ: dict[str, Any] = {"SCRIPT_NAME": "", "QUERY_STRING": "", **entries}
    setup_testing_defaults(environ)
    started: list[Any] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        started.append((status, headers))
        return started.append

    result = validator(WSGIHandler())(environ, start_response)
    body = b"".join(result)
    result.close()  # type: ignore[attr-defined]
    [(status, headers)] = started
    return status, dict(headers), body


def where(request: Any) -> JsonResponse:
    return JsonResponse(
        {"path": request.path, "path_info": request.path_info, **request.GET.dict()}
    )


async def hello(request: Any) -> HttpResponse:
    return HttpResponse("hello")


def test_sync_and_async_views(site: Any) -> None:
    site(path("hello/", hello), path("where/", where))
    assert ask(PATH_INFO="/hello/") == (
        "200 OK",
        {"Content-Type": "text/html; charset=utf-8"},
        b"hello",
    )
    assert ask(PATH_INFO="/where/", QUERY_STRING="a=1")[2] == (
        b'{"path": "/where/", "path_info": "/where/", "a": "1"}'
    )


def test_an_unknown_path(site: Any) -> None:
    site()
    assert ask(PATH_INFO="/x/")[0] == "404 Not Found"


def test_a_mounted_site_with_a_path_beyond_ascii(site: Any) -> None:
    site(re_path("^", where))
    _, _, body = ask(SCRIPT_NAME="/app", PATH_INFO="/é".encode().decode("latin-1"))
    assert body == rb'{"path": "/app/\u00e9", "path_info": "/\u00e9"}'


def test_a_path_that_is_not_utf8_is_the_clients_fault(site: Any) -> None:
    site()
    assert ask(PATH_INFO="/\xff")[0] == "404 Not Found"


def test_head_has_no_body(site: Any) -> None:
    site(path("", hello))
    assert ask(REQUEST_METHOD="HEAD", PATH_INFO="/")[2] == b""


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_an_async_stream_comes_piece_by_piece(site: Any) -> None:
    made: list[int] = []

    async def pieces() -> Any:
        for number in range(3):
            made.append(number)
            yield str(number)

    def view(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(pieces())

    site(path("", view))
    environ: dict[str, Any] = {"PATH_INFO": "/"}
    setup_testing_defaults(environ)
    result = WSGIHandler()(environ, lambda *_: None)
    assert (next(iter(result)), made) == (b"0", [0])
    assert b"".join(result) == b""


def test_the_end_of_a_request_is_told(site: Any) -> None:
    finished: list[Any] = []

    def receiver(sender: Any, **_: Any) -> None:
        finished.append(sender)

    site(path("", hello))
    request_finished.connect(receiver)
    try:
        ask(PATH_INFO="/")
    finally:
        request_finished.disconnect(receiver)
    assert finished == [WSGIHandler]


@pytest.mark.parametrize(
    ("sizes", "read"), [([-1], [b"a\nbc"]), ([2, 9, 9], [b"a\n", b"bc", b""]), ([None], [b"a\nbc"])]
)
def test_a_limited_stream_ends_at_its_limit(sizes: list[Any], read: list[bytes]) -> None:
    stream = LimitedStream(BytesIO(b"a\nbcdef"), 4)
    assert [stream.read(size) for size in sizes] == read


def test_a_limited_stream_gives_lines() -> None:
    assert list(LimitedStream(BytesIO(b"a\nbcdef"), 4)) == [b"a\n", b"bc"]


class Wrapper:
    """A server's own way to send a file."""

    def __init__(self, file: Any, size: int) -> None:
        self.file, self.size = file, size


def test_a_whole_file_is_left_to_the_server(site: Any) -> None:
    site(path("", lambda request: FileResponse(BytesIO(b"abc"))))
    environ = RequestFactory().get("/").environ | {"wsgi.file_wrapper": Wrapper}
    result: Any = WSGIHandler()(environ, lambda status, headers: None)
    assert (result.file.read(), result.size) == (b"abc", FileResponse.block_size)
    file, close = result.file, result.file.close
    close()
    assert file.closed


def test_a_part_of_a_file_is_not(site: Any) -> None:
    site(path("", lambda request: FileResponse(BytesIO(b"abc"))))
    environ = RequestFactory().get("/", headers={"Range": "bytes=1-"}).environ
    result: Any = WSGIHandler()(environ | {"wsgi.file_wrapper": Wrapper}, lambda *_: None)
    assert b"".join(result) == b"bc"


def test_the_response_itself_is_returned(site: Any) -> None:
    site(path("", hello))
    response: Any = WSGIHandler()(RequestFactory().get("/").environ, lambda *_: None)
    assert response.status_code == 200


@pytest.mark.parametrize("query", ["a=\xe9", "a=\xc3\xa9", "a=%C3%A9"])
def test_a_query_string_in_utf8_or_else_in_latin_1(site: Any, query: str) -> None:
    site(path("", lambda request: HttpResponse(request.GET["a"])))
    assert ask(PATH_INFO="/", QUERY_STRING=query)[2] == "é".encode()


def test_a_prefix_that_is_not_utf8_stays_escaped(site: Any) -> None:
    site(path("", lambda request: HttpResponse(request.path)))
    assert ask(PATH_INFO="/", SCRIPT_NAME="/\xff")[2] == b"/%FF/"


def test_what_only_other_servers_can_do(site: Any) -> None:
    def view(request: Any) -> JsonResponse:
        return JsonResponse([request.disconnected, request.send_early_hints(["</a>"])], safe=False)

    async def on_loop(request: Any) -> JsonResponse:
        return JsonResponse([await request.asend_early_hints(["</a>"]), request.state], safe=False)

    site(path("", view), path("on-loop/", on_loop))
    assert ask(PATH_INFO="/")[2] == b"[false, false]"
    assert ask(PATH_INFO="/on-loop/")[2] == b"[false, {}]"


@pytest.mark.parametrize("more", [(), (print, print)], ids=["ASGI 2", "ASGI 3"])
@pytest.mark.parametrize("kind", ["http", "lifespan"])
def test_an_asgi_server_is_sent_to_the_asgi_application(site: Any, kind: str, more: Any) -> None:
    site()
    scope = {"type": kind, "asgi": {"version": "3.0"}, "method": "GET", "path": "/"}
    with pytest.raises(TypeError, match=r"such as mysite\.asgi:application\.$"):
        WSGIHandler()(scope, *more)


def test_meta_is_the_servers_environ(site: Any) -> None:
    site()
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/\xc3\xa9/", "SCRIPT_NAME": ""}
    request = WSGIRequest(environ)
    assert request.META is environ
    assert environ["PATH_INFO"] == "/é/"


def test_a_request_by_hand_goes_through_middleware_and_view(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site(path("hello/", hello))
    handler = WSGIHandler()
    response = handler.get_response(RequestFactory().get("/hello/"))
    assert response.content == b"hello"
    assert not response.closed
    assert handler.get_response(RequestFactory().get("/x/")).status_code == 404
    assert caplog.messages == ["Not Found: /x/"]


def test_middleware_is_loaded_anew(site: Any, configure: Any) -> None:
    site(path("hello/", hello))
    handler = WSGIHandler()
    configure(MIDDLEWARE=["gingerdj.middleware.security.SecurityMiddleware"])
    assert not handler.get_response(RequestFactory().get("/hello/")).has_header("Referrer-Policy")
    handler.load_middleware()
    assert handler.get_response(RequestFactory().get("/hello/")).has_header("Referrer-Policy")
