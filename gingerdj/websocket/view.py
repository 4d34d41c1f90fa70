"""Consumers that are classes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from gingerdj.websocket.exceptions import WebSocketDisconnect
from gingerdj.websocket.socket import WebSocket


class WebSocketView:
    """A consumer with a method for each event; each connection has an instance of its own.

    `socket` is the connection; `args` and `kwargs` are the path's values.

    Args:
        kwargs: attributes of the instance.
    """

    #: The subprotocols that the consumer speaks, those that it prefers first.
    subprotocols: ClassVar[Sequence[str]] = ()
    socket: WebSocket
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        for name, value in kwargs.items():
            setattr(self, name, value)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Awaitable[None]]:
        """Return a consumer that makes an instance for each connection.

        Args:
            initkwargs: attributes of the class to set on each instance.

        Raises:
            TypeError: the class has no such attribute.
        """
        for key in initkwargs:
            if not hasattr(cls, key):
                raise TypeError(f"{cls.__name__}.as_view() was given {key!r}, which it has not.")

        async def consumer(socket: WebSocket, *args: Any, **kwargs: Any) -> None:
            self = cls(**initkwargs)
            self.socket, self.args, self.kwargs = socket, args, kwargs
            await self.dispatch()

        consumer.view_class = cls  # type: ignore[attr-defined]
        consumer.__doc__ = cls.__doc__
        consumer.__module__ = cls.__module__
        consumer.__qualname__ = cls.__qualname__
        return consumer

    async def dispatch(self) -> None:
        """Call the methods, from the first event to the last."""
        await self.on_connect()
        if not self.socket.accepted:
            return
        code, reason = 1011, ""
        try:
            async for message in self.socket:
                await self.on_receive(message)
            code, reason = self.socket.close_code or code, self.socket.close_reason
        except WebSocketDisconnect as end:
            code, reason = end.code, end.reason
            raise
        finally:
            await self.on_disconnect(code, reason)

    async def on_connect(self) -> None:
        """Accept the connection, with the first of `subprotocols` that the client offers.

        A connection that is not accepted here is refused.
        """
        offered = self.socket.subprotocols
        await self.socket.accept(
            next((each for each in self.subprotocols if each in offered), None)
        )

    async def on_receive(self, message: str | bytes) -> None:
        """Take a message of the client; by default it is dropped."""

    async def on_disconnect(self, code: int, reason: str) -> None:
        """Clean up after a connection that was accepted.

        Args:
            code: the close code (RFC 6455, 7.4); 1011 after an exception.
            reason: the close reason; empty if there is none.
        """
