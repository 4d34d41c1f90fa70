"""Checks of the setting LOGGING, whose misspelt keys Python passes over in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from gingerdj.conf import global_settings, settings

from .messages import CheckMessage, Warning
from .registry import Tags, register

# What logging.config.dictConfig() reads.  Whatever else an entry of a handler holds is given to
# its class, which refuses what it does not know; so do the factories that "()" names.
_KEYS = (
    *("version", "incremental", "disable_existing_loggers"),
    *("formatters", "filters", "handlers", "loggers", "root"),
)
_ROOT_KEYS = ("level", "filters", "handlers")
_ENTRY_KEYS = {
    "formatters": ("class", "format", "datefmt", "style", "validate", "defaults"),
    "filters": ("name",),
    "loggers": (*_ROOT_KEYS, "propagate"),
}


@register(Tags.settings)
def check_logging(**kwargs: Any) -> list[CheckMessage]:
    """Report keys of LOGGING that nothing reads."""
    given = settings.LOGGING
    if settings.LOGGING_CONFIG != global_settings.LOGGING_CONFIG or not isinstance(given, Mapping):
        return []
    return [
        *_unread("", given, _KEYS),
        *_unread("['root']", given.get("root"), _ROOT_KEYS),
        *(
            message
            for section, known in _ENTRY_KEYS.items()
            for name, entry in _entries(given.get(section))
            for message in _unread(f"[{section!r}][{name!r}]", entry, known)
        ),
    ]


def _entries(section: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(section, Mapping):
        yield from section.items()


def _unread(above: str, entry: Any, known: tuple[str, ...]) -> Iterator[CheckMessage]:
    if not isinstance(entry, Mapping) or "()" in entry:
        return
    for key in entry:
        if key not in known:
            path = f"{above}[{key!r}]"
            close = get_close_matches(str(key), known, n=1)
            yield Warning(
                f"LOGGING has a key that nothing reads: {path}.",
                hint=f"Did you mean {close[0]!r}?" if close else "Take it out.",
                id="logging.W001",
            )
