"""The built page: its samples translated and marked, or the build refuses it."""

import json
import re
import subprocess

import pytest

from .conftest import Project

PAGE = """\
# Proofs

```{testsetup}
hidden = 41
```

```{code-block} python
:name: add

total = hidden + 1  # the sum
```

```{code-block} console
:name: escape

$ echo '<b>'
<b>
```

```{code-block} text
:name: file
:file: a.txt

text
```

```{code-block} console
:name: absent

$ cat a.txt
text
```

```{code-block} console
:name: never
:norun: it takes a day

$ sleep 86400
```
"""
CATALOG = """\
msgid ""
msgstr ""
"Language: pt_BR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid "Proofs"
msgstr "Provas"

msgid "total = hidden + 1  # the sum"
msgstr "total = hidden + 1  # a soma"

msgid "it takes a day"
msgstr "leva um dia"
"""


@pytest.fixture(scope="module")
def proved(shared_project: Project) -> Project:
    """A project whose samples have run in two languages."""
    shared_project.write("docs/index.md", PAGE)
    shared_project.write("locale/pt/LC_MESSAGES/index.po", CATALOG)
    shared_project.take("en,pt")
    done = shared_project.pytest(
        "docs", "--langs", "en,pt", "-k", "add or escape or file or absent or never or setup"
    )
    assert done.returncode == 0, done.stdout
    return shared_project


def build(project: Project, locale: str, *options: str) -> subprocess.CompletedProcess[str]:
    return project.python(
        *("-m", "sphinx", "-q", "-b", "html", "--no-color", "-c", "."),
        *("-d", f"build/doctrees/{locale}", "-D", f"language={locale}", *options),
        *("docs", f"build/{locale}"),
    )


def html(project: Project, locale: str) -> str:
    return (project.root / "build" / locale / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("locale", "comment", "unrun"),
    [
        ("en", "# the sum", "Not run: it takes a day"),
        ("pt_BR", "# a soma", "Not run: leva um dia"),
    ],
)
def test_every_sample_carries_its_proof(
    proved: Project, locale: str, comment: str, unrun: str
) -> None:
    done = build(proved, locale)
    assert "has no proof" not in done.stderr
    page = html(proved, locale)
    assert comment in page
    assert f"<summary>{unrun}</summary>" in page
    assert re.findall(r'class="proof proof-(\w+)" data-sample="([\w-]+)"', page) == [
        ("passed", "add"),
        ("passed", "escape"),
        ("passed", "file"),
        ("passed", "absent"),
        ("norun", "never"),
    ]
    assert "Python 3." in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "hidden = 41" not in page
    assert "::" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)


def test_a_digest_on_the_page_is_that_of_the_evidence(proved: Project) -> None:
    build(proved, "en")
    shown = set(re.findall(r"sha256:([0-9a-f]{64})", html(proved, "en")))
    kept = json.loads((proved.root / "build" / "evidence.json").read_text("utf-8"))
    assert len(shown) == 4
    assert shown <= kept.keys()


def test_what_has_no_proof_is_a_warning_on_its_line(project: Project) -> None:
    project.write("docs/index.md", PAGE)
    done = build(project, "en")
    told = re.findall(
        r"docs/index.md:(\d+): WARNING: the sample '([\w-]+)' has no proof", done.stderr
    )
    assert [name for _, name in told] == [
        *("proofs-1-setup", "add", "escape", "file", "absent", "never")
    ]
    assert told[1][0] == "7"
    assert 'class="proof' not in html(project, "en")


def test_an_unknown_language_is_one_error(project: Project) -> None:
    project.write("docs/index.md", PAGE)
    done = build(project, "fr")
    assert done.returncode != 0
    assert "unknown language 'fr'" in done.stderr


def test_a_part_of_a_file_is_not_shown_as_the_whole(project: Project) -> None:
    options = ":file: mysite/settings.py\n:append:\n"
    project.write("docs/index.md", f"# A\n\n```{{code-block}} python\n{options}\nDEBUG = 1\n```\n")
    build(project, "en")
    assert "At the end of mysite/settings.py" in html(project, "en")


def test_a_placeholder_that_the_interface_lost_is_a_warning(project: Project) -> None:
    project.write("docs/index.md", PAGE)
    catalog = "locale/pt/LC_MESSAGES/gingerdocs.po"
    project.write(catalog, 'msgid "Not run: %s"\nmsgstr "Não executado: veja"\n')
    done = build(project, "pt_BR")
    assert done.returncode == 0
    assert f"{catalog}:2: WARNING: the translation lacks %s" in done.stderr


def test_a_page_that_is_gone_is_missed_without_a_clean_build(project: Project) -> None:
    project.write("docs/index.md", "# A\n\n```{toctree}\n:hidden:\n\nb\n```\n")
    project.write("docs/b.md", "# B\n")
    project.take()
    assert project.pytest("docs/index.md", "--langs", "en").returncode == 0
    (project.root / "docs" / "b.md").unlink()
    project.take()
    done = project.pytest("docs/index.md", "--langs", "en")
    assert "docs/index.md:3: toctree contains reference to nonexisting document 'b'" in done.stdout


def test_a_name_of_a_sample_is_its_pages_alone(project: Project) -> None:
    named = "```{code-block} python\n:name: serve\n\n1 + 1\n```\n"
    project.write("docs/index.md", f"# A\n\n{named}\n```{{toctree}}\nb\nc\n```\n")
    project.write("docs/b.md", f"# B\n\n{named}\n")
    project.write("docs/c.md", "# C\n\n[The server](#serve).\n")
    done = build(project, "en")
    assert 'id="serve"' in html(project, "en")
    assert "docs/c.md:3: WARNING: 'myst' cross-reference target not found: 'serve'" in done.stderr


@pytest.mark.parametrize("proofs", [(), ("-D", "gingerdocs_samples=build/samples")])
def test_a_page_that_is_not_utf_8_is_named_with_its_line(
    project: Project, proofs: tuple[str, ...]
) -> None:
    project.write("docs/index.md", "# A\n\n```{toctree}\n\nb\n```\n")
    (project.root / "docs" / "b.md").write_bytes(b"# B\n\nA caf\xe9.\n")
    done = build(project, "en", *proofs)
    assert done.returncode == 2
    assert "docs/b.md:3: is not UTF-8 (byte 0xe9); save it as UTF-8" in done.stderr


def test_other_code_reads_the_pages_anew(project: Project) -> None:
    project.write("docs/index.md", "# A\n")
    doctree = project.root / "build" / "doctrees" / "en" / "index.doctree"
    build(project, "en")
    first = doctree.stat().st_mtime_ns
    build(project, "en")
    assert doctree.stat().st_mtime_ns == first
    with (project.root / "gingerdocs" / "doctree.py").open("a") as code:
        code.write("# Another line.\n")
    build(project, "en")
    assert doctree.stat().st_mtime_ns > first


def test_a_catalog_that_cannot_be_read_is_named(project: Project) -> None:
    project.write("docs/index.md", "# A\n")
    folder = project.root / "locale" / "pt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "lost.po").symlink_to("nowhere.po")
    done = build(project, "pt_BR", "-D", "gingerdocs_samples=build/samples")
    assert done.returncode == 0, done.stderr
    assert "locale/pt/LC_MESSAGES/lost.po:1: WARNING: cannot be read: No such file" in done.stderr
