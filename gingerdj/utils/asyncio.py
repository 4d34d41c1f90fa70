"""What belongs to event loops: a guard against code that blocks, and state for each of them."""

from __future__ import annotations

import os
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar, overload

from gingerdj.core.exceptions import SynchronousOnlyOperation

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")

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
                raise SynchronousOnlyOperation(message)
            return function(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorator


class OfLoop(Generic[_T]):
    """Something that there is one of for each event loop, until that is closed.

    Args:
        make: makes it for a loop.
    """

    def __init__(self, make: Callable[[AbstractEventLoop], _T]) -> None:
        self._make = make
        self._all: dict[AbstractEventLoop, _T] = {}
        self._latest: tuple[AbstractEventLoop, _T] | None = None

    def get(self) -> _T:
        """Return that of the running event loop.

        Raises:
            RuntimeError: there is no running event loop.
        """
        loop = get_running_loop()
        latest = self._latest
        if latest is None or latest[0] is not loop:
            latest = self._latest = loop, self._of(loop)
        return latest[1]

    def _of(self, loop: AbstractEventLoop) -> _T:
        if loop not in self._all:
            for other in list(self._all):
                if other.is_closed():
                    self._all.pop(other, None)
            self._all[loop] = self._make(loop)
        return self._all[loop]
