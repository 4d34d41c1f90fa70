"""Times the peers in process: a worker for each, which take turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack

from benchmarks.process import PATIENCE, ROOT, BenchError, Worker, environment
from benchmarks.results import LIMIT, Figure, Row, Series
from benchmarks.workloads import PLAIN, Growth, Variant, Workload

BATCH = 20_000_000
"""Nanoseconds of processor time that the requests of one repeat take, at least."""

MOST_CALLS = 2**16

DRAWS = 5
"""Fresh processes of each peer: where its code and data come to lie in memory, and in what order
hashed things come, decides up to a tenth of a process's speed."""

WAITING = 1000
"""How many requests are in flight while their memory is measured."""

MICROSECONDS = "µs"
IN_FLIGHT = ("in-flight", "memory of a request in flight", "bytes")
COLD_START = ("cold-start", "cold start", "ms")
MEMORY = ("memory", "resident memory", "MiB")
SINGLE = (COLD_START, MEMORY, IN_FLIGHT)
"""The name, the title and the unit of the rows that are no requests' time."""

Lacks = Mapping[str, Mapping[str, str]]


def calibrate(worker: Worker, workload: Workload) -> int:
    """Return how many requests make up a repeat; they have also warmed the peer up."""
    calls = workload.at_once
    while calls < MOST_CALLS and worker.ask("time", workload, calls=calls) < BATCH:
        calls *= 2
    return calls


def take_turns(
    workers: Sequence[Worker], workload: Workload, rounds: int, do: str = "time"
) -> dict[str, list[float]]:
    """Check and time each peer, so many times over; return microseconds per request.

    Raises:
        BenchError: an answer is wrong.
    """
    for worker in workers:
        worker.check(workload)
    calls = [calibrate(worker, workload) for worker in workers]
    found: dict[str, list[float]] = {worker.peer: [] for worker in workers}
    for _ in range(rounds):
        for worker, count in zip(workers, calls, strict=True):
            spent = worker.ask(do, workload, calls=count)
            found[worker.peer].append(spent / count / 1000)
    for worker in workers:
        worker.check(workload)
    return found


def deal(rounds: int) -> list[int]:
    """Return how many of the rounds each draw of fresh processes takes."""
    draws = min(DRAWS, rounds)
    return [rounds // draws + (number < rounds % draws) for number in range(draws)]


def run_together(stack: ExitStack, peers: Sequence[str], variant: Variant) -> list[Worker]:
    """Start a worker for each peer, and wait until all are ready."""
    workers = [stack.enter_context(Worker(peer, variant)) for peer in peers]
    for worker in workers:
        worker.wait_until_ready()
    return workers


def rows(peers: Sequence[str], chosen: Sequence[Workload], lacks: Lacks, rounds: int) -> list[Row]:
    """Return the rows of the chosen workloads."""
    values: dict[str, dict[str, list[float]]] = {w.name: {} for w in chosen}
    for variant in dict.fromkeys(w.variant for w in chosen):
        here = [w for w in chosen if w.variant == variant]
        able = [p for p in peers if not all(w.name in lacks[p] for w in here)]
        print(f"  {', '.join(workload.title for workload in here)}", flush=True)
        for share in deal(rounds):
            with ExitStack() as stack:
                workers = run_together(stack, able, variant)
                for workload in here:
                    doing = [w for w in workers if workload.name not in lacks[w.peer]]
                    for peer, some in take_turns(doing, workload, share).items():
                        values[workload.name].setdefault(peer, []).extend(some)
    return [Row(w.name, w.title, MICROSECONDS, figures=_figures(values[w.name])) for w in chosen]


def _figures(values: Mapping[str, Iterable[float]]) -> dict[str, Figure]:
    return {peer: Figure.of(some) for peer, some in values.items()}


def driver(workload: Workload, rounds: int) -> Figure:
    """Return what the driver itself costs: a request to an application that does nothing."""
    with Worker(LIMIT, workload.variant) as worker:
        worker.wait_until_ready()
        return Figure.of(take_turns([worker], workload, rounds, "time nothing")[LIMIT])


def series(peers: Sequence[str], chosen: Sequence[Growth], rounds: int) -> list[Series]:
    """Return how the cost of each workload grows."""
    found = []
    for growth in chosen:
        print(f"  {growth.title}", flush=True)
        points: dict[str, dict[int, Figure]] = {peer: {} for peer in peers}
        one = Series(growth.name, growth.title, MICROSECONDS, points)
        for size, workload in growth.sizes.items():
            with ExitStack() as stack:
                workers = run_together(stack, peers, workload.variant)
                for peer, figure in _figures(take_turns(workers, workload, rounds)).items():
                    one.points[peer][size] = figure
        found.append(one)
    return found


def in_flight(peers: Sequence[str], rounds: int) -> Row:
    """Return the bytes in memory that a request in flight takes, each time of a fresh process."""
    row = Row(*IN_FLIGHT)
    for peer in peers:
        values = []
        for _ in range(rounds):
            with Worker(peer, PLAIN) as worker:
                worker.wait_until_ready()
                values.append(worker.ask("memory", requests=WAITING))
        row.figures[peer] = Figure.of(values)
    return row


def start_up(peers: Sequence[str], rounds: int) -> list[Row]:
    """Return the cost of a fresh process that has answered its first request."""
    seen: dict[str, list[tuple[float, float]]] = {peer: [] for peer in peers}
    for peer in peers:
        _start(peer)  # Compiles what nobody has imported yet.
    for _ in range(rounds):
        for peer in peers:
            seen[peer].append(_start(peer))
    time, memory = Row(*COLD_START), Row(*MEMORY)
    for peer, pairs in seen.items():
        time.figures[peer] = Figure.of(seconds * 1000 for seconds, _ in pairs)
        memory.figures[peer] = Figure.of(size / 2**20 for _, size in pairs)
    return [time, memory]


def _start(peer: str) -> tuple[float, float]:
    try:
        done = subprocess.run(
            [sys.executable, "-Wignore", "-m", "benchmarks.startup", peer],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{peer}, cold-start: no answer for {PATIENCE:g} s") from error
    if done.returncode:
        raise BenchError(f"{peer}, cold-start:\n{done.stderr}")
    seconds, size = done.stdout.split()[-2:]
    return float(seconds), float(size)
