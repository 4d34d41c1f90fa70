"""Finds tests as unittest does, and runs them with the project's settings and databases."""

from __future__ import annotations

import faulthandler
import logging
import random
import sys
import time
import unittest
from argparse import ArgumentParser
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from gingerdj.core.management import CommandError, call_command
from gingerdj.db import connections
from gingerdj.test.databases import setup_databases, teardown_databases
from gingerdj.test.parallel import ParallelTestSuite, process_count, telling
from gingerdj.test.results import DebugSQLTextTestResult, PDBDebugResult
from gingerdj.test.testcases import SimpleTestCase, TestCase
from gingerdj.test.utils import (
    iter_test_cases,
    setup_test_environment,
    teardown_test_environment,
)


class DiscoverRunner:
    """Runs the tests that unittest's discovery finds; the setting `TEST_RUNNER` names it.

    Test cases that touch no database come after those that do, and plain `unittest.TestCase`s
    last, so that what these leave behind disturbs nobody.

    Args:
        pattern: the names of files with tests, of the shell's kind; `test*.py` by default.
        top_level: the folder from which modules with tests are imported.
        verbosity: how much to say: 0 least, 1 normal, 2 each test.
        interactive: whether to ask before a database is replaced.
        failfast: whether to stop at the first failure.
        keepdb: whether to keep the databases for the next run.
        reverse: whether to run the tests in reverse order.
        debug_mode: the value of `DEBUG`.
        debug_sql: whether to print the queries of tests that fail.
        parallel: the number of processes; test cases are divided among them.
        tags: run only tests with one of these tags.
        exclude_tags: leave out tests with one of these.
        test_name_patterns: run only tests whose names match one of these.
        pdb: whether to open the debugger where a test fails.
        buffer: whether to print only what failing tests print.
        enable_faulthandler: whether a crash of the interpreter is to show where.
        timing: whether to say how long the databases and the tests took.
        shuffle: the seed of a random order; None for a seed of its own, False for no such order.
        logger: where to say what would be printed.
        kwargs: left to subclasses.

    Raises:
        CommandError: the debugger or the queries are asked for with several processes.
    """

    test_suite: ClassVar[type[unittest.TestSuite]] = unittest.TestSuite
    test_runner: ClassVar[type[unittest.TextTestRunner]] = unittest.TextTestRunner
    test_loader: ClassVar[unittest.TestLoader] = unittest.defaultTestLoader
    #: The kinds of test cases, in the order in which they run.
    reorder_by: ClassVar[tuple[type[unittest.TestCase], ...]] = (TestCase, SimpleTestCase)

    def __init__(
        self,
        pattern: str | None = None,
        top_level: str | None = None,
        verbosity: int = 1,
        interactive: bool = True,
        failfast: bool = False,
        keepdb: bool = False,
        reverse: bool = False,
        debug_mode: bool = False,
        debug_sql: bool = False,
        parallel: int = 0,
        tags: Iterable[str] | None = None,
        exclude_tags: Iterable[str] | None = None,
        test_name_patterns: Iterable[str] | None = None,
        pdb: bool = False,
        buffer: bool = False,
        enable_faulthandler: bool = True,
        timing: bool = False,
        shuffle: int | bool | None = False,
        logger: logging.Logger | None = None,
        **kwargs: Any,
    ) -> None:
        self.pattern = pattern or "test*.py"
        self.top_level = top_level
        self.verbosity = verbosity
        self.interactive = interactive
        self.failfast = failfast
        self.keepdb = keepdb
        self.reverse = reverse
        self.debug_mode = debug_mode
        self.debug_sql = debug_sql
        self.parallel = parallel
        if parallel > 1 and (pdb or debug_sql):
            raise CommandError(
                "The debugger (--pdb) and the queries (--debug-sql) need all tests in one process: "
                "leave --parallel out."
            )
        self.tags = set(tags or ())
        self.exclude_tags = set(exclude_tags or ())
        self.test_name_patterns = {
            pattern if "*" in pattern else f"*{pattern}*" for pattern in test_name_patterns or ()
        }
        self.pdb = pdb
        self.buffer = buffer
        self.timing = timing
        self.logger = logger
        #: The seed of the random order; None without one.
        self.shuffle_seed: int | None = None
        if shuffle is None:
            self.shuffle_seed = random.SystemRandom().randrange(10**9)
        elif shuffle is not False:
            self.shuffle_seed = int(shuffle)
        # Standard error may be something that no file stands behind.
        if enable_faulthandler and not faulthandler.is_enabled():
            with suppress(AttributeError, OSError, ValueError):
                faulthandler.enable(file=sys.stderr.fileno())

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Add the runner's own options to those of the command `test`."""
        add = parser.add_argument
        add("-t", "--top-level-directory", dest="top_level", help="Folder to import tests from.")
        add("-p", "--pattern", help="Names of files with tests; test*.py by default.")
        add("--keepdb", action="store_true", help="Keep the databases for the next run.")
        add(
            "--shuffle",
            nargs="?",
            default=False,
            type=int,
            metavar="SEED",
            help="Run the tests in a random order, the same for the same seed.",
        )
        add("-r", "--reverse", action="store_true", help="Run the tests in reverse order.")
        add("--debug-mode", action="store_true", help="Set DEBUG to True.")
        add("-d", "--debug-sql", action="store_true", help="Print the queries of tests that fail.")
        add(
            "--parallel",
            nargs="?",
            const="auto",
            default=0,
            type=process_count,
            metavar="N",
            help="Divide the test cases among N processes, each with databases of its own; as many "
            "as there are cores, or as GINGER_TEST_PROCESSES says, unless N is given.",
        )
        add(
            "--tag",
            action="append",
            dest="tags",
            help="Run only tests with this tag; may be given several times.",
        )
        add(
            "--exclude-tag",
            action="append",
            dest="exclude_tags",
            help="Leave out tests with this tag; may be given several times.",
        )
        add("--pdb", action="store_true", help="Open the debugger where a test fails.")
        add("-b", "--buffer", action="store_true", help="Print only what failing tests print.")
        add(
            "--no-faulthandler",
            action="store_false",
            dest="enable_faulthandler",
            help="Do not show where the interpreter crashes.",
        )
        add("--timing", action="store_true", help="Say how long each step took.")
        add(
            "-k",
            action="append",
            dest="test_name_patterns",
            help="Run only tests whose names hold this, or match it if it has a *; may be given "
            "several times.",
        )

    def log(self, msg: str, level: int | None = None) -> None:
        """Say something, at a level of `logging`; INFO by default."""
        level = logging.INFO if level is None else level
        if self.logger is not None:
            self.logger.log(level, msg)
        elif self.verbosity >= (2 if level <= logging.DEBUG else 1):
            print(msg)

    def setup_test_environment(self, **kwargs: Any) -> None:
        """Give the process the settings of tests."""
        setup_test_environment(debug=self.debug_mode)
        unittest.installHandler()

    def teardown_test_environment(self, **kwargs: Any) -> None:
        """Put back what `setup_test_environment()` changed."""
        unittest.removeHandler()
        teardown_test_environment()

    def build_suite(self, test_labels: Iterable[str] | None = None, **kwargs: Any) -> Any:
        """Return the tests that labels name, in the order in which they are to run.

        Args:
            test_labels: dotted paths of packages, modules, test cases or tests, or folders; the
                current folder by default.
            kwargs: accepted for Django's sake.
        """
        found: dict[unittest.TestCase, None] = {}
        with self._name_patterns():
            for label in test_labels or ["."]:
                found.update(dict.fromkeys(iter_test_cases(self.load_tests_for_label(label))))
        tests = [test for test in found if self._is_wanted(test)]
        if self.tags:
            self.log(f"Including test tag(s): {', '.join(sorted(self.tags))}.")
        if self.exclude_tags:
            self.log(f"Excluding test tag(s): {', '.join(sorted(self.exclude_tags))}.")
        self.log(f"Found {len(tests)} test(s).")
        return self.test_suite(self._ordered(tests))

    @contextmanager
    def _name_patterns(self) -> Iterator[None]:
        before = self.test_loader.testNamePatterns
        self.test_loader.testNamePatterns = list(self.test_name_patterns) or None
        try:
            yield
        finally:
            self.test_loader.testNamePatterns = before

    def load_tests_for_label(self, label: str, discover_kwargs: Any = None) -> Any:
        """Return the suite that a label names.

        Args:
            label: see `build_suite()`.
            discover_kwargs: arguments of unittest's discovery instead of the runner's own.

        Raises:
            RuntimeError: the label is the path of a file.
        """
        path = Path(label).absolute()
        if path.is_file():
            raise RuntimeError(
                f"{label!r} is a file: name its module instead, by a dotted path such as "
                f"{'.'.join(Path(label).with_suffix('').parts)!r}."
            )
        arguments = {"pattern": self.pattern, "top_level_dir": self.top_level}
        arguments.update(discover_kwargs or {})
        if path.is_dir():
            if arguments["top_level_dir"] is None:
                arguments["top_level_dir"] = str(_top_level(path))
            return self._discovered(str(path), arguments)
        tests = self.test_loader.loadTestsFromName(label)
        # A package holds tests in its modules, and hardly ever in itself.
        is_package = hasattr(sys.modules.get(label), "__path__")
        if not is_package or tests.countTestCases():
            return tests
        return self._discovered(label, arguments)

    def _discovered(self, start: str, arguments: dict[str, Any]) -> Any:
        suite = self.test_loader.discover(start, **arguments)
        # It would hold for the next label as well.
        self.test_loader._top_level_dir = None  # type: ignore[attr-defined]
        return suite

    def _is_wanted(self, test: unittest.TestCase) -> bool:
        if type(test).__module__ == "unittest.loader":
            return True  # It says that a module cannot be imported.
        method = getattr(test, getattr(test, "_testMethodName", ""), None)
        tags = set(getattr(test, "tags", ())) | set(getattr(method, "tags", ()))
        return not (self.tags and tags.isdisjoint(self.tags)) and tags.isdisjoint(self.exclude_tags)

    def _ordered(self, tests: list[unittest.TestCase]) -> list[unittest.TestCase]:
        if self.shuffle_seed is not None:
            tests = _shuffled(tests, random.Random(self.shuffle_seed))  # noqa: S311 - an order
            self.log(f"Using shuffle seed: {self.shuffle_seed}")
        if self.reverse:
            tests = tests[::-1]
        return sorted(tests, key=self._rank)

    def _rank(self, test: unittest.TestCase) -> int:
        if type(test).__module__ == "unittest.loader":
            return -1
        kinds = enumerate(self.reorder_by)
        return next((n for n, kind in kinds if isinstance(test, kind)), len(self.reorder_by))

    def get_databases(self, suite: Any) -> dict[str, bool]:
        """Return the aliases of the databases that tests name in `databases`."""
        wanted: set[str] = set()
        for test in iter_test_cases(suite):
            named = getattr(test, "databases", None) or ()
            wanted.update(connections if named == "__all__" else named)
        return {alias: False for alias in connections if alias in wanted}

    def setup_databases(self, **kwargs: Any) -> Any:
        """Create the databases for tests; return what `teardown_databases()` needs."""
        kwargs = {"keepdb": self.keepdb, "debug_sql": self.debug_sql, **kwargs}
        return setup_databases(self.verbosity, self.interactive, **kwargs)

    def teardown_databases(self, old_config: Any, **kwargs: Any) -> None:
        """Destroy the databases for tests."""
        teardown_databases(old_config, verbosity=self.verbosity, keepdb=self.keepdb)

    def run_checks(self, databases: Collection[str]) -> None:
        """Run the system checks, those of the databases included."""
        call_command("check", verbosity=self.verbosity, databases=[*databases])

    def get_resultclass(self) -> Any:
        """Return the class of results; None for unittest's own."""
        if self.debug_sql:
            return DebugSQLTextTestResult
        return PDBDebugResult if self.pdb else None

    def get_test_runner_kwargs(self) -> dict[str, Any]:
        """Return the arguments of unittest's runner."""
        return {
            "failfast": self.failfast,
            "resultclass": self.get_resultclass(),
            "verbosity": self.verbosity,
            "buffer": self.buffer,
        }

    def run_suite(self, suite: Any, **kwargs: Any) -> unittest.TestResult:
        """Run a suite and return its result."""
        options = self.get_test_runner_kwargs()
        if isinstance(suite, ParallelTestSuite):
            given = options["resultclass"] or self.test_runner.resultclass
            options.update(resultclass=telling(given), buffer=False)
        return self.test_runner(**options).run(suite)

    def suite_result(self, suite: Any, result: unittest.TestResult, **kwargs: Any) -> int:
        """Return how many tests failed."""
        if self.shuffle_seed is not None:
            self.log(f"Used shuffle seed: {self.shuffle_seed}")
        return len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)

    def run_tests(self, test_labels: Iterable[str], **kwargs: Any) -> int:
        """Find the tests that labels name, run them, and return how many failed.

        Args:
            test_labels: see `build_suite()`.
            kwargs: accepted for Django's sake.
        """
        with ExitStack() as stack:
            self.setup_test_environment()
            stack.callback(self.teardown_test_environment)
            suite = self.build_suite(test_labels)
            databases = self.get_databases(suite)
            processes = min(self.parallel, len({type(test) for test in suite}))
            if processes > 1:  # They are made before anything is open.
                suite = self._divided(suite, processes, set(databases))
                stack.callback(suite.close)
            with self._timed("Databases"):
                old_config = self.setup_databases(aliases=set(databases))
            stack.callback(self.teardown_databases, old_config)
            self.run_checks(databases)
            with self._timed("Tests"):
                result = self.run_suite(suite)
            return self.suite_result(suite, result)

    def _divided(self, suite: Any, processes: int, aliases: set[str]) -> ParallelTestSuite:
        def prepare(number: int) -> Callable[[], None]:
            old_config = self.setup_databases(aliases=aliases, suffix=str(number))
            return partial(self.teardown_databases, old_config)

        return ParallelTestSuite(suite, processes, self.buffer, prepare)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        if self.timing:
            self.log(f"{name}: {time.perf_counter() - start:.3f}s")


def _top_level(folder: Path) -> Path:
    """Return the folder from which the package that a folder is, if it is one, is imported."""
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _shuffled(tests: list[unittest.TestCase], source: random.Random) -> list[unittest.TestCase]:
    """Shuffle test cases, and the tests of each, which stay together for `setUpClass()`."""
    classes = [list(each) for _, each in groupby(tests, key=type)]
    source.shuffle(classes)
    for each in classes:
        source.shuffle(each)
    return [test for each in classes for test in each]
