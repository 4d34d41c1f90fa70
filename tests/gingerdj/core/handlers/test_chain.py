"""The middleware chain: order, styles, hooks, errors, wrong settings."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction, markcoroutinefunction

from gingerdj.core.exceptions import (
    BadRequest,
    ImproperlyConfigured,
    MiddlewareNotUsed,
    PermissionDenied,
    SuspiciousOperation,
)
from gingerdj.core.handlers.chain import build_chain
from gingerdj.http import Http404, HttpResponse
from gingerdj.test import RequestFactory
from gingerdj.urls import path
from gingerdj.utils.decorators import (
    async_only_middleware,
    sync_and_async_middleware,
    sync_only_middleware,
)
from gingerdj.utils.deprecation import MiddlewareMixin


@sync_only_middleware
def sync_layer(get_response: Any) -> Any:
    assert not iscoroutinefunction(get_response)

    def middleware(request: Any) -> Any:
        response = get_response(request)
        response["X-Layers"] = "sync " + response.get("X-Layers", "")
        response["X-Thread"] = threading.current_thread().name
        return response

    return middleware


@async_only_middleware
def async_layer(get_response: Any) -> Any:
    assert iscoroutinefunction(get_response)

    async def middleware(request: Any) -> Any:
        response = await get_response(request)
        response["X-Layers"] = "async " + response.get("X-Layers", "")
        return response

    return middleware


@sync_and_async_middleware
def dual_layer(get_response: Any) -> Any:
    def note(response: Any, style: str) -> Any:
        response["X-Layers"] = f"dual-{style} " + response.get("X-Layers", "")
        return response

    async def on_loop(request: Any) -> Any:
        return note(await get_response(request), "async")

    def in_thread(request: Any) -> Any:
        return note(get_response(request), "sync")

    return on_loop if iscoroutinefunction(get_response) else in_thread


class Hooked:
    """Notes which hooks were called, and answers for the view if the URL says so."""

    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        request.seen = (view.__name__, args, kwargs)
        return HttpResponse("from process_view") if kwargs.get("stop") else None

    def process_exception(self, request: Any, error: Exception) -> Any:
        return HttpResponse(f"rescued {error}") if isinstance(error, KeyError) else None


class Looks(MiddlewareMixin):
    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.style = "async" if iscoroutinefunction(get_response) else "sync"

    def process_response(self, request: Any, response: Any) -> Any:
        response["X-Layers"] = f"looks-{self.style} " + response.get("X-Layers", "")
        return response


class Mixed(MiddlewareMixin):
    def process_response(self, request: Any, response: Any) -> Any:
        style = "async" if self.async_mode else "sync"
        response["X-Layers"] = f"mixed-{style} " + response.get("X-Layers", "")
        return response


def unused(get_response: Any) -> Any:
    raise MiddlewareNotUsed("not today")


def returns_none(get_response: Any) -> Any:
    return None


def sync_view(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("sync view")


async def async_view(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("async view")


VIEWS = (path("sync/", sync_view), path("async/", async_view))


def layers(*names: str) -> list[str]:
    return [f"{__name__}.{name}" for name in names]


@pytest.mark.parametrize("url", ["/sync/", "/async/"])
@pytest.mark.parametrize(
    ("names", "asgi_layers", "wsgi_layers"),
    [
        (["sync_layer"], "sync", "sync"),
        (["async_layer"], "async", "async"),
        (["sync_layer", "async_layer"], "sync async", "sync async"),
        (["dual_layer"], "dual-async", "dual-sync"),
        (["sync_layer", "dual_layer"], "sync dual-async", "sync dual-sync"),
        (["dual_layer", "sync_layer"], "dual-sync sync", "dual-sync sync"),
        (["async_layer", "dual_layer"], "async dual-async", "async dual-sync"),
        (["dual_layer", "async_layer"], "dual-async async", "dual-async async"),
        (["dual_layer", "unused"], "dual-async", "dual-sync"),
        # What has only hooks saves a change of thread.
        (["sync_layer", "Mixed"], "sync mixed-sync", "sync mixed-sync"),
        (["async_layer", "Mixed"], "async mixed-async", "async mixed-async"),
        (["Mixed", "sync_layer"], "mixed-sync sync", "mixed-sync sync"),
        (["sync_layer", "Looks"], "sync looks-async", "sync looks-sync"),
        (
            ["sync_layer", "dual_layer", "Mixed"],
            "sync dual-async mixed-async",
            "sync dual-sync mixed-sync",
        ),
        (["unused", "sync_layer", "unused"], "sync", "sync"),
    ],
)
def test_every_mixture_of_styles_works_under_both_servers(
    site: Any, asgi: Any, url: str, names: list[str], asgi_layers: str, wsgi_layers: str
) -> None:
    site(*VIEWS, MIDDLEWARE=layers(*names))
    answer = asgi().get(url)
    assert answer.body.decode() == f"{url.strip('/')} view"
    assert answer.headers[b"x-layers"].decode().strip() == asgi_layers
    response = build_chain(is_async=False)(RequestFactory().get(url))
    assert response.content == answer.body
    assert response["X-Layers"].strip() == wsgi_layers


@pytest.mark.parametrize(
    ("is_async", "adapted"),
    [
        (False, ["Synchronous async_layer", "Asynchronous sync_layer"]),
        (True, ["Asynchronous sync_layer"]),
    ],
)
def test_changes_of_style_are_logged_from_the_inside_out(
    site: Any, caplog: pytest.LogCaptureFixture, is_async: bool, adapted: list[str]
) -> None:
    caplog.set_level("DEBUG", "gingerdj.request")
    site(*VIEWS, MIDDLEWARE=layers("dual_layer", "sync_layer", "async_layer"), DEBUG=True)
    build_chain(is_async)
    said = [record.getMessage() for record in caplog.records]
    parts = (each.split(" handler adapted for middleware ") for each in said)
    assert [
        f"{style} {name.removesuffix('.').rpartition('.')[2]}" for style, name in parts
    ] == adapted


def test_a_class_without_marks_is_synchronous(site: Any, asgi: Any) -> None:
    site(*VIEWS, MIDDLEWARE=layers("sync_layer"))
    thread = asgi().get("/async/").headers[b"x-thread"].decode()
    assert thread.startswith("gingerdj-sync-")


@pytest.mark.parametrize("url", ["/sync/", "/async/"])
def test_hooks_are_called(site: Any, asgi: Any, url: str) -> None:
    def fails(request: Any) -> HttpResponse:
        raise KeyError(request.seen[0])

    site(
        path("sync/", sync_view, {"stop": True}),
        path("async/", async_view, {"stop": True}),
        path("fails/", fails),
        MIDDLEWARE=layers("Hooked"),
    )
    assert asgi().get(url).body == b"from process_view"
    assert asgi().get("/fails/").body == b"rescued 'fails'"


def test_outer_layers_see_errors_as_responses(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        raise Http404

    site(path("", view), MIDDLEWARE=layers("sync_layer", "async_layer"))
    answer = asgi().get("/")
    assert (answer.status, answer.headers[b"x-layers"].strip()) == (404, b"sync async")


@pytest.mark.parametrize(
    ("error", "status", "logger", "level"),
    [
        (Http404(), 404, "gingerdj.request", "WARNING"),
        (PermissionDenied(), 403, "gingerdj.request", "WARNING"),
        (BadRequest(), 400, "gingerdj.request", "WARNING"),
        (SuspiciousOperation("odd"), 400, "gingerdj.security.SuspiciousOperation", "ERROR"),
        (RuntimeError(), 500, "gingerdj.request", "ERROR"),
    ],
)
def test_each_exception_has_its_status_and_its_logger(
    site: Any,
    asgi: Any,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    logger: str,
    level: str,
) -> None:
    async def view(request: Any) -> HttpResponse:
        raise error

    site(path("", view))
    assert asgi().get("/").status == status
    assert [(record.name, record.levelname) for record in caplog.records] == [(logger, level)]


@pytest.mark.parametrize("is_async", [True, False])
def test_the_urlconfs_own_error_views_are_used(site: Any, asgi: Any, is_async: bool) -> None:
    async def on_loop(request: Any, exception: Exception) -> HttpResponse:
        return HttpResponse(f"nothing at {request.path}", status=404)

    def in_thread(request: Any, exception: Exception) -> HttpResponse:
        return HttpResponse(f"nothing at {request.path}", status=404)

    site(handler404=on_loop if is_async else in_thread)
    answer = asgi().get("/x/")
    assert (answer.status, answer.body) == (404, b"nothing at /x/")


def test_an_error_view_that_fails_is_a_500(site: Any, asgi: Any) -> None:
    def fails(request: Any, exception: Exception) -> HttpResponse:
        raise RuntimeError

    site(handler404=fails)
    assert asgi().get("/x/").status == 500


def test_exceptions_may_reach_the_server(site: Any, asgi: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        raise ZeroDivisionError

    site(path("", view), DEBUG_PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(ZeroDivisionError):
        asgi().fail("/")


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "didn't return an HttpResponse object. It returned None"),
        ("text", "didn't return an HttpResponse object. It returned 'text'"),
        (async_view, "It returned an unawaited coroutine instead"),
    ],
)
def test_a_view_must_return_a_response(site: Any, asgi: Any, returned: Any, message: str) -> None:
    def view(request: Any) -> Any:
        return returned(request) if callable(returned) else returned

    site(path("", view), DEBUG_PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(ValueError, match=message):
        asgi().fail("/")


def forgets_sync(get_response: Any) -> Any:
    def middleware(request: Any) -> None:
        get_response(request)

    return middleware


@async_only_middleware
def forgets_async(get_response: Any) -> Any:
    async def middleware(request: Any) -> None:
        await get_response(request)

    return middleware


class ForgetsAfter(MiddlewareMixin):
    hooks_block = False

    def process_response(self, request: Any, response: Any) -> None:
        """Return nothing."""


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["sync_layer", "forgets_sync"], f"The middleware '{__name__}.forgets_sync'"),
        (["sync_layer", "forgets_async"], f"The middleware '{__name__}.forgets_async'"),
        (["sync_layer", "ForgetsAfter"], f"The middleware '{__name__}.ForgetsAfter'"),
        (["ForgetsAfter"], "ForgetsAfter.process_response"),
    ],
)
def test_a_middleware_must_return_a_response(
    site: Any, asgi: Any, caplog: pytest.LogCaptureFixture, names: list[str], named: str
) -> None:
    site(*VIEWS, MIDDLEWARE=layers(*names))
    assert asgi().get("/sync/").status == 500
    message = f"{named} didn't return an HttpResponse object. It returned None instead."
    assert str(caplog.records[0].exc_info[1]) == message  # type: ignore[index]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("nowhere.Layer", r"'nowhere\.Layer' in MIDDLEWARE cannot be imported: No module"),
        (f"{__name__}.Missing", "in MIDDLEWARE cannot be imported: .* does not define a .Missing"),
        (f"{__name__}.returns_none", r"returns_none returned None\. It must return a callable"),
    ],
)
def test_a_wrong_entry_of_middleware(configure: Any, entry: str, message: str) -> None:
    configure(MIDDLEWARE=[entry], ROOT_URLCONF="nowhere")
    with pytest.raises(ImproperlyConfigured, match=message):
        build_chain(is_async=True)
