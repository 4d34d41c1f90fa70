"""Checks of the URL configuration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from gingerdj.core.checks import Tags, run_checks
from gingerdj.urls import include, path, re_path
from gingerdj.views import View

from .conftest import Configure

Use = Callable[..., None]


def view(request: Any) -> None:
    return None


@pytest.fixture
def use(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Make a module of these names the project's URL configuration."""

    def put(**names: Any) -> None:
        name = f"urls_{uuid4().hex}"  # A new one each time, for resolvers are kept by name.
        module = ModuleType(name)
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, name, module)
        configure(ROOT_URLCONF=name)

    return put


def ids() -> list[str | None]:
    return [message.id for message in run_checks(tags=[Tags.urls])]


def test_good_patterns(use: Use) -> None:
    inner = ([path("", view), re_path(r"^x$", view)], "inner")
    use(urlpatterns=[path("a/", view, name="a"), path("b/", include(inner)), path("c", view)])
    assert ids() == []


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (re_path(r"^a$", include([path("b", view)])), "urls.W001"),
        (path("/a", view), "urls.W002"),
        (re_path(r"^/a", view), "urls.W002"),
        (path("/a", include([path("b", view)])), "urls.W002"),
        (path("/", view), "urls.W002"),
        (path("(?P<a>)", view), "2_0.W001"),
        (path("^a", view), "2_0.W001"),
        (path("a$", view), "2_0.W001"),
        (path("a$", include([path("b", view)])), "2_0.W001"),
        (path("a/", include([path("/b", view)])), "urls.W002"),
        (path("a", view, name="shop:a"), "urls.W003"),
        (path("a", View), "urls.E009"),
        ((r"^a$", view), "urls.E004"),
        ("a", "urls.E004"),
    ],
)
def test_each_bad_pattern(pattern: Any, name: str, use: Use) -> None:
    use(urlpatterns=[pattern])
    assert ids() == [name]


def test_a_path_of_djangos(use: Use) -> None:
    pattern = type("URLPattern", (), {"__module__": "django.urls.resolvers"})()
    use(urlpatterns=[pattern])
    [message] = run_checks(tags=[Tags.urls])
    assert message.id == "urls.E004"
    assert message.hint == "Import path() from gingerdj.urls: this is Django's own."


def test_a_slash_may_follow_an_including_route_without_one(use: Use) -> None:
    inner = include([re_path("/", view)])
    use(urlpatterns=[path("a", include([path("/b/", inner)]))])
    assert ids() == []


@pytest.mark.parametrize("name", ["STATIC_URL", "MEDIA_URL"])
def test_addresses_of_files_end_with_a_slash(name: str, configure: Configure) -> None:
    configure(**{name: "files/"})
    assert ids() == []
    configure(**{name: "files"})
    assert ids() == ["urls.E006"]


def test_a_namespace_used_twice(use: Use) -> None:
    inner = ([path("x", view)], "inner")
    use(urlpatterns=[path("a/", include(inner)), path("b/", include(inner))])
    assert ids() == ["urls.W005"]


def test_the_same_namespace_in_two_others(use: Use) -> None:
    inner = ([path("x", view)], "inner")
    one = ([path("a/", include(inner))], "one")
    two = ([path("a/", include(inner))], "two")
    use(urlpatterns=[path("1/", include(one)), path("2/", include(two))])
    assert ids() == []


async def consumer(socket: Any) -> None: ...


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([path("ws/", consumer)], []),
        ([path("/ws", consumer)], ["urls.W002"]),
        ([path("ws/", lambda socket: None)], ["urls.E011"]),
        ([path("ws/", include([path("", lambda socket: None)]))], ["urls.E011"]),
    ],
)
def test_websocket_routes(routes: list[Any], expected: list[str], use: Use) -> None:
    use(urlpatterns=[], websocket_urlpatterns=routes)
    assert ids() == expected


def test_no_such_module(configure: Configure) -> None:
    configure(ROOT_URLCONF="json.nothing")
    assert ids() == ["urls.E010"]


@pytest.mark.parametrize("names", [{}, {"urlpatterns": 3}])
def test_no_patterns(names: dict[str, Any], use: Use) -> None:
    use(**names)
    assert ids() == ["urls.E011"]


def one_argument(request: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("name", "handler", "expected"),
    [
        ("handler404", "nowhere.missing", ["urls.E008"]),
        ("handler404", "gingerdj.views.defaults.page_not_found", []),
        ("handler404", one_argument, ["urls.E007"]),
        ("handler500", one_argument, []),
        ("handler500", "gingerdj.views.defaults.server_error", []),
    ],
)
def test_error_handlers(name: str, handler: Any, expected: list[str], use: Use) -> None:
    use(urlpatterns=[], **{name: handler})
    assert ids() == expected
