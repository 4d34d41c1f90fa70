"""Logging: its defaults, and what the request's path and the servers log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.utils.lazy import LazyModule, absent_names
from gingerdj.utils.module_loading import import_string

__getattr__ = absent_names(__name__)

if TYPE_CHECKING:
    from logging import config
else:
    config = LazyModule("logging.config")

request_logger = logging.getLogger("gingerdj.request")

#: What `setup()` configures before the setting `LOGGING`.
DEFAULT_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"require_debug_true": {"()": "gingerdj.utils.log.RequireDebugTrue"}},
    "formatters": {
        "gingerdj.server": {
            "()": "gingerdj.utils.log.ServerFormatter",
            "format": "[{server_time}] {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "level": "INFO",
            "filters": ["require_debug_true"],
            "class": "logging.StreamHandler",
        },
        "gingerdj.server": {
            "level": "INFO",
            "class": "logging.StreamHandler",
            "formatter": "gingerdj.server",
        },
    },
    "loggers": {
        "gingerdj": {"handlers": ["console"], "level": "INFO"},
        "gingerdj.server": {"handlers": ["gingerdj.server"], "level": "INFO", "propagate": False},
    },
}

# By this it is seen whether somebody has changed them.
_SHIPPED = repr(DEFAULT_LOGGING)


def configure_logging(logging_config: str | None, logging_settings: dict[str, Any]) -> None:
    """Configure logging: GingerDJ's defaults, then the project's own settings.

    Args:
        logging_config: the dotted path of what is called with a dictionary; None does nothing.
        logging_settings: the dictionary; an empty one leaves the defaults alone.
    """
    if not logging_config:
        return
    if logging_settings or repr(DEFAULT_LOGGING) != _SHIPPED:
        config.dictConfig(DEFAULT_LOGGING)
    else:
        _configure_defaults()
    if logging_settings:
        configure = import_string(logging_config)
        try:
            configure(logging_settings)
        except (AttributeError, ImportError, TypeError, ValueError) as error:
            error.add_note("The setting LOGGING is wrong: mend it in the settings.")
            raise


def _configure_defaults() -> None:
    """Do what `logging.config` makes of the defaults, but without its imports, which cost as much
    as all others of a start."""
    for name, options in DEFAULT_LOGGING["loggers"].items():
        logger = logging.getLogger(name)
        logger.setLevel(options["level"])
        logger.propagate = options.get("propagate", True)
        logger.handlers[:] = [_default_handler(each) for each in options["handlers"]]


def _default_handler(name: str) -> logging.Handler:
    options = DEFAULT_LOGGING["handlers"][name]
    handler: logging.Handler = import_string(options["class"])()
    handler.name = name
    handler.setLevel(options["level"])
    for each in options.get("filters", ()):
        handler.addFilter(import_string(DEFAULT_LOGGING["filters"][each]["()"])())
    if "formatter" in options:
        form = DEFAULT_LOGGING["formatters"][options["formatter"]]
        handler.setFormatter(import_string(form["()"])(form["format"], style=form["style"]))
    return handler


class CallbackFilter(logging.Filter):
    """Lets through the records for which a function says so.

    Args:
        callback: the function, which takes the record.
    """

    def __init__(self, callback: Callable[[logging.LogRecord], Any]) -> None:
        super().__init__()
        self.callback = callback

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(self.callback(record))


class RequireDebugFalse(logging.Filter):
    """Lets records through while `DEBUG` is off."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not settings.DEBUG


class RequireDebugTrue(logging.Filter):
    """Lets records through while `DEBUG` is on."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(settings.DEBUG)


class ServerFormatter(logging.Formatter):
    """Offers `{server_time}`, the time in the form of `datefmt`, to the format."""

    default_time_format = "%d/%b/%Y %H:%M:%S"
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        if self.uses_server_time() and not hasattr(record, "server_time"):
            record.server_time = self.formatTime(record, self.datefmt)
        return super().format(record)

    def uses_server_time(self) -> bool:
        """Return whether the format asks for the time."""
        return "{server_time}" in (self._fmt or "") or "%(server_time)" in (self._fmt or "")


def escape_for_log(text: str) -> str:
    """Return text as printable ASCII, the rest and backslashes escaped: it stays on its line of a
    log, and nobody takes it for other text."""
    return text.encode("unicode_escape").decode()


def log_response(
    message: str,
    *args: Any,
    response: Any = None,
    request: Any = None,
    logger: logging.Logger = request_logger,
    level: str | None = None,
    exception: BaseException | None = None,
) -> None:
    """Log a response once: as an error from status 500, as a warning from 400.

    Args:
        message: the message, with `%s` for each of `args`, which are escaped.
        response: the response.
        request: the request; handlers find it at the record.
        logger: the logger.
        level: a method of the logger, such as `info`, in place of the status's own.
        exception: the exception behind the response.
    """
    if getattr(response, "_has_been_logged", False):
        return
    if level is None:
        status = response.status_code
        level = "error" if status >= 500 else "warning" if status >= 400 else "info"
    getattr(logger, level)(
        message,
        *(escape_for_log(arg) if isinstance(arg, str) else arg for arg in args),
        extra={"status_code": response.status_code, "request": request},
        exc_info=exception,
    )
    response._has_been_logged = True


def log_failure(request: Any, response: Any) -> None:
    """Log a response whose status is an error's, unless that has been done.

    Args:
        request: the request.
        response: the response that goes to the client.
    """
    if response.status_code >= 400:
        log_response(
            "%s: %s", response.reason_phrase, request.path, response=response, request=request
        )
