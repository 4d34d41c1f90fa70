"""The verb ``servers``: measures every server, and compares that with what the table says."""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import facts, results
from .application import FAIL
from .launch import SERVERS, Server, launched, wait_until_up

AT_ONCE = 3
"""Servers that are measured side by side: they wait more than they work."""
ROOT_PATH = "/mount"


def measure(server: Server) -> dict[str, Any]:
    """Start a server in each way, and return what it did."""
    with tempfile.TemporaryDirectory(prefix="asgi-") as name:
        folder = Path(name)
        with launched(server, folder) as site:
            wait_until_up(site)
            found = facts.over_tcp(site)
        with launched(server, folder, where="unix", root_path=ROOT_PATH) as site:
            wait_until_up(site)
            found |= facts.over_unix(site, ROOT_PATH)
        with launched(server, folder, where="tls") as site:
            wait_until_up(site)
            found |= facts.over_tls(site)
        found["exit_code_failed"] = None
        if found["lifespan"]:
            with launched(server, folder, env={FAIL: "1"}) as site:
                found["exit_code_failed"] = site.ended()
    described = {"name": server.name, "program": server.program, "version": server.version}
    return described | dict(sorted(found.items()))


def measure_all() -> results.Results:
    """Measure every server."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(SERVERS, pool.map(measure, SERVERS.values()), strict=True))


def check() -> list[str]:
    """Return what the table says wrongly; nothing is measured where there is proof already."""
    if results.proof() is not None:
        return []
    started = time.monotonic()
    seen = measure_all()
    found = results.differences(results.read(), seen)
    if not found:
        results.prove(seen, time.monotonic() - started)
    return found


def main(argv: list[str]) -> int:
    """Measure the servers, and write what they do to the file that the table shows."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs servers", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if not parser.parse_args(argv).check:
        results.write(measure_all())
        return 0
    found = check()
    if found:
        print(*found, "What the table says of servers is not so: make update-servers", sep="\n")
    return 1 if found else 0
