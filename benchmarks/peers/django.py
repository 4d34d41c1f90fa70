"""The application of Django."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import asgiref.sync

from benchmarks.peers import django_interface
from benchmarks.workloads import Variant

LACKS: dict[str, str] = {}


def _stay(function: Callable[..., Any], **_: Any) -> Any:
    """Stand in for `asgiref.sync.sync_to_async`: call the function where the loop runs."""

    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    if not variant.hops:
        # Django, which is imported only now, finds it under the public name.
        asgiref.sync.sync_to_async = _stay  # type: ignore[assignment]
    return django_interface.build("django", variant)
