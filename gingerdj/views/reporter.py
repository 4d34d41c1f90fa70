"""Reports of exceptions: their data, as HTML and as plain text, secrets hidden."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from gingerdj.conf import settings
from gingerdj.utils import timezone
from gingerdj.utils.html import escape
from gingerdj.utils.module_loading import import_callable
from gingerdj.utils.text import trim_value
from gingerdj.utils.version import get_version
from gingerdj.views.sensitive import SafeExceptionReporterFilter

# Lines of the source that are shown before and after the one that was run.
_CONTEXT = 7

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
{reason}</body>
</html>
"""
_REASON = "This page is shown because DEBUG is True in the settings."


class ExceptionReporter:
    """Reports an exception with its traceback, the request and the settings.

    `DEFAULT_EXCEPTION_REPORTER` names the class that makes the page of a failed request while
    `DEBUG` is on, unless the request has another one as its `exception_reporter_class`.

    Args:
        request: the request; None if there was none.
        exc_type: the exception's class; None if there was no exception.
        exc_value: the exception.
        tb: its traceback.
        is_email: whether the report is read apart from the site, and so need not say why it is
            shown.
    """

    def __init__(
        self,
        request: Any,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
        is_email: bool = False,
    ) -> None:
        self.request = request
        self.filter = get_exception_reporter_filter(request)
        self.exc_type = exc_type
        self.exc_value = exc_value
        self.tb = tb
        self.is_email = is_email

    def get_traceback_data(self) -> dict[str, Any]:
        """Return what is reported, by name, with secrets hidden by the filter."""
        request = self.request
        frames = self.get_traceback_frames()
        data = {
            "is_email": self.is_email,
            "frames": frames,
            "request": request,
            "request_meta": self.filter.get_safe_request_meta(request),
            "request_COOKIES_items": self.filter.get_safe_cookies(request).items(),
            "filtered_POST_items": _read(self.filter.get_post_parameters, request),
            "settings": self.filter.get_safe_settings(),
            "sys_executable": sys.executable,
            "sys_version_info": sys.version.partition(" ")[0],
            "sys_path": sys.path,
            "server_time": timezone.now(),
            "gingerdj_version_info": get_version(),
        }
        if request is not None:
            match = request.resolver_match
            data["request_GET_items"] = list(request.GET.items())
            data["request_FILES_items"] = _read(lambda request: request.FILES, request)
            data["request_insecure_uri"] = _address(request)
            data["raising_view_name"] = match._func_path if match else ""
        if self.exc_type is not None:
            data["exception_type"] = self.exc_type.__name__
        if self.exc_value is not None:
            data["exception_value"] = str(self.exc_value)
        if frames:
            data["lastframe"] = frames[-1]
        return data

    def get_traceback_html(self) -> str:
        """Return the report as a page of HTML."""
        data = self.get_traceback_data()
        sections = "".join(
            f"<h2>{name}</h2>{table(rows)}" for name, rows in _sections(data) if rows
        )
        frames = "".join(_frame(frame) for frame in reversed(data["frames"]))
        body = (
            f"{table(_summary(data))}<h2>Traceback</h2><pre>{escape(self._traceback())}</pre>"
            f"<h2>Variables</h2>{frames}{sections}"
        )
        return page(escape(_title(data)), body, explained=not self.is_email)

    def get_traceback_text(self) -> str:
        """Return the report as plain text."""
        data = self.get_traceback_data()
        parts = [_title(data), _lines(_summary(data)), self._traceback()]
        parts += [f"{name}:\n{_lines(rows)}" for name, rows in _sections(data) if rows]
        if not self.is_email:
            parts.append(_REASON)
        return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        """Return the frames of the exception and of its causes, those of the first cause first.

        Each is a dictionary: `filename`, `function`, `lineno`, `vars` as pairs of a name and a
        text, `pre_context`, `context_line` and `post_context` with the source around the line,
        `pre_context_lineno`, `exc_cause` with the exception that came before, and `tb`.
        """
        linecache.checkcache()
        return [
            self._frame_data(tb, line, cause)
            for error, tracebacks in self._chain()
            for cause in [_cause(error)]
            for tb, line in tracebacks
        ]

    def _chain(self) -> list[tuple[BaseException | None, list[tuple[TracebackType, int]]]]:
        chain = []
        error, tb = self.exc_value, self.tb
        seen: set[int] = set()
        while tb is not None or error is not None:
            chain.append((error, list(_walk(tb))))
            seen.add(id(error))
            error = _cause(error)
            if error is None or id(error) in seen:  # Causes may run in circles.
                break
            tb = error.__traceback__
        return chain[::-1]

    def _frame_data(
        self, tb: TracebackType, line: int, cause: BaseException | None
    ) -> dict[str, Any]:
        frame = tb.tb_frame
        filename = frame.f_code.co_filename
        source = [each.rstrip("\n") for each in linecache.getlines(filename, frame.f_globals)]
        first = max(1, line - _CONTEXT)
        variables = self.filter.get_traceback_frame_variables(self.request, frame)
        return {
            "exc_cause": cause,
            "tb": tb,
            "filename": filename,
            "function": frame.f_code.co_qualname,
            "lineno": line,
            "vars": [(name, _shown(value)) for name, value in variables],
            "pre_context_lineno": first,
            "pre_context": source[first - 1 : line - 1],
            "context_line": source[line - 1] if line <= len(source) else "",
            "post_context": source[line : line + _CONTEXT],
        }

    def _traceback(self) -> str:
        return "".join(traceback.format_exception(self.exc_type, self.exc_value, self.tb))


