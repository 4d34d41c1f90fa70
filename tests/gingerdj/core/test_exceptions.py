"""ValidationError: one error, a list of them, and those of fields."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from gingerdj.core.exceptions import NON_FIELD_ERRORS, ValidationError

MIXED = {"f": ["a", ValidationError("b %(n)d", code="c", params={"n": 2})], "g": "d"}


def test_a_single_error() -> None:
    error = ValidationError("at least %(n)d", code="few", params={"n": 3})
    assert (error.message, error.code, error.params) == ("at least %(n)d", "few", {"n": 3})
    assert error.messages == list(error) == ["at least 3"]
    assert error.error_list == [error]
    assert str(error) == "['at least 3']"
    assert repr(error) == "ValidationError(['at least 3'])"
    assert not hasattr(error, "error_dict")
    assert not hasattr(error, "message_dict")


def test_per_cent_signs_stay_without_params() -> None:
    assert ValidationError("100%").messages == ["100%"]


def test_a_list() -> None:
    error = ValidationError(["a", ValidationError("b", code="x"), ["c"]])
    assert error.messages == ["a", "b", "c"]
    assert [each.code for each in error.error_list] == [None, "x", None]
    assert not hasattr(error, "message")
    assert not hasattr(error, "code")


def test_fields() -> None:
    error = ValidationError(MIXED)
    assert error.message_dict == {"f": ["a", "b 2"], "g": ["d"]}
    assert error.messages == ["a", "b 2", "d"]
    assert list(error) == [("f", ["a", "b 2"]), ("g", ["d"])]
    assert str(error) == "{'f': ['a', 'b 2'], 'g': ['d']}"
    assert error.error_dict["f"][1].code == "c"
    assert not hasattr(error, "error_list")


def test_a_list_takes_in_the_errors_of_fields() -> None:
    assert ValidationError([ValidationError(MIXED), "e"]).messages == ["a", "b 2", "d", "e"]


@pytest.mark.parametrize("inner", ["m", ["m", "n"], MIXED])
def test_an_error_of_an_error_is_the_same(inner: Any) -> None:
    error = ValidationError(inner, code="k")
    copy = ValidationError(error, code="other")
    assert copy == error
    assert copy.messages == error.messages
    assert getattr(copy, "code", None) == getattr(error, "code", None)
    assert pickle.loads(pickle.dumps(error)) == error


def test_errors_are_gathered_by_field() -> None:
    gathered: dict[str, list[ValidationError]] = {}
    assert ValidationError(MIXED).update_error_dict(gathered) is gathered
    ValidationError({"g": "later"}).update_error_dict(gathered)
    ValidationError("general").update_error_dict(gathered)
    assert ValidationError(gathered).message_dict == {
        "f": ["a", "b 2"],
        "g": ["d", "later"],
        NON_FIELD_ERRORS: ["general"],
    }


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", ["a"], False),
        (["a", "b"], ["b", "a"], True),
        (["a", "a", "b"], ["a", "b", "b"], False),
        ({"f": ["a"], "g": "b"}, {"g": ["b"], "f": "a"}, True),
        ({"f": ["a", "b"]}, {"f": ["b", "a"]}, False),
        ({"f": "a"}, {"g": "a"}, False),
        (["a"], {"f": "a"}, False),
    ],
)
def test_equality_and_hash(one: Any, other: Any, equal: bool) -> None:
    assert (ValidationError(one) == ValidationError(other)) is equal
    if equal:
        assert hash(ValidationError(one)) == hash(ValidationError(other))


def test_code_and_params_count() -> None:
    error = ValidationError("a", code="c", params={"x": [1, {"y": {2}}]})
    same = ValidationError("a", code="c", params={"x": [1, {"y": {2}}]})
    assert error == same
    assert hash(error) == hash(same)
    assert error != ValidationError("a", code="c")
    assert error != ValidationError("a", code="d", params={"x": [1, {"y": {2}}]})
    assert error != "a"
