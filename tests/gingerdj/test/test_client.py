"""The test clients, and test cases."""

from __future__ import annotations

import asyncio
import unittest
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from gingerdj.conf import settings
from gingerdj.core.files.base import ContentFile
from gingerdj.core.files.uploadedfile import SimpleUploadedFile
from gingerdj.core.signals import request_finished
from gingerdj.http import HttpResponse, JsonResponse, StreamingHttpResponse
from gingerdj.shortcuts import redirect
from gingerdj.test import (
    AsyncClient,
    AsyncRequestFactory,
    Client,
    RequestFactory,
    SimpleTestCase,
    override_settings,
)
from gingerdj.test.client import FakePayload, RedirectCycleError, encode_multipart
from gingerdj.urls import path


def echo(request: Any) -> JsonResponse:
    return JsonResponse(
        {
            "body": request.body.decode(),
            "method": request.method,
            "get": request.GET.dict(),
            "post": request.POST.dict(),
            "cookies": request.COOKIES,
            "secure": request.is_secure(),
            "token": request.headers.get("X-Token"),
        }
    )


def sets_cookie(request: Any) -> HttpResponse:
    response = HttpResponse()
    response.set_cookie("a", "1")
    return response


async def fails(request: Any) -> HttpResponse:
    raise KeyError("oh")


VIEWS = (
    path("echo/", echo, name="echo"),
    path("cookie/", sets_cookie),
    path("fails/", fails),
    path("to-echo/", lambda request: redirect("/echo/?a=1")),
    path("keep/", lambda request: redirect("echo", preserve_request=True)),
    path("round/", lambda request: redirect("/round/")),
)


class Both:
    """The two clients behind one synchronous face."""

    def __init__(self, client_class: Any, **options: Any) -> None:
        self.client = client_class(**options)

    def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        result = getattr(self.client, method)(*args, **kwargs)
        return asyncio.run(result) if asyncio.iscoroutine(result) else result


@pytest.fixture(params=[Client, AsyncClient])
def client_class(request: pytest.FixtureRequest, site: Any) -> Any:
    site(*VIEWS)
    return request.param


@pytest.mark.parametrize(
    ("method", "args", "expected"),
    [
        ("get", ({"q": "é"},), {"method": "GET", "get": {"q": "é"}}),
        ("post", ({"a": 1},), {"method": "POST", "post": {"a": "1"}}),
        ("put", ({"a": 1}, "application/json"), {"method": "PUT", "body": '{"a": 1}'}),
        ("patch", ("x",), {"method": "PATCH", "body": "x"}),
        ("delete", (), {"method": "DELETE"}),
        ("options", (), {"method": "OPTIONS"}),
    ],
)
def test_methods(client_class: Any, method: str, args: Any, expected: dict[str, Any]) -> None:
    found = Both(client_class)(method, "/echo/", *args).json()
    assert expected.items() <= found.items()


def test_json_is_read_once_for_each_way_to_read_it(client_class: Any) -> None:
    response = Both(client_class)("get", "/echo/")
    assert response.json() is response.json()
    assert response.json(object_pairs_hook=list)[0][0] == next(iter(response.json()))


def test_headers_and_https(client_class: Any) -> None:
    response = Both(client_class)("get", "/echo/", secure=True, headers={"X-Token": "t"})
    assert (response.json()["secure"], response.json()["token"]) == (True, "t")


def test_cookies_are_kept(client_class: Any) -> None:
    client = Both(client_class)
    client("get", "/cookie/")
    assert client("get", "/echo/").json()["cookies"] == {"a": "1"}


def test_what_a_view_raises_reaches_the_test(client_class: Any) -> None:
    with pytest.raises(KeyError, match="oh"):
        Both(client_class)("get", "/fails/")
    response = Both(client_class, raise_request_exception=False)("get", "/fails/")
    assert (response.status_code, response.exc_info[0]) == (500, KeyError)


