"""``python -m benchmarks.keep``: lets the docs show the last run (``make update-bench``)."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.committed import COMMITTED, read
from benchmarks.report import RESULTS
from benchmarks.results import Results
from benchmarks.run import ROUNDS, row_names
from benchmarks.workloads import BUILD, growing


def missing(results: Results) -> list[str]:
    """Return what a run lacks of a whole one."""
    rows, series = {row.name for row in results.rows}, {one.name for one in results.series}
    wanted = {
        "the rows": [name for name in row_names() if name not in rows],
        "the series": [one.name for one in growing() if one.name not in series],
    }
    found = [f"{kind} {', '.join(names)}" for kind, names in wanted.items() if names]
    if results.rounds < ROUNDS:
        found.append(f"{ROUNDS - results.rounds} of {ROUNDS} rounds")
    return found


def keep(source: Path, target: Path) -> list[str]:
    """Copy a whole run; return why it is not copied."""
    try:
        results, wrong = read(source)
    except (OSError, ValueError) as error:
        return [f"there is no run to show ({error}): run make bench"]
    wrong += [f"it lacks {each}" for each in missing(results)]
    if not wrong:
        target.write_bytes(source.read_bytes())
    return wrong


def main() -> int:
    """Copy the last run, or say why the docs cannot show it."""
    wrong = keep(BUILD / RESULTS, COMMITTED)
    if wrong:
        lines = (f"  {each}" for each in wrong)
        print("The docs go on showing the run before:", *lines, sep="\n", file=sys.stderr)
        return 1
    print(f"The docs show this run now ({COMMITTED.parent.name}/{COMMITTED.name}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
