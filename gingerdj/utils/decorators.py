"""Decorators of middleware, methods and views."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import partial, update_wrapper, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from gingerdj.utils.asyncio import iscoroutinefunction, markcoroutinefunction

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")


if TYPE_CHECKING:
    classonlymethod = classmethod  # Type checkers know this one alone.
else:

    class classonlymethod(classmethod):  # noqa: N801 - a decorator, as classmethod is
        """A method of the class that its instances do not have."""

        def __get__(self, instance: Any, owner: Any = None, /) -> Any:
            if instance is not None:
                raise AttributeError(
                    "This method is available only on the class, not on instances."
                )
            return super().__get__(instance, owner)


def sync_only_middleware(func: _F) -> _F:
    """Mark a middleware's factory as synchronous alone; so is one without a mark."""
    return _mark(func, sync_capable=True, async_capable=False)


def async_only_middleware(func: _F) -> _F:
    """Mark a middleware's factory as asynchronous alone: it is given, and returns, a coroutine
    function."""
    return _mark(func, sync_capable=False, async_capable=True)


def sync_and_async_middleware(func: _F) -> _F:
    """Mark a middleware's factory as both: it returns a coroutine function if it is given one."""
    return _mark(func, sync_capable=True, async_capable=True)


def _mark(func: _F, *, sync_capable: bool, async_capable: bool) -> _F:
    marked: Any = func
    marked.sync_capable = sync_capable
    marked.async_capable = async_capable
    return func


def method_decorator(decorator: Any, name: str = "") -> Callable[[_T], _T]:
    """Turn a decorator of functions into one of methods.

    Args:
        decorator: the decorator, or several, of which the first is the outermost.
        name: with a class to decorate, the method's name.

    Raises:
        ValueError: a class is decorated without the name of one of its methods.
        TypeError: the name is no method's.
    """
    decorators = list(decorator) if isinstance(decorator, Iterable) else [decorator]

    def decorate(target: Any) -> Any:
        if not isinstance(target, type):
            return _decorated_method(decorators, target)
        if not name or not hasattr(target, name):
            raise ValueError(
                f"The keyword argument `name` must be the name of a method of the decorated "
                f"class: {target}. Got '{name}' instead."
            )
        method = getattr(target, name)
        if not callable(method):
            raise TypeError(
                f"Cannot decorate '{name}' as it isn't a callable attribute of {target} ({method})."
            )
        setattr(target, name, _decorated_method(decorators, method))
        return target

    shown = getattr(decorator, "__name__", type(decorator).__name__)
    decorate.__name__ = f"method_decorator({shown})"
    return decorate


def _decorated_method(decorators: list[Callable[..., Any]], method: Callable[..., Any]) -> Any:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        # A partial object takes attributes, which a bound method does not.
        bound: Any = update_wrapper(partial(method.__get__(self, type(self))), method)
        if iscoroutinefunction(method):
            markcoroutinefunction(bound)
        for decorator in reversed(decorators):
            bound = decorator(bound)
        return bound(*args, **kwargs)

    for decorator in reversed(decorators):
        # Whatever marks the decorator leaves on functions belong on the method, too.
        update_wrapper(wrapper, decorator(_blank(method)))
    update_wrapper(wrapper, method)
    return markcoroutinefunction(wrapper) if iscoroutinefunction(method) else wrapper


def _blank(method: Callable[..., Any]) -> Callable[..., Any]:
    if iscoroutinefunction(method):

        async def blank_coroutine(*args: Any, **kwargs: Any) -> None: ...

        return blank_coroutine

    def blank(*args: Any, **kwargs: Any) -> None: ...

    return blank


def decorator_from_middleware(middleware_class: Any) -> Callable[..., Any]:
    """Return a decorator that puts a middleware written as hooks around one view."""
    return _make_decorator(middleware_class)()  # type: ignore[no-any-return]


def decorator_from_middleware_with_args(middleware_class: Any) -> Callable[..., Any]:
    """Like `decorator_from_middleware`, for a middleware that takes arguments of its own."""
    return _make_decorator(middleware_class)


def _make_decorator(middleware_class: Any) -> Callable[..., Any]:
    def with_args(*m_args: Any, **m_kwargs: Any) -> Callable[..., Any]:
        return lambda view: _wrapped(view, middleware_class(view, *m_args, **m_kwargs))

    return with_args


def _wrapped(view: Callable[..., Any], middleware: Any) -> Callable[..., Any]:
    @wraps(view)
    async def on_loop(request: Any, *args: Any, **kwargs: Any) -> Any:
        around = _around(middleware, view, request, args, kwargs)
        try:
            next(around)
            try:
                response = await view(request, *args, **kwargs)
            except Exception as error:
                around.throw(error)
            else:
                around.send(response)
        except StopIteration as done:
            return done.value

    @wraps(view)
    def in_thread(request: Any, *args: Any, **kwargs: Any) -> Any:
        around = _around(middleware, view, request, args, kwargs)
        try:
            next(around)
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:
                around.throw(error)
            else:
                around.send(response)
        except StopIteration as done:
            return done.value

    return on_loop if iscoroutinefunction(view) else in_thread


def _around(
    middleware: Any,
    view: Callable[..., Any],
    request: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Generator[None, Any, Any]:
    """Call the hooks around one call of the view, whose outcome is sent or thrown in."""
    response = _hook(middleware, "process_request", request)
    if response is None:
        response = _hook(middleware, "process_view", request, view, args, kwargs)
    if response is not None:
        return response
    try:
        response = yield
    except Exception as error:
        response = _hook(middleware, "process_exception", request, error)
        if response is None:
            raise
        return response
    if not callable(getattr(response, "render", None)):
        return _hook(middleware, "process_response", request, response) or response
    response = _hook(middleware, "process_template_response", request, response) or response
    if hasattr(middleware, "process_response"):  # Which sees what has been rendered.
        response.add_post_render_callback(partial(middleware.process_response, request))
    return response


def _hook(middleware: Any, name: str, *args: Any) -> Any:
    return getattr(middleware, name)(*args) if hasattr(middleware, name) else None
