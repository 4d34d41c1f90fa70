"""Python samples: run on the page's own line numbers, in one namespace per page."""

import ast
import asyncio
import contextlib
import doctest
import gc
import inspect
import io
import re
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, cast

from gingerdocs.sample import Sample

from .console import MAX_OUTPUT

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

_COMMENT = re.compile(r"\s*>>>\s*(#|$)")


class OutputFlood(BaseException):
    """A sample printed more than a page can show; no handler of its own may hold it up."""


class _Output(io.StringIO):
    def write(self, text: str, /) -> int:
        text.encode()  # What no terminal could show is an error there, too.
        if self.tell() + len(text) > MAX_OUTPUT:
            raise OutputFlood(f"more than {MAX_OUTPUT} characters of output")
        return super().write(text)


@dataclass
class Failure:
    """An exception that a sample let through; ``line`` counts from zero within its text."""

    error: BaseException
    line: int

    @property
    def last_line(self) -> str:
        """The exception as the last line of a traceback has it."""
        lines = [
            line
            for line in traceback.TracebackException.from_exception(
                self.error
            ).format_exception_only()
            if not line.startswith(" ")
        ]
        return lines[0].strip()


class DoctestError(ValueError):
    """A block that is no doctest; ``line`` counts from zero."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Interpreter:
    """The page's namespace and event loop.

    Code is compiled under the path and line numbers at which a person edits it, so that a
    traceback points there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self._loop_errors: list[BaseException] = []
        self._runner = asyncio.Runner()
        gc.freeze()  # What is loaded by now need not be searched after each sample.
        self._runner.get_loop().set_exception_handler(self._keep_error)

    def close(self) -> None:
        """End the event loop and what still runs in it."""
        self._runner.close()

    def _keep_error(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._loop_errors.append(context.get("exception") or RuntimeError(context["message"]))

    def run(self, sample: Sample) -> tuple[str, Failure | None]:
        """Run a block; return what it printed, and the exception if one came out."""
        with _captured() as output:
            failure = self._guard(sample, lambda: self._compiled(sample, sample.text, 0, "exec"))
        return output.getvalue(), failure

    def examples(self, sample: Sample) -> Iterator[tuple[doctest.Example, str, Failure | None]]:
        """Run the ``>>>`` examples of a block; yield each with its output and its exception.

        Raises DoctestError when the block is no doctest.
        """
        for example in examples(sample.text):
            with _captured() as output:
                failure = self._guard(
                    sample,
                    lambda example=example: self._compiled(  # type: ignore[misc]
                        sample, example.source, example.lineno, "single"
                    ),
                )
            yield example, output.getvalue(), failure

    def _guard(self, sample: Sample, compiled: Callable[[], CodeType]) -> Failure | None:
        self._loop_errors.clear()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                self._execute(compiled())
                gc.collect()
        except BaseException as error:  # noqa: BLE001 - The sample's own, whatever it is.
            return Failure(error, self._line(sample, error))
        for warning in caught:
            own = warning.filename == self._filename(sample)
            if own or issubclass(warning.category, RuntimeWarning):
                here = own and warning.lineno in sample.lines
                line = sample.lines.index(warning.lineno) if here else 0
                return Failure(warning.category(str(warning.message)), line)
        if forgotten := self._forgotten():
            message = f"the coroutine of {forgotten} was never awaited"
            return Failure(RuntimeWarning(message), _assigned(sample, forgotten))
        if self._loop_errors:
            return Failure(self._loop_errors[0], self._line(sample, self._loop_errors[0]))
        return None

    def _forgotten(self) -> str | None:
        """The variable that holds a coroutine that never began."""
        for name, value in self._module.__dict__.items():
            # Not isinstance(): what is made when it is first asked says its class by asking.
            if type(value) is not types.CoroutineType:
                continue
            if inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
                value.close()
                return name
        return None

    def _execute(self, code: CodeType) -> None:
        if code.co_flags & inspect.CO_COROUTINE:
            self._runner.run(eval(code, self._module.__dict__))  # noqa: S307 - Its purpose.
        else:
            exec(code, self._module.__dict__)  # noqa: S102 - Its purpose.

    def _compiled(self, sample: Sample, source: str, offset: int, mode: str) -> CodeType:
        try:
            tree = compile(source, self._filename(sample), mode, ast.PyCF_ONLY_AST | _FLAGS, True)
        except SyntaxError as error:
            error.lineno = _edited(sample, (error.lineno or 1) - 1 + offset)
            if error.end_lineno:
                error.end_lineno = _edited(sample, error.end_lineno - 1 + offset)
            raise
        for node in ast.walk(tree):
            for name in ("lineno", "end_lineno"):
                if (line := getattr(node, name, None)) is not None:
                    setattr(node, name, _edited(sample, line - 1 + offset))
        return cast("CodeType", compile(tree, self._filename(sample), mode, _FLAGS, True))

    def _filename(self, sample: Sample) -> str:
        return str(self._root / sample.path)

    def _line(self, sample: Sample, error: BaseException) -> int:
        places = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == self._filename(sample)
        ]
        if isinstance(error, SyntaxError) and error.filename == self._filename(sample):
            places.append(error.lineno)
        own = [place for place in places if place in sample.lines]
        return sample.lines.index(own[-1]) if own else 0


