"""Mappings with several values per key, or without regard to case."""

from __future__ import annotations

import pickle

import pytest

from gingerdj.utils.datastructures import (
    CaseInsensitiveMapping,
    DictWrapper,
    ImmutableList,
    MultiValueDict,
    MultiValueDictKeyError,
    OrderedSet,
)


def test_the_last_value_counts() -> None:
    values = MultiValueDict({"a": ["1", "2"], "empty": []})
    assert (values["a"], values["empty"], values.get("empty", "x")) == ("2", [], "x")
    assert (values.getlist("a"), values.getlist("no"), values.getlist("no", None)) == (
        ["1", "2"],
        [],
        [],
    )
    with pytest.raises(MultiValueDictKeyError):
        _ = values["no"]


def test_lists_are_copies() -> None:
    values = MultiValueDict({"a": ["1"]})
    values.getlist("a").append("2")
    copied = values.copy()
    copied.appendlist("a", "3")
    assert values.getlist("a") == ["1"]


def test_update_adds() -> None:
    values = MultiValueDict({"a": ["1"]})
    values.update({"a": "2"}, b="3")
    values.update(MultiValueDict({"b": ["4"]}))
    assert dict(values.lists()) == {"a": ["1", "2"], "b": ["3", "4"]}
    assert values.dict() == {"a": "2", "b": "4"}
    assert (list(values.items()), list(values.values())) == ([("a", "2"), ("b", "4")], ["2", "4"])


def test_pickling_keeps_the_lists() -> None:
    values = pickle.loads(pickle.dumps(MultiValueDict({"a": ["1", "2"]})))
    assert values.getlist("a") == ["1", "2"]


def test_keys_whatever_their_case() -> None:
    mapping = CaseInsensitiveMapping({"X-A": "1"})
    assert (mapping["x-a"], "X-a" in mapping, list(mapping)) == ("1", True, ["X-A"])
    assert mapping == {"x-A": "1"}
    with pytest.raises(ValueError, match="element #0 has length 3"):
        CaseInsensitiveMapping([("a", "b", "c")])  # type: ignore[list-item]


def test_an_ordered_set() -> None:
    letters = OrderedSet("bab")
    letters.add("c")
    letters.discard("x")
    assert (list(letters), list(reversed(letters)), len(letters)) == (
        ["b", "a", "c"],
        ["c", "a", "b"],
        3,
    )
    letters.remove("a")
    assert ("a" in letters, repr(letters)) == (False, "OrderedSet(['b', 'c'])")
    assert (bool(OrderedSet()), repr(OrderedSet())) == (False, "OrderedSet()")
    with pytest.raises(KeyError):
        letters.remove("a")


def test_an_immutable_list() -> None:
    numbers = ImmutableList(range(3), warning="Not these.")
    assert (numbers[1], list(numbers)) == (1, [0, 1, 2])
    with pytest.raises(AttributeError, match="Not these"):
        numbers.append(3)
    with pytest.raises(AttributeError, match=r"ImmutableList object is immutable"):
        ImmutableList([1])[0] = 2


def test_a_dictionary_with_a_prefix() -> None:
    words = DictWrapper({"a": "x"}, str.upper, "big_")
    assert (words["a"], words["big_a"]) == ("x", "X")
