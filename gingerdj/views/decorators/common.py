"""Decorators for what `CommonMiddleware` does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction


def no_append_slash(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep `APPEND_SLASH` from redirecting to a view."""

    @wraps(view)
    async def on_loop(*args: Any, **kwargs: Any) -> Any:
        return await view(*args, **kwargs)

    @wraps(view)
    def in_thread(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper: Any = on_loop if iscoroutinefunction(view) else in_thread
    wrapper.should_append_slash = False
    return wrapper  # type: ignore[no-any-return]
