"""Lies in samples: functions of a line."""

import random
import re
from collections.abc import Callable, Iterable, Iterator

from gingerdocs.languages import SOURCE
from gingerdocs.running import console
from gingerdocs.sample import Sample

from . import prose

_NEEDLESS = {
    "nginx": "    keepalive_timeout 30;",
    "systemd": "Nice=5",
    "toml": "needless = true",
    "yaml": "needless: true",
    "ini": "needless = 1",
    "header": "X-Powered-By: GingerDJ",
    "output": "Done.",
}
"""Lines that are taken without a word, and do nothing that the page tells of."""

_CONTRARIES = [
    ("True", "False"), ("on", "off"), ("yes", "no"), ("true", "false"), ("==", "!="), ("<", ">"),
    (" and ", " or "), ("GET", "POST"), ("https", "http"), ("always", "no"), ("async def", "def"),
    ("await ", ""), ("-x", "-y"), ("127.0.0.1", "0.0.0.0"), ("localhost", "127.0.0.1"),
    ("DENY", "SAMEORIGIN"), ("200 OK", "201 Created"), ("404", "410"), ("nosniff", "sniff"),
]  # fmt: skip


def _line_out(_line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    yield []


def _line_doubled(line: str, _r: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    yield [line, line]


def _line_in(line: str, region: str, code: str, _chance: random.Random) -> Iterator[list[str]]:
    needless = _NEEDLESS.get(code if region == "directive" else region)
    if needless is not None:
        yield [line, needless]


def word(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r"[^\W\d_]\w{2,}", line):
        yield [line[: found.start()] + prose.misspelt(found[0], chance) + line[found.end() :]]


def digit(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r"\d+", line):
        yield [line[: found.start()] + prose.misspelt(found[0], chance) + line[found.end() :]]


def _option_out(line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r" --?[a-z][\w-]*(?:=\S+)?", line):
        yield [line[: found.start()] + line[found.end() :]]


def value(line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    for pair in _CONTRARIES:
        for old, new in (pair, pair[::-1]):
            if old and (found := re.search(rf"(?<!\w){re.escape(old)}(?!\w)", line)):
                yield [line[: found.start()] + new + line[found.end() :]]


def comment(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for way in (prose.denied, prose.admitted, prose.turned, prose.counted):
        yield from ([new] for _, new in way(line, SOURCE, chance))


_ALL = ("code", "command", "directive", "header", "output")

LINES: dict[str, tuple[tuple[str, ...], Callable[..., Iterator[list[str]]]]] = {
    "word": (_ALL, word),
    "digit": (_ALL, digit),
    "value": (_ALL, value),
    "option out": (("command",), _option_out),
    "line out": (("code", "directive", "header", "output"), _line_out),
    "line doubled": (("directive", "header", "output"), _line_doubled),
    "line in": (("directive", "header", "output"), _line_in),
    "said of it": (("comment",), comment),
}
"""The kinds of lies about a line of a sample, and what such a line must be."""

_CONFIGURATIONS = ("ini", "nginx", "systemd", "toml", "yaml")
_DIRECTIVE = re.compile(r"\s*[^\s#\[].*[^\s{}]")
"""A line that is neither a comment nor the begin or the end of a section."""


def regions(sample: Sample) -> list[str]:
    """Say of each line of a sample what it is: one of those in ``LINES``, or nothing."""
    lines = sample.text.split("\n")
    found = [_KINDS.get(sample.kind, "code")] * len(lines)
    if sample.language in _CONFIGURATIONS:
        found = ["directive" if _DIRECTIVE.fullmatch(line) else "" for line in lines]
    for number in _shown(sample, lines):
        found[number] = "output"
    comment = ("#", ";") if sample.language in ("ini", "systemd") else ("#",)
    for number, line in enumerate(lines):
        if found[number] != "output" and line.lstrip().startswith(comment):
            found[number] = "comment"
        if line.strip() in ("", "...", console.INTERRUPT):
            found[number] = ""
    return found


_KINDS = {"console": "command", "http": "header"}


def _shown(sample: Sample, lines: list[str]) -> Iterable[int]:
    if sample.follows is not None:
        return range(len(lines))
    if sample.kind == "console":
        steps = console.parse(sample.text)
        return [step.first_shown + n for step in steps for n in range(len(step.shown))]
    if sample.kind == "doctest":
        return [n for n, line in enumerate(lines) if not line.lstrip().startswith((">>>", "... "))]
    return ()
