"""Query strings as mappings."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from gingerdj.http import QueryDict


@pytest.fixture(autouse=True)
def settings_of_the_site(configure: Any) -> None:
    configure()


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("a=1&a=2&b", {"a": ["1", "2"], "b": [""]}),
        (b"a=%C3%A9", {"a": ["é"]}),
        ("a=é".encode(), {"a": ["é"]}),
        (b"a=\xe9", {"a": ["é"]}),
        ("a=%ff", {"a": ["\ufffd"]}),
        ("a+b=c%26d&;=x", {"a b": ["c&d"], ";": ["x"]}),
        ("", {}),
    ],
)
def test_reading(text: Any, lists: dict[str, list[str]]) -> None:
    assert dict(QueryDict(text).lists()) == lists


def test_another_encoding() -> None:
    fields = QueryDict("a=%e9", encoding="latin-1")
    assert (fields["a"], fields.urlencode(), fields.encoding) == ("é", "a=%E9", "latin-1")


def test_writing_with_safe_characters() -> None:
    fields = QueryDict(mutable=True)
    fields["next"] = "/a&b/"
    assert (fields.urlencode(safe="/"), fields.urlencode()) == ("next=/a%26b/", "next=%2Fa%26b%2F")


def test_changing_a_mutable_one() -> None:
    fields = QueryDict("a=1", mutable=True)
    fields.setlist("b", ["2", b"3"])
    fields.appendlist("a", "4")
    fields.setdefault("c", "5")
    assert fields.urlencode() == "a=1&a=4&b=2&b=3&c=5"
    assert (fields.pop("a"), fields.setlistdefault("d", ["6"])) == (["1", "4"], ["6"])
    del fields["b"]
    assert sorted(fields) == ["c", "d"]
    fields.clear()
    assert not fields


def test_copies_are_mutable_and_apart() -> None:
    fields = QueryDict("a=1")
    for copied in (fields.copy(), copy.copy(fields), copy.deepcopy(fields)):
        copied["a"] = "2"
        assert fields["a"] == "1"


def test_pickling() -> None:
    fields = pickle.loads(pickle.dumps(QueryDict("a=1&a=2")))
    assert fields.getlist("a") == ["1", "2"]
    with pytest.raises(AttributeError):
        fields["a"] = "3"


def test_fromkeys() -> None:
    fields = QueryDict.fromkeys(["a", "a", "b"], value="x")
    assert fields.urlencode() == "a=x&a=x&b=x"
    with pytest.raises(AttributeError):
        fields["a"] = "3"
