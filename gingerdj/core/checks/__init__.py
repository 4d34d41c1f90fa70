"""System checks: what `manage.py check` and `runserver` look at before anything is served."""

# Importing a module of checks registers them.
from . import (
    async_checks,
    databases,
    files,
    logs,
    security,
    servers,
    serving,
    settings,
    urls,
    values,
)
from .messages import (
    CRITICAL,
    DEBUG,
    ERROR,
    INFO,
    WARNING,
    CheckMessage,
    Critical,
    Debug,
    Error,
    Info,
    Warning,
)
from .registry import Tags, register, run_checks, tag_exists, tags_available

__all__ = [
    "CRITICAL",
    "DEBUG",
    "ERROR",
    "INFO",
    "WARNING",
    "CheckMessage",
    "Critical",
    "Debug",
    "Error",
    "Info",
    "Tags",
    "Warning",
    "async_checks",
    "databases",
    "files",
    "logs",
    "register",
    "run_checks",
    "security",
    "servers",
    "serving",
    "settings",
    "tag_exists",
    "tags_available",
    "urls",
    "values",
]
