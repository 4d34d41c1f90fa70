"""A fresh process that answers its first request, and says what that has cost.

It prints the processor time in seconds and the resident memory in bytes. Linux alone tells the
latter (`/proc`, proc(5)).
"""

from __future__ import annotations

import asyncio
import sys
import time
from importlib import import_module
from typing import Any

from benchmarks.exchange import Application, Exchange, make_scope, resident, running


async def _first(application: Application) -> None:
    body = []

    async def send(message: dict[str, Any]) -> None:
        body.append(message.get("body", b""))

    async with running(application):
        exchange = Exchange([{"type": "http.request", "body": b"", "more_body": False}])
        await application(make_scope(), exchange.receive, send)
        if b"".join(body) != b"Hello, World!":
            raise RuntimeError(f"the first request was answered with {body!r}")
        print(time.process_time(), resident())


asyncio.run(_first(import_module(f"benchmarks.hello.{sys.argv[1]}").application))
