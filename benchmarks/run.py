"""One run: everything that is measured, or the part that a keyword picks."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from benchmarks import in_process, load, machine, servers
from benchmarks.process import PEERS, BenchError
from benchmarks.results import LIMIT, OURS, Results
from benchmarks.workloads import growing, workloads

ROUNDS = 15
"""Repeats of each measurement in a whole run."""

FEW_ROUNDS = 3
"""Repeats of what takes long: loads, start-ups, requests in flight, growth."""

GROWING = (LIMIT, OURS, "starlette", "django")
"""The peers whose growth is shown."""

OVER_SERVERS = ("plaintext", "sync")


EXPERIMENT = "it is no peer's own workload"


def row_names() -> list[str]:
    """Return the names of all rows, in the order in which they are measured."""
    single = [*workloads(), *(row[0] for row in in_process.SINGLE)]
    loads = [f"{server}-{name}" for server in servers.SERVERS for name in OVER_SERVERS]
    return [*single, *(f"{name}{end}" for name in loads for end in servers.FIGURES)]


def sitting_out(peers: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return why each peer sits workloads out, by the names of the workloads."""
    lacks: dict[str, dict[str, str]] = {}
    for peer in peers:
        lacks[peer] = dict(import_module(f"{PEERS}.{peer}").LACKS)
        for workload in workloads().values():
            if workload.peers and peer not in workload.peers:
                lacks[peer][workload.name] = EXPERIMENT
    return lacks


def measure(peers: list[str], keyword: str, rounds: int) -> Results:
    """Measure the workloads that hold a keyword.

    Raises:
        BenchError: no workload holds it, or a peer failed.
    """

    def chosen(*names: str) -> bool:
        return any(keyword.lower() in name.lower() for name in names)

    known = workloads()
    in_turn = [w for w in known.values() if chosen(w.name, w.title)]
    starts = chosen(*in_process.COLD_START[:2], *in_process.MEMORY[:2])
    waits = chosen(*in_process.IN_FLIGHT[:2])
    loads = {
        server: [
            known[name]
            for name in OVER_SERVERS
            if chosen(f"{server}-{name}", f"{known[name].title} over {server}")
        ]
        for server in servers.SERVERS
    }
    grow = [growth for growth in growing() if chosen(growth.name, growth.title)]
    if not any((in_turn, starts, waits, *loads.values(), grow)):
        names = (*row_names(), *(growth.name for growth in growing()))
        raise BenchError(f"K={keyword}: none of the workloads is called so: {', '.join(names)}")
    few = min(rounds, FEW_ROUNDS)
    lacks = sitting_out(peers)
    results = Results(rounds, peers, machine.machine(), machine.versions(peers), lacks=lacks)
    if in_turn:
        print("In process", flush=True)
        results.driver = in_process.driver(known["plaintext"], rounds)
        results.rows += in_process.rows(peers, in_turn, lacks, rounds)
    if starts:
        print("Starting up", flush=True)
        results.rows += in_process.start_up(peers, few)
    if waits:
        print("Requests in flight", flush=True)
        results.rows.append(in_process.in_flight(peers, few))
    if load.absent() and any(loads.values()):
        print("Not over servers: wrk, which loads them, is not installed", flush=True)
        loads = {}
    for server, some in loads.items():
        if some:
            print(f"Over {server.title()}", flush=True)
            results.rows += servers.rows(server, peers, some, lacks, few)
    if grow:
        print("As work grows", flush=True)
        growers = [peer for peer in peers if peer in GROWING]
        results.series = in_process.series(growers, grow, few)
    return results
