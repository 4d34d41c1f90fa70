"""The way from a request to its response: resolver, hooks, view; written once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, NoReturn

from gingerdj.core.handlers.stage import Stage
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.urls import context
from gingerdj.urls.resolvers import get_resolver, get_table, root
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.functional import SimpleLazyObject
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core.handlers import errors
    from gingerdj.core.handlers.adapt import Caller
    from gingerdj.http import file
    from gingerdj.urls import exceptions as url_exceptions
    from gingerdj.urls.table import Route
    from gingerdj.utils import deprecation
else:
    deprecation = LazyModule("gingerdj.utils.deprecation")
    errors = LazyModule("gingerdj.core.handlers.errors")
    file = LazyModule("gingerdj.http.file")
    url_exceptions = LazyModule("gingerdj.urls.exceptions")


class Hook:
    """What a middleware wants called.

    Args:
        middleware: the middleware.
        name: the name of its method.
    """

    def __init__(self, middleware: Any, name: str) -> None:
        self.function: Callable[..., Any] = getattr(middleware, name)
        self.is_async = iscoroutinefunction(self.function)
        #: Takes the request, and says whether the hook might wait or block; then it needs to be
        #: called as what is foreign is.
        self.blocks: Callable[[HttpRequest], bool] = _always
        if not self.is_async and isinstance(middleware, deprecation.MiddlewareMixin):
            self.blocks = middleware._blocker(name) or _never

    async def run(self, request: HttpRequest, call: Caller, *args: Any) -> Any:
        """Call the hook: at once if it neither waits nor blocks."""
        if self.blocks(request):
            return await call(self.function, self.is_async, request, *args)
        return self.function(request, *args)


def _always(request: HttpRequest) -> bool:
    return True


def _never(request: HttpRequest) -> bool:
    return False


class Hooks:
    """The hooks around the view, in the order of the calls.

    `body` is for what may refuse a request before the rest of its body is received: functions
    that take the request, neither wait nor block, and raise exceptions. `around_view` takes the
    view and whether it is a coroutine function, and returns what to call in its place.
    """

    def __init__(self) -> None:
        self.around_view: Callable[[Callable[..., Any], bool], Callable[..., Any]] | None = None
        self.body: list[Callable[[HttpRequest], None]] = []
        self.view: list[Hook] = []
        self.template_response: list[Hook] = []
        self.exception: list[Hook] = []

    #: Whether nothing but the first layer in a thread, or the view, makes synchronous calls.
    calls_once: bool = False


def site(hooks: Hooks, call: Caller, on_loop: bool) -> Stage:
    """Return the innermost stage: the resolver, the hooks around the view, and the view.

    Args:
        hooks: what middleware wants called.
        call: how to call what is foreign.
        on_loop: whether coroutine functions can be awaited.
    """

    def begin(
        request: HttpRequest, position: int = 0, kwargs: dict[str, Any] | None = None
    ) -> Awaitable[Any]:
        if kwargs is None:
            find = root.find
            if request.urlconf is not None or context.in_use:
                context.set_urlconf(request.urlconf)
                find = get_table(request.urlconf).find
            request._route = route = find(request.path_info) or _nowhere(request)
        else:
            route = request._route
        view, args, found = route
        func = view.func
        if hooks.view:
            if kwargs is None:  # A hook may change what the view gets.
                kwargs = request._view_kwargs = found.copy()
            for hook in hooks.view[position:] if position else hooks.view:
                blocks, function = hook.blocks, hook.function
                if blocks(request):
                    return wait(request, position, kwargs)
                response = function(request, func, args, kwargs)
                if response is not None:
                    return _ready(response)
                position += 1
            found = kwargs
        if hooks.around_view is not None:
            func = hooks.around_view(func, view.is_async)
        if hooks.exception:
            return rescued(request, func, view.is_async, args, found)
        if not view.is_async or not on_loop:
            return call(func, view.is_async, request, *args, **found)
        result: Awaitable[Any]
        if args:
            result = func(request, *args, **found)
        elif found:
            result = func(request, **found)
        else:
            result = func(request)
        return result

    async def wait(request: HttpRequest, position: int, kwargs: dict[str, Any]) -> Any:
        view, args, _ = request._route
        response = await hooks.view[position].run(request, call, view.func, args, kwargs)
        if response is not None:
            return response
        return await begin(request, position + 1, kwargs)

    async def rescued(
        request: HttpRequest,
        func: Callable[..., Any],
        is_async: bool,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        try:
            return await call(func, is_async, request, *args, **kwargs)
        except Exception as error:
            response = await _rescued(request, error, hooks, call)
            if response is None:
                raise
            return response

    def finish(request: HttpRequest, response: Any) -> Awaitable[HttpResponseBase]:
        return _finished(request, response, hooks, call)

    return Stage(begin, _is_ready, finish, call)


async def _ready(response: Any) -> Any:
    return response


def find_route(request: HttpRequest) -> Route | None:
    """Return where a request's path leads; None if it leads nowhere."""
    return get_table(request.urlconf).find(request.path_info)


def _nowhere(request: HttpRequest) -> NoReturn:
    path = request.path_info
    # Every pattern is tried again for this, and few ask what was tried.
    tried = SimpleLazyObject(partial(get_resolver().tried, path))
    raise url_exceptions.Resolver404({"path": path.removeprefix("/"), "tried": tried})


def _is_ready(response: Any) -> bool:
    """Return whether a response can be sent as it is, and has nothing to close."""
    return isinstance(response, HttpResponseBase) and (response.is_plain or response.is_ready)


async def _finished(
    request: HttpRequest, response: Any, hooks: Hooks, call: Caller
) -> HttpResponseBase:
    """Return a response that is ready to be sent.

    Raises:
        ValueError: the view, or a hook, returned no response.
    """
    if not isinstance(response, HttpResponseBase):
        view = request.resolver_match
        called = "" if hasattr(view.func, "__name__") else ".__call__"
        refuse_response(response, f"The view {view._func_path}{called}")
    if callable(getattr(response, "render", None)):
        response = await _rendered(request, response, hooks, call)
    if response.streaming and isinstance(response, file.FileResponse):
        response.apply_range(request)
    request._made = response
    return response  # type: ignore[no-any-return]


async def _rendered(request: HttpRequest, response: Any, hooks: Hooks, call: Caller) -> Any:
    for hook in hooks.template_response:
        response = await hook.run(request, call, response)
        if not isinstance(response, HttpResponseBase):
            refuse_response(response, getattr(hook.function, "__qualname__", repr(hook.function)))
    try:
        render = response.render
        return await call(render, iscoroutinefunction(render))
    except Exception as error:
        response = await _rescued(request, error, hooks, call)
        if response is None:
            raise
        return response


async def _rescued(request: HttpRequest, error: Exception, hooks: Hooks, call: Caller) -> Any:
    """Return the response that a hook has for an exception; None if none has one."""
    for hook in hooks.exception:
        response = await hook.run(request, call, error)
        if response is not None:
            return response
    return None


def refuse_response(response: Any, name: str, kind: str = "view") -> NoReturn:
    """Raise the exception for what should be a response.

    Args:
        response: what is none.
        name: what returned it.
        kind: what the code is called that did so.

    Raises:
        ValueError: always.
    """
    if iscoroutine(response):
        response.close()  # Or Python would warn that nobody awaited it.
        raise ValueError(
            f"{name} didn't return an HttpResponse object. It returned an unawaited coroutine "
            f"instead. You may need to add an 'await' into your {kind}."
        )
    raise ValueError(
        f"{name} didn't return an HttpResponse object. It returned {response!r} instead."
    )
