"""The WSGI and ASGI applications, called as servers call them."""

from __future__ import annotations

import asyncio
import io
import sys
from contextlib import ExitStack
from itertools import product
from types import ModuleType
from typing import Any

import pytest


class Broken(io.RawIOBase):
    """A connection that breaks."""

    def read(self, *args: Any) -> bytes:
        raise OSError("broken")

    readline = readinto = read  # type: ignore[assignment]


def site(fw: Any, events: list[Any]) -> Any:
    http, u = fw("http"), fw("urls")

    class Closing:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> None:
            events.append(f"close {self.name}")

    def echo(request: Any) -> Any:
        return http.JsonResponse({
            "method": request.method, "path": request.path, "info": request.path_info, "get": dict(request.GET.lists()),
            "post": dict(request.POST.lists()), "cookies": request.COOKIES, "scheme": request.scheme, "host": request.get_host(),
            "headers": {k: v for k, v in request.headers.items() if k.startswith("X-")}, "prefix": u.get_script_prefix(),
            "reversed": u.reverse("echo"), "body": request.body.decode("latin-1") if not request.POST else None,
        })  # fmt: skip

    def closed(request: Any) -> Any:
        response = http.HttpResponse("closed")
        for name in ("one", "two"):
            response._resource_closers.append(Closing(name).close)
        events.append("view")
        return response

    def stream(request: Any) -> Any:
        def pieces() -> Any:
            events.append("first")
            yield b"a"
            yield "b"
            events.append("last")

        response = http.StreamingHttpResponse(pieces())
        response._resource_closers.append(Closing("stream").close)
        return response

    async def stream_async(request: Any) -> Any:
        async def pieces() -> Any:
            events.append("first")
            yield b"a"
            events.append("last")

        return http.StreamingHttpResponse(pieces())

    def file(request: Any) -> Any:
        return http.FileResponse(
            io.BytesIO(b"file"), filename="x.txt", as_attachment="as" in request.GET
        )

    def cookies(request: Any) -> Any:
        response = http.HttpResponse(
            "c", status=int(request.GET.get("status", 200)), headers={"X-Own": "1"}
        )
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", httponly=True)
        return response

    def read(request: Any) -> Any:
        return http.HttpResponse(
            request.read(3) + b"|" + request.readline() + b"|" + b",".join(request)
        )

    def swallow(request: Any) -> Any:
        try:
            request.body  # noqa: B018
        except http.UnreadablePostError:
            return http.HttpResponse("unreadable")
        return http.HttpResponse("read")

    def fail(request: Any) -> Any:
        events.append("fail")
        raise ValueError

    return fw.module(
        urlpatterns=[
            u.path("echo/", echo, name="echo"), u.path("closed/", closed), u.path("stream/", stream), u.path("astream/", stream_async),
            u.path("file/", file), u.path("cookies/", cookies), u.path("read/", read), u.path("swallow/", swallow), u.path("fail/", fail),
        ]
    )  # fmt: skip


def listening(fw: Any, stack: ExitStack, events: list[Any]) -> None:
    for name in ("request_started", "request_finished", "got_request_exception"):
        signal = getattr(fw("core.signals"), name)
        note = lambda name=name, sender=None, **kwargs: events.append(
            (name, getattr(sender, "__name__", None))
        )
        signal.connect(note)
        stack.callback(signal.disconnect, note)


SECRET_HEADERS = ("Content-Length",)


