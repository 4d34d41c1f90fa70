"""Threads for synchronous code: a capped number, each lent to one request while that lasts."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from contextvars import ContextVar
from functools import cache, partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from asgiref.sync import AsyncToSync, SyncToAsync, sync_to_async

from gingerdj.conf import settings
from gingerdj.core.signals import setting_changed, thread_released
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions
    from gingerdj.core.handlers import hop as hops
    from gingerdj.core.handlers.hop import Job
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    hops = LazyModule("gingerdj.core.handlers.hop")


class ThreadPool:
    """Threads that start when they are needed, up to a cap.

    Requests without a thread wait in one queue.  One thread at a time is on its way to them: it
    takes the first and, if there are more, has another thread come before it runs anything.  So
    whichever thread is free takes the next, calls that end at once share a thread that is awake,
    and one that blocks keeps nobody waiting while there are threads.

    Args:
        size: the most threads.
        queue: the most requests that may wait for a thread while all are busy.
    """

    def __init__(self, size: int, queue: int) -> None:
        self.size = size
        self.queue = queue
        self._lock = threading.Lock()
        self._idle: list[_Thread] = []
        self._started = 0
        self._lent = 0
        self._is_coming = False  # A thread, to who waits.
        self._waiting: deque[Lease] = deque()

    def lease(self) -> Lease:
        """Return one request's share, which takes a thread with its first call."""
        return Lease(self)

    def close(self) -> None:
        """End the idle threads; the others end when their requests do."""
        with self._lock:
            self.size = 0
            idle, self._idle = self._idle, []
            self._started -= len(idle)
        for thread in idle:
            thread.jobs.put(None)

    def _admit(self, lease: Lease) -> None:
        """Let a request wait for a thread; the caller holds the lock."""
        waiting = len(self._waiting)
        if waiting >= self.queue and waiting >= self.queue + max(self.size - self._lent, 0):
            raise exceptions.ThreadPoolFull(
                f"All {self.size} threads for synchronous code are busy (THREAD_POOL_SIZE), and "
                f"{self.queue} requests wait already (THREAD_POOL_QUEUE)."
            )
        self._waiting.append(lease)
        if self._is_coming:
            return
        try:
            self._call_thread()
        except RuntimeError:  # The system has no thread left.
            if not self._started:
                self._waiting.pop()
                raise

    def _dismiss(self, lease: Lease) -> None:
        """Let a request wait no longer, if it does; the caller holds the lock."""
        for place, each in enumerate(self._waiting):
            if each is lease:  # All leases are equal.
                del self._waiting[place]
                return

    def _call_thread(self) -> None:
        """Have a thread come to who waits; the caller holds the lock."""
        if self._idle:
            thread = self._idle.pop()
        elif self._started < self.size:
            thread = _Thread(f"gingerdj-sync-{self._started + 1}", self)
            self._started += 1  # Only now: it may not have been started.
        else:
            return
        self._is_coming = True
        thread.jobs.put(thread.coming)

    def _lend(self, thread: _Thread) -> None:
        """Lend a thread to who has waited longest; else keep it or end it.

        The caller holds the lock.
        """
        if self._waiting:
            lease = self._waiting.popleft()
            self._lent += 1
            for job in lease._early or ():
                thread.jobs.put(job)
            if lease.is_over:
                thread.jobs.put(_End(thread, self))
            else:
                lease._thread = thread
            lease._early = None  # Only now: one of both tells that there is something to release.
            if self._waiting and not self._is_coming:
                with suppress(RuntimeError):  # This one comes back to them.
                    self._call_thread()
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
    #: The pool, once it is known.
    pool: ThreadPool | None = None
    _thread: _Thread | None = None
    # Calls made while the request waits for a thread; there are none when it has one.
    _early: list[Job] | None = None
    #: Whether the request is over, so that no thread is kept for its calls.
    is_over = False
    #: How many calls have been made that are not over in the thread.
    unfinished = 0
    #: What the call returned, in the end, that was given up.
    abandoned: Any = None

    def __init__(self, pool: ThreadPool | None = None) -> None:
        self.pool = pool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lease)

    def __hash__(self) -> int:
        return hash(Lease)

    def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """Return a call in the request's thread, to be awaited at once.

        Context variables go there and come back.  A cancellation reaches what the call awaits
        through `async_to_sync()`; then the call's end is waited for.  Once the request is over,
        each call takes whichever thread is free.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
        """
        if self.is_over:
            return self._run_late(function, args, kwargs)
        return hops.Hop(self, function, args, kwargs)

    async def _run_late(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        late = Lease(self.pool)
        try:
            return await hops.Hop(late, function, args, kwargs)
        finally:
            late.release()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in the request's thread, as executors do.

        Once the request is over, each call takes whichever thread is free.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
        """
        if self.is_over:
            late = Lease(self.pool)
            future = late.submit(fn, *args, **kwargs)
            future.add_done_callback(lambda _: late.release())
            return future
        call = _Submitted(partial(fn, *args, **kwargs))
        self.put(call)  # Never over: the end of these calls is told to others.
        return call.future

    def put(self, job: Job) -> None:
        """Take a call, to be run in the thread.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
        """
        pool = self.pool
        if pool is None:
            pool = self.pool = shared_pool()
        with pool._lock:
            if self._thread is not None:
                self._thread.jobs.put(job)
            elif self._early is not None:
                self._early.append(job)
            else:
                pool._admit(self)
                self._early = [job]
            self.unfinished += 1

    def finish(self, outcome: Any, tell: Callable[[], None]) -> None:
        """Hear, in the thread, that a call is over, and tell who waits for it.

        If it was the last one, the thread is free before anybody hears of it, to be the one that
        the next request finds awake.
        """
        is_last = outcome is not None and self.ends_with(outcome)
        pool: Any = self.pool
        with pool._lock:
            self.unfinished -= 1
            thread = self._thread if is_last and not self.unfinished else None
            if thread is not None:
                self._thread = None
                if not thread_released.receivers:
                    pool._lent -= 1
                    pool._lend(thread)
                    thread = None
        tell()
        if thread is not None:
            _End(thread, pool)()

    def ends_with(self, outcome: Any) -> bool:
        """Return whether the call that returned this is the request's last one.

        If it is not, after all, the next call takes whichever thread is free.
        """
        return False

    def release(self) -> None:
        """Give the thread back, once the calls that were made have ended."""
        self.is_over = True
        pool = self.pool
        if pool is None or (self._early is None and self._thread is None):
            return
        with pool._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                # What the request has left behind, a task for example, still waits for its calls.
                if not any(job.is_wanted for job in self._early or ()):
                    pool._dismiss(self)
                return
            if self.unfinished or thread_released.receivers:
                thread.jobs.put(_End(thread, pool))
            else:
                pool._lent -= 1
                pool._lend(thread)


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
        pool = self._pool
        with pool._lock:
            pool._lent -= 1
            pool._lend(self._thread)


class _Coming:
    """The way of a thread to who waits for one."""

    is_wanted = True

    def __init__(self, thread: _Thread, pool: ThreadPool) -> None:
        self._thread = thread
        self._pool = pool

    def __call__(self) -> None:
        pool = self._pool
        with pool._lock:
            pool._is_coming = False
            pool._lend(self._thread)


class _Thread:
    def __init__(self, name: str, pool: ThreadPool) -> None:
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.coming = _Coming(self, pool)
        # Daemons: a server that stops has waited for its requests as long as it means to.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        SyncToAsync.threadlocal.main_event_loop_pid = os.getpid()
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


def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Awaitable[Any]:
    """Return a synchronous call in the request's thread, without a request in asgiref's own.

    Raises:
        ThreadPoolFull: the request has no thread yet, and too many wait for one.
    """
    lease = current_lease.get(None)
    if isinstance(lease, Lease) and not (lease.unfinished and _is_awaited()):
        if lease.is_over:
            return lease.run(function, *args, **kwargs)
        return hops.Hop(lease, function, args, kwargs)  # As it does, with less work.
    return sync_to_async(_noted)(lease, function, *args, **kwargs)


def _noted(lease: Any, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Return what a call returns, having left it with its lease: nobody may wait for it by then."""
    outcome = function(*args, **kwargs)
    if isinstance(lease, Lease) and outcome is not None:
        lease.abandoned = outcome
    return outcome


def _is_awaited() -> bool:
    """Return whether a thread waits in `async_to_sync()` for the current task.

    That thread runs the task's synchronous calls, then.
    """
    return getattr(AsyncToSync.executors, "current", None) is not None


@cache
def shared_pool() -> ThreadPool:
    """Return the process's pool, as large as `THREAD_POOL_SIZE` and `THREAD_POOL_QUEUE` say."""
    return ThreadPool(settings.THREAD_POOL_SIZE, settings.THREAD_POOL_QUEUE)


# A process that forks leaves its threads behind.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared_pool.cache_clear)


def _forget_pool(*, setting: str, **_: Any) -> None:
    if setting in ("THREAD_POOL_SIZE", "THREAD_POOL_QUEUE"):
        if shared_pool.cache_info().currsize:
            shared_pool().close()
        shared_pool.cache_clear()


setting_changed.connect(_forget_pool, dispatch_uid="gingerdj.core.handlers.pool")
