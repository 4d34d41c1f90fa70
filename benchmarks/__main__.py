"""``python -m benchmarks``: measures the core and its peers (``make bench``)."""

from __future__ import annotations

import argparse
import sys

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
        for file in (*BUILD.glob("results.*"), *BUILD.glob("*.svg")):
            file.unlink()  # A void run leaves none behind.
        results = run.measure(peers, options.k, rounds)
    except BenchError as error:
        print(f"{error}\n\nThe run is void.", file=sys.stderr)
        return 1
    verdicts = aims.judge(results, aims.load())
    print("\n" + report.write(results, verdicts, BUILD))
    plots.draw(results, BUILD, report.number)
    print(f"The report and the plots are in {BUILD}.")
    return 0


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
