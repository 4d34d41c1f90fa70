"""Lies about what holds a page together: functions of a line that is in no block."""

import random
import re
from collections.abc import Callable, Iterator

from .prose import misspelt


def _language(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"(`{3,})(?:\{code-block\} )?([a-z]+)$", line):
        others = {"console": "bash", "python": "text", "bash": "text", "http": "text"}
        other = others.get(found[2], "ini" if found[2] == "nginx" else "text")
        yield [f"{found[1]}{{code-block}} {other}"]


def _norun(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"(`{3,})(?:\{code-block\} )?(console|python|http|pycon)$", line):
        yield [f"{found[1]}{{code-block}} {found[2]}", ":norun: it takes long"]


def _option_wrong(line: str, chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r":(file|exit|raises|continue): (.+)$", line):
        yield [f":{found[1]}: {misspelt(found[2], chance)}"]


def _option_gone(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r":(?:file|append|exit|raises|continue|background|norun):", line):
        yield []


def _anchor(line: str, chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"\(([\w-]+)\)=$", line):
        yield [f"({misspelt(found[1], chance)})="]
        yield []


def _heading(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r"##+ ", line):
        yield [f"#{line}"]


def _box(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"([`:]{3,})\{(note|tip|warning|important)\}(.*)$", line):
        yield [f"{found[1]}{{{'warning' if found[2] != 'warning' else 'note'}}}{found[3]}"]


def _cells(line: str, _chance: random.Random) -> Iterator[list[str]]:
    cells = line.strip().strip("|").split("|")
    if line.startswith("|") and len(cells) > 1 and "-" not in cells[1][:3]:
        yield ["|" + "|".join([*cells[:-2], cells[-1], cells[-2]]) + "|"]
        yield []


def _listed(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r"[-*] |\d\. ", line):
        yield []


PAGES: dict[str, Callable[[str, random.Random], Iterator[list[str]]]] = {
    "page: language of a block": _language,
    "page: norun": _norun,
    "page: option of a block": _option_wrong,
    "page: option out": _option_gone,
    "page: anchor": _anchor,
    "page: heading": _heading,
    "page: box": _box,
    "page: table": _cells,
    "page: list": _listed,
}
