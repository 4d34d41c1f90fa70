"""Threads for synchronous code: a capped number, each lent to one request while that lasts."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from asgiref.sync import AsyncToSync, SyncToAsync, _restore_context, sync_to_async

from gingerdj.conf import settings
from gingerdj.core.exceptions import ThreadPoolFull
from gingerdj.core.signals import setting_changed, thread_released


class _Job(Protocol):
    """A call in a thread."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for its result."""

    def __call__(self) -> None: ...


class ThreadPool:
    """Threads that start when they are needed, up to a cap.

    Args:
        size: the most threads.
        queue: the most requests that may wait for a thread.
    """

    def __init__(self, size: int, queue: int) -> None:
        self.size = size
        self.queue = queue
        self._lock = threading.Lock()
        self._idle: list[_Thread] = []
        self._started = 0
        self._waiting: dict[int, Lease] = {}  # By identity, in the order of their coming.

    def lease(self) -> Lease:
        """Return one request's share, which takes a thread with its first call."""
        return Lease(self)

    def close(self) -> None:
        """End the idle threads; the others end when their requests do."""
        with self._lock:
            self.size = 0
            idle, self._idle = self._idle, []
        for thread in idle:
            thread.jobs.put(None)

    def _take(self, lease: Lease) -> _Thread | None:
        """Return a thread, or None after queueing the lease; the caller holds the lock."""
        if self._idle:
            return self._idle.pop()
        if self._started < self.size:
            thread = _Thread(f"gingerdj-sync-{self._started + 1}")
            self._started += 1  # Only now: the system may have no thread left.
            return thread
        if len(self._waiting) >= self.queue:
            raise ThreadPoolFull(
                f"All {self.size} threads for synchronous code are busy (THREAD_POOL_SIZE), and "
                f"{self.queue} requests wait already (THREAD_POOL_QUEUE)."
            )
        self._waiting[id(lease)] = lease
        return None

    def _give_back(self, thread: _Thread) -> None:
        """Lend a thread to the request that has waited longest; else keep it or end it."""
        with self._lock:
            if self._waiting:
                self._waiting.pop(next(iter(self._waiting)))._receive(thread, self)
            elif self._started > self.size:
                self._started -= 1
                thread.jobs.put(None)
            else:
                self._idle.append(thread)


class Lease:
    """One request's share of a pool: its calls run one after the other, in one thread.

    While it is the context's own, `sync_to_async()` finds it, too: a lease is what asgiref calls
    a thread-sensitive context.  asgiref looks for that context's executor in a dictionary; as all
    leases are equal, they share the one entry there, and a request costs none of its own.

    Args:
        pool: the pool; the process's own, looked up with the first call, by default.
    """

    _exited = False  # asgiref asks for it.
    _pool: ThreadPool | None = None
    _thread: _Thread | None = None
    _early: list[_Job] | None = None  # Calls made while the request waits for a thread.
    _ended = False
    _unsettled = 0  # Calls whose end nobody has heard of yet.
    #: What the call returned, in the end, that was given up.
    abandoned: Any = None

    def __init__(self, pool: ThreadPool | None = None) -> None:
        self._pool = pool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lease)

    def __hash__(self) -> int:
        return hash(Lease)

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a call in the request's thread, and return its result.

        Context variables go there and come back.  A cancellation reaches what the call awaits
        through `async_to_sync()`; then the call's end is waited for.  Once the request is over,
        each call takes whichever thread is free.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
        """
        if self._ended:
            late = Lease(self._pool)
            try:
                return await late.run(function, *args, **kwargs)
            finally:
                late.release()
        call = _Call(function, args, kwargs)
        self._put(call)
        self._unsettled += 1
        try:
            return await call.result
        except asyncio.CancelledError:
            await call.give_up()
            self.abandoned = call.outcome
            raise
        finally:
            self._unsettled -= 1
            _restore_context(call.context)
            call.forget()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in the request's thread, as executors do.

        Once the request is over, each call takes whichever thread is free.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
        """
        if self._ended:
            late = Lease(self._pool)
            future = late.submit(fn, *args, **kwargs)
            future.add_done_callback(lambda _: late.release())
            return future
        call = _Submitted(partial(fn, *args, **kwargs))
        self._unsettled += 1  # For good: the end of these calls is told to others.
        self._put(call)
        return call.future

    def _put(self, job: _Job) -> None:
        held = self._thread
        if held is not None:
            held.jobs.put(job)
            return
        if self._pool is None:
            self._pool = shared_pool()
        with self._pool._lock:
            thread = self._thread  # It may have been given one just now.
            if thread is None and self._early is None:
                thread = self._thread = self._pool._take(self)
            if thread is not None:
                thread.jobs.put(job)
            elif self._early is None:
                self._early = [job]
            else:
                self._early.append(job)

    def release(self) -> None:
        """Give the thread back, once the calls that were made have ended."""
        self._ended = True
        pool = self._pool
        if pool is None:  # No call was made.
            return
        with pool._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                # What the request has left behind, a task for example, still waits for its calls.
                if not any(job.is_wanted for job in self._early or ()):
                    pool._waiting.pop(id(self), None)
                return
        if self._unsettled or thread_released.receivers:
            thread.jobs.put(_End(thread, pool))
        else:
            pool._give_back(thread)

    def _receive(self, thread: _Thread, pool: ThreadPool) -> None:
        for job in self._early or ():
            thread.jobs.put(job)
        self._early = None
        if self._ended:
            thread.jobs.put(_End(thread, pool))
        else:
            self._thread = thread


