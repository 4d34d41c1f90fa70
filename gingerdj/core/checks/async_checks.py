"""Checks of asynchronous support."""

from __future__ import annotations

import os
from typing import Any

from .messages import CheckMessage, Error
from .registry import Tags, register

VARIABLE = "GINGER_ALLOW_ASYNC_UNSAFE"


@register(Tags.async_support, deploy=True)
def check_async_unsafe(**kwargs: Any) -> list[CheckMessage]:
    """Report the environment variable that turns the async-safety guard off."""
    if not os.environ.get(VARIABLE):
        return []
    return [
        Error(
            f"The environment variable {VARIABLE} turns off the guard that keeps blocking code "
            "out of the event loop.",
            hint=f"Unset {VARIABLE}; call blocking code through asgiref's sync_to_async().",
            id="async.E001",
        )
    ]
