"""Building a scratch guide: what runs again, and what is known."""

import shutil
from pathlib import Path

import pytest

from tests.gingerdocs.conftest import ROOT, Project, make_project

BUILD = ("-m", "gingerdocs", "html", "--langs", "en")
KNOWN = "Every sample has a fresh proof, and the pages have been checked"


@pytest.fixture(scope="module")
def one_page(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A guide of one page, built."""
    project = make_project(tmp_path_factory.mktemp("one") / "project")
    project.write("docs/index.md", "# Guide\n\n```python\nassert 1 + 1 == 2\n```\n")
    shutil.copy(ROOT / "Makefile", project.root)
    done = project.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert KNOWN not in done.stdout
    project.keep()
    return project


@pytest.fixture
def guide(one_page: Project) -> Project:
    """That guide, as it was then."""
    one_page.restore()
    return one_page


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


@pytest.fixture(scope="module")
def claiming(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A guide of two pages that claim something, built."""
    project = make_project(tmp_path_factory.mktemp("two") / "project")
    project.write("docs/index.md", "# Guide\n\nCall `print`.\n\n```{toctree}\n\nother\n```\n")
    project.write("docs/other.md", "# Other\n\nCall `wibble`.\n")
    project.write("docs/terms.txt", "# What the test's page speaks of.\nwibble\n")
    shutil.copy(ROOT / "Makefile", project.root)
    done = project.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout  # All but the catalogs', of both pages.
    project.keep()
    return project


@pytest.fixture
def two_pages(claiming: Project) -> Project:
    """That guide, as it was then."""
    claiming.restore()
    return claiming


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def test_a_changed_page_alone_is_checked_again(two_pages: Project) -> None:
    add(two_pages.root / "docs" / "index.md", "\nCall `len`.\n")
    done = two_pages.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


@pytest.mark.parametrize("shared", ["docs/terms.txt", "gingerdocs/checks/prose.py", "Makefile"])
def test_what_the_checks_share_has_all_pages_checked_again(two_pages: Project, shared: str) -> None:
    add(two_pages.root / shared, "\n")
    done = two_pages.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


def test_a_lie_that_a_shared_list_no_longer_hides_is_found_in_an_unchanged_page(
    two_pages: Project,
) -> None:
    (two_pages.root / "docs" / "terms.txt").write_text("", "utf-8")
    for _ in range(2):
        done = two_pages.python(*BUILD)
        assert done.returncode == 1
        assert "wibble" in done.stdout


def test_a_file_that_is_gone_no_longer_vouches_for_its_name(two_pages: Project) -> None:
    root = two_pages.root
    (root / "notes.txt").touch()
    add(root / "docs" / "other.md", "\nRead `notes.txt`.\n")
    assert two_pages.python(*BUILD).returncode == 0
    (root / "notes.txt").unlink()
    (root / "build" / "stamps" / "html-dev").unlink()
    done = two_pages.python(*BUILD)
    assert done.returncode == 1
    assert "notes.txt" in done.stdout
