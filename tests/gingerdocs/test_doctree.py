"""Where what a page says stands: on the page, or in a file that it includes; translated or not."""

import json

import pytest

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import po

from .conftest import Project

PAGE = """\
# Words

Read `one`.

```{include} ../notes.md
:start-after: <!-- begin -->
```
"""
NOTES = """\
# Notes

<!-- begin -->

Read `two` 42 times, and mispell it.
"""
MESSAGES = [
    po.Message("Read `one`.", "Leia `one`."),
    po.Message("Read `two` 42 times, and mispell it.", "Leia `two` 42 vezes."),
]


@pytest.fixture(scope="module", autouse=True)
def taken(shared_project: Project) -> None:
    shared_project.write("docs/index.md", PAGE)
    shared_project.write("notes.md", NOTES)
    po.write(shared_project.root / "locale/pt/LC_MESSAGES/index.po", MESSAGES, LANGUAGES["pt"])
    shared_project.take("en,pt")


@pytest.mark.parametrize("lang", ["en", "pt"])
def test_claims_have_the_place_of_the_original(shared_project: Project, lang: str) -> None:
    [page] = json.loads((shared_project.root / f"build/samples/{lang}.json").read_text("utf-8"))
    places = [(claim["text"], claim["path"], claim["line"]) for claim in page["claims"]]
    assert places == [("one", "", 3), ("two", "notes.md", 5), ("42", "notes.md", 5)]


def test_reports_name_the_included_file(shared_project: Project) -> None:
    done = shared_project.pytest("docs", "-k", "claims or spelling", "--langs", "en")
    assert "docs/index.md:3: nothing shows that `one` exists" in done.stdout
    assert "notes.md:5: nothing shows that `two` exists" in done.stdout
    assert "notes.md:5: nothing shows the number 42" in done.stdout
    assert "notes.md:5: mispell is in no dictionary" in done.stdout
