"""Whether this process is about to end, and who wants to know."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_callbacks: set[Callable[[], None]] = set()
_draining = False


def is_draining() -> bool:
    """Return whether the process ends once the requests that it has are answered."""
    return _draining


def start_draining() -> None:
    """Tell everybody who asked to be told; a second call does nothing.

    It must be called on the event loop, if there is one.
    """
    global _draining  # noqa: PLW0603 - A process drains once, and as a whole.
    if _draining:
        return
    _draining = True
    for callback in tuple(_callbacks):
        callback()


def on_draining(callback: Callable[[], None]) -> Callable[[], None]:
    """Call a function when the process begins to drain.

    Args:
        callback: the function, called on the event loop that heard the signal.

    Returns:
        What to call in order not to be told any more.
    """
    _callbacks.add(callback)
    return lambda: _callbacks.discard(callback)


@contextmanager
def draining_on_signals(delay: float) -> Iterator[None]:
    """Begin to drain when SIGTERM or SIGINT comes, and let the server's own handlers go on.

    Signals are heard in the main thread alone; elsewhere this does nothing but end the draining
    with the context.

    Args:
        delay: the seconds for which SIGTERM is kept from the server, so that load balancers
            can notice.  A second signal is handed on at once.  A server that listens with
            `asyncio.AbstractEventLoop.add_signal_handler` hears its signals without delay.
    """
    global _draining  # noqa: PLW0603
    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                stack.enter_context(_chained(_Handler(loop, number, delay)))
            if delay:
                stack.enter_context(_delayed_relay(loop, delay))
        try:
            yield
        finally:
            _draining = False


class _Handler:
    """A handler of a signal in front of the one that there was."""

    def __init__(self, loop: asyncio.AbstractEventLoop, number: int, delay: float) -> None:
        self._loop = loop
        self.number = number
        self.previous: Any = signal.getsignal(number)
        # Who presses Ctrl+C does not wait for load balancers.
        self._delay = delay if number == signal.SIGTERM else 0
        self._waiting = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._loop.is_closed():
            self._hand_on(frame)
            return
        # A handler runs between any two instructions; callbacks wait for the loop's turn.
        self._loop.call_soon_threadsafe(start_draining)
        if self._delay and not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._hand_on_later)
        else:
            self._hand_on(frame)

    def _hand_on_later(self) -> None:
        self._loop.call_later(self._delay, self._hand_on)

    def _hand_on(self, frame: FrameType | None = None) -> None:
        if callable(self.previous):
            self.previous(self.number, frame)
        else:  # The system's own way: the process ends.
            signal.signal(self.number, signal.SIG_DFL)
            signal.raise_signal(self.number)


@contextmanager
def _chained(handler: _Handler) -> Iterator[None]:
    # None is a handler that was not set in Python, and cannot be called from it.
    if handler.previous in (None, signal.SIG_IGN):
        yield
        return
    signal.signal(handler.number, handler)
    try:
        yield
    finally:
        current: Any = signal.getsignal(handler.number)
        if current is handler:
            signal.signal(handler.number, handler.previous)


@contextmanager
def _delayed_relay(loop: asyncio.AbstractEventLoop, delay: float) -> Iterator[None]:
    """Stand between the system and the handlers of `loop.add_signal_handler`.

    Such a loop has the numbers of signals written to a socket of its own
    (`signal.set_wakeup_fd`), so that a handler before it could hold nothing back.
    """
    listener, writer = socket.socketpair()
    with listener, writer:
        listener.setblocking(False)
        writer.setblocking(False)
        loops_own = signal.set_wakeup_fd(writer.fileno())
        if loops_own == -1:  # The loop hears no signals.
            signal.set_wakeup_fd(-1)
            yield
            return
        waiting = False

        def hand_on(number: int) -> None:
            os.write(loops_own, bytes([number]))

        def relay() -> None:
            nonlocal waiting
            for number in listener.recv(256):
                if number == signal.SIGTERM and not waiting:
                    waiting = True
                    loop.call_later(delay, hand_on, number)
                else:
                    hand_on(number)

        loop.add_reader(listener, relay)
        try:
            yield
        finally:
            loop.remove_reader(listener)
            current = signal.set_wakeup_fd(-1)
            signal.set_wakeup_fd(loops_own if current == writer.fileno() else current)
