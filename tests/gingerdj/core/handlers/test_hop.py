"""Calls in a thread, as tasks await them."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from gingerdj.core.handlers.pool import Lease, ThreadPool

OPENED = Path("/proc/self/fd")
WORD: ContextVar[str] = ContextVar("WORD", default="")


@pytest.fixture
def lease() -> Iterator[Lease]:
    pool = ThreadPool(1, 1)
    lease = pool.lease()
    yield lease
    lease.release()
    pool.close()


@pytest.fixture(params=["event file", "no event file", "no files on the loop"], autouse=True)
def _wake_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have threads wake the loop in each way that a system may leave them."""
    if request.param == "no event file":
        monkeypatch.delattr("os.eventfd", raising=False)
    elif request.param == "no files on the loop":
        monkeypatch.setattr("asyncio.SelectorEventLoop.add_reader", refuse_files)


def refuse_files(*_: Any) -> None:
    raise NotImplementedError


def test_a_call_may_become_a_task(lease: Lease) -> None:
    async def both() -> list[int]:
        call = lease.run(max, 1, 2)
        assert not asyncio.isfuture(call)
        return await asyncio.gather(call, asyncio.ensure_future(lease.run(min, 1, 2)))

    assert asyncio.run(both()) == [2, 1]


def test_the_context_goes_there_and_comes_back(lease: Lease) -> None:
    def change() -> str:
        before = WORD.get()
        WORD.set("from the thread")
        return before

    async def ask() -> tuple[str, str]:
        WORD.set("from the loop")
        return await lease.run(change), WORD.get()

    assert asyncio.run(ask()) == ("from the loop", "from the thread")


def test_a_call_finds_the_exception_that_is_being_handled(lease: Lease) -> None:
    def again() -> None:
        raise  # noqa: PLE0704 - what its caller handles.

    async def ask() -> None:
        try:
            raise ValueError("handled")
        except ValueError:
            await lease.run(again)

    with pytest.raises(ValueError, match="handled"):
        asyncio.run(ask())


def test_a_call_that_waits_is_cancelled_at_once(lease: Lease) -> None:
    go_on, ran = threading.Event(), threading.Event()

    async def ask() -> None:
        first = asyncio.ensure_future(lease.run(go_on.wait, 5))
        second = asyncio.ensure_future(lease.run(ran.set))
        await asyncio.sleep(0)
        second.cancel("why")
        with pytest.raises(asyncio.CancelledError, match="why"):
            await second
        go_on.set()
        assert await first
        await lease.run(max, 1, 2)

    asyncio.run(ask())
    assert not ran.is_set()


def test_a_call_that_runs_is_waited_for_and_its_result_kept(lease: Lease) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def call() -> str:
        runs.set()
        assert go_on.wait(5)
        return "in the end"

    async def ask() -> None:
        task = asyncio.ensure_future(lease.run(call))
        await asyncio.to_thread(runs.wait, 5)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert lease.abandoned == "in the end"

    asyncio.run(ask())


def test_a_cancellation_reaches_what_the_call_awaits_now_and_later(lease: Lease) -> None:
    waits = threading.Event()
    seen: list[str] = []

    async def wait(name: str) -> None:
        waits.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(name)
            raise

    def call() -> None:
        for name in ("now", "later"):
            with pytest.raises(asyncio.CancelledError):
                async_to_sync(wait)(name)

    async def ask() -> None:
        task = asyncio.ensure_future(lease.run(call))
        await asyncio.to_thread(waits.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())
    assert seen in (["now"], ["now", "later"])  # The second may end before it begins.


def test_a_task_that_ends_the_loop_keeps_no_result_from_others() -> None:
    pool = ThreadPool(2, 0)
    leases = [pool.lease(), pool.lease()]
    both = threading.Barrier(2)

    async def leave() -> None:
        await leases[0].run(both.wait, 5)
        raise SystemExit

    loop = asyncio.new_event_loop()
    try:
        first = loop.create_task(leave())
        second: asyncio.Task[Any] = loop.create_task(stay(leases[1], both))
        with pytest.raises(SystemExit):
            loop.run_until_complete(asyncio.wait([first]))
        assert loop.run_until_complete(asyncio.wait_for(second, 5)) == "stayed"
        assert first.done()
        assert isinstance(first.exception(), SystemExit)
    finally:
        loop.close()
        for lease in leases:
            lease.release()
        pool.close()


async def stay(lease: Lease, both: threading.Barrier) -> str:
    await lease.run(both.wait, 5)
    return "stayed"


def test_a_loop_that_is_closed_is_told_nothing(lease: Lease) -> None:
    runs, go_on, over = threading.Event(), threading.Event(), threading.Event()

    def call() -> None:
        runs.set()
        assert go_on.wait(5)

    loop = asyncio.new_event_loop()
    task = loop.create_task(waiting(lease, call))
    loop.run_until_complete(asyncio.to_thread(runs.wait, 5))
    loop.run_until_complete(loop.shutdown_default_executor())
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    loop.close()
    go_on.set()
    lease.submit(over.set)
    assert over.wait(5), "the thread goes on"


async def waiting(lease: Lease, call: Any) -> None:
    await lease.run(call)


def _is_event_file(file: Path) -> bool:
    with suppress(FileNotFoundError):  # The one by which the folder is listed is closed again.
        return "eventfd" in str(file.readlink())
    return False


@pytest.mark.skipif(not OPENED.exists(), reason="The system has no /proc.")
def test_loops_that_are_closed_leave_no_file_open() -> None:
    def opened() -> int:
        gc.collect()  # What other tests left open is closed now, and not meanwhile.
        return sum(_is_event_file(file) for file in OPENED.iterdir())

    async def ask() -> None:
        await lease.run(max, 1, 2)

    pool = ThreadPool(1, 1)
    lease = pool.lease()
    asyncio.run(ask())
    before = opened()
    for _ in range(5):
        asyncio.run(ask())
    assert opened() == before
    lease.release()
    pool.close()
