"""Decorators that limit a view to some HTTP methods, or answer conditional requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from functools import wraps
from typing import Any

from gingerdj.http import HttpRequest, HttpResponse
from gingerdj.middleware.http import ConditionalGetMiddleware
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.cache import get_conditional_response
from gingerdj.utils.decorators import decorator_from_middleware
from gingerdj.utils.http import http_date, quote_etag
from gingerdj.views.refusal import method_not_allowed

_View = Callable[..., Any]


def require_http_methods(request_method_list: list[str]) -> Callable[[_View], _View]:
    """Answer 405 to every method but the ones given, in upper case."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if request.method in request_method_list:
            return None
        return method_not_allowed(request, request_method_list)

    def decorator(view: _View) -> _View:
        @wraps(view)
        async def on_loop(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refusal(request) or await view(request, *args, **kwargs)

        @wraps(view)
        def in_thread(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refusal(request) or view(request, *args, **kwargs)

        return on_loop if iscoroutinefunction(view) else in_thread

    return decorator


#: Answer 405 to every method but GET.
require_GET = require_http_methods(["GET"])  # noqa: N816 - Django's name
#: Answer 405 to every method but POST.
require_POST = require_http_methods(["POST"])  # noqa: N816 - Django's name
#: Answer 405 to every method but GET and HEAD, which change nothing.
require_safe = require_http_methods(["GET", "HEAD"])

#: Answer conditional GET requests as `ConditionalGetMiddleware` does.
conditional_page = decorator_from_middleware(ConditionalGetMiddleware)


def condition(
    etag_func: _View | None = None, last_modified_func: _View | None = None
) -> Callable[[_View], _View]:
    """Answer conditional requests (RFC 9110, 13) without calling the view, where that can be.

    For a view that is a coroutine function the two may be coroutine functions, too.

    Args:
        etag_func: returns the entity tag of what the view would return, or None; it is called
            with the view's arguments.
        last_modified_func: returns when that last changed, as a datetime, or None; one without
            a time zone is in UTC.
    """

    def decorator(view: _View) -> _View:
        @wraps(view)
        async def on_loop(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            steps = _conditional(view, etag_func, last_modified_func)
            try:
                function = next(steps)
                while True:
                    result = function(request, *args, **kwargs)
                    if iscoroutinefunction(function):
                        result = await result
                    function = steps.send((request, result))
            except StopIteration as done:
                return done.value

        @wraps(view)
        def in_thread(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            steps = _conditional(view, etag_func, last_modified_func)
            try:
                function = next(steps)
                while True:
                    function = steps.send((request, function(request, *args, **kwargs)))
            except StopIteration as done:
                return done.value

        return on_loop if iscoroutinefunction(view) else in_thread

    return decorator


def _nothing(request: HttpRequest, *args: Any, **kwargs: Any) -> None:
    return None


def _conditional(
    view: _View, etag_func: _View | None, last_modified_func: _View | None
) -> Generator[_View, tuple[HttpRequest, Any], Any]:
    """Give the functions to call, be sent the request with their results, return the response."""
    request, changed = yield last_modified_func or _nothing
    _, etag = yield etag_func or _nothing
    last_modified = _seconds(changed) if changed else None
    etag = quote_etag(etag) if etag is not None else None
    response = get_conditional_response(request, etag=etag, last_modified=last_modified)
    if response is None:
        _, response = yield view
    if request.method in ("GET", "HEAD"):
        if last_modified is not None:
            response.headers.setdefault("Last-Modified", http_date(last_modified))
        if etag:
            response.headers.setdefault("ETag", etag)
    return response


def _seconds(moment: dt.datetime) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp())


def etag(etag_func: _View) -> Callable[[_View], _View]:
    """Answer conditional requests by entity tag alone; see `condition`."""
    return condition(etag_func=etag_func)


def last_modified(last_modified_func: _View) -> Callable[[_View], _View]:
    """Answer conditional requests by time alone; see `condition`."""
    return condition(last_modified_func=last_modified_func)
