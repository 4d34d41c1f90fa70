from __future__ import annotations

import functools
import re
from typing import Any

import asgiref.sync
import pytest

from gingerdj.utils import coroutines


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
    assert coroutines.iscoroutinefunction(target) is expected


@pytest.mark.parametrize("mark", [coroutines, asgiref.sync], ids=["ours", "asgiref's"])
def test_a_mark_of_either_counts_for_both(mark: Any) -> None:
    def marked() -> None: ...

    assert mark.markcoroutinefunction(marked) is marked
    assert coroutines.iscoroutinefunction(marked)
    assert asgiref.sync.iscoroutinefunction(marked)
