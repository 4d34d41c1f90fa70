"""Regular expressions read backwards: the texts that they match, with slots for their groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product, takewhile
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple


class Slot(NamedTuple):
    """A place for a value: its name, or its position for an unnamed group; and its converter."""

    name: str | int
    converter: Any = None
    regex: str | None = None


#: What a pattern looks like written out: literal texts and slots, in order.
Form = tuple[str | Slot, ...]

_SAMPLES = {op.CATEGORY_DIGIT: "0", op.CATEGORY_WORD: "x", op.CATEGORY_SPACE: " "}


@cache
def forms(regex: str) -> list[Form]:
    """Return the ways to write a regular expression out, the fullest first.

    What may be left out (`?`, `*`) is, unless it holds a group: then both ways are given.
    Alternatives outside of groups give a form each.
    """
    parsed = parser.parse(regex)
    names = {index: name for name, index in parsed.state.groupdict.items()}
    return list(dict.fromkeys(_Reader(names).sequence(parsed)))


def literal_prefix(regex: str) -> str:
    """Return what every text begins with that a regular expression matches from its start."""
    parsed = parser.parse(regex)
    if not parsed or parsed[0] != (op.AT, op.AT_BEGINNING) or parsed.state.flags & re.IGNORECASE:
        return ""
    letters = takewhile(lambda node: node[0] is op.LITERAL, parsed[1:])
    return "".join(chr(value) for _, value in letters)


class _Reader:
    def __init__(self, names: dict[int, str]) -> None:
        self.names = names

    def sequence(self, parsed: Any) -> Iterator[Form]:
        for parts in product(*(list(self.node(kind, value)) for kind, value in parsed)):
            yield tuple(piece for part in parts for piece in part)

    def node(self, kind: Any, value: Any) -> Iterator[Form]:
        if kind is op.LITERAL:
            yield (chr(value),)
        elif kind is op.SUBPATTERN:
            yield from self.group(value)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from self.sequence(branch)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            yield from self.repeat(*value)
        elif kind is op.IN:
            yield (self.member(value),)
        elif kind is op.ANY:
            yield (".",)
        elif kind is op.NOT_LITERAL:
            yield ("x" if value != ord("x") else "y",)
        else:  # Anchors and assertions take no room.
            yield ()

    def group(self, value: Any) -> Iterator[Form]:
        index, *_, content = value
        if index is None:
            yield from self.sequence(content)
        else:
            yield (Slot(self.names.get(index, index)),)

    def repeat(self, least: int, most: Any, content: Any) -> Iterator[Form]:
        once = list(self.sequence(content))
        if least:
            for form in once:
                yield form * least
            return
        if any(isinstance(piece, Slot) for form in once for piece in form):
            yield from once
        yield ()

    def member(self, choices: Any) -> str:
        if choices[0][0] is op.NEGATE:
            return "x"
        kind, value = choices[0]
        if kind is op.RANGE:
            return chr(value[0])
        if kind is op.CATEGORY:
            return _SAMPLES.get(value, "x")
        return chr(value)
