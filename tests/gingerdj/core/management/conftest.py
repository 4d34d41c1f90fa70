"""Real projects, and commands run on them in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TIMEOUT = 60.0

VIEWS = """\
from gingerdj.http import HttpResponse


def home(request):
    return HttpResponse("{text}")
"""
URLS = """\
from gingerdj.urls import path

from mysite import views

urlpatterns = [path("", views.home)]
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment without the project of these tests."""
    inherited = {k: v for k, v in os.environ.items() if k != "GINGER_SETTINGS_MODULE"}
    return {**inherited, "NO_COLOR": "1", "COLUMNS": "80", **changes}


@pytest.fixture
def admin(tmp_path: Path) -> Run:
    """Run `gingerdj-admin` in the test's folder."""
    return _runner(tmp_path, ["-m", "gingerdj"])


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a new project called mysite, which no test changes."""
    folder = tmp_path_factory.mktemp("started")
    finished = _runner(folder, ["-m", "gingerdj"])("startproject", "mysite")
    assert finished.returncode == 0, finished.stderr
    return folder / "mysite"


@pytest.fixture
def project(tmp_path: Path, started: Path) -> Path:
    """Return the folder of a project called mysite, as it is when it has been started."""
    return shutil.copytree(started, tmp_path / "mysite")


@pytest.fixture
def site(project: Path) -> Path:
    """Return the folder of a project whose home page says hello."""
    (project / "mysite" / "views.py").write_text(VIEWS.format(text="hello"))
    (project / "mysite" / "urls.py").write_text(URLS)
    return project


@pytest.fixture
def manage(project: Path) -> Run:
    """Run the new project's `manage.py` in its folder."""
    return _runner(project, ["manage.py"])


def _runner(folder: Path, start: list[str]) -> Run:
    def run(*words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *start, *words],
            cwd=folder,
            env=environment(**env),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )

    return run
