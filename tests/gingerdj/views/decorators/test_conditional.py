"""Conditional requests: the middleware and the decorators."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from gingerdj.http import HttpResponse, StreamingHttpResponse
from gingerdj.test import AsyncClient, Client
from gingerdj.urls import path
from gingerdj.views.decorators.http import condition, conditional_page, etag, last_modified

MIDDLEWARE = ["gingerdj.middleware.http.ConditionalGetMiddleware"]
BEFORE, THEN, AFTER = (f"Thu, 01 Jan 2026 00:00:0{second} GMT" for second in (0, 1, 2))
MOMENT = dt.datetime(2026, 1, 1, 0, 0, 1, tzinfo=dt.UTC)
TAG = '"tag"'


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


async def async_view(request: Any) -> HttpResponse:
    return view(request)


async def async_tag(request: Any) -> str:
    return TAG


both = condition(lambda request: "tag", lambda request: MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("get", {}, 200),
        ("get", {"If-None-Match": TAG}, 304),
        ("head", {"If-None-Match": f'"x", W/{TAG}'}, 304),
        ("get", {"If-None-Match": "*"}, 304),
        ("get", {"If-None-Match": '"x"'}, 200),
        ("put", {"If-None-Match": TAG}, 412),
        ("put", {"If-None-Match": "*"}, 412),
        ("put", {"If-Match": TAG}, 200),
        ("put", {"If-Match": f"W/{TAG}"}, 412),
        ("put", {"If-Match": "*"}, 200),
        ("get", {"If-Match": '"x"'}, 412),
        ("get", {"If-Modified-Since": THEN}, 304),
        ("get", {"If-Modified-Since": AFTER}, 304),
        ("get", {"If-Modified-Since": BEFORE}, 200),
        ("get", {"If-Modified-Since": "yesterday"}, 200),
        ("put", {"If-Modified-Since": THEN}, 200),
        ("get", {"If-None-Match": '"x"', "If-Modified-Since": THEN}, 200),
        ("put", {"If-Unmodified-Since": THEN}, 200),
        ("put", {"If-Unmodified-Since": BEFORE}, 412),
        ("put", {"If-Match": TAG, "If-Unmodified-Since": BEFORE}, 200),
    ],
)
@pytest.mark.parametrize("own", [view, async_view])
def test_conditions(site: Any, own: Any, method: str, headers: Any, status: int) -> None:
    site(path("", both(own)))
    response = getattr(Client(), method)("/", headers=headers)
    assert response.status_code == status
    if method != "put" and status != 412:
        assert (response["ETag"], response["Last-Modified"]) == (TAG, THEN)
    elif method == "put":
        assert "ETag" not in response


def test_one_condition_alone(site: Any) -> None:
    site(
        path("etag", etag(lambda request: TAG)(view)),
        path("time", last_modified(lambda request: MOMENT)(view)),
        path("none", condition(lambda request: None, lambda request: None)(view)),
        path("async", etag(async_tag)(async_view)),
    )
    client = Client()
    assert client.get("/etag", headers={"If-None-Match": TAG}).status_code == 304
    assert client.get("/time", headers={"If-Modified-Since": THEN}).status_code == 304
    bare = client.get("/none", headers={"If-None-Match": "*"})
    assert (bare.status_code, "ETag" in bare, "Last-Modified" in bare) == (200, False, False)
    response = asyncio.run(AsyncClient().get("/async", headers={"If-None-Match": TAG}))
    assert response.status_code == 304


def stamped(request: Any) -> HttpResponse:
    response = HttpResponse("x", headers={"Vary": "Cookie", "X-Own": "1", "Last-Modified": THEN})
    response.set_cookie("c", "1")
    return response


def test_the_middleware(site: Any) -> None:
    site(
        path("view", view),
        path("stamped", stamped),
        path("secret", lambda request: HttpResponse("x", headers={"Cache-Control": "No-Store"})),
        path("stream", lambda request: StreamingHttpResponse(["x"])),
        path("missing", lambda request: HttpResponse("x", status=404, headers={"ETag": TAG})),
        MIDDLEWARE=MIDDLEWARE,
    )
    client = Client()
    tag = client.get("/view")["ETag"]
    again = client.get("/view", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert "ETag" not in client.post("/view")
    kept = client.get("/stamped", headers={"If-Modified-Since": THEN})
    assert (kept.status_code, kept["Vary"], "X-Own" in kept) == (304, "Cookie", False)
    assert kept.cookies["c"].value == "1"
    assert "ETag" not in client.get("/secret")
    assert "ETag" not in client.get("/stream")
    assert client.get("/missing", headers={"If-None-Match": TAG}).status_code == 404


def test_the_middleware_as_a_decorator(site: Any) -> None:
    site(path("", conditional_page(view)))
    tag = Client().get("/")["ETag"]
    assert Client().get("/", headers={"If-None-Match": tag}).status_code == 304
