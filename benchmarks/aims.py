"""Compares a run with the aims (`aims.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import LIMIT, OURS, Results, Row

AIMS = Path(__file__).with_name("aims.toml")


@dataclass(frozen=True)
class Verdict:
    """An aim, and what a run has to say about it.

    `measured` compares our figure of `row` with that of `peer` in `other`, mostly the same row: how
    many times better ours is where it is `ahead`, else what multiple ours is.
    """

    row: Row
    peer: str
    other: Row
    ahead: bool
    wanted: float
    measured: float

    @property
    def at_least(self) -> bool:
        """Whether the aim is the least that ought to be measured."""
        return self.ahead or self.row.more_is_better

    @property
    def met(self) -> bool:
        """Whether the measured ratio is on the right side of the aim."""
        if self.at_least:
            return self.measured >= self.wanted
        return self.measured <= self.wanted


def load(path: Path = AIMS) -> dict[str, Any]:
    """Return the aims by workload, and `compiled`."""
    return tomllib.loads(path.read_text("utf-8"))


def judge(results: Results, aims: dict[str, Any]) -> list[Verdict]:
    """Return a verdict on every aim whose figures the run has."""
    rows = results.by_name()
    verdicts: list[Verdict] = []
    for row in results.rows:
        verdicts += _of_row(row, rows, aims.get(row.name, {}))
        for peer in aims["compiled"]:
            ahead = row.times_ahead(peer)
            if ahead is not None:
                verdicts.append(_faster(row, peer, 1.0, ahead))
    return verdicts


def _faster(row: Row, peer: str, wanted: float, times: float) -> Verdict:
    return Verdict(row, peer, row, True, wanted, times)


def _of_row(row: Row, rows: dict[str, Row], aims: dict[str, Any]) -> Iterator[Verdict]:
    for peer, wanted in aims.items():
        if peer == "at-most":
            for other in wanted:
                yield from _at_most(row, rows.get(other["workload"]), other)
        elif peer == LIMIT:
            ratio = row.ratio(OURS, LIMIT)
            if ratio is not None:
                yield Verdict(row, LIMIT, row, False, wanted, ratio)
        else:
            ahead = row.times_ahead(peer)
            if ahead is not None:
                yield _faster(row, peer, wanted, ahead)


def _at_most(row: Row, other: Row | None, aim: dict[str, Any]) -> Iterator[Verdict]:
    if other is not None and OURS in row.figures and aim["peer"] in other.figures:
        ratio = row.figures[OURS].best / other.figures[aim["peer"]].best
        yield Verdict(row, aim["peer"], other, False, aim["times"], ratio)
