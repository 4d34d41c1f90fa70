"""The run that the page shows, read once."""

import functools
from dataclasses import dataclass

from benchmarks import aims, committed
from benchmarks.aims import AIMS, Verdict
from benchmarks.committed import COMMITTED, PINS
from benchmarks.results import Results, Row, Series

FILES = (COMMITTED, AIMS, PINS)
"""What the page is made of."""


class RunError(Exception):
    """There is no run to show, or not what is asked of it."""


@dataclass(frozen=True)
class Run:
    """A run, what is wrong with it, and how it compares with the aims."""

    results: Results
    wrong: list[str]
    verdicts: list[Verdict]

    def row(self, name: str) -> Row:
        """Return a row by its name.

        Raises:
            RunError: there is none.
        """
        rows = self.results.by_name()
        if name not in rows:
            raise RunError(f"the run has no row {name!r}: it has {', '.join(rows)}")
        return rows[name]

    def series(self, name: str) -> Series:
        """Return a series by its name.

        Raises:
            RunError: there is none.
        """
        known = {series.name: series for series in self.results.series}
        if name not in known:
            raise RunError(f"the run has no series {name!r}: it has {', '.join(known)}")
        return known[name]


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
    return Run(results, wrong, aims.judge(results, aims.load()))
