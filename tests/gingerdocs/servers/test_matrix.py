"""The table of servers on a page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gingerdocs.servers import results
from gingerdocs.servers.matrix import CELLS

PAGE = """# Servers

```{server-matrix}
version: Version
lifespan: Tells *when* it starts
http2: Speaks HTTP/2
exit_code_failed: Exit code
early_hint: Early hints
adds_root_path: Prefix
```
"""


def build(project: Any, page: str) -> tuple[str, str]:
    """Build a page; return what Sphinx said, and the page."""
    project.write("docs/index.md", page)
    options = ("-b", "html", "-E", "-c", ".", "docs", "build/html")
    done = project.python("-m", "sphinx", "-q", *options)
    assert done.returncode == 0, done.stderr
    return done.stderr, (project.root / "build" / "html" / "index.html").read_text()


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


def test_rows_are_the_pages_and_cells_what_was_measured(shared_project: Any) -> None:
    said, page = build(shared_project, PAGE)
    table = cells(page)
    facts = results.read().values()
    assert table[0] == ["Server", *(each["name"] for each in facts)]
    assert table[1] == ["Version", *(each["version"] for each in facts)]
    shown = ["Yes" if each["lifespan"] else "No" for each in facts]
    assert table[2] == ["Tells when it starts", *shown]
    assert dict(zip(table[0], table[4], strict=True))["Daphne"] == "No lifespan"
    assert {row[0] for row in table[3:]} == {"Speaks HTTP/2", "Exit code", "Early hints", "Prefix"}
    assert "<em>when</em>" in page
    assert "docs/index.md:3: WARNING: the table of servers has no proof" in said


def test_a_table_that_has_been_proved_shows_it(shared_project: Any) -> None:
    prove = "from gingerdocs.servers import results; results.prove(results.read(), 1.5)"
    assert shared_project.python("-c", prove).returncode == 0
    said, page = build(shared_project, PAGE)
    assert "no proof" not in said
    assert "1.500 s" in page
    assert f"daphne {results.read()['daphne']['version']}" in page


@pytest.mark.parametrize("row", ["speed: Fast", "version", ": Version"])
def test_a_row_that_names_no_fact_is_an_error(shared_project: Any, row: str) -> None:
    said, _page = build(shared_project, PAGE.replace("version: Version", row))
    assert f"{row!r} is no row: write FACT: LABEL, where FACT is version, " in said


def test_every_fact_can_be_shown() -> None:
    for facts in results.read().values():
        assert all(cell(facts) for cell in CELLS.values())
