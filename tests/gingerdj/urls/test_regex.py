"""Regular expressions written backwards."""

from __future__ import annotations

import re

import pytest

from gingerdj.urls.regex import Slot, forms

A, FIRST, SECOND = Slot("a"), Slot(1), Slot(2)


@pytest.mark.parametrize(
    ("regex", "written"),
    [
        (r"^plain/$", ["plain/"]),
        (r"^(?P<a>x+)/(y)$", [A, "/", SECOND]),
        (r"^(x)-(?:z|w)$", [FIRST, "-z"]),
        (r"^((x)y)/$", [FIRST, "/"]),
        (r"^(x)/(y)$", [FIRST, "/", SECOND]),
        (r"^a*b+c?d{2}$", ["bdd"]),
        (r"^[0-9][a-f]\d\w\s$", ["0a0x "]),
        (r"^[^/]q.$", ["xq."]),
        (r"^[xyz]$", ["x"]),
        (r"^a(?=b)\b$", ["a"]),
        (r"^[^x]$", ["y"]),
        (r"^\.json$", [".json"]),
    ],
)
def test_the_first_form(regex: str, written: list[object]) -> None:
    merged: list[object] = []
    for piece in forms(regex)[0]:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    assert merged == written
    if all(isinstance(piece, str) for piece in merged) and "(?=" not in regex:
        assert re.search(regex, "".join(map(str, merged)))


def test_what_may_be_left_out_gives_two_forms() -> None:
    assert forms(r"^(?:p(?P<a>x)/)?$") == [("p", A, "/"), ()]
    assert forms(r"^x|y$") == [("x",), ("y",)]
