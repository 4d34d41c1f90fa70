"""Routing tables: they lead where walking down the patterns leads."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gingerdj.http import HttpResponse
from gingerdj.urls import Resolver404, include, path, re_path, register_converter
from gingerdj.urls.converters import REGISTERED_CONVERTERS, get_converters
from gingerdj.urls.resolvers import RegexPattern, URLResolver

PIECES = ["a/", "b/", "a", "<int:n>/", "<str:s>/", "<int:n>", "x-<slug:s>/", "<path:p>/", "a/b/"]
PIECES += ["<slug:s>", "<str:s>", "<uuid:u>", "a/<int:n>/", "a/<slug:s>"]
REGEXES = [r"^a/$", r"^a/(\d+)/$", r"^(?P<word>\w+)/$", r"b/", r"^a?b/", r"^", r"^a|b", r"(?i)^A/$"]
UUID = "12345678-1234-5678-1234-567812345678"
SEGMENTS = ["a/", "b/", "1/", "a", "x-y/", "A/", "12", "é/", "٣", "²", "/", UUID]
PATHS = st.lists(st.sampled_from(SEGMENTS)).map("".join)


def view(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse()


def leaves(draw: Any, depth: int) -> Any:
    kind = draw(st.sampled_from(["path", "re_path", "include"] if depth else ["path", "re_path"]))
    kwargs = draw(st.sampled_from([None, None, {"extra": 1}, {"n": 7}]))
    if kind == "re_path":
        return re_path(draw(st.sampled_from(REGEXES)), view, kwargs)
    route = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=2, unique=True)))
    route = route if route.count("<int:n>") < 2 and route.count(":s>") < 2 else "a/"
    if kind == "path":
        return path(route, view, kwargs, name=draw(st.sampled_from([None, "name"])))
    below = [leaves(draw, depth - 1) for _ in range(draw(st.integers(0, 3)))]
    prefix = draw(st.sampled_from([route, "", "a/"]))
    form = (below, "app") if draw(st.booleans()) else below
    if draw(st.booleans()):
        return path(prefix, include(form), kwargs)
    return re_path(r"^a/(?P<word>\w)?", include(form), kwargs)


@st.composite
def configurations(draw: Any) -> list[Any]:
    return [leaves(draw, 2) for _ in range(draw(st.integers(1, 6)))]


def walked(resolver: URLResolver, text: str) -> Any:
    try:
        return resolver.resolve(f"/{text}")
    except Resolver404:
        return None


@settings(max_examples=400)
@given(configurations(), st.lists(PATHS, min_size=1, max_size=8))
def test_a_table_finds_what_walking_finds(patterns: list[Any], paths: list[str]) -> None:
    resolver = URLResolver(RegexPattern(r"^/"), patterns)
    for text in paths:
        expected, found = walked(resolver, text), resolver.table.find(f"/{text}")
        if expected is None:
            assert found is None
            continue
        assert found is not None
        view, args, kwargs = found
        assert (view.func, args, kwargs) == tuple(expected)
        match = view.match(kwargs, f"/{text}")
        for name in ("func", "args", "kwargs", "url_name", "app_names", "namespaces", "route"):
            assert getattr(match, name) == getattr(expected, name), name
        assert match.captured_kwargs == expected.captured_kwargs
        assert match.extra_kwargs == expected.extra_kwargs
        assert match.tried == expected.tried


def steps(routes: int) -> int:
    """Count the candidates that are tried for one path among many routes."""
    patterns = [path(f"item{number}/<int:id>/", view) for number in range(routes)]
    table = URLResolver(RegexPattern(r"^/"), patterns).table
    assert table.find(f"/item{routes - 1}/5/") is not None
    return len(table._bucket_of(f"/item{routes - 1}/5/").candidates)


def test_more_routes_make_no_more_work() -> None:
    assert steps(10) == steps(1000) == 1


def other(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse()


def lead(patterns: list[Any], text: str) -> Any:
    """Return the view that a path leads to, and its named arguments."""
    found = URLResolver(RegexPattern(r"^/"), patterns).table.find(text)
    return None if found is None else (found[0].func, found[2])


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "007", 7),
        ("int", "+7", None),
        ("int", "٣", None),
        ("int", "7" * 5000, None),
        ("str", "a b", "a b"),
        ("str", "a\nb", "a\nb"),
        ("str", "", None),
        ("slug", "a-B_1", "a-B_1"),
        ("slug", "a.b", None),
        ("slug", "a\n", None),
        ("uuid", UUID, uuid.UUID(UUID)),
        ("uuid", UUID.replace("-", ""), None),
    ],
)
def test_values_at_the_end(end: str, kind: str, text: str, value: Any) -> None:
    for patterns in (
        [path(f"a/<{kind}:v>{end}", view)],
        [path("a/", include([path(f"<{kind}:v>{end}", view)]))],
        [path("a/b-<str:s>", other), path(f"a/<{kind}:v>{end}", view)],
    ):
        expected = None if value is None else (view, {"v": value})
        assert lead(patterns, f"/a/{text}{end}") == expected
        assert lead(patterns, f"a/{text}{end}") is None


def test_what_a_value_at_the_end_does_not_match_goes_to_the_next() -> None:
    patterns = [path("a/<int:n>", view), path("a/<int:n>/", view), path("<path:rest>", other)]
    assert lead(patterns, "/a/1") == lead(patterns, "/a/1/") == (view, {"n": 1})
    assert lead(patterns, "/a/x") == (other, {"rest": "a/x"})
    assert lead(patterns, "/a/1//") == (other, {"rest": "a/1//"})


def test_a_value_at_the_end_gets_its_defaults() -> None:
    assert lead([path("<int:n>", view, {"m": 2})], "/1") == (view, {"n": 1, "m": 2})


def test_a_longer_beginning_goes_before_a_closed_value() -> None:
    patterns = [re_path("^a/5/$", other), path("a/<int:n>/", view)]
    assert lead(patterns, "/a/5/") == (other, {})
    assert lead(patterns, "/a/6/") == (view, {"n": 6})


def test_a_converter_of_ones_own_tries_all_that_it_may_match() -> None:
    class Letters:
        regex = "a|ab"

        def to_python(self, value: str) -> str:
            return value.upper()

        def to_url(self, value: str) -> str:
            return value.lower()

    register_converter(Letters, "letters")
    try:
        patterns = [
            path("x/<letters:v>", view),
            path("y<letters:v>/", view),
            path("z<letters:v>", include([path("b", view)])),
        ]
    finally:
        del REGISTERED_CONVERTERS["letters"]
        get_converters.cache_clear()
    assert lead(patterns, "/x/ab") == lead(patterns, "/yab/") == (view, {"v": "AB"})
    assert lead(patterns, "/zab") == (view, {"v": "A"})


@pytest.mark.parametrize("order", [1, -1])
def test_the_first_pattern_wins(order: int) -> None:
    patterns = [path("a/", view), path("<str:s>/", other)][::order]
    found = URLResolver(RegexPattern(r"^/"), patterns).table.find("/a/")
    assert found is not None
    assert found[0].func is (view if order == 1 else other)


def test_a_literal_that_may_be_hidden_keeps_its_place() -> None:
    beneath = path("<int:n>/", include([re_path("^x$", view)]))
    patterns = [beneath, path("", view, name="first"), re_path("^", view, name="second")]
    found = URLResolver(RegexPattern(r"^/"), patterns).table.find("/")
    assert found is not None
    assert found[0].match({}, "/a/").url_name == "first"
