"""A peer in a process of its own, which does what its standard input asks for.

Each line is a JSON object, `do` and its arguments; each is answered by one line.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import traceback
from importlib import import_module
from typing import Any, TextIO

from benchmarks.driver import Driver, nothing
from benchmarks.exchange import running
from benchmarks.workloads import Variant, find, make_file


async def answer_line(driver: Driver, do: str, arguments: dict[str, Any]) -> Any:
    """Return the answer to one line."""
    if do == "memory":
        return await driver.memory(arguments["requests"])
    workload = find(arguments["workload"])
    if do == "ask":
        answer = await driver.ask(workload)
        return {
            "status": answer.status,
            "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in answer.headers],
            "complete": answer.complete,
            "length": len(answer.body),
            "digest": hashlib.sha256(answer.body).hexdigest(),
            "beginning": answer.body[:1000].decode("latin-1"),
        }
    application = nothing if do == "time nothing" else driver.application
    return await driver.time(workload, arguments["calls"], application)


async def serve(module: str, variant: Variant, output: TextIO) -> None:
    """Build the application, and answer line by line until the input ends."""
    driver = Driver(import_module(module).build(variant))
    async with running(driver.application):
        print(json.dumps({"answer": "ready"}), file=output, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            arguments = json.loads(line)
            try:
                reply = {"answer": await answer_line(driver, arguments.pop("do"), arguments)}
            except Exception:  # noqa: BLE001 - the other side says what it was.
                reply = {"error": traceback.format_exc()}
            print(json.dumps(reply), file=output, flush=True)


def main() -> None:
    """Serve the module and the variant that the command line names."""
    output, sys.stdout = sys.stdout, sys.stderr  # What a peer prints is no answer.
    make_file()
    module, variant = sys.argv[1], Variant(*json.loads(sys.argv[2]))
    asyncio.run(serve(module, variant, output))


if __name__ == "__main__":
    main()
