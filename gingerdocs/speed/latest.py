"""The run that the page shows, read once."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks import aims, committed
from benchmarks.aims import AIMS, Verdict
from benchmarks.committed import COMMITTED, DOCS, PINS
from benchmarks.results import Results, Row, Series

FILES = (COMMITTED, DOCS, AIMS, PINS)
"""What the page is made of."""


_Named = TypeVar("_Named", Row, Series)


class RunError(Exception):
    """There is no run to show, or not what is asked of it."""


@dataclass(frozen=True)
class Run:
    """A run, how it compares with the aims, that of the documentation tools, and what is wrong."""

    results: Results
    verdicts: list[Verdict]
    tools: Results | None
    wrong: list[str]

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return [*self.results.rows, *(self.tools.rows if self.tools else ())]

    @property
    def all_series(self) -> list[Series]:
        """All series."""
        return [*self.results.series, *(self.tools.series if self.tools else ())]

    def row(self, name: str) -> Row:
        """Return a row by its name.

        Raises:
            RunError: there is none.
        """
        return _named("row", self.rows, name)

    def series(self, name: str) -> Series:
        """Return a series by its name.

        Raises:
            RunError: there is none.
        """
        return _named("series", self.all_series, name)


def _named(kind: str, known: Sequence[_Named], name: str) -> _Named:
    by_name = {each.name: each for each in known}
    if name not in by_name:
        raise RunError(f"the run has no {kind} {name!r}: it has {', '.join(by_name)}")
    return by_name[name]


@functools.cache
def read() -> Run:
    """Return the run that the page shows.

    Raises:
        RunError: there is none.
    """
    try:
        results, wrong = committed.read()
    except (OSError, ValueError) as error:
        raise RunError(f"{error}: run make bench and make update-bench") from error
    wrong = [f"{COMMITTED.name}: {each}" for each in wrong]
    tools = None
    if DOCS.exists():
        tools, more = committed.read_docs()
        wrong += [f"{DOCS.name}: {each}" for each in more]
    return Run(results, aims.judge(results, aims.load()), tools, wrong)
