"""Code that is written once for threads and for event loops."""

from __future__ import annotations

import asyncio

import pytest

from gingerdj.core.handlers.adapt import run


def test_code_that_calls_through_its_caller_never_waits() -> None:
    async def work() -> str:
        return "done"

    assert run(work()) == "done"


def test_code_that_waits_by_itself_is_told() -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="must go through its caller"):
        run(work())
