"""The test clients: redirects, cookies, exceptions, and what they add to responses."""

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any

import pytest

import gingerdj.http
import gingerdj.test
import gingerdj.urls


def urls(fw: Any) -> Any:
    http, u = fw("http"), fw("urls")

    def echo(request: Any, **kwargs: Any) -> Any:
        data = {
            "method": request.method,
            "path": request.path,
            "get": dict(request.GET.lists()),
            "post": dict(request.POST.lists()),
            "files": {name: each.read().decode() for name, each in request.FILES.items()},
            "cookies": request.COOKIES,
            "secure": request.is_secure(),
            "host": request.get_host(),
            "port": request.get_port(),
            "x": request.headers.get("X-One"),
            "type": request.content_type,
            "length": request.META.get("CONTENT_LENGTH"),
            "kwargs": kwargs,
        }
        if not request.POST and not request.FILES:
            data["body"] = request.body.decode()
        return http.JsonResponse(data)

    def go(request: Any, status: str) -> Any:
        response = http.HttpResponse(status=int(status))
        response["Location"] = request.GET["to"]
        response.url = request.GET["to"]
        if "cookie" in request.GET:
            response.set_cookie("went", request.GET["cookie"])
        return response

    def loop(request: Any) -> Any:
        return http.HttpResponseRedirect("/loop/")

    def grow(request: Any, n: int) -> Any:
        return http.HttpResponseRedirect(f"/grow/{n + 1}/")

    def back(request: Any, n: int) -> Any:
        return http.HttpResponseRedirect(f"/back/{n - 1}/") if n else http.HttpResponse("done")

    def fail(request: Any, name: str) -> Any:
        raise {
            "value": ValueError,
            "404": http.Http404,
            "403": fw("core.exceptions.PermissionDenied"),
            "400": fw("core.exceptions.BadRequest"),
            "suspicious": fw("core.exceptions.SuspiciousOperation"),
        }[name]("why")

    def cookies(request: Any) -> Any:
        response = http.HttpResponse("x")
        for name, value in request.GET.items():
            response.set_cookie(name, value) if value else response.delete_cookie(name)
        return response

    def stream(request: Any) -> Any:
        return http.StreamingHttpResponse(iter([b"a", b"b"]))

    async def coroutine(request: Any) -> Any:
        return http.HttpResponse("async")

    def typed(request: Any) -> Any:
        return http.HttpResponse(request.GET["body"], content_type=request.GET["type"])

    def lengthy(request: Any) -> Any:
        return http.HttpResponse(b"x" * 10, status=int(request.GET.get("status", 200)))

    return fw.module(
        urlpatterns=[
            u.path("echo/", echo, name="echo"),
            u.path("echo/<int:n>/", echo, {"extra": 1}, name="n"),
            u.path("echo/é/", echo),
            u.path("go/<status>/", go),
            u.path("loop/", loop),
            u.path("grow/<int:n>/", grow),
            u.path("back/<int:n>/", back),
            u.path("fail/<name>/", fail),
            u.path("cookies/", cookies),
            u.path("stream/", stream),
            u.path("async/", coroutine),
            u.path("typed/", typed),
            u.path("lengthy/", lengthy),
        ]
    )


def described(response: Any) -> dict[str, Any]:
    body = b"".join(response) if response.streaming and not response.is_async else None
    if not response.streaming:
        body = response.content
    try:
        match = response.resolver_match and response.resolver_match.func and response.resolver_match
    except Exception:  # Django resolves the path anew.
        match = None
    shown: Any = body
    if not body:
        pass
    elif response.get("Content-Type") == "application/json":
        shown = response.json()
    elif response.status_code >= 400:
        shown = None  # Prose.
    return {
        "status": response.status_code,
        "headers": {
            name: value
            for name, value in response.headers.items()
            if not (name == "Content-Length" and response.status_code >= 400)
        },
        "body": shown,
        "cookies": response.cookies.output(),
        "chain": getattr(response, "redirect_chain", None),
        "match": match and (match.url_name, match.kwargs, match.route),
        "exception": response.exc_info and response.exc_info[0].__name__,
        "client": {name: m.value for name, m in response.client.cookies.items()},
        "templates": (response.templates, response.context),
    }


