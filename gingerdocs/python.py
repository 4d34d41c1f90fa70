"""Python samples: run on the page's own line numbers, in one namespace per page."""

import ast
import asyncio
import contextlib
import doctest
import gc
import inspect
import io
import sys
import traceback
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, TracebackType

from .console import MAX_OUTPUT
from .sample import Sample

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class OutputFlood(RuntimeError):
    """A sample printed more than a page can show."""


class _Output(io.StringIO):
    def write(self, text: str, /) -> int:
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
        return traceback.format_exception_only(self.error)[-1].strip()


class Interpreter:
    """The page's namespace and event loop.

    Code is compiled under the path and line numbers at which a person edits it, so that a
    traceback points there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End the event loop and what still runs in it."""
        self._runner.close()

    def run(self, sample: Sample) -> tuple[str, Failure | None]:
        """Run a block; return what it printed, and the exception if one came out."""
        with _captured() as output:
            failure = self._guard(sample, lambda: self._compiled(sample, sample.text, 0, "exec"))
        return output.getvalue(), failure

    def examples(self, sample: Sample) -> Iterator[tuple[doctest.Example, str, Failure | None]]:
        """Run the ``>>>`` examples of a block; yield each with its output and its exception.

        Raises ValueError when the block is no doctest.
        """
        for example in doctest.DocTestParser().get_examples(sample.text, sample.name):
            with _captured() as output:
                failure = self._guard(
                    sample,
                    lambda example=example: self._compiled(  # type: ignore[misc]
                        sample, example.source, example.lineno, "single"
                    ),
                )
            yield example, output.getvalue(), failure

    def _guard(self, sample: Sample, compiled: "types.FunctionType | object") -> Failure | None:
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                self._execute(compiled())  # type: ignore[operator]
                gc.collect()
            for warning in caught:
                if issubclass(warning.category, RuntimeWarning):
                    raise warning.category(str(warning.message))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return Failure(error, self._line(sample, error))
        return None

    def _execute(self, code: CodeType) -> None:
        if code.co_flags & inspect.CO_COROUTINE:
            self._runner.run(eval(code, self._module.__dict__))
        else:
            exec(code, self._module.__dict__)

    def _compiled(self, sample: Sample, source: str, offset: int, mode: str) -> CodeType:
        tree = compile(source, self._filename(sample), mode, ast.PyCF_ONLY_AST | _FLAGS, True)
        last = len(sample.lines) - 1
        for node in ast.walk(tree):
            for name in ("lineno", "end_lineno"):
                if (line := getattr(node, name, None)) is not None:
                    setattr(node, name, sample.lines[min(line - 1 + offset, last)])
        return compile(tree, self._filename(sample), mode, _FLAGS, True)

    def _filename(self, sample: Sample) -> str:
        return str(self._root / sample.path)

    def _line(self, sample: Sample, error: BaseException) -> int:
        if isinstance(error, SyntaxError) and error.filename == self._filename(sample):
            return (error.lineno or 1) - 1
        places = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == self._filename(sample)
        ]
        return sample.lines.index(places[-1]) if places and places[-1] in sample.lines else 0


def report(error: BaseException) -> str:
    """The traceback, from the sample's own frame on."""
    own: TracebackType | None = error.__traceback__
    here = str(Path(__file__).parent)
    while (
        own
        and own.tb_next
        and (
            own.tb_frame.f_code.co_filename.startswith(here)
            or "asyncio" in own.tb_frame.f_code.co_filename
        )
    ):
        own = own.tb_next
    return "".join(traceback.format_exception(type(error), error, own)).rstrip()


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    output = _Output()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        yield output
