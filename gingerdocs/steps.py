"""Runs the steps of a build as child processes: progress, logs, and one clear error."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GRACE = 15.0
"""Seconds that an interrupted child has to end what it started."""
EXCERPT = 40
"""The lines of a failed step's log that are shown."""


@dataclass(frozen=True, eq=False)
class Step:
    """One child process of a build.

    ``title`` names it to a person. With ``log`` its output goes to that file, without to the
    terminal. ``accepted`` are the exit codes that mean success.
    """

    title: str
    command: Sequence[str]
    log: Path | None = None
    accepted: frozenset[int] = frozenset({0})
    env: Mapping[str, str] | None = None
    cwd: Path | None = None


class StepError(Exception):
    """A step failed; the message says which, why, and where its log is."""


def run(steps: Sequence[Step]) -> list[StepError]:
    """Run steps side by side and return an error for each that failed.

    Each that succeeds is reported with the seconds that it took.
    An interruption ends the children first, each with what it started.
    """
    started = time.monotonic()
    running: dict[Step, subprocess.Popen[bytes]] = {}
    errors: list[StepError] = []
    try:
        for step in steps:
            running[step] = _start(step)
        while running:
            for step, process in list(running.items()):
                if process.poll() is None:
                    continue
                del running[step]
                if process.returncode in step.accepted:
                    say(f"  {step.title}: done ({time.monotonic() - started:.1f} s)")
                else:
                    errors.append(_error(step, process.returncode))
            time.sleep(0.02)
    finally:
        _end(running.values())
    return errors


def say(message: str) -> None:
    """Print a line of progress at once, also where output is not a terminal."""
    print(message, flush=True)


def _start(step: Step) -> "subprocess.Popen[bytes]":
    environment = None if step.env is None else dict(step.env)
    # A group of its own: only _end passes an interruption on, so that no child gets it twice.
    if step.log is None:
        return subprocess.Popen(
            step.command,
            cwd=step.cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
    step.log.parent.mkdir(parents=True, exist_ok=True)
    with step.log.open("wb") as log:
        return subprocess.Popen(
            step.command,
            cwd=step.cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def _end(processes: "Iterable[subprocess.Popen[bytes]]") -> None:
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


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _error(step: Step, code: int) -> StepError:
    ended = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    head = f"{step.title} failed: {Path(step.command[0]).name} {ended}"
    if step.log is None:
        return StepError(f"{head}; what it printed above says why")
    lines = step.log.read_text("utf-8", "replace").splitlines()
    shown = "\n".join(f"    {line}" for line in lines[-EXCERPT:]) or "    (it printed nothing)"
    log = os.path.relpath(step.log)
    count = f"the last {EXCERPT} lines of " if len(lines) > EXCERPT else ""
    return StepError(f"{head}\n{shown}\n  {count}{log}")


def interrupt_on_terminate() -> None:
    """Let SIGTERM end this process as Ctrl+C does, so that it ends its children too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


PYTHON = sys.executable
"""The interpreter of this process, which every step runs with."""
