"""Runs the samples of a page in a process, a folder and, on Linux, a network of their own."""

import contextlib
import fcntl
import functools
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import psutil

from gingerdocs.evidence import CHECKOUT
from gingerdocs.sample import Outcome, Page, Sample, to_json

SECONDS = 60.0
"""How long a sample may run."""

_ORDINARY = 1000
"""Root runs the samples as this user, for most readers are not root."""

_NAMESPACES = (
    "unshare",
    f"--map-user={os.getuid() or _ORDINARY}",
    f"--map-group={os.getgid() or _ORDINARY}",
    "--keep-caps",
    "--net",
    "--pid",
    "--mount-proc",
    "--fork",
    "--kill-child",
)
_PORT = 8000
"""Where the pages' servers listen unless they say otherwise."""

_MARGIN = 2.0
_SLOWNESS = 1.5
"""So many times a sample's limit, and seconds, a page's process has to stop it itself, which says
more: it counts the seconds in which it waits, and on a busy machine more go by."""

_LAST = 2.0
"""Seconds that a page's process has to end by itself."""

_AT_ONCE = 0.1
"""The same for one that hangs, or has ended already."""

_TAIL = 2000
"""Bytes of what it printed that a message holds."""

_ADDRESS = re.compile(r"(?:127\.0\.0\.1|localhost|0\.0\.0\.0):(\d{2,5})\b")


