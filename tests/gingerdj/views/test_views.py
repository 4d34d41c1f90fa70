"""Class-based views, decorators, and the pages for developers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import Http404, HttpResponse
from gingerdj.test import AsyncClient, Client
from gingerdj.urls import path
from gingerdj.utils.decorators import method_decorator
from gingerdj.views import View
from gingerdj.views.debug import SafeExceptionReporterFilter
from gingerdj.views.decorators.http import require_GET, require_safe

# Pages show the source that failed.
SECRET = "sword" + "fish"


class Sync(View):
    text = "text"

    def get(self, request: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(f"{self.text} {self.kwargs}")


class Async(View):
    async def get(self, request: Any) -> HttpResponse:
        return HttpResponse("async")


class Mixed(View):
    def get(self, request: Any) -> HttpResponse:
        return HttpResponse()

    async def post(self, request: Any) -> HttpResponse:
        return HttpResponse()


@method_decorator(require_GET, name="dispatch")
class GetOnly(Sync):
    def post(self, request: Any) -> HttpResponse:
        return HttpResponse("never")


@require_safe
async def safe(request: Any) -> HttpResponse:
    return HttpResponse("safe")


VIEWS = (
    path("sync/<int:n>/", Sync.as_view(text="own")),
    path("async/", Async.as_view()),
    path("get-only/", GetOnly.as_view()),
    path("safe/", safe),
)


def test_class_based_views(site: Any) -> None:
    site(*VIEWS)
    assert Client().get("/sync/1/").text == "own {'n': 1}"
    assert Client().get("/async/").text == "async"
    assert asyncio.run(AsyncClient().get("/async/")).text == "async"
    assert Client().head("/async/").status_code == 200


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("/sync/1/", "GET, HEAD, OPTIONS"),
        ("/async/", "GET, HEAD, OPTIONS"),
        ("/get-only/", "GET"),
        ("/safe/", "GET, HEAD"),
    ],
)
def test_methods_that_a_view_lacks(
    site: Any, caplog: pytest.LogCaptureFixture, url: str, allow: str
) -> None:
    site(*VIEWS)
    response = Client().post(url)
    assert (response.status_code, response["Allow"]) == (405, allow)
    assert caplog.records[0].getMessage() == f"Method Not Allowed (POST): {url}"


def test_options(site: Any) -> None:
    site(*VIEWS)
    response = Client().options("/async/")
    assert (response["Allow"], response["Content-Length"]) == ("GET, HEAD, OPTIONS", "0")


@pytest.mark.parametrize("wrong", ["get", "nope"])
def test_as_view_takes_attributes_alone(wrong: str) -> None:
    with pytest.raises(TypeError, match=wrong):
        Sync.as_view(**{wrong: 1})


def test_styles_do_not_mix() -> None:
    with pytest.raises(ImproperlyConfigured, match="all sync or all async"):
        Mixed.as_view()


def test_the_page_of_an_empty_project(site: Any) -> None:
    site(DEBUG=True)
    response = Client().get("/")
    assert (response.status_code, "It worked!" in response.text) == (200, True)
    assert Client().get("/x/").status_code == 404


def test_the_404_page_lists_what_was_tried(site: Any) -> None:
    def view(request: Any, n: int) -> HttpResponse:
        raise Http404("no <such> thing")

    site(path("here/<int:n>/", view, name="here"), DEBUG=True)
    assert "<li><code>here/&lt;int:n&gt;/</code></li>" in Client().get("/x/").text
    assert "no &lt;such&gt; thing" in Client().get("/here/1/").text


def test_the_404_page_tells_of_websockets(site: Any) -> None:
    site(path("here/", Sync.as_view()), DEBUG=True)
    settings.ROOT_URLCONF.websocket_urlpatterns = [path("ws/<int:n>/", Async.as_view())]
    told = "one of <code>websocket_urlpatterns</code>, but what came is a plain request"
    assert told in Client().get("/ws/1/").text
    assert told not in Client().get("/ws/x/").text


def test_the_500_page_hides_secrets(site: Any) -> None:
    def view(request: Any) -> HttpResponse:
        raise RuntimeError("<oh>")

    site(path("", view), DEBUG=True, DATABASE={"PASSWORD": SECRET, "NAME": "shown-name"})
    client = Client(raise_request_exception=False, HTTP_COOKIE=f"session={SECRET}")
    client.defaults["HTTP_ACCEPT"] = "text/html"
    page = client.get("/").text
    assert "RuntimeError: &lt;oh&gt;" in page
    assert "shown-name" in page
    assert SECRET not in page
    assert "tests only" not in page
    plain = Client(raise_request_exception=False, headers={"Accept": "text/plain"}).get("/")
    assert plain["Content-Type"] == "text/plain; charset=utf-8"
    assert "RuntimeError: <oh>" in plain.text


def test_secrets_are_hidden_at_any_depth() -> None:
    value = {"A": [{"api_token": "x", "b": ("y",)}], "SECRET_KEY": "z"}
    hidden = "********************"
    assert SafeExceptionReporterFilter().cleanse_setting("", value) == {
        "A": [{"api_token": hidden, "b": ("y",)}],
        "SECRET_KEY": hidden,
    }
