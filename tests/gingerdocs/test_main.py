"""The verbs, when the machine or its user does not let them come to their end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Project

REFUSING = Path("/sys")
"""A folder in which nobody may write, not even root."""


@pytest.mark.skipif(not REFUSING.is_dir(), reason="only Linux has a folder that refuses root too")
def test_what_the_system_refuses_is_told_without_a_traceback(project: Project) -> None:
    (project.root / "build").symlink_to(REFUSING)
    done = project.python("-m", "gingerdocs", "html")
    assert done.returncode == 1
    assert str(project.root / "build" / "site.lock") in done.stdout
    assert "Make room there, or take the right to write there" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_interruption_is_told_without_a_traceback(project: Project) -> None:
    project.write("conf.py", "import time\nopen('begun', 'w').close()\ntime.sleep(60)\n")
    with subprocess.Popen(
        [sys.executable, "-m", "gingerdocs", "samples", "--langs", "en"],
        cwd=project.root,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        while process.poll() is None and not (project.root / "begun").exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said == "\nInterrupted.\n"


@pytest.mark.parametrize("port", ["http", "65536", "-1"])
def test_a_port_that_is_none_is_told_without_a_traceback(project: Project, port: str) -> None:
    done = project.python("-m", "gingerdocs", "serve", PORT=port)
    assert done.returncode == 2
    assert "error: argument --port: " in done.stderr
    assert port in done.stderr
