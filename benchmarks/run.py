"""One run: everything that is measured, or the part that a keyword picks."""

from __future__ import annotations

from importlib import import_module

from benchmarks import in_process, machine, servers
from benchmarks.process import PEERS, BenchError
from benchmarks.results import LIMIT, OURS, Results
from benchmarks.workloads import Workload, growing, workloads

FEW_ROUNDS = 3
"""Repeats of what takes long: loads, start-ups, requests in flight, growth."""

GROWING = (LIMIT, OURS, "starlette", "django")
"""The peers whose growth is shown."""

OVER_SERVERS = ("plaintext", "sync")


def measure(peers: list[str], keyword: str, rounds: int) -> Results:
    """Measure the workloads that hold a keyword.

    Raises:
        BenchError: no workload holds it, or a peer failed.
    """

    def chosen(*names: str) -> bool:
        return any(keyword.lower() in name.lower() for name in names)

    few = min(rounds, FEW_ROUNDS)
    known = workloads()
    lacks = {p: import_module(f"{PEERS}.{p}").LACKS for p in peers}
    results = Results(rounds, peers, machine.machine(), machine.versions(peers), lacks=lacks)
    in_turn = [w for w in known.values() if chosen(w.name, w.title)]
    if in_turn:
        print("In process", flush=True)
        results.driver = in_process.driver(known["plaintext"], rounds)
        results.rows += in_process.rows(peers, in_turn, lacks, rounds)
    if chosen(*in_process.COLD_START, *in_process.MEMORY):
        print("Starting up", flush=True)
        results.rows += in_process.start_up(peers, few)
    if chosen(*in_process.IN_FLIGHT):
        print("Requests in flight", flush=True)
        results.rows.append(in_process.in_flight(peers, few))
    for server in servers.SERVERS:
        loads: list[Workload] = [
            known[name] for name in OVER_SERVERS if chosen(f"{server}-{name}", known[name].title)
        ]
        if loads:
            print(f"Over {server.title()}", flush=True)
            results.rows += servers.rows(server, peers, loads, lacks, few)
    series = {title: sizes for title, sizes in growing().items() if chosen(title)}
    if series:
        print("As work grows", flush=True)
        growers = [peer for peer in peers if peer in GROWING]
        results.series = in_process.series(growers, series, few)
    if not results.rows and not results.series:
        raise BenchError(f"K={keyword}: no workload has that in its name or title")
    return results
