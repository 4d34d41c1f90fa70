"""The checks of `READINESS_CHECKS`, within the time that `READINESS_TIMEOUT` gives them."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.signals import thread_released
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.module_loading import import_callable

logger = logging.getLogger("gingerdj.health")


class Readiness:
    """The checks, by the last parts of their paths, or by these where that is not enough.

    They run side by side: coroutine functions on the event loop that asks, others in threads of
    their own, so that one which hangs takes no thread from the views.  It is not started again
    before it has ended.

    Raises:
        ImproperlyConfigured: an entry of `READINESS_CHECKS` cannot be imported, or not be called.
    """

    def __init__(self) -> None:
        self._limit = settings.READINESS_TIMEOUT
        self._checks: dict[str, _Check] = {}
        for path in settings.READINESS_CHECKS:
            name = path.rpartition(".")[2]
            function = import_callable(path, "READINESS_CHECKS")
            self._checks[path if name in self._checks else name] = _Check(function)

    def run(self) -> dict[str, bool]:
        """Return whether each check passes."""
        runs = [check.in_thread() for check in self._checks.values()]
        concurrent.futures.wait(runs, self._limit)
        return self._results(runs)

    async def arun(self) -> dict[str, bool]:
        """Return whether each check passes."""
        runs = [check.on_loop() for check in self._checks.values()]
        try:
            if runs:
                await asyncio.wait(runs, timeout=self._limit)
            return self._results(runs)
        finally:
            for run in runs:
                run.cancel()

    def _results(self, runs: Iterable[Any]) -> dict[str, bool]:
        pairs = zip(self._checks.items(), runs, strict=True)
        return {name: self._passes(check, run) for (name, check), run in pairs}

    def _passes(self, check: _Check, run: Any) -> bool:
        if not run.done():
            logger.warning(
                "The readiness check %s took longer than %s seconds (READINESS_TIMEOUT).",
                check.name,
                self._limit,
            )
            return False
        error = run.exception()
        if error is not None:
            logger.warning("The readiness check %s failed.", check.name, exc_info=error)
            return False
        return run.result() is not False


class _Check:
    def __init__(self, function: Callable[[], Any]) -> None:
        self.name = getattr(function, "__qualname__", repr(function))
        self._function = function
        self._is_async = iscoroutinefunction(function)
        self._lock = threading.Lock()
        self._last: Future[Any] | None = None

    def in_thread(self) -> Future[Any]:
        """Run in a thread; a run that goes on is everybody's who asks meanwhile."""
        with self._lock:
            run = self._last
            if run is None or run.done():
                self._last = run = Future[Any]()
                run.set_running_or_notify_cancel()
                threading.Thread(target=self._run, args=[run], daemon=True).start()
            return run

    def on_loop(self) -> asyncio.Future[Any]:
        if self._is_async:
            return asyncio.get_running_loop().create_task(self._function())
        return asyncio.wrap_future(self.in_thread())

    def _run(self, run: Future[Any]) -> None:
        try:
            result = self._function()
            if self._is_async:
                result = asyncio.run(result)
        except BaseException as error:
            run.set_exception(error)
        else:
            run.set_result(result)
        finally:
            thread_released.send_robust(sender=Readiness)
