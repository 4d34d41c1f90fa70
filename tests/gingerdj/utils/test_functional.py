"""Values computed when they are first asked for."""

from __future__ import annotations

import copy
import operator
import pickle
from typing import Any

import pytest

from gingerdj.utils.functional import (
    Promise,
    SimpleLazyObject,
    cached_property,
    classproperty,
    keep_lazy,
    keep_lazy_text,
    lazy,
    lazystr,
    partition,
)


class Counter:
    calls = 0

    @cached_property
    def value(self) -> int:
        self.calls += 1
        return self.calls

    @classproperty
    def name(cls: Any) -> str:  # noqa: N805 - a property of the class
        return f"class {cls.__name__}"


def test_a_cached_property_is_computed_once() -> None:
    counter = Counter()
    assert (counter.value, counter.value, counter.calls) == (1, 1, 1)
    del counter.value
    assert counter.value == 2


def test_a_cached_property_may_lie_beneath_a_property() -> None:
    class Parent:
        @cached_property
        def made(self) -> list[int]:
            return []

    class Child(Parent):
        made = property(lambda self: [*super().made, 1])  # type: ignore[assignment]

    child = Child()
    assert child.made == child.made == [1]


def test_a_classproperty() -> None:
    assert (Counter.name, Counter().name) == ("class Counter", "class Counter")


def test_a_lazy_object_stands_for_what_it_makes() -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return [1, 2]

    stands_for: Any = SimpleLazyObject(make)
    assert made == []
    assert repr(stands_for).startswith("<SimpleLazyObject: <function")
    assert (len(stands_for), stands_for[0], 2 in stands_for, operator.add(stands_for, [3])) == (
        2,
        1,
        True,
        [1, 2, 3],
    )
    assert stands_for == [1, 2]
    assert isinstance(stands_for, list)
    assert (made, repr(stands_for)) == ([1], "<SimpleLazyObject: [1, 2]>")
    assert copy.deepcopy(stands_for) == [1, 2]


def upper(text: str) -> str:
    return text.upper()


def test_a_lazy_call_is_made_at_each_use() -> None:
    words = ["a"]
    shown = lazy(lambda: words[-1], str)()
    assert str(shown) == "a"
    words.append("b")
    assert f"{shown}!" == "b!"
    assert (shown == "b", shown + "c", "b" in shown, len(shown)) == (True, "bc", True, 1)


def test_a_lazy_call_can_be_pickled() -> None:
    assert str(pickle.loads(pickle.dumps(lazy(upper, str)("a")))) == "A"


def test_lazystr() -> None:
    assert lazystr(7) == "7"
    assert hash(lazystr("a")) == hash("a")


def test_a_cached_property_needs_a_name() -> None:
    class Unnamed:
        pass

    Unnamed.value = cached_property(lambda self: 1)  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="without calling __set_name__"):
        _ = Unnamed().value  # type: ignore[attr-defined]


def test_calls_with_lazy_arguments_are_put_off() -> None:
    @keep_lazy_text
    def shout(text: Any, end: Any = "!") -> str:
        return f"{text}{end}".upper()

    assert shout("a") == "A!"
    for promise in (shout(lazystr("a")), shout("a", end=lazystr("!"))):
        assert isinstance(promise, Promise)
        assert promise + "?" == "A!?"
    with pytest.raises(TypeError, match="at least one argument to keep_lazy"):
        keep_lazy()


def test_what_lazy_values_can_do() -> None:
    text, number = lazystr("b"), lazy(lambda: 5, int)()
    assert ("a" + text, text + "c", text % (), text * 2) == ("ab", "bc", "b", "bb")
    assert text == lazystr("b") == copy.deepcopy(text)
    assert sorted([lazystr("c"), text]) == ["b", "c"]
    assert text <= "b" <= lazystr("c")
    assert {text: 1}["b"] == 1
    assert (f"{text:>3}", f"{number:03}", number + 1) == ("  b", "005", 6)
    assert lazy(lambda: 5, int).__name__ == "<lambda>"


def test_parts() -> None:
    assert partition(lambda n: n > 1, iter([2, 1, 0, 3])) == ([1, 0], [2, 3])