class _Submitted:
    """A call in a thread, whose result is told as executors tell it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.future: Future[Any] = Future()
        self._function = function

    @property
    def is_wanted(self) -> bool:
        return not self.future.cancelled()

    def __call__(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self._function()
        except BaseException as error:
            self.future.set_exception(error)
            del self  # The exception's traceback leads here, and would make a cycle of both.
        else:
            self.future.set_result(result)


class _End:
    """The end of a request in its thread."""

    is_wanted = True

    def __init__(self, thread: _Thread, pool: ThreadPool) -> None:
        self._thread = thread
        self._pool = pool

    def __call__(self) -> None:
        thread_released.send_robust(sender=ThreadPool)
        self._pool._give_back(self._thread)


class _Call:
    """A call in a thread, whose result an event loop waits for."""

    _ended: asyncio.Future[None] | None = None
    _settled = False
    #: What the call has returned.
    outcome: Any = None
    _error: BaseException | None = None

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.context: Context = copy_context()
        self._function, self._args, self._kwargs = function, args, kwargs
        self._loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Any] = self._loop.create_future()
        self._tasks = _Tasks()
        self._unclaimed = [True]  # Taken out by the thread that runs it, or by who gives it up.
        self._handled = sys.exc_info()[1]

    @property
    def is_wanted(self) -> bool:
        return bool(self._unclaimed)

    def __call__(self) -> None:
        """Run, in the thread."""
        if not self._claim():
            return
        # By these, async_to_sync() finds its way back to the loop.
        bridge = SyncToAsync.threadlocal
        bridge.main_event_loop, bridge.main_event_loop_pid = self._loop, os.getpid()
        bridge.task_context = self._tasks
        try:
            self.outcome = self.context.run(self._run)
        except BaseException as error:
            self._error = error
        _Results.of(self._loop).add(self)

    def _claim(self) -> bool:
        try:
            return self._unclaimed.pop()
        except IndexError:
            return False

    def _run(self) -> Any:
        _restore_context(self.context)  # Gives asgiref's locals to this thread.
        if self._handled is None:
            return self._function(*self._args, **self._kwargs)
        try:  # The function finds in sys.exc_info() what its caller does.
            raise self._handled
        except BaseException:
            return self._function(*self._args, **self._kwargs)

    def settle(self) -> None:
        """Tell the loop's side, on the loop."""
        self._settled = True
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
        if self.result.done():
            return
        if self._error is None:
            self.result.set_result(self.outcome)
        elif isinstance(self._error, StopIteration):  # Which a future cannot hold.
            stop = RuntimeError("A synchronous call raised StopIteration.")
            stop.__cause__ = self._error
            self.result.set_exception(stop)
        else:
            self.result.set_exception(self._error)

    def forget(self) -> None:
        """Let go of exceptions: their tracebacks lead here, and would make cycles of both."""
        del self.result
        self._error = self._handled = None

    async def give_up(self) -> None:
        """Stop waiting for the result: nothing is left running afterwards."""
        if self._claim():
            return
        self._tasks.cancel()
        while not self._settled:
            if self._ended is None or self._ended.cancelled():
                self._ended = self._loop.create_future()
            with suppress(asyncio.CancelledError):
                await self._ended


