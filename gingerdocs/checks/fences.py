"""Finds the fence that a page forgets to close, which takes the rest of the page in silence."""

import re
from collections.abc import Iterable

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

# CommonMark 4.5: the text behind backquotes has none of them; quotations and lists may hold fences.
_FENCE = re.compile(r"[ \t>]*(?:[-*+] +)?(?P<marks>`{3,}(?!.*`)|~{3,}|:{3,})(?P<rest>.*)")


def unclosed(lines: Iterable[str]) -> int | None:
    """Return the line, counted from one, of the fence that is open at the end; None without."""
    opened, marks = None, ""
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if opened is None:
            opened, marks = number, fence["marks"]
        elif fence["marks"].startswith(marks) and not fence["rest"].strip():
            opened = None
    return opened


def _look(_app: Sphinx, docname: str, source: list[str]) -> None:
    if line := unclosed(source[0].splitlines()):
        logger.warning(
            "the fence that begins here is not closed: end it with as many marks",
            location=(docname, line),
            type="fence",
        )


def setup(app: Sphinx) -> None:
    """Look at each page that is read."""
    app.connect("source-read", _look)
