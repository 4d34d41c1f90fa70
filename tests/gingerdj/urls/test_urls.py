"""Resolving and reversing."""

from __future__ import annotations

import uuid
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import HttpResponse
from gingerdj.test.utils import override_script_prefix
from gingerdj.urls import (
    NoReverseMatch,
    Resolver404,
    include,
    path,
    re_path,
    register_converter,
    resolve,
    reverse,
    reverse_lazy,
)
from gingerdj.urls.converters import REGISTERED_CONVERTERS, get_converters
from gingerdj.views import View

UUID = "12345678-1234-5678-1234-567812345678"


def view(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse()


class ClassView(View):
    pass


INNER = [path("", view, name="index"), path("<slug:slug>/", view, name="detail")]

PATTERNS = (
    path("", view, name="home"),
    path("articles/2003/", view, {"year": 2003}, name="special"),
    path("articles/<int:year>/", view, name="year"),
    path("uuid/<uuid:id>/", view, name="uuid"),
    path("files/<path:rest>", view, name="file"),
    path("text/<name>/", view, name="text"),
    re_path(r"^old/(?P<id>[0-9]{4})/$", view, name="old"),
    re_path(r"^pair/([a-z]+)-([0-9]+)/$", view, name="pair"),
    re_path(r"^maybe/(?:page-(?P<page>[0-9]+)/)?$", view, name="maybe"),
    path("plain/<int:top>/", include(INNER)),
    path("blog/", include((INNER, "blog"))),
    path("news/", include((INNER, "blog"), namespace="news")),
    path("deep/<int:n>/", include(([path("blog/", include((INNER, "b")))], "d"))),
)


@pytest.fixture(autouse=True)
def patterns(site: Any) -> None:
    site(*PATTERNS)


@pytest.mark.parametrize(
    ("url", "view_name", "args", "kwargs", "route"),
    [
        ("/", "home", (), {}, ""),
        ("/articles/2003/", "special", (), {"year": 2003}, "articles/2003/"),
        ("/articles/1999/", "year", (), {"year": 1999}, "articles/<int:year>/"),
        (f"/uuid/{UUID}/", "uuid", (), {"id": uuid.UUID(UUID)}, "uuid/<uuid:id>/"),
        ("/files/a/b.txt", "file", (), {"rest": "a/b.txt"}, "files/<path:rest>"),
        ("/text/é/", "text", (), {"name": "é"}, "text/<name>/"),
        ("/old/1234/", "old", (), {"id": "1234"}, "^old/(?P<id>[0-9]{4})/$"),
        ("/pair/ab-12/", "pair", ("ab", "12"), {}, "^pair/([a-z]+)-([0-9]+)/$"),
        ("/maybe/", "maybe", (), {}, r"^maybe/(?:page-(?P<page>[0-9]+)/)?$"),
        ("/plain/3/x/", "detail", (), {"top": 3, "slug": "x"}, "plain/<int:top>/<slug:slug>/"),
        ("/news/x/", "news:detail", (), {"slug": "x"}, "news/<slug:slug>/"),
        ("/deep/1/blog/", "d:b:index", (), {"n": 1}, "deep/<int:n>/blog/"),
    ],
)
def test_resolve(url: str, view_name: str, args: Any, kwargs: Any, route: str) -> None:
    match = resolve(url)
    assert (match.func, match.view_name) == (view, view_name)
    assert (match.args, match.kwargs, match.route) == (args, kwargs, route)


@pytest.mark.parametrize(
    "url",
    ["/articles/x/", "/articles/1999", "/nowhere/", "/old/123/", "/plain/3/x/y", "//", "/a\n"],
)
def test_no_match(url: str) -> None:
    with pytest.raises(Resolver404) as caught:
        resolve(url)
    assert caught.value.args[0]["tried"]


def test_a_number_too_long_for_python_is_no_match() -> None:
    with pytest.raises(Resolver404):
        resolve(f"/articles/{'9' * 5000}/")


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "url"),
    [
        ("home", (), {}, "/"),
        ("special", (), {}, "/articles/2003/"),
        ("year", (1999,), {}, "/articles/1999/"),
        ("year", (), {"year": 1999}, "/articles/1999/"),
        ("uuid", (UUID,), {}, f"/uuid/{UUID}/"),
        ("file", ("a b/c",), {}, "/files/a%20b/c"),
        ("text", ("é?",), {}, "/text/%C3%A9%3F/"),
        ("old", (), {"id": "1234"}, "/old/1234/"),
        ("pair", ("ab", 12), {}, "/pair/ab-12/"),
        ("maybe", (), {}, "/maybe/"),
        ("maybe", (), {"page": 3}, "/maybe/page-3/"),
        ("detail", (3, "x"), {}, "/plain/3/x/"),
        ("detail", (), {"top": 3, "slug": "x"}, "/plain/3/x/"),
        ("blog:detail", ("x",), {}, "/blog/x/"),
        ("news:index", (), {}, "/news/"),
        ("d:b:detail", (), {"n": 1, "slug": "x"}, "/deep/1/blog/x/"),
    ],
)
def test_reverse(name: str, args: Any, kwargs: Any, url: str) -> None:
    assert reverse(name, args=args, kwargs=kwargs) == url
    assert resolve(unquote(url)).view_name == name


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("yaer", (1,), r"'yaer' is not a valid .* pattern name\. The nearest is 'year'\."),
        ("blgo:index", (), r"'blgo' is not a registered namespace\. The nearest is 'blog'\."),
        ("year", (), r"'year' with no arguments not found\. 1 pattern\(s\) tried"),
        ("year", (), r"\['articles/\(\?P<year>\[0-9\]\+\)/\\\\Z'\]$"),
        ("year", ("x",), r"'year' with arguments '\('x',\)' not found"),
        ("old", ("12",), r"tried: \['old/\(\?P<id>"),
        ("year", (1, 2), "with arguments"),
    ],
)
def test_no_reverse(name: str, args: Any, message: str) -> None:
    with pytest.raises(NoReverseMatch, match=message):
        reverse(name, args=args)