def test_redirects_are_followed(client_class: Any) -> None:
    response = Both(client_class)("get", "/to-echo/", follow=True)
    assert response.redirect_chain == [("/echo/?a=1", 302)]
    assert response.json()["get"] == {"a": "1"}
    kept = Both(client_class)("post", "/keep/", {"b": 2}, follow=True)
    assert (kept.json()["method"], kept.json()["post"]) == ("POST", {"b": "2"})
    with pytest.raises(RedirectCycleError):
        Both(client_class)("get", "/round/", follow=True)


def test_what_is_added_to_responses(client_class: Any) -> None:
    client = Both(client_class)
    response = client("get", "/echo/")
    assert response.client is client.client
    assert response.resolver_match.view_name == "echo"
    with pytest.raises(ValueError, match='not "application/json"'):
        client("get", "/cookie/").json()


def case_class() -> type[SimpleTestCase]:
    """Return a test case, out of pytest's own sight."""

    @override_settings(MINE="overridden")
    class Case(SimpleTestCase):
        def test_client_and_settings(self) -> None:
            self.assertContains(self.client.get("/echo/"), "GET", count=1)
            self.assertNotContains(self.client.get("/echo/"), "POST")
            self.assertRedirects(self.client.get("/to-echo/"), "/echo/?a=1")
            if settings.MINE != "overridden":
                self.fail("the setting is not overridden")

        async def test_async(self) -> None:
            response = await self.async_client.get("/echo/")
            self.assertContains(response, '"method": "GET"')

        def test_that_fails(self) -> None:
            self.assertContains(self.client.get("/echo/"), "nowhere")

    return Case


def test_test_cases(site: Any) -> None:
    site(*VIEWS, ALLOWED_HOSTS=[])
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case_class())
    result = unittest.TestResult()
    suite.run(result)
    assert (result.testsRun, result.errors) == (3, [])
    [(case, message)] = result.failures
    assert case.id().endswith("test_that_fails")
    assert "Couldn't find 'nowhere' in the following response" in message
    assert not hasattr(settings, "MINE")


def uploads(request: Any) -> JsonResponse:
    return JsonResponse(
        {
            "post": dict(request.POST.lists()),
            "files": {
                name: [[file.name, file.content_type, file.read().decode()] for file in files]
                for name, files in request.FILES.lists()
            },
        }
    )


def test_forms_with_files(client_class: Any, site: Any, tmp_path: Path) -> None:
    site(path("", uploads))
    (tmp_path / "page.html").write_text("<p>")
    with (tmp_path / "page.html").open("rb") as page:
        data = {
            "a": "é",
            "n": [1, "2"],
            'q"': b"b",
            "page": page,
            "several": [SimpleUploadedFile("a.txt", b"a"), ContentFile(b"b")],
        }
        found = Both(client_class)("post", "/", data).json()
    assert found == {
        "post": {"a": ["é"], "n": ["1", "2"], "q%22": ["b"]},
        "files": {
            "page": [["page.html", "text/html", "<p>"]],
            "several": [
                ["a.txt", "text/plain", "a"],
                ["several", "application/octet-stream", "b"],
            ],
        },
    }
    with pytest.raises(TypeError, match="Cannot encode None for key 'a'"):
        Both(client_class)("post", "/", {"a": None})


def test_what_encode_multipart_writes(configure: Any) -> None:
    configure(DEFAULT_CHARSET="utf-8")
    assert encode_multipart("B", {"a": 1}) == (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--\r\n'
    )


def test_responses_without_a_body(client_class: Any) -> None:
    response = Both(client_class)("head", "/echo/")
    assert (response.status_code, response.content) == (200, b"")


def test_a_payload_like_a_sockets() -> None:
    payload = FakePayload("ab\n")
    payload.write(b"cd")
    assert (len(payload), payload.readline(3), payload.read(1), payload.read()) == (
        5,
        b"ab\n",
        b"c",
        b"d",
    )
    with pytest.raises(AssertionError, match="only 0 left"):
        payload.read(1)
    with pytest.raises(ValueError, match="write all of it before"):
        payload.write(b"e")


