"""Runs the steps of a build as child processes: progress, logs, and one clear error."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

GRACE = 15.0
"""Seconds that an interrupted child has to end what it started."""
EXCERPT = 40
"""The lines of a failed step's log that are shown."""
INTERRUPTED = 130
"""The exit code of a program that Ctrl+C ended, as shells have it."""


@dataclass(frozen=True, eq=False)
class Step:
    """One child process of a build.

    ``title`` names it to a person. ``work`` is a command, or a function that returns an exit code
    and runs in a child forked from this process, with what has been imported here; this process
    must have no threads then. With ``log`` the output goes to that file, without to the terminal.
    ``accepted`` are the exit codes that mean success.
    """

    title: str
    work: Sequence[str] | Callable[[], int]
    log: Path | None = None
    accepted: frozenset[int] = frozenset({0})
    env: Mapping[str, str] | None = None
    cwd: Path | None = None

    @property
    def program(self) -> str:
        """What an error calls the process."""
        return Path(PYTHON).name if callable(self.work) else Path(self.work[0]).name


class StepError(Exception):
    """A step failed; the message says which, why, and where its log is.

    ``step`` is the one that did, and ``code`` its exit code, where it is one step that failed.
    """

    def __init__(self, message: str, step: Step | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.step = step
        self.code = code


def run(steps: Sequence[Step]) -> list[StepError]:
    """Run steps side by side and return an error for each that failed.

    Each that succeeds is reported with the seconds that it took.
    An interruption ends the children first, each with what it started.
    """
    started = time.monotonic()
    running: dict[Step, subprocess.Popen[bytes] | _Fork] = {}
    errors: list[StepError] = []
    try:
        for step in steps:
            running[step] = _start(step)
        while running:
            for step, process in list(running.items()):
                code = process.poll()
                if code is None:
                    continue
                del running[step]
                if code in step.accepted:
                    say(f"  {step.title}: done ({time.monotonic() - started:.1f} s)")
                else:
                    errors.append(_error(step, code))
            time.sleep(0.02)
    finally:
        _end(running.values())
    return errors


def say(message: str) -> None:
    """Print a line of progress at once, also where output is not a terminal."""
    print(message, flush=True)


class _Fork:
    """A function at work in a forked child, with the methods of Popen that are used here."""

    def __init__(self, step: Step, work: Callable[[], int]) -> None:
        context = multiprocessing.get_context("fork")
        self._process = context.Process(target=_work, args=(step, work))
        self._process.start()
        self.pid = self._process.pid or 0
        with suppress(OSError):  # The child does the same: whoever is first.
            os.setpgid(self.pid, self.pid)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode


def _work(step: Step, work: Callable[[], int]) -> None:
    """Be the child: turn to the log, work, and leave with the exit code."""
    with suppress(OSError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if step.log is not None:
        log = step.log.open("w", encoding="utf-8", buffering=1)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        sys.stdout = sys.stderr = log
    if step.cwd is not None:
        os.chdir(step.cwd)
    if step.env is not None:
        os.environ.clear()
        os.environ.update(step.env)
    sys.exit(work())


def _start(step: Step) -> "subprocess.Popen[bytes] | _Fork":
    if step.log is not None:
        step.log.parent.mkdir(parents=True, exist_ok=True)
    if callable(step.work):
        return _Fork(step, step.work)
    with step.log.open("wb") if step.log is not None else nullcontext() as log:
        # A group of its own: only _end passes an interruption on, so that no child gets it twice.
        return subprocess.Popen(
            step.work,
            cwd=step.cwd,
            env=None if step.env is None else dict(step.env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=None if log is None else subprocess.STDOUT,
            process_group=0,
        )


def _end(processes: "Iterable[subprocess.Popen[bytes] | _Fork]") -> None:
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        _signal(process, signal.SIGINT)
    deadline = time.monotonic() + GRACE
    for process in alive:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: "subprocess.Popen[bytes] | _Fork", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _error(step: Step, code: int) -> StepError:
    ended = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    head = f"{step.title} failed: {step.program} {ended}"
    if step.log is None:
        return StepError(f"{head}; what it printed above says why", step, code)
    lines = step.log.read_text("utf-8", "replace").splitlines()
    shown = "\n".join(f"    {line}" for line in lines[-EXCERPT:]) or "    (it printed nothing)"
    log = os.path.relpath(step.log)
    count = f"the last {EXCERPT} lines of " if len(lines) > EXCERPT else ""
    return StepError(f"{head}\n{shown}\n  {count}{log}", step, code)


def interrupt_on_terminate() -> None:
    """Let SIGTERM end this process as Ctrl+C does, so that it ends its children too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


PYTHON = sys.executable
"""The interpreter of this process, which every step runs with."""
