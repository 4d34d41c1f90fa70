"""From exceptions and odd views to responses, records and signals."""

from __future__ import annotations

import asyncio
import io
from contextlib import ExitStack
from typing import Any

import pytest


def errors(fw: Any) -> dict[str, Exception]:
    exceptions, http = fw("core.exceptions"), fw("http")
    return {
        "404": http.Http404("why"),
        "404 bare": http.Http404(),
        "resolver": fw("urls").Resolver404({"path": "x", "tried": []}),
        "403": exceptions.PermissionDenied("why"),
        "400": exceptions.BadRequest("why"),
        "suspicious": exceptions.SuspiciousOperation("why"),
        "host": exceptions.DisallowedHost("why"),
        "redirect": exceptions.DisallowedRedirect("why"),
        "too big": exceptions.RequestDataTooBig("why"),
        "fields": exceptions.TooManyFieldsSent("why"),
        "files": exceptions.TooManyFilesSent("why"),
        "file": exceptions.SuspiciousFileOperation("why"),
        "multipart": fw("http.multipartparser").MultiPartParserError("why"),
        "unreadable": http.UnreadablePostError("why"),
        "raw": http.RawPostDataException("why"),
        "configuration": exceptions.ImproperlyConfigured("why"),
        "sync only": exceptions.SynchronousOnlyOperation("why"),
        "reverse": fw("urls").NoReverseMatch("why"),
        "header": http.BadHeaderError("why"),
        "value": ValueError("why"),
        "timeout": TimeoutError("why"),
        "unicode": UnicodeDecodeError("utf-8", b"x", 0, 1, "why"),
    }


NAMES = (
    "404", "404 bare", "resolver", "403", "400", "suspicious", "host", "redirect", "too big", "fields", "files",
    "file", "multipart", "unreadable", "raw", "configuration", "sync only", "reverse", "header", "value", "timeout",
    "unicode",
)  # fmt: skip

# What views return; each is called with the framework's `http`.
RETURNED: dict[str, Any] = {
    "none": lambda http: None,
    "text": lambda http: "text",
    "coroutine": lambda http: coroutine(),
    "generator": lambda http: (each for each in "ab"),
    "bytes": lambda http: http.HttpResponse(b"x"),
    "iterable": lambda http: http.HttpResponse(iter([b"a", "b", 1])),
    "stream": lambda http: http.StreamingHttpResponse(iter(["a", b"b"])),
    "json": lambda http: http.JsonResponse({"a": 1}),
    "gone": lambda http: http.HttpResponse(status=410),
    "teapot": lambda http: http.HttpResponse(status=418, reason="Teapot"),
    "500": lambda http: http.HttpResponse(status=500),
    "503": lambda http: http.HttpResponse(status=503),
    "404": lambda http: http.HttpResponseNotFound("no"),
    "405": lambda http: http.HttpResponseNotAllowed(["GET"]),
    "302": lambda http: http.HttpResponseRedirect("/x/"),
    "304": lambda http: http.HttpResponseNotModified(),
    "int": lambda http: 3,
    "class": lambda http: http.HttpResponse,
}


async def coroutine() -> None: ...


def site(fw: Any, **handlers: Any) -> Any:
    u = fw("urls")

    def fail(request: Any, name: str) -> Any:
        raise errors(fw)[name.replace("_", " ")]

    async def fail_async(request: Any, name: str) -> Any:
        raise errors(fw)[name.replace("_", " ")]

    def give(request: Any, name: str) -> Any:
        return RETURNED[name](fw("http"))

    async def give_async(request: Any, name: str) -> Any:
        return RETURNED[name](fw("http"))

    def body(request: Any) -> Any:
        return fw("http").HttpResponse(request.body)

    def post(request: Any) -> Any:
        return fw("http").JsonResponse(dict(request.POST.lists()))

    return fw.module(
        urlpatterns=[
            u.path("fail/<name>/", fail),
            u.path("fail-async/<name>/", fail_async),
            u.path("give/<name>/", give),
            u.path("give-async/<name>/", give_async),
            u.path("body/", body),
            u.path("post/", post),
        ],
        **handlers,
    )


