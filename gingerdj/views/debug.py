"""Pages for developers, shown only while `DEBUG` is on."""

from __future__ import annotations

import re
import sys
import traceback
from html import escape
from typing import Any

from gingerdj.conf import settings
from gingerdj.http import HttpRequest, HttpResponse
from gingerdj.utils.version import get_version

_SECRET = re.compile(
    r"API|AUTH|COOKIE|CREDENTIAL|KEY|PASS|SECRET|SESSION|SIGNATURE|TOKEN", re.IGNORECASE
)
_HIDDEN = "********************"

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
    body = (
        f"{_table(rows)}<h2>Traceback</h2><pre>{escape(lines)}</pre>"
        f"<h2>Request</h2>{_table(sorted(hide_secrets(dict(request.META)).items()))}"
        f"<h2>Settings</h2>{_table(sorted(hide_secrets(_settings()).items()))}"
    )
    return HttpResponse(_PAGE.format(title=escape(title), body=body), status=status_code)


def hide_secrets(value: Any, name: str = "") -> Any:
    """Return a value with everything hidden whose name suggests a secret, at any depth.

    Args:
        value: the value; dictionaries, lists and tuples are looked into.
        name: the name that it goes by.
    """
    if name and _SECRET.search(name):
        return _HIDDEN
    if isinstance(value, dict):
        return {key: hide_secrets(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [hide_secrets(each) for each in value]
    return value


def _settings() -> dict[str, Any]:
    return {name: getattr(settings, name, "") for name in dir(settings) if name.isupper()}


def _route(patterns: list[Any]) -> str:
    return " ".join(str(pattern.pattern) or "''" for pattern in patterns)


def _table(rows: Any) -> str:
    cells = (
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{''.join(cells)}</table>"
