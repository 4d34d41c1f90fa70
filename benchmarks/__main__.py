"""``python -m benchmarks``: measures the core and its peers (``make bench``)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import aims, plots, report, run
from benchmarks.process import BenchError, installed
from benchmarks.results import LIMIT, NAMES, OURS
from benchmarks.workloads import BUILD


def main(argv: list[str]) -> int:
    """Measure what the options ask for, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("-k", default="", help="only workloads with this in their name or title")
    parser.add_argument("--peers", default="", help="only these, separated by commas")
    parser.add_argument("--rounds", default=str(run.ROUNDS), help="repeats of each measurement")
    options = parser.parse_args(argv)
    try:
        peers, rounds = _peers(options.peers), _rounds(options.rounds)
        results = run.measure(peers, options.k, rounds)
    except BenchError as error:
        print(f"{error}\n\nThe run is void: {BUILD} is as it was.", file=sys.stderr)
        return 1
    verdicts = aims.judge(results, aims.load())
    BUILD.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=BUILD) as folder:
        text = report.write(results, verdicts, Path(folder))
        plots.draw(results, Path(folder), report.number)
        _take_place(Path(folder), BUILD)
    print(f"\n{text}")
    print(f"The report and the plots are in {BUILD}.")
    return 0


def _take_place(run: Path, last: Path) -> None:
    """Move the files of a run to where those of the last one are, which go."""
    for file in (*last.glob("results.*"), *last.glob("*.svg")):
        file.unlink()
    for file in run.iterdir():
        file.replace(last / file.name)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise BenchError(f"ROUNDS={text}: it is a number of repeats, such as {run.ROUNDS}")
    return int(text)


def _peers(named: str) -> list[str]:
    wanted = {name.strip() for name in named.split(",")} if named else set(NAMES)
    unknown = wanted - set(NAMES)
    if unknown:
        raise BenchError(f"PEERS={','.join(sorted(unknown))}: the peers are {', '.join(NAMES)}")
    return installed(peer for peer in NAMES if peer in {*wanted, LIMIT, OURS})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
