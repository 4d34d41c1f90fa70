"""Neighbouring layers of middleware that only have hooks, run as one layer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from gingerdj.core.handlers.adapt import call_on_loop
from gingerdj.core.handlers.plan import refuse_response
from gingerdj.core.handlers.pool import in_thread
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core.handlers import errors
else:
    errors = LazyModule("gingerdj.core.handlers.errors")


class _Hook(NamedTuple):
    depth: int  # Of its layer, from the outside.
    function: Callable[..., Any]
    blocks: Callable[[HttpRequest], bool] | None  # None for one that never does.


def can_join(middleware: Any) -> bool:
    """Return whether nothing but a middleware's hooks says what its layer does on an event loop."""
    kind = type(middleware)
    return (
        isinstance(middleware, MiddlewareMixin)
        and middleware.async_mode
        and kind.__call__ is MiddlewareMixin.__call__
        and kind.__acall__ is MiddlewareMixin.__acall__
        and kind._run is MiddlewareMixin._run
    )


def never_blocks(middleware: Any) -> bool:
    """Return whether the hooks of a middleware that `can_join` are never called in a thread."""
    return type(middleware).blocks is MiddlewareMixin.blocks and not middleware.hooks_block


def joined(
    layers: list[Any], inner: Callable[[HttpRequest], Awaitable[Any]]
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    """Return a handler that does what the layers do one around the other.

    Args:
        layers: middleware that `can_join`, the outermost first.
        inner: the handler beneath them.
    """
    before = _hooks(layers, "process_request")
    after = _hooks(layers, "process_response")[::-1]

    async def handle(request: HttpRequest) -> HttpResponseBase:
        unwinding = after  # What sees the response.
        response: Any
        for depth, function, blocks in before:
            try:
                if blocks is not None and blocks(request):
                    response = await in_thread(function, request)
                else:
                    response = function(request)
            except Exception as error:
                response = await errors.answer(request, error, call_on_loop)
                unwinding = [hook for hook in after if hook.depth < depth]
                break
            if response:
                unwinding = [hook for hook in after if hook.depth <= depth]
                break
        else:
            response = await inner(request)
        for _, function, blocks in unwinding:
            try:
                if blocks is not None and blocks(request):
                    response = await in_thread(function, request, response)
                else:
                    response = function(request, response)
                response = response or refuse_response(None, function.__qualname__)
            except Exception as error:
                response = await errors.answer(request, error, call_on_loop)
        return response  # type: ignore[no-any-return]

    return handle


def _hooks(layers: list[Any], name: str) -> list[_Hook]:
    found = []
    for depth, middleware in enumerate(layers):
        function = getattr(middleware, name, None)
        if function is not None and not middleware._is_idle(name):
            found.append(_Hook(depth, function, middleware._blocker(name)))
    return found
