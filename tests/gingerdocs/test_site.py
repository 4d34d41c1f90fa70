"""Building a scratch guide: what runs again, and what is known."""

import shutil
from pathlib import Path

import pytest

from tests.gingerdocs.conftest import ROOT, Project

BUILD = ("-m", "gingerdocs", "html", "--langs", "en")
KNOWN = "Every sample has a fresh proof, and the pages have been checked"


@pytest.fixture
def guide(project: Project) -> Project:
    """A guide of one page, built."""
    project.write("docs/index.md", "# Guide\n\n```python\nassert 1 + 1 == 2\n```\n")
    shutil.copy(ROOT / "Makefile", project.root)
    done = project.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert KNOWN not in done.stdout
    return project


def forget(root: Path, *names: str) -> None:
    for name in names:
        path = root / "build" / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def test_what_has_been_checked_is_not_checked_again(guide: Project) -> None:
    forget(guide.root, "stamps", "html", "doctrees", "samples")
    done = guide.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert KNOWN in done.stdout
    assert (guide.root / "build" / "html" / "en" / "dev" / "index.html").is_file()


def test_a_lost_proof_is_made_again(guide: Project) -> None:
    forget(guide.root, "stamps", "evidence.json")
    done = guide.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert KNOWN not in done.stdout


def test_a_changed_page_is_checked_though_its_samples_are_proved(guide: Project) -> None:
    page = guide.root / "docs" / "index.md"
    page.write_text(page.read_text("utf-8") + "\nCall `nothing_of_that_name`.\n", "utf-8")
    done = guide.python(*BUILD)
    assert done.returncode == 1
    assert "nothing_of_that_name" in done.stdout
