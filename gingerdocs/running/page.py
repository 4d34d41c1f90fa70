"""Runs the samples of a page, one after another, each as its kind asks for."""

import contextlib
import doctest
import http.client
import importlib
import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from gingerdocs.sample import Outcome, Sample

from . import console, http_exchange, match
from .canonical import Canonical
from .console import Process, Shell
from .python import DoctestError, Failure, Interpreter, report, session_traceback

_START = 45.0
"""Seconds that a server may take to print what the page shows, or to listen if that is nothing."""

_PORT = 15.0
"""Seconds that it may take to listen once it has printed what the page shows."""

_LINES = 15.0
"""Seconds that the further lines of a server's log may take."""

_COMMAND = 45.0
"""Seconds that a command may take."""

_FLOOD = f"printed more than {console.MAX_OUTPUT} bytes and was stopped"

_QUIET = 3.0
"""Seconds of silence after which a server that listens has said all it will."""

_IDLE = 10.0
"""Seconds after which a server that neither prints, computes nor listens never will."""

_LOOK = 0.5
"""Seconds between two looks at what its processes do."""


class SampleError(Exception):
    """Why a sample failed; ``line`` counts from zero within its text."""

    def __init__(self, line: int, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.broken = broken


class PageWorker:
    """Runs samples in the page's working folder.

    Args:
        root: the checkout.
        folder: what holds the working folder, and all else that is the page's.
        seconds: how long a sample may run.
        first_pid: the least id of a process that a sample starts.
    """

    def __init__(self, root: Path, folder: Path, seconds: float, first_pid: int) -> None:
        self._root = root
        self._folder = folder
        self._seconds = seconds
        self._canonical = Canonical(
            {str(folder): "/srv", sys.prefix: "/srv/venv", str(root): "/srv/gingerdj"},
            first_pid=first_pid,
        )
        self._work = folder / "guide"
        state = folder / "state"
        state.mkdir()
        self._shell = Shell(str(self._work), dict(os.environ), state)
        self._interpreter = Interpreter(root)
        self._shown = dict[str, int]()
        self._logged = dict[int, list[str]]()
        self._stopped = set[str]()
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
        except (console.ConsoleError, http_exchange.ExchangeError, DoctestError) as error:
            outcome = Outcome("failed", str(error), line=error.line)
        except (OSError, UnicodeError) as error:
            message = self._canonical(str(error))
            if not self._work.is_dir():
                message = "the page's working folder is gone: it or an earlier block has removed it"
            outcome = Outcome("failed", message, broken=True)
        return replace(
            outcome,
            output=self._report if outcome.status == "passed" else match.shortened(self._report),
            text=self._text,
            seconds=round(time.perf_counter() - start, 3),
        )

    def end(self) -> None:
        """End all that the page has started, and remove its folder."""
        with contextlib.suppress(Exception):  # What the samples' tasks still have to say.
            self._interpreter.close()
        self._shell.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    # Python

    def _setup(self, sample: Sample) -> None:
        self._python(sample)

    def _python(self, sample: Sample) -> None:
        importlib.invalidate_caches()
        output, failure = self._interpreter.run(sample)
        self._report = self._canonical(output)
        self._no_strays(failure.line if failure else 0)
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
        trace = report(failure.error).replace(f"{self._root}{os.sep}", "")
        return SampleError(failure.line, match.shortened(trace), broken=True)

    def _doctest(self, sample: Sample) -> None:
        importlib.invalidate_caches()
        lines = sample.text.split("\n")
        changed = 0
        problems: list[SampleError] = []
        for example, before, failure in self._interpreter.examples(sample):
            first = example.lineno + example.source.count("\n")
            trace = ""
            if failure:
                if example.exc_msg is None:
                    raise self._unexpected(failure)
                trace = "\n".join(
                    session_traceback(sample, failure.error, self._root, example.lineno)
                )
            output = self._canonical(before + trace)
            self._report += output.rstrip("\n") + "\n" if output else ""
            shown = _without_marks(example.want)
            real = console.strip_blank_end(output.split("\n"))
            if not match.matches(shown, real):
                line = first + match.first_difference(shown, real) if shown else example.lineno
                problems.append(SampleError(line, _mismatch(shown, real)))
                count = example.want.count("\n")
                lines[first + changed : first + changed + count] = [
                    " " * example.indent + (line or doctest.BLANKLINE_MARKER) for line in real
                ]
                changed += len(real) - count
        self._no_strays(0)
        if problems:
            self._text = "\n".join(lines)
            raise _together(sample, problems)

    # Files

    def _file(self, sample: Sample) -> None:
        target = self._work / str(sample.file)
        if not target.resolve().is_relative_to(self._work.resolve()):
            raise SampleError(0, f":file: {sample.file} lies outside the page's folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        first = 0
        text = sample.text.strip("\n")
        if sample.excerpt_of is not None:
            text, first = self._with_excerpt(target.read_text("utf-8"), sample)
        elif sample.append and target.exists():
            before = target.read_text("utf-8")
            text, first = before + text, before.count("\n")
        target.write_text(text.rstrip("\n") + "\n", "utf-8")
        if sample.language == "python":
            try:
                compile(text, str(sample.file), "exec", dont_inherit=True)
            except SyntaxError as error:
                raise SampleError(
                    (error.lineno or 1) - 1 - first, str(error), broken=True
                ) from error

    def _with_excerpt(self, original: str, sample: Sample) -> tuple[str, int]:
        """The file with the excerpt as the page has it, and the line at which it begins."""
        lines = original.split("\n")
        excerpt = (sample.excerpt_of or "").strip("\n").split("\n")
        text = sample.text.strip("\n").split("\n")
        for first, line in enumerate(lines):
            if line.endswith(excerpt[0]):
                indent = line.removesuffix(excerpt[0])
                part = slice(first, first + len(excerpt))
                if not indent.strip() and lines[part] == _indented(excerpt, indent):
                    lines[part] = _indented(text, indent)
                    return "\n".join(lines), first
        if excerpt == text:
            return original, 0  # Parts of the file that do not follow one another.
        raise SampleError(0, f"{sample.file} does not hold this text", broken=True)

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
        problems: list[SampleError] = []
        rewritten: list[str] = []
        for step in steps:
            process = self._shell.run(step.command)
            ended = process.wait_exit(min(_COMMAND, self._seconds))
            if not ended:
                process.kill()
                process.wait_exit(1)
            output = self._canonical(process.output)
            self._report += f"{output.rstrip(chr(10))}\n" if output else ""
            if process.flooded:
                raise SampleError(
                    step.line,
                    _FLOOD,
                    broken=True,
                )
            if not ended:
                raise SampleError(
                    step.line,
                    f"did not end within {min(_COMMAND, self._seconds):g} s; it printed:\n"
                    f"{match.shortened(output)}\n(a server needs :background:)",
                    broken=True,
                )
            self._shell.remember()
            self._no_strays(step.line)
            expected = sample.exit or 0 if step is steps[-1] else 0
            real = console.strip_blank_end(output.split("\n"))
            if process.exit != expected:
                raise SampleError(
                    step.line,
                    f"exited with {process.exit}, not {expected}; it printed:\n"
                    f"{match.shortened(output)}{self._logs()}",
                    broken=True,
                )
            same = match.matches(list(step.shown), real)
            if not same:
                line = step.line
                if step.shown:
                    line = step.first_shown + match.first_difference(list(step.shown), real)
                problems.append(SampleError(line, _mismatch(list(step.shown), real)))
            rewritten += [*step.prompt, *(step.shown if same else real)]
        if problems:
            self._text = "\n".join(rewritten)
            raise _together(sample, problems, self._logs())

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

        rest = _Rest(server)

        def real() -> list[str]:
            return self._lines(server)

        self._await_log(server, shown, rest, limit)
        self._report = "\n".join(real())
        count = match.prefix_length(shown, real())
        if server.flooded:
            raise SampleError(step.line, _FLOOD, broken=True)
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
        limit = min(_PORT, limit) if shown else limit
        server.wait_for(lambda: server.listens() or rest.seconds() > _IDLE, limit)
        listens = server.listens()
        if server.flooded:
            raise SampleError(step.line, _FLOOD, broken=True)
        self._report = "\n".join(real())
        if shown and shown[-1].strip() == match.ANYTHING:
            self._shown[sample.name] = len(real())
        if not listens:
            if server.exit is not None:
                ended = f"exited with {server.exit}"
            elif rest.seconds() > _IDLE:
                ended = f"did nothing for {_IDLE:g} s"
            else:
                ended = f"did not within {limit:g} s"
            raise SampleError(
                step.line,
                "opened no port: a :background: sample is a server that listens, but this one "
                f"{ended}; it printed:\n{match.shortened(self._report)}",
                broken=True,
            )

    def _await_log(self, server: Process, shown: list[str], rest: "_Rest", limit: float) -> None:
        """Wait until a server has printed what is shown, or is known not to print it any more."""
        quiet_since = time.monotonic()
        seen = 0

        def decided() -> bool:
            nonlocal quiet_since, seen
            lines = self._lines(server)
            if len(lines) != seen:
                quiet_since, seen = time.monotonic(), len(lines)
            return (
                match.prefix_length(shown, lines) is not None
                or server.flooded
                or (time.monotonic() - quiet_since > _QUIET and server.listens())
                or rest.seconds() > _IDLE
            )

        server.wait_for(decided, limit)

    def _follow(self, sample: Sample, name: str) -> None:
        server = self._shell.servers.get(name)
        if server is None:
            raise SampleError(0, f":continue: {name}: no :background: sample of that name above")
        lines = console.strip_blank_end(sample.text.split("\n"))
        stop = lines.index(console.INTERRUPT) if console.INTERRUPT in lines else None
        if server.exit is not None and stop is not None:
            raise SampleError(stop, f"{name} had ended before Ctrl+C{self._logs()}", broken=True)
        before, early = self._expect(server, name, lines[:stop], 0)
        problems = [early] if early else []
        self._report = "\n".join(before)
        if stop is not None:
            server.interrupt()
            self._stopped.add(name)
            if not server.wait_exit(min(_COMMAND, self._seconds)):
                raise SampleError(stop, "Ctrl+C did not end the server" + self._logs(), broken=True)
            after, late = self._expect(server, name, lines[stop + 1 :], stop + 1)
            problems += [late] if late else []
            self._report = "\n".join([*before, console.INTERRUPT, *after])
            self._no_strays(stop)
            expected = {0, -2, 130} if sample.exit is None else {sample.exit}
            if server.exit not in expected:
                wanted = " or ".join(map(str, sorted(expected)))
                raise SampleError(
                    stop, f"the server exited with {server.exit} after Ctrl+C, not {wanted}"
                )
        if problems:
            self._text = self._report
            raise _together(sample, problems)

    def _expect(
        self, server: Process, name: str, shown: list[str], first: int
    ) -> tuple[list[str], SampleError | None]:
        """Wait for the lines of a server's log, from where the page has shown it.

        Returns the real lines, and what is wrong with those that the page shows.
        """

        def real() -> list[str]:
            return self._lines(server)[self._shown.get(name, 0) :]

        def arrived() -> bool:
            return match.prefix_length(shown, real()) is not None

        if server.wait_for(arrived, min(_LINES, self._seconds)):
            # What comes unasked must be shown, or the page would hide it.
            server.wait_for(lambda: match.prefix_length(shown, real()) != len(real()), 0.1)
        lines = real()
        self._shown[name] = self._shown.get(name, 0) + len(lines)
        if match.matches(shown, lines):
            return lines, None
        return lines, SampleError(
            first + match.first_difference(shown, lines), _mismatch(shown, lines)
        )

    def _lines(self, server: Process) -> list[str]:
        """The whole lines of a server's log; each is brought to canonical form once."""
        done = self._logged.setdefault(server.pid, [])
        lines = server.output.split("\n")
        if not server.silent:
            lines.pop()  # Nothing, or a line that goes on.
        if len(lines) > len(done):
            done += self._canonical("\n".join(lines[len(done) :])).split("\n")
        return console.strip_blank_end(done)

    def _logs(self) -> str:
        """What the page's servers printed that it does not show, for a failure's message."""
        unseen = {
            name: self._lines(server)[self._shown.get(name, 0) :]
            for name, server in self._shell.servers.items()
        }
        said = ""
        for name, server in self._shell.servers.items():
            if server.exit is not None and name not in self._stopped:
                said += f"\n{name} has ended with exit status {server.exit}."
            if unseen[name]:
                said += f"\n{name} printed since:\n" + match.shortened("\n".join(unseen[name]))
        return said

    def _no_strays(self, line: int) -> None:
        if strays := self._shell.strays():
            names = [console.describe(stray) for stray in strays]
            console.end_descendants(keep=self._shell.servers.values())
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


class _Rest:
    """Tells for how long a server has neither printed nor computed, nor wanted to."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self._looked = self._since = time.monotonic()
        self._done: tuple[float | None, int] = (None, 0)

    def seconds(self) -> float:
        now = time.monotonic()
        if now - self._looked > _LOOK:
            self._looked = now
            done = self._server.toil(), len(self._server.output)
            if done[0] is None or done != self._done:
                self._done, self._since = done, now
        return now - self._since


def _together(sample: Sample, problems: list[SampleError], logs: str = "") -> SampleError:
    """All that a block shows and that is not so, in one error at the place of the first."""
    first, *others = problems
    said = [str(first), *(f"{sample.place(other.line)}: {other}" for other in others)]
    return SampleError(first.line, "\n".join(said) + logs)


def _indented(lines: list[str], indent: str) -> list[str]:
    return [f"{indent}{line}" if line else "" for line in lines]


def _without_marks(want: str) -> list[str]:
    """The lines that a doctest shows, with its marks for empty lines resolved."""
    lines = ["" if line == doctest.BLANKLINE_MARKER else line for line in want.split("\n")]
    return console.strip_blank_end(lines)


def _same_header(shown: str, real: str) -> bool:
    names = [line.partition(":")[0].strip().lower() for line in (shown, real)]
    values = [line.partition(":")[2].strip() for line in (shown, real)]
    return names[0] == names[1] and match.matches([values[0]], [values[1]])


def _mismatch(shown: list[str], real: list[str]) -> str:
    return (
        "the page shows (-) what is not so (+); «make update-samples» writes what is:\n"
        + match.difference(shown, real)
    )
