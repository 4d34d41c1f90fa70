"""Decorators that turn on or off, for one view, what `CsrfViewMiddleware` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.middleware.csrf import CsrfViewMiddleware, get_token
from gingerdj.utils.decorators import decorator_from_middleware
from gingerdj.views.decorators.marks import marked

#: Refuse requests of other sites, without the middleware.
csrf_protect = decorator_from_middleware(CsrfViewMiddleware)


class _Tolerant(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> Any:
        return None


class _Sending(_Tolerant):
    def process_view(
        self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        response = super().process_view(request, callback, callback_args, callback_kwargs)
        get_token(request)
        return response


#: Make `get_token` work in a view, and refuse nothing: for the views of errors.
requires_csrf_token = decorator_from_middleware(_Tolerant)
#: Send the cookie with each response, and refuse nothing: for pages whose scripts need it.
ensure_csrf_cookie = decorator_from_middleware(_Sending)


def csrf_exempt(view_func: Callable[..., Any]) -> Callable[..., Any]:
    """Keep `CsrfViewMiddleware` from refusing requests to a view."""
    return marked(view_func, csrf_exempt=True)
