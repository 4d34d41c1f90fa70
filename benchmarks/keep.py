"""``python -m benchmarks.keep``: lets the docs show the last runs (``make update-bench``)."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.committed import COMMITTED, DOCS, read, read_docs
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
    """Copy a whole run of the core and its peers; return why it is not copied."""
    try:
        results, wrong = read(source)
    except (OSError, ValueError) as error:
        return [f"there is no run to show ({error}): run make bench"]
    wrong += [f"it lacks {each}" for each in missing(results)]
    if not wrong:
        target.write_bytes(source.read_bytes())
    return wrong


def keep_docs(source: Path, target: Path) -> list[str]:
    """Copy a run of the documentation tools; return why it is not copied."""
    try:
        _results, wrong = read_docs(source)
    except (OSError, ValueError) as error:
        return [f"there is no run to show ({error}): run make bench-docs"]
    if not wrong:
        target.write_bytes(source.read_bytes())
    return wrong


def main() -> int:
    """Copy the last runs, or say why the docs cannot show them."""
    wrong = {COMMITTED: keep(BUILD / RESULTS, COMMITTED)}
    if (BUILD / DOCS.name).exists():
        wrong[DOCS] = keep_docs(BUILD / DOCS.name, DOCS)
    for target, reasons in wrong.items():
        name = f"{target.parent.name}/{target.name}"
        lines = (f"  {each}" for each in reasons)
        if reasons:
            print(f"{name} stays as it is:", *lines, sep="\n", file=sys.stderr)
        else:
            print(f"The docs show the last run ({name}).")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
