"""Calls an application as a server does, with a scope, `receive` and `send`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

__all__ = ["Application", "Connection", "Message", "NotConforming", "Response", "Scope"]

#: A message, to or from an application.
Message = dict[str, Any]
#: What a connection is about.
Scope = dict[str, Any]
#: What a server calls, with a scope, `receive` and `send`.
Application = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

_SHORT = 0.002


class NotConforming(AssertionError):
    """The application did not do in time what the specification asks of it."""


class Response:
    """What an application answered over HTTP.

    Args:
        messages: the messages that it sent, in order.
    """

    def __init__(self, messages: list[Message]) -> None:
        #: The messages that it sent, in order.
        self.messages = messages

    @property
    def start(self) -> Message:
        """The message that started the response."""
        for message in self.messages:
            if message.get("type") == "http.response.start":
                return message
        raise NotConforming(f"no response was started: {self.messages}")

    @property
    def status(self) -> int:
        """The status."""
        return int(self.start["status"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers, their names in lower case."""
        return [(bytes(name).lower(), bytes(value)) for name, value in self.start["headers"]]

    def header(self, name: bytes) -> bytes | None:
        """Return the header's first value, or None."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def body(self) -> bytes:
        """The body, its pieces joined."""
        return b"".join(
            bytes(message.get("body", b""))
            for message in self.messages
            if message["type"] == "http.response.body"
        )


class Connection:
    """One call of an application, from `async with` until it returns.

    Args:
        application: the application.
        scope: the scope, handed over as it is.
        deadline: seconds in which what must come has to come.
        patience: seconds of silence that show that nothing comes.
    """

    def __init__(
        self, application: Application, scope: Scope, *, deadline: float, patience: float
    ) -> None:
        #: The messages that the application has sent.
        self.sent: list[Message] = []
        #: How many calls of `send` have not returned.
        self.waiting = 0
        #: How many messages the application has taken.
        self.received = 0
        #: How many messages are let through before `send` waits for `release`; None: all.
        self.hold_after: int | None = None
        #: Whether `send` raises `OSError`, as after a disconnect.
        self.gone = False
        #: How many messages were refused so.
        self.refused = 0
        #: Called with each message while `send` runs.
        self.on_send: Callable[[Message], None] = lambda message: None
        self._application, self._scope = application, scope
        self._deadline, self._patience = deadline, patience
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._change = asyncio.Event()
        self._released = asyncio.Event()
        self._taken = 0

    async def __aenter__(self) -> Self:
        self._others = asyncio.all_tasks()
        self._task = asyncio.ensure_future(self._run())
        self._task.add_done_callback(self._done)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=self._deadline)

    def feed(self, *messages: Message) -> None:
        """Let the application receive messages."""
        for message in messages:
            self._inbox.put_nowait(message)

    def release(self) -> None:
        """Let through every message that is held, and those to come."""
        self._released.set()

    async def next(self) -> Message:
        """Return the next message that the application sent.

        Raises:
            NotConforming: it ended instead, or the deadline passed.
        """
        await self.until(lambda: len(self.sent) > self._taken or self._task.done(), "a message")
        if len(self.sent) == self._taken:
            raise NotConforming(f"the application ended ({self._error()!r}) where it should send")
        self._taken += 1
        return self.sent[self._taken - 1]

    async def startup(self) -> Message | None:
        """Send a lifespan call its first message.

        Returns:
            The answer, or None if the application raised, as those do that know no lifespan.

        Raises:
            NotConforming: it returned without an answer, or the deadline passed.
        """
        self.feed({"type": "lifespan.startup"})
        await self.until(lambda: bool(self.sent) or self.ended, "an answer to the start-up")
        if not self.sent and self._error() is None:
            raise NotConforming("the application returned without an answer to the start-up")
        return await self.next() if self.sent else None

    async def silence(self) -> None:
        """Wait for the time of patience.

        Raises:
            NotConforming: the application sent something.
        """
        await self.pause()
        if len(self.sent) > self._taken:
            raise NotConforming(f"the application sent {self.sent[self._taken]} too early")

    async def pause(self) -> None:
        """Wait for the time of patience, whatever the application does."""
        await asyncio.sleep(self._patience)

    @property
    def ended(self) -> bool:
        """Whether the application has returned."""
        return self._task.done()

    async def find(self, kind: str) -> Message:
        """Return the next message of a type, or whose type begins so, and skip those before it.

        Raises:
            NotConforming: the application ended instead, or the deadline passed.
        """
        while not (message := await self.next())["type"].startswith(kind):
            pass
        return message

    async def end(self) -> BaseException | None:
        """Wait for the application to return.

        Returns:
            The exception that it raised, or None.

        Raises:
            NotConforming: the deadline passed.
        """
        await self.until(self._task.done, "the end of the call")
        return self._error()

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition on this connection holds.

        Raises:
            NotConforming: the deadline passed; the message names what was waited for.
        """
        try:
            async with asyncio.timeout(self._deadline):
                while not condition():
                    self._change.clear()
                    await self._change.wait()
        except TimeoutError:
            raise NotConforming(f"no sign of {what} in {self._deadline} s") from None

    async def leftovers(self) -> set[asyncio.Task[Any]]:
        """Return the tasks that this call started and that did not end with it."""
        until = asyncio.get_running_loop().time() + self._patience
        while True:
            left = asyncio.all_tasks() - self._others - {self._task}
            if not left or asyncio.get_running_loop().time() > until:
                return left
            await asyncio.sleep(_SHORT)

    def _done(self, task: asyncio.Future[None]) -> None:
        self._error()  # Asyncio logs an error that nobody has asked for.
        self._change.set()

    def _error(self) -> BaseException | None:
        if not self._task.done():
            return None
        return asyncio.CancelledError() if self._task.cancelled() else self._task.exception()

    async def _run(self) -> None:
        await self._application(self._scope, self._receive, self._send)

    async def _receive(self) -> Message:
        message = await self._inbox.get()
        self.received += 1
        if message["type"] in ("http.disconnect", "websocket.disconnect"):
            self._inbox.put_nowait(message)  # Servers say so however often they are asked.
        self._change.set()
        return message

    async def _send(self, message: Message) -> None:
        self.waiting += 1
        self._change.set()
        try:
            if self.hold_after is not None and len(self.sent) >= self.hold_after:
                await self._released.wait()
            if self.gone:
                self.refused += 1
                raise OSError("The client has gone.")
            self.on_send(message)
            self.sent.append(message)
        finally:
            self.waiting -= 1
            self._change.set()
        await asyncio.sleep(0)
