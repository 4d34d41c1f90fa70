"""Calls from an event loop to a thread and back, each awaited by one task."""

from __future__ import annotations

import asyncio
import os
import sys
import weakref
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from typing import Any, Protocol

from asgiref.local import _Storage
from asgiref.sync import SyncToAsync, _restore_context

from gingerdj.utils.asyncio import OfLoop


class Job(Protocol):
    """A call in a thread."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for its result."""

    def __call__(self) -> None: ...


class Runner(Protocol):
    """What has calls run, one after the other."""

    def put(self, job: Job) -> None:
        """Take a call, to be run in a thread."""

    #: What the call returned, in the end, that was given up.
    abandoned: Any

    def finish(self, outcome: Any, tell: Callable[[], None]) -> None:
        """Hear, in the thread, that a call is over, and tell who waits for it."""


class Hop:
    """A call in a thread.

    To the task that awaits it, it is a future (`asyncio.isfuture()` says how tasks know one).
    Unlike one of asyncio's, it resumes the task at once when the loop hears of its end, and not
    with the loop's next turn; and it is cancelled only when the call is over: nothing is left
    running.

    Args:
        runner: what runs it.
        function: what to call in a copy of the context, which comes back.
        args: its positional arguments.
        kwargs: its keyword arguments.
    """

    __slots__ = (
        "_args",
        "_asyncio_future_blocking",
        "_cancelled",
        "_context",
        "_ended",
        "_error",
        "_handled",
        "_kwargs",
        "_loop",
        "_outcome",
        "_resume",
        "_runner",
        "_task_context",
        "_tasks",
        "_unclaimed",
    )

    def __init__(
        self,
        runner: Runner,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._runner = runner
        # Taken out by the thread that runs it, or by who cancels it.
        self._unclaimed: list[Callable[..., Any]] = [function]
        self._args, self._kwargs = args, kwargs
        self._context = copy_context()
        self._loop = loop = asyncio.get_running_loop()
        self._ended = _ended[loop]
        self._handled = sys.exception()
        # True while the task is about to wait; to others, None says that this is no future.
        self._asyncio_future_blocking: bool | None = None
        self._resume: Callable[[Any], Any] | None = None
        self._task_context: Context | None = None
        self._outcome: Any = None
        self._error: BaseException | None = None
        self._cancelled: asyncio.CancelledError | None = None
        self._tasks: tuple[asyncio.Task[Any], ...] = ()  # What the call awaits.

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for its result."""
        return bool(self._unclaimed)

    def __await__(self) -> Generator[Any, None, Any]:
        self._asyncio_future_blocking = True
        yield self
        context = self._context
        for variable, value in context.items():
            if variable.get(None) is not value:
                _restore_context(context)
                break
        if self._error is self._cancelled is None:
            return self._outcome
        # The traceback leads to this frame, which must not lead back.
        error: Any = self._cancelled or self._error
        self._error = None
        if self._cancelled is not None:
            self._cancelled = None
            if self._outcome is not None:
                self._runner.abandoned = self._outcome
        try:
            if isinstance(error, StopIteration):  # Which no generator lets out.
                raise RuntimeError("A synchronous call raised StopIteration.") from error
            raise error
        finally:
            del error

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the task, which asks for it."""
        return self._loop

    def add_done_callback(self, fn: Callable[[Any], Any], *, context: Context) -> None:
        """Take what resumes the task, and have the call run.

        Not before: the loop is about to wait by now, so that the thread, once it is awake, need
        not wait for the interpreter.
        """
        self._resume, self._task_context = fn, context
        try:
            self._runner.put(self)
        except Exception as error:
            self._error = error
            self._loop.call_soon(self.settle)

    def result(self) -> None:
        """Let the task go on; whatever it gets, it gets from `__await__`."""

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the call if it has not begun, and what it awaits, now or later, if it has."""
        if self._resume is None:
            return False
        self._cancelled = asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)
        with suppress(IndexError):
            self._unclaimed.pop()
            self._loop.call_soon(self.settle)
        for task in self._tasks:
            task.cancel()
        return True

    def append(self, task: asyncio.Task[Any]) -> None:
        """Hear from asgiref, on the loop, of a task that the call awaits."""
        self._tasks += (task,)
        if self._cancelled is not None:
            task.cancel()

    def remove(self, task: asyncio.Task[Any]) -> None:
        """Hear from asgiref, on the loop, of the task's end."""
        self._tasks = tuple(each for each in self._tasks if each is not task)

    def __call__(self) -> None:
        """Run, in the thread."""
        try:
            function = self._unclaimed.pop()
        except IndexError:
            self._runner.finish(None, _nobody)
            return
        # By these, async_to_sync() finds its way back to the loop.
        bridge = SyncToAsync.threadlocal
        bridge.main_event_loop, bridge.task_context = self._loop, self
        context = self._context
        try:
            if self._handled is None and _Storage not in map(type, context.values()):
                self._outcome = context.run(function, *self._args, **self._kwargs)
            else:
                self._outcome = context.run(self._run, function)
        except BaseException as error:
            self._error = error
        bridge.task_context = None
        self._runner.finish(self._outcome, self._tell)

    def _run(self, function: Callable[..., Any]) -> Any:
        _restore_context(self._context)  # Gives asgiref's locals to this thread.
        handled, self._handled = self._handled, None
        if handled is None:
            return function(*self._args, **self._kwargs)
        try:  # The function finds in sys.exc_info() what its caller does.
            raise handled
        except BaseException:
            return function(*self._args, **self._kwargs)
        finally:
            del handled

    def _tell(self) -> None:
        self._ended.add(self)

    def settle(self) -> None:
        """Resume the task, on the loop."""
        resume, context = self._resume, self._task_context
        self._resume = self._task_context = None
        if resume is not None and context is not None:
            context.run(resume, self)


def _nobody() -> None:
    """Tell nobody."""


class _Ended:
    """Calls that are over, on their way to an event loop: one wake-up brings all that there are."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._hops: deque[Hop] = deque()
        self._announced = False
        self._wake = _alarm(loop, self._deliver)

    def add(self, hop: Hop) -> None:
        self._hops.append(hop)
        if not self._announced:
            self._announced = True
            self._wake()

    def _deliver(self) -> None:
        # In this order: a call that ends meanwhile is delivered now or announces itself.
        self._announced = False
        hops = self._hops
        try:
            while hops:
                hops.popleft().settle()
        finally:
            if hops:  # A task has ended the loop, which may go on yet.
                self._announced = True
                self._wake()


def _alarm(loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> Callable[[], None]:
    """Return what makes a loop ring, from any thread; once the loop is closed, it does nothing.

    `call_soon_threadsafe()` does it on every loop.  An event file (eventfd(2)), where there is one
    and the loop can watch it, costs a tenth less of a whole request.
    """
    try:
        file = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    except (AttributeError, OSError):
        return partial(_ring_soon, loop, ring)

    def hear() -> None:
        try:
            os.eventfd_read(file)
        except BlockingIOError:  # It was heard before.
            return
        ring()

    try:  # In a context of its own: that of a request would keep the request.
        Context().run(loop.add_reader, file, hear)
    except NotImplementedError:
        os.close(file)
        return partial(_ring_soon, loop, ring)
    wake = partial(os.eventfd_write, file, 1)
    # Not at the process's end, when threads may still wake a loop.
    weakref.finalize(wake, os.close, file).atexit = False
    return wake


def _ring_soon(loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
        loop.call_soon_threadsafe(ring)


_ended = OfLoop(_Ended)
