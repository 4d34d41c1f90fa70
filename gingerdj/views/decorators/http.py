"""Decorators that limit a view to some HTTP methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction

from gingerdj.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from gingerdj.utils.log import log_response

_View = Callable[..., Any]


def require_http_methods(request_method_list: list[str]) -> Callable[[_View], _View]:
    """Answer 405 to every method but the ones given, in upper case."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if request.method in request_method_list:
            return None
        response = HttpResponseNotAllowed(request_method_list)
        log_response(
            "Method Not Allowed (%s): %s",
            request.method,
            request.path,
            response=response,
            request=request,
        )
        return response

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
