"""Pages for developers, shown only while `DEBUG` is on."""

from __future__ import annotations

import sys
import traceback
from types import FrameType
from typing import Any

from gingerdj.conf import settings
from gingerdj.http import HttpRequest, HttpResponse
from gingerdj.utils.html import escape
from gingerdj.utils.version import get_version
from gingerdj.views.sensitive import SafeExceptionReporterFilter

__all__ = [
    "SafeExceptionReporterFilter",
    "default_urlconf",
    "technical_404_response",
    "technical_500_response",
]

# Characters of a variable that are shown.
_LONGEST = 4096

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="robots" content="noindex">
  <title>{title}</title>
  <style>
    body {{ font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
    pre, td {{ overflow-wrap: anywhere; white-space: pre-wrap }}
    th {{ text-align: left; vertical-align: top; padding-right: 1rem }}
  </style>
</head>
<body>
<h1>{title}</h1>
{body}
<p>This page is shown because DEBUG is True in the settings.</p>
</body>
</html>
"""


def default_urlconf(request: HttpRequest) -> HttpResponse:
    """Greet the developer of a project that has no URLs yet."""
    body = (
        f"<p>GingerDJ {escape(get_version())} answers, and your project has no URLs yet: "
        f"add the first to <code>{escape(str(settings.ROOT_URLCONF))}</code>.</p>"
    )
    return HttpResponse(_PAGE.format(title="It worked!", body=body))


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
            f"{_table(rows)}<p>No pattern of <code>{escape(str(settings.ROOT_URLCONF))}</code> "
            f"matches this path. Tried, in this order:</p><ol>{items}</ol>"
        )
    else:
        if request.resolver_match is not None:
            rows.append(("View", request.resolver_match.func_path))
        body = f"{_table(rows)}<p>{escape(str(found))}</p>"
    return HttpResponse(_PAGE.format(title="Page not found (404)", body=body), status=404)


def technical_500_response(
    request: HttpRequest, exception: Exception, status_code: int = 500
) -> HttpResponse:
    """Show an exception with its traceback, the request and the settings, secrets hidden.

    Clients that do not accept HTML get plain text.
    """
    title = f"{type(exception).__name__} at {request.path}"
    lines = "".join(traceback.format_exception(exception))
    if not request.accepts("text/html"):
        text = f"{title}\n\n{lines}"
        return HttpResponse(text, status=status_code, content_type="text/plain; charset=utf-8")
    rows = [
        ("Method", request.method),
        ("Exception", f"{type(exception).__name__}: {exception}"),
        ("Python", sys.version.partition(" ")[0]),
        ("GingerDJ", get_version()),
    ]
    secrets = SafeExceptionReporterFilter()
    body = (
        f"{_table(rows)}<h2>Traceback</h2><pre>{escape(lines)}</pre>"
        f"<h2>Variables</h2>{_frames(request, exception, secrets)}"
        f"<h2>Request</h2>{_table(sorted(secrets.get_safe_request_meta(request).items()))}"
        f"<h2>Settings</h2>{_table(sorted(secrets.get_safe_settings().items()))}"
    )
    return HttpResponse(_PAGE.format(title=escape(title), body=body), status=status_code)


def _frames(request: HttpRequest, exception: Exception, secrets: Any) -> str:
    frames = list(traceback.walk_tb(exception.__traceback__))
    return "".join(_frame(request, frame, line, secrets) for frame, line in reversed(frames))


def _frame(request: HttpRequest, frame: FrameType, line: int, secrets: Any) -> str:
    where = f"{frame.f_code.co_filename}, line {line}, in {frame.f_code.co_qualname}"
    variables = secrets.get_traceback_frame_variables(request, frame)
    rows = [(name, _shown(value)) for name, value in variables]
    return f"<details><summary>{escape(where)}</summary>{_table(rows)}</details>"


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(error).__name__} while it was shown>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _route(patterns: list[Any]) -> str:
    return " ".join(str(pattern.pattern) or "''" for pattern in patterns)


def _table(rows: Any) -> str:
    cells = (
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{''.join(cells)}</table>"
