"""Names the nearest of what is known, for messages about what is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(word: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> str:
    """Return the end of a message that names the nearest known words, or nothing.

    Args:
        word: what is not known.
        known: the known words.
        count: how many of them at most.
        cutoff: how like they must be, from 0 to 1.
    """
    near = get_close_matches(word, list(known), count, cutoff)
    return f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
