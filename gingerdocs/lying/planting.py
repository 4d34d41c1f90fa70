"""Plants small lies in a copy of the guide, one at a time, and counts those that are found out.

What can be lied about is in ``lying``. A lie in a catalog alone is first shown to the check of
that catalog, which takes no time; whatever else, and what that check believes, is built and run.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

from gingerdocs import ROOT
from gingerdocs.fingerprint import INPUTS
from gingerdocs.languages import LANGUAGES, chosen
from gingerdocs.stages import samples
from gingerdocs.stages.samples import take
from gingerdocs.translating import catalog_check, catalogs

from .guide import Guide, files
from .lie import EVERYWHERE, Lie

WANTED = 0.95
"""The share of lies that must be found out."""

AT_ONCE = 2
"""Copies of the guide that are lied in side by side."""

_BUILT = ("checked", "doctrees", "evidence.json", "helps.json", "locale", "samples")

_BESIDE = ("CHANGELOG.md", "LICENSE", "tests")
"""What the pages do not depend on, and tests look into."""

TESTS = {"examples": "tests/examples", "": "tests/test_readme.py"}
"""The tests of what is no page, by the folder that it is in."""


class Copy:
    """A copy of the guide to lie in, made of the checkout or of another copy."""

    def __init__(self, source: Path, folder: Path, langs: str, pages: list[str]) -> None:
        self.folder = folder
        self._langs = langs
        self._pages = pages or ["docs"]
        self.said = ""
        for name in (*INPUTS, *_BESIDE):
            _copy(source / name, folder / name)
        for name in _BUILT:
            _copy(source / "build" / name, folder / "build" / name)

    def finds_out(self, lie: Lie) -> bool:
        """Whether a test turns red; the copy is as it was afterwards."""
        originals = {edit.path: (self.folder / edit.path).read_bytes() for edit in lie.edits}
        for path, text in told(lie, self.folder).items():
            (self.folder / path).write_text(text, "utf-8")
        try:
            if not lie.page.startswith("docs/"):
                folder = lie.page.rpartition("/")[0].partition("/")[0]
                return self._fails(TESTS[""]) or self._fails(TESTS[folder]) or self.red()
            return self.red(self._langs if lie.lang == EVERYWHERE else lie.lang, [lie.page]) or (
                self.red()
            )
        finally:
            for path, original in originals.items():
                (self.folder / path).write_bytes(original)

    def red(self, langs: str = "", pages: Sequence[str] = ()) -> bool:
        """Whether a sample or a check of these languages and pages fails; of all by default."""
        langs = langs or self._langs
        return self._run("-m", "gingerdocs", "samples", "--langs", langs) != 0 or self._fails(
            *("--proof=stale", "--langs", langs, *(pages or self._pages))
        )

    def _fails(self, *arguments: str) -> bool:
        return self._run("-m", "pytest", "-q", "-x", *arguments) not in (0, 5)

    def _run(self, *arguments: str) -> int:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said = done.stdout
        return done.returncode


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def told(lie: Lie, root: Path) -> dict[str, str]:
    """Return the files in which a lie is told, with their texts.

    Catalogs get the seal that ``make update-po`` would give them: a liar knows of it.
    """
    texts: dict[str, list[str]] = {}
    # From the end, so that the lines above keep their numbers.
    for edit in sorted(lie.edits, key=lambda edit: edit.first, reverse=True):
        if edit.path not in texts:
            texts[edit.path] = (root / edit.path).read_text("utf-8").split("\n")
        texts[edit.path][edit.first - 1 : edit.last] = edit.lines
    files = {path: "\n".join(lines) for path, lines in texts.items()}
    return {
        path: catalogs.sealed(text) if path.endswith(".po") else text
        for path, text in files.items()
    }


def believed(lie: Lie, guide: Guide) -> bool:
    """Whether a lie that is told in a catalog alone is not found by the check of the catalog."""
    catalog = guide.catalog(lie.page, lie.lang) if lie.lang in LANGUAGES else None
    if catalog is None or {edit.path for edit in lie.edits} != {catalog.path}:
        return True
    blocks = {
        sample.message: sample.language
        for page in guide.pages
        if (page.path, page.lang) == (lie.page, lie.lang)
        for sample in page.samples
    }
    messages = [
        catalogs.Message(entry.msgid, entry.line, blocks.get(entry.msgid), place=entry.place)
        for entry in catalog.entries
        if not entry.obsolete
    ]
    with tempfile.TemporaryDirectory(prefix="lie-") as folder:
        path = Path(folder) / catalog.path
        path.parent.mkdir(parents=True)
        path.write_text(told(lie, guide.root)[catalog.path], "utf-8")
        changed = catalogs.read(path, Path(folder))
    return not catalog_check.check(changed, LANGUAGES[lie.lang], lie.page, messages)


def choose(found: Iterable[Lie], count: int, chance: random.Random) -> list[Lie]:
    """As many lies, of all kinds in turn, and of the languages by the same chance."""
    groups: dict[tuple[str, str], list[Lie]] = {}
    for lie in found:
        groups.setdefault((lie.kind, lie.lang), []).append(lie)
    for group in groups.values():
        chance.shuffle(group)
    lies: list[Lie] = []
    while len(lies) < count and any(groups.values()):
        for group in groups.values():
            if group and len(lies) < count:
                lies.append(group.pop())
    return lies


def main(argv: list[str]) -> int:
    """The verb ``lies``; the guide itself must be green."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs lies", description=__doc__)
    parser.add_argument("-n", type=int, default=100, help="how many lies (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="to tell the same lies again")
    parser.add_argument("--langs", default="", help="lie in these alone: en,pt (default: all)")
    parser.add_argument("--kind", default="", help="only the kinds that begin so")
    parser.add_argument("pages", nargs="*", help="only in these pages, such as docs/index.md")
    options = parser.parse_args(argv)
    try:
        languages = chosen(options.langs)
    except ValueError as error:
        parser.error(str(error))
    if code := take(languages):
        return code
    seed = options.seed if options.seed is not None else random.randrange(10**6)  # noqa: S311 - a game.
    chance = random.Random(seed)  # noqa: S311 - a game.
    pages = [
        page
        for language in languages
        for page in samples.read(language.code).values()
        if not options.pages or page.path in options.pages
    ]
    guide = Guide(ROOT, pages, chance)
    beside = [path for path in _beside() if not options.pages or path in options.pages]
    found = chain(guide.lies(), files(ROOT, beside, chance))
    lies = choose((lie for lie in found if lie.kind.startswith(options.kind)), options.n, chance)
    if not lies:
        parser.error("there is no place for a lie: is the page named as in docs/index.md?")
    langs = ",".join(language.code for language in languages)
    return _report(lies, guide, langs, [page for page in options.pages if page not in beside], seed)


def _beside() -> list[str]:
    found = (ROOT / "README.md", *(ROOT / "examples").rglob("*.py"), *ROOT.glob("examples/*/*.md"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def _report(lies: list[Lie], guide: Guide, langs: str, pages: list[str], seed: int) -> int:
    start = time.monotonic()
    counted, caught = Counter[str](), Counter[str]()
    with ExitStack() as stack:
        copies: SimpleQueue[Copy] = SimpleQueue()
        source = ROOT
        for number in range(AT_ONCE):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lies-"))
            copy = Copy(source, Path(folder), langs, pages)
            if number == 0 and copy.red():
                print(f"{copy.said}\nThe guide is red before any lie is told: mend it first.")
                return 1
            source = copy.folder  # Which has the proofs that were wanting.
            copies.put(copy)

        def tell(lie: Lie) -> bool:
            if not believed(lie, guide):
                return True
            copy = copies.get()
            try:
                return copy.finds_out(lie)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for lie, found_out in zip(lies, pool.map(tell, lies), strict=True):
                counted[lie.kind] += 1
                caught[lie.kind] += found_out
                print(f"{'caught  ' if found_out else 'SURVIVED'} {lie}", flush=True)
    width = max(map(len, counted))
    print(f"\n{'kind':<{width}}{'told':>6}{'caught':>8}")
    for kind in sorted(counted):
        print(f"{kind:<{width}}{counted[kind]:>6}{caught[kind]:>8}")
    total, found = sum(counted.values()), sum(caught.values())
    print(
        f"{found} of {total} lies were found out (seed {seed}, {time.monotonic() - start:.0f} s)."
    )
    return 0 if found >= WANTED * total else 1
