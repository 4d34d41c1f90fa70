"""Comparing what a page shows with what really came back."""

import difflib

ANYTHING = "..."

MOST_LINES = 100
"""Lines that a message for people holds; what a flooding sample prints would fill the screen."""


def matches(shown: list[str], real: list[str]) -> bool:
    """Whether ``real`` is what ``shown`` says.

    A shown line ``...`` stands for any lines, and ``...`` within a line for any text.
    """
    return _walk(shown, real, whole=True)[1] == len(shown)


def prefix_length(shown: list[str], real: list[str]) -> int | None:
    """How many of the ``real`` lines the ``shown`` ones account for, or None if they do not."""
    used, borne_out = _walk(shown, real, whole=False)
    return used if borne_out == len(shown) else None


def first_difference(shown: list[str], real: list[str]) -> int:
    """The first shown line, counted from zero, that nothing in ``real`` bears out."""
    _, borne_out = _walk(shown, real, whole=False)
    return max(0, min(borne_out, len(shown) - 1))


def difference(shown: list[str], real: list[str]) -> str:
    """The two as a diff for people, from where they part and cut where it grows long."""
    same = 0
    while same < min(len(shown), len(real)) and shown[same] == real[same]:
        same += 1
    parts = [lines[same : same + MOST_LINES] for lines in (shown, real)]
    left_out = max(len(shown), len(real)) - same - MOST_LINES
    return "\n".join(
        [
            *(f"  {line}" for line in shown[:same][-3:]),
            *(line.rstrip("\n") for line in _compared(*parts)),
            *([f"(and {left_out} lines more)"] if left_out > 0 else []),
        ]
    )


def shortened(text: str) -> str:
    """The end of what was printed, where all of it would be too long for a message."""
    lines = text.split("\n")
    left_out = len(lines) - MOST_LINES
    if left_out <= 0:
        return text
    return "\n".join([f"({left_out} lines before these)", *lines[-MOST_LINES:]])


def _compared(shown: list[str], real: list[str]) -> list[str]:
    found = []
    changes = difflib.SequenceMatcher(None, shown, real, autojunk=False).get_opcodes()
    for kind, shown_from, shown_to, real_from, real_to in changes:
        if kind == "equal":
            found += [f"  {line}" for line in shown[shown_from:shown_to]]
        else:
            found += [f"- {line}" for line in shown[shown_from:shown_to]]
            found += [f"+ {line}" for line in real[real_from:real_to]]
    return found


def _walk(shown: list[str], real: list[str], *, whole: bool) -> tuple[int, int]:
    """Lay the shown lines along the real ones, each part between wildcards as early as it fits.

    That finds a way wherever there is one, without the backtracking of a regular expression.
    Returns how many real lines were used and how many shown lines they bear out.
    """
    position = done = 0
    parts = _parts(shown)
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if number == 0:
            starts = range(1)
        elif last and whole:
            starts = range(max(position, len(real) - len(part)), len(real) - len(part) + 1)
        else:
            starts = range(position, len(real) - len(part) + 1)
        found = next((s for s in starts if _fits(part, real, s) == len(part)), None)
        if found is None:
            starts = range(position, max(position, len(real)) + 1) if number else range(1)
            best = max(_fits(part, real, start) for start in starts)
            return position, done + min(best, len(part) - 1)
        position = found + len(part)
        done += len(part) + (not last)
    if whole and position != len(real):
        return position, len(shown) - 1 if shown else -1
    return position, done


def _parts(shown: list[str]) -> list[list[str]]:
    """The runs of lines between the lines that stand for any lines."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == ANYTHING:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _fits(part: list[str], real: list[str], start: int) -> int:
    """How many lines of a part the real lines from ``start`` on bear out."""
    count = 0
    while (
        count < len(part)
        and start + count < len(real)
        and _same_line(part[count], real[start + count])
    ):
        count += 1
    return count


def _same_line(shown: str, real: str) -> bool:
    first, *rest = shown.split(ANYTHING)
    if not rest:
        return shown == real
    *middle, last = rest
    if not real.startswith(first) or len(real) < len(first) + len(last):
        return False
    position = len(first)
    for text in middle:
        position = real.find(text, position)
        if position < 0:
            return False
        position += len(text)
    return real.endswith(last) and position <= len(real) - len(last)
