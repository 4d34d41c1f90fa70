"""Every way to write a sample is found, with the line on which a person edits it."""

import json
from typing import Any

import pytest

from tests.gingerdocs.conftest import Project

FORMS = {
    "fence": "```python\nX\n```",
    "tildes": "~~~python\nX\n~~~",
    "long fence": "````python\nX\n````",
    "class": "{.cls}\n```python\nX\n```",
    "indented": "   ```python\n   X\n   ```",
    "code-block": "```{code-block} python\nX\n```",
    "options": "```{code-block} python\n:caption: Cap\n:emphasize-lines: 1\n\nX\n```",
    "yaml options": "```{code-block} python\n---\ncaption: yaml\n---\nX\n```",
    "code": "```{code} python\nX\n```",
    "sourcecode": "```{sourcecode} python\nX\n```",
    "colons": ":::{code-block} python\nX\n:::",
    "colon in colons": "::::{note}\n:::{code-block} python\nX\n:::\n::::",
    "list": "- item\n\n  ```python\n  X\n  ```",
    "nested list": "1. item\n   - inner\n\n     ```python\n     X\n     ```",
    "definition": "Term\n: Definition\n\n  ```python\n  X\n  ```",
    "quote": "> ```python\n> X\n> ```",
    "quoted list": "> - item\n>\n>   ```{code-block} python\n>   :caption: c\n>\n>   X\n>   ```",
    "admonition": "````{note}\ntext\n\n```python\nX\n```\n````",
    "colon admonition": ":::{warning}\n```{code-block} python\nX\n```\n:::",
    "tabs": "::::{tab-set}\n:::{tab-item} A\n```python\nX\n```\n:::\n:::{tab-item} B\n"
    "```python\nX\n```\n:::\n::::",
    "code tabs": "````{tab-set-code}\n```python\nX\n```\n````",
    "dropdown": "::::{dropdown} D\n:::{note}\n```python\nX\n```\n:::\n::::",
    "container": ":::{container} x\n~~~python\nX\n~~~\n:::",
    "rst": "```{eval-rst}\n.. code-block:: python\n   :caption: c\n\n   X\n```",
    "rst note": "```{eval-rst}\n.. note::\n\n   text\n\n   .. code-block:: python\n\n      X\n```",
    "rst doctest": "```{eval-rst}\n>>> X\n```",
    "rst literal": "```{eval-rst}\n.. highlight:: python\n\nText::\n\n   X\n```",
    "set-up": "```{testsetup}\nX\n```",
    "footnote": "[^1]\n\n[^1]: note\n\n    ```python\n    X\n    ```",
}


@pytest.fixture(scope="module")
def found(shared_project: Project) -> dict[str, dict[str, Any]]:
    """The pages of the shared project, by name, built once."""
    page = "# Title\n\n## Part\n\n"
    for number, form in enumerate(FORMS.values()):
        parts = form.split("X")
        for count, part in enumerate(parts[:-1]):
            page += f"{part}x{number} = {count}  # tab\there"
        page += f"{parts[-1]}\n\n"
    shared_project.write("docs/index.md", page)
    shared_project.write(
        "docs/same.md",
        "# Same\n\n```python\nx = 1\n```\n\n```{code-block} python\n:name: again\n\nx = 1\n```\n\n"
        "```{include} part.inc\n```\n",
    )
    shared_project.write(
        "docs/part.inc", "Text.\n\n```python\ny = 1\n```\n\n```python\ny = 1\n```\n"
    )
    shared_project.write("docs/crlf.md", "# Lines\r\n\r\n```python\r\nx = 1\r\ny = 2\r\n```\r\n")
    shared_project.write(
        "examples/e/app.py", "x = 1\n# begin\nx = 1\n# end\n\ndef f():\n    y = 2\n"
    )
    shared_project.write(
        "docs/included.md",
        "# Included\n\n"
        "```{literalinclude} ../examples/e/app.py\n:language: python\n```\n\n"
        "```{literalinclude} ../examples/e/app.py\n:language: python\n:start-after: begin\n"
        ":end-before: end\n```\n\n"
        "```{literalinclude} ../examples/e/app.py\n:language: python\n:lines: 7\n:dedent: 4\n"
        "```\n\n"
        "```console\n$ true\n```\n",
    )
    for name, text in BAD.items():
        shared_project.write(f"docs/bad-{name}.md", f":orphan:\n\n# Bad\n\n{text}\n")
    shared_project.take()
    pages = json.loads((shared_project.root / "build/samples/en.json").read_text("utf-8"))
    return {page["path"].removeprefix("docs/").removesuffix(".md"): page for page in pages}


