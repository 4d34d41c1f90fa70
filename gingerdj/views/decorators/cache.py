"""Decorators that tell caches what they may keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from gingerdj.utils.cache import add_never_cache_headers, patch_cache_control
from gingerdj.utils.lazy import absent_names
from gingerdj.views.decorators.after import AnyView, after

__getattr__ = absent_names(__name__)


def cache_control(**kwargs: Any) -> Callable[[AnyView], AnyView]:
    """Add directives to the header Cache-Control; see `patch_cache_control`."""
    return lambda view: after(
        view,
        lambda response: patch_cache_control(response, **kwargs),
        partial(_require_request, "cache_control"),
    )


def never_cache(view_func: AnyView) -> AnyView:
    """Keep caches from keeping a view's responses."""
    return after(view_func, add_never_cache_headers, partial(_require_request, "never_cache"))


def _require_request(decorator: str, request: Any) -> None:
    if not hasattr(request, "META"):  # Wrappers of requests have it, too.
        raise TypeError(
            f"{decorator} didn't receive an HttpRequest. If you are decorating a classmethod, be "
            f"sure to use @method_decorator. It received {request!r}."
        )
