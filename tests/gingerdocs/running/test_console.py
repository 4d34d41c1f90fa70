"""What console blocks say."""

import pytest

from gingerdocs.running import console


def test_commands_their_continuations_and_their_output() -> None:
    steps = console.parse("$ echo a \\\n>   b\na b\n\n$ true\n$ cat x  \n> not a prompt\n\n")
    assert [(step.command, step.line, step.shown) for step in steps] == [
        ("echo a \\\n  b", 0, ("a b",)),
        ("true", 4, ()),
        ("cat x  \nnot a prompt", 5, ()),
    ]
    assert [step.first_shown for step in steps] == [2, 5, 7]


@pytest.mark.parametrize("text", ["echo hi", "", "# echo hi", "$echo", "output\n$ echo hi"])
def test_a_block_begins_with_a_command(text: str) -> None:
    with pytest.raises(console.ConsoleError, match="begins with a command") as caught:
        console.parse(text)
    assert caught.value.line == 0


def test_white_space_at_the_ends_does_not_count() -> None:
    assert console.strip_blank_end(["a  ", "", " b", "", " "]) == ["a", "", " b"]
