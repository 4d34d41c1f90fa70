"""One request and its response over an ASGI server: what it holds, and how long it may take."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import Context, copy_context
from types import coroutine
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.pool import Lease
from gingerdj.core.signals import request_finished
from gingerdj.http.response import HttpResponse
from gingerdj.utils.asyncio import OfLoop
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.log import escape_for_log, request_logger

if TYPE_CHECKING:
    import http
else:
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

# Seconds that work may take, or up to twice as many, before it is worth a task of its own to watch
# the client.
_DELAY = 0.05
# Seconds between two looks at the time, at most.
_INTERVAL = 1.0


class Exchange(Lease):
    """A request and its response, while they last.

    Args:
        scope: the connection's scope.
        receive: the server's `receive`.
        send: the server's `send`.
    """

    phase: str | None = BODY
    #: Whether there is more of the request's body to receive.
    has_body = True
    disconnected = False
    #: Whether the response has begun, so that no other can take its place.
    has_begun = False
    #: How many pieces of the request's body have been received: by these a phase goes on.
    pieces = 0
    #: The message that the server is being given, which makes this the phase `SEND`.
    sending: Any = None
    #: What takes this out of the context again, while it is the context's lease.
    token: Any = None

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.pool = None  # Here, for what is read in each request is read faster so.

    async def deliver(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            RequestAborted: the server says that the client has gone.
        """
        self.sending = message
        try:
            await self.send(message)
        except OSError as error:  # ASGI HTTP specification, "Disconnected Client".
            raise RequestAborted from error
        self.sending = None


class CallingOnce(Exchange):
    """An exchange that is over for its thread with the call that makes the response.

    Unless that response is one of those that need a thread again, to be sent or closed.
    """

    def ends_with(self, outcome: Any) -> bool:
        return (
            (type(outcome) is HttpResponse or _is_whole(outcome))
            and outcome.is_plain
            and not (request_finished.receivers and request_finished.may_wait())
        )


def _is_whole(outcome: Any) -> bool:
    return isinstance(outcome, HttpResponse) and not hasattr(outcome, "render")


@coroutine
def watched(
    work: Coroutine[Any, Any, None], waits_for: Any, exchange: Exchange
) -> Generator[Any, Any, None]:
    """Run what is left of an exchange, and end it if the client goes or a time limit passes.

    Servers say that a client has gone only to those who wait for it in `receive()`; `send()` does
    not raise (ASGI HTTP specification, "Disconnect").

    Args:
        work: the exchange's coroutine, which has been started.
        waits_for: what it has yielded.
        exchange: the exchange.
    """
    watch = _Watch(exchange)
    try:
        while True:
            try:
                value = yield waits_for
            except BaseException as error:
                waits_for = None  # A future, perhaps, whose exception's traceback leads here.
                waits_for = work.throw(error)
            else:
                waits_for = work.send(value)
    except StopIteration:
        pass
    except asyncio.CancelledError:
        if not watch.has_ended_it:
            raise
    finally:
        watch.end()
    if watch.refusal is not None:
        yield from watch.refusal.__await__()


class _Watch:
    """Looks after the client, and after the time."""

    __slots__ = (
        "_exchange",
        "_listener",
        "_loop",
        "_phase",
        "_pieces",
        "_round",
        "_sending",
        "_since",
        "_timer",
        "_worker",
        "context",
        "has_ended_it",
        "refusal",
    )

    def __init__(self, exchange: Exchange) -> None:
        self.context = copy_context()
        self.has_ended_it = False
        self.refusal: asyncio.Task[None] | None = None
        self._exchange = exchange
        newcomers = _newcomers.get()
        self._loop = newcomers.loop
        self._worker = asyncio.current_task()
        self._listener: asyncio.Task[None] | None = None
        self._phase, self._pieces = exchange.phase, exchange.pieces
        self._sending = exchange.sending
        self._since = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._round = newcomers.add(self)

    def look(self) -> None:
        exchange, now = self._exchange, self._loop.time()
        if self._listener is None and not exchange.has_body:  # Its reader would hear by itself.
            # Without a name and a context given, each listener takes its own: most of its memory.
            self._listener = self._loop.create_task(
                self._listen(), name="gingerdj-listener", context=self.context
            )
        sending = exchange.sending
        phase = exchange.phase if sending is None or exchange.phase == OVER else SEND
        if phase != self._phase or exchange.pieces != self._pieces or sending is not self._sending:
            self._phase, self._pieces, self._sending = phase, exchange.pieces, sending
            self._since = now
        limit = getattr(settings, phase) if phase else None
        if limit is None or now < self._since + limit:
            if limit is None or limit / 8 >= _INTERVAL:
                self._round = _residents.get().add(self)
            else:
                self._timer = self._loop.call_later(limit / 8, self.look)
            return
        if phase in _STATUS and not exchange.has_begun:
            self.refusal = self._loop.create_task(_refuse(exchange.send, exchange))
        self._end_it()

    async def _listen(self) -> None:
        # Here and not in a callback of the task: before that, the work might send another message.
        while (await self._exchange.receive())["type"] != "http.disconnect":
            pass
        self._end_it()

    def _end_it(self) -> None:
        exchange = self._exchange
        exchange.disconnected = True
        if exchange.phase == OVER:
            return
        exchange.send = _refused  # Whatever the work makes of its cancellation.
        if self._worker is not None and not self.has_ended_it:
            self.has_ended_it = True
            self._worker.cancel()

    def end(self) -> None:
        self._round.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if self.has_ended_it and self._worker is not None:
            self._worker.uncancel()


class _Round:
    """Those who are to look next, on one event loop: one timer has all of them do so.

    Most work waits for a moment only, and a timer of its own would cost more than all the rest.

    Args:
        loop: the event loop.
        interval: the seconds after which one looks who has come, or up to twice as many.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, interval: float) -> None:
        self.loop = loop
        self._interval = interval
        self._latest: dict[_Watch, None] = {}
        self._earlier: dict[_Watch, None] = {}
        self._is_timed = False

    def add(self, watch: _Watch) -> dict[_Watch, None]:
        """Have it look, once; return what to take it out of if it ends before."""
        self._latest[watch] = None
        if not self._is_timed:
            self._is_timed = True
            self._set_timer()
        return self._latest

    def _pass(self) -> None:
        due, self._earlier, self._latest = self._earlier, self._latest, {}
        while due:
            watch, _ = due.popitem()
            watch.context.run(watch.look)
        if self._earlier or self._latest:
            self._set_timer()
        else:
            self._is_timed = False

    def _set_timer(self) -> None:
        # In a context of its own: that of a request would keep the request.
        self.loop.call_later(self._interval, self._pass, context=Context())


_newcomers = OfLoop(lambda loop: _Round(loop, _DELAY))
_residents = OfLoop(lambda loop: _Round(loop, _INTERVAL / 2))


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
    raise RequestAborted
