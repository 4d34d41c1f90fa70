"""What decorators share that change a view's responses."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from gingerdj.utils.asyncio import iscoroutinefunction

AnyView = Callable[..., Any]


def after(
    view: AnyView,
    change: Callable[[Any], None],
    check: Callable[[Any], None] = lambda request: None,
) -> AnyView:
    """Return a view of the same style whose responses are changed.

    Args:
        view: the view.
        change: changes one response.
        check: looks at the request first.
    """

    @wraps(view)
    async def on_loop(request: Any, *args: Any, **kwargs: Any) -> Any:
        check(request)
        response = await view(request, *args, **kwargs)
        change(response)
        return response

    @wraps(view)
    def in_thread(request: Any, *args: Any, **kwargs: Any) -> Any:
        check(request)
        response = view(request, *args, **kwargs)
        change(response)
        return response

    return on_loop if iscoroutinefunction(view) else in_thread
