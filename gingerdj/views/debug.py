"""Pages for developers, shown only while `DEBUG` is on."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import HttpRequest, HttpResponse
from gingerdj.urls import Resolver404, get_resolver
from gingerdj.utils.html import escape
from gingerdj.utils.version import get_version
from gingerdj.views.reporter import (
    ExceptionReporter,
    get_default_exception_reporter_filter,
    get_exception_reporter_class,
    get_exception_reporter_filter,
    page,
    table,
)
from gingerdj.views.sensitive import SafeExceptionReporterFilter

__all__ = [
    "ExceptionReporter",
    "SafeExceptionReporterFilter",
    "default_urlconf",
    "get_default_exception_reporter_filter",
    "get_exception_reporter_class",
    "get_exception_reporter_filter",
    "technical_404_response",
    "technical_500_response",
]


def default_urlconf(request: HttpRequest) -> HttpResponse:
    """Greet the developer of a project that has no URLs yet."""
    body = (
        f"<p>GingerDJ {escape(get_version())} answers, and your project has no URLs yet: "
        f"add the first to <code>{escape(str(settings.ROOT_URLCONF))}</code>.</p>"
    )
    return HttpResponse(page("It worked!", body))


def technical_404_response(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show which patterns the path was tried against, or what the view said."""
    found = exception.args[0] if exception.args else ""
    tried = found.get("tried", []) if isinstance(found, dict) else []
    if isinstance(found, dict) and not tried and request.path_info == "/":
        return default_urlconf(request)
    rows = [("Method", request.method), ("Path", request.path)]
    if isinstance(found, dict):
        items = "".join(f"<li><code>{escape(_route(path))}</code></li>" for path in tried)
        body = (
            f"{table(rows)}<p>No pattern of <code>{escape(str(settings.ROOT_URLCONF))}</code> "
            f"matches this path. Tried, in this order:</p><ol>{items}</ol>"
        )
        if _is_websocket(request.path_info):
            body += (
                "<p>The path is one of <code>websocket_urlpatterns</code>, but what came is a "
                "plain request. A WebSocket comes as one where the server has no library for "
                "them: for Uvicorn, run <code>python -m pip install websockets</code>.</p>"
            )
    else:
        if request.resolver_match is not None:
            rows.append(("View", request.resolver_match._func_path))
        body = f"{table(rows)}<p>{escape(str(found))}</p>"
    return HttpResponse(page("Page not found (404)", body), status=404)


def _is_websocket(path: str) -> bool:
    try:
        get_resolver(settings.ROOT_URLCONF).websocket.resolve(path)
    except (ImproperlyConfigured, Resolver404):  # The checks tell of the former.
        return False
    return True


def technical_500_response(
    request: HttpRequest,
    exc_type: type[BaseException],
    exc_value: BaseException,
    tb: TracebackType | None,
    status_code: int = 500,
) -> HttpResponse:
    """Show an exception as `DEFAULT_EXCEPTION_REPORTER` reports it.

    Clients that do not accept HTML get plain text.
    """
    reporter = get_exception_reporter_class(request)(request, exc_type, exc_value, tb)
    if request.accepts("text/html"):
        return HttpResponse(reporter.get_traceback_html(), status=status_code)
    text = reporter.get_traceback_text()
    return HttpResponse(text, status=status_code, content_type="text/plain; charset=utf-8")


def _route(patterns: list[Any]) -> str:
    return " ".join(str(pattern.pattern) or "''" for pattern in patterns)
