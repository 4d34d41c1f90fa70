"""The process in which the samples of one page run, one after another.

It reads samples from its standard input and writes their outcomes to its standard output, a line
of JSON each.  When its input ends, it ends everything that the page has started.
"""

import contextlib
import ctypes
import fcntl
import http.client
import importlib
import json
import os
import shutil
import socket
import struct
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import console, http_exchange, match
from .canonical import Canonical
from .console import Process, Shell
from .python import Failure, Interpreter, report
from .sample import Outcome, Sample, to_json

_START = 45.0
"""Seconds that a server may take to print what the page shows, and to listen."""

_COMMAND = 45.0
"""Seconds that a command may take."""

_QUIET = 3.0
"""Seconds of silence after which a server that listens has said all it will."""

_FIRST_PID = 40000
"""Process ids begin here, so that none is mistaken for another number."""

_PR_SET_CHILD_SUBREAPER = 36
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1


class SampleError(Exception):
    """Why a sample failed; ``line`` counts from zero within its text."""

    def __init__(self, line: int, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.broken = broken


class PageWorker:
    """Runs samples in the page's working folder."""

    def __init__(self, root: Path, folder: Path, seconds: float) -> None:
        self._root = root
        self._folder = folder
        self._seconds = seconds
        self._canonical = Canonical(
            {
                str(folder / "guide"): "/srv/guide",
                sys.prefix: "/srv/venv",
                str(root): "/srv/gingerdj",
            }
        )
        self._work = folder / "guide"
        state = folder / "state"
        state.mkdir()
        self._shell = Shell(str(self._work), dict(os.environ), state)
        self._interpreter = Interpreter(root)
        self._shown = dict[str, int]()
        self._report = ""
        self._text = ""

    def run(self, sample: Sample) -> Outcome:
        """Run one sample; whatever goes wrong is told in its outcome."""
        self._report, self._text = "", sample.text
        start = time.perf_counter()
        outcome = Outcome("passed")
        try:
            getattr(self, f"_{sample.kind}")(sample)
        except SampleError as error:
            outcome = Outcome("failed", str(error), line=error.line, broken=error.broken)
        except (console.ConsoleError, http_exchange.ExchangeError) as error:
            outcome = Outcome("failed", str(error), line=error.line)
        return replace(
            outcome,
            output=self._report,
            text=self._text,
            seconds=round(time.perf_counter() - start, 3),
        )

    def end(self) -> None:
        """End all that the page has started."""
        self._shell.end()

    # Python

    def _setup(self, sample: Sample) -> None:
        self._python(sample)

    def _python(self, sample: Sample) -> None:
        importlib.invalidate_caches()
        output, failure = self._interpreter.run(sample)
        self._report = self._canonical(output)
        if sample.raises is None:
            if failure:
                raise self._unexpected(failure)
            return
        if failure is None:
            raise SampleError(0, f"raised nothing, but :raises: says {sample.raises}", broken=True)
        if type(failure.error).__name__ != sample.raises:
            raise SampleError(
                failure.line,
                f"raised {failure.last_line}, but :raises: says {sample.raises}",
                broken=True,
            )
        self._report += self._canonical(failure.last_line)

    def _unexpected(self, failure: Failure) -> SampleError:
        return SampleError(failure.line, self._canonical(report(failure.error)), broken=True)

    def _doctest(self, sample: Sample) -> None:
        importlib.invalidate_caches()
        real_lines = sample.text.split("\n")
        changed = 0
        problem: SampleError | None = None
        try:
            for example, output, failure in self._interpreter.examples(sample):
                output = self._canonical(output)
                if failure:
                    if example.exc_msg is None:
                        raise self._unexpected(failure)
                    shown = console.strip_blank_end(example.exc_msg.split("\n"))
                    real = console.strip_blank_end(self._canonical(failure.last_line).split("\n"))
                    line = (
                        example.lineno + example.source.count("\n") + example.want.count("\n") - 1
                    )
                else:
                    shown = console.strip_blank_end(example.want.split("\n"))
                    real = console.strip_blank_end(output.split("\n"))
                    line = example.lineno + example.source.count("\n")
                self._report += output
                if not match.matches(shown, real):
                    problem = problem or SampleError(
                        line + match.first_difference(shown, real), _mismatch(shown, real)
                    )
                    if not failure and example.exc_msg is None:
                        first = example.lineno + example.source.count("\n") + changed
                        count = example.want.count("\n")
                        real_lines[first : first + count] = real
                        changed += len(real) - count
        except ValueError as error:
            raise SampleError(0, f"not a doctest: {error}") from error
        self._text = "\n".join(real_lines)
        if problem:
            raise problem

    # Files

    def _file(self, sample: Sample) -> None:
        assert sample.file is not None
        target = self._work / sample.file
        if not target.resolve().is_relative_to(self._work.resolve()):
            raise SampleError(0, f":file: {sample.file} lies outside the page's folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = sample.text.rstrip("\n") + "\n"
        if sample.excerpt_of is not None:
            original = target.read_text()
            excerpt = sample.excerpt_of.strip("\n")
            if excerpt not in original:
                raise SampleError(0, f"{sample.file} does not hold this text", broken=True)
            text = original.replace(excerpt, sample.text.strip("\n"), 1)
        elif sample.append:
            text = target.read_text() + text if target.exists() else text
        target.write_text(text)
        if sample.language == "python":
            try:
                compile(sample.text, sample.file, "exec", dont_inherit=True)
            except SyntaxError as error:
                raise SampleError((error.lineno or 1) - 1, str(error), broken=True) from error

    # Console

    def _console(self, sample: Sample) -> None:
        if sample.follows is not None:
            self._follow(sample, sample.follows)
        elif sample.background:
            self._start(sample)
        else:
            self._commands(sample)

    def _commands(self, sample: Sample) -> None:
        steps = console.parse(sample.text)
        problem: SampleError | None = None
        rewritten: list[str] = []
        for step in steps:
            process = self._shell.run(step.command)
            ended = process.wait_exit(min(_COMMAND, self._seconds))
            if not ended:
                process.kill()
                process.wait_exit(1)
            output = self._canonical(process.output)
            self._report += output
            if process.flooded:
                raise SampleError(
                    step.line,
                    f"printed more than {console.MAX_OUTPUT} bytes and was stopped",
                    broken=True,
                )
            if not ended:
                raise SampleError(
                    step.line,
                    f"did not end within {min(_COMMAND, self._seconds):g} s; it printed:\n{output}"
                    "\n(a server needs :background:)",
                    broken=True,
                )
            self._shell.remember()
            self._no_strays(step.line)
            expected = sample.exit or 0 if step is steps[-1] else 0
            real = console.strip_blank_end(output.split("\n"))
            if process.exit != expected:
                raise SampleError(
                    step.line,
                    f"exited with {process.exit}, not {expected}; it printed:\n{output}"
                    f"{self._logs()}",
                    broken=True,
                )
            same = match.matches(list(step.shown), real)
            if not same and problem is None:
                problem = SampleError(
                    step.first_shown + match.first_difference(list(step.shown), real)
                    if step.shown
                    else step.line,
                    _mismatch(list(step.shown), real) + self._logs(),
                )
            rewritten += [*step.prompt, *(step.shown if same else real)]
        self._text = "\n".join(rewritten)
        if problem:
            raise problem

    def _start(self, sample: Sample) -> None:
        steps = console.parse(sample.text)
        if len(steps) != 1:
            raise SampleError(
                steps[1].line, "a :background: block holds one command, that of its server"
            )
        step = steps[0]
        shown = list(step.shown)
        server = self._shell.servers[sample.name] = self._shell.start(step.command)
        limit = min(_START, self._seconds)

        def real() -> list[str]:
            return self._lines(server)

        quiet_since = time.monotonic()
        seen = 0

        def decided() -> bool:
            nonlocal quiet_since, seen
            lines = real()
            if len(lines) != seen:
                quiet_since, seen = time.monotonic(), len(lines)
            return (
                match.prefix_length(shown, lines) is not None
                or server.flooded
                or (time.monotonic() - quiet_since > _QUIET and server.listens())
            )

        server.wait_for(decided, limit)
        self._report = "\n".join(real())
        count = match.prefix_length(shown, real())
        if server.flooded:
            raise SampleError(step.line, "floods its output and was stopped", broken=True)
        if count is None:
            self._text = "\n".join([*step.prompt, *real()])
            self._shown[sample.name] = len(real())
            ended = "" if server.exit is None else f" (it exited with {server.exit})"
            raise SampleError(
                step.first_shown + match.first_difference(shown, real()),
                f"the server did not print what is shown{ended}:\n"
                f"{match.difference(shown, real())}",
                broken=server.exit is not None,
            )
        self._shown[sample.name] = count
        if not server.wait_for(server.listens, limit):
            ended = (
                f"did not within {limit:g} s"
                if server.exit is None
                else f"exited with {server.exit}"
            )
            raise SampleError(
                step.line,
                "opened no port: a :background: sample is a server that listens, but this one "
                f"{ended}; it printed:\n{self._report}",
                broken=True,
            )

    def _follow(self, sample: Sample, name: str) -> None:
        server = self._shell.servers.get(name)
        if server is None:
            raise SampleError(0, f":continue: {name}: no :background: sample of that name above")
        lines = console.strip_blank_end(sample.text.split("\n"))
        stop = lines.index(console.INTERRUPT) if console.INTERRUPT in lines else None
        before, problem = self._expect(server, name, lines[:stop], 0)
        self._report = self._text = "\n".join(before)
        if stop is not None:
            server.interrupt()
            if not server.wait_exit(min(_COMMAND, self._seconds)):
                raise SampleError(stop, "Ctrl+C did not end the server" + self._logs(), broken=True)
            after, late = self._expect(server, name, lines[stop + 1 :], stop + 1)
            problem = problem or late
            self._report = self._text = "\n".join([*before, console.INTERRUPT, *after])
            self._no_strays(stop)
            expected = {0, -2, 130} if sample.exit is None else {sample.exit}
            if server.exit not in expected:
                raise SampleError(stop, f"the server exited with {server.exit} after Ctrl+C")
        if problem:
            raise problem

    def _expect(
        self, server: Process, name: str, shown: list[str], first: int
    ) -> tuple[list[str], SampleError | None]:
        """Wait for the lines of a server's log, from where the page has shown it.

        Returns the lines as the page should have them, and what is wrong with those it shows.
        """

        def real() -> list[str]:
            return self._lines(server)[self._shown.get(name, 0) :]

        def arrived() -> bool:
            return match.prefix_length(shown, real()) is not None

        if server.wait_for(arrived, 5.0):
            # What comes unasked must be shown, or the page would hide it.
            server.wait_for(lambda: match.prefix_length(shown, real()) != len(real()), 0.1)
        lines = real()
        self._shown[name] = self._shown.get(name, 0) + len(lines)
        if match.matches(shown, lines):
            return shown, None
        return lines, SampleError(
            first + match.first_difference(shown, lines), _mismatch(shown, lines)
        )

    def _lines(self, server: Process) -> list[str]:
        output = server.output
        if server.exit is None and not output.endswith("\n"):
            output = output[: output.rfind("\n") + 1]
        return console.strip_blank_end(self._canonical(output).split("\n"))

    def _logs(self) -> str:
        """What the page's servers printed that it does not show, for a failure's message."""
        unseen = {
            name: self._lines(server)[self._shown.get(name, 0) :]
            for name, server in self._shell.servers.items()
        }
        return "".join(
            f"\n{name} printed since:\n" + "\n".join(lines)
            for name, lines in unseen.items()
            if lines
        )

    def _no_strays(self, line: int) -> None:
        if strays := self._shell.strays():
            names = []
            for stray in strays:
                names.append(" ".join(stray.cmdline()) if stray.is_running() else str(stray.pid))
                stray.kill()
            raise SampleError(line, f"left a process behind: {'; '.join(names)}", broken=True)

    # HTTP

    def _http(self, sample: Sample) -> None:
        exchange = http_exchange.parse(sample.text)
        try:
            status, headers, body = http_exchange.send(exchange, min(_COMMAND, self._seconds))
        except (OSError, http.client.HTTPException, KeyError) as error:
            raise SampleError(
                0,
                f"no HTTP answer from {exchange.host}:{exchange.port}: {error!r}{self._logs()}",
            ) from error
        shown_names = {header.partition(":")[0].strip().lower() for header in exchange.headers}
        real_headers = [
            self._canonical(f"{name}: {value}")
            for name, value in headers
            if name.lower() in shown_names
        ]
        order = [header.partition(":")[0].strip().lower() for header in exchange.headers]
        real_headers.sort(key=lambda header: order.index(header.partition(":")[0].lower()))
        spelled = [
            header if _same_header(header, real) else real
            for header, real in zip(exchange.headers, real_headers, strict=False)
        ] + real_headers[len(exchange.headers) :]
        body = console.strip_blank_end(self._canonical("\n".join(body)).split("\n"))
        answer = [status, *spelled, *([""] if body else []), *body]
        self._report = "\n".join(
            [status, *(self._canonical(f"{n}: {v}") for n, v in headers), "", *body]
        )
        request = sample.text.split("\n")[: exchange.response_line]
        shown = console.strip_blank_end(sample.text.split("\n")[exchange.response_line :])
        if not match.matches(shown, answer):
            self._text = "\n".join([*request, *answer])
            raise SampleError(
                exchange.response_line + match.first_difference(shown, answer),
                _mismatch(shown, answer) + self._logs(),
            )


def _same_header(shown: str, real: str) -> bool:
    names = [line.partition(":")[0].strip().lower() for line in (shown, real)]
    values = [line.partition(":")[2].strip() for line in (shown, real)]
    return names[0] == names[1] and match.matches([values[0]], [values[1]])


def _mismatch(shown: list[str], real: list[str]) -> str:
    return (
        "the page shows (-) what is not so (+); «make update-samples» writes what is:\n"
        + match.difference(shown, real)
    )


def _enter_namespaces() -> None:
    """Bring up this namespace's loopback interface, and set its process ids apart."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", _IFF_UP)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)
    with contextlib.suppress(OSError):
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(_FIRST_PID))


def _adopt_orphans() -> None:
    """Become the parent of what a sample leaves behind, so that it can be seen and ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def main(arguments: list[str]) -> int:
    """Serve one page: ``root folder seconds [--namespaces]``."""
    root, folder, seconds = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if "--namespaces" in arguments:
        _enter_namespaces()
    _adopt_orphans()
    work = folder / "guide"
    work.mkdir()
    if (root / "examples").is_dir():
        shutil.copytree(
            root / "examples", work / "examples", ignore=shutil.ignore_patterns("__pycache__")
        )
    # Where its output is no terminal, curl draws its progress into it; a reader's is a terminal.
    (folder / ".curlrc").write_text("no-progress-meter\n")
    os.environ["CURL_HOME"] = str(folder)
    os.chdir(work)
    sys.path[0] = str(work)
    page = PageWorker(root, folder, seconds)
    try:
        for line in sys.stdin:
            data: dict[str, Any] = json.loads(line)
            sample = Sample(
                **{**data, "lines": tuple(data["lines"]), "programs": tuple(data["programs"])}
            )
            answers.write(json.dumps(to_json(page.run(sample))) + "\n")
    finally:
        page.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
