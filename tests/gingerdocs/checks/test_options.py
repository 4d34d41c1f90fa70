"""Programs are asked for their options, once per version."""

import json
import os
from pathlib import Path

import pytest

from gingerdocs.checks import options


@pytest.mark.parametrize(
    ("sample", "commands"),
    [
        ("$ uvicorn mysite.asgi:application\nINFO: git is not called\n", {("uvicorn",)}),
        ("$ A=b uvicorn x 2>&1 | tail -n 1\n", {("uvicorn",), ("tail",)}),
        ("$ cd a && python manage.py runserver 8001\n", {("cd",), ("gingerdj-admin", "runserver")}),
        ("$ python -m pip install --quiet x\n", {("pip", "install")}),
        ("$ python -m gingerdj startproject a\n", {("gingerdj-admin", "startproject")}),
        ("$ curl --data a \\\n>     --head http://a/?b&c\n", {("curl",), ("c",)}),
        ("$ sudo nginx -t; daphne x &\n", {("nginx",), ("daphne",)}),
        ("$ # nothing\n$ FOO=bar\n", set()),
        ("GET / HTTP/1.1\n", set()),
    ],
)
def test_finds_the_commands_of_a_sample(sample: str, commands: set[tuple[str, ...]]) -> None:
    assert options.commands(sample) == commands


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("uvicorn",), "--workers"),
        (("hypercorn",), "--bind"),
        (("daphne",), "--port"),
        (("granian",), "--interface"),
        (("gunicorn",), "--worker-class"),
        (("pip", "install"), "--upgrade"),
        (("gingerdj-admin", "runserver"), "--noreload"),
    ],
)
def test_lists_the_options_of_real_programs(
    command: tuple[str, ...], option: str, tmp_path: Path
) -> None:
    found = options.Helps(tmp_path / "helps.json").options(command)
    assert option in found
    assert f"{option}x" not in found


def test_lists_the_subcommands_of_programs_that_have_some(tmp_path: Path) -> None:
    helps = options.Helps(tmp_path / "helps.json")
    assert {"runserver", "startproject"} <= helps.subcommands("gingerdj-admin")
    assert helps.subcommands("uvicorn") == frozenset()


def test_a_program_that_is_not_installed_has_no_options(tmp_path: Path) -> None:
    assert options.Helps(tmp_path / "helps.json").options(("no-such-program",)) == frozenset()


def test_a_program_that_does_not_answer_is_no_program_without_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "_PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(options, "TIMEOUT", 0.1)
    program = tmp_path / "silent"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    store = tmp_path / "helps.json"
    with pytest.raises(options.HelpError, match=r"^silent --help did not end within 0\.1 s"):
        options.Helps(store).options(("silent",))
    assert not store.exists()


def test_asks_no_program_twice(tmp_path: Path) -> None:
    store = tmp_path / "build" / "helps.json"
    options.Helps(store).options(("uvicorn",))
    kept = json.loads(store.read_text("utf-8"))
    store.write_text(json.dumps(dict.fromkeys(kept, "--kept")), "utf-8")
    assert options.Helps(store).options(("uvicorn",)) == {"--kept"}


def test_a_damaged_store_is_written_anew(tmp_path: Path) -> None:
    store = tmp_path / "helps.json"
    store.write_text("{", "utf-8")
    assert "--workers" in options.Helps(store).options(("uvicorn",))
    assert json.loads(store.read_text("utf-8"))
