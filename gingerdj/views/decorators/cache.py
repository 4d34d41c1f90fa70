"""Decorators that tell caches what they may keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.utils.cache import add_never_cache_headers, patch_cache_control
from gingerdj.views.decorators.after import View, after


def cache_control(**kwargs: Any) -> Callable[[View], View]:
    """Add directives to the header Cache-Control; see `patch_cache_control`."""
    return lambda view: after(
        view, lambda response: patch_cache_control(response, **kwargs), _require_request
    )


def never_cache(view_func: View) -> View:
    """Keep caches from keeping a view's responses."""
    return after(view_func, add_never_cache_headers, _require_request)


def _require_request(request: Any) -> None:
    if not hasattr(request, "META"):  # Wrappers of requests have it, too.
        raise TypeError(
            f"A decorator for caches was given {request!r} for a request: use method_decorator "
            f"for methods."
        )
