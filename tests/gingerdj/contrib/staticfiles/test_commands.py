"""findstatic, collectstatic and runserver's options."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from gingerdj.contrib.staticfiles.handlers import StaticFilesHandler
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.management import CommandError, call_command, get_commands, load_command_class

from .conftest import Start

ALL = ["pre/logo.svg", "shop/a b%.txt", "site.css"]


def run(name: str, *args: str, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def files(folder: Path) -> list[str]:
    found = sorted(each for each in folder.rglob("*") if not each.is_dir())
    return [each.relative_to(folder).as_posix() for each in found]


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({}, ["Found 'site.css' here:", "  {}/one/site.css", "  {}/shop/static/site.css"]),
        ({"first": False}, ["Found 'site.css' here:", "  {}/one/site.css"]),
        ({"verbosity": 0}, ["{}/one/site.css", "{}/shop/static/site.css"]),
        (
            {"first": False, "verbosity": 2},
            [
                "Found 'site.css' here:",
                "  {}/one/site.css",
                "Looking in the following locations:",
                "  {}/one",
            ],
        ),
    ],
)
def test_findstatic(options: Any, lines: list[str], start: Start, folder: Path) -> None:
    start()
    out, err = run("findstatic", "site.css", **options)
    assert out.splitlines() == [line.format(folder) for line in lines]
    assert err == ""


def test_findstatic_finds_nothing(start: Start, folder: Path) -> None:
    start()
    assert run("findstatic", "nope", verbosity=0) == ("", "")
    assert run("findstatic", "nope") == ("", "No matching file found for 'nope'.\n")
    out, err = run("findstatic", "nope", "pre/logo.svg", verbosity=2)
    assert f"{folder}/pre/logo.svg" in out
    assert f"Looking in the following locations:\n  {folder}/one\n  {folder}/pre\n" in err


def test_collectstatic(start: Start, folder: Path) -> None:
    start()
    root = folder / "root"
    out, _ = run("collectstatic", interactive=False)
    assert files(root) == ALL
    assert (root / "site.css").read_text() == "one"
    assert out.splitlines()[-1] == (f"Copied to '{root}': 3. There already, and unmodified: 0.")
    os.utime(folder / "one/site.css", (2e9, 2e9))
    (folder / "one/site.css").write_text("newer")
    os.utime(folder / "one/site.css", (2e9, 2e9))
    out, _ = run("collectstatic", interactive=False, verbosity=2)
    assert out.splitlines()[-1].endswith(": 1. There already, and unmodified: 2.")
    assert f"Copying {folder}/one/site.css" in out
    assert (root / "site.css").read_text() == "newer"


def test_collectstatic_names_what_is_hidden(start: Start, folder: Path) -> None:
    start()
    out, _ = run("collectstatic", interactive=False)
    assert f"site.css is there twice; {folder}/shop/static/site.css is left out." in out
    assert run("collectstatic", interactive=False, verbosity=0) == ("", "")


def test_collectstatic_links(start: Start, folder: Path) -> None:
    start()
    root = folder / "root"
    run("collectstatic", interactive=False)
    assert "Linked" in run("collectstatic", interactive=False, link=True)[0]
    assert (root / "site.css").readlink() == folder / "one/site.css"
    assert ": 0. There" in run("collectstatic", interactive=False, link=True)[0]
    run("collectstatic", interactive=False)
    assert not (root / "site.css").is_symlink()


def test_collectstatic_clears_and_ignores(start: Start, folder: Path) -> None:
    start()
    root = folder / "root"
    (root / "old").mkdir(parents=True)
    (root / "old" / "file").touch()
    (root / "other").symlink_to(folder / "one")
    run("collectstatic", interactive=False, clear=True, dry_run=True)
    assert sorted(each.name for each in root.iterdir()) == ["old", "other"]
    run("collectstatic", "-i", "*.svg", "--ignore", "shop/*", interactive=False, clear=True)
    assert files(root) == ["site.css"]
    assert (folder / "one/site.css").is_file()
    run("collectstatic", interactive=False, use_default_ignore_patterns=False)
    assert {".hidden", "CVS/version", "draft~"} <= set(files(root))


def test_collectstatic_asks_nobody_in_vain(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    start()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="--no-input"):
        run("collectstatic")


@pytest.mark.parametrize(("answer", "collected"), [("yes", ALL), ("no", [])])
def test_collectstatic_asks(
    answer: str, collected: list[str], start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    if collected:
        run("collectstatic")
    else:
        with pytest.raises(CommandError, match="Nothing was collected"):
            run("collectstatic")
    assert files(folder / "root") == collected


def test_collectstatic_needs_a_folder(start: Start) -> None:
    start(STATIC_ROOT=None)
    with pytest.raises(ImproperlyConfigured, match="STATIC_ROOT"):
        run("collectstatic", interactive=False)


@pytest.mark.parametrize(
    ("options", "debug", "wrapped"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"insecure_serving": True}, False, True),
        ({"use_static_handler": False}, True, False),
    ],
)
def test_runserver_serves_static_files(
    options: dict[str, bool], debug: bool, wrapped: bool, start: Start
) -> None:
    start(DEBUG=debug)
    assert get_commands()["runserver"] == "gingerdj.contrib.staticfiles"
    command = load_command_class("gingerdj.contrib.staticfiles", "runserver")
    defaults = vars(command.create_parser("manage.py", "runserver").parse_args([]))
    handler = command.get_handler(**{**defaults, **options})  # type: ignore[attr-defined]
    assert isinstance(handler, StaticFilesHandler) is wrapped
