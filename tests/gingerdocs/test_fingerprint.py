import os
import subprocess
from pathlib import Path

import pytest

from gingerdocs.fingerprint import INPUTS, fingerprint, input_files

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("conf.py", "docs/a.md", "docs/b/c.md", "gingerdj/x.py", "locale/pt/a.po"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    (tmp_path / "programs.toml").write_text("", "utf-8")
    return tmp_path


def test_it_stays_while_nothing_changes(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "docs/a.md").touch()
    assert fingerprint(checkout) == before


@pytest.mark.parametrize("name", ["conf.py", "docs/b/c.md", "gingerdj/x.py", "locale/pt/a.po"])
def test_it_changes_with_every_input(checkout: Path, name: str) -> None:
    before = fingerprint(checkout)
    path = checkout / name
    path.write_text(path.read_text("utf-8").upper(), "utf-8")
    assert fingerprint(checkout) != before


def test_it_changes_with_a_new_a_renamed_and_a_lost_file(checkout: Path) -> None:
    seen = {fingerprint(checkout)}
    page = checkout / "docs" / "new.md"
    page.write_text("", "utf-8")
    seen.add(fingerprint(checkout))
    page = page.rename(page.with_name("newer.md"))
    seen.add(fingerprint(checkout))
    page.unlink()
    assert len(seen) == 3
    assert fingerprint(checkout) in seen


def test_it_covers_what_the_caller_adds(checkout: Path) -> None:
    assert fingerprint(checkout, ["v1.0"]) != fingerprint(checkout, ["v1.1"])


def test_it_covers_the_programs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "programs.toml").write_text(
        '[gingerprog]\npackage = "p"\nreason = "r"\nneeded-by = "samples"\n', "utf-8"
    )
    absent = fingerprint(checkout)
    program = checkout / "bin" / "gingerprog"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    assert fingerprint(checkout) != absent


def test_what_tools_leave_is_no_input(checkout: Path) -> None:
    before = list(input_files(checkout))
    for name in ("gingerdj/__pycache__/x.pyc", "locale/pt/a.mo", "docs/.a.md.swp", "docs/a.md~"):
        path = checkout / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", "utf-8")
    assert list(input_files(checkout)) == before
    assert checkout / "docs" / "b" / "c.md" in before


def test_a_link_that_leads_nowhere_is_no_input(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "docs" / "lost.md").symlink_to("nowhere.md")
    assert fingerprint(checkout) == before


def test_a_name_need_not_be_text(checkout: Path) -> None:
    before = fingerprint(checkout)
    Path(os.fsdecode(bytes(checkout / "docs") + b"/caf\xe9.md")).write_text("")
    assert fingerprint(checkout) != before
    assert fingerprint(checkout, [os.fsdecode(b"caf\xe9")]) != before


def test_every_folder_but_that_of_the_tests_is_an_input() -> None:
    listed = subprocess.run(
        ("git", "-C", str(ROOT), "ls-files"), capture_output=True, text=True, check=True
    )
    folders = {name.partition("/")[0] for name in listed.stdout.splitlines() if "/" in name}
    assert folders - {".ci", "tests"} == {name for name in INPUTS if (ROOT / name).is_dir()}
