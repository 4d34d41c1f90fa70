"""The programs from outside Python that the pages and the tests run, listed in programs.toml."""

import argparse
import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from gingerdocs import ROOT

from . import debian

LIST = ROOT / "programs.toml"

NeededBy = Literal["samples", "tests", "bench"]
PARTS = get_args(NeededBy)


class ProgramsError(Exception):
    """The list of programs says something that it cannot mean."""


@dataclass(frozen=True)
class Program:
    """One program: its command, the Debian packages that it takes, and what needs it.

    ``version_option`` makes it print its version. One that is ``optional`` is never a failure.
    """

    command: str
    package: str
    reason: str
    needed_by: NeededBy
    optional: bool = False
    version_option: str = "--version"


def load(path: Path = LIST) -> dict[str, Program]:
    """Return the listed programs by their commands.

    Raises:
        ProgramsError: an entry has a key too many, too few, or of the wrong type.
    """
    return dict(_load(path, path.stat().st_mtime_ns))


def missing(programs: Mapping[str, Program] | None = None) -> dict[str, Program]:
    """Return those of the programs, by default of all that are listed, that PATH does not hold."""
    return {
        command: program
        for command, program in (load() if programs is None else programs).items()
        if shutil.which(command) is None
    }


def versions(programs: Mapping[str, Program] | None = None) -> dict[str, str]:
    """Return the first line that each program prints about its version, by command.

    A program that PATH does not hold is left out.
    """
    found = {}
    for command, program in (load() if programs is None else programs).items():
        path = shutil.which(command)
        if path:
            found[command] = _version(path, program.version_option, Path(path).stat().st_mtime_ns)
    return found


def lack_is_failure() -> bool:
    """Return whether a program that is missing is a failure: the environment has CI=true."""
    return os.environ.get("CI") == "true"


def main(argv: list[str]) -> int:
    """Install what is missing where that is allowed, and name it where it is not.

    Returns 1 if something that is not optional stays missing and the environment has CI=true.
    """
    parser = argparse.ArgumentParser(prog="python -m gingerdocs programs", description=main.__doc__)
    parser.add_argument("--for", choices=PARTS, dest="part", help="only what these need")
    part = parser.parse_args(argv).part
    wanted = {
        command: program for command, program in load().items() if part in (None, program.needed_by)
    }
    absent = missing(wanted)
    if not absent:
        return 0
    why = debian.install(_packages(absent.values()))
    absent = missing(absent)
    if absent:
        print("Missing programs (and their packages):")
    for command, program in absent.items():
        print(f"  {command} ({program.package}): {program.reason}")
    required = _packages(program for program in absent.values() if not program.optional)
    if not required:
        return 0
    reason = why or "apt-get installed the packages, and yet PATH does not hold the commands"
    print(f"They were not installed: {reason}.")
    print(f"On Debian, root installs them with: apt-get install {' '.join(required)}")
    if lack_is_failure():
        print("With CI=true a missing program is a failure.")
        return 1
    print("Going on without them: what needs them says that it was left out.")
    return 0


@cache
def _load(path: Path, mtime_ns: int) -> dict[str, Program]:  # noqa: ARG001
    """Read the list; ``mtime_ns`` is there for the cache to see a new one."""
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProgramsError(f"{path.name}: {error}") from error
    return {command: _read(path.name, command, entry) for command, entry in entries.items()}


def _packages(programs: Iterable[Program]) -> list[str]:
    return sorted({package for program in programs for package in program.package.split()})


def _read(name: str, command: str, entry: Any) -> Program:
    types = {"package": str, "reason": str, "needed-by": str, "optional": bool, "version": str}
    if not isinstance(entry, dict):
        raise ProgramsError(f"{name}: [{command}] is not a table.")
    for key, value in entry.items():
        if key not in types:
            raise ProgramsError(f"{name}: [{command}] has {key!r}; known are {', '.join(types)}.")
        if not isinstance(value, types[key]):
            raise ProgramsError(f"{name}: [{command}] {key} must be a {types[key].__name__}.")
    for key in ("package", "reason", "needed-by"):
        if not entry.get(key):
            raise ProgramsError(f"{name}: [{command}] lacks {key!r}.")
    if entry["needed-by"] not in PARTS:
        known = " or ".join(map(repr, PARTS))
        raise ProgramsError(f"{name}: [{command}] needed-by must be {known}.")
    return Program(
        command,
        entry["package"],
        entry["reason"],
        entry["needed-by"],
        entry.get("optional", False),
        entry.get("version", "--version"),
    )


@cache
def _version(path: str, option: str, mtime_ns: int) -> str:  # noqa: ARG001
    """Return what the program says; ``mtime_ns`` is there for the cache to see a new one."""
    done = subprocess.run(
        [path, option],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=30,
    )
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return next((line.strip() for line in lines if line.strip()), "")
