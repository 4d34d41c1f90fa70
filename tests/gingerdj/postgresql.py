"""A PostgreSQL server for the tests alone: made in a temporary folder, gone with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

USER = "gingerdj"


@contextmanager
def throw_away_cluster() -> Iterator[dict[str, Any]]:
    """Start a server that listens on a unix socket alone; give an entry of `DATABASES` for it."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # A short path: it becomes that of a socket.
    try:
        owner = _owner(folder)
        initdb = ["initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        data = str(folder / "data")
        _run(programs, [*initdb, f"--username={USER}", "--pgdata", data], owner)
        settings = {
            "fsync": "off",
            "listen_addresses": "",
            "max_connections": "120",
            "unix_socket_directories": folder,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = str(folder / "log")
        pg_ctl = ["pg_ctl", "--wait", "--silent", "--pgdata", data]
        _run(programs, [*pg_ctl, "--log", log, "--options", options, "start"], owner)
        try:
            yield {
                "ENGINE": "gingerdj.db.backends.postgresql",
                "NAME": "postgres",
                "USER": USER,
                "HOST": str(folder),
            }
        finally:
            _run(programs, [*pg_ctl, "--mode", "immediate", "stop"], owner)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Return the folder of the server's programs, which Debian's PATH lacks."""
    try:
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        folder = Path(said.stdout.strip())
    except FileNotFoundError:
        folder = Path("/nowhere")
    if not (folder / "initdb").exists():
        message = "there is no PostgreSQL: `make programs` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


def _owner(folder: Path) -> str | None:
    """Give the folder to somebody else than root, whom the server refuses; return their name."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    owner = next(name for name in ("postgres", "nobody") if name in names)
    shutil.chown(folder, owner)
    return owner


def _run(programs: Path, command: list[str], owner: str | None) -> None:
    program, *arguments = command
    done = subprocess.run(
        [programs / program, *arguments],
        cwd="/",
        # The server inherits its output from pg_ctl, so a pipe would never end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "start" in arguments else subprocess.PIPE,
        text=True,
        timeout=60,
        user=owner,
        extra_groups=[] if owner else None,
    )
    assert done.returncode == 0, f"{program}: {done.stderr}"