class _Tasks(list["asyncio.Task[Any]"]):
    """What a call awaits; asgiref keeps the list."""

    _cancelled = False

    def append(self, task: asyncio.Task[Any]) -> None:
        super().append(task)
        if self._cancelled:
            task.cancel()

    def cancel(self) -> None:
        """Cancel what the call awaits, now and later."""
        self._cancelled = True
        for task in self:
            task.cancel()


class _Results:
    """Results on their way to an event loop: one wake-up brings all that there are."""

    _by_loop: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, _Results]] = WeakKeyDictionary()

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> _Results:
        results = cls._by_loop.get(loop)
        if results is None:
            results = cls._by_loop.setdefault(loop, cls(loop))
        return results

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._calls: deque[_Call] = deque()
        self._announced = False

    def add(self, call: _Call) -> None:
        self._calls.append(call)
        if self._announced:
            return
        self._announced = True
        loop = self._loop()
        if loop is not None:
            with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # In this order: a call that comes meanwhile is delivered now or announces itself.
        self._announced = False
        while self._calls:
            self._calls.popleft().settle()


class _Thread:
    def __init__(self, name: str) -> None:
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # Daemons: a server that stops has waited for its requests as long as it means to.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            job()
            del job  # Or what it refers to would live until the next one.


class _LeaseExecutor(Executor):
    """Hands calls to the lease of the context that they are made in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        lease: Any = SyncToAsync.thread_sensitive_context.get()
        return lease.submit(fn, *args, **kwargs)  # type: ignore[no-any-return]


# asgiref's dictionary refers to its keys weakly: this one stays.
_ANY_LEASE: Any = Lease()
SyncToAsync.context_to_thread_executor[_ANY_LEASE] = _LeaseExecutor()

#: The lease of the context.
current_lease: ContextVar[Any] = SyncToAsync.thread_sensitive_context


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a synchronous call in the request's thread, without a request in asgiref's own.

    Raises:
        ThreadPoolFull: the request has no thread yet, and too many wait for one.
    """
    lease = current_lease.get(None)
    # A thread that waits in async_to_sync() for this very task runs its synchronous calls.
    if isinstance(lease, Lease) and getattr(AsyncToSync.executors, "current", None) is None:
        return await lease.run(function, *args, **kwargs)
    return await sync_to_async(function)(*args, **kwargs)


@cache
def shared_pool() -> ThreadPool:
    """Return the process's pool, as large as `THREAD_POOL_SIZE` and `THREAD_POOL_QUEUE` say."""
    return ThreadPool(settings.THREAD_POOL_SIZE, settings.THREAD_POOL_QUEUE)


def _forget_pool(*, setting: str, **_: Any) -> None:
    if setting in ("THREAD_POOL_SIZE", "THREAD_POOL_QUEUE"):
        if shared_pool.cache_info().currsize:
            shared_pool().close()
        shared_pool.cache_clear()


setting_changed.connect(_forget_pool, dispatch_uid="gingerdj.core.handlers.pool")
