"""Points 27 to 32: lifespan (ASGI lifespan specification)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gingerdj.test.conformance.driver import Connection
from gingerdj.test.conformance.subject import Subject

__all__ = ()

SHUTDOWN = {"type": "lifespan.shutdown"}


async def started(connection: Connection) -> None:
    """Start the application up; skip the test if it knows no lifespan."""
    if await connection.startup() is None:
        pytest.skip(f"the application knows no lifespan: {await connection.end()!r}")


async def test_27_startup_answers_once(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        await connection.silence()
        await started(connection)
        await connection.silence()
        assert not connection.ended, "the application returned before the shutdown"
        assert connection.sent == [{"type": "lifespan.startup.complete"}]


async def test_27_startup_that_fails_says_why(unstarted: Subject) -> None:
    if unstarted.failing is None:
        pytest.skip("no application whose start-up fails (--asgi-app-failing)")
    async with unstarted.lifespan(unstarted.failing) as connection:
        assert await connection.startup() is not None, "to raise is to know no lifespan"
        await connection.silence()
    (answer,) = connection.sent
    assert answer["type"] == "lifespan.startup.failed"
    assert answer.get("message"), "the message is empty"


async def test_28_shutdown_answers_then_returns(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        await started(connection)
        connection.feed(SHUTDOWN)
        answer = (await connection.find("lifespan.shutdown"))["type"]
        assert answer in ("lifespan.shutdown.complete", "lifespan.shutdown.failed")
        assert await connection.end() is None
        assert connection.sent[-1]["type"] == answer
        assert not await connection.leftovers(), "tasks outlive the shutdown"


async def test_28_shutdown_does_its_work_before_it_answers(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        await started(connection)
        await unstarted.needs("journal")
        before = await unstarted.count("shutdown")
        connection.feed(SHUTDOWN)
        await connection.find("lifespan.shutdown")
        assert await unstarted.count("shutdown") == before + 1


async def test_29_once_on_the_loop_of_the_requests(unstarted: Subject) -> None:
    async with unstarted.lifespan() as connection:
        await started(connection)
        await unstarted.needs("facts", "journal")
        before = await unstarted.count("startup")
        for _ in range(3):
            facts = await unstarted.json("facts")
            assert facts["started"] is True, "start-up work was done on another event loop"
        assert await unstarted.count("startup") == before, "start-up work was done again"


async def test_30_state_is_written_only_if_present(unstarted: Subject) -> None:
    async with unstarted.lifespan(state=None) as connection:
        await started(connection)
        assert connection.sent[0]["type"] == "lifespan.startup.complete"
        response = await unstarted.get("page", state=None)
        assert response.status < 500


async def test_30_requests_write_to_their_copy_of_the_state(unstarted: Subject) -> None:
    state: dict[str, Any] = {}
    async with unstarted.lifespan(state=state) as connection:
        await started(connection)
        await unstarted.needs("state")
        assert state.get("conformance") == "started", "start-up wrote no state"
        written = await unstarted.json("state", [("write", "mine")], state=dict(state))
        assert written == {"conformance": "started", "mine": "written"}
        assert "mine" not in state, "a request wrote to the state of the others"
        assert await unstarted.json("state", state=dict(state)) == {"conformance": "started"}


async def test_31_requests_need_no_lifespan(unstarted: Subject) -> None:
    assert (await unstarted.get("page")).status < 500


async def test_31_without_lifespan_startup_comes_before_the_first_request(
    unstarted: Subject,
) -> None:
    response = await unstarted.get("facts")
    await unstarted.needs("facts")
    assert json.loads(response.body)["started"] is True


async def test_32_a_startup_that_hangs_has_a_limit(unstarted: Subject) -> None:
    if unstarted.hanging is None:
        pytest.skip("no application whose start-up hangs (--asgi-app-hanging)")
    async with unstarted.lifespan(unstarted.hanging) as connection:
        assert await connection.startup() is not None, "to raise is to know no lifespan"
    answer = connection.sent[0]
    assert answer["type"] == "lifespan.startup.failed"
    assert answer.get("message"), "the message does not say why"