CALLS: dict[str, Any] = {
    "get": lambda c: c.get("/echo/"),
    "get data": lambda c: c.get("/echo/", {"a": [1, 2]}),
    "get headers": lambda c: c.get("/echo/", headers={"X-One": "1"}),
    "get secure": lambda c: c.get("/echo/", secure=True),
    "get positional": lambda c: c.get("/echo/", None, False, True),
    "get params": lambda c: c.get("/echo/", query_params={"q": 1}),
    "get kwargs": lambda c: c.get("/echo/7/"),
    "get nothing": lambda c: c.get("/nothing/"),
    "get unescaped": lambda c: c.get("/echo/%20/"),
    "head": lambda c: c.head("/echo/"),
    "post": lambda c: c.post("/echo/", {"a": 1}),
    "post json": lambda c: c.post("/echo/", {"a": 1}, content_type="application/json"),
    "post text": lambda c: c.post("/echo/", "text", "text/plain"),
    "post positional": lambda c: c.post("/echo/", {"a": 1}, "application/json", False, True),
    "post params": lambda c: c.post("/echo/", {"a": 1}, query_params={"q": 1}),
    "put": lambda c: c.put("/echo/", "x"),
    "patch": lambda c: c.patch("/echo/", {"a": 1}, "application/json"),
    "delete": lambda c: c.delete("/echo/"),
    "options": lambda c: c.options("/echo/"),
    "trace": lambda c: c.trace("/echo/"),
    "generic": lambda c: c.generic("PURGE", "/echo/", "x"),
    "stream": lambda c: c.get("/stream/"),
    "stream head": lambda c: c.head("/stream/"),
    "coroutine": lambda c: c.get("/async/"),
    "lengthy head": lambda c: c.head("/lengthy/"),
    **{f"lengthy {s}": lambda c, s=s: c.get(f"/lengthy/?status={s}") for s in (204, 304, 404, 500)},
    **{
        f"follow {method} {status}": lambda c, method=method, status=status: getattr(c, method)(
            f"/go/{status}/?to=/echo/%3Fa%3D1", follow=True
        )
        for method in ("get", "head", "delete", "options", "trace")
        for status in (300, 301, 302, 303, 304, 307, 308, 200)
        if method == "get" or status in (302, 307)
    },
    **{
        f"follow {method} body {status}": lambda c, method=method, status=status: getattr(c, method)(
            f"/go/{status}/?to=/echo/%3Fa%3D1", {"b": 2}, "application/json", follow=True
        )
        for method in ("post", "put", "patch", "delete")
        for status in (301, 302, 307, 308)
    },
    "follow form": lambda c: c.post("/go/307/?to=/echo/", {"a": 1}, follow=True),
    "follow form away": lambda c: c.post("/go/302/?to=/echo/", {"a": 1}, follow=True),
    "follow data": lambda c: c.get("/go/307/", {"to": "/echo/", "z": 1}, follow=True),
    "follow headers": lambda c: c.get("/go/302/?to=/echo/", headers={"X-One": "1"}, follow=True),
    "follow cookie": lambda c: c.get("/go/302/?to=/echo/&cookie=y", follow=True),
    "follow relative": lambda c: c.get("/go/302/?to=../../echo/", follow=True),
    "follow query alone": lambda c: c.get("/back/1/?x=1", follow=True),
    "follow to root": lambda c: c.get("/go/302/?to=http://testserver", follow=True),
    "follow host": lambda c: c.get("/go/302/?to=http://other.example/echo/", follow=True),
    "follow port": lambda c: c.get("/go/302/?to=http://other.example:81/echo/", follow=True),
    "follow https": lambda c: c.get("/go/302/?to=https://other.example/echo/", follow=True),
    "follow same https": lambda c: c.get("/go/302/?to=https://testserver/echo/", follow=True),
    "follow from https": lambda c: c.get("/go/302/?to=/echo/", follow=True, secure=True),
    "follow from https absolute": lambda c: c.get(
        "/go/302/?to=http://testserver/echo/", follow=True, secure=True
    ),
    "follow fragment": lambda c: c.get("/go/302/?to=/echo/%23top", follow=True),
    "follow unicode": lambda c: c.get("/go/302/?to=/echo/%25C3%25A9/", follow=True),
    "follow chain": lambda c: c.get("/back/3/", follow=True),
    "follow positional": lambda c: c.get("/back/1/", None, True),
    "follow to nothing": lambda c: c.get("/go/302/?to=/nothing/", follow=True),
    "not followed": lambda c: c.get("/back/3/"),
    "loop": lambda c: c.get("/loop/", follow=True),
    "grow": lambda c: c.get("/grow/1/", follow=True),
    "back 20": lambda c: c.get("/back/20/", follow=True),
    "back 21": lambda c: c.get("/back/21/", follow=True),
    "value": lambda c: c.get("/fail/value/"),
    **{f"fail {n}": lambda c, n=n: c.get(f"/fail/{n}/") for n in ("404", "403", "400", "suspicious")},
    "cookies": lambda c: c.get("/cookies/?a=1&b=2"),
    "typed json": lambda c: c.get("/typed/", {"body": "{}", "type": "application/json"}),
}  # fmt: skip


def called(fw: Any, kind: str, case: str, **options: Any) -> Any:
    client = fw(f"test.{kind}")(**options)
    with (
        fw.settings(ROOT_URLCONF=urls(fw), ALLOWED_HOSTS=["*"], MIDDLEWARE=[]),
        fw.logs() as logs,
    ):
        response = CALLS[case](client)
        if kind == "AsyncClient":
            response = asyncio.run(response)
        return described(response) | {"logs": logs}


BETTER = {
    repr(case)
    for case in [
        # The redirect's own query string reaches the view.
        *["follow get 307", "follow get 308", "follow unicode"],
        # The scheme, the host and the port are those of the redirect, or stay as they were.
        *["follow port", "follow https", "follow same https", "follow from https"],
    ]
}


def test_client(differences: Any) -> None:
    assert differences(CALLS, lambda fw, case: called(fw, "Client", case)).keys() == BETTER


