"""Results of tests that show more of a failure: its queries, or the debugger."""

from __future__ import annotations

import logging
import pdb  # noqa: T100 - It is what --pdb asks for.
import unittest
from io import StringIO
from typing import Any

_logger = logging.getLogger("gingerdj.db.backends")


class DebugSQLTextTestResult(unittest.TextTestResult):
    """Prints the queries of each test that fails, and of all tests where each is named.

    Args:
        args: what unittest's own result takes.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._queries: dict[Any, str] = {}
        self._handler: logging.StreamHandler[StringIO] | None = None
        self._level = _logger.level

    def startTest(self, test: Any) -> None:
        """Begin to collect the queries."""
        self._handler = logging.StreamHandler(StringIO())
        self._level = _logger.level
        _logger.setLevel(logging.DEBUG)
        _logger.addHandler(self._handler)
        super().startTest(test)

    def stopTest(self, test: Any) -> None:
        """Put the logger back."""
        super().stopTest(test)
        if self._handler is not None:
            _logger.removeHandler(self._handler)
            _logger.setLevel(self._level)
            if self.showAll:
                self.stream.write(self._collected())
            self._handler = None

    def addError(self, test: Any, err: Any) -> None:
        """Keep the queries of a test that ended with an exception."""
        super().addError(test, err)
        self._queries[test] = self._collected()

    def addFailure(self, test: Any, err: Any) -> None:
        """Keep the queries of a test that failed."""
        super().addFailure(test, err)
        self._queries[test] = self._collected()

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """Keep the queries of a part of a test that failed."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._queries[subtest] = self._collected()

    def printErrorList(self, flavour: str, errors: Any) -> None:
        """Print what failed, each with its queries."""
        for test, error in errors:
            super().printErrorList(flavour, [(test, error)])
            if queries := self._queries.get(test):
                self.stream.writeln(self.separator2)
                self.stream.write(queries)

    def _collected(self) -> str:
        # Outside of tests, in setUpClass(), nothing is collected.
        return self._handler.stream.getvalue() if self._handler is not None else ""


class PDBDebugResult(unittest.TextTestResult):
    """Opens the debugger where a test fails."""

    def addError(self, test: Any, err: Any) -> None:
        """Open the debugger where the exception was raised."""
        super().addError(test, err)
        self._debug(err)

    def addFailure(self, test: Any, err: Any) -> None:
        """Open the debugger at the assertion."""
        super().addFailure(test, err)
        self._debug(err)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """Open the debugger where a part of a test fails."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._debug(err)

    def _debug(self, err: Any) -> None:
        # What the test has printed belongs on the screen, and what is typed is to be read.
        self._restoreStdout()  # type: ignore[attr-defined]
        self.buffer = False
        kind, error, traceback = err
        self.stream.writeln(f"\n{kind.__name__}: {error}")
        self.stream.flush()
        pdb.post_mortem(traceback)
