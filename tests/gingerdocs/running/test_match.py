"""Shown lines against real ones, wildcards, and differences that people read."""

import time

import pytest

from gingerdocs.running import match


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ([], [], True),
        ([], ["a"], False),
        (["a"], [], False),
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "..."], ["a", "b", "c"], True),
        (["a", "..."], ["a"], True),
        (["...", "c"], ["a", "b", "c"], True),
        (["...", "c"], ["c", "a"], False),
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "...", "b", "..."], ["a", "x", "b", "y"], True),
        (["a", "...", "b"], ["a", "b", "x", "b"], True),
        (["...", "a", "b", "..."], ["a", "x", "a", "b"], True),
        (["..."], [], True),
        (["in ... s"], ["in 0.3 s"], True),
        (["in ... s"], ["in 0.3 m"], False),
        (["a...a"], ["a"], False),
        (["...x..."], ["aaxbb"], True),
        (["a.b"], ["axb"], False),
        (["a...b...c"], ["a-b-b-c"], True),
        (["a...b...c"], ["a-c-b"], False),
        (["...ab"], ["abab"], True),
    ],
)
def test_matches(shown: list[str], real: list[str], same: bool) -> None:
    assert match.matches(shown, real) is same


@pytest.mark.parametrize(
    ("shown", "real", "length"),
    [
        ([], ["a"], 0),
        (["a"], ["a", "b"], 1),
        (["b"], ["a", "b"], None),
        (["...", "b"], ["a", "b", "c"], 2),
        (["a", "..."], ["a", "b"], 1),
        (["a", "b"], ["a"], None),
    ],
)
def test_prefix_length(shown: list[str], real: list[str], length: int | None) -> None:
    assert match.prefix_length(shown, real) == length


@pytest.mark.parametrize(
    ("shown", "real", "line"),
    [
        (["a", "b", "c"], ["a", "x", "c"], 1),
        (["a"], ["x"], 0),
        (["a", "b"], ["a", "b", "c"], 1),
        (["a", "...", "c", "d"], ["a", "b", "c", "x"], 3),
        (["a", "...", "z"], ["a", "b"], 2),
        ([], ["a"], 0),
    ],
)
def test_first_difference(shown: list[str], real: list[str], line: int) -> None:
    assert match.first_difference(shown, real) == line


def test_a_difference_shows_both_sides() -> None:
    assert match.difference(["a", "b", "c"], ["a", "x", "c"]) == "  a\n- b\n+ x\n  c"


def test_a_long_difference_is_cut_and_says_so() -> None:
    text = match.difference(["a"], ["a", *map(str, range(5000))])
    assert text.count("\n") < 2 * match.MOST_LINES
    assert text.endswith(f"(and {5000 - match.MOST_LINES} lines more)")


def test_a_long_output_keeps_its_end() -> None:
    text = match.shortened("\n".join(map(str, range(1000))))
    assert text.startswith("(900 lines before these)\n900\n")
    assert text.endswith("\n999")
    assert match.shortened("a\nb") == "a\nb"


@pytest.mark.parametrize(
    "shown",
    [
        ["...", "a", "...", "a", "...", "a", "...", "a", "...", "z"],
        ["...a...a...a...a...a...z"],
    ],
)
def test_wildcards_do_not_explode(shown: list[str]) -> None:
    # With backtracking these would take longer than the universe has lasted.
    start = time.process_time()
    assert not match.matches(shown, ["a"] * 3000)
    assert not match.matches(shown, ["a" * 3000])
    match.first_difference(shown, ["a"] * 3000)
    match.difference(shown, ["a"] * 3000)
    assert time.process_time() - start < 5
