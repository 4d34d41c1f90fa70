"""Plants small lies in a copy of the guide, one at a time, and counts those that are found out.

A lie is a change of one letter, digit or option that a tired author could make: in the code of a
sample, in a command, in what it prints, in a configuration file, in a literal or a link of the
prose; on a page, or in one translation alone. A line of a configuration that can be left out is a
lie as well: it says that it is needed.
"""

import argparse
import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from . import catalogs, console, samples
from .fingerprint import INPUTS
from .languages import SOURCE, chosen
from .sample import Page, Sample
from .samples import ROOT, take

WANTED = 0.95
"""The share of lies that must be found out."""

AT_ONCE = 2
"""Copies of the guide that are lied in side by side."""

_BUILT = ("doctrees", "evidence.json", "helps.json", "locale", "samples")

_WORD = re.compile(r"[A-Za-z_]\w{2,}|\d+")
_FLAG = re.compile(r"(?<!\S)--?[A-Za-z][\w-]*")
_LITERAL = re.compile(r"(?<!`)`([^`\s][^`]*)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,}|:{3,}\{)")


@dataclass(frozen=True)
class Lie:
    """A change of ``old`` to ``new`` at a column of a line; lines count from one."""

    kind: str
    path: str
    line: int
    column: int
    old: str
    new: str
    page: str
    lang: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.path}:{self.line}: {self.old!r} became {self.new!r}"


@dataclass(frozen=True)
class Target:
    """A place for a lie."""

    kind: str
    path: str
    line: int
    column: int
    old: str
    page: str
    lang: str

    def lie(self, chance: random.Random) -> Lie:
        """One way to tell a lie here."""
        new = "" if self.kind == _LEFT_OUT else self.old
        while new == self.old:
            new = _misspell(self.old, chance)
        return Lie(
            self.kind, self.path, self.line, self.column, self.old, new, self.page, self.lang
        )


def _misspell(word: str, chance: random.Random) -> str:
    places = [index for index, letter in enumerate(word) if letter.isalnum()]
    place = chance.choice(places)
    letter = word[place]
    if letter.isdigit():
        other = chance.choice("0123456789".replace(letter, ""))
        return word[:place] + other + word[place + 1 :]
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    alphabet = alphabet.upper() if letter.isupper() else alphabet
    ways: list[Callable[[], str]] = [
        lambda: word[:place] + chance.choice(alphabet) + word[place + 1 :],
        lambda: word[:place] + word[place + 1 :],
        lambda: word[:place] + letter + word[place:],
        lambda: word[:place] + word[place + 1 : place + 2] + letter + word[place + 2 :],
    ]
    return chance.choice(ways)()


def targets(root: Path, pages: Iterable[Page]) -> list[Target]:
    """Every place of the guide where a lie can be told."""
    found: dict[tuple[str, int, int, str], Target] = {}
    for page in pages:
        for target in (*_in_samples(root, page), *_in_prose(root, page)):
            found.setdefault((target.path, target.line, target.column, target.kind), target)
    return list(found.values())


def _in_samples(root: Path, page: Page) -> Iterator[Target]:
    for sample in page.samples:
        translated = sample.path.startswith("locale/")
        if sample.hidden or sample.norun is not None or translated != (page.lang != SOURCE):
            continue
        physical = (root / sample.path).read_text("utf-8").split("\n")
        for kind, number, start, word in _words(sample):
            line = sample.text.split("\n")[number]
            ordinal = line[:start].count(word)
            at = sample.lines[number] - 1
            column = -1
            for _ in range(ordinal + 1):
                column = physical[at].find(word, column + 1)
                if column < 0:
                    break
            if column >= 0:
                yield Target(kind, sample.path, at + 1, column, word, page.path, page.lang)


