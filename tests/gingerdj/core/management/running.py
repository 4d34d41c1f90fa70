"""A running `manage.py runserver`, and edits to what it serves."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from .conftest import environment

DEADLINE = 30.0


class Server:
    """A running `manage.py runserver` with what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._ended = False
        self._grown = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                with self._grown:
                    self.lines.append(line.rstrip("\n"))
                    self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    def wait_for(self, pattern: str, times: int = 1) -> str:
        """Return the line in which `pattern` was found for the given time, once it is there."""

        def found() -> list[str]:
            return [line for line in self.lines if re.search(pattern, line)]

        with self._grown:
            self._grown.wait_for(lambda: self._ended or len(found()) >= times, DEADLINE)
            printed = "\n".join(self.lines)
            assert len(found()) >= times, f"{pattern!r} is not there {times} times:\n{printed}"
            return found()[times - 1]

    def address(self, start: int = 1) -> str:
        """Return the address that the server printed at its given start."""
        line = self.wait_for(r"^Starting development server at ", start)
        self.wait_for(r"^Quit the server with CONTROL-C\.$", start)
        return line.removeprefix("Starting development server at ")

    def wait(self) -> int:
        return self.process.wait(DEADLINE)


@contextmanager
def serving(
    folder: Path, *words: str, program: tuple[str, ...] = ("manage.py",), **env: str
) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, *program, "runserver", *words],
        cwd=folder,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(process)
    try:
        yield server
    finally:
        family = [process.pid]
        with suppress(psutil.NoSuchProcess):
            family += [child.pid for child in psutil.Process(process.pid).children(True)]
        process.terminate()
        try:
            process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            pytest.fail("runserver ignored SIGTERM")
        assert not [pid for pid in family if alive(pid)], "runserver left a process behind"
        server.reader.join(DEADLINE)


def alive(pid: int) -> bool:
    """Return whether a process has not ended yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def edit(path: Path, text: str) -> None:
    """Replace a file's text at once, so that it is one change however slow the machine is."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
