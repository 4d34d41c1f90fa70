"""Scratch pages and projects, worked on by the real tools."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gingerdocs.running.runner import PageRunner
from gingerdocs.sample import Kind, Outcome, Page, Sample

ROOT = Path(__file__).parents[2]
PAGE = "docs/page.md"

_NUMBERS = itertools.count(1)


def make_sample(kind: Kind, text: str, **options: Any) -> Sample:
    """A sample whose first line is edited at line 11 of the page."""
    text = text.strip("\n")
    count = text.count("\n") + 1
    languages = {"doctest": "pycon", "file": "text", "setup": "python"}
    return Sample(
        **{
            "name": f"{kind}-{next(_NUMBERS)}",
            "kind": kind,
            "language": languages.get(kind, kind),
            "text": text,
            "path": PAGE,
            "lines": tuple(range(11, 11 + count)),
            "page_line": 10,
            **options,
        }
    )


@dataclass
class ScratchPage:
    """Runs samples as those of one page."""

    root: Path

    def run(self, *samples: Sample, **options: Any) -> list[Outcome]:
        """The outcomes of the samples of one page."""
        runner = PageRunner(self.root, Page(PAGE, "en", samples), **options)
        try:
            return [runner.run(sample) for sample in samples]
        finally:
            runner.close()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScratchPage]:
    """An empty checkout with a folder of its own for what is temporary."""
    # Below pytest's own folder the paths would be too long for Unix sockets.
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        root = Path(folder, "checkout")
        (root / "docs").mkdir(parents=True)
        (root / "gingerdocs").symlink_to(ROOT / "gingerdocs")
        Path(folder, "tmp").mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(Path(folder, "tmp")))
        yield ScratchPage(root)


@dataclass
class Project:
    """A scratch checkout, and the commands that are run in it."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Write a file, by its path from the checkout."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="")

    def python(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the checkout."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of such a run."""
        kept = {name: value for name, value in os.environ.items() if name != "CI"}
        return {
            **kept,
            "PYTHONPATH": str(self.root),
            "TMPDIR": str(self.root / "tmp"),
            "PYTEST_ADDOPTS": "",
            **variables,
        }

    def keep(self) -> None:
        """Remember what there is now."""
        shutil.copytree(self.root, self._kept)

    def restore(self) -> None:
        """Be as then, in the same place: Sphinx reads all pages anew in any other."""
        shutil.rmtree(self.root)
        shutil.copytree(self._kept, self.root)

    @property
    def _kept(self) -> Path:
        return self.root.with_name("kept")

    def take(self, langs: str = "en") -> None:
        """Take the samples from the pages."""
        done = self.python("-m", "gingerdocs", "samples", "--langs", langs)
        assert done.returncode == 0, done.stdout + done.stderr

    def pytest(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run pytest in the checkout."""
        return self.python(
            "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-q", *arguments, **variables
        )

    def left(self) -> list[str]:
        """What lies in the folder for what is temporary."""
        return sorted(
            path.name
            for path in (self.root / "tmp").iterdir()
            if not path.name.startswith(("guide-turn", "pytest-"))
        )


def make_project(root: Path) -> Project:
    """Copy what a checkout needs to build pages into ``root``."""
    root.mkdir(parents=True)
    for name in ("conf.py", "programs.toml", "requirements.txt"):
        shutil.copy(ROOT / name, root)
    for name in ("benchmarks", "gingerdocs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("docs", "gingerdj", "tmp"):
        (root / name).mkdir()
    project = Project(root)
    project.write("gingerdj/__init__.py", "")
    project.write(
        "pyproject.toml",
        # The package here is empty, and has not what pytest finds in the environment.
        "[tool.pytest]\nstrict = true\n"
        'addopts = ["-p", "gingerdocs.plugin", "--disable-plugin-autoload", "-p", "xdist.plugin"]\n'
        'filterwarnings = ["error"]\n',
    )
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A scratch checkout without pages."""
    return make_project(tmp_path / "project")


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A scratch checkout that the tests of a module share; they write no page of one name."""
    return make_project(tmp_path_factory.mktemp("shared") / "project")
