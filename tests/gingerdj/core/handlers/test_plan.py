"""Responses that are rendered late, and requests with a URL configuration of their own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from gingerdj.core.handlers.chain import build_chain
from gingerdj.http import HttpResponse
from gingerdj.test import Client, RequestFactory
from gingerdj.urls import include, path, re_path, reverse


class LateResponse(HttpResponse):
    """A response whose body is written after the hooks have seen it."""

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.words = words

    def render(self) -> HttpResponse:
        if not self.words:
            raise KeyError("no words")
        self.content = " ".join(self.words)
        return self


class AddsWord:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_template_response(self, request: Any, response: Any) -> Any:
        if response.words == ["break"]:
            return None
        if response.words == ["other"]:
            return HttpResponse("not to be rendered")
        if response.words:
            response.words.append("added")
        return response

    def process_exception(self, request: Any, error: Exception) -> Any:
        return HttpResponse("rescued") if isinstance(error, KeyError | AttributeError) else None


class ChangesArguments:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        kwargs.pop("n", None)
        kwargs["one"] = 1
        request.resolver_match.kwargs["two"] = 2


class ChoosesUrlconf:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        if request.path == "/other/":
            request.urlconf = other_urls()
        return self.get_response(request)


def other_urls() -> ModuleType:
    urlconf = ModuleType("other_urls")
    urlconf.__dict__["urlpatterns"] = [path("other/", where, name="here")]
    return urlconf


def where(request: Any) -> HttpResponse:
    return HttpResponse(reverse("here"))


@pytest.mark.parametrize(
    ("words", "body"),
    [(["one"], b"one added"), ([], b"rescued"), (["other"], b"rescued")],
    ids=["rendered", "failed", "not to be rendered"],
)
def test_late_rendering(site: Any, asgi: Any, words: list[str], body: bytes) -> None:
    async def view(request: Any) -> HttpResponse:
        return LateResponse(list(words))

    site(path("", view), MIDDLEWARE=[f"{__name__}.AddsWord"])
    assert asgi().get("/").body == body


def test_a_hook_must_return_a_response(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        return LateResponse(["break"])

    site(path("", view), MIDDLEWARE=[f"{__name__}.AddsWord"], DEBUG_PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(ValueError, match="process_template_response didn't return an Http"):
        asgi().fail("/")


def test_a_view_and_the_match_have_the_arguments_that_hooks_leave(site: Any, asgi: Any) -> None:
    async def view(request: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        assert match.kwargs == kwargs
        match.extra_kwargs["leaks"] = True
        return HttpResponse(repr((kwargs, match.captured_kwargs)))

    site(
        path("<int:n>/", view),
        path("", view, {"k": 1}),
        re_path(r"^x(?P<n>\d)$", view),
        MIDDLEWARE=[f"{__name__}.ChangesArguments"],
    )
    for _ in range(2):
        assert asgi().get("/5/").body == b"({'one': 1, 'two': 2}, {'n': 5})"
        assert asgi().get("/").body == b"({'k': 1, 'one': 1, 'two': 2}, {})"
        assert asgi().get("/x7").body == b"({'one': 1, 'two': 2}, {'n': '7'})"


def test_a_requests_own_urlconf_ends_with_it(site: Any, asgi: Any) -> None:
    site(path("here/", where, name="here"), MIDDLEWARE=[f"{__name__}.ChoosesUrlconf"])
    application = asgi()
    assert application.get("/other/").body == b"/other/"
    assert application.get("/here/").body == b"/here/"


def test_a_requests_own_urlconf_ends_with_it_in_a_thread_of_a_server(site: Any) -> None:
    site(path("here/", where, name="here"), MIDDLEWARE=[f"{__name__}.ChoosesUrlconf"])
    handle = build_chain(is_async=False)
    assert handle(RequestFactory().get("/other/")).content == b"/other/"
    assert handle(RequestFactory().get("/here/")).content == b"/here/"


def test_a_404_tells_what_was_tried(site: Any) -> None:
    told: list[Any] = []

    def not_found(request: Any, exception: Exception) -> HttpResponse:
        told.append(exception.args[0])
        return HttpResponse(status=404)

    site(path("a/", where), path("b/<int:n>", where), handler404=not_found)
    assert Client().get("/b/x").status_code == 404
    [details] = told
    assert details["path"] == "b/x"
    assert isinstance(details["tried"], list)
    assert [str(way[0].pattern) for way in details["tried"]] == ["a/", "b/<int:n>"]


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("/a/", [["a/"]]),
        ("/c/e/", [["a/"], ["b/<int:n>"], ["c/", "d/"], ["c/", "e/"]]),
        ("/c/r7", [["a/"], ["b/<int:n>"], ["c/", "d/"], ["c/", "e/"], ["c/", "^r(.)$"]]),
    ],
)
def test_a_match_tells_what_was_tried_before(site: Any, text: str, tried: list[Any]) -> None:
    beneath = [path("d/", nothing), path("e/", nothing), re_path("^r(.)$", nothing)]
    site(path("a/", nothing), path("b/<int:n>", nothing), path("c/", include(beneath)))
    match: Any = Client().get(text).resolver_match
    assert [[str(each.pattern) for each in way] for way in match.tried] == tried
    assert match.tried is match.tried


def nothing(request: Any, *args: Any) -> HttpResponse:
    return HttpResponse()
