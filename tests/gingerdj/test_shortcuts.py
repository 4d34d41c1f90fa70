"""Redirects to objects, names and URLs."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.shortcuts import redirect, resolve_url
from gingerdj.urls import NoReverseMatch, path, reverse_lazy


class Article:
    def get_absolute_url(self) -> str:
        return "/articles/1/"


def view(request: Any, n: int) -> HttpResponse:
    return HttpResponse()


@pytest.fixture(autouse=True)
def patterns(site: Any) -> None:
    site(path("view/<int:n>/", view, name="view"))


@pytest.mark.parametrize(
    ("to", "args", "url"),
    [
        (Article(), (), "/articles/1/"),
        ("view", (1,), "/view/1/"),
        (view, (1,), "/view/1/"),
        (reverse_lazy("view", args=[2]), (), "/view/2/"),
        ("../up/", (), "../up/"),
        ("/x/", (), "/x/"),
        ("https://example.org/", (), "https://example.org/"),
    ],
    ids=["object", "name", "view", "lazy", "relative", "path", "url"],
)
def test_where_a_redirect_leads(to: Any, args: Any, url: str) -> None:
    assert resolve_url(to, *args) == url


@pytest.mark.parametrize("to", ["nope", view], ids=["name", "view"])
def test_what_leads_nowhere(to: Any) -> None:
    with pytest.raises(NoReverseMatch):
        resolve_url(to)


def test_kinds_of_redirects() -> None:
    assert redirect("/x/").status_code == 302
    assert redirect("/x/", permanent=True).status_code == 301
    assert redirect("/x/", permanent=True, preserve_request=True).status_code == 308
