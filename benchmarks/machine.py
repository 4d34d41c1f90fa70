"""What a run was measured on."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable
from importlib.metadata import version

SERVERS = ("uvicorn", "httptools", "granian")


def machine() -> dict[str, str]:
    """Return the processor, the system, the Python and the day."""
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions(peers: Iterable[str]) -> dict[str, str]:
    """Return the versions of the peers and of the servers."""
    names = [peer for peer in peers if peer != "bare"]
    return {name: version(name) for name in (*names, *SERVERS)}


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a file of the kernel's.
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()
