"""Exceptions as responses: the one place where the one becomes the other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestAborted,
    SuspiciousOperation,
    ThreadPoolFull,
)
from gingerdj.core.signals import got_request_exception
from gingerdj.http import Http404, HttpRequest, HttpResponse
from gingerdj.http.exceptions import MultiPartParserError
from gingerdj.http.response import HttpResponseBase
from gingerdj.urls import get_resolver, get_urlconf
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.log import log_response

if TYPE_CHECKING:
    from gingerdj.core.handlers.adapt import Caller
    from gingerdj.views import debug, defaults
else:
    debug = LazyModule("gingerdj.views.debug")
    defaults = LazyModule("gingerdj.views.defaults")

_DEFAULTS = {
    400: "bad_request",
    403: "permission_denied",
    404: "page_not_found",
    500: "server_error",
}


async def answer(request: HttpRequest, error: Exception, call: Caller) -> HttpResponseBase:
    """Return the response to an exception, and log it.

    | exception | status | logged to |
    | `Http404` | 404 | `gingerdj.request`, at the end: a middleware may have another answer |
    | `PermissionDenied` | 403 | `gingerdj.request` |
    | `BadRequest` | 400 | `gingerdj.request` |
    | `SuspiciousOperation` | 400 | `gingerdj.security.` and the exception's class |
    | `ThreadPoolFull` | 503 | `gingerdj.request` |
    | any other | 500 | `gingerdj.request` |

    Raises:
        RequestAborted: the exception is this one.
        Exception: the exception itself, were it a 500 and `DEBUG_PROPAGATE_EXCEPTIONS` on.
    """
    response: HttpResponseBase
    if isinstance(error, Http404):
        if settings.DEBUG:
            response = debug.technical_404_response(request, error)
        else:
            response = await _handled(request, call, 404, error)
    elif isinstance(error, PermissionDenied):
        response = await _handled(request, call, 403, error)
        log_response(
            "Forbidden (Permission denied): %s",
            request.path,
            response=response,
            request=request,
            exception=error,
        )
    elif isinstance(error, BadRequest | SuspiciousOperation):
        response = await _bad_request(request, call, error)
    elif isinstance(error, ThreadPoolFull):
        response = HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = "1"
        log_response("Service Unavailable: %s", request.path, response=response, request=request)
    elif isinstance(error, RequestAborted):
        raise error  # Nobody is left to answer.
    else:
        response = await _server_error(request, call, error)
    return response


async def _bad_request(request: HttpRequest, call: Caller, error: Exception) -> HttpResponseBase:
    if settings.DEBUG:
        response: Any = _technical(request, error, 400)
    else:
        response = await _handled(request, call, 400, error)
    if isinstance(error, SuspiciousOperation):
        log_response(
            "%s",
            str(error),
            response=response,
            request=request,
            logger=logging.getLogger(f"gingerdj.security.{type(error).__name__}"),
            level="error",
            exception=error,
        )
    said = str(error) or "Bad Request"
    if isinstance(error, MultiPartParserError):
        said = "Bad request (Unable to parse request body)"
    log_response("%s: %s", said, request.path, response=response, request=request, exception=error)
    return response  # type: ignore[no-any-return]


async def _server_error(request: HttpRequest, call: Caller, error: Exception) -> HttpResponseBase:
    if got_request_exception.has_listeners():
        await call(got_request_exception.send, False, sender=None, request=request)
    if settings.DEBUG_PROPAGATE_EXCEPTIONS:
        raise error
    if settings.DEBUG:
        response: Any = _technical(request, error, 500)
    else:
        response = await _call(request, call, 500, ())
    log_response(
        "Internal Server Error: %s",
        request.path,
        response=response,
        request=request,
        exception=error,
    )
    return response  # type: ignore[no-any-return]


async def _handled(
    request: HttpRequest, call: Caller, status: int, error: Exception
) -> HttpResponseBase:
    """Call an error's view; what it raises is answered with 500."""
    try:
        return await _call(request, call, status, (error,))
    except Exception as own:
        return await _server_error(request, call, own)


async def _call(
    request: HttpRequest, call: Caller, status: int, args: tuple[Any, ...]
) -> HttpResponseBase:
    handler = get_resolver(get_urlconf()).resolve_error_handler(status)
    if handler is None:
        response: HttpResponse = getattr(defaults, _DEFAULTS[status])(request, *args)
        return response
    return await call(handler, iscoroutinefunction(handler), request, *args)  # type: ignore[no-any-return]


def _technical(request: HttpRequest, error: Exception, status: int) -> HttpResponse:
    return debug.technical_500_response(request, type(error), error, error.__traceback__, status)
