"""Code blocks in another language: their text, their lines, what stays in English."""

import json
from typing import Any

import pytest

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import po
from tests.gingerdocs.conftest import Project

PAGE = """\
# Words

```python
# one
x = "a"
```

````{note}
- In a list:

  ```{code-block} python
  :caption: Cap

  # two
  y = 1
  ```
````

```python
# three
z = 1
```

```python
# one
x = "a"
```

```{literalinclude} ../examples/e/app.py
:language: python
```

- In a list:

  ```{code-block} ini
  :file: big.ini
  :norun: it takes a day

  [big]
  ```

```console
$ true
```
"""
CATALOG = """\
msgid ""
msgstr ""
"Language: pt_BR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid ""
"# one\\n"
"x = \\"a\\"\\n"
msgstr ""
"# um\\n"
"x = \\"ã\\"\\n"

msgid ""
"# two\\n"
"y = 1"
msgstr "# dois\\ny = 1"

#, fuzzy
msgid ""
"# three\\n"
"z = 1\\n"
msgstr ""
"# três\\n"
"z = 1\\n"

msgid "it takes a day"
msgstr "leva um dia"

msgid "# four\\nw = 1\\n"
msgstr ""
"# quatro\\n"
"w = 1\\n"
"""


@pytest.fixture(scope="module")
def samples(shared_project: Project) -> list[dict[str, Any]]:
    """The samples of a translated page."""
    shared_project.write("docs/index.md", PAGE)
    shared_project.write("examples/e/app.py", "# four\nw = 1\n")
    shared_project.write("locale/pt/LC_MESSAGES/index.po", CATALOG)
    shared_project.take("pt")
    [page] = json.loads((shared_project.root / "build/samples/pt.json").read_text("utf-8"))
    found: list[dict[str, Any]] = page["samples"]
    return found


def test_blocks_are_translated_and_point_at_the_catalog(samples: list[dict[str, Any]]) -> None:
    lines = CATALOG.split("\n")
    catalog = "locale/pt/LC_MESSAGES/index.po"
    one, two, four = (
        lines.index(line) + 1 for line in ('"# um\\n"', 'msgstr "# dois\\ny = 1"', '"# quatro\\n"')
    )
    page = PAGE.split("\n").index("# three") + 1
    assert [(s["text"], s["path"], s["lines"]) for s in samples] == [
        ('# um\nx = "ã"', catalog, [one, one + 1]),
        ("# dois\ny = 1", catalog, [two, two]),
        ("# three\nz = 1", "docs/index.md", [page, page + 1]),
        ('# um\nx = "ã"', catalog, [one, one + 1]),
        ("# quatro\nw = 1", catalog, [four, four + 1]),
        ("[big]", "docs/index.md", [PAGE.split("\n").index("  [big]") + 1]),
        ("$ true", "docs/index.md", [PAGE.split("\n").index("$ true") + 1]),
    ]


def test_the_message_of_the_source_is_kept(samples: list[dict[str, Any]]) -> None:
    assert samples[0]["message"] == '# one\nx = "a"\n'
    assert samples[1]["message"].rstrip("\n") == "# two\ny = 1"


def test_the_reason_why_a_block_is_not_run_is_translated(samples: list[dict[str, Any]]) -> None:
    assert [s["norun"] for s in samples if s["norun"]] == ["leva um dia"]


def test_a_heading_is_known_by_its_label_and_its_level(shared_project: Project) -> None:
    messages = [
        po.Message("Trees", "Árvores"),
        po.Message("Birds", "Aves", place="birds"),
        po.Message("Rivers", "Rios", place="rivers, level 3"),
        po.Message("Flowers", "Flores", place="level 3"),
    ]
    po.write(shared_project.root / "locale/pt/LC_MESSAGES/index.po", messages, LANGUAGES["pt"])

    def problems(page: str) -> list[str]:
        shared_project.write("docs/index.md", page)
        shared_project.take("pt")
        [found] = json.loads((shared_project.root / "build/samples/pt.json").read_text("utf-8"))
        return [problem["message"] for problem in found["problems"]["catalog"]]

    page = "# Trees\n\n(birds)=\n## Birds\n\n(rivers)=\n### Rivers\n\n### Flowers\n"
    assert problems(page) == []
    raised, *_ = problems(page.replace("### Rivers", "## Rivers"))
    assert "is rivers (docs/index.md, line 7), and was rivers, level 3" in raised
    lowered, *_ = problems(page.replace("### Flowers", "#### Flowers"))
    assert "is level 4 (docs/index.md, line 9), and was level 3" in lowered
