"""Between synchronous and asynchronous code: one plan, two drivers, two bridges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async

from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase

SyncHandler = Callable[[HttpRequest], HttpResponseBase]
AsyncHandler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

#: A call that a plan wants made: the function, whether it is a coroutine function, its arguments.
Step = tuple[Callable[..., Any], bool, tuple[Any, ...], dict[str, Any]]
#: A generator that gives steps, is sent their results, and returns a response.
Plan = Generator[Step, Any, HttpResponseBase]


def step(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Step:
    """Return the step that calls a function."""
    return function, iscoroutinefunction(function), args, kwargs


def run_sync(plan: Plan) -> HttpResponseBase:
    """Run a plan in the calling thread; coroutine functions run on an event loop meanwhile."""
    try:
        function, is_async, args, kwargs = next(plan)
        while True:
            try:
                if is_async:
                    result = async_to_sync(function)(*args, **kwargs)
                else:
                    result = function(*args, **kwargs)
            except Exception as error:
                function, is_async, args, kwargs = plan.throw(error)
            else:
                function, is_async, args, kwargs = plan.send(result)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


async def run_async(plan: Plan) -> HttpResponseBase:
    """Run a plan on the event loop; synchronous functions run in the request's thread."""
    try:
        function, is_async, args, kwargs = next(plan)
        while True:
            try:
                if is_async:
                    result = await function(*args, **kwargs)
                else:
                    result = await sync_to_async(function)(*args, **kwargs)
            except Exception as error:
                function, is_async, args, kwargs = plan.throw(error)
            else:
                function, is_async, args, kwargs = plan.send(result)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def to_async(handler: SyncHandler) -> AsyncHandler:
    """Return a handler for the event loop, which runs a synchronous one in the request's thread."""
    return sync_to_async(handler)


def to_sync(handler: AsyncHandler) -> SyncHandler:
    """Return a handler for a thread, which runs an asynchronous one on the event loop."""
    return async_to_sync(handler)
