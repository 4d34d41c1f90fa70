"""Sets up the project's virtual environment, and again only when its pins change.

``make`` runs it with the system's Python, before anything is installed: it imports the standard
library alone, and any Python 3.7 can read it, if only to say that it is too old.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NoReturn  # noqa: UP035  # Python 3.7 has no collections.abc.Iterator[]
from urllib.parse import urlsplit

from . import debian

OLDEST = (3, 11)
STAMP = ".gingerdj.json"
"""Holds what the environment was set up for; empty while that has not come to its end."""

REQUIREMENTS = "requirements.txt"
PROJECT = "pyproject.toml"


def main(argv: list[str]) -> int:
    """Set up a virtual environment with the packages that a file pins.

    Args:
        argv: the folder, ``.venv`` by default, and the file, ``requirements.txt`` by default.
    """
    if sys.version_info < OLDEST:
        _stop(
            f"GingerDJ needs Python 3.11 or newer, and {sys.executable} is Python "
            f"{platform.python_version()}. Name a newer one: make PYTHON=python3.11"
        )
    folder = Path(argv[0] if argv else ".venv").expanduser()
    requirements = argv[1] if len(argv) > 1 else REQUIREMENTS
    wanted = _wanted(folder, requirements)
    if _is_ready(folder, wanted):
        return 0
    with _alone(folder):
        if not _is_ready(folder, wanted):  # Another make may have done it meanwhile.
            _set_up(folder, requirements, wanted)
    return 0


def _wanted(folder: Path, requirements: str) -> dict[str, str]:
    """Return what the environment depends on: the pins, the Python, and its own place."""
    import tomllib  # Not in the Pythons that main() refuses.

    tables = tomllib.loads(Path(PROJECT).read_text("utf-8"))
    project = {name: tables[name] for name in ("build-system", "project")}
    return {
        requirements: _digest(Path(requirements).read_text("utf-8")),
        PROJECT: _digest(json.dumps(project, sort_keys=True)),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "folder": os.path.realpath(folder),  # Its scripts name it: it cannot be moved.
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_ready(folder: Path, wanted: dict[str, str]) -> bool:
    return _read_stamp(folder) == wanted and (folder / "bin/python").exists()


def _read_stamp(folder: Path) -> dict[str, str] | None:
    """Return what the folder was set up for: nothing if unfinished, None if not by us."""
    try:
        text = (folder / STAMP).read_text("utf-8")
    except FileNotFoundError:
        return None
    return json.loads(text) if text else {}


def _write_stamp(folder: Path, wanted: dict[str, str]) -> None:
    new = folder / f"{STAMP}.new"
    new.write_text(json.dumps(wanted, indent=2) + "\n", "utf-8")
    new.replace(folder / STAMP)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against every other make; the kernel lets go of it when we end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        _stop(f"VENV={folder} cannot be used as a folder: {error.strerror}.")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another make is setting up {folder}: waiting for it.", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_up(folder: Path, requirements: str, wanted: dict[str, str]) -> None:
    had = _read_stamp(folder)
    if had is None and any(folder.iterdir()):
        _adopt(folder, requirements)
    elif had and all(had.get(key) == wanted[key] for key in wanted if key != PROJECT):
        _install_project(folder)
    else:
        _create(folder)
        _install_pins(folder, requirements)
        _install_project(folder)
    try:
        _write_stamp(folder, wanted)
    except OSError as error:
        # Somebody else's environment may be read-only; it is then looked at again each time.
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            _stop(f"{folder / STAMP} could not be written: {error.strerror}.")


def _adopt(folder: Path, requirements: str) -> None:
    """Bring an environment that somebody else made up to the pins, if it is not there already."""
    python = folder / "bin/python"
    if not (folder / "pyvenv.cfg").exists() or not python.exists():
        _stop(
            f"VENV={folder} is not empty and not a virtual environment. "
            "Name another folder, or empty this one."
        )
    if not _holds_pins(folder, requirements):
        _install_pins(folder, requirements)
        _install_project(folder)


def _holds_pins(folder: Path, requirements: str) -> bool:
    """Tell whether pip would have nothing to install; it needs no network to say that."""
    arguments = ("--dry-run", "--no-deps", "--no-index", "--require-hashes", "-r", requirements)
    done = subprocess.run(_pip(folder, *arguments), capture_output=True, text=True)
    has_project = [
        str(folder / "bin/python"),
        "-c",
        "import importlib.metadata as m; m.version('gingerdj')",
    ]
    return (
        done.returncode == 0
        and "Would install" not in done.stdout
        and subprocess.run(has_project, capture_output=True).returncode == 0
    )


def _create(folder: Path) -> None:
    print(f"Setting up {folder} with Python {platform.python_version()}.", flush=True)
    _need_ensurepip()
    (folder / STAMP).write_text("", "utf-8")
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != STAMP:
            entry.unlink()
    # The Python of an environment that is activated goes with it; what it was made of stays.
    python = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [python, "-m", "venv", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        _stop(f"python -m venv could not make {folder}:\n{done.stdout.rstrip()}")


def _need_ensurepip() -> None:
    """Install what Debian's Python lacks for making virtual environments."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    why = debian.install([package])
    if why:
        _stop(
            f"{sys.executable} cannot make virtual environments: it lacks ensurepip. "
            f"Install it (on Debian: apt-get install {package}) and run make again; {why}."
        )


def _install_pins(folder: Path, requirements: str) -> None:
    text = Path(requirements).read_text("utf-8")
    count = len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    print(f"Installing up to {count} pinned packages ({requirements}).", flush=True)
    _run_pip(folder, requirements, "--require-hashes", "-r", requirements)


def _install_project(folder: Path) -> None:
    print("Installing the project itself.", flush=True)
    _run_pip(folder, PROJECT, "--no-deps", "--no-build-isolation", "-e", ".")


def _pip(folder: Path, *arguments: str) -> list[str]:
    # PIP_USER in the environment would send the packages past the virtual environment.
    python = str(folder / "bin/python")
    return [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-user", *arguments]


def _run_pip(folder: Path, source: str, *arguments: str) -> None:
    """Run ``pip install``, showing each package as it is fetched; all its lines on failure."""
    lines = []
    with subprocess.Popen(
        _pip(folder, "--no-input", "--progress-bar", "off", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            package = re.match(r"Collecting (\S+)", line)
            if package:
                print(f"  {package[1]}", flush=True)
            elif line.startswith("Installing collected") and "," in line:
                print("  unpacking", flush=True)
    if process.returncode:
        _explain(folder, source, lines)


def _explain(folder: Path, source: str, lines: list[str]) -> NoReturn:
    """Say what went wrong: where pip saw no version at all, it reached no index, as a rule."""
    output = "".join(lines)
    unseen = re.search(r"No matching distribution found for (\S+)", output)
    if unseen and "(from versions: none)" in output:
        broken = re.search(r"Retrying .* connection broken by '(\w+)", output)
        cause = broken[1] if broken else "it does not answer, or does not have it"
        _stop(
            f"{unseen[1]} could not be fetched from {_index(folder)} ({cause}). "
            "Check the network, HTTPS_PROXY and PIP_INDEX_URL, then run make again."
        )
    _stop(f"pip could not install what {source} asks for:\n{''.join(lines[-20:]).rstrip()}")


def _index(folder: Path) -> str:
    """Return the host of pip's package index; the address may hold a password."""
    command = [str(folder / "bin/python"), "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    address = os.environ.get("PIP_INDEX_URL") or configured
    return urlsplit(address).hostname or "pypi.org"


def _stop(message: str) -> NoReturn:
    sys.exit(f"make: {message}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
