"""Threads for the synchronous calls of what lives longer than a request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from gingerdj.core.handlers.pool import Lease, shared_pool


class CallLease(Executor):
    """A connection's share of the pool: it has a thread only while calls are being made.

    Its calls run one after the other; those made while another runs share its thread, a later
    one may get another thread.  A lease for as long as the connection lives would let a few idle
    connections take every thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._calls = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in a thread.

        Raises:
            ThreadPoolFull: there is no thread, and too many wait for one.
        """
        with self._lock:
            lease = self._lease or shared_pool().lease()
            future = lease.submit(fn, *args, **kwargs)
            self._lease = lease
            self._calls += 1
        future.add_done_callback(self._called)
        return future

    def _called(self, _: Future[Any]) -> None:
        with self._lock:
            self._calls -= 1
            if self._calls or self._lease is None:
                return
            lease, self._lease = self._lease, None
        lease.release()
