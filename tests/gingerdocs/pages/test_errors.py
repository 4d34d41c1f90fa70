"""The index of error messages leads to sections whose samples show them."""

from __future__ import annotations

from typing import Any

INDEX = """# Errors

```{error-index}
%s
```

```{toctree}
other
```
"""

OTHER = """# Another page

(first)=
## How it *fails*

```console
$ cat nothing
cat: nothing: No such file or directory
```

```{code-block} console
:norun: it needs a printer

$ lp nothing
lp: no printer
```

(second)=
## How it works

```console
$ echo cat: something
cat: something
```
"""


def build(project: Any, entries: str, other: str = OTHER, *, fresh: bool = True) -> tuple[str, str]:
    """Build the pages; return what Sphinx said, and the index."""
    project.write("docs/index.md", INDEX % entries)
    project.write("docs/other.md", other)
    options = ("-b", "html", *(["-E"] if fresh else []), "-c", ".", "docs", "build/html")
    done = project.python("-m", "sphinx", "-q", *options)
    page = project.root / "build" / "html" / "index.html"
    said = [line for line in done.stderr.splitlines() if "no proof" not in line]
    return "\n".join(said), page.read_text() if page.is_file() else ""


def test_entries_that_are_not_so_are_told(shared_project: Any) -> None:
    entries = {
        "first: No such folder": "no sample of the section 'first' shows 'No such folder'",
        "second: No such file": "no sample of the section 'second' shows 'No such file'",
        "first: no printer": "no sample of the section 'first' shows 'no printer'",
        "third: No such file": "undefined label: 'third'",
    }
    told, _ = build(shared_project, "\n".join(entries))
    for line, said in enumerate(entries.values(), start=4):
        assert f"docs/index.md:{line}: WARNING: {said}" in told


def test_a_line_that_is_no_entry_is_told(shared_project: Any) -> None:
    told, _ = build(shared_project, "first")
    assert "docs/index.md:3: " in told
    assert "'first' is no entry: write LABEL: MESSAGE" in told


def test_an_entry_is_a_message_its_section_and_its_page(shared_project: Any) -> None:
    said, page = build(shared_project, "first: nothing: No such file or directory")
    assert said == ""
    message = "nothing: No such file or directory"
    assert message in page.replace('</span> <span class="pre">', " ")
    assert 'href="other.html#first"' in page
    assert "How it fails" in page
    assert "(Another page)" in page
    # What changes on the other page is seen here.
    other = OTHER.replace("No such", "There is no")
    told, _ = build(shared_project, f"first: {message}", other, fresh=False)
    assert f"docs/index.md:4: WARNING: no sample of the section 'first' shows '{message}'" in told
