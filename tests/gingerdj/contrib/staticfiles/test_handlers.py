"""Static files beside an application, under WSGI and ASGI, and as a view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import httpx
import pytest

from gingerdj.contrib.staticfiles import urls
from gingerdj.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from gingerdj.contrib.staticfiles.views import serve
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.files import FilesHandlerMixin
from gingerdj.http import Http404
from gingerdj.test import Client, RequestFactory
from gingerdj.urls import include, path

from .conftest import Start

Configure = Callable[..., None]

CASES = [
    ("/static/site.css", 200, "one"),
    ("/static/shop/a%20b%25.txt", 200, "shop's own"),
    ("/static/nope", 404, None),
    ("/static/", 404, None),
    ("/static/%2E%2E/pre/logo.svg", 400, None),
    ("/staticky", 418, "within"),
    ("/", 418, "within"),
]


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    start_response("418 I'm a Teapot", [("Content-Type", "text/plain")])
    return [b"within"]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"within"})


@pytest.mark.parametrize(("path", "status", "text"), CASES)
def test_wsgi(path: str, status: int, text: str | None, start: Start) -> None:
    start()
    transport = httpx.WSGITransport(StaticFilesHandler(wsgi_app))
    with httpx.Client(transport=transport, base_url="http://testserver") as client:
        response = client.get(path)
    assert response.status_code == status
    assert text is None or response.text == text


@pytest.mark.parametrize(("path", "status", "text"), CASES)
def test_asgi(path: str, status: int, text: str | None, start: Start) -> None:
    start()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(ASGIStaticFilesHandler(asgi_app))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.get(path)

    response = asyncio.run(ask())
    assert response.status_code == status
    assert text is None or response.text == text


def test_asgi_under_a_root_path(start: Start) -> None:
    start(STATIC_URL="/app/static/")

    async def ask(path: str) -> int:
        transport = httpx.ASGITransport(ASGIStaticFilesHandler(asgi_app), root_path="/app")
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return (await client.get(path)).status_code

    assert asyncio.run(ask("/app/static/site.css")) == 200
    assert asyncio.run(ask("/static/site.css")) == 200
    assert asyncio.run(ask("/site.css")) == 418


def test_wsgi_under_a_script_name(start: Start) -> None:
    start(STATIC_URL="/app/static/")
    environ: dict[str, Any] = {"SCRIPT_NAME": "/app", "PATH_INFO": "/static/site.css"}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = StaticFilesHandler(wsgi_app)(environ, lambda status, headers: statuses.append(status))
    assert (b"".join(body), statuses) == (b"one", ["200 OK"])
    body.close()  # type: ignore[attr-defined]


def test_files_on_another_host_are_left_to_it(start: Start) -> None:
    start(STATIC_URL="https://cdn.example.com/static/")
    transport = httpx.WSGITransport(StaticFilesHandler(wsgi_app))
    with httpx.Client(transport=transport, base_url="http://testserver") as client:
        assert client.get("/static/site.css").status_code == 418


@pytest.mark.parametrize("kind", [StaticFilesHandler, ASGIStaticFilesHandler])
def test_the_address_is_needed(kind: Any, start: Start) -> None:
    start(STATIC_URL=None)
    with pytest.raises(ImproperlyConfigured, match="STATIC_URL"):
        kind(wsgi_app)


def test_the_view_serves_while_debugging(start: Start) -> None:
    start()
    request = RequestFactory().get("/")
    with pytest.raises(Http404, match="DEBUG"):
        serve(request, "site.css")
    with closing(serve(request, "site.css", insecure=True)) as response:
        assert response.getvalue() == b"one"
    start(DEBUG=True)
    for name in ("nope", "", "shop/", "shop"):
        with pytest.raises(Http404):
            serve(request, name)


def test_patterns(start: Start, site: Configure, folder: Path) -> None:
    start()
    assert urls.staticfiles_urlpatterns() == []
    start(DEBUG=True)
    site(*urls.staticfiles_urlpatterns(), *urls.staticfiles_urlpatterns("/more/"), DEBUG=True)
    for prefix in ("static", "more"):
        with closing(Client().get(f"/{prefix}/pre/logo.svg")) as response:
            assert response.getvalue() == b"<svg/>"
            assert response["Content-Type"] == "image/svg+xml"


def test_the_module_of_patterns_can_be_included(start: Start, site: Configure) -> None:
    start(DEBUG=True)
    site(path("", include(urls)), DEBUG=True)
    with closing(Client().get("/static/site.css")) as response:
        assert response.getvalue() == b"one"


def test_handlers_must_say_what_they_serve(start: Start) -> None:
    start()
    mixin = FilesHandlerMixin.__new__(FilesHandlerMixin)
    with pytest.raises(NotImplementedError, match="get_base_url"):
        mixin.get_base_url()
    with pytest.raises(NotImplementedError, match=r"serve\(\)"):
        mixin.serve(RequestFactory().get("/"))
