"""Threads for synchronous code: a capped number, each lent to one request while that lasts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from queue import SimpleQueue
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import ThreadPoolFull
from gingerdj.core.signals import setting_changed

_Job = Callable[[], None]


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
        self._waiting: deque[Lease] = deque()

    def lease(self) -> Lease:
        """Return the executor of one request, which takes a thread with its first call."""
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
            self._started += 1
            return _Thread(f"gingerdj-sync-{self._started}")
        if len(self._waiting) >= self.queue:
            raise ThreadPoolFull(
                f"All {self.size} threads for synchronous code are busy (THREAD_POOL_SIZE), and "
                f"{self.queue} requests wait already (THREAD_POOL_QUEUE)."
            )
        self._waiting.append(lease)
        return None

    def _give_back(self, thread: _Thread) -> None:
        """Lend a thread to the request that has waited longest; else keep it or end it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft()._receive(thread)
            elif self._started > self.size:
                self._started -= 1
                thread.jobs.put(None)
            else:
                self._idle.append(thread)


class Lease(Executor):
    """One request's share of a pool: its calls run one after the other, in one thread."""

    def __init__(self, pool: ThreadPool) -> None:
        self._pool = pool
        self._thread: _Thread | None = None
        self._early: list[_Job] = []  # Calls made while the request waits for a thread.
        self._released = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in the request's thread.

        Raises:
            ThreadPoolFull: the request has no thread yet, and too many wait for one.
            RuntimeError: the request is over.
        """
        future: Future[Any] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._pool._lock:
            if self._released:
                raise RuntimeError("The request is over, and its thread serves another one.")
            if self._thread is None and not self._early:
                self._thread = self._pool._take(self)
            if self._thread is None:
                self._early.append(job)
            else:
                self._thread.jobs.put(job)
        return future

    def release(self) -> None:
        """Give the thread back, once the calls that were made have ended."""
        with self._pool._lock:
            self._released = True
            thread, self._thread = self._thread, None
            if thread is None:
                if self in self._pool._waiting:
                    self._pool._waiting.remove(self)
                return
        thread.jobs.put(lambda: self._pool._give_back(thread))

    def _receive(self, thread: _Thread) -> None:
        self._thread = thread
        for job in self._early:
            thread.jobs.put(job)
        self._early.clear()


class _Thread:
    def __init__(self, name: str) -> None:
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # Daemons: a server that stops has waited for its requests as long as it means to.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            job()
            del job  # Or what it refers to would live until the next one.


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
