"""Headers for caches."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.utils.cache import (
    add_never_cache_headers,
    get_max_age,
    has_vary_header,
    patch_cache_control,
    patch_response_headers,
    patch_vary_headers,
)


@pytest.fixture(autouse=True)
def settings_of_caches(configure: Any) -> None:
    configure(CACHE_MIDDLEWARE_SECONDS=60)


@pytest.mark.parametrize(
    ("before", "directives", "after"),
    [
        (None, {"private": True}, "private"),
        ("", {"private": True}, "private"),
        ("Public", {"private": True}, "private"),
        ("private", {"public": True, "max_age": 5}, "public, max-age=5"),
        ("max-age=10", {"max_age": 20}, "max-age=10"),
        ("max-age=x", {"max_age": 20}, "max-age=20"),
        ("no-store", {"no_store": False, "s_maxage": 1}, "s-maxage=1"),
        ("no-cache=Set-Cookie", {"no_cache": "X"}, "no-cache=Set-Cookie, no-cache=X"),
        ("no-cache=A, no-cache=B", {"no_store": True}, "no-cache=A, no-cache=B, no-store"),
        ("no-cache=Set-Cookie", {"no_cache": True}, "no-cache"),
        ("no-cache", {"no_cache": "X"}, "no-cache"),
    ],
)
def test_cache_control(before: str | None, directives: Any, after: str) -> None:
    response = HttpResponse(headers={} if before is None else {"Cache-Control": before})
    patch_cache_control(response, **directives)
    assert response["Cache-Control"] == after


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        (None, ["Cookie"], "Cookie"),
        ("Cookie, Accept", ["accept", "X"], "Cookie, Accept, X"),
        ("*", ["X"], "*"),
        ("X", ["*"], "*"),
    ],
)
def test_vary(before: str | None, names: list[str], after: str) -> None:
    response = HttpResponse(headers={} if before is None else {"Vary": before})
    patch_vary_headers(response, names)
    assert response["Vary"] == after
    assert has_vary_header(response, "x") is ("X" in after or after == "*")


def test_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0)
    response = HttpResponse()
    patch_response_headers(response)
    assert (response["Expires"], get_max_age(response)) == ("Thu, 01 Jan 1970 00:01:00 GMT", 60)
    never = HttpResponse()
    add_never_cache_headers(never)
    assert never["Expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert never["Cache-Control"] == ("max-age=0, no-cache, no-store, must-revalidate, private")


class Minimal:
    """A response of somebody else's: what it lacks, these functions do not ask for."""

    def __init__(self, **headers: str) -> None:
        self.headers = headers

    def has_header(self, name: str) -> bool:
        return name in self.headers

    def get(self, name: str) -> str | None:
        return self.headers.get(name)


@pytest.mark.parametrize("headers", [{}, {"Vary": "Cookie"}])
def test_another_kind_of_response(headers: dict[str, str]) -> None:
    response: Any = Minimal(**headers)
    patch_vary_headers(response, ["Accept"])
    patch_response_headers(response, 30)
    assert response.headers["Vary"] == ", ".join([*headers.values(), "Accept"])
    assert (has_vary_header(response, "accept"), get_max_age(response)) == (True, 30)
