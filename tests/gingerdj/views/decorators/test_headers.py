"""Decorators that set headers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.test import AsyncClient, Client
from gingerdj.urls import path
from gingerdj.views.decorators.cache import cache_control, never_cache
from gingerdj.views.decorators.clickjacking import (
    xframe_options_deny,
    xframe_options_exempt,
    xframe_options_sameorigin,
)
from gingerdj.views.decorators.vary import vary_on_cookie, vary_on_headers


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


async def async_view(request: Any) -> HttpResponse:
    return HttpResponse("view")


@pytest.mark.parametrize("name", ["view", "async_view"])
@pytest.mark.parametrize(
    ("decorator", "header", "value"),
    [
        (cache_control(private=True, max_age=5), "Cache-Control", "private, max-age=5"),
        (never_cache, "Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
        (vary_on_headers("Accept", "X"), "Vary", "Accept, X"),
        (vary_on_cookie, "Vary", "Cookie"),
        (xframe_options_deny, "X-Frame-Options", "DENY"),
        (xframe_options_sameorigin, "X-Frame-Options", "SAMEORIGIN"),
        (xframe_options_exempt, "X-Frame-Options", None),
    ],
    ids=["cache", "never", "vary", "cookie", "deny", "sameorigin", "exempt"],
)
def test_headers(site: Any, name: str, decorator: Any, header: str, value: str | None) -> None:
    site(
        path("", decorator(globals()[name])),
        MIDDLEWARE=["gingerdj.middleware.clickjacking.XFrameOptionsMiddleware"],
    )
    assert Client().get("/").get(header) == value
    assert asyncio.run(AsyncClient().get("/")).get(header) == value
