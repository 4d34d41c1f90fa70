"""Pages under pytest: their items, their failures, the evidence that they leave."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from .conftest import Project

PAGE = """\
# Start

Prose.

```python
x = 1  # a number
```

```{code-block} console
:name: say

$ echo hi
hi
```

```{code-block} python
:name: use

assert x == 1
```
"""
BAD = """\
# Bad

```{code-block} console
:name: digit

$ echo 12
13
```

```{code-block} python
:name: raise

y = 1
y.nothing
```

```{code-block} python
:name: after

z = 1
```
"""
KINDS = """\
# Kinds

```{code-block} console
:name: never
:norun: it takes a day

$ sleep 86400
```

```{code-block} console
:name: absent

$ nosuchprogram
```
"""
CATALOG = """\
msgid ""
msgstr ""
"Language: pt_BR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid "Start"
msgstr "Início"

msgid "Prose."
msgstr "Prosa."

msgid "x = 1  # a number\\n"
msgstr "x = 1  # um número\\n"

msgid ""
"$ echo hi\\n"
"hi"
msgstr ""
"$ echo hi\\n"
"ho"

msgid "assert x == 1"
msgstr "assert x == 1"
"""


@pytest.fixture(scope="module")
def pages(shared_project: Project) -> Project:
    """A project whose samples are taken."""
    project = shared_project
    project.write("docs/index.md", PAGE + "\n```{toctree}\nbad\nkinds\nbroken\n```\n")
    project.write("docs/bad.md", BAD)
    project.write("docs/kinds.md", KINDS)
    project.write("docs/terms.txt", "# The sample that is not run.\nsleep 86400\n")
    project.write("docs/broken.md", "# Broken\n\n```python\nx = 1\n```\n")
    project.write("locale/pt/LC_MESSAGES/index.po", CATALOG)
    project.write("locale/pt/LC_MESSAGES/broken.po", CATALOG + '\nmsgid "x\n')
    programs = (project.root / "programs.toml").read_text("utf-8")
    project.write(
        "programs.toml",
        programs + '\n[nosuchprogram]\npackage = "x"\nreason = "x"\nneeded-by = "samples"\n',
    )
    project.take("en,pt")
    return project


@pytest.fixture(autouse=True)
def _without_evidence(pages: Project) -> None:
    evidence(pages).unlink(missing_ok=True)


def evidence(project: Project) -> Path:
    return project.root / "build" / "evidence.json"


def proofs(project: Project) -> list[str]:
    found = json.loads(evidence(project).read_text("utf-8"))
    return sorted(proof["status"] for proof in found.values())


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    words = [line.split(" ") for line in done.stdout.split("\n")]
    return {
        line[1].rstrip(":"): line[0]
        for line in words
        if line[0] in ("PASSED", "FAILED", "ERROR") and len(line) > 1
    }


def test_items_of_a_page(pages: Project) -> None:
    done = pages.pytest("docs/index.md", "--langs", "en,pt", "--collect-only")
    for lang in ("en", "pt"):
        *checks, first, second, third = (
            line.removeprefix(f"docs/index.md::{lang}::")
            for line in done.stdout.split("\n")
            if line.startswith(f"docs/index.md::{lang}::")
        )
        assert (first, second, third) == ("start-1", "say", "use")
        assert checks[0] == "build"
        assert "lint" in checks
        assert ("catalog" in checks) is (lang == "pt")


def test_a_page_that_holds(pages: Project) -> None:
    done = pages.pytest("docs/index.md", "--langs", "en")
    assert done.returncode == 0, done.stdout
    assert set(outcomes(done).values()) == {"PASSED"}
    assert len(outcomes(done)) >= 6
    assert proofs(pages) == ["passed"] * 3
    assert pages.left() == []


def test_failures_name_the_line_to_edit_and_what_follows_is_not_run(pages: Project) -> None:
    done = pages.pytest("docs/bad.md", "docs/index.md", "--langs", "en")
    assert done.returncode == 1
    found = outcomes(done)
    assert found["docs/bad.md::en::digit"] == "FAILED"
    assert found["docs/bad.md::en::raise"] == "FAILED"
    assert found["docs/index.md::en::use"] == "PASSED"
    assert "docs/bad.md:7: the page shows (-) what is not so (+)" in done.stdout
    assert "docs/bad.md:14: Traceback" in done.stdout
    assert 'File "docs/bad.md", line 14, in <module>' in done.stdout
    assert "not run, for docs/bad.md:13 (raise) failed before it" in done.stdout
    assert "worker.py" not in done.stdout
    assert proofs(pages) == ["passed"] * 3


def test_a_lie_in_a_catalog_names_its_line(pages: Project) -> None:
    done = pages.pytest("docs/index.md", "--langs", "pt", "-k", "say or use")
    line = CATALOG.split("\n").index('"ho"') + 1
    assert f"locale/pt/LC_MESSAGES/index.po:{line}: the page shows (-)" in done.stdout
    assert outcomes(done)["docs/index.md::pt::use"] == "PASSED"


def test_a_catalog_that_does_not_parse(pages: Project) -> None:
    done = pages.pytest("docs/broken.md", "docs/index.md", "--langs", "pt")
    line = CATALOG.count("\n") + 2
    assert f"locale/pt/LC_MESSAGES/broken.po:{line}:" in done.stdout
    assert outcomes(done)["docs/index.md::pt::use"] == "PASSED"


def test_one_sample_runs_those_before_it(pages: Project) -> None:
    done = pages.pytest("docs/index.md::en::use", "--langs", "en", "--shared-network")
    assert (done.returncode, list(outcomes(done).values())) == (0, ["PASSED"])
    assert "deselected" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["docs/index.md", "--langs", "fr"], "unknown language 'fr'"),
        (["docs/indx.md"], "no page docs/indx.md; did you mean docs/index.md"),
        (["docs/index.md::en::nosuch", "--langs", "en"], "docs/index.md::en::nosuch"),
        (["docs/index.md::fr::say", "--langs", "en"], "docs/index.md::fr::say"),
    ],
)
def test_what_is_not_there(pages: Project, arguments: list[str], message: str) -> None:
    done = pages.pytest(*arguments)
    assert done.returncode == 4
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_norun_and_absent_programs_are_proved_as_what_they_are(pages: Project) -> None:
    done = pages.pytest("docs/kinds.md", "--langs", "en")
    assert done.returncode == 0, done.stdout
    assert "docs/kinds.md:3: it takes a day" in done.stdout
    assert "nosuchprogram is not installed" in done.stdout
    assert proofs(pages) == ["norun", "unavailable"]


def test_an_absent_program_is_a_failure_where_all_must_run(pages: Project) -> None:
    pages.pytest("docs/kinds.md", "--langs", "en")
    done = pages.pytest("docs/kinds.md", "--langs", "en", "--proof", "stale", CI="true")
    assert outcomes(done)["docs/kinds.md::en::absent"] == "FAILED"
    assert "docs/kinds.md:13: nosuchprogram is not installed" in done.stdout


def test_only_what_has_no_proof_runs_again(pages: Project) -> None:
    pages.pytest("docs/index.md", "--langs", "en", "-k", "say")
    done = pages.pytest("docs/index.md", "--langs", "en", "--proof", "stale")
    names = {name.rpartition("::")[2] for name in outcomes(done)}
    assert {"build", "lint", "start-1", "use"} <= names
    assert "say" not in names
    assert proofs(pages) == ["passed"] * 3


def test_earlier_proofs_stay(pages: Project) -> None:
    pages.pytest("docs/index.md", "--langs", "en")
    pages.pytest("docs/bad.md", "--langs", "en")
    pages.pytest("docs/index.md", "--langs", "fr")
    assert proofs(pages) == ["passed"] * 3


def test_a_broken_evidence_file_is_written_anew(pages: Project) -> None:
    evidence(pages).parent.mkdir(exist_ok=True)
    evidence(pages).write_text("[{")
    done = pages.pytest("docs/index.md", "--langs", "en", "--proof", "stale")
    assert done.returncode == 0, done.stdout
    assert proofs(pages) == ["passed"] * 3


def test_workers_side_by_side_write_the_same_evidence(pages: Project) -> None:
    pages.pytest("docs", "--langs", "en")
    alone = json.loads(evidence(pages).read_text("utf-8"))
    evidence(pages).unlink()
    done = pages.pytest("docs", "--langs", "en", "-n", "2", "--dist", "loadscope")
    assert outcomes(done)["docs/index.md::en::use"] == "PASSED"
    assert json.loads(evidence(pages).read_text("utf-8")).keys() == alone.keys()
    assert len(alone) >= 6
    assert pages.left() == []


def test_workers_start_only_for_several_pages_with_samples_to_run(pages: Project) -> None:
    parallel = ("--langs", "en", "--proof", "stale", "-n", "auto", "--dist", "loadscope")
    done = pages.pytest("docs", *parallel)
    assert "bringing up nodes" in done.stdout
    pages.pytest("docs/index.md", "docs/kinds.md", "--langs", "en")
    done = pages.pytest("docs", *parallel)
    assert "docs/bad.md::en::digit" in outcomes(done)
    assert "bringing up nodes" not in done.stdout


def test_no_workers_start_for_a_guide_whose_samples_are_all_on_one_page(project: Project) -> None:
    project.write("docs/index.md", "# One\n\n```python\ntotal = 1 + 1\n```\n")
    project.write("docs/other.md", "---\norphan: true\n---\n\n# Other\n")
    project.write("tests/test_one.py", "def test_one(): pass\n")
    project.take()
    parallel = ("--langs", "en", "-n", "auto", "--dist", "loadscope")
    done = project.pytest("docs", *parallel)
    assert "docs/index.md::en::one-1" in outcomes(done)
    assert "bringing up nodes" not in done.stdout
    assert "bringing up nodes" in project.pytest("docs", "tests", *parallel).stdout


def test_a_page_that_changed_since_is_refused(pages: Project) -> None:
    page = pages.root / "docs" / "kinds.md"
    before = page.stat()
    os.utime(page, (time.time() + 60, time.time() + 60))
    done = pages.pytest("docs/kinds.md", "--langs", "en")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "docs/kinds.md has changed since the samples were taken: run make samples" in done.stdout


def test_an_interrupted_run_leaves_nothing(pages: Project) -> None:
    word = f"5{os.getpid():07}"
    pages.write(
        "docs/slow.md",
        f"# Slow\n\n```console\n$ true\n```\n\n```console\n$ setsid sleep {word}\n```\n",
    )
    pages.take("en")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "docs/slow.md",
            "--langs=en",
        ],
        cwd=pages.root,
        env=pages.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not running(word) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 2, said
    assert running(word) == []
    assert pages.left() == []
    assert proofs(pages) == ["passed"]


def running(word: str) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and word in process.info["cmdline"]
    ]


def test_code_is_linted_on_the_lines_of_the_page(pages: Project) -> None:
    pages.write(
        "docs/lint.md",
        "# Lint\n\n```python\nimport os\n```\n\n```python\nprint(nosuch)\nMIDLEWARE = []\n```\n",
    )
    pages.take("en")
    done = pages.pytest("docs/lint.md", "--langs", "en", "-k", "lint")
    assert "docs/lint.md:4: F401" in done.stdout
    assert "docs/lint.md:8: F821" in done.stdout
    assert "docs/lint.md:9: nothing on the page reads MIDLEWARE" in done.stdout


def test_a_name_that_nothing_has_needs_no_samples_of_other_languages(project: Project) -> None:
    named = "```{code-block} python\n:name: running\n\n1 + 1\n```\n"
    project.write("docs/index.md", f"# A\n\n{named}")
    project.write("test_a.py", "def test_a():\n    pass\n")
    done = project.pytest("test_a.py", "-k", "runing")
    assert (done.returncode, done.stderr) == (5, "")
    project.take("pt")
    done = project.pytest("docs", "--langs", "pt", "-k", "runing")
    assert (done.returncode, done.stderr) == (5, "")
    assert "no sample matches 'runing'; did you mean running?" in done.stdout
