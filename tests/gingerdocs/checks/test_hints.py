"""Warnings of names that nobody knows end with the nearest name that somebody knows."""

import json

import pytest

from tests.gingerdocs.conftest import Project

PAGE = """\
(page-begin)=
# A page

{}
"""


def problems(project: Project, text: str) -> list[str]:
    """What the page's report holds, each as ``line: message``."""
    project.write("docs/index.md", PAGE.format(text))
    project.take("en")
    [page] = json.loads((project.root / "build" / "samples" / "en.json").read_text("utf-8"))
    return [f"{problem['line']}: {problem['message']}" for problem in page["problems"]["build"]]


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        (
            "```{code-block} python\n:name: block\n:rases: ValueError\n\nint('x')\n```",
            6,
            "Unknown option key: 'rases'",
            "; did you mean raises?",
        ),
        (
            "```{code-blok} python\nprint()\n```",
            4,
            "Unknown directive type: 'code-blok'",
            "; did you mean code-block?",
        ),
        ("```{tsetsetup}\nx = 1\n```", 4, "Unknown directive", "; did you mean testsetup?"),
        ("A {trem}`word`.", 4, 'Unknown interpreted text role "trem"', "; did you mean term?"),
        (
            "See [it](#page-begni).",
            4,
            "target not found: 'page-begni'",
            "; did you mean page-begin?",
        ),
        ("```{xyzzyxyzzy}\n```", 4, "Unknown directive type: 'xyzzyxyzzy'", ""),
    ],
)
def test_the_nearest_name_is_given(
    text: str, line: int, said: str, hint: str, project: Project
) -> None:
    found = problems(project, text)
    assert len(found) == 1, found
    assert found[0].startswith(f"{line}: ")
    assert said in found[0]
    assert found[0].endswith(hint or "'xyzzyxyzzy'")


def test_the_terminal_shows_it_too(project: Project) -> None:
    project.write("docs/index.md", PAGE.format("```{code-blok} python\nprint()\n```"))
    done = project.python(
        *("-m", "sphinx", "-q", "-b", "html", "-c", ".", "docs", "build/html"),
    )
    assert (
        "docs/index.md:4: WARNING: Unknown directive type: 'code-blok'; did you mean" in done.stderr
    )
