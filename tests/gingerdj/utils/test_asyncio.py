"""The guard of code that must not block an event loop, and what counts as a coroutine function."""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Any

import asgiref.sync
import pytest
from asgiref.sync import sync_to_async

from gingerdj.core.exceptions import SynchronousOnlyOperation
from gingerdj.utils import asyncio as ours
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


async def coroutine_function() -> None: ...


def function() -> None: ...


class Awaitable:
    async def method(self) -> None: ...

    async def __call__(self) -> None: ...


@pytest.mark.parametrize(
    "target",
    [
        coroutine_function,
        function,
        functools.partial(coroutine_function),
        functools.partial(function),
        Awaitable,
        Awaitable(),
        Awaitable().method,
        len,
    ],
    ids=lambda target: re.sub(" at 0x[0-9a-f]+", "", str(target)),
)
def test_asgiref_says_the_same(target: Any) -> None:
    expected = asgiref.sync.iscoroutinefunction(target)
    assert ours.iscoroutinefunction(target) is expected


@pytest.mark.parametrize("mark", [ours, asgiref.sync], ids=["ours", "asgiref's"])
def test_a_mark_of_either_counts_for_both(mark: Any) -> None:
    def marked() -> None: ...

    assert mark.markcoroutinefunction(marked) is marked
    assert ours.iscoroutinefunction(marked)
    assert asgiref.sync.iscoroutinefunction(marked)
