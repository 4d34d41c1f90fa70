"""What has arrived for a consumer, and the end of its connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from gingerdj.websocket.exceptions import BadMessage, WebSocketDisconnect

Receive = Callable[[], Awaitable[Any]]

# Bytes that may wait for the consumer before the server is asked for no more, so that the client
# must wait, too. Each message counts for some, however short it is.
_ROOM = 65_536
_LEAST_COST = 256

#: The close code of a connection whose end gave none (RFC 6455, 7.1.5).
NO_STATUS = 1005
#: The close code of a connection that broke, or never came about.
ABNORMAL = 1006


class Inbox:
    """Reads ahead of the consumer, so that the connection's end is seen while that is busy.

    Args:
        receive: the server's `receive`.
        limit: the most bytes of a message; None for no limit.
        on_end: what to call when the connection has ended.
    """

    def __init__(self, receive: Receive, limit: int | None, on_end: Callable[[], None]) -> None:
        self._receive = receive
        self._limit = limit
        self._on_end = on_end
        self._clock = asyncio.get_running_loop().time
        self._messages: deque[tuple[str | bytes, int]] = deque()
        self._cost = 0
        self._room = asyncio.Event()
        self._room.set()
        self._arrival: asyncio.Future[None] | None = None
        self._heard = self._clock()
        #: The close code and reason, once the connection has ended.
        self.end: tuple[int, str] | None = None

    @property
    def silence(self) -> float:
        """The seconds for which the client has said nothing, though it could have."""
        return self._clock() - self._heard if self._room.is_set() else 0.0

    async def fill(self) -> None:
        """Take messages from the server until the connection has ended.

        Raises:
            BadMessage: a message is longer than the limit.
            ValueError: the server sent a message that has no place here.
        """
        while self.end is None:
            message = await self._receive()
            self._heard = self._clock()
            kind = message["type"]
            if kind == "websocket.disconnect":
                # Servers leave out, or write as None, what the client did not say.
                self.finish(message.get("code") or NO_STATUS, message.get("reason") or "")
            elif kind != "websocket.receive":
                raise ValueError(f"The server sent {kind!r} where websocket.receive belongs.")
            elif self.end is None:
                self._put(_payload(message))
                if not self._room.is_set():
                    await self._room.wait()
                    self._heard = self._clock()

    def _put(self, data: str | bytes) -> None:
        size = len(data) if isinstance(data, bytes) or data.isascii() else len(data.encode())
        if self._limit is not None and size > self._limit:
            raise BadMessage(
                f"The message is longer than {self._limit} bytes (WEBSOCKET_MAX_MESSAGE_SIZE).",
                1009,
            )
        cost = max(size, _LEAST_COST)
        self._messages.append((data, cost))
        self._cost += cost
        if self._cost >= _ROOM:
            self._room.clear()
        self._wake()

    async def get(self) -> str | bytes:
        """Return the next message, when it is there.

        Raises:
            WebSocketDisconnect: the connection has ended, and every message has been taken.
            RuntimeError: another task waits for a message already.
        """
        while not self._messages:
            if self.end is not None:
                raise WebSocketDisconnect(*self.end)
            if self._arrival is not None:
                raise RuntimeError("Another task is receiving from this WebSocket already.")
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                await self._arrival
            finally:
                self._arrival = None
        data, cost = self._messages.popleft()
        self._cost -= cost
        if self._cost < _ROOM:
            self._room.set()
        return data

    def finish(self, code: int, reason: str) -> None:
        """Note that the connection has ended; only the first end counts."""
        if self.end is None:
            self.end = code, reason
            self._wake()
            self._on_end()

    def discard(self) -> None:
        """Drop what the consumer has not taken."""
        self._messages.clear()
        self._cost = 0
        self._room.set()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


def _payload(message: Any) -> str | bytes:
    text, data = message.get("text"), message.get("bytes")
    if (text is None) == (data is None):
        raise ValueError(
            "The server sent a websocket.receive message that must hold either text or bytes."
        )
    return data if text is None else text  # type: ignore[no-any-return]
