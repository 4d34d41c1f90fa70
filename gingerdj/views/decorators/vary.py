"""Decorators that tell caches what a view's responses depend on."""

from __future__ import annotations

from collections.abc import Callable

from gingerdj.utils.cache import patch_vary_headers
from gingerdj.views.decorators.after import AnyView, after


def vary_on_headers(*headers: str) -> Callable[[AnyView], AnyView]:
    """Add names of request headers to the header Vary."""
    return lambda view: after(view, lambda response: patch_vary_headers(response, headers))


#: Add Cookie to the header Vary.
vary_on_cookie = vary_on_headers("Cookie")
