"""Names in capitals that samples give a value to: settings, or constants that are read."""

import pytest

from gingerdocs.checks import capitals
from gingerdocs.sample import Sample

SETTINGS = ("DATABASES", "LIFESPAN", "MIDDLEWARE")


def sample(
    text: str, first: int = 10, language: str = "python", norun: str | None = None
) -> Sample:
    lines = tuple(range(first, first + text.count("\n") + 1))
    return Sample(f"s{first}", "file", language, text, "docs/page.md", lines, first, norun=norun)


@pytest.mark.parametrize(
    "texts",
    [
        ['LIFESPAN = ["mysite.resources.greetings"]'],
        ["LIFESPAN: list[str] = []"],
        ['GREETING = "Hello"', "print(settings.GREETING)"],
        ["LIMIT = 3\nprint(LIMIT)"],
        ["with override_settings(MIDDLEWARE=[]):\n    ask()"],
        ["T = TypeVar('T')", "limit = 3", "Word = str"],
        ["LIFESPN = ["],
    ],
)
def test_a_setting_or_what_is_read_is_in_order(texts: list[str]) -> None:
    samples = [sample(text, 10 * number) for number, text in enumerate(texts, start=1)]
    assert capitals.check(samples, SETTINGS) == []


@pytest.mark.parametrize(
    ("text", "line", "name", "meant"),
    [
        ('import os\n\nLIFESPN = ["mysite"]', 12, "LIFESPN", "; did you mean LIFESPAN?"),
        ("MIDLEWARE: list[str] = []", 10, "MIDLEWARE", "; did you mean MIDDLEWARE?"),
        ("@override_settings(\n    DATABASE={})\ndef f(): ...", 11, "DATABASE", " mean DATABASES?"),
        ("XYZZY = 1", 10, "XYZZY", ""),
    ],
)
def test_a_name_that_nothing_reads_is_found(text: str, line: int, name: str, meant: str) -> None:
    [problem] = capitals.check([sample(text)], SETTINGS)
    assert (problem.path, problem.line) == ("docs/page.md", line)
    assert problem.message.startswith(f"nothing on the page reads {name}, ")
    assert problem.message.endswith(meant or "no such setting")


def test_other_languages_read_names_but_give_none() -> None:
    assert capitals.check([sample("LIMIT=3", language="ini")], SETTINGS) == []
    read = sample("$ echo $LIMIT", 20, "console")
    assert capitals.check([sample("LIMIT = 3"), read], SETTINGS) == []


def test_what_is_not_run_neither_gives_nor_reads() -> None:
    unrun = sample("print(LIMIT)", 20, norun="it takes a printer")
    assert len(capitals.check([sample("LIMIT = 3"), unrun], SETTINGS)) == 1
    assert capitals.check([unrun], SETTINGS) == []
