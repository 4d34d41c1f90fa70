"""One request and its response over an ASGI server: what it holds, and how long it may take."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.handlers.pool import Lease
from gingerdj.core.signals import request_finished
from gingerdj.http.response import HttpResponse
from gingerdj.utils.asyncio import OfLoop
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.log import escape_for_log, request_logger

if TYPE_CHECKING:
    import http

    from gingerdj.core import exceptions
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    http = LazyModule("http")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# What an exchange is at, and the setting that limits how long it may be at it.
BODY = "REQUEST_BODY_TIMEOUT"  # It waits for a piece of the request's body.
VIEW = "RESPONSE_TIMEOUT"  # It makes the response.
STREAM = None  # It waits for the next piece of the response, however long that takes.
SEND = "SEND_TIMEOUT"  # It waits for the client to take a piece of the response.
OVER = ""  # It only closes what is open, which nothing interrupts.

# The answer to a client, by what took too long (RFC 9110, 15.5.9 and 15.6.4).
_STATUS = {BODY: 408, VIEW: 503}

# Seconds that an exchange may take, or up to twice as many, before it is worth a task of its own to
# watch the client.
_DELAY = 0.05
# Seconds between two looks at the time, at most.
_INTERVAL = 1.0


class Exchange(Lease):
    """A request and its response, while they last.

    Whoever makes one sets its scope and the server's callables, and what else it is to have: an
    `__init__` that did so would double what the whole of it takes.
    """

    scope: Scope
    receive: Receive
    send: Send
    phase: str | None = BODY
    #: Whether there is more of the request's body to receive, once its first piece is here.
    has_body = False
    disconnected = False
    #: Whether the response has begun, so that no other can take its place.
    has_begun = False
    #: How many pieces of the request's body have been received: by these a phase goes on.
    pieces = 0
    #: The message that the server is being given, which makes this the phase `SEND`.
    sending: Any = None
    #: What sends a stream, and where its pieces come from, if it waits for that: these two tell by
    #: themselves what they are at, so that it need not be noted for each piece.
    stream: tuple[Any, Any] | None = None
    #: A copy of the context in which it has begun.
    context: Context
    #: The task in which it runs; None outside of tasks.
    worker: asyncio.Task[Any] | None = None
    #: What looks after it, once it has lasted for a while.
    watch: Watch | None = None
    #: Those who are to be looked at with it, and its place among them; None if it is not in a list.
    peers: list[Exchange] | None = None
    place = 0

    __init__ = object.__init__

    def leave(self) -> Awaitable[None] | None:
        """Be looked at no more, for it is over; return what answers in its place, if that does.

        Raises:
            ValueError: the server has sent a message that does not belong where it came.
        """
        peers = self.peers
        if peers is not None and (last := peers.pop()) is not self:
            peers[self.place], last.place = last, self.place
        watch, self.watch = self.watch, None  # Each refers to the other.
        if watch is None:
            return None
        watch.end()
        if watch.error is not None:
            raise watch.error
        return watch.refusal

    def being_sent(self) -> Any:
        """Return what the server is being given, or what is awaited for that; None if nothing."""
        if self.stream is None:
            return self.sending
        sender, pieces = self.stream
        return None if pieces is not None and pieces.ag_running else sender.cr_await

    async def deliver(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            RequestAborted: the server says that the client has gone.
        """
        self.sending = message
        try:
            await self.send(message)
        except OSError as error:  # ASGI HTTP specification, "Disconnected Client".
            raise exceptions.RequestAborted from error
        self.sending = None


class CallingOnce(Exchange):
    """An exchange that is over for its thread with the call that makes the response.

    Unless that response is one of those that need a thread again, to be sent or closed.
    """

    def ends_with(self, outcome: Any) -> bool:
        return (
            isinstance(outcome, HttpResponse)
            and outcome.is_plain
            and not (request_finished.receivers and request_finished.may_wait())
        )


