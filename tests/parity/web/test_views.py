"""Views as classes, and the decorators of views."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from itertools import product
from typing import Any, ClassVar

import pytest
from asgiref.sync import iscoroutinefunction as is_async


def request_of(fw: Any, method: str = "GET", path: str = "/p/?q=1", **headers: str) -> Any:
    return fw("test.RequestFactory")().generic(
        method, path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def described(response: Any) -> Any:
    if asyncio.iscoroutine(response):
        response = asyncio.run(response)
    if not hasattr(response, "status_code"):
        return response
    return (
        response.status_code,
        dict(response.headers.items()),
        response.content if response.status_code < 400 else b"",
    )


def views(fw: Any) -> dict[str, Any]:
    View, http = fw("views.View"), fw("http")  # noqa: N806

    class Plain(View):  # type: ignore[misc, valid-type]
        """Shows."""

        text = "own"

        def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return http.HttpResponse(
                f"{self.text} {args} {kwargs} {self.args} {self.kwargs} {request is self.request}"
            )

        def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return http.HttpResponse("posted")

    class OnlyPost(View):  # type: ignore[misc, valid-type]
        def post(self, request: Any) -> Any:
            return http.HttpResponse("posted")

    class Async(View):  # type: ignore[misc, valid-type]
        async def get(self, request: Any) -> Any:
            return http.HttpResponse("async")

    class Mixed(View):  # type: ignore[misc, valid-type]
        def get(self, request: Any) -> Any: ...

        async def post(self, request: Any) -> Any: ...

    class Head(Plain):
        def head(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return http.HttpResponse(headers={"X-Head": "own"})

    class Few(Plain):
        http_method_names = ("get", "purge")

        def purge(self, request: Any) -> Any:
            return http.HttpResponse("purged")

    class NoSetup(Plain):
        def setup(self, request: Any, *args: Any, **kwargs: Any) -> None: ...

    class Dispatch(Plain):
        @fw("utils.decorators.method_decorator")(fw("views.decorators.csrf.csrf_exempt"))
        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return super().dispatch(request, *args, **kwargs)

    class OwnOptions(Plain):
        def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return http.HttpResponse("options")

    class Empty(View): ...  # type: ignore[misc, valid-type]

    kinds = [Plain, OnlyPost, Async, Mixed, Head, Few, NoSetup, Dispatch, OwnOptions, Empty]
    return {kind.__name__: kind for kind in kinds}


NAMES = [
    "Plain",
    "OnlyPost",
    "Async",
    "Mixed",
    "Head",
    "Few",
    "NoSetup",
    "Dispatch",
    "OwnOptions",
    "Empty",
]
METHODS = [
    "GET",
    "POST",
    "PUT",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PURGE",
    "DISPATCH",
    "SETUP",
    "get",
    "",
    "AS_VIEW",
]


def test_methods(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, method = case
        with fw.logs() as logs:
            return described(views(fw)[name].as_view()(request_of(fw, method))), logs

    assert differences(product(NAMES, METHODS), act) == {}


def test_what_as_view_returns(differences: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        kind = views(fw)[name]
        view = kind.as_view()
        return (
            view.__name__, view.__doc__, view.view_class is kind, view.view_initkwargs, is_async(view), kind.view_is_async,
            getattr(view, "csrf_exempt", None), view.__module__,
        )  # fmt: skip

    assert differences(NAMES, act) == {}


INIT: list[dict[str, Any]] = [{"text": "given"}, {"missing": 1}, {"get": 1}, {"post": 1}, {"http_method_names": ["post"]}, {"view_class": 1},
                              {"request": 1}, {"as_view": 1}, {"dispatch": 1}, {"extra_context": {}}]  # fmt: skip


def test_arguments_of_as_view(differences: Any) -> None:
    def act(fw: Any, options: Any) -> Any:
        return described(views(fw)["Plain"].as_view(**options)(request_of(fw), 1, a=2))

    assert differences(INIT, act) == {}


def test_a_view_by_hand(both: Any) -> None:
    def act(fw: Any) -> Any:
        view = views(fw)["Plain"](text="hand", other=3)
        view.setup(request_of(fw, "HEAD"), 1, a=2)
        return (
            described(view.get(view.request)),
            view.other,
            view.args,
            view.kwargs,
            view.head == view.get,
            view._allowed_methods(),
        )

    both(act)


def test_the_class_itself_is_no_instance(both: Any) -> None:
    both(lambda fw: views(fw)["Plain"]().as_view())


REDIRECTS: list[dict[str, Any]] = [
    {}, {"url": "/to/"}, {"url": "/to/%(a)s/"}, {"url": "/100%%/"}, {"url": "/%(b)s/"}, {"url": "/to/", "permanent": True}, {"url": "/to/", "query_string": True},
    {"url": "/to/?a=%%s", "query_string": True}, {"pattern_name": "named"}, {"pattern_name": "args"}, {"pattern_name": "missing"}, {"url": ""},
    {"pattern_name": "named", "query_string": True, "permanent": True}, {"pattern_name": "named", "url": "/first/"}, {"url": "http://x/"},
]  # fmt: skip


def test_redirect_views(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        options, method, query = case
        u = fw("urls")
        patterns = [
            u.path("named/<a>/", views(fw)["Plain"].as_view(), name="named"),
            u.path("args/", views(fw)["Plain"].as_view(), name="args"),
        ]
        with fw.settings(ROOT_URLCONF=fw.module(urlpatterns=patterns)), fw.logs() as logs:
            view = fw("views.generic.RedirectView").as_view(**options)
            return described(view(request_of(fw, method, "/p/" + query), a="x")), logs

    assert (
        differences(
            product(
                REDIRECTS,
                ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "TRACE"],
                ["", "?q=%20%C3%A4&p=%"],
            ),
            act,
        )
        == {}
    )


def test_contexts(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Own(fw("views.generic.base.ContextMixin")):  # type: ignore[misc]
            extra_context: ClassVar[dict[str, int]] = {"a": 1, "b": 2}

        view = Own()
        found = view.get_context_data(a=3, c=4)
        return {**found, "view": found["view"] is view}, Own().get_context_data(view=1)["view"]

    both(act)


def decorated(fw: Any, decorator: Any, style: str, response: Any = None) -> Any:
    make = lambda: response(fw) if response else fw("http.HttpResponse")("shown")

    async def on_loop(request: Any, *args: Any, **kwargs: Any) -> Any:
        return make()

    def in_thread(request: Any, *args: Any, **kwargs: Any) -> Any:
        return make()

    return decorator(on_loop if style == "async" else in_thread)


DECORATORS: dict[str, Any] = {
    "get": lambda d: d("http").require_GET,
    "post": lambda d: d("http").require_POST,
    "safe": lambda d: d("http").require_safe,
    "methods": lambda d: d("http").require_http_methods(["GET", "PUT"]),
    "lower": lambda d: d("http").require_http_methods(["get"]),
    "never": lambda d: d("cache").never_cache,
    "control": lambda d: d("cache").cache_control(private=True, max_age=3, no_transform=True, s_maxage=9),
    "control empty": lambda d: d("cache").cache_control(),
    "vary": lambda d: d("vary").vary_on_headers("Accept", "X-One"),
    "vary cookie": lambda d: d("vary").vary_on_cookie,
    "gzip": lambda d: d("gzip").gzip_page,
    "deny": lambda d: d("clickjacking").xframe_options_deny,
    "same": lambda d: d("clickjacking").xframe_options_sameorigin,
    "exempt": lambda d: d("clickjacking").xframe_options_exempt,
    "conditional": lambda d: d("http").conditional_page,
    "slash": lambda d: d("common").no_append_slash,
    "csrf exempt": lambda d: d("csrf").csrf_exempt,
}  # fmt: skip


def rich(fw: Any) -> Any:
    return fw("http.HttpResponse")(
        "shown " * 99,
        headers={
            "Vary": "Cookie, Accept",
            "Cache-Control": "public, max-age=9",
            "X-Frame-Options": "X",
        },
    )


@pytest.mark.parametrize("style", ["sync", "async"])
def test_decorators(differences: Any, style: str) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, method, response = case
        view = decorated(
            fw, DECORATORS[name](lambda each: fw(f"views.decorators.{each}")), style, response
        )
        with fw.logs() as logs, fw("test.utils.freeze_time")(1_000_000):
            answer = view(request_of(fw, method, Accept_Encoding="gzip"))
            status, headers, _ = described(answer)
        marks = {k: v for k, v in vars(view).items() if k != "__wrapped__"}
        headers.pop("Content-Length", None)
        return status, headers, logs, view.__name__, is_async(view), marks

    assert differences(product(DECORATORS, ["GET", "POST", "HEAD"], [None, rich]), act) == {}


@pytest.mark.parametrize("name", ["never", "control", "vary", "deny"])
def test_decorators_need_a_request(differences: Any, name: str) -> None:
    def act(fw: Any, what: Any) -> Any:
        view = decorated(fw, DECORATORS[name](lambda each: fw(f"views.decorators.{each}")), "sync")
        response = view({"none": None, "object": object(), "text": "x"}[what])
        return response.status_code

    assert differences(["none", "object", "text"], act) == {}


NOW = dt.datetime(2007, 10, 21, 23, 21, 47)  # noqa: DTZ001 - Django's decorators take such, too.
DATES = {
    "same": "Sun, 21 Oct 2007 23:21:47 GMT",
    "later": "Mon, 18 Oct 2010 16:56:23 GMT",
    "earlier": "Mon, 18 Oct 1999 16:56:23 GMT",
    "bad": "no",
}
CONDITIONS: list[dict[str, str]] = [
    {},
    *({"If_None_Match": each} for each in ('"tag"', 'W/"tag"', '"other"', '"other", "tag"', "*", "tag", "", '"other", *')),
    *({"If_Match": each} for each in ('"tag"', 'W/"tag"', '"other"', '"other", "tag"', "*", "tag")),
    *({"If_Modified_Since": each} for each in DATES.values()),
    *({"If_Unmodified_Since": each} for each in DATES.values()),
    *({"If_None_Match": tag, "If_Modified_Since": date} for tag, date in product(('"tag"', '"other"'), DATES.values())),
    *({"If_Match": tag, "If_Unmodified_Since": date} for tag, date in product(('"tag"', '"other"'), DATES.values())),
    *({"If_Match": tag, "If_Modified_Since": date} for tag, date in product(('"tag"', '"other"'), DATES.values())),
    *({"If_None_Match": tag, "If_Unmodified_Since": date} for tag, date in product(('"tag"', '"other"'), DATES.values())),
    {"If_Match": '"tag"', "If_None_Match": '"tag"'}, {"If_Match": '"tag"', "If_None_Match": '"other"'},
]  # fmt: skip
FUNCTIONS: list[tuple[Any, Any]] = [
    ('"tag"', NOW), ("tag", None), ('W/"tag"', NOW), (None, NOW), ('"tag"', None), (None, None), ("", None), ('"tag"', NOW.replace(tzinfo=dt.UTC)),
    (None, NOW.replace(tzinfo=dt.timezone(dt.timedelta(hours=2)))), ('"tag"', NOW.replace(microsecond=5)),
]  # fmt: skip


@pytest.mark.parametrize("style", ["sync", "async"])
def test_conditions(differences: Any, style: str) -> None:
    methods = ["GET", "HEAD", "PUT"] if style == "sync" else ["GET"]

    def act(fw: Any, case: Any) -> Any:
        (tag, moment), headers, method = case
        http = fw("views.decorators.http")

        functions = (lambda *a, **k: tag), (lambda *a, **k: moment)
        view = decorated(fw, http.condition(*functions), style)
        with fw.logs() as logs:
            return described(view(request_of(fw, method, **headers))), logs

    assert differences(product(FUNCTIONS, CONDITIONS, methods), act) == {}


def test_etag_and_last_modified(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, headers = case
        http = fw("views.decorators.http")
        decorator = (
            http.etag(lambda request: "tag")
            if name == "etag"
            else http.last_modified(lambda request: NOW)
        )
        return described(decorated(fw, decorator, "sync")(request_of(fw, **headers)))

    assert differences(product(["etag", "last_modified"], CONDITIONS), act) == {}


def test_conditions_of_a_response_that_has_them(both: Any) -> None:
    def own(fw: Any) -> Any:
        return fw("http.HttpResponse")(
            "x", headers={"ETag": '"own"', "Last-Modified": "Mon, 01 Jan 2001 00:00:00 GMT"}
        )

    def act(fw: Any) -> Any:
        decorator = fw("views.decorators.http").condition(lambda r: '"tag"', lambda r: NOW)
        return described(decorated(fw, decorator, "sync", own)(request_of(fw)))

    both(act)


def test_default_views(differences: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        arguments = () if name == "server_error" else (ValueError("<script>why</script>"),)
        response = getattr(fw("views.defaults"), name)(request_of(fw), *arguments)
        [heading] = re.findall("<h1>.*</h1>", response.text)
        return response.status_code, response["Content-Type"], heading, "<script>" in response.text

    assert (
        differences(["bad_request", "permission_denied", "page_not_found", "server_error"], act)
        == {}
    )
