"""Lies in files that are no pages: functions of a line and of the path of its file."""

import random
from collections.abc import Callable, Iterator

from gingerdocs.languages import SOURCE

from . import lines, prose


def _literal(line: str, _path: str, chance: random.Random) -> Iterator[list[str]]:
    for way, new in prose.literal_misspelt(line, SOURCE, chance):
        if way:
            yield [new]


def _command(line: str, _path: str, chance: random.Random) -> Iterator[list[str]]:
    if line.startswith("$ "):
        yield from lines.word(line, "command", "console", chance)


def _number(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".md"):
        yield from ([new] for _, new in prose.counted(line, SOURCE, chance))


def _prose(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".md") and not line.startswith("$"):
        for way in (prose.denied, prose.admitted, prose.turned):
            yield from ([new] for _, new in way(line, SOURCE, chance))


def _code(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".py") and not line.lstrip().startswith(("#", '"""', "from ", "import ")):
        for way in (lines.word, lines.digit, lines.value):
            yield from way(line, "code", "python", chance)


def _comment(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".py") and line.lstrip().startswith(("#", '"""')):
        yield from lines.comment(line, "comment", "python", chance)


FILES: dict[str, Callable[[str, str, random.Random], Iterator[list[str]]]] = {
    "file: literal or link": _literal,
    "file: command": _command,
    "file: number": _number,
    "file: prose": _prose,
    "file: code": _code,
    "file: comment": _comment,
}
