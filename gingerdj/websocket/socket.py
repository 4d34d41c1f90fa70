"""The connection, as consumers see it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

from asgiref.sync import sync_to_async

from gingerdj.conf import settings
from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.exchange import Exchange
from gingerdj.core.handlers.sending import send_response
from gingerdj.http import HttpHeaders, HttpRequest, HttpResponseForbidden, QueryDict
from gingerdj.http.headers import checked, checked_name
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.json import GingerJSONEncoder
from gingerdj.websocket.exceptions import BadMessage, WebSocketDisconnect
from gingerdj.websocket.inbox import ABNORMAL, Inbox, Receive

logger = logging.getLogger("gingerdj.websocket")

Send = Callable[[dict[str, Any]], Awaitable[None]]

# What an endpoint may send (RFC 6455, 7.4.1 and 7.4.2; IANA's registry for 1012 to 1014).
_CLOSE_CODES = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)})
# What servers raise where the client has gone (ASGI WebSocket specification, "Disconnected
# Client"); Granian, as before version 2.4 of it nothing was said, the second (issue 922).
_GONE = (OSError, RuntimeError)
_MAX_REASON = 123  # Bytes: a control frame holds 125, of which the code takes two (5.5).


class WebSocket:
    """A WebSocket connection (RFC 6455; ASGI WebSocket specification).

    The handshake is an HTTP request, and `request` is that request: what it says of the client,
    the path and the headers holds here. Middleware does not run for it: middleware turns a
    request into a response and is done, while a consumer may run for days and has no response.
    The host and the origin are checked before the consumer runs.

    Args:
        request: the handshake.
        receive: the server's `receive`, after `websocket.connect`.
        send: the server's `send`.
        scope: the connection's scope.
        on_end: what to call when the connection has ended.
    """

    def __init__(
        self,
        request: HttpRequest,
        receive: Receive,
        send: Send,
        scope: Mapping[str, Any],
        on_end: Callable[[], None],
    ) -> None:
        self.request = request
        self.scope = scope
        self._receive = receive
        self._send = send
        self._inbox = Inbox(receive, settings.WEBSOCKET_MAX_MESSAGE_SIZE, on_end)
        self._accepted = False
        self._clock = asyncio.get_running_loop().time
        self._spoke = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None
        self._sending = asyncio.Lock()
        # Unset only while some task sends the close: the consumer may end before that is done.
        self._said_goodbye = asyncio.Event()
        self._said_goodbye.set()
        #: The subprotocol that was accepted.
        self.subprotocol: str | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.request.get_full_path()!r}>"

    @property
    def path(self) -> str:
        """The path, with the prefix at which the site is mounted."""
        return self.request.path

    @property
    def headers(self) -> HttpHeaders:
        """The headers of the handshake, found whatever their case."""
        return self.request.headers

    @property
    def GET(self) -> QueryDict:  # noqa: N802 - Django's name
        """The fields of the query string."""
        return self.request.GET

    @property
    def COOKIES(self) -> dict[str, str]:  # noqa: N802 - Django's name
        """The cookies."""
        return self.request.COOKIES

    @property
    def META(self) -> dict[str, Any]:  # noqa: N802 - Django's name
        """The handshake's facts under CGI's names (RFC 3875, 4.1)."""
        return self.request.META

    @property
    def resolver_match(self) -> Any:
        """The `ResolverMatch` of the consumer."""
        return self.request.resolver_match

    @property
    def state(self) -> dict[str, Any]:
        """What the hooks of `LIFESPAN` have yielded, in a copy of this connection's own."""
        return self.request.state

    def get_host(self) -> str:
        """Return the host that the client asked for, with its port if it named one."""
        return self.request.get_host()

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the client offers, those that it prefers first."""
        return list(self.scope.get("subprotocols") or ())

    @property
    def accepted(self) -> bool:
        """Whether the connection has been accepted; it may have ended since."""
        return self._accepted

    @property
    def closed(self) -> bool:
        """Whether the connection has ended, or was refused."""
        return self._inbox.end is not None

    @property
    def close_code(self) -> int | None:
        """The code with which the connection has ended; None before that."""
        return self._inbox.end[0] if self._inbox.end else None

    @property
    def close_reason(self) -> str:
        """The reason with which the connection has ended; empty if there is none."""
        return self._inbox.end[1] if self._inbox.end else ""

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Complete the handshake.

        Args:
            subprotocol: one of those that the client offers, in `subprotocols`.
            headers: headers of the response, such as `Set-Cookie`; they are left out, and a
                warning is logged, where the server's version of the specification has none
                (before 2.1, as under Daphne).

        Raises:
            ValueError: the client did not offer the subprotocol, or the headers name it.
            gingerdj.http.BadHeaderError: a header holds a line break.
            RuntimeError: the connection has been accepted already.
            WebSocketDisconnect: the connection has ended.
        """
        if self._accepted:
            raise RuntimeError("This WebSocket has been accepted already.")
        if subprotocol is not None and subprotocol not in self.subprotocols:
            offered = ", ".join(map(repr, self.subprotocols)) or "none"
            raise ValueError(
                f"The client did not offer the subprotocol {subprotocol!r}, but {offered}: accept "
                f"one of WebSocket.subprotocols, or none."
            )
        message: dict[str, Any] = {"type": "websocket.accept", "subprotocol": subprotocol}
        raw = _raw_headers(headers)
        if self._spec_version >= (2, 1):
            message["headers"] = raw
        elif raw:
            logger.warning(
                "The server has no way to accept a WebSocket with headers (ASGI WebSocket "
                "specification before 2.1): %s",
                ", ".join(name.decode() for name, _ in raw),
            )
        await self._deliver(message)
        self._accepted = True
        self._spoke = self._clock()
        self.subprotocol = subprotocol
        if settings.WEBSOCKET_IDLE_TIMEOUT is not None:
            self._start(self._watch_silence(settings.WEBSOCKET_IDLE_TIMEOUT))

    async def deny(self, response: HttpResponseBase | None = None) -> None:
        """Refuse the handshake with a response, 403 by default.

        Servers that cannot send one (ASGI extension `websocket.http.response`) answer 403.
        Nothing happens if the connection has ended already.

        Raises:
            RuntimeError: the connection has been accepted.
        """
        if self._accepted:
            raise RuntimeError("This WebSocket has been accepted already: close it instead.")
        if "websocket.http.response" not in (self.scope.get("extensions") or {}):
            await self.close()
            return
        if self.closed:
            return

        async def send(message: dict[str, Any]) -> None:
            await self._transmit({**message, "type": f"websocket.{message['type']}"})

        response = HttpResponseForbidden() if response is None else response
        self._inbox.finish(ABNORMAL, "")
        with suppress(RequestAborted):
            exchange = Exchange()
            exchange.scope, exchange.receive, exchange.send = dict(self.scope), self._receive, send
            await send_response(response, exchange, "GET")
        if response.must_close:
            await sync_to_async(response.close)()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection; refuse it with 403 if it has not been accepted.

        Nothing happens if it has ended already. Messages that wait for the consumer are dropped.

        Args:
            code: the close code: 1000 to 1003, 1007 to 1014, or one of one's own, from 3000 to
                4999 (RFC 6455, 7.4). Where the server refuses those from 1001 to 2999, as Daphne
                does, 3000 is added: 1011 is sent as 4011.
            reason: the close reason, in at most 123 bytes; left out where the server's version
                of the specification has none (before 2.3).

        Raises:
            ValueError: the code must not be sent, or the reason is too long.
        """
        if code not in _CLOSE_CODES:
            raise ValueError(
                f"The close code {code} may not be sent (RFC 6455, 7.4): use 1000, 1001 or another "
                f"from the registry, or one of your own from 3000 to 4999."
            )
        if len(reason.encode()) > _MAX_REASON:
            raise ValueError(f"The close reason is longer than {_MAX_REASON} bytes: {reason!r}")
        if self.closed:
            await self._said_goodbye.wait()
            return
        message = {"type": "websocket.close", "code": code}
        if self._spec_version >= (2, 3):
            message["reason"] = reason
        # What other tasks send from now on would come after the close.
        self._said_goodbye.clear()
        self._inbox.discard()
        self._inbox.finish(code, reason)
        try:
            self._stop_reading()
            await self._send_close(message)
        finally:
            self._said_goodbye.set()

    async def receive(self) -> str | bytes:
        """Return the client's next message: text or bytes.

        Raises:
            WebSocketDisconnect: the connection has ended.
            RuntimeError: the connection has not been accepted, or another task is receiving.
        """
        self._need_accept("receive")
        return await self._inbox.get()

    async def receive_text(self) -> str:
        """Return the client's next message, which must be text.

        Raises:
            BadMessage: it is bytes.
            Exception: those that `receive` raises.
        """
        message = await self.receive()
        if not isinstance(message, str):
            raise BadMessage("The message is binary, where text is expected.", 1003)
        return message

    async def receive_bytes(self) -> bytes:
        """Return the client's next message, which must be bytes.

        Raises:
            BadMessage: it is text.
            Exception: those that `receive` raises.
        """
        message = await self.receive()
        if isinstance(message, str):
            raise BadMessage("The message is text, where binary data is expected.", 1003)
        return message

    async def receive_json(self) -> Any:
        """Return what the client's next message, text or bytes, says in JSON.

        Raises:
            BadMessage: it is not JSON.
            Exception: those that `receive` raises.
        """
        message = await self.receive()
        try:
            return json.loads(message)
        except (ValueError, RecursionError) as error:
            raise BadMessage(f"The message is not JSON: {error}", 1007) from error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str | bytes:
        """Return the client's next message; iteration ends with the connection."""
        try:
            return await self.receive()
        except WebSocketDisconnect:
            raise StopAsyncIteration from None

    async def send_text(self, text: str) -> None:
        """Send text.

        Raises:
            TypeError: it is not a string.
            RuntimeError: the connection has not been accepted.
            WebSocketDisconnect: the connection has ended.
        """
        if not isinstance(text, str):
            raise TypeError(f"send_text() takes a str, not {type(text).__name__}.")
        await self._say({"type": "websocket.send", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            TypeError: they are a string.
            Exception: those that `send_text` raises.
        """
        await self._say({"type": "websocket.send", "bytes": bytes(memoryview(data))})

    async def send_json(
        self, data: Any, *, encoder: type[json.JSONEncoder] = GingerJSONEncoder
    ) -> None:
        """Send data as JSON, in text.

        Args:
            data: what `encoder` can encode.
            encoder: the encoder.

        Raises:
            TypeError: the data cannot be encoded.
            Exception: those that `send_text` raises.
        """
        await self.send_text(json.dumps(data, cls=encoder))

    def start_heartbeat(self, message: str | bytes, interval: float = 20.0) -> None:
        """Send a message whenever nothing else has been sent for a while, until the end.

        Pings are the server's business: ASGI has none. A heartbeat is a message like any other,
        so the client's code sees it, can tell from its absence that the connection is dead, and
        can answer it, which `WEBSOCKET_IDLE_TIMEOUT` then counts as a sign of life.

        Args:
            message: the message, which the client's code must know.
            interval: the seconds of silence before it is sent.

        Raises:
            RuntimeError: the connection has not been accepted.
        """
        self._need_accept("start a heartbeat")
        self._start(self._beat(message, interval))

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Listen to the client meanwhile; raise what is wrong with the server's messages."""
        reader = self._reader = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            for task in (reader, *self._tasks):
                task.cancel()
            await asyncio.wait([reader, *self._tasks])
            if not reader.cancelled():
                reader.result()

    async def _listen(self) -> None:
        try:
            await self._inbox.fill()
        except BadMessage as error:
            await self.close(error.code, str(error))
        finally:
            self._inbox.finish(ABNORMAL, "")

    async def _watch_silence(self, limit: float) -> None:
        while True:
            left = limit - self._inbox.silence
            if left <= 0:
                break
            await asyncio.sleep(left)
        await self.close(1001, "idle")

    async def _beat(self, message: str | bytes, interval: float) -> None:
        send: Any = self.send_text if isinstance(message, str) else self.send_bytes
        with suppress(WebSocketDisconnect):
            while True:
                await asyncio.sleep(self._spoke + interval - self._clock())
                if self._clock() - self._spoke >= interval:
                    await send(message)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _spec_version(self) -> tuple[int, ...]:
        version = (self.scope.get("asgi") or {}).get("spec_version") or "2.0"
        return tuple(int(part) for part in version.split("."))

    def _need_accept(self, verb: str) -> None:
        if not self._accepted and not self.closed:
            raise RuntimeError(f"A WebSocket must be accepted before it can {verb}.")

    async def _transmit(self, message: dict[str, Any]) -> None:
        # Two sends at once freeze Granian (issue 862).
        async with self._sending:
            await self._send(message)

    def _stop_reading(self) -> None:
        # Granian sends no close while somebody waits in receive().
        if self._reader is not None and self._reader is not asyncio.current_task():
            self._reader.cancel()

    async def _send_close(self, message: dict[str, Any]) -> None:
        try:
            await self._transmit(message)
        except _GONE:
            return
        except Exception:
            code = message["code"]
            if not 1000 < code < 3000:
                raise
            with suppress(*_GONE):
                await self._transmit({**message, "code": code + 3000})

    async def _say(self, message: dict[str, Any]) -> None:
        self._need_accept("send")
        await self._deliver(message)
        self._spoke = self._clock()

    async def _deliver(self, message: dict[str, Any]) -> None:
        if self._inbox.end is not None:
            raise WebSocketDisconnect(*self._inbox.end)
        try:
            await self._transmit(message)
        except _GONE as error:
            self._inbox.finish(ABNORMAL, "")
            raise WebSocketDisconnect(ABNORMAL) from error


def _raw_headers(
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
) -> list[tuple[bytes, bytes]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    raw = [
        (checked_name(name).lower().encode("ascii"), checked(value).encode("latin-1"))
        for name, value in pairs
    ]
    if any(name == b"sec-websocket-protocol" for name, _ in raw):
        raise ValueError(
            "Sec-WebSocket-Protocol is no header to accept a WebSocket with: give accept() the "
            "subprotocol itself."
        )
    return raw