def get_exception_reporter_class(request: Any) -> Any:
    """Return the class that reports a request's exceptions.

    Args:
        request: the request, whose `exception_reporter_class` comes before
            `DEFAULT_EXCEPTION_REPORTER`.

    Raises:
        ImproperlyConfigured: the setting names nothing that could be called.
    """
    own = getattr(request, "exception_reporter_class", None)
    return own or _named("DEFAULT_EXCEPTION_REPORTER")


def get_exception_reporter_filter(request: Any) -> SafeExceptionReporterFilter:
    """Return the filter that hides secrets in reports of a request's exceptions.

    Args:
        request: the request, whose `exception_reporter_filter` comes before
            `DEFAULT_EXCEPTION_REPORTER_FILTER`.

    Raises:
        ImproperlyConfigured: the setting names nothing that could be called.
    """
    own = getattr(request, "exception_reporter_filter", None)
    return own or get_default_exception_reporter_filter()


def get_default_exception_reporter_filter() -> SafeExceptionReporterFilter:
    """Return a filter of the class that `DEFAULT_EXCEPTION_REPORTER_FILTER` names.

    Raises:
        ImproperlyConfigured: the setting names nothing that could be called.
    """
    return _named("DEFAULT_EXCEPTION_REPORTER_FILTER")()  # type: ignore[no-any-return]


def page(title: str, body: str, explained: bool = True) -> str:
    """Return a page for developers.

    Args:
        title: the title, escaped.
        body: what stands beneath it, as HTML.
        explained: whether to say why the page is shown.
    """
    reason = f"<p>{_REASON}</p>\n" if explained else ""
    return _PAGE.format(title=title, body=body, reason=reason)


def table(rows: Any) -> str:
    """Return pairs of a name and a value as a table in HTML."""
    cells = (
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{''.join(cells)}</table>"


def _named(setting: str) -> Any:
    return import_callable(getattr(settings, setting), setting)


def _walk(tb: TracebackType | None) -> Iterator[tuple[TracebackType, int]]:
    while tb is not None:
        yield tb, tb.tb_lineno
        tb = tb.tb_next


def _cause(error: BaseException | None) -> BaseException | None:
    if error is None:
        return None
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__


def _read(read: Callable[[Any], Any], request: Any) -> list[tuple[str, Any]]:
    """Return the fields of a form; one that cannot be read is perhaps what failed."""
    try:
        return list(read(request).items())
    except Exception as error:
        return [("", f"<{type(error).__name__} while they were read>")]


def _address(request: Any) -> str:
    # The Host header has not been checked: it may be what failed.
    return f"{request.scheme}://{request._get_raw_host()}{request.get_full_path()}"


def _shown(value: Any) -> str:
    try:
        return "".join(trim_value(repr(value)))
    except Exception as error:
        return f"<{type(error).__name__} while it was shown>"


def _title(data: dict[str, Any]) -> str:
    title = data.get("exception_type", "Report")
    return f"{title} at {data['request'].path}" if data["request"] is not None else title


def _summary(data: dict[str, Any]) -> list[tuple[str, Any]]:
    rows = []
    if data["request"] is not None:
        rows += [("Method", data["request"].method), ("Address", data["request_insecure_uri"])]
        rows += [("View", data["raising_view_name"])] if data["raising_view_name"] else []
    if "exception_type" in data:
        value = data.get("exception_value", "")
        rows.append(("Exception", f"{data['exception_type']}: {value}"))
    return [
        *rows,
        ("Python", f"{data['sys_version_info']}, {data['sys_executable']}"),
        ("GingerDJ", data["gingerdj_version_info"]),
        ("Time", data["server_time"].isoformat(" ", "seconds")),
    ]


def _sections(data: dict[str, Any]) -> list[tuple[str, list[tuple[str, Any]]]]:
    return [
        ("GET", list(data.get("request_GET_items", ()))),
        ("POST", list(data["filtered_POST_items"])),
        ("FILES", list(data.get("request_FILES_items", ()))),
        ("COOKIES", list(data["request_COOKIES_items"])),
        ("Request", sorted(data["request_meta"].items())),
        ("Settings", sorted(data["settings"].items())),
    ]


def _frame(frame: dict[str, Any]) -> str:
    where = f"{frame['filename']}, line {frame['lineno']}, in {frame['function']}"
    around = [*frame["pre_context"], frame["context_line"], *frame["post_context"]]
    source = "\n".join(
        f"{'>' if number == frame['lineno'] else ' '} {number:5} {line}"
        for number, line in enumerate(around, frame["pre_context_lineno"])
    )
    return (
        f"<details><summary>{escape(where)}</summary><pre>{escape(source)}</pre>"
        f"{table(frame['vars'])}</details>"
    )


def _lines(rows: Any) -> str:
    return "\n".join(f"{name}: {value}" for name, value in rows)