def wsgi(fw: Any, environ: dict[str, Any], **options: Any) -> Any:
    events: list[Any] = []
    body = environ.pop("body", b"")
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input": body if isinstance(body, io.RawIOBase) else io.BytesIO(body),
        "CONTENT_LENGTH": "9" if isinstance(body, io.RawIOBase) else str(len(body)), **environ,
    }  # fmt: skip
    started: list[Any] = []
    with ExitStack() as stack:
        stack.enter_context(
            fw.settings(**{"ROOT_URLCONF": site(fw, events), "MIDDLEWARE": [], **options})
        )
        logs = stack.enter_context(fw.logs())
        application = fw("core.wsgi.get_wsgi_application")()
        listening(fw, stack, events)
        result = application(
            environ, lambda status, headers, exc_info=None: started.append((status, headers))
        )
        events.append("start")
        pieces = [each for each in result if each]
        events.append("read")
        result.close()
    status, headers = started[0]
    prose = status[0] in "45"
    shown = sorted((k, v) for k, v in headers if not (prose and k == "Content-Length"))
    if environ["REQUEST_METHOD"] == "HEAD" or status[:3] in ("204", "304"):
        pieces = []  # Django leaves them to the server (RFC 9110, 6.4.1).
        events = [each for each in events if each not in ("first", "last")]
    shown = [(name, value.strip()) for name, value in shown if name != "Accept-Ranges"]
    return status, shown, None if prose else pieces, events, logs


REQUESTS: dict[str, dict[str, Any]] = {
    "echo": {"PATH_INFO": "/echo/", "QUERY_STRING": "a=1&a=2", "HTTP_X_ONE": "1", "HTTP_COOKIE": "a=1; b=2"},
    "form": {"PATH_INFO": "/echo/", "REQUEST_METHOD": "POST", "body": b"a=1&b=%C3%A4", "CONTENT_TYPE": "application/x-www-form-urlencoded"},
    "body": {"PATH_INFO": "/echo/", "REQUEST_METHOD": "PUT", "body": b"text", "CONTENT_TYPE": "text/plain"},
    "script": {"PATH_INFO": "/echo/", "SCRIPT_NAME": "/app"},
    "https": {"PATH_INFO": "/echo/", "wsgi.url_scheme": "https", "SERVER_PORT": "443"},
    "head": {"PATH_INFO": "/echo/", "REQUEST_METHOD": "HEAD"},
    "closed": {"PATH_INFO": "/closed/"},
    "stream": {"PATH_INFO": "/stream/"},
    "stream head": {"PATH_INFO": "/stream/", "REQUEST_METHOD": "HEAD"},
    "file": {"PATH_INFO": "/file/"},
    "attachment": {"PATH_INFO": "/file/", "QUERY_STRING": "as"},
    "cookies": {"PATH_INFO": "/cookies/"},
    "no content": {"PATH_INFO": "/cookies/", "QUERY_STRING": "status=204"},
    "not modified": {"PATH_INFO": "/cookies/", "QUERY_STRING": "status=304"},
    "read": {"PATH_INFO": "/read/", "REQUEST_METHOD": "POST", "body": b"abcdef\nghi\njkl", "CONTENT_TYPE": "text/plain"},
    "broken": {"PATH_INFO": "/swallow/", "REQUEST_METHOD": "POST", "body": Broken()},
    "broken form": {"PATH_INFO": "/echo/", "REQUEST_METHOD": "POST", "body": Broken(), "CONTENT_TYPE": "application/x-www-form-urlencoded"},
    "fail": {"PATH_INFO": "/fail/"},
    "nothing": {"PATH_INFO": "/nothing/"},
    "host": {"PATH_INFO": "/echo/", "HTTP_HOST": "evil.com"},
    "path of latin": {"PATH_INFO": "/\xe4/"},
}  # fmt: skip


def test_wsgi(differences: Any) -> None:
    assert differences(REQUESTS, lambda fw, case: wsgi(fw, dict(REQUESTS[case]))) == {}


