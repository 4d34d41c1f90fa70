"""Between synchronous and asynchronous code: one way of writing, two ways of calling.

What belongs to both kinds of server is written once, as coroutines that call everything foreign
through a `Caller`.  On an event loop they are awaited.  In a thread nothing in them waits, for
there the caller has the result at once, and `run` steps them from their start to their end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from gingerdj.core.handlers.pool import in_thread
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from typing import Protocol

    from asgiref import sync

    class Caller(Protocol):
        """Calls a function, given whether it is a coroutine function, with its arguments."""

        def __call__(
            self, function: Callable[..., Any], is_async: bool, *args: Any, **kwargs: Any
        ) -> Awaitable[Any]: ...
else:
    sync = LazyModule("asgiref.sync")

SyncHandler = Callable[[HttpRequest], HttpResponseBase]
AsyncHandler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

_T = TypeVar("_T")


def call_on_loop(
    function: Callable[..., Any], is_async: bool, *args: Any, **kwargs: Any
) -> Awaitable[Any]:
    """Call a function on the event loop; a synchronous one in the request's thread."""
    if is_async:
        result: Awaitable[Any] = function(*args, **kwargs)
        return result
    return in_thread(function, *args, **kwargs)


async def call_in_thread(
    function: Callable[..., Any], is_async: bool, *args: Any, **kwargs: Any
) -> Any:
    """Call a function in this thread; a coroutine function runs on an event loop meanwhile."""
    if is_async:
        return sync.async_to_sync(function)(*args, **kwargs)
    return function(*args, **kwargs)


def run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine returns whose calls go through `call_in_thread`."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("Code for threads waited for something: it must go through its caller.")


def to_sync(handler: AsyncHandler) -> SyncHandler:
    """Return a handler for a thread, which runs an asynchronous one on the event loop."""
    return sync.async_to_sync(handler)
