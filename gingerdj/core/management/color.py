"""Colors of what commands print."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

#: The environment variable that chooses a palette, or the colors of roles.
VARIABLE = "GINGER_COLORS"

#: The colors, in the order of their parameters (ECMA-48, 8.3.117).
COLORS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
#: What else text can be, with the parameters for it.
OPTIONS = {"bold": "1", "underscore": "4", "blink": "5", "reverse": "7", "conceal": "8"}

_DARK = {
    "ERROR": "31;1",
    "NOTICE": "31",
    "SUCCESS": "32;1",
    "WARNING": "33;1",
    "SQL_FIELD": "32;1",
    "SQL_COLTYPE": "32",
    "SQL_KEYWORD": "33",
    "SQL_TABLE": "1",
    "HTTP_INFO": "1",
    "HTTP_SUCCESS": "",
    "HTTP_REDIRECT": "32",
    "HTTP_NOT_MODIFIED": "36",
    "HTTP_BAD_REQUEST": "31;1",
    "HTTP_NOT_FOUND": "33",
    "HTTP_SERVER_ERROR": "35;1",
    "MIGRATE_HEADING": "36;1",
    "MIGRATE_LABEL": "1",
}
# Yellow and bright green cannot be read on white.
_LIGHT = {**_DARK, "SQL_KEYWORD": "34", "HTTP_NOT_FOUND": "31"}
_NONE = dict.fromkeys(_DARK, "")
#: The palettes that `GINGER_COLORS` can name.
PALETTES = {"dark": _DARK, "light": _LIGHT, "nocolor": _NONE}


def _paint(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


class Style:
    """Paints a text by its role: `style.SUCCESS("done")`, `ERROR`, `NOTICE`, `WARNING` …

    Args:
        codes: the parameters of each role's escape sequence; an empty one leaves texts plain.
    """

    ERROR: Callable[[str], str]
    NOTICE: Callable[[str], str]
    SUCCESS: Callable[[str], str]
    WARNING: Callable[[str], str]
    SQL_FIELD: Callable[[str], str]
    SQL_COLTYPE: Callable[[str], str]
    SQL_KEYWORD: Callable[[str], str]
    SQL_TABLE: Callable[[str], str]
    HTTP_INFO: Callable[[str], str]
    HTTP_SUCCESS: Callable[[str], str]
    HTTP_REDIRECT: Callable[[str], str]
    HTTP_NOT_MODIFIED: Callable[[str], str]
    HTTP_BAD_REQUEST: Callable[[str], str]
    HTTP_NOT_FOUND: Callable[[str], str]
    HTTP_SERVER_ERROR: Callable[[str], str]
    MIGRATE_HEADING: Callable[[str], str]
    MIGRATE_LABEL: Callable[[str], str]

    def __init__(self, codes: dict[str, str]) -> None:
        for role, code in codes.items():
            setattr(self, role, partial(_paint, code) if code else str)


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


def make_style(config_string: str = "") -> Style:
    """Return the style that a value of `GINGER_COLORS` describes.

    Args:
        config_string: a palette, `dark`, `light` or `nocolor`, then colors of roles, all
            separated by semicolons: `light;error=yellow/blue,blink;notice=magenta`. A role's
            text color may be followed by a slash and a background, and by options with commas:
            bold, underscore, blink, reverse, conceal. Without a palette the other roles are
            plain. What is not understood is left out.
    """
    if not config_string:
        return Style(_DARK)
    codes = _NONE
    for part in config_string.lower().split(";"):
        role, equals, definition = part.partition("=")
        if not equals:
            codes = PALETTES.get(part.strip(), codes)
        elif role.strip().upper() in codes and (code := _code(definition)):
            codes = {**codes, role.strip().upper(): code}
    return Style(codes)


def _code(definition: str) -> str:
    colors, *options = (word.strip() for word in definition.split(","))
    foreground, _, background = colors.partition("/")
    parameters = [
        str(base + COLORS.index(color))
        for base, color in ((30, foreground), (40, background))
        if color in COLORS
    ]
    return ";".join(parameters + [OPTIONS[each] for each in options if each in OPTIONS])


@functools.cache
def no_style() -> Style:
    """Return a style that leaves texts as they are."""
    return Style(_NONE)


def color_style(force_color: bool = False) -> Style:
    """Return a style that paints where the terminal shows it, or always with `force_color`.

    `GINGER_COLORS` chooses the colors: see `make_style()`.
    """
    if not force_color and not supports_color():
        return no_style()
    return make_style(os.environ.get(VARIABLE, ""))
