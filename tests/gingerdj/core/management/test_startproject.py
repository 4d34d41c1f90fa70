"""What startproject and startapp write, and what they refuse."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gingerdj.core.management import CommandError, call_command
from gingerdj.core.management.templates import new_secret_key

from .conftest import Run, environment

PROJECT = {
    "manage.py",
    "mysite/__init__.py",
    "mysite/asgi.py",
    "mysite/settings.py",
    "mysite/urls.py",
    "mysite/wsgi.py",
}


def files_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_installed_program_writes_a_project(tmp_path: Path) -> None:
    program = shutil.which("gingerdj-admin", path=str(Path(sys.executable).parent))
    assert program, "the package's program gingerdj-admin is not installed"
    done = subprocess.run(
        [program, "startproject", "mysite"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files_in(tmp_path / "mysite") == PROJECT


def test_the_module_writes_the_same_project(tmp_path: Path, admin: Run) -> None:
    done = admin("startproject", "mysite")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files_in(tmp_path / "mysite") == PROJECT
    assert os.access(tmp_path / "mysite" / "manage.py", os.X_OK)


def test_written_files_are_python_and_name_the_project(tmp_path: Path, admin: Run) -> None:
    admin("startproject", "shop")
    texts = {name: (tmp_path / "shop" / name).read_text() for name in files_in(tmp_path / "shop")}
    for text in texts.values():
        ast.parse(text)
        assert not [trace for trace in ("$", "project_name", "mysite") if trace in text]
    fallback = 'os.environ.setdefault("GINGER_SETTINGS_MODULE", "shop.settings")'
    for name in ("manage.py", "shop/asgi.py", "shop/wsgi.py"):
        assert fallback in texts[name]
    assert "application = get_asgi_application()" in texts["shop/asgi.py"]
    assert "application = get_wsgi_application()" in texts["shop/wsgi.py"]


def test_an_existing_folder_can_be_given(tmp_path: Path, admin: Run) -> None:
    assert admin("startproject", "mysite", ".").returncode == 0
    assert files_in(tmp_path) == PROJECT


def test_a_folder_of_the_projects_name_can_be_given(tmp_path: Path, admin: Run) -> None:
    (tmp_path / "mysite").mkdir()
    done = admin("startproject", "mysite", "mysite")
    assert done.returncode == 0, done.stderr
    assert files_in(tmp_path / "mysite") == PROJECT


def test_secret_keys_are_long_and_never_the_same() -> None:
    keys = {new_secret_key() for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) >= 50 and key.startswith("gingerdj-insecure-") for key in keys)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["my-site"], "such as 'my_site'"),
        (["2cool"], "no digit first"),
        (["class"], "no keyword"),
        (["json"], "name of an existing Python module"),
        (["gingerdj"], "name of an existing Python module"),
        (["taken"], "taken' already exists"),
        (["mysite", "nowhere"], "nowhere' does not exist, please create it"),
        (["mysite", "taken"], "manage.py exists already"),
    ],
)
@pytest.mark.parametrize("command", ["startproject", "startapp"])
def test_refused(
    command: str, words: list[str], error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    for name in ("manage.py", "views.py"):
        (tmp_path / "taken" / name).write_text("mine")
    if command == "startapp":
        error = error.replace("manage.py", "views.py")
    before = files_in(tmp_path)
    with pytest.raises(CommandError) as raised:
        call_command(command, *words)
    assert error in str(raised.value)
    assert files_in(tmp_path) == before
    assert {p.name for p in tmp_path.iterdir()} == {"taken"}


def test_nothing_is_left_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "mysite").write_text("a file where the package should be")
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("startproject", "mysite", "top")
    assert files_in(tmp_path / "top") == {"mysite"}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("startproject", "You must provide a project name"),
        ("startapp", "You must provide an application name"),
    ],
)
def test_without_a_name(command: str, message: str, admin: Run) -> None:
    done = admin(command)
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: python -m gingerdj {command}")
    assert message in done.stderr


def test_startapp_writes_an_app(project: Path, manage: Run) -> None:
    done = manage("startapp", "polls")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files_in(project / "polls") == {"__init__.py", "urls.py", "views.py"}
    assert 'app_name = "polls"' in (project / "polls" / "urls.py").read_text()


def test_a_new_project_passes_its_checks(manage: Run) -> None:
    done = manage("check")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert (done.returncode, done.stderr) == (0, "")