def examples(text: str) -> list[doctest.Example]:
    """Return the ``>>>`` examples of a block.

    Raises DoctestError when the block has none, or holds a line that is part of none.
    """
    try:
        found = doctest.DocTestParser().get_examples(text)
    except ValueError as error:
        place = str(error).split("line ")[1:]
        first = int(place[0].split(" ")[0]) - 1 if place else 0
        raise DoctestError(first, f"not a doctest: {error}") from error
    if not found:
        raise DoctestError(0, "not a doctest: it has no line that begins with «>>> »")
    covered = set[int]()
    lines = text.split("\n")
    for example in found:
        # Of a source that ends in a bare «...», the parser loses the last line.
        end = example.lineno + example.source.count("\n")
        while end < len(lines) and lines[end].strip() == "...":
            example.source += "\n"
            end += 1
        count = example.source.count("\n") + example.want.count("\n")
        covered |= set(range(example.lineno, example.lineno + count))
    for number, line in enumerate(lines):
        if line.strip() and number not in covered and not _COMMENT.match(line):
            raise DoctestError(
                number,
                "this line is neither a prompt nor the output of one "
                "(an empty line of output is written <BLANKLINE>)",
            )
    return found


def session_traceback(sample: Sample, error: BaseException, root: Path, first: int) -> list[str]:
    """The traceback as the interactive interpreter prints it.

    ``first`` is the line of the text at which the failing example begins, counted from zero.
    """
    path = str(root / sample.path)
    stack = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == path and frame.lineno in sample.lines:
            line = sample.lines.index(frame.lineno) - first + 1
            stack.append(f'  File "<stdin>", line {max(line, 1)}, in {frame.name}')
        elif stack:
            stack.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
            stack += [f"    {frame.line}"] if frame.line else []
    last = traceback.TracebackException.from_exception(error).format_exception_only()
    return ["Traceback (most recent call last):", *stack, *"".join(last).rstrip("\n").split("\n")]


def report(error: BaseException) -> str:
    """The traceback, from the sample's own frame on."""
    own: TracebackType | None = error.__traceback__
    here = str(Path(__file__).parent)
    while own and (
        own.tb_frame.f_code.co_filename.startswith(here)
        or "asyncio" in own.tb_frame.f_code.co_filename
    ):
        own = own.tb_next
    return "".join(traceback.format_exception(type(error), error, own)).rstrip()


def _edited(sample: Sample, line: int) -> int:
    """Where a person edits a line of the text, which counts from zero."""
    return sample.lines[max(0, min(line, len(sample.lines) - 1))]


def _assigned(sample: Sample, name: str) -> int:
    """The line of the text, counted from zero, that names a variable."""
    lines = sample.text.split("\n")
    return next((number for number, line in enumerate(lines) if name in line), 0)


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    output = _Output()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        yield output
