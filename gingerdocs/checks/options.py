"""The options that programs list in their own ``--help``, asked of the real programs."""

import contextlib
import functools
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from gingerdocs import ROOT

TIMEOUT = 60.0
"""Seconds that a program may take to print its help."""

# Most programs print all with --help; these do not.
_HELP = {"curl": ("--help", "all"), "nginx": ("-h",)}
# Programs whose subcommands have a help of their own.
_PARENTS = frozenset({"gingerdj-admin", "pip", "pybabel", "sphinx-intl", "uv"})
_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z0-9][\w-]*")
_SUBCOMMAND = re.compile(r"^\s{2,}([a-z][\w-]+)\b", re.MULTILINE)
BIN = Path(sys.executable).parent
_PATH = os.pathsep.join((str(BIN), os.environ.get("PATH", os.defpath)))


def which(program: str) -> str | None:
    """Return the path of a program, that of the virtual environment first."""
    return shutil.which(program, path=_PATH) if re.fullmatch(r"[\w.+-]+", program) else None


@functools.cache
def commands(sample: str) -> frozenset[tuple[str, ...]]:
    """Return the programs that a console sample calls, those of subcommands with the subcommand."""
    lines = "\n".join(line for line in sample.splitlines() if line.startswith(("$ ", "> ")))
    text = re.sub(r"\\\n> ", "", lines)
    found = set()
    for command in re.split(r"&&|\|\|?|;|\n|\$\(|(?<!>)&(?![>\d])", text):
        words = command.removeprefix("$ ").removeprefix("> ").split()
        while words and ("=" in words[0] or words[0] in ("sudo", "exec", "env", "timeout")):
            words = words[1:]
        if words and not words[0].startswith("#"):
            found.add(_command(words))
    return frozenset(found)


def _command(words: list[str]) -> tuple[str, ...]:
    if words[0] in ("python", "python3") and words[1:2] == ["-m"] and len(words) > 2:
        words = ["gingerdj-admin" if words[2] == "gingerdj" else words[2], *words[3:]]
    elif words[0] in ("python", "python3") and words[1:2] == ["manage.py"]:
        words = ["gingerdj-admin", *words[2:]]
    arguments = [word for word in words[1:] if re.fullmatch(r"[a-z][\w-]*", word)]
    return (words[0], *arguments[:1]) if words[0] in _PARENTS else (words[0],)


class HelpError(Exception):
    """A program did not say what options it has."""


class Helps:
    """What programs say of themselves, kept in a file by the program's version."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._texts: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):
            self._texts = json.loads(store.read_text("utf-8"))

    def options(self, command: tuple[str, ...]) -> frozenset[str]:
        """Return the options of a command, with those of the program that it is a part of."""
        return frozenset(
            option
            for length in range(1, len(command) + 1)
            for option in _OPTION.findall(self._help(command[:length]))
        )

    def subcommands(self, program: str) -> frozenset[str]:
        """Return the subcommands that a program lists, none for a program that has none."""
        if program not in _PARENTS:
            return frozenset()
        return frozenset(_SUBCOMMAND.findall(self._help((program,))))

    def _help(self, command: tuple[str, ...]) -> str:
        path = which(command[0])
        if path is None:
            return ""
        key = " ".join((*command, _version(command[0], path)))
        if key not in self._texts:
            self._texts[key] = _ask(path, command)
            self._save()
        return self._texts[key]

    def _save(self) -> None:
        self._store.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._store.with_name(f"{self._store.name}.{os.getpid()}")
        unfinished.write_text(json.dumps(self._texts, indent=1), "utf-8")
        unfinished.replace(self._store)


def _ask(path: str, command: tuple[str, ...]) -> str:
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb", "PAGER": "cat"}
    try:
        done = subprocess.run(
            [path, *command[1:], *_HELP.get(command[0], ("--help",))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment, "PATH": _PATH},
            timeout=TIMEOUT,
            text=True,
            errors="replace",
        )
    except OSError:
        return ""
    except subprocess.TimeoutExpired as error:
        # Without its help, what the pages say of it would look like lies.
        asked = " ".join(map(str, error.cmd[1:]))
        raise HelpError(
            f"{command[0]} {asked} did not end within {TIMEOUT:g} s: is the machine too busy?"
        ) from error
    return done.stdout


@functools.cache
def _version(program: str, path: str) -> str:
    """Return what changes when a program may print another help."""
    for script in importlib.metadata.entry_points(group="console_scripts", name=program):
        distribution = script.dist
        if distribution is not None and distribution.name != "gingerdj":
            return str(distribution.version)
        module = ROOT / "gingerdj" / "core" / "management"
        return str(max((file.stat().st_mtime_ns for file in module.rglob("*.py")), default=0))
    status = Path(path).stat()
    return f"{status.st_size}-{status.st_mtime_ns}"
