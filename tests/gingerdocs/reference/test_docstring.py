"""Docstrings taken apart."""

import pytest

from gingerdocs.reference.docstring import parse
from gingerdocs.reference.model import Doc, Field, Text

DOCSTRING = """Return what is asked for,
    if it is there.

    Nothing else  happens.

    Args:
        name: its name, which may be
            long.
        args, kwargs: see `other`.

    Returns:
        The thing,
        at last.

    Raises:
        KeyError: there is none.
    """


def test_the_parts_keep_the_lines_at_which_they_begin() -> None:
    assert parse(DOCSTRING, "a.py", 10) == Doc(
        "a.py",
        10,
        (
            Text("Return what is asked for, if it is there.", 10),
            Text("Nothing else happens.", 13),
        ),
        (
            Field(
                "args",
                (
                    ("name", Text("its name, which may be long.", 16)),
                    ("args, kwargs", Text("see `other`.", 18)),
                ),
            ),
            Field("returns", (("", Text("The thing, at last.", 21)),)),
            Field("raises", (("KeyError", Text("there is none.", 25)),)),
        ),
    )


@pytest.mark.parametrize(
    ("docstring", "says"),
    [
        ("A.\n\nArgs:\n    no item", "'no item' is no item"),
        ("A.\n\nArgs:\n    a: b.\n\nMore.", "a paragraph stands below the lists: 'More.'"),
        ("A.\nArgs:\n    a: b.", "Args: needs an empty line above it"),
    ],
)
def test_what_has_no_place_is_named(docstring: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(docstring, "a.py", 1)
