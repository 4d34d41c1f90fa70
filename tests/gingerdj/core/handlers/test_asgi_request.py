"""Requests from ASGI servers: their headers, before `META` is made and in it."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.handlers.asgi import ASGIRequest


@pytest.fixture(autouse=True)
def settings_of_the_site(configure: Any) -> None:
    configure(ALLOWED_HOSTS=["example.org"])


def request_with(headers: Any) -> ASGIRequest:
    return ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": headers}, b"")


@pytest.mark.parametrize("kind", [list, tuple, iter])
@pytest.mark.parametrize(
    "headers",
    [
        [(b"host", b"example.org"), (b"x-a", b"1,2"), (b"cookie", b"a=1; b=2")],
        [(b"Host", b"example.org"), (b"X-A", b"1,2"), (b"Cookie", b"a=1; b=2")],
        [(b"host", b"example.org"), (b"x-a", b"1"), (b"X-A", b"2"), (b"cookie", b"a=1; b=2")],
        [(b"x-a", b"1,2"), (b"cookie", b"a=1"), (b"host", b"example.org"), (b"cookie", b"b=2")],
        [[b"host", b"example.org"], [b"x-a", b"1,2"], [b"x_a", b"3"], [b"cookie", b"a=1; b=2"]],
    ],
)
@pytest.mark.parametrize("meta_is_made_first", [True, False])
def test_headers_are_the_same_before_and_in_meta(
    kind: Any, headers: Any, meta_is_made_first: bool
) -> None:
    request = request_with(kind(headers))
    for is_made in (meta_is_made_first, True):
        if is_made:
            assert request.META["HTTP_X_A"] == "1,2"
            assert request.META["HTTP_COOKIE"] == "a=1; b=2"
        assert request.get_host() == "example.org"
        assert (request._header(b"x-a"), request._header(b"x-b")) == ("1,2", None)
        assert request._has_cookies()
        assert request.COOKIES == {"a": "1", "b": "2"}
    assert {key for key in request.META if key.startswith("HTTP_")} == {
        "HTTP_HOST",
        "HTTP_X_A",
        "HTTP_COOKIE",
    }


def test_more_names_than_are_remembered() -> None:
    for number in range(1100):
        request = request_with([(b"x-%d" % number, b"1"), (b"content-type", b"a/b")])
        assert request.META[f"HTTP_X_{number}"] == "1"
        assert request.META["CONTENT_TYPE"] == "a/b"


def test_without_cookies() -> None:
    request = request_with([(b"host", b"example.org")])
    assert not request._has_cookies()
    assert request.COOKIES == {}


def test_what_is_noted_stands_in_meta() -> None:
    request = request_with([])
    request._note("A", 1)
    request._note("B", 1)
    assert request._changed_meta() is None
    assert (request.META["A"], request.META["B"]) == (1, 1)
    request._note("A", 2)
    assert request._changed_meta() is request.META
    assert request.META["A"] == 2
