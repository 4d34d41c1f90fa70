"""Signals and their receivers."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from collections.abc import Callable, Hashable, Iterable
from inspect import CO_VARKEYWORDS, Parameter, signature
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from asgiref import sync
else:
    sync = LazyModule("asgiref.sync")

Receiver = Callable[..., Any]
Responses = list[tuple[Receiver, Any]]
_F = TypeVar("_F", bound=Receiver)

_NEVER_BLOCKS = "_never_blocks"


def never_blocks(function: _F) -> _F:
    """Mark a synchronous receiver as one that may run on an event loop; a decorator."""
    setattr(function, _NEVER_BLOCKS, True)
    return function


def _identity(target: Any) -> Hashable:
    # A bound method is a new object at each access; the pair behind it is not.
    if hasattr(target, "__func__"):
        return id(target.__self__), id(target.__func__)
    return id(target)


class _Connection:
    def __init__(
        self,
        key: tuple[Hashable, Hashable],
        receiver: Any,
        is_weak: bool,
        sender: weakref.ref[Any] | None,
        is_async: bool,
    ) -> None:
        self.key = key
        self.receiver = receiver  # The receiver, or a weak reference to it.
        self.is_weak = is_weak
        self.sender = sender
        self.is_async = is_async

    def live_receiver(self) -> Receiver | None:
        return self.receiver() if self.is_weak else self.receiver  # type: ignore[no-any-return]


class Signal:
    """Something that happens, and those who want to be told.

    Args:
        use_caching: accepted for Django's sake; receivers are found without a cache.
    """

    def __init__(self, use_caching: bool = False) -> None:
        self.use_caching = use_caching
        self._lock = threading.Lock()
        #: Who is connected.  The list is replaced, never changed, so that a send in progress keeps
        #: the one that it began with.
        self.receivers: list[_Connection] = []

    def connect(
        self,
        receiver: Receiver,
        sender: Any = None,
        weak: bool = True,
        dispatch_uid: Hashable | None = None,
    ) -> None:
        """Tell a receiver whenever the signal is sent.

        Args:
            receiver: a function or coroutine function that takes `**kwargs`.
            sender: tell it only what this sender sends; everything by default.
            weak: whether the receiver is forgotten once nothing else refers to it.
            dispatch_uid: connections of one identifier and sender count as one.

        Raises:
            TypeError: the receiver cannot be called.
            ValueError: it takes no `**kwargs`.
        """
        if not callable(receiver):
            raise TypeError(f"Signal receivers must be callable. {receiver!r} is not.")
        if not _accepts_kwargs(receiver):
            raise ValueError(
                f"Signal receivers must accept keyword arguments (**kwargs). {receiver!r} does not."
            )
        is_async = iscoroutinefunction(receiver)
        key = self._key(receiver, sender, dispatch_uid)
        kept: Any = self._weak_reference(receiver) if weak else receiver
        connection = _Connection(
            key, kept, weak, None if sender is None else _sender_reference(sender), is_async
        )
        with self._lock:
            if not any(other.key == key for other in self._live()):
                self.receivers = [*self._live(), connection]

    def disconnect(
        self,
        receiver: Receiver | None = None,
        sender: Any = None,
        dispatch_uid: Hashable | None = None,
    ) -> bool:
        """Stop telling a receiver; return whether it was connected."""
        key = self._key(receiver, sender, dispatch_uid)
        with self._lock:
            kept = [connection for connection in self._live() if connection.key != key]
            found = any(connection.key == key for connection in self.receivers)
            self.receivers = kept
        return found

    def has_listeners(self, sender: Any = None) -> bool:
        """Return whether anybody would be told of what this sender sends."""
        return bool(self.receivers) and bool(self._receivers(sender))

    def may_wait(self) -> bool:
        """Return whether a receiver is anything but a function decorated with `never_blocks`."""
        return any(
            connection.is_async or not getattr(connection.live_receiver(), _NEVER_BLOCKS, False)
            for connection in self.receivers
        )

    def send(self, sender: Any, **named: Any) -> Responses:
        """Tell each receiver, from synchronous code; the first exception ends it.

        Returns:
            Pairs of receiver and response: synchronous receivers first, in the order of their
            connection, then the coroutine functions, which run at the same time as each other.
        """
        return self._send(sender, named, robust=False)

    def send_robust(self, sender: Any, **named: Any) -> Responses:
        """Like `send`, but an exception is logged and takes the place of a response."""
        return self._send(sender, named, robust=True)

    async def asend(self, sender: Any, **named: Any) -> Responses:
        """Like `send`, from a coroutine; synchronous receivers share one hop to a thread.

        None is made where all of them are decorated with `never_blocks`.
        """
        return await self._asend(sender, named, robust=False)

    async def asend_robust(self, sender: Any, **named: Any) -> Responses:
        """Like `asend`, but an exception is logged and takes the place of a response."""
        return await self._asend(sender, named, robust=True)

    def _send(self, sender: Any, named: dict[str, Any], *, robust: bool) -> Responses:
        if not self.receivers:
            return []
        plain, coroutines = self._split(sender)
        message = {"signal": self, "sender": sender, **named}
        responses = _call_all(plain, message, robust)
        if coroutines:
            responses += sync.async_to_sync(_await_all)(coroutines, message, robust)
        return responses

    async def _asend(self, sender: Any, named: dict[str, Any], *, robust: bool) -> Responses:
        if not self.receivers:
            return []
        plain, coroutines = self._split(sender)
        message = {"signal": self, "sender": sender, **named}
        responses: Responses = []
        if any(not getattr(receiver, _NEVER_BLOCKS, False) for receiver in plain):
            responses = await sync.sync_to_async(_call_all)(plain, message, robust)
        else:
            responses = _call_all(plain, message, robust)
        if coroutines:
            responses += await _await_all(coroutines, message, robust)
        return responses

    def _split(self, sender: Any) -> tuple[list[Receiver], list[Receiver]]:
        receivers = self._receivers(sender)
        return (
            [receiver for receiver, is_async in receivers if not is_async],
            [receiver for receiver, is_async in receivers if is_async],
        )

    def _receivers(self, sender: Any) -> list[tuple[Receiver, bool]]:
        found = []
        for connection in self.receivers:
            if connection.sender is not None and connection.sender() is not sender:
                continue
            receiver = connection.live_receiver()
            if receiver is not None:
                found.append((receiver, connection.is_async))
        return found

    def _live(self) -> list[_Connection]:
        return [c for c in self.receivers if c.live_receiver() is not None]

    def _key(
        self, receiver: Receiver | None, sender: Any, dispatch_uid: Hashable | None
    ) -> tuple[Hashable, Hashable]:
        identity = _identity(receiver) if dispatch_uid is None else ("uid", dispatch_uid)
        return identity, None if sender is None else id(sender)

    def _weak_reference(self, receiver: Receiver) -> weakref.ref[Any]:
        if hasattr(receiver, "__self__") and hasattr(receiver, "__func__"):
            return weakref.WeakMethod(receiver, self._forget)
        return weakref.ref(receiver, self._forget)

    def _forget(self, reference: weakref.ref[Any]) -> None:
        # Runs during garbage collection, perhaps while this very thread holds the lock, so it
        # takes none: a lost race only leaves a dead reference, which every reader skips.
        self.receivers = [c for c in self.receivers if c.receiver is not reference]


def _sender_reference(sender: Any) -> Any:
    try:
        return weakref.ref(sender)
    except TypeError:  # Strings, numbers and the like: kept for good.
        return lambda: sender


def _accepts_kwargs(receiver: Receiver) -> bool:
    if type(receiver) is FunctionType and not receiver.__dict__:  # It has no signature but its own.
        return bool(receiver.__code__.co_flags & CO_VARKEYWORDS)
    try:
        parameters = signature(receiver).parameters.values()
    except (TypeError, ValueError):  # Written in C, without a signature.
        return True
    return any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters)


def _call_all(receivers: list[Receiver], message: dict[str, Any], robust: bool) -> Responses:
    responses: Responses = []
    for receiver in receivers:
        try:
            responses.append((receiver, receiver(**message)))
        except Exception as error:
            if not robust:
                raise
            responses.append((receiver, _logged(receiver, error)))
    return responses


async def _await_all(receivers: list[Receiver], message: dict[str, Any], robust: bool) -> Responses:
    results = await asyncio.gather(
        *(receiver(**message) for receiver in receivers), return_exceptions=robust
    )
    return [
        (receiver, _logged(receiver, result) if isinstance(result, Exception) else result)
        for receiver, result in zip(receivers, results, strict=True)
    ]


def _logged(receiver: Receiver, error: Exception) -> Exception:
    name = getattr(receiver, "__qualname__", repr(receiver))
    logger = logging.getLogger("gingerdj.dispatch")
    logger.error("The signal's receiver %s raised %r.", name, error, exc_info=error)
    return error


def receiver(signal: Signal | Iterable[Signal], **kwargs: Any) -> Callable[[_F], _F]:
    """Connect the decorated function to a signal, or to each of several.

    Args:
        signal: the signal or signals.
        kwargs: passed on to `Signal.connect`.
    """
    signals = [signal] if isinstance(signal, Signal) else list(signal)

    def decorator(function: _F) -> _F:
        for each in signals:
            each.connect(function, **kwargs)
        return function

    return decorator
