"""Installs Debian packages where the user may do so.

Any Python 3.7 can read this module: it runs before the version of Python is known to suffice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def becoming_root() -> list[str] | None:
    """Return the words that go before a command to run it as root, None where nothing does."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def install(packages: list[str]) -> str:
    """Install Debian packages, reading the lists of packages anew only when they lack one.

    Returns an empty string, or one sentence that says why the packages are not installed.
    """
    root = becoming_root()
    if root is None:
        return "that takes Debian's apt-get with root rights, or sudo without a password"
    print(f"Installing with apt-get: {' '.join(packages)}", flush=True)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "Dpkg::Use-Pty=0"]
    command = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    if _quietly([*command, "--simulate"]) and _show([*apt, "update"]):
        return "apt-get update failed, see above"
    if _show(command):
        return "apt-get install failed, see above"
    return ""


def _quietly(command: list[str]) -> int:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode


def _show(command: list[str]) -> int:
    """Run a command whose lines are shown, set in, as it goes; return its exit code."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(f"  {line}")
            sys.stdout.flush()
    return process.returncode
