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
from .console import Shell
from .problems import FLOOD, SampleError, Seen, mismatch, refuse_strays, together
from .python import DoctestError, Failure, Interpreter, report, session_traceback
from .servers import Servers


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
        self._limit = min(console.COMMAND, seconds)
        self._canonical = Canonical(
            {str(folder): "/srv", sys.prefix: "/srv/venv", str(root): "/srv/gingerdj"},
            first_pid=first_pid,
        )
        self._work = folder / "guide"
        state = folder / "state"
        state.mkdir()
        self._shell = Shell(str(self._work), dict(os.environ), state)
        self._interpreter = Interpreter(root)
        self._servers = Servers(self._shell, self._canonical, seconds)

    def run(self, sample: Sample) -> Outcome:
        """Run one sample; whatever goes wrong is told in its outcome."""
        seen = Seen(sample.text)
        start = time.perf_counter()
        outcome = Outcome("passed")
        try:
            getattr(self, f"_{sample.kind}")(sample, seen)
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
            output=seen.report if outcome.status == "passed" else match.shortened(seen.report),
            text=seen.text,
            seconds=round(time.perf_counter() - start, 3),
        )

    def end(self) -> None:
        """End all that the page has started, and remove its folder."""
        with contextlib.suppress(Exception):  # What the samples' tasks still have to say.
            self._interpreter.close()
        self._shell.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    # Python

    def _setup(self, sample: Sample, seen: Seen) -> None:
        self._python(sample, seen)

    def _python(self, sample: Sample, seen: Seen) -> None:
        importlib.invalidate_caches()
        output, failure = self._interpreter.run(sample)
        seen.report = self._canonical(output)
        refuse_strays(self._shell, failure.line if failure else 0)
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
        seen.report += self._canonical(failure.last_line)

    def _unexpected(self, failure: Failure) -> SampleError:
        trace = report(failure.error).replace(f"{self._root}{os.sep}", "")
        return SampleError(failure.line, match.shortened(trace), broken=True)

    def _doctest(self, sample: Sample, seen: Seen) -> None:
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
            seen.report += output.rstrip("\n") + "\n" if output else ""
            shown = _without_marks(example.want)
            real = console.strip_blank_end(output.split("\n"))
            if not match.matches(shown, real):
                line = first + match.first_difference(shown, real) if shown else example.lineno
                problems.append(SampleError(line, mismatch(shown, real)))
                count = example.want.count("\n")
                lines[first + changed : first + changed + count] = [
                    " " * example.indent + (line or doctest.BLANKLINE_MARKER) for line in real
                ]
                changed += len(real) - count
        refuse_strays(self._shell, 0)
        if problems:
            seen.text = "\n".join(lines)
            raise together(sample, problems)

    # Files

    def _file(self, sample: Sample, _seen: Seen) -> None:
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

    def _console(self, sample: Sample, seen: Seen) -> None:
        if sample.follows is not None:
            self._servers.follow(sample, sample.follows, seen)
        elif sample.background:
            self._servers.start(sample, seen)
        else:
            self._commands(sample, seen)

    def _commands(self, sample: Sample, seen: Seen) -> None:
        steps = console.parse(sample.text)
        problems: list[SampleError] = []
        rewritten: list[str] = []
        for step in steps:
            process = self._shell.run(step.command)
            ended = process.wait_exit(self._limit)
            if not ended:
                process.kill()
                process.wait_exit(1)
            output = self._canonical(process.output)
            seen.report += f"{output.rstrip(chr(10))}\n" if output else ""
            if process.flooded:
                raise SampleError(
                    step.line,
                    FLOOD,
                    broken=True,
                )
            if not ended:
                raise SampleError(
                    step.line,
                    f"did not end within {self._limit:g} s; it printed:\n"
                    f"{match.shortened(output)}\n(a server needs :background:)",
                    broken=True,
                )
            self._shell.remember()
            refuse_strays(self._shell, step.line)
            expected = sample.exit or 0 if step is steps[-1] else 0
            real = console.strip_blank_end(output.split("\n"))
            if process.exit != expected:
                raise SampleError(
                    step.line,
                    f"exited with {process.exit}, not {expected}; it printed:\n"
                    f"{match.shortened(output)}{self._servers.logs()}",
                    broken=True,
                )
            same = match.matches(list(step.shown), real)
            if not same:
                line = step.line
                if step.shown:
                    line = step.first_shown + match.first_difference(list(step.shown), real)
                problems.append(SampleError(line, mismatch(list(step.shown), real)))
            rewritten += [*step.prompt, *(step.shown if same else real)]
        if problems:
            seen.text = "\n".join(rewritten)
            raise together(sample, problems, self._servers.logs())

    # HTTP

    def _http(self, sample: Sample, seen: Seen) -> None:
        exchange = http_exchange.parse(sample.text)
        try:
            status, headers, body = http_exchange.send(exchange, self._limit)
        except (OSError, http.client.HTTPException, KeyError) as error:
            raise SampleError(
                0,
                f"no HTTP answer from {exchange.host}:{exchange.port}: {error!r}"
                f"{self._servers.logs()}",
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
        seen.report = "\n".join(
            [status, *(self._canonical(f"{n}: {v}") for n, v in headers), "", *body]
        )
        request = sample.text.split("\n")[: exchange.response_line]
        shown = console.strip_blank_end(sample.text.split("\n")[exchange.response_line :])
        if not match.matches(shown, answer):
            seen.text = "\n".join([*request, *answer])
            raise SampleError(
                exchange.response_line + match.first_difference(shown, answer),
                mismatch(shown, answer) + self._servers.logs(),
            )


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
