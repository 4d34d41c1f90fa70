"""Decorators for what `CommonMiddleware` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.views.decorators.marks import marked


def no_append_slash(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep `APPEND_SLASH` from redirecting to a view."""
    return marked(view, should_append_slash=False)
