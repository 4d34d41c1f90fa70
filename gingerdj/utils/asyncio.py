"""A guard for code that must not block an event loop."""

from __future__ import annotations

import os
from asyncio import get_running_loop
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, overload

from gingerdj.core.exceptions import SynchronousOnlyOperation

_F = TypeVar("_F", bound=Callable[..., Any])

_MESSAGE = "You cannot call this from an async context: use a thread or sync_to_async."


def on_event_loop() -> bool:
    """Return whether an event loop is running in the calling thread.

    Where `GINGER_ALLOW_ASYNC_UNSAFE` is set, none counts.
    """
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return not os.environ.get("GINGER_ALLOW_ASYNC_UNSAFE")


@overload
def async_unsafe(message: _F, /) -> _F: ...
@overload
def async_unsafe(message: str = ..., /) -> Callable[[_F], _F]: ...
def async_unsafe(message: Any = _MESSAGE, /) -> Any:
    """Mark a function as blocking: called on a running event loop's thread, it refuses.

    Use it bare, `@async_unsafe`, or with a message of your own, `@async_unsafe("...")`.
    The environment variable `GINGER_ALLOW_ASYNC_UNSAFE`, when not empty, turns the guard off.

    Args:
        message: the function, or the exception's message.

    Raises:
        SynchronousOnlyOperation: by the decorated function, when an event loop is running in
            the calling thread.
    """
    if callable(message):
        return async_unsafe(_MESSAGE)(message)

    def decorator(function: _F) -> _F:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if on_event_loop():
                raise SynchronousOnlyOperation(message)
            return function(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorator
