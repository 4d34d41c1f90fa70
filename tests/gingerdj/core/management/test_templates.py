"""startproject and startapp with templates of one's own."""

from __future__ import annotations

import io
import re
import shutil
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest

import gingerdj
from gingerdj.core.management import CommandError, call_command

FILES = {
    "manage.py": "run('{{ project_name }}')\n",
    "project_name/__init__.py": "",
    "project_name/names.py": "{{project_name}} {{ camel_case_project_name }} {{ other }} {x}\n"
    "{{ project_directory }} {{ gingerdj_version }}\n",
    "project_name/key.py-tpl": "KEY = '{{ secret_key }}'\n",
    "docs_project_name.md": "# {{ project_name }}\n",
    "Procfile": "web: {{ project_name }}\n",
    "page.html": "{{ project_name }} {% block x %}\n",
    "node_modules/x.py": "no",
    "__pycache__/x.py": "no",
    ".git/config": "no",
    "stale.pyc": "no",
}


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a template, beside the folder in which commands are run."""
    folder = tmp_path / "template"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "logo.png").write_bytes(b"\x89PNG\xff")
    (folder / "manage.py").chmod(0o444)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return folder


def start(name: str = "my_shop", **options: Any) -> dict[str, str]:
    call_command("startproject", name, **options)
    folder = Path.cwd() / name
    found = [each for each in folder.rglob("*") if each.is_file()]
    return {each.relative_to(folder).as_posix(): each.read_text("latin-1") for each in found}


def test_a_folder(template: Path) -> None:
    files = start(template=str(template), exclude=["node_modules"])
    key = files.pop("my_shop/key.py")
    assert re.fullmatch(r"KEY = 'gingerdj-insecure-.{50}'\n", key)
    assert files == {
        "manage.py": "run('my_shop')\n",
        "my_shop/__init__.py": "",
        "my_shop/names.py": "my_shop MyShop {{ other }} {x}\n"
        f"{Path.cwd() / 'my_shop'} {gingerdj.get_version()}\n",
        "docs_my_shop.md": "# {{ project_name }}\n",
        "Procfile": "web: {{ project_name }}\n",
        "page.html": "{{ project_name }} {% block x %}\n",
        "logo.png": "\x89PNG\xff",
    }
    mode = Path("my_shop/manage.py").stat().st_mode
    assert mode & stat.S_IWUSR
    assert mode & stat.S_IXUSR


@pytest.mark.parametrize(
    ("options", "filled"),
    [
        ({"extensions": ["md"]}, {"docs_my_shop.md"}),
        ({"extensions": ["py,.md"]}, {"docs_my_shop.md", "manage.py"}),
        ({"files": ["Procfile", "other"]}, {"Procfile", "manage.py"}),
        ({"extensions": ["md"], "files": ["nothing, Procfile"]}, {"docs_my_shop.md", "Procfile"}),
    ],
)
def test_which_files_are_filled_in(
    options: dict[str, Any], filled: set[str], template: Path
) -> None:
    files = start(template=str(template), **options)
    texts = {"docs_my_shop.md", "Procfile", "manage.py"}
    assert {name for name in texts if "{{" not in files[name]} == filled


@pytest.mark.parametrize("kind", ["zip", "gztar", "xztar"])
@pytest.mark.parametrize("inside", [True, False])
def test_an_archive(kind: str, inside: bool, template: Path, tmp_path: Path) -> None:
    root, base = (tmp_path, "template") if inside else (template, ".")
    archive = shutil.make_archive(str(tmp_path / "packed"), kind, root, base)
    files = start(template=archive, exclude=["node_modules"])
    assert files["manage.py"] == "run('my_shop')\n"
    assert files["logo.png"] == "\x89PNG\xff"
    assert "my_shop/names.py" in files


def test_an_archive_that_leads_out_of_its_folder(template: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../evil.py"), io.BytesIO())
    with pytest.raises(CommandError, match="cannot be unpacked"):
        start(template=str(tmp_path / "evil.tar"))
    assert not list(tmp_path.rglob("evil.py"))


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nowhere", "couldn't handle project template nowhere"),
        ("https://example.com/t.zip", "is an address: download it"),
        ("template/logo.png", "cannot be unpacked"),
    ],
)
def test_no_template(path: str, error: str, template: Path, tmp_path: Path) -> None:
    if path.startswith("template"):
        path = str(tmp_path / path)
    with pytest.raises(CommandError, match=error):
        start(template=path)
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"extensions": ["html"]}, r"page\.html, line 1: \{% block x %\} needs a template engine"),
        ({"extensions": ["png"]}, "logo.png cannot be filled in, for it is not UTF-8"),
    ],
)
def test_what_cannot_be_filled_in(options: Any, error: str, template: Path) -> None:
    with pytest.raises(CommandError, match=error):
        start(template=str(template), **options)
    assert list(Path.cwd().iterdir()) == []


def test_an_app(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app_name.py").write_text("{{ app_name }} {{ camel_case_app_name }}")
    (folder / "link").write_text("{{ app_directory }}")
    call_command("startapp", "polls", template=str(folder), files=["link"])
    assert Path("polls/polls.py").read_text() == "polls Polls"
    assert Path("polls/link").read_text() == str(Path.cwd() / "polls")