BAD = {
    "language": "```pyton\nx\n```",
    "none": "```\nx\n```",
    "text": "```text\nx\n```",
    "option": "```{code-block} console\n:bakground:\n\n$ true\n```",
    "names": "```{code-block} python\n:name: a\n\nx = 1\n```\n\n"
    "```{code-block} python\n:name: a\n\nx = 2\n```",
    "reserved": "```{code-block} python\n:name: lint\n\nx = 1\n```",
    "name": "```{code-block} python\n:name: a::b\n\nx = 1\n```",
    "outside": "```{code-block} text\n:file: ../x\n\nx\n```\n\n```console\n$ true\n```",
    "absolute": "```{code-block} text\n:file: /x\n\nx\n```\n\n```console\n$ true\n```",
    "unused": "```{code-block} text\n:file: x\n\nx\n```",
    "form": "```{code-block} ini\n:file: x.toml\n\nx = 1\n```\n\n```console\n$ true\n```",
    "append": "```{code-block} python\n:append:\n\nx = 1\n```",
    "exit": "```{code-block} python\n:exit: 1\n\nx = 1\n```",
    "exit-server": "```{code-block} console\n:background:\n:exit: 1\n\n$ true\n```",
    "exit-number": "```{code-block} console\n:exit: -1\n\n$ true\n```",
    "raises": "```{code-block} console\n:raises: KeyError\n\n$ true\n```",
    "continue": "```{code-block} console\n:background:\n:name: serve\n\n$ true\n```\n\n"
    "```{code-block} console\n:continue: serv\n\nx\n```",
    "both": "```{code-block} console\n:name: s\n:background:\n:continue: s\n\n$ true\n```",
    "console": "```console\ntrue\n```",
    "http": "```http\nGET / HTTP/1.1\nAccept: x\n```",
    "host": "```http\nGET / HTTP/1.1\nHost: a:b\n\nHTTP/1.1 200 OK\n```",
    "norun": "```{code-block} console\n:norun:\n\n$ true\n```",
    "include": "```{include} bad.inc\n```",
}


def test_all_forms_are_found_on_their_lines(
    shared_project: Project, found: dict[str, dict[str, Any]]
) -> None:
    lines = (shared_project.root / "docs/index.md").read_text("utf-8").split("\n")
    samples = found["index"]["samples"]
    wanted = [
        f"x{number} = {count}"
        for number, form in enumerate(FORMS.values())
        for count in range(form.count("X"))
    ]
    texts = [sample["text"].split("  #")[0].removeprefix(">>> ") for sample in samples]
    assert sorted(texts) == sorted(wanted)
    assert len(texts) == len(FORMS) + 1
    for sample, text in zip(samples, texts, strict=True):
        [line] = sample["lines"]
        assert text in lines[line - 1]
        assert sample["path"] == "docs/index.md"
        assert sample["page_line"] <= line
    assert found["index"]["problems"]["build"] == []


def test_samples_without_a_name_are_called_after_their_section(
    found: dict[str, dict[str, Any]],
) -> None:
    names = [sample["name"] for sample in found["index"]["samples"]]
    assert names[0] == "part-1"
    assert len(set(names)) == len(names)


def test_the_same_text_twice_has_its_own_lines(found: dict[str, dict[str, Any]]) -> None:
    places = [(sample["path"], sample["lines"]) for sample in found["same"]["samples"]]
    assert places == [
        ("docs/same.md", [4]),
        ("docs/same.md", [10]),
        ("docs/part.inc", [4]),
        ("docs/part.inc", [8]),
    ]


def test_windows_line_ends(found: dict[str, dict[str, Any]]) -> None:
    [sample] = found["crlf"]["samples"]
    assert (sample["text"], sample["lines"]) == ("x = 1\ny = 2", [4, 5])


def test_parts_of_a_file(found: dict[str, dict[str, Any]]) -> None:
    *samples, _ = found["included"]["samples"]
    assert [(s["kind"], s["path"], s["lines"], s["excerpt_of"]) for s in samples] == [
        ("file", "examples/e/app.py", [1, 2, 3, 4, 5, 6, 7], None),
        ("file", "examples/e/app.py", [3], "x = 1"),
        ("file", "examples/e/app.py", [7], "y = 2"),
    ]


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("language", 5, "no sample can be in the language 'pyton'; did you mean python?"),
        ("none", 5, "no sample can be in the language (the block names none)"),
        ("text", 5, "a text block does not run by itself: give it «:file:»"),
        ("option", 6, "bakground"),
        ("names", 11, "the name 'a' is taken; the first is at line 5"),
        ("reserved", 5, "the name 'lint' is taken, for a test of every page has it"),
        ("name", 5, ":name: a::b: a name is letters"),
        ("outside", 5, ":file: ../x lies outside the page's folder"),
        ("absolute", 5, ":file: /x lies outside the page's folder"),
        ("unused", 5, "no later block uses the file x"),
        ("form", 5, ":file: x.toml: such a file is in toml, not in ini"),
        ("append", 5, ":append: needs :file:"),
        ("exit", 5, "belong to console blocks"),
        ("exit-server", 5, ":exit: belongs to the block in which the command ends"),
        ("exit-number", 6, "exit"),
        ("raises", 5, ":raises: belongs to Python blocks"),
        ("continue", 12, ":continue: serv: no :background: sample of that name on this page; did "),
        ("both", 5, "a block does one of them"),
        ("console", 6, "a console block begins with a command"),
        ("http", 7, "no response"),
        ("host", 7, "names no server"),
        ("norun", 6, "norun"),
        ("include", 5, "bad.inc"),
    ],
)
def test_what_is_written_wrong(
    found: dict[str, dict[str, Any]], name: str, line: int, message: str
) -> None:
    problems = found[f"bad-{name}"]["problems"]["build"]
    told = [p for p in problems if message in p["message"]]
    assert [(p["path"], p["line"]) for p in told] == [(f"docs/bad-{name}.md", line)], problems


def test_every_way_to_be_wrong_was_built(found: dict[str, dict[str, Any]]) -> None:
    assert sum(name.startswith("bad-") for name in found) == len(BAD)