class Watch:
    """Looks after the client of an exchange, and after the time.

    Servers say that a client has gone only to those who wait for it in `receive()`; `send()` does
    not raise (ASGI HTTP specification, "Disconnect").

    Args:
        exchange: the exchange.
        loop: the event loop.
    """

    __slots__ = (
        "_ahead",
        "_exchange",
        "_listener",
        "_loop",
        "_phase",
        "_pieces",
        "_receive",
        "_sending",
        "_since",
        "_timer",
        "error",
        "has_ended_it",
        "refusal",
    )

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        #: Whether it has cancelled the exchange.
        self.has_ended_it = False
        #: What the server is told of a message that does not belong where it came.
        self.error: ValueError | None = None
        #: What answers in the exchange's place.
        self.refusal: asyncio.Task[None] | None = None
        self._exchange = exchange
        self._loop = loop
        self._listener: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[Any] | None = None
        self._phase, self._pieces = exchange.phase, exchange.pieces
        self._sending = exchange.being_sent()
        self._since = loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """See how far the exchange has come, and end it if that takes too long."""
        exchange, now = self._exchange, self._loop.time()
        if exchange.phase == BODY:
            pass  # A reader waits, and hears by itself.
        elif not exchange.has_body:
            if self._listener is None:
                self._listener = self._begin(self._listen())
        elif self._ahead is None:
            self._ahead = self._begin(self._receive_ahead())
            self._receive, exchange.receive = exchange.receive, partial(self._take, self._ahead)
        sending = exchange.being_sent()
        phase = exchange.phase if sending is None or exchange.phase == OVER else SEND
        if phase != self._phase or exchange.pieces != self._pieces or sending is not self._sending:
            self._phase, self._pieces, self._sending = phase, exchange.pieces, sending
            self._since = now
        limit = getattr(settings, phase) if phase else None
        if limit is None or now < self._since + limit:
            if limit is None or limit / 8 >= _INTERVAL:
                _residents[self._loop].add(exchange)
            else:
                self._timer = self._loop.call_later(limit / 8, self.look)
            return
        if phase in _STATUS and not exchange.has_begun:
            self.refusal = self._loop.create_task(_refuse(exchange.send, exchange))
        self._end_it()

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        # Without a name and a context given, each listener takes its own: most of its memory.
        context = self._exchange.context
        return self._loop.create_task(work, name="gingerdj-listener", context=context)

    async def _receive_ahead(self) -> Any:
        """Receive one message before anybody asks for it: it may be that the client has gone.

        One and no more, so that a client still sends no faster than it is read.
        """
        message = await self._receive()
        if message["type"] == "http.disconnect" and self._ahead is not None:  # Nobody waits for it.
            self._end_it()
        return message

    def _take(self, ahead: asyncio.Task[Any]) -> Awaitable[Any]:
        """Give a reader what is received ahead, and let it receive by itself from then on."""
        self._ahead = None
        self._exchange.receive = self._receive
        return ahead

    async def _listen(self) -> None:
        # Here and not in a callback of the task: before that, the work might send another message.
        kind = (await self._exchange.receive())["type"]
        if kind != "http.disconnect":
            self.error = ValueError(
                f"The server sent {kind!r} after the body, where http.disconnect alone belongs."
            )
        self._end_it()

    def _end_it(self) -> None:
        exchange = self._exchange
        exchange.disconnected = True
        if exchange.phase == OVER:
            return
        exchange.send = _refused  # Whatever the work makes of its cancellation.
        if exchange.worker is not None and not self.has_ended_it:
            self.has_ended_it = True
            exchange.worker.cancel()

    def end(self) -> None:
        """Look no more: the exchange is over."""
        exchange = self._exchange
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if self._ahead is not None:
            self._ahead.cancel()
            exchange.receive = self._receive
        if self.has_ended_it and exchange.worker is not None:
            exchange.worker.uncancel()


class Round:
    """The exchanges that are to be looked at next, on one event loop: one timer is for all.

    Most last for a moment only, and a timer of its own would cost more than all the rest.

    Args:
        loop: the event loop.
        interval: the seconds after which one is looked at, or up to twice as many.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, interval: float) -> None:
        self.loop = loop
        #: What knows in which thread the loop runs now (`_thread_id`); asyncio's own loops do.
        self.runner: Any = loop if hasattr(loop, "_thread_id") else _ANYWHERE
        #: Who has come last, which spares most of them a place among the others: they are over when
        #: the next one comes.  While there is no timer, `UNTIMED`.
        self.newest: Any = UNTIMED
        self._interval = interval
        self._latest: list[Exchange] = []
        self._earlier: list[Exchange] = []

    def displace(self, former: Any) -> None:
        """Take who was the newest until another came."""
        if former is UNTIMED:
            self._set_timer()
        else:
            self._enter(former)

    def add(self, exchange: Exchange) -> None:
        """Have an exchange looked at, once."""
        if self.newest is UNTIMED:
            self.newest = None
            self._set_timer()
        self._enter(exchange)

    def _enter(self, exchange: Exchange) -> None:
        exchange.peers = peers = self._latest
        exchange.place = len(peers)
        peers.append(exchange)

    def _set_timer(self) -> None:
        # In a context of its own: that of a request would keep the request.
        self.loop.call_later(self._interval, self._turn, context=Context())

    def _turn(self) -> None:
        if self.newest is not None:
            self._enter(self.newest)
        # Who is looked at may be added again: there is a timer for it.
        due, self._earlier, self._latest, self.newest = self._earlier, self._latest, [], None
        while due:
            exchange = due.pop()
            exchange.peers = None
            if exchange.watch is None:
                exchange.watch = Watch(exchange, self.loop)
            exchange.context.run(exchange.watch.look)
        if self._earlier or self._latest:
            self._set_timer()
        else:
            self.newest = UNTIMED


class _Anywhere:
    _thread_id = None


# Stands for a loop that does not say in which thread it runs.
_ANYWHERE = _Anywhere()

#: Stands for who has come last where nobody is waited for.
UNTIMED = object()

#: The exchanges that have no watch yet, by event loop.
newcomers = OfLoop(lambda loop: Round(loop, _DELAY))
_residents = OfLoop(lambda loop: Round(loop, _INTERVAL / 2))


async def _refuse(send: Send, exchange: Exchange) -> None:
    """Answer a client in the place of work that takes too long."""
    phase = str(exchange.phase)
    status = _STATUS[phase]
    phrase = http.HTTPStatus(status).phrase
    request_logger.log(
        logging.ERROR if status >= 500 else logging.WARNING,
        "%s after %s seconds (%s): %s",
        phrase,
        getattr(settings, phase),
        phase,
        escape_for_log(exchange.scope["path"]),
        extra={"status_code": status},
    )
    text = f"{status} {phrase}".encode()
    length = str(len(text)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length)]
    body = b"" if exchange.scope["method"].upper() == "HEAD" else text
    with suppress(OSError):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


async def _refused(message: dict[str, Any]) -> None:
    raise exceptions.RequestAborted
