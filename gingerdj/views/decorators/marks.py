"""What decorators share that mark views for a middleware."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from gingerdj.utils.asyncio import iscoroutinefunction


def marked(view: Callable[..., Any], **marks: Any) -> Callable[..., Any]:
    """Return a view that does the same, and has attributes that the one given does not get.

    Args:
        view: the view.
        marks: the attributes.
    """

    @wraps(view)
    async def on_loop(*args: Any, **kwargs: Any) -> Any:
        return await view(*args, **kwargs)

    @wraps(view)
    def in_thread(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper = on_loop if iscoroutinefunction(view) else in_thread
    wrapper.__dict__.update(marks)
    return wrapper
