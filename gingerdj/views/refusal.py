"""The answer to a method that a view does not have."""

from __future__ import annotations

from collections.abc import Iterable

from gingerdj.http import HttpRequest, HttpResponseNotAllowed
from gingerdj.utils.log import log_response


def method_not_allowed(request: HttpRequest, methods: Iterable[str]) -> HttpResponseNotAllowed:
    """Answer 405, and log it.

    Args:
        request: the request.
        methods: the methods that there are.
    """
    response = HttpResponseNotAllowed(methods)
    log_response(
        "Method Not Allowed (%s): %s",
        request.method,
        request.path,
        response=response,
        request=request,
    )
    return response