def _words(sample: Sample) -> Iterator[tuple[str, int, int, str]]:
    """The words of a sample that say something: kind, line, column, word."""
    if sample.language == "python" and sample.kind in ("python", "file"):
        yield from _python_words(sample.text)
        return
    outputs = _output_lines(sample)
    for number, line in enumerate(sample.text.split("\n")):
        if sample.language in _CONFIGURATIONS and _DIRECTIVE.fullmatch(line):
            yield _LEFT_OUT, number, len(line) - len(line.lstrip()), line.strip()
        if line.strip() in ("", "...", console.INTERRUPT) or line.lstrip().startswith("#"):
            continue
        if number in outputs:
            for match in _WORD.finditer(line):
                digit = match[0].isdigit()
                yield "output digit" if digit else "output", number, match.start(), match[0]
            continue
        flags = list(_FLAG.finditer(line)) if sample.kind == "console" else []
        for match in flags:
            yield "flag", number, match.start(), match[0]
        for match in _WORD.finditer(line):
            if not any(flag.start() <= match.start() < flag.end() for flag in flags):
                yield _KINDS.get(sample.kind, "code"), number, match.start(), match[0]


_CONFIGURATIONS = ("ini", "nginx", "systemd", "toml", "yaml")
_DIRECTIVE = re.compile(r"\s*[^\s#\[].*[^\s{}]")
"""A line that is neither a comment nor the begin or the end of a section."""

_LEFT_OUT = "line left out"

_KINDS = {"console": "command", "file": "configuration", "http": "http"}


def _output_lines(sample: Sample) -> set[int]:
    if sample.follows is not None:
        return set(range(sample.text.count("\n") + 1))
    if sample.kind == "console":
        return {
            step.first_shown + offset
            for step in console.parse(sample.text)
            for offset in range(len(step.shown))
        }
    if sample.kind == "doctest":
        return {
            number
            for number, line in enumerate(sample.text.split("\n"))
            if not line.lstrip().startswith((">>>", "... "))
        }
    return set()


def _python_words(text: str) -> Iterator[tuple[str, int, int, str]]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        number, column = token.start
        if token.type in (tokenize.NAME, tokenize.NUMBER):
            yield "code", number - 1, column, token.string
        elif token.type == tokenize.STRING and "\n" not in token.string:
            for match in _WORD.finditer(token.string):
                yield "string", number - 1, column + match.start(), match[0]


def _in_prose(root: Path, page: Page) -> Iterator[Target]:
    """Literals and links, on the page or in the messages of its catalog."""
    if page.lang == SOURCE:
        path = page.path
        lines = list(_prose_lines((root / path).read_text("utf-8")))
    else:
        name = Path(page.path).relative_to("docs").with_suffix(".po")
        catalog_path = root / "locale" / page.lang / catalogs.FOLDER / name
        if not catalog_path.is_file():
            return
        path = catalog_path.relative_to(root).as_posix()
        blocks = {sample.message for sample in page.samples}
        numbers = [
            number
            for entry in catalogs.read(catalog_path, root).entries
            if entry.translated and entry.msgid not in blocks
            for number, _ in entry.pieces
        ]
        physical = catalog_path.read_text("utf-8").split("\n")
        lines = [(number, physical[number - 1]) for number in numbers]
    for number, line in lines:
        for kind, pattern in (("literal", _LITERAL), ("link", _LINK)):
            for match in pattern.finditer(line):
                for word in re.finditer(r"\w{2,}", match[1]):
                    column = match.start(1) + word.start()
                    yield Target(kind, path, number, column, word[0], page.path, page.lang)


def _prose_lines(text: str) -> Iterator[tuple[int, str]]:
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        opening = _FENCE.match(line)
        if fence:
            if line.strip() == fence:
                fence = ""
        elif opening and not line.lstrip().startswith(":::{"):
            fence = opening[1].rstrip("{")
        else:
            yield number, line