@functools.cache
def namespaces() -> tuple[str, ...]:
    """The command that gives a page its own network, or () where the system has none to give."""
    if sys.platform == "linux" and shutil.which("unshare"):
        probe = subprocess.run([*_NAMESPACES, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return _NAMESPACES
    return ()


def environment(root: Path) -> dict[str, str]:
    """The variables that samples see: those of a reader's fresh shell."""
    kept = {"LOGNAME", "TERM", "TZ", "USER", "VENV", "COVERAGE_PROCESS_START"}
    variables = {name: value for name, value in os.environ.items() if name in kept}
    return variables | {
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "LANG": "C.UTF-8",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # Its notice depends on the day.
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(root),
        "SYSTEMD_COLORS": "0",
        "SYSTEMD_LOG_TARGET": "console",  # Where a reader's terminal is none, it is the journal.
        CHECKOUT: str(root),
    }


class PageRunner:
    """The samples of one page, run in order, each at most once.

    A sample runs after those that stand before it on the page.  After a sample that breaks the
    page (its file, server or state is missing), the later ones do not run.
    """

    def __init__(
        self,
        root: Path,
        page: Page,
        *,
        seconds: float = SECONDS,
        own_network: bool = True,
    ) -> None:
        self._root = root
        self._page = page
        self._seconds = seconds
        self._prefix = namespaces() if own_network else ()
        self._outcomes: dict[str, Outcome] = {}
        self._absent: dict[str, None] = {}
        self._served: set[int] = set()
        self._broken: Sample | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._cleanup = contextlib.ExitStack()

    def run(self, wanted: Sample) -> Outcome:
        """Return the outcome of a sample, after running those that it depends on."""
        while wanted.name not in self._outcomes:
            sample = self._page.samples[len(self._outcomes)]
            self._outcomes[sample.name] = self._run(sample)
        return self._outcomes[wanted.name]

    def close(self) -> None:
        """End the page's processes and remove its folder."""
        self._stop()
        self._cleanup.close()

    def _run(self, sample: Sample) -> Outcome:
        if sample.norun is not None:
            return Outcome("norun", sample.norun, text=sample.text)
        if self._broken is not None:
            return Outcome(
                "blocked",
                f"not run, for {self._broken.place()} ({self._broken.name}) failed before it",
                text=sample.text,
            )
        absent = [name for name in sample.programs if not shutil.which(name)]
        # What comes later may build upon what did not run.
        self._absent |= dict.fromkeys(absent)
        if self._absent:
            return Outcome("unavailable", ", ".join(self._absent), text=sample.text)
        if self._process is None:
            self._start()
        if not self._prefix and (taken := self._taken_port(sample)):
            message = (
                f"port {taken} is in use by another program, and this system gives the page "
                "no network of its own: stop that program, then run this again"
            )
            outcome = Outcome("failed", message, text=sample.text, broken=True)
        else:
            outcome = self._ask(sample)
        if outcome.broken:
            self._broken = sample
        return outcome

    def _taken_port(self, sample: Sample) -> int | None:
        """The port that a server of the page needs and another program has."""
        if not sample.background:
            return None
        ports = {int(port) for port in _ADDRESS.findall(sample.text)} or {_PORT}
        new = ports - self._served
        self._served |= ports
        return next((port for port in sorted(new) if _in_use(port)), None)

    def _start(self) -> None:
        if not self._prefix:
            self._cleanup.enter_context(_turn())
        folder = Path(self._cleanup.enter_context(_folder()))
        log = self._log = self._cleanup.enter_context((folder / "worker.log").open("w+b"))
        self._process = subprocess.Popen(
            [
                *self._prefix,
                sys.executable,
                "-m",
                "gingerdocs.running.worker",
                str(self._root),
                str(folder),
                str(self._seconds),
                *(["--namespaces"] if self._prefix else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(self._root),
            cwd=self._root,
            start_new_session=True,
        )

    def _ask(self, sample: Sample) -> Outcome:
        process = cast("subprocess.Popen[bytes]", self._process)
        requests, answers = _pipes(process)
        start = time.monotonic()
        try:
            requests.write(f"{to_json(sample)}\n".encode())
            requests.flush()
            line = _read_line(answers, _SLOWNESS * self._seconds + _MARGIN)
        except BrokenPipeError:
            line = b""
        if line is not None and line.endswith(b"\n"):
            return Outcome(**json.loads(line))
        seconds = round(time.monotonic() - start, 3)
        tail = _tail(self._log)
        self._stop(at_once=True)
        if line is None:
            message = f"hung: it did not end within {self._seconds:g} s and was stopped"
        else:
            message = (
                "ended the process that runs the page's samples "
                f"(exit status {process.returncode}){tail}"
            )
        return Outcome("failed", message, text=sample.text, seconds=seconds, broken=True)

    def _stop(self, *, at_once: bool = False) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        requests, answers = _pipes(process)
        with contextlib.suppress(BrokenPipeError):
            requests.close()
        try:
            process.wait(_AT_ONCE if at_once else _LAST)
        except subprocess.TimeoutExpired:
            _end_tree(process.pid)
            process.wait()
        answers.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    return cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)


def _tail(log: IO[bytes]) -> str:
    """What the process printed at last, for a message; its folder may be gone by now."""
    size = os.fstat(log.fileno()).st_size
    text = os.pread(log.fileno(), _TAIL, max(0, size - _TAIL)).decode(errors="replace").strip()
    return f"; it printed:\n{text}" if text else ""


def _end_tree(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _read_line(stream: IO[bytes], seconds: float) -> bytes | None:
    """A line from a pipe; None when time is up, no newline at its end when the pipe closed."""
    deadline = time.monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        chunk = os.read(stream.fileno(), 1 << 16)
        if not chunk:
            return line
        line += chunk
    return line


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    folder = os.path.realpath(tempfile.mkdtemp(prefix="guide-"))
    # Where root runs the samples, some servers read the files as another user.
    Path(folder).chmod(0o755)
    try:
        yield folder
    finally:
        # A sample may have locked a folder of its own.
        for parent, folders, _ in os.walk(folder):
            for name in folders:
                with contextlib.suppress(OSError):
                    if not Path(parent, name).is_symlink():
                        Path(parent, name).chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Where pages share one network, they take turns."""
    with (Path(tempfile.gettempdir()) / f"guide-turn-{os.getuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
