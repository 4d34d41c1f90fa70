"""The middleware chain, built once when the application is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.handlers.adapt import call_in_thread, call_on_loop, run, to_sync
from gingerdj.core.handlers.plan import Hook, Hooks, refuse_response, site
from gingerdj.core.handlers.pool import in_thread
from gingerdj.core.handlers.stage import Stage, is_response
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.module_loading import import_string

if TYPE_CHECKING:
    from gingerdj.core import exceptions, misconfigured
    from gingerdj.core.handlers import errors, hooked
else:
    errors = LazyModule("gingerdj.core.handlers.errors")
    exceptions = LazyModule("gingerdj.core.exceptions")
    hooked = LazyModule("gingerdj.core.handlers.hooked")
    misconfigured = LazyModule("gingerdj.core.misconfigured")

logger = logging.getLogger("gingerdj.request")


Handler = Callable[[HttpRequest], Any]


def build_chain(is_async: bool) -> Handler:
    """Return the handler that takes a request through the setting `MIDDLEWARE` to its view.

    No exception but those that end the process leaves the handler: each layer sees responses.

    Args:
        is_async: whether the handler returned is a coroutine function.

    Raises:
        ImproperlyConfigured: an entry of `MIDDLEWARE` is missing, or makes no middleware.
    """
    return _build(is_async, Hooks())[0]


def build_stage(hooks: Hooks) -> Stage:
    """Return the outermost stage, for an event loop, of the way that `build_chain` builds.

    Args:
        hooks: where to keep what middleware wants called.

    Raises:
        ImproperlyConfigured: as there.
    """
    handler, stage = _build(True, hooks)
    return stage or stage_of(handler)


def _build(is_async: bool, hooks: Hooks) -> tuple[Handler, Stage | None]:
    """Return the handler, and the stage that it goes through first if there is one outermost."""
    factories = [(path, _import(path)) for path in settings.MIDDLEWARE]
    if settings.DATABASES:  # Otherwise nothing here imports databases.
        hooks.around_view = import_string("gingerdj.db.atomic_requests.atomic_view")
    hooks.calls_once = True
    style = is_async  # What a layer of both styles takes.
    innermost = inner_is_async = _innermost_style(factories, is_async)
    is_innermost = True
    handler, stage = _view_handler(hooks, inner_is_async)
    joinable: list[Any] = []  # What is outermost so far, and runs as one stage with `beneath`.
    beneath = stage or stage_of(handler)
    for path, factory in reversed(factories):
        layer_style = _style(path, factory, style)
        is_innermost = is_innermost and _is_indifferent(factory)
        layer_is_async = innermost if is_innermost else layer_style
        adapted = _adapted(handler, inner_is_async, layer_is_async)
        try:
            middleware = factory(adapted)
        except exceptions.MiddlewareNotUsed as reason:
            # What lies beneath keeps its style; the next layer adapts to it.
            if settings.DEBUG and str(reason):
                logger.debug("MiddlewareNotUsed(%r): %s", path, reason)
            elif settings.DEBUG:
                logger.debug("MiddlewareNotUsed: %r", path)
            continue
        if middleware is None:
            raise exceptions.ImproperlyConfigured(
                f"Middleware factory {path} returned None. It must return a callable."
            )
        _collect(middleware, hooks)
        style, inner_is_async = layer_style, layer_is_async
        if not hooked.can_join(middleware):
            hooks.calls_once = not layer_is_async
            joinable = []
            handler, stage = _guarded(middleware, layer_is_async, path)
            continue
        hooks.calls_once = hooks.calls_once and hooked.never_blocks(middleware)
        if not joinable:
            beneath = stage or stage_of(adapted)
        joinable.insert(0, middleware)
        stage = hooked.Joined(list(joinable), beneath)
        handler = stage.respond
    if inner_is_async != is_async:
        return _adapted(handler, inner_is_async, is_async), None
    return handler, stage


def _style(path: str, factory: Any, is_async: bool) -> bool:
    """Return whether a layer is asynchronous: as what it is around, if it can be so."""
    can_sync, can_async = _styles(factory)
    if not can_sync and not can_async:
        raise misconfigured.MiddlewareIncapable(
            f"Middleware {path} must have at least one of sync_capable/async_capable set to True."
        )
    if can_async if is_async else can_sync:
        return is_async
    if settings.DEBUG:
        inner = "Asynchronous" if is_async else "Synchronous"
        logger.debug("%s handler adapted for middleware %s.", inner, path)
    return not is_async


def _styles(factory: Any) -> tuple[bool, bool]:
    """Return whether middleware can be synchronous, and whether it can be asynchronous."""
    return getattr(factory, "sync_capable", True), getattr(factory, "async_capable", False)


def _is_indifferent(factory: Any) -> bool:
    """Return whether it makes no difference which of both styles a layer has.

    To one with an `__init__` of its own it may: that sees what the layer is given.
    """
    has_both = all(_styles(factory))
    return has_both and hooked.has_only_hooks(factory) and hooked.has_no_init(factory)


def _innermost_style(factories: list[tuple[str, Any]], is_async: bool) -> bool:
    """Return whether the view, and the indifferent layers around it, run on the event loop.

    They do as the first layer around them does, which saves a change of thread.
    """
    for _, factory in reversed(factories):
        if not _is_indifferent(factory):
            can_sync, can_async = _styles(factory)
            return can_async if is_async else not can_sync
    return is_async


def _import(path: str) -> Callable[[Handler], Any]:
    try:
        return import_string(path)  # type: ignore[no-any-return]
    except ModuleNotFoundError as error:
        if error.name is None or not path.startswith(error.name):
            raise  # The middleware's module is there; something that it imports is not.
        raise _not_found(path, error) from error
    except ImportError as error:
        raise _not_found(path, error) from error


def _not_found(path: str, error: ImportError) -> misconfigured.MiddlewareNotFound:
    return misconfigured.MiddlewareNotFound(
        f"The middleware {path!r} in MIDDLEWARE cannot be imported: {error}"
    )


def _adapted(handler: Handler, handler_is_async: bool, is_async: bool) -> Handler:
    if handler_is_async == is_async:
        return handler
    return _to_async(handler) if is_async else to_sync(handler)


def _to_async(handler: Handler) -> Handler:
    """Return a handler for the event loop, which runs a synchronous one in the request's thread."""

    async def on_loop(request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = await in_thread(handler, request)
            return response
        except exceptions.ThreadPoolFull as error:
            # There is no thread; what the handler itself raises it answers.
            return await errors.answer(request, error, call_on_loop)

    return on_loop


def _collect(middleware: Any, hooks: Hooks) -> None:
    if hasattr(middleware, "before_body"):
        hooks.body.insert(0, middleware.before_body)
    if hasattr(middleware, "process_view"):
        hooks.view.insert(0, Hook(middleware, "process_view"))
    if hasattr(middleware, "process_template_response"):
        hooks.template_response.append(Hook(middleware, "process_template_response"))
    if hasattr(middleware, "process_exception"):
        hooks.exception.append(Hook(middleware, "process_exception"))


def _view_handler(hooks: Hooks, is_async: bool) -> tuple[Handler, Stage | None]:
    if is_async:
        stage = site(hooks, call_on_loop, on_loop=True)
        return stage.respond, stage
    respond = site(hooks, call_in_thread, on_loop=False).respond

    def in_thread(request: HttpRequest) -> HttpResponseBase:
        return run(respond(request))

    return in_thread, None


def _guarded(handler: Handler, is_async: bool, path: str) -> tuple[Handler, Stage | None]:
    name = f"The middleware {path!r}"

    def in_thread(request: HttpRequest) -> HttpResponseBase:
        try:
            response = handler(request)
            if not isinstance(response, HttpResponseBase):
                refuse_response(response, name, "middleware")
            return response
        except Exception as error:
            return run(errors.answer(request, error, call_in_thread))

    if not is_async:
        return in_thread, None
    stage = stage_of(handler, name)
    return stage.respond, stage


def stage_of(handler: Handler, name: str = "The handler of the layers beneath") -> Stage:
    """Return the stage that calls a handler, and refuses what is no response of it."""

    async def refuse(request: HttpRequest, response: Any) -> HttpResponseBase:
        refuse_response(response, name, "middleware")

    return Stage(handler, is_response, refuse, call_on_loop)
