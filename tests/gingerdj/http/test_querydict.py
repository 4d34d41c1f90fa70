"""Query strings as mappings."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from urllib.parse import unquote

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
        ("a=b=c&a=%3d&&=&%3D=%26", {"a": ["b=c", "="], "": [""], "=": ["&"]}),
        ("a=%&b=%4&c=%zz&d=1%2", {"a": ["%"], "b": ["%4"], "c": ["%zz"], "d": ["1%2"]}),
        ("a=%41%&b=%%41&c=%2541", {"a": ["A%"], "b": ["%A"], "c": ["%41"]}),
        (
            r"a=\x41&b=\%41&c=%5Cx41&d=\n%0A",
            {"a": [r"\x41"], "b": [r"\A"], "c": [r"\x41"], "d": ["\\n\n"]},
        ),
        ("a=é%C3%A9&%C3%A9=%C3é", {"a": ["éé"], "é": ["\ufffdé"]}),
        ("a=%E2%82%AC%E2%82&b=%00+%01", {"a": ["€\ufffd"], "b": ["\0 \1"]}),
        ("", {}),
    ],
)
def test_reading(text: Any, lists: dict[str, list[str]]) -> None:
    assert dict(QueryDict(text).lists()) == lists


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "latin-1", "gbk", "utf-16"])
def test_reading_whatever_is_escaped(encoding: str) -> None:
    for escaped in ("%{:02x}", "\\%{:02X}%", "é%{:02X}", "%C3%{:02x}"):
        for byte in range(256):
            text = escaped.format(byte)
            expected = unquote(text, encoding, "replace")
            assert QueryDict(f"a={text}", encoding=encoding)["a"] == expected


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
