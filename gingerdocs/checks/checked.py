"""Remembers which checks of which pages have passed: only what has changed is checked again.

A check is known by its name, by all that was taken from its page (``sample.Page``), and by the
surroundings: whatever any check may look at beside the page.
"""

import contextlib
import hashlib
import json
import os
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from gingerdocs import ROOT
from gingerdocs.fingerprint import INPUTS, digest_of, input_files, left_by_tools, programs_of
from gingerdocs.languages import SOURCE
from gingerdocs.sample import Page

PAGES = (("docs", ".md"), ("locale", ".po"))
"""What each page is made of: what a check sees of it is taken from the page, not read again."""

CHECKED = ROOT / "build" / "checked"
"""What has passed in this checkout."""

CHECKS = ("build", "catalog", "claims", "spelling", "lint")


def checks(lang: str) -> tuple[str, ...]:
    """Return the checks of a page in a language: the source has no catalogs."""
    return tuple(name for name in CHECKS if name != "catalog" or lang != SOURCE)


def keys(page: Page) -> dict[str, str]:
    """Return by what each check of a page is known."""
    taken = hashlib.sha256(repr(page).encode()).hexdigest()
    return {name: f"{name} {taken}" for name in checks(page.lang)}


def surroundings(root: Path) -> str:
    """Return a digest of what the checks of the pages of a checkout may look at beside the page.

    It covers the contents of all inputs but the pages and their catalogs, the names of these and of
    the tests, for a page may speak of a file, the interpreter, what is installed, and the programs.
    """
    shared = (path for path in input_files(root) if not _of_a_page(path.relative_to(root)))
    facts = (os.environ.get("CI", ""), *programs_of(root), *_installed(), *_names(root))
    return digest_of(root, shared, facts)


def _of_a_page(path: Path) -> bool:
    return (path.parts[0], path.suffix) in PAGES


def _installed() -> Iterator[str]:
    for name in ("purelib", "scripts"):
        folder = Path(sysconfig.get_path(name))
        yield from sorted(entry.name for entry in folder.iterdir() if entry.suffix != ".pyc")


def _names(root: Path) -> Iterator[str]:
    yield from sorted(entry.name for entry in root.iterdir() if not left_by_tools(entry.name))
    for name in (*INPUTS, "tests"):
        for folder, folders, files in os.walk(root / name):
            folders[:] = sorted(entry for entry in folders if not left_by_tools(entry))
            yield folder.removeprefix(str(root))
            yield from sorted(file for file in files if not left_by_tools(file))


class Passed:
    """The checks that have passed in some surroundings; those of any others are forgotten.

    Args:
        file: where they are kept.
        surroundings: what they are made in.
    """

    def __init__(self, file: Path, surroundings: str) -> None:
        self._file = file
        self._surroundings = surroundings
        self._keys: set[str] = set()
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads(file.read_text("utf-8"))
            if kept["surroundings"] == surroundings:
                self._keys = set(kept["passed"])

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def update(self, passed: Iterable[str], failed: Iterable[str]) -> None:
        """Write the file: with those that have passed, and without those that have failed."""
        self._keys = (self._keys | {*passed}) - {*failed}
        kept = {"surroundings": self._surroundings, "passed": sorted(self._keys)}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        fresh.write_text(json.dumps(kept), "utf-8")
        fresh.replace(self._file)
