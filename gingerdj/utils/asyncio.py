"""What belongs to event loops: what counts as a coroutine function, a guard against code that
blocks, and state for each loop."""

from __future__ import annotations

import os
import sys
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, overload

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions
else:
    exceptions = LazyModule("gingerdj.core.exceptions")


__all__ = [
    "OfLoop",
    "async_unsafe",
    "iscoroutinefunction",
    "markcoroutinefunction",
    "on_event_loop",
    "task_of",
]

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")

if sys.version_info >= (3, 12):
    from asyncio import current_task as task_of
    from inspect import iscoroutinefunction, markcoroutinefunction
else:
    from asyncio import coroutines, iscoroutinefunction
    from asyncio.tasks import _current_tasks  # type: ignore[attr-defined]

    # What current_task() looks in, too: until that is written in C, it takes six times as long, and
    # a request a fortieth longer.
    #: Returns the task that an event loop is in, or None.
    task_of = _current_tasks.get

    # asgiref has the same, but its module brings threads, too, which not everybody needs.
    def markcoroutinefunction(func: _F) -> _F:
        """Mark a function that is to be awaited without being a coroutine function; return it."""
        func._is_coroutine = coroutines._is_coroutine  # type: ignore[attr-defined]
        return func


_MESSAGE = "You cannot call this from an async context - use a thread or sync_to_async."


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
                raise exceptions.SynchronousOnlyOperation(message)
            return function(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorator


class OfLoop(dict[AbstractEventLoop, _T]):
    """Something that there is one of for each event loop, until that is closed; by its loop.

    Args:
        make: makes it for a loop.
    """

    def __init__(self, make: Callable[[AbstractEventLoop], _T]) -> None:
        self._make = make

    def __missing__(self, loop: AbstractEventLoop) -> _T:
        for other in list(self):
            if other.is_closed():
                self.pop(other, None)
        return self.setdefault(loop, self._make(loop))