def streams(request: Any) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        yield "a"
        if "fail" in request.GET:
            raise KeyError("oh")

    return StreamingHttpResponse(pieces())


@pytest.mark.parametrize("client_class", [Client, AsyncClient])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("query", ["", "?fail"])
def test_a_stream_is_closed_when_it_has_been_read(
    site: Any, client_class: Any, method: str, query: str
) -> None:
    site(path("", streams))
    finished: list[Any] = []
    receiver = partial(lambda finished, **_: finished.append(None), finished)
    request_finished.connect(receiver)
    response = getattr(client_class(), method)(f"/{query}")
    if client_class is AsyncClient:
        response = asyncio.run(response)
    assert (response.closed, finished) == (False, [])
    with pytest.raises(KeyError) if method == "get" and query else nullcontext():
        assert list(response) == ([b"a"] if method == "get" else [])
    assert (response.closed, list(response), finished) == (True, [], [None])
    request_finished.disconnect(receiver)


@pytest.mark.parametrize("factory", [RequestFactory, AsyncRequestFactory])
@pytest.mark.parametrize(
    ("method", "data", "body"),
    [
        ("post", "é", b"\xe9"),
        ("put", "é", b"\xc3\xa9"),
        ("put", b"\xff", b"\xff"),
        ("patch", b"", b""),
    ],
)
def test_only_post_writes_a_body_in_the_charset_of_its_type(
    site: Any, factory: Any, method: str, data: Any, body: bytes
) -> None:
    site()
    request = getattr(factory(), method)("/", data, "text/plain; charset=latin-1")
    assert request.body == body


@pytest.mark.parametrize("factory", [RequestFactory, AsyncRequestFactory])
def test_a_path_may_be_broken_unicode(site: Any, factory: Any) -> None:
    site()
    assert factory().get("/%C3%A9/%E9/").path == "/é/%E9/"


@pytest.mark.parametrize(
    "method", ["get", "head", "trace", "post", "put", "patch", "delete", "options", "generic"]
)
def test_what_must_be_awaited_is_a_coroutine_function(site: Any, method: str) -> None:
    site(*VIEWS)
    args = ("GET", "/echo/") if method == "generic" else ("/echo/",)
    # Which warns where it cannot know that it is one.
    response = async_to_sync(getattr(AsyncClient(), method))(*args)
    assert response.status_code == 200


class Signed(Client):
    """A client of its own kind: its methods sign the requests, and write all data as JSON."""

    def get(self, path: str, data: Any = None, follow: bool = False, **options: Any) -> Any:
        return self._signed(super().get, path, data, follow, options)

    def post(self, path: str, data: Any = None, follow: bool = False, **options: Any) -> Any:
        options["content_type"] = "application/json"
        return self._signed(super().post, path, data, follow, options)

    def _signed(self, ask: Any, path: str, data: Any, follow: bool, options: Any) -> Any:
        response = ask(path, data=data, **{**options, "headers": {"X-Token": "mine"}})
        return self._handle_redirects(response, data=data, **options) if follow else response


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("get", "/to-echo/", {"method": "GET", "get": {"a": "1"}, "body": ""}),
        ("post", "/to-echo/", {"method": "GET", "get": {"a": "1"}, "body": ""}),
        ("post", "/keep/", {"method": "POST", "get": {}, "body": '{"b": 2}'}),
        ("get", "/keep/", {"method": "GET", "get": {}, "body": ""}),
        ("get", "/echo/", {"method": "GET", "get": {"b": "2"}, "body": ""}),
    ],
)
def test_a_client_that_follows_by_its_own_methods(
    site: Any, method: str, path: str, said: dict[str, Any]
) -> None:
    site(*VIEWS)
    response = getattr(Signed(), method)(path, {"b": 2}, follow=True)
    heard = response.json()
    assert {name: heard[name] for name in said} == said
    assert heard["token"] == "mine"
    assert len(response.redirect_chain) == (path != "/echo/")
