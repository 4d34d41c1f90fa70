"""The fence that a page forgets to close."""

from __future__ import annotations

from pathlib import Path

import pytest

from gingerdocs.checks.fences import unclosed
from tests.gingerdocs.conftest import Project

PAGES = sorted((Path(__file__).parents[3] / "docs").rglob("*.md"))


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("# A\n\n```console\n$ a\n", 3),
        ("# A\n\n```console\n$ a\n```\n", None),
        ("````markdown\n```python\n1\n```\n", 1),
        ("````markdown\n```python\n1\n```\n````\n", None),
        ("```a\n```\n\n~~~b\n```\n", 4),
        (":::{note}\n```a\n```\n:::\n", None),
        ("- ```a\n  b\n  ```\n", None),
        ("> ```a\n> b\n> ```\n", None),
        ("```a\n``` b\n", 1),
        ("A ``` in a line, and\n```one``` too.\n", None),
    ],
)
def test_the_line_of_the_open_fence(page: str, line: int | None) -> None:
    assert unclosed(page.splitlines()) == line


def test_the_pages_close_theirs() -> None:
    assert len(PAGES) > 20
    assert [page for page in PAGES if unclosed(page.read_text("utf-8").splitlines())] == []


def test_the_page_and_the_line_are_told(project: Project) -> None:
    project.write("docs/index.md", "# A\n\n```python\n1 + 1\n")
    project.take()
    done = project.pytest("docs/index.md", "--langs", "en")
    assert done.returncode == 1
    assert "docs/index.md:3: the fence that begins here is not closed" in done.stdout
