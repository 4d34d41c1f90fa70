"""Takes docstrings apart: paragraphs, then ``Args:``, ``Returns:``, ``Yields:`` and ``Raises:``."""

import inspect
import re
from collections.abc import Iterator
from itertools import groupby

from .model import Doc, Field, Fields, Text

_HEADINGS: dict[str, Fields] = {
    "Args:": "args",
    "Returns:": "returns",
    "Yields:": "yields",
    "Raises:": "raises",
}
_ITEM = re.compile(r"(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*):\s+(.+)")

Line = tuple[int, str]


def parse(docstring: str, path: str, line: int) -> Doc:
    """Return the parts of a docstring that begins at a line of a file.

    Raises:
        ValueError: a list has a line that is no item, such as ``name: what it is.``, or a part is
            out of place.
    """
    lines = list(enumerate(inspect.cleandoc(docstring).split("\n"), start=line))
    paragraphs: list[Text] = []
    fields: list[Field] = []
    for block in _blocks(lines):
        if lost := [text for _, text in block[1:] if text in _HEADINGS]:
            raise ValueError(f"{lost[0]} needs an empty line above it")
        kind = _HEADINGS.get(block[0][1])
        if kind is None:
            if fields:
                raise ValueError(f"a paragraph stands below the lists: {block[0][1]!r}")
            paragraphs.append(_join(block))
        else:
            fields.append(Field(kind, tuple(_items(kind, block[1:]))))
    return Doc(path, line, tuple(paragraphs), tuple(fields))


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield what empty lines part."""
    for empty, block in groupby(lines, lambda line: not line[1].strip()):
        if not empty:
            yield list(block)


def _items(kind: Fields, lines: list[Line]) -> Iterator[tuple[str, Text]]:
    if kind in ("returns", "yields"):
        yield "", _join(lines)
        return
    indent = min((_indent(text) for _, text in lines), default=0)
    starts = [index for index, (_, text) in enumerate(lines) if _indent(text) == indent]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        number, first = lines[start]
        match = _ITEM.fullmatch(first.strip())
        if match is None:
            raise ValueError(f"{first.strip()!r} is no item; write «name: what it is.»")
        yield match[1], _join([(number, match[2]), *lines[start + 1 : end]])


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _join(lines: list[Line]) -> Text:
    return Text(" ".join(word for _, text in lines for word in text.split()), lines[0][0])
