"""Real outputs reach the pages and the catalogs."""

import pytest

from gingerdocs.translating import po

from .conftest import Project

PAGE = """\
# Update

```{code-block} console
:name: one

$ printf 'a\\nb\\n'
x
$ echo c
c
```

> Quoted:
>
> ```console
> $ echo d
> y
> z
> ```

```{code-block} console
:name: chance

$ cat /proc/sys/kernel/random/uuid
x
```

- In a list:

  ```python
  >>> 1 + 1
  3
  >>> 1 / 0
  Traceback (most recent call last):
      ...
  KeyError: 0
  ```

```console
$ echo e

e
```

```{code-block} console
:name: translated

$ echo hello
hi
```

```{code-block} console
:name: broken

$ false
```
"""
UPDATED = (
    PAGE.replace("b\\n'\nx\n", "b\\n'\na\nb\n")
    .replace("> y\n> z\n", "> d\n")
    .replace("  3\n", "  2\n")
    .replace("\n\ne\n", "\ne\n")
    .replace("\nhi\n", "\nhello\n")
)
WINDOWS = "---\r\norphan: true\r\n---\r\n# Line ends\r\n\r\n```console\r\n$ echo f\r\ng\r\n```\r\n"
CATALOG = """\
msgid ""
msgstr ""
"Language: pt_BR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid ""
"$ echo hello\\n"
"hi"
msgstr ""
"$ echo olá\\n"
"oi"
"""


@pytest.fixture(scope="module")
def updated(shared_project: Project) -> tuple[Project, str]:
    """A project after the update, and what that said."""
    shared_project.write("docs/index.md", PAGE)
    shared_project.write("docs/windows.md", WINDOWS)
    shared_project.write("locale/pt/LC_MESSAGES/index.po", CATALOG)
    done = shared_project.python("-m", "gingerdocs", "update-samples")
    assert done.returncode == 1, done.stderr
    return shared_project, done.stdout + done.stderr


def test_the_page_shows_what_is_so(updated: tuple[Project, str]) -> None:
    page = (updated[0].root / "docs" / "index.md").read_text("utf-8")
    real = page[page.index("  Traceback") : page.index("division by zero")]
    assert real == (
        "  Traceback (most recent call last):\n"
        '    File "<stdin>", line 1, in <module>\n'
        "  ZeroDivisionError: "
    )
    assert (
        page.replace(
            real + "division by zero",
            "  Traceback (most recent call last):\n      ...\n  KeyError: 0",
        )
        == UPDATED
    )


def test_a_page_keeps_its_line_ends(updated: tuple[Project, str]) -> None:
    page = (updated[0].root / "docs" / "windows.md").read_bytes().decode()
    assert page == WINDOWS.replace("\ng\r", "\nf\r")


def test_a_translation_keeps_its_words_and_shows_its_own_output(
    updated: tuple[Project, str],
) -> None:
    messages = po.read(updated[0].root / "locale/pt/LC_MESSAGES/index.po")
    found = {message.msgid: message for message in messages}
    assert found["$ echo hello\nhello"].msgstr == "$ echo olá\nolá"
    assert not found["$ echo hello\nhello"].fuzzy


def test_what_cannot_be_brought_up_to_date_is_told(updated: tuple[Project, str]) -> None:
    page = (updated[0].root / "docs" / "index.md").read_text("utf-8")
    line = page.split("\n").index("$ false") + 1
    assert line != PAGE.split("\n").index("$ false") + 1
    assert f"docs/index.md:{line}: exited with 1, not 0" in updated[1]


def test_what_is_written_is_told(updated: tuple[Project, str]) -> None:
    assert "\n  $ echo hello\n- hi\n+ hello\n" in updated[1]


def test_what_comes_by_chance_is_not_written(updated: tuple[Project, str]) -> None:
    page = (updated[0].root / "docs" / "index.md").read_text("utf-8")
    shown = "$ cat /proc/sys/kernel/random/uuid"
    line = page.split("\n").index(shown) + 2
    assert f"{shown}\nx\n" in page
    assert f"docs/index.md:{line}: printed one thing (-), and another" in updated[1]


def test_an_unknown_page_is_an_error(updated: tuple[Project, str]) -> None:
    done = updated[0].python("-m", "gingerdocs", "update-samples", "docs/nosuch.md")
    assert done.returncode == 2
    assert "no page docs/nosuch.md" in done.stderr
