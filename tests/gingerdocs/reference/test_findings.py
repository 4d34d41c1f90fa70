"""What stands in messages for values that only a run knows."""

import ast

import pytest

from gingerdocs.reference.findings import _text


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("{alias} is gone", "`alias` is gone"),
        ("mean {near[0]!r}?", "mean `near`?"),
        ("{facts.trust_variable} is set", "`trust_variable` is set"),
        ("write {view.__name__}.as_view()", "write `view`.as_view()"),
        ("in {str(folder)!r}", "in `folder`"),
        ("{', '.join(sorted(names))}", "`names`"),
        ("asked ({' '.join(str(error).split())})", "asked (`error`)"),
        ("{a + b}", "`...`"),
    ],
)
def test_a_word_stands_for_an_expression(message: str, shown: str) -> None:
    assert _text(ast.parse(f'f"{message}"', mode="eval").body, {}) == shown