class Copy:
    """A copy of the guide to lie in."""

    def __init__(self, folder: Path, langs: str, pages: list[str]) -> None:
        self._folder = folder
        self._langs = langs
        self._pages = pages or ["docs"]
        self.said = ""
        for name in INPUTS:
            _copy(ROOT / name, folder / name)
        for name in _BUILT:
            _copy(ROOT / "build" / name, folder / "build" / name)

    def finds_out(self, lie: Lie) -> bool:
        """Whether the samples' tests turn red; the copy is as it was afterwards."""
        path = self._folder / lie.path
        original = path.read_bytes()
        lines = original.decode().split("\n")
        line = lines[lie.line - 1]
        lines[lie.line - 1] = line[: lie.column] + lie.new + line[lie.column + len(lie.old) :]
        path.write_text("\n".join(lines), "utf-8")
        try:
            return self.red(lie.lang, [lie.page]) or self.red()
        finally:
            path.write_bytes(original)

    def red(self, langs: str = "", pages: Sequence[str] = ()) -> bool:
        """Whether a sample or a check of these languages and pages fails; of all by default."""
        return not (
            self._run("-m", "gingerdocs", "samples", "--langs", langs or self._langs)
            and self._run(
                *("-m", "pytest", "-q", "-x", "--proof=stale"),
                *("--langs", langs or self._langs, *(pages or self._pages)),
            )
        )

    def _run(self, *arguments: str) -> bool:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said = done.stdout
        return done.returncode in (0, 5)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def choose(found: list[Target], count: int, chance: random.Random) -> list[Lie]:
    """As many lies, of all kinds in turn, and of the languages by the same chance."""
    groups: dict[tuple[str, str], list[Target]] = {}
    for target in found:
        groups.setdefault((target.kind, target.lang), []).append(target)
    for group in groups.values():
        chance.shuffle(group)
    lies: list[Lie] = []
    while len(lies) < count and any(groups.values()):
        for group in groups.values():
            if group and len(lies) < count:
                lies.append(group.pop().lie(chance))
    return lies


def main(argv: list[str]) -> int:
    """The verb ``lies``; the guide itself must be green."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs lies", description=__doc__)
    parser.add_argument("-n", type=int, default=100, help="how many lies (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="to tell the same lies again")
    parser.add_argument("--langs", default="", help="lie in these alone: en,pt (default: all)")
    parser.add_argument("pages", nargs="*", help="only in these pages, such as docs/index.md")
    options = parser.parse_args(argv)
    try:
        languages = chosen(options.langs)
    except ValueError as error:
        parser.error(str(error))
    if code := take(languages):
        return code
    seed = options.seed if options.seed is not None else random.randrange(10**6)  # noqa: S311 - a game.
    pages = [
        page
        for language in languages
        for page in samples.read(language.code).values()
        if not options.pages or page.path in options.pages
    ]
    lies = choose(targets(ROOT, pages), options.n, random.Random(seed))  # noqa: S311
    if not lies:
        parser.error("there is no place for a lie: is the page named as in docs/index.md?")
    return _report(lies, ",".join(language.code for language in languages), options.pages, seed)


def _report(lies: list[Lie], langs: str, pages: list[str], seed: int) -> int:
    start = time.monotonic()
    told, caught = Counter[str](), Counter[str]()
    with ExitStack() as stack:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(AT_ONCE):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lies-"))
            copy = Copy(Path(folder), langs, pages)
            if number == 0 and copy.red():
                print(f"{copy.said}\nThe guide is red before any lie is told: mend it first.")
                return 1
            copies.put(copy)

        def tell(lie: Lie) -> bool:
            copy = copies.get()
            try:
                return copy.finds_out(lie)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for lie, found_out in zip(lies, pool.map(tell, lies), strict=True):
                told[lie.kind] += 1
                caught[lie.kind] += found_out
                print(f"{'caught  ' if found_out else 'SURVIVED'} {lie}", flush=True)
    print(f"\n{'kind':<16}{'told':>6}{'caught':>8}")
    for kind in sorted(told):
        print(f"{kind:<16}{told[kind]:>6}{caught[kind]:>8}")
    total, found = sum(told.values()), sum(caught.values())
    print(
        f"{found} of {total} lies were found out (seed {seed}, {time.monotonic() - start:.0f} s)."
    )
    return 0 if found >= WANTED * total else 1
