"""What a run was measured on; nothing in it names the machine or its owner."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from benchmarks import load

SERVERS = ("uvicorn", "httptools", "granian")

CORES = 2
"""How many cores a load over servers takes: one for the server, one for what loads it."""

SERVER, GENERATOR = "server", "generator"
"""The sides of a load, each of which has cores of its own, where there are `CORES`."""

QUIET = 0.5
"""The load average of the minute before a run, for each core, above which others are at work."""


def machine() -> dict[str, Any]:
    """Return the processor, the system, the Python and the day."""
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {_kernel()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "generator": "" if load.absent() else load.version(),
    }


def cores_of(side: str, cores: Iterable[int]) -> set[int]:
    """Return the cores of one side of a load: the first for `SERVER`, the others for `GENERATOR`.

    Where one wakes the other on the same core, each answer may cost the server its turn.
    """
    first, *others = sorted(cores)
    return {first} if side == SERVER or not others else set(others)


@contextmanager
def starting(side: str) -> Iterator[None]:
    """Have the processes that are started meanwhile run on the cores of one side of a load."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores_of(side, before))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def reservations(machine: Mapping[str, Any]) -> list[str]:
    """Return what there is to say against a machine: `busy`, `cores`."""
    found = {"busy": machine["load"] > QUIET * machine["cores"], "cores": machine["cores"] < CORES}
    return [name for name, holds in found.items() if holds]


def versions(peers: Iterable[str]) -> dict[str, str]:
    """Return the versions of the peers and of the servers."""
    names = [peer for peer in peers if peer != "bare"]
    return {name: version(name) for name in (*names, *SERVERS)}


def _kernel() -> str:
    # Whoever builds a kernel for their own machines adds what they like to its number.
    number = re.match(r"[\d.]+", platform.release())
    return number[0] if number else platform.release()


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a file of the kernel's.
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()
