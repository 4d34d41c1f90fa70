"""Comparing what a page shows with what really came back."""

import difflib
import re

ANYTHING = "..."


def matches(shown: list[str], real: list[str]) -> bool:
    """Whether ``real`` is what ``shown`` says.

    A shown line ``...`` stands for any lines, and ``...`` within a line for any text.
    """
    if ANYTHING not in "\n".join(shown):
        return shown == real
    return _pattern(shown).fullmatch("".join(f"{line}\n" for line in real)) is not None


def prefix_length(shown: list[str], real: list[str]) -> int | None:
    """How many of the ``real`` lines the ``shown`` ones account for, or None if they do not."""
    match = _pattern(shown).match("".join(f"{line}\n" for line in real))
    return match[0].count("\n") if match else None


def first_difference(shown: list[str], real: list[str]) -> int:
    """The first shown line, counted from zero, that nothing in ``real`` bears out."""
    for count in range(len(shown), 0, -1):
        if prefix_length(shown[:count], real) is not None:
            return min(count, len(shown) - 1)
    return 0


def difference(shown: list[str], real: list[str]) -> str:
    """The two as a diff for people."""
    return "\n".join(line for line in difflib.ndiff(shown, real) if not line.startswith("?"))


def _pattern(shown: list[str]) -> re.Pattern[str]:
    parts = []
    for line in shown:
        if line.strip() == ANYTHING:
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append("[^\n]*?".join(map(re.escape, line.split(ANYTHING))) + "\n")
    return re.compile("".join(parts))