def asked(fw: Any, path: str, kind: str = "Client", method: str = "get", **options: Any) -> Any:
    """Return what a client sees, what was logged, and which signals were sent."""
    handlers = {name: options.pop(name) for name in list(options) if name.startswith("handler")}
    data = options.pop("data", {})
    settings = {"ROOT_URLCONF": site(fw, **handlers), "MIDDLEWARE": [], "DEBUG": False, **options}
    signals = fw("core.signals")
    seen: list[Any] = []
    with ExitStack() as stack:
        stack.enter_context(fw.settings(**settings))
        logs = stack.enter_context(fw.logs())
        for name in ("request_started", "request_finished", "got_request_exception"):
            note = lambda name=name, **kwargs: seen.append((name, sorted(kwargs)))
            getattr(signals, name).connect(note)
            stack.callback(getattr(signals, name).disconnect, note)
        client = fw(f"test.{kind}")(raise_request_exception=False)
        response = getattr(client, method)(path, **data)
        if kind == "AsyncClient":
            response = asyncio.run(response)
        prose = response.status_code >= 400 and not handlers
        body = b"".join(response) if response.streaming else response.content
        headers = dict(response.headers.items())
    return {
        "status": (response.status_code, response.reason_phrase),
        "headers": headers,
        "body": bool(body) if prose or response.status_code == 500 else body,
        "logs": logs,
        "signals": seen,
        "exception": response.exc_info and response.exc_info[0].__name__,
    }


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize("debug", [False, True])
def test_exceptions(differences: Any, kind: str, debug: bool) -> None:
    # Django's pages for developers take their time.
    names, ways = (NAMES[2:7], ["fail-async"]) if debug else (NAMES, ["fail", "fail-async"])
    paths = [f"/{way}/{name.replace(' ', '_')}/" for name in names for way in ways]
    found = differences(paths, lambda fw, path: asked(fw, path, kind, DEBUG=debug))
    # Django greets the developer wherever there are no patterns at all; here, only at the root.
    assert found.keys() == ({"'/fail-async/resolver/'"} if debug else set())


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.usefixtures("unawaited")
def test_what_views_return(differences: Any, kind: str) -> None:
    paths = [f"/{way}/{name}/" for name in RETURNED for way in ("give", "give-async")]
    found = differences(paths, lambda fw, path: asked(fw, path, kind))
    # What is no response is refused where it is returned, whatever it is.
    broken = {case for case, (theirs, _) in found.items() if theirs == ("raised", "AttributeError")}
    assert found.keys() == broken
    assert {ours["exception"] for _, ours in found.values()} == {"ValueError"}


def plain(fw: Any) -> Any:
    def handler(request: Any, exception: Any = None) -> Any:
        return fw("http").HttpResponse(f"own {exception}", status=418)

    return handler


def coroutine_handler(fw: Any) -> Any:
    async def handler(request: Any, exception: Any = None) -> Any:
        return fw("http").HttpResponse("own async", status=418)

    return handler


def failing(fw: Any) -> Any:
    def handler(request: Any, exception: Any = None) -> Any:
        raise KeyError("own")

    return handler


