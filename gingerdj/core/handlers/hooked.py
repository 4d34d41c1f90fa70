"""Neighbouring layers of middleware that only have hooks, run as one stage."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

from gingerdj.core.handlers.plan import refuse_response
from gingerdj.core.handlers.pool import in_thread
from gingerdj.core.handlers.stage import Stage
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.deprecation import MiddlewareMixin

# The depth of its layer, from the outside; the function; and what says whether that may block, None
# for one that never does.  No named tuple, for Python takes longer to unpack such.
_Hook = tuple[int, Callable[..., Any], Callable[[HttpRequest], bool] | None]

_HOOKS = ("process_request", "process_view", "process_response")


class _Answered(Exception):
    """A hook has the response; what lies beneath is not asked."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


def can_join(middleware: Any) -> bool:
    """Return whether nothing but a middleware's hooks says what its layer does on an event loop."""
    return has_only_hooks(type(middleware)) and middleware.async_mode


def has_only_hooks(kind: Any) -> bool:
    """Return whether nothing but hooks says what the layers do that a factory makes."""
    return (
        isinstance(kind, type)
        and issubclass(kind, MiddlewareMixin)
        and kind.__call__ is MiddlewareMixin.__call__
        and kind.__acall__ is MiddlewareMixin.__acall__
        and kind._run is MiddlewareMixin._run
    )


def has_no_init(kind: Any) -> bool:
    """Return whether a middleware's class has no `__init__` of its own."""
    return kind.__init__ is MiddlewareMixin.__init__


def never_blocks(middleware: Any) -> bool:
    """Return whether the hooks of a middleware that `can_join` are never called in a thread."""
    return all(middleware._blocker(hook) is None for hook in _HOOKS)


class Joined(Stage):
    """A stage with layers around it that are run one around the other.

    What ends it early leaves the hooks in `request._unwinding` that see the response, nonetheless.

    Args:
        layers: middleware that `can_join`, the outermost first.
        beneath: the stage that they are around.
    """

    def __init__(self, layers: list[Any], beneath: Stage) -> None:
        super().__init__(self._begin, beneath.accepts, beneath.finish, beneath.call)
        self.unwinds = True
        self._inner = beneath.begin
        self._before = _hooks(layers, "process_request")
        self._after = _hooks(layers, "process_response")[::-1]

    def _begin(self, request: HttpRequest, position: int = 0) -> Awaitable[Any]:
        for hook in self._before[position:] if position else self._before:
            depth, function, blocks = hook
            try:
                if blocks is not None and blocks(request):
                    return self._wait(request, hook)
                response = function(request)
            except Exception:
                self._leave(request, depth)
                raise
            if response:
                self._answer_with(request, depth, response)
        inner = self._inner
        return inner(request)

    async def _wait(self, request: HttpRequest, hook: _Hook) -> Any:
        depth, function, _ = hook
        try:
            response = await in_thread(function, request)
            if response:
                _checked(response, function)
        except Exception:
            self._leave(request, depth)
            raise
        if response:
            self._answer_with(request, depth, response)
        return await self._begin(request, self._before.index(hook) + 1)

    def _answer_with(self, request: HttpRequest, depth: int, response: Any) -> NoReturn:
        self._leave(request, depth + 1)
        raise _Answered(response)

    def _leave(self, request: HttpRequest, depth: int) -> None:
        """Have the response seen by so many layers, the outermost."""
        request._unwinding = [hook for hook in self._after if hook[0] < depth]

    def unwind(self, request: HttpRequest, response: Any) -> Any:
        hooks: Any = request._unwinding
        if hooks is None:
            hooks = self._after
        else:
            request._unwinding = None
        for hook in hooks:
            _, function, blocks = hook
            try:
                if blocks is not None and blocks(request):
                    return self._unwound(request, response, hooks[hooks.index(hook) :])
                response = function(request, response)
                if response is None:
                    _checked(None, function)
            except Exception as error:
                return self._unwound(request, None, hooks[hooks.index(hook) + 1 :], error)
        return response

    async def answer(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        if isinstance(error, _Answered):
            return error.response
        return await super().answer(request, error)

    async def _unwound(
        self,
        request: HttpRequest,
        response: Any,
        hooks: Sequence[_Hook],
        error: Exception | None = None,
    ) -> Any:
        if error is not None:
            try:
                raise error  # Who is called meanwhile finds it in sys.exc_info().
            except Exception as own:
                response = await super().answer(request, own)
            finally:
                del error  # Its traceback leads here.
        for _, function, blocks in hooks:
            try:
                if blocks is not None and blocks(request):
                    response = await in_thread(function, request, response)
                else:
                    response = function(request, response)
                _checked(response, function)
            except Exception as own:
                response = await super().answer(request, own)
        return response


def _checked(response: Any, function: Callable[..., Any]) -> Any:
    """Return what a hook has returned; raise ValueError if it is no response."""
    if not isinstance(response, HttpResponseBase):
        refuse_response(response, function.__qualname__, "middleware")
    return response


def _hooks(layers: list[Any], name: str) -> list[_Hook]:
    found: list[_Hook] = []
    for depth, middleware in enumerate(layers):
        function = getattr(middleware, name, None)
        if function is not None and not middleware._is_idle(name):
            found.append((depth, function, middleware._blocker(name)))
    return found
