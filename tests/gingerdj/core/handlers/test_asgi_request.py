"""Requests from ASGI servers: their headers, before `META` is made and in it."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.core.exceptions import DisallowedHost
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
        assert request_with([(b"X-%d" % number, b"2")])._header(b"x-%d" % number) == "2"


def test_without_cookies() -> None:
    request = request_with([(b"host", b"example.org")])
    assert not request._has_cookies()
    assert request.COOKIES == {}


def test_what_is_noted_stands_in_meta() -> None:
    request = request_with([])
    request._note("A", 1)
    request._note("B", 1)
    assert request._meta is None
    assert (request.META["A"], request.META["B"]) == (1, 1)
    request._note("A", 2)
    assert request._meta is request.META
    assert request.META["A"] == 2


def test_a_host_is_served_while_it_is_listed() -> None:
    def served() -> str:
        return request_with([(b"host", b"example.org:8000")]).get_host()

    hosts = settings.ALLOWED_HOSTS
    for _ in range(2):
        assert served() == "example.org:8000"
        hosts.remove("example.org")  # As some projects do, rather than give another list.
        hosts.append("example.com")
        with pytest.raises(DisallowedHost):
            served()
        hosts[:] = [".org"]
        assert served() == "example.org:8000"
        hosts[:] = ["example.org"]


@pytest.mark.parametrize("kind", [list, tuple, set])
def test_a_host_is_refused_once_it_is_off_the_list(configure: Any, kind: Any) -> None:
    for _ in range(2):
        configure(ALLOWED_HOSTS=kind(["example.org"]))
        assert request_with([(b"host", b"example.org")]).get_host() == "example.org"
        configure(ALLOWED_HOSTS=kind(["example.com"]))
        with pytest.raises(DisallowedHost):
            request_with([(b"host", b"example.org")]).get_host()


def test_without_a_list_a_host_is_served_while_debugging(configure: Any) -> None:
    for is_debug in (True, False, True):
        configure(ALLOWED_HOSTS=[], DEBUG=is_debug)
        request = request_with([(b"host", b"localhost")])
        if is_debug:
            assert request.get_host() == "localhost"
        else:
            with pytest.raises(DisallowedHost):
                request.get_host()


def test_more_hosts_than_are_remembered() -> None:
    settings.ALLOWED_HOSTS[:] = [".example.org"]
    for number in [*range(1100), 0]:
        host = f"{number}.example.org"
        assert request_with([(b"host", host.encode())]).get_host() == host


@pytest.mark.parametrize("query", [b"a=%C3%A9", "a=%C3%A9"], ids=["bytes", "text"])
def test_a_query_string_may_be_text(query: Any) -> None:
    request = ASGIRequest(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query}, b""
    )
    assert (request.META["QUERY_STRING"], request.GET["a"]) == ("a=%C3%A9", "é")


def test_a_scope_without_headers() -> None:
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/"}, b"")
    assert (request.COOKIES, dict(request.headers)) == ({}, {})