def test_reverse_with_query_and_fragment() -> None:
    assert reverse("home", query={"a": [1, 2]}, fragment="top") == "/?a=1&a=2#top"


def test_reverse_prefers_the_current_instance() -> None:
    assert reverse("blog:index", current_app="news") == "/news/"
    assert reverse("blog:index") == "/blog/"


def test_reverse_under_a_prefix() -> None:
    with override_script_prefix("/app"):
        assert reverse("home") == "/app/"


def test_reverse_never_names_a_host(site: Any) -> None:
    site(path("<path:rest>", view, name="any"))
    assert reverse("any", args=["/evil.example"]) == "/%2Fevil.example"


def test_reverse_lazily() -> None:
    lazy = reverse_lazy("year", args=[1])
    assert (str(lazy), lazy + "x", lazy == "/articles/1/") == (
        "/articles/1/",
        "/articles/1/x",
        True,
    )


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ("<int:a>/<int:a>/", "uses parameter name 'a' more than once"),
        ("<a-b>/", "'a-b' which isn't a valid Python identifier"),
        ("<:a>/", "':a' which isn't a valid Python identifier"),
        ("<integer:a>/", "invalid converter 'integer'. Register it .* or use one of int, path"),
        ("<int: a>/", "'<int: a>/' cannot contain whitespace"),
    ],
)
def test_a_malformed_route(route: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        path(route, view)


def test_the_route_of_an_expression_beneath_a_route(site: Any) -> None:
    site(
        path(
            "a/<int:n>/",
            include([re_path("^b/$", view), path("", include([re_path("^c/$", view)]))]),
        )
    )
    assert resolve("/a/1/b/").route == "a/<int:n>/b/$"
    assert resolve("/a/1/c/").route == "a/<int:n>/c/$"


def test_reversing_with_another_value_than_a_parameter_has_by_default(site: Any) -> None:
    site(path("a/<int:n>/", view, {"n": 5, "k": 1}, name="a"))
    assert reverse("a", kwargs={"n": 1}) == reverse("a", kwargs={"n": 1, "k": 1}) == "/a/1/"
    with pytest.raises(NoReverseMatch):
        reverse("a", kwargs={"n": 1, "k": 2})


def test_a_malformed_expression() -> None:
    with pytest.raises(ImproperlyConfigured, match="not a valid regular expression"):
        re_path("(", view)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(ClassView(), r"pass ClassView\.as_view\(\)"), ("view", "must be a callable or a list/tuple")],
)
def test_what_is_no_view(wrong: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        path("x/", wrong)


def test_include_needs_an_app_name_for_a_namespace() -> None:
    with pytest.raises(
        ImproperlyConfigured, match="without providing an app_name is not supported"
    ):
        include(INNER, namespace="x")


def test_a_urlconf_without_patterns(configure: Any) -> None:
    configure(ROOT_URLCONF=ModuleType("empty"))
    with pytest.raises(
        ImproperlyConfigured,
        match="does not appear to have any patterns in it",
    ):
        resolve("/")


def test_a_urlconf_that_is_not_there(configure: Any) -> None:
    configure(ROOT_URLCONF="nowhere.urls")
    with pytest.raises(ModuleNotFoundError) as caught:
        resolve("/")
    assert str(caught.value) == (
        "The URL configuration 'nowhere.urls' cannot be imported, for there is no module named "
        "'nowhere': mend ROOT_URLCONF, or write the module."
    )


def test_a_urlconf_whose_own_import_fails(
    configure: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_urls.py").write_text("import nowhere_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    configure(ROOT_URLCONF="broken_urls")
    with pytest.raises(ModuleNotFoundError, match="No module named 'nowhere_at_all'"):
        resolve("/")


def test_no_urlconf_at_all(configure: Any) -> None:
    configure(ROOT_URLCONF=None)
    with pytest.raises(ImproperlyConfigured, match="The setting ROOT_URLCONF is missing"):
        resolve("/")


def test_a_converter_of_ones_own(site: Any) -> None:
    class Hex:
        regex = "[0-9a-f]+"

        def to_python(self, value: str) -> int:
            if value == "dead":
                raise ValueError
            return int(value, 16)

        def to_url(self, value: int) -> str:
            return f"{value:x}"

    register_converter(Hex, "hex")
    try:
        site(path("<hex:n>/", view, name="hex"))
        assert resolve("/ff/").kwargs == {"n": 255}
        assert reverse("hex", args=[255]) == "/ff/"
        with pytest.raises(Resolver404):
            resolve("/dead/")
    finally:
        del REGISTERED_CONVERTERS["hex"]
        get_converters.cache_clear()


@pytest.mark.parametrize("name", ["int", "hex"])
def test_a_converter_in_the_place_of_another(site: Any, name: str) -> None:
    class Hex:
        regex = "[0-9a-f]+"

        def to_python(self, value: str) -> int:
            return int(value, 16)

        def to_url(self, value: int) -> str:
            return f"{value:x}"

    try:
        if name == "hex":
            register_converter(Hex, name)
        with pytest.warns(DeprecationWarning, match=f"'{name}' is already registered"):
            register_converter(Hex, name)
        site(path(f"<{name}:n>/", view))
        assert resolve("/ff/").kwargs == {"n": 255}
        assert reverse(view, args=[16]) == "/10/"
    finally:
        del REGISTERED_CONVERTERS[name]
        get_converters.cache_clear()


def test_a_pattern_is_described_as_it_was_written() -> None:
    pattern = re_path(r"^a\.b/(\d)'$", view, name="o'clock")
    assert repr(pattern) == r"<URLPattern '^a\.b/(\d)'$' [name='o'clock']>"