def empty(fw: Any) -> Any:
    return lambda request, exception=None: None


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize("make", [plain, coroutine_handler, failing, empty])
@pytest.mark.usefixtures("unawaited")
def test_own_error_handlers(differences: Any, kind: str, make: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        own = make(fw)
        handlers = {f"handler{status}": own for status in (400, 403, 404, 500)}
        if make in (failing, empty):
            handlers.pop("handler500")
        found = asked(fw, f"/fail/{name}/", kind, **handlers)
        if make is failing:  # Django logs the exception that the handler was called for.
            found["logs"] = [each[:3] for each in found["logs"] if "security" not in each[0]]
        return found

    names = ["404", "403", "400", "suspicious", "multipart", "value"]
    found = differences(names, act)
    if make is coroutine_handler:  # Which Django does not await.
        assert {theirs for theirs, _ in found.values()} == {("raised", "AttributeError")}
        assert [ours["body"] for _, ours in found.values()] == [b"own async"] * len(names)
    else:
        # Django does not log as a server error what a suspicious request led to.
        assert found.keys() == ({"'suspicious'"} if make is failing else set())


def test_a_handler_for_500_that_fails(both: Any) -> None:
    both(lambda fw: asked(fw, "/fail/value/", handler500=failing(fw)))


def test_handlers_by_dotted_path(differences: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        handlers = {
            f"handler{status}": f"{fw.name}.views.defaults.{view}"
            for status, view in {
                400: "bad_request",
                403: "permission_denied",
                404: "page_not_found",
            }.items()
        }
        found = asked(fw, f"/fail/{name}/", **handlers)
        return {key: value for key, value in found.items() if key != "body"}

    assert differences(["404", "403", "400"], act) == {}


def test_a_handler_that_is_missing(both: Any) -> None:
    def act(fw: Any) -> Any:
        found = asked(fw, "/fail/404/", handler404="no.such.view")
        return found | {"logs": [each[:3] for each in found["logs"]]}

    assert both(act)["exception"] == "ModuleNotFoundError"


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_exceptions_that_propagate(differences: Any, kind: str) -> None:
    act = lambda fw, name: asked(fw, f"/fail/{name}/", kind, DEBUG_PROPAGATE_EXCEPTIONS=True)
    assert differences(["404", "403", "400", "suspicious", "value"], act) == {}


BODIES: dict[str, Any] = {
    "small": {"data": b"x" * 9, "content_type": "a/b"},
    "limit": {"data": b"x" * 10, "content_type": "a/b"},
    "big": {"data": b"x" * 11, "content_type": "a/b"},
}


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_bodies_that_are_too_big(differences: Any, kind: str) -> None:
    def act(fw: Any, name: str) -> Any:
        options = {"DATA_UPLOAD_MAX_MEMORY_SIZE": 10, "data": BODIES[name]}
        return asked(fw, "/body/", kind, "post", **options)

    assert differences(BODIES, act) == {}


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_forms_with_too_much(differences: Any, kind: str) -> None:
    def act(fw: Any, count: int) -> Any:
        data = {"data": {f"f{n}": n for n in range(count)}}
        return asked(fw, "/post/", kind, "post", DATA_UPLOAD_MAX_NUMBER_FIELDS=3, data=data)

    assert differences([2, 3, 4], act) == {}


ENVIRONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "query": {"QUERY_STRING": "a=1&b=%C3%A4"},
    "query of latin": {"QUERY_STRING": "a=\u00e4&b=%E4"},
    "path": {"PATH_INFO": "/\u00c3\u00a4/"},
    "path of latin": {"PATH_INFO": "/\u00e4/"},
    "path escaped": {"PATH_INFO": "/%20/"},
    "no path": {"PATH_INFO": ""},
    "no slash": {"PATH_INFO": "x"},
    "slashes": {"PATH_INFO": "//x//y"},
    "script": {"SCRIPT_NAME": "/s", "PATH_INFO": "/x"},
    "script slash": {"SCRIPT_NAME": "/s/", "PATH_INFO": "/x"},
    "script alone": {"SCRIPT_NAME": "/s", "PATH_INFO": ""},
    "script unicode": {"SCRIPT_NAME": "/\u00c3\u00a4", "PATH_INFO": "/x"},
    "script url": {"SCRIPT_URL": "/m/x/y", "PATH_INFO": "/y"},
    "script url slashes": {"SCRIPT_URL": "//m///x//y", "PATH_INFO": "/y"},
    "script url alone": {"SCRIPT_URL": "/m/x/", "PATH_INFO": ""},
    "redirect url": {"REDIRECT_URL": "/m/x/y", "PATH_INFO": "/y"},
    "script url over script": {"SCRIPT_URL": "/m/y", "SCRIPT_NAME": "/s", "PATH_INFO": "/y"},
    "length": {"CONTENT_LENGTH": "3", "wsgi.input": b"abcdef"},
    "no length": {"wsgi.input": b"abc"},
    "empty length": {"CONTENT_LENGTH": "", "wsgi.input": b"abc"},
    "bad length": {"CONTENT_LENGTH": "x", "wsgi.input": b"abc"},
    "negative length": {"CONTENT_LENGTH": "-1", "wsgi.input": b"abc"},
    "long length": {"CONTENT_LENGTH": "9", "wsgi.input": b"abc"},
    "type": {"CONTENT_TYPE": "text/plain; charset=latin-1"},
    "type unknown": {"CONTENT_TYPE": "text/plain; charset=nope"},
    "method": {"REQUEST_METHOD": "get"},
    "port": {"SERVER_PORT": "8000"},
    "headers": {"HTTP_HOST": "example.com", "HTTP_X_Y": "1", "CONTENT_TYPE": "a/b"},
    "cookie": {"HTTP_COOKIE": "a=1; b=\u00c3\u00a4"},
}
FORCED = [None, "", "/f", "/f/"]


def wsgi_request(fw: Any, name: str) -> Any:
    environ = {
        "REQUEST_METHOD": "GET", "SERVER_NAME": "testserver", "SERVER_PORT": "80", "PATH_INFO": "/", "SCRIPT_NAME": "",
        "wsgi.url_scheme": "http", "QUERY_STRING": "", **ENVIRONS[name],
    }  # fmt: skip
    environ["wsgi.input"] = io.BytesIO(environ.get("wsgi.input", b""))
    with fw.settings(ALLOWED_HOSTS=["*"]):
        prefix = fw("core.handlers.wsgi.get_script_name")(dict(environ))
        request = fw("core.handlers.wsgi.WSGIRequest")(environ)
        return {
            "prefix": prefix,
            "paths": (
                request.path,
                request.path_info,
                request.META["SCRIPT_NAME"],
                request.META["PATH_INFO"],
            ),
            "full": (request.get_full_path(), request.build_absolute_uri()),
            "method": request.method,
            "get": dict(request.GET.lists()),
            "type": (request.content_type, request.content_params, request.encoding),
            "headers": dict(request.headers),
            "cookies": request.COOKIES,
            "body": request.body,
            "host": (request.get_host(), request.get_port(), request.scheme),
        }


def test_environs(differences: Any) -> None:
    assert differences(ENVIRONS, wsgi_request).keys() == {
        "'bad length'",  # Which Django reads only with the body, and then trips over.
    }


@pytest.mark.parametrize("forced", FORCED)
def test_forced_script_names(differences: Any, forced: str | None) -> None:
    def act(fw: Any, name: str) -> Any:
        with fw.settings(FORCE_SCRIPT_NAME=forced):
            return wsgi_request(fw, name)

    assert differences([name for name in ENVIRONS if "script" in name], act) == {}


STREAMS: dict[str, Any] = {
    "read": lambda s: s.read(),
    "read some": lambda s: (s.read(2), s.read(2), s.read(2), s.read(2)),
    "read none": lambda s: s.read(None),
    "read zero": lambda s: (s.read(0), s.read()),
    "read more": lambda s: s.read(99),
    "line": lambda s: (s.readline(), s.readline(), s.readline(), s.readline()),
    "line some": lambda s: (s.readline(1), s.readline(9), s.readline()),
    "line and read": lambda s: (s.readline(), s.read()),
    "read and line": lambda s: (s.read(1), s.readline(), s.read()),
    "lines": lambda s: list(s),
    "readlines": lambda s: s.readlines(),
    "seek": lambda s: s.seek(0),
}


def test_limited_streams(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, limit, content = case
        return STREAMS[name](fw("core.handlers.wsgi.LimitedStream")(io.BytesIO(content), limit))

    cases = [(name, limit, b"ab\ncd\nef") for name in STREAMS for limit in (0, 1, 3, 4, 8, 20)]
    assert differences(cases, act) == {}


def test_the_handlers_that_urlconfs_import(both: Any) -> None:
    found = both(
        lambda fw: [
            (name, fw(f"conf.urls.handler{name}").__name__) for name in (400, 403, 404, 500)
        ]
    )
    assert len(found) == 4
