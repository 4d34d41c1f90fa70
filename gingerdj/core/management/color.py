"""Colors of what commands print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

#: Parameters of the "select graphic rendition" sequence (ECMA-48, section 8.3.117).
CODES = {
    "ERROR": "31;1",
    "NOTICE": "31",
    "SUCCESS": "32;1",
    "WARNING": "33;1",
}


def _paint(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


class Style:
    """Paints a text by its role: `style.SUCCESS("done")`, `ERROR`, `NOTICE`, `WARNING`."""

    ERROR: Callable[[str], str]
    NOTICE: Callable[[str], str]
    SUCCESS: Callable[[str], str]
    WARNING: Callable[[str], str]

    def __init__(self, enabled: bool) -> None:
        for role, code in CODES.items():
            setattr(self, role, partial(_paint, code) if enabled else str)


def supports_color(stream: Any = None) -> bool:
    """Return whether `stream` (standard output by default) is a terminal that shows colors.

    `NO_COLOR` (https://no-color.org) and `TERM=dumb` turn them off.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return is_a_tty(sys.stdout if stream is None else stream)


def is_a_tty(stream: Any) -> bool:
    """Return whether `stream` is a terminal."""
    return hasattr(stream, "isatty") and bool(stream.isatty())


def no_style() -> Style:
    """Return a style that leaves texts as they are."""
    return Style(enabled=False)


def color_style(force_color: bool = False) -> Style:
    """Return a style that paints where the terminal shows it, or always with `force_color`."""
    return Style(enabled=force_color or supports_color())