def asgi(fw: Any, scope: dict[str, Any], **options: Any) -> Any:
    events: list[Any] = []
    messages = scope.pop("messages", None) or [
        {"type": "http.request", "body": scope.pop("body", b"")}
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/", "raw_path": b"/",
        "query_string": b"", "root_path": "", "headers": [(b"host", b"testserver")], "client": ["127.0.0.1", 1], "server": ["testserver", 80],
        **scope,
    }  # fmt: skip
    sent: list[Any] = []

    async def call(application: Any) -> None:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        for message in messages:
            queue.put_nowait(message)

        async def send(message: Any) -> None:
            sent.append(message)

        await asyncio.wait_for(application(scope, queue.get, send), 10)

    with ExitStack() as stack:
        stack.enter_context(
            fw.settings(**{"ROOT_URLCONF": site(fw, events), "MIDDLEWARE": [], **options})
        )
        logs = stack.enter_context(fw.logs())
        application = fw("core.asgi.get_asgi_application")()
        listening(fw, stack, events)
        asyncio.run(call(application))
    if not sent:
        return None, events, logs
    status = sent[0]["status"]
    body = b"".join(each.get("body", b"") for each in sent[1:])
    if scope["method"] == "HEAD" or status in (204, 304):
        body = b""  # Django leaves that to the server (RFC 9110, 6.4.1).
    headers = sorted(
        (k.lower(), v) for k, v in sent[0]["headers"] if k.lower() != b"content-length"
    )
    return (
        status,
        headers,
        body if status < 400 else None,
        sent[-1].get("more_body", False),
        events,
        logs,
    )


SCOPES: dict[str, dict[str, Any]] = {
    "echo": {"path": "/echo/", "query_string": b"a=1&a=%C3%A4", "headers": [(b"host", b"testserver"), (b"x-one", b"1"), (b"X-Two", b"a"), (b"x-two", b"b")]},
    "form": {
        "path": "/echo/", "method": "POST", "body": b"a=1&b=2",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"7")],
    },
    "pieces": {
        "path": "/echo/", "method": "PUT",
        "messages": [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.request", "body": b"b", "more_body": True}, {"type": "http.request"}],
    },
    "https": {"path": "/echo/", "scheme": "https"},
    "root": {"path": "/app/echo/", "root_path": "/app"},
    "head": {"path": "/echo/", "method": "HEAD"},
    "closed": {"path": "/closed/"},
    "stream": {"path": "/astream/"},
    "cookies": {"path": "/cookies/"},
    "no content": {"path": "/cookies/", "query_string": b"status=204"},
    "fail": {"path": "/fail/"},
    "nothing": {"path": "/nothing/"},
    "host": {"path": "/echo/", "headers": [(b"host", b"evil.com")]},
    "gone": {"path": "/echo/", "messages": [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]},
    "underscore": {"path": "/echo/", "headers": [(b"host", b"testserver"), (b"x_one", b"1")]},
    "read": {"path": "/read/", "method": "POST", "body": b"abcdef\nghi\njkl"},
}  # fmt: skip


def test_asgi(differences: Any) -> None:
    assert differences(SCOPES, lambda fw, case: asgi(fw, dict(SCOPES[case]))) == {}


def urlconf_layers(fw: Any, name: str, target: Any) -> Any:
    def request_phase(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            request.urlconf = target
            return get_response(request)

        return middleware

    def response_phase(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            response = get_response(request)
            request.urlconf = target
            return response

        return middleware

    return {"request": request_phase, "response": response_phase}[name]


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_a_request_s_own_urls(differences: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(fw: Any, case: Any) -> Any:
        phase, path, own = case
        http, u = fw("http"), fw("urls")
        show = lambda text: lambda request: http.HttpResponse(f"{text} {u.reverse('name')} ")
        inner = fw.module(
            urlpatterns=[u.path("inner/", show("inner"), name="name")],
            handler404=lambda request, exception: http.HttpResponse("inner 404", status=404),
        )
        outer = fw.module(urlpatterns=[u.path("outer/", show("outer"), name="name")])
        module = ModuleType("parity_urlconf")
        module.__dict__["layer"] = urlconf_layers(fw, phase, {"inner": inner, "none": None}[own])
        monkeypatch.setitem(sys.modules, "parity_urlconf", module)
        with fw.settings(ROOT_URLCONF=outer, MIDDLEWARE=["parity_urlconf.layer"]), fw.logs():
            client = fw(f"test.{kind}")(raise_request_exception=False)
            response = client.get(path)
            if kind == "AsyncClient":
                response = asyncio.run(response)
        body = response.content.decode()
        return response.status_code, body if len(body) < 40 else None, u.get_urlconf()

    assert (
        differences(
            product(["request", "response"], ["/inner/", "/outer/", "/none/"], ["inner", "none"]),
            act,
        )
        == {}
    )