def test_async_client(differences: Any) -> None:
    found = differences(CALLS, lambda fw, case: called(fw, "AsyncClient", case))
    # Of these Django's client can follow none.
    broken = {case for case, (theirs, _) in found.items() if theirs == ("raised", "KeyError")}
    assert len(broken) == 17
    assert {found[case][1]["status"] for case in broken} == {200}
    assert found.keys() - broken == BETTER - broken | {"'follow host'"}


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_exceptions_that_become_responses(both: Any, kind: str) -> None:
    found = both(lambda fw: called(fw, kind, "value", raise_request_exception=False))
    assert (found["status"], found["exception"]) == (500, "ValueError")


STATE: dict[str, Any] = {
    "cookies are sent back": lambda c: (c.get("/cookies/?a=1&b=x%20y"), c.get("/echo/"))[1],
    "cookies are deleted": lambda c: (c.get("/cookies/?a=1"), c.get("/cookies/?a="), c.get("/echo/"))[2],
    "cookies by hand": lambda c: (c.cookies.load({"q": "v", "a": "b c"}), c.get("/echo/"))[1],
    "cookies by header": lambda c: c.get("/echo/", headers={"Cookie": "z=1"}),
    "defaults": lambda c: (c.defaults.update(HTTP_X_ONE="d"), c.get("/echo/"))[1],
}  # fmt: skip


def test_state(differences: Any) -> None:
    def act(fw: Any, case: str) -> Any:
        with fw.settings(ROOT_URLCONF=urls(fw), MIDDLEWARE=[]):
            return described(STATE[case](fw("test.Client")()))

    assert differences(STATE, act) == {}


JSON = [("application/json", '{"a": [1]}'), ("application/json; charset=utf-8", '"ä"'), ("text/html", "1"),
        ("application/vnd.api+json", "[]"), ("application/json", "no"), ("application/jsonp", "1"),
        ("APPLICATION/JSON", "1"), ("application/json", ""), ("application/problem+json;x=y", "{}")]  # fmt: skip


def test_json(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        with fw.settings(ROOT_URLCONF=urls(fw), MIDDLEWARE=[]):
            response = fw("test.Client")().get("/typed/", {"type": case[0], "body": case[1]})
            return response.json(), response.json(parse_int=str)

    assert differences(JSON, act).keys() == {
        # Arguments count at the second call, too, and JSONP is no JSON.
        repr(JSON[0]),
        repr(("application/jsonp", "1")),
    }


def test_what_is_added_to_a_response(both: Any) -> None:
    def act(fw: Any) -> Any:
        with fw.settings(ROOT_URLCONF=urls(fw), MIDDLEWARE=[]):
            client = fw("test.Client")(headers={"X-One": "h"})
            response = client.post("/echo/?a=1", {"b": 2})
            return (
                response.client is client,
                response.wsgi_request.path,
                response.request["PATH_INFO"],
                response.request["REQUEST_METHOD"],
                response.request["QUERY_STRING"],
                response.exc_info,
                hasattr(response, "redirect_chain"),
                json.loads(response.content)["x"],
                response.closed,
                response.wsgi_request.closed if hasattr(response.wsgi_request, "closed") else None,
            )

    both(act)


def test_redirect_cycle_error(both: Any) -> None:
    def act(fw: Any) -> Any:
        with fw.settings(ROOT_URLCONF=urls(fw), MIDDLEWARE=[]):
            try:
                fw("test.Client")().get("/loop/", follow=True)
            except fw("test.client.RedirectCycleError") as error:
                return error.redirect_chain, error.last_response.status_code
        return None

    assert both(act) is not None


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize("prefix", ["/", "/x/"])
def test_the_prefix_is_the_test_s_own(both: Any, kind: str, prefix: str) -> None:
    def act(fw: Any) -> Any:
        u = fw("urls")
        urlconf = fw.module(
            urlpatterns=[
                u.path("a/", lambda request: fw("http.HttpResponse")(u.reverse("a")), name="a")
            ]
        )
        with (
            fw.settings(ROOT_URLCONF=urlconf, MIDDLEWARE=[]),
            fw("test.utils.override_script_prefix")(prefix),
        ):
            response = fw(f"test.{kind}")().get("/a/")
            if kind == "AsyncClient":
                response = asyncio.run(response)
            return response.content.decode(), u.reverse("a")

    assert both(act) == (f"{prefix}a/", f"{prefix}a/")


def test_a_prefix_of_the_request_s_own_does_not_outlive_it() -> None:
    view = lambda request: gingerdj.http.HttpResponse(gingerdj.urls.reverse("a"))
    urlconf = ModuleType("urls")
    urlconf.__dict__["urlpatterns"] = [gingerdj.urls.path("a/", view, name="a")]
    with gingerdj.test.override_settings(ROOT_URLCONF=urlconf, MIDDLEWARE=[], ALLOWED_HOSTS=["*"]):
        response = gingerdj.test.Client().get("/a/", SCRIPT_NAME="/app")
        assert (response.text, gingerdj.urls.reverse("a")) == ("/app/a/", "/a/")
