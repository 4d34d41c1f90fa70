"""Console blocks: what they say, and running their commands as a reader's shell would."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import psutil

MAX_OUTPUT = 1 << 20
"""Bytes that a command may print before it is stopped."""

COMMAND = 45.0
"""Seconds that a command may take."""

INTERRUPT = "^C"

_GRACE = 0.5
"""Seconds that processes of an ended command may take to end as well."""

_AT_REST = (psutil.STATUS_SLEEPING, psutil.STATUS_IDLE, psutil.STATUS_ZOMBIE)
"""What a process is that waits for somebody else, not for a processor or a disk."""

_ROUNDS = 10
"""How often processes that start others while they are ended are looked for again."""

_KEEP = """trap 'status=$?; pwd > "{cwd}"; command -p env -0 > "{env}"; exit $status' EXIT\n"""
"""What a shell does as it ends: it leaves its folder and its variables to the next one."""


class ConsoleError(ValueError):
    """A console block that no shell could have shown; ``line`` counts from zero."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Step:
    """A command and the lines it is shown to print; ``line`` is where the command stands."""

    command: str
    line: int
    prompt: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def first_shown(self) -> int:
        """The line on which the output begins."""
        return self.line + len(self.prompt)


def parse(text: str) -> list[Step]:
    """Return the commands of a console block.

    ``$ `` begins a command, ``> `` right after it goes on with it, the rest is output.
    Raises ConsoleError when the block does not begin with a command.
    """
    steps: list[Step] = []
    lines = text.rstrip("\n").split("\n")
    index = 0
    while index < len(lines):
        if not lines[index].startswith("$ "):
            raise ConsoleError(
                index, "a console block begins with a command, as in «$ uvicorn --version»"
            )
        start = index
        index += 1
        while index < len(lines) and lines[index].startswith("> "):
            index += 1
        prompt = lines[start:index]
        output = index
        while index < len(lines) and not lines[index].startswith("$ "):
            index += 1
        steps.append(
            Step(
                "\n".join(line[2:] for line in prompt),
                start,
                tuple(prompt),
                tuple(strip_blank_end(lines[output:index])),
            )
        )
    return steps


def strip_blank_end(lines: list[str]) -> list[str]:
    """The lines without white space at their ends, and without empty ones at the last."""
    stripped = [line.rstrip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


class Process:
    """A command that runs in a process group of its own, with its output as it comes."""

    def __init__(self, argv: list[str], cwd: str, env: dict[str, str]) -> None:
        self._popen = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._popen.pid
        self.flooded = False
        self._output = bytearray()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with cast("IO[bytes]", self._popen.stdout) as stream:
            while chunk := os.read(stream.fileno(), 65536):
                with self._changed:
                    self._output += chunk
                    self.flooded = len(self._output) > MAX_OUTPUT
                    self._changed.notify_all()
                if self.flooded:
                    self.kill()
                    return

    @property
    def output(self) -> str:
        """All that was printed so far."""
        with self._changed:
            return self._output.decode(errors="backslashreplace").replace("\r", "")

    @property
    def exit(self) -> int | None:
        """The exit status, negative for a signal, or None while it runs."""
        return self._popen.poll()

    @property
    def silent(self) -> bool:
        """Whether nothing more can be printed."""
        return self.exit is not None and not self._reader.is_alive()

    def wait_exit(self, seconds: float) -> bool:
        """Wait for the command itself to end and its output to arrive; say whether it did."""
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join(_GRACE)
        return True

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until ``condition`` holds, the output ends or time is up; say whether it holds."""
        waited = 0.0
        while not condition():
            if waited >= seconds or self.silent:
                return condition()
            with self._changed:
                self._changed.wait(0.02)
            waited += 0.02
        return True

    def interrupt(self) -> None:
        """What Ctrl+C does: SIGINT to the process group.

        The command itself has it first, so that of the orders in which a server's processes can
        speak it is the same one each time.
        """
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE)
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if process.pid != self.pid and os.getpgid(process.pid) == self.pid:
                    process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End the process group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def toil(self) -> float | None:
        """Return the processor seconds of its processes, or None while one of them wants more."""
        seconds = 0.0
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if self.owns(process):
                    if process.status() not in _AT_REST:
                        return None
                    seconds += sum(process.cpu_times()[:2])
        return seconds

    def owns(self, process: psutil.Process) -> bool:
        """Whether ``process`` is this command's or descends from it."""
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            return (
                process.pid == self.pid
                or os.getsid(process.pid) == self.pid
                or any(parent.pid == self.pid for parent in process.parents())
            )
        return True

    def listens(self) -> bool:
        """Whether one of its processes accepts connections, on a port or a Unix socket."""
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if self.owns(process) and any(
                    connection.status == psutil.CONN_LISTEN
                    or (isinstance(connection.laddr, str) and connection.laddr)
                    for connection in process.net_connections(kind="all")
                ):
                    return True
        return False


@dataclass
class Shell:
    """A reader's shell over one page: the folder and the variables last from block to block."""

    cwd: str
    env: dict[str, str]
    state: Path
    servers: dict[str, Process] = field(default_factory=dict)

    def start(self, command: str) -> Process:
        """Start a command that the reader leaves running in a terminal of its own."""
        return Process(["bash", "--norc", "-c", command, "bash"], self.cwd, self.env)

    def run(self, command: str) -> Process:
        """Start a command that the reader waits for."""
        keep = _KEEP.format(cwd=self.state / "cwd", env=self.state / "env")
        return Process(["bash", "--norc", "-c", keep + command, "bash"], self.cwd, self.env)

    def remember(self) -> None:
        """Take over the folder and the variables that the last command left."""
        with contextlib.suppress(FileNotFoundError):
            self.cwd = os.fsdecode((self.state / "cwd").read_bytes().removesuffix(b"\n"))
            pairs = (self.state / "env").read_bytes().decode(errors="surrogateescape").split("\0")
            self.env = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
            self.env.pop("_", None)

    def strays(self) -> list[psutil.Process]:
        """Processes that an ended command has left behind."""
        found = _descendants(self.servers.values())
        if found:
            psutil.wait_procs(found, _GRACE)
            found = _descendants(self.servers.values())
        return found

    def end(self) -> None:
        """End every process that the page has started."""
        for server in self.servers.values():
            server.kill()
        end_descendants()


def end_descendants(keep: Iterable[Process] = ()) -> None:
    """End every process that descends from this one, and those that they start meanwhile.

    The processes of the servers to ``keep`` go on.
    """
    for _ in range(_ROUNDS):
        running = _descendants(keep)
        if not running:
            return
        for process in running:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(running, _GRACE)


def describe(process: psutil.Process) -> str:
    """The command line of a process, or its id where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline()) or str(process.pid)
    except psutil.Error:
        return str(process.pid)


def _descendants(without: Iterable[Process]) -> list[psutil.Process]:
    if _childless():
        return []
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if _runs(process) and not any(server.owns(process) for server in without)
    ]


def _childless() -> bool:
    """Whether this process has no child, which is sooner asked than all processes looked through.

    What a child leaves behind becomes a child of this one, or of none that psutil could follow.
    """
    if sys.platform == "darwin":  # It has no waitid() before Python 3.13.
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
