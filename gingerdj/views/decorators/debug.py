"""Decorators that keep secrets out of reports of errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from gingerdj.http import HttpRequest
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.views.sensitive import ALL, declare

_F = TypeVar("_F", bound=Callable[..., Any])


def sensitive_variables(*variables: str) -> Callable[[_F], _F]:
    """Keep a function's variables out of reports of errors.

    Args:
        variables: their names; without any, all of them.

    Raises:
        TypeError: the decorator is written without its parentheses.
    """
    _require_names("sensitive_variables", variables)

    def decorator(function: _F) -> _F:
        declare(function, variables)
        return function

    return decorator


def sensitive_post_parameters(
    *parameters: str,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep fields of a form out of reports of errors.

    Args:
        parameters: their names; without any, all of them.

    Raises:
        TypeError: the decorator is written without its parentheses, or the view's first argument
            is no request.
    """
    _require_names("sensitive_post_parameters", parameters)

    def declared(view: Callable[..., Any], request: Any) -> None:
        if not isinstance(request, HttpRequest):
            raise TypeError(
                f"sensitive_post_parameters didn't receive an HttpRequest object. If you are "
                f"decorating a classmethod, make sure to use @method_decorator. "
                f"{view.__qualname__} received {request!r}."
            )
        request.sensitive_post_parameters = parameters or ALL  # type: ignore[attr-defined]

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        async def on_loop(request: Any, *args: Any, **kwargs: Any) -> Any:
            declared(view, request)
            return await view(request, *args, **kwargs)

        @wraps(view)
        def in_thread(request: Any, *args: Any, **kwargs: Any) -> Any:
            declared(view, request)
            return view(request, *args, **kwargs)

        return on_loop if iscoroutinefunction(view) else in_thread

    return decorator


def _require_names(name: str, names: tuple[Any, ...]) -> None:
    if any(callable(each) for each in names):
        raise TypeError(
            f"{name}() must be called to use it as a decorator, e.g., use @{name}(), not @{name}."
        )
