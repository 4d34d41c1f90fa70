"""Test cases in processes side by side, each with databases of its own."""

from __future__ import annotations

import multiprocessing
import os
import unittest
from collections.abc import Callable, Iterable
from multiprocessing.util import Finalize
from typing import Any
from unittest.suite import _ErrorHolder  # type: ignore[attr-defined]

#: What happened to a test: the result's method, the test's place in its class or its name, and
#: what else the method takes.
_Event = tuple[str, int | str, tuple[Any, ...]]


def process_count(wanted: str) -> int:
    """Return how many processes an option asks for.

    Args:
        wanted: a number, or `auto` for what `GINGER_TEST_PROCESSES` says, else for as many as the
            machine has cores.

    Raises:
        ValueError: it is neither.
    """
    if wanted == "auto":
        wanted = os.environ.get("GINGER_TEST_PROCESSES") or str(os.cpu_count() or 1)
    count = int(wanted)
    if count < 1:
        raise ValueError(f"{wanted!r} is no number of processes.")
    return count


class ParallelTestSuite(unittest.TestSuite):
    """Runs test cases in processes of their own, and tells a result as if they had run here.

    The processes are forks of this one, made at once: nothing must be open that cannot be shared.

    Args:
        tests: the tests; those of one class stay together.
        processes: the number of processes.
        buffer: whether to keep what tests print, and show it of those that fail.
        prepare: called in each process with its number; returns what is called at its end.
    """

    def __init__(
        self,
        tests: Iterable[unittest.TestCase],
        processes: int,
        buffer: bool,
        prepare: Callable[[int], Callable[[], None]],
    ) -> None:
        super().__init__(tests)
        groups: dict[type, list[Any]] = {}
        for test in self:
            groups.setdefault(type(test), []).append(test)
        self._groups = [*groups.values()]
        context = multiprocessing.get_context("fork")
        self._stopped = context.Event()
        self._pool = context.Pool(
            processes,
            _Worker.start,
            [self._groups, buffer, self._stopped, prepare, context.Value("i", 0)],
        )

    def run(self, result: unittest.TestResult, debug: bool = False) -> unittest.TestResult:
        """Run the tests; see `unittest.TestSuite.run`.

        Raises:
            Exception: what `prepare` has raised.
        """
        for number, events in self._pool.imap_unordered(_Worker.run, range(len(self._groups))):
            for event in events:
                if result.shouldStop and event[0] == "startTest":
                    break
                self._replay(result, self._groups[number], event)
            if result.shouldStop:
                self._stopped.set()
                break
        return result

    def close(self) -> None:
        """End the processes, once they have put away what they had prepared."""
        self._stopped.set()
        self._pool.close()
        self._pool.join()

    def _replay(self, result: Any, group: list[Any], event: _Event) -> None:
        method, which, args = event
        test = group[which] if isinstance(which, int) else _ErrorHolder(which)
        getattr(result, method)(test, *args)


def telling(result_class: Any) -> Any:
    """Return a class of results that takes errors which another process has put into words."""

    class Told(result_class):  # type: ignore[misc]
        def _exc_info_to_string(self, err: Any, test: Any) -> str:
            return err if isinstance(err, str) else str(super()._exc_info_to_string(err, test))

    return Told


class _Recorder(unittest.TestResult):
    """Notes what happens to the tests of a class, in words that can go to another process."""

    def __init__(self, group: list[unittest.TestCase], buffer: bool) -> None:
        super().__init__()
        self.buffer = buffer
        self.events: list[_Event] = []
        self._places = {id(test): place for place, test in enumerate(group)}

    def _note(self, method: str, test: Any, *args: Any) -> None:
        # What is no test of the class is a part of one, or setUpClass().
        self.events.append((method, self._places.get(id(test), str(test)), args))

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self._note("startTest", test)

    def stopTest(self, test: Any) -> None:
        super().stopTest(test)
        self._note("stopTest", test)

    def addSuccess(self, test: Any) -> None:
        self._note("addSuccess", test)

    def addError(self, test: Any, err: Any) -> None:
        self._told("addError", test, err)

    def addFailure(self, test: Any, err: Any) -> None:
        self._told("addFailure", test, err)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self._told("addFailure" if failed else "addError", subtest, err)

    def addSkip(self, test: Any, reason: str) -> None:
        self._note("addSkip", test, reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        self._told("addExpectedFailure", test, err)

    def addUnexpectedSuccess(self, test: Any) -> None:
        self._note("addUnexpectedSuccess", test)

    def _told(self, method: str, test: Any, err: Any) -> None:
        # What was printed is in these words; the buffer's own copy would be printed here.
        self._mirrorOutput = False
        self._note(method, test, self._exc_info_to_string(err, test))  # type: ignore[attr-defined]


class _Worker:
    """One of the processes."""

    _own: _Worker

    def __init__(self, groups: list[list[unittest.TestCase]], buffer: bool, stopped: Any) -> None:
        self.groups, self.buffer, self.stopped = groups, buffer, stopped
        self.error: Exception | None = None

    @classmethod
    def start(
        cls,
        groups: list[list[unittest.TestCase]],
        buffer: bool,
        stopped: Any,
        prepare: Callable[[int], Callable[[], None]],
        counter: Any,
    ) -> None:
        cls._own = cls(groups, buffer, stopped)
        with counter.get_lock():
            counter.value += 1
            number = counter.value
        try:
            Finalize(None, prepare(number), exitpriority=0)
        except Exception as error:
            cls._own.error = error  # A process that ends here would be started again and again.

    @classmethod
    def run(cls, number: int) -> tuple[int, list[_Event]]:
        own = cls._own
        if own.error is not None:
            raise own.error
        group = own.groups[number]
        recorder = _Recorder(group, own.buffer)
        if not own.stopped.is_set():
            unittest.TestSuite(group).run(recorder)
        return number, recorder.events
