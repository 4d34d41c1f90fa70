"""The guard of code that must not block an event loop."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from gingerdj.core.exceptions import SynchronousOnlyOperation
from gingerdj.utils.asyncio import async_unsafe


@async_unsafe
def bare() -> str:
    return "ran"


@async_unsafe("Use acount() here.")
def with_message() -> str:
    return "ran"


async def call(function: object) -> str:
    assert callable(function)
    return str(function())


def test_it_runs_where_no_loop_does() -> None:
    assert (bare(), with_message(), bare.__name__) == ("ran", "ran", "bare")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (bare, "You cannot call this from an async context - use a thread or sync_to_async."),
        (with_message, "Use acount() here."),
    ],
)
def test_it_refuses_on_a_running_loop(function: object, message: str) -> None:
    with pytest.raises(SynchronousOnlyOperation) as caught:
        asyncio.run(call(function))
    assert str(caught.value) == message


def test_it_runs_in_a_thread_beside_the_loop() -> None:
    async def in_thread() -> str:
        return await sync_to_async(bare)()

    assert asyncio.run(in_thread()) == "ran"


def test_the_environment_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GINGER_ALLOW_ASYNC_UNSAFE", "1")
    assert asyncio.run(call(bare)) == "ran"
