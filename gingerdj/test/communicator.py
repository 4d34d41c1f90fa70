"""ASGI applications driven through their two queues, without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from asgiref.testing import ApplicationCommunicator

from gingerdj.test.utils import TEST_HOST
from gingerdj.utils.caseless import CaseInsensitiveMapping
from gingerdj.utils.json import GingerJSONEncoder
from gingerdj.websocket import WebSocketDisconnect

#: Seconds to wait for a message of the application.
TIMEOUT = 5.0


class WebSocketDenied(Exception):
    """The application refused the handshake.

    Args:
        status_code: the status of its response; 403 if it closed the connection instead.
        headers: the response's headers.
        content: the response's body.
    """

    def __init__(
        self,
        status_code: int = 403,
        headers: Iterable[tuple[bytes, bytes]] = (),
        content: bytes = b"",
    ) -> None:
        super().__init__(f"The WebSocket was denied with status {status_code}.")
        self.status_code = status_code
        self.headers = CaseInsensitiveMapping(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        )
        self.content = content


class LifespanFailed(Exception):
    """The application's start-up or shutdown failed; the message says why."""


class _Communicator:
    def __init__(self, application: Any, scope: dict[str, Any], timeout: float) -> None:
        self.scope = scope
        self.timeout = timeout
        self._queues: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def send_input(self, message: dict[str, Any]) -> None:
        """Put a message into the application's `receive()`.

        Raises:
            Exception: what the application has raised.
        """
        await self._queues.send_input(message)

    async def receive_output(self) -> dict[str, Any]:
        """Return the next message that the application sends.

        Raises:
            TimeoutError: there is none in time.
            RuntimeError: the application has ended.
            Exception: what the application has raised.
        """
        sent: asyncio.Queue[dict[str, Any]] = self._queues.output_queue
        application: asyncio.Future[Any] = self._queues.future
        message: asyncio.Future[Any] = asyncio.ensure_future(sent.get())
        await asyncio.wait(
            [message, application], timeout=self.timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if message.done():
            return message.result()  # type: ignore[no-any-return]
        message.cancel()
        if not application.done():
            raise TimeoutError(f"The application sent no message for {self.timeout} seconds.")
        if sent.empty():
            application.result()
            raise RuntimeError("The application has ended, and sends no message any more.")
        return sent.get_nowait()

    async def receive_nothing(self, timeout: float = 0.1) -> bool:  # noqa: ASYNC109 - waits it out
        """Return whether the application sends no message for so many seconds."""
        return await self._queues.receive_nothing(timeout)  # type: ignore[no-any-return]

    async def wait(self) -> None:
        """Wait for the application's end.

        Raises:
            TimeoutError: it does not end in time, and has been cancelled.
            Exception: what the application has raised.
        """
        await self._queues.wait(self.timeout)


class WebSocketCommunicator(_Communicator):
    """The client's end of a WebSocket, for any ASGI application.

    `async with` connects, and in the end disconnects and waits for the application's end.

    Args:
        application: the application.
        path: the path, with a query string if need be.
        headers: headers of the handshake.
        subprotocols: the subprotocols to offer.
        secure: whether the scheme is `wss`.
        timeout: the seconds to wait for a message of the application.
        scope: entries of the scope (ASGI WebSocket specification, "WebSocket Connection Scope").
    """

    def __init__(
        self,
        application: Any,
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        subprotocols: Sequence[str] = (),
        secure: bool = False,
        timeout: float = TIMEOUT,
        **scope: Any,
    ) -> None:
        parts = urlsplit(path)
        sent = {"host": TEST_HOST} | {name.lower(): text for name, text in (headers or {}).items()}
        handshake = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if secure else "ws",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.encode(), text.encode("latin-1")) for name, text in sent.items()],
            "client": ["127.0.0.1", 0],
            "server": [TEST_HOST, 443 if secure else 80],
            "subprotocols": list(subprotocols),
            "extensions": {"websocket.http.response": {}},
            **scope,
        }
        super().__init__(application, handshake, timeout)
        #: The subprotocol that the application accepted.
        self.subprotocol: str | None = None
        #: The headers that the application accepted with, as pairs of bytes.
        self.accept_headers: list[tuple[bytes, bytes]] = []
        self._end: tuple[int, str] | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.disconnect()

    async def connect(self) -> None:
        """Open the handshake.

        Raises:
            WebSocketDenied: the application refuses it.
        """
        await self.send_input({"type": "websocket.connect"})
        message = await self.receive_output()
        if message["type"] == "websocket.accept":
            self.subprotocol = message.get("subprotocol")
            self.accept_headers = [(name, value) for name, value in message.get("headers") or ()]
            return
        denied = WebSocketDenied()
        if message["type"] == "websocket.http.response.start":
            content = await self._response_body()
            denied = WebSocketDenied(message["status"], message.get("headers") or (), content)
        elif message["type"] != "websocket.close":
            raise ValueError(f"The application sent {message['type']!r} before it accepted.")
        self._end = 1006, ""
        await self.wait()
        raise denied

    async def _response_body(self) -> bytes:
        body = b""
        more_body = True
        while more_body:
            message = await self.receive_output()
            if message["type"] != "websocket.http.response.body":
                raise ValueError(f"The application sent {message['type']!r} amid a response.")
            body += message.get("body", b"")
            more_body = message.get("more_body", False)
        return body

    async def disconnect(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless the application has, and wait for the application's end.

        Args:
            code: the close code; 1006 stands for a connection that broke.
            reason: the close reason.
        """
        if self._end is None:
            self._end = code, reason
            await self.send_input({"type": "websocket.disconnect", "code": code, "reason": reason})
        await self.wait()

    async def send_text(self, text: str) -> None:
        """Send text to the application."""
        await self.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes to the application."""
        await self.send_input({"type": "websocket.receive", "bytes": data})

    async def send_json(self, data: Any) -> None:
        """Send data to the application as JSON, in text."""
        await self.send_text(json.dumps(data, cls=GingerJSONEncoder))

    async def receive(self) -> str | bytes:
        """Return the application's next message: text or bytes.

        Raises:
            WebSocketDisconnect: the connection has ended.
            TimeoutError: there is none in time.
        """
        if self._end is not None:
            raise WebSocketDisconnect(*self._end)
        message = await self.receive_output()
        if message["type"] == "websocket.close":
            self._end = message.get("code", 1000), message.get("reason") or ""
            # What servers tell the application of its own close.
            await self.send_input({"type": "websocket.disconnect", "code": self._end[0]})
            raise WebSocketDisconnect(*self._end)
        if message["type"] != "websocket.send":
            raise ValueError(f"The application sent {message['type']!r} after it accepted.")
        text: Any = message.get("text")
        data: Any = message.get("bytes")
        if (text is None) == (data is None):
            raise ValueError("A websocket.send message must hold either text or bytes.")
        return data if text is None else text  # type: ignore[no-any-return]

    async def receive_text(self) -> str:
        """Return the application's next message, which must be text; see `receive`."""
        message = await self.receive()
        if not isinstance(message, str):
            raise ValueError(f"The application sent {message!r}, which is not text.")
        return message

    async def receive_bytes(self) -> bytes:
        """Return the application's next message, which must be bytes; see `receive`."""
        message = await self.receive()
        if isinstance(message, str):
            raise ValueError(f"The application sent {message!r}, which is not bytes.")
        return message

    async def receive_json(self) -> Any:
        """Return what the application's next message says in JSON; see `receive`."""
        return json.loads(await self.receive())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str | bytes:
        """Return the application's next message; iteration ends with the connection."""
        try:
            return await self.receive()
        except WebSocketDisconnect:
            raise StopAsyncIteration from None


class LifespanCommunicator(_Communicator):
    """A server's start-up and shutdown, for any ASGI application.

    `async with` starts the application up, gives its state, and shuts it down in the end.

    Args:
        application: the application.
        timeout: the seconds to wait for the application.
        scope: entries of the scope (ASGI specification "Lifespan Protocol").
    """

    def __init__(self, application: Any, *, timeout: float = TIMEOUT, **scope: Any) -> None:
        #: What the application shares with its requests.
        self.state: dict[str, Any] = {}
        own = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
            **scope,
        }
        super().__init__(application, own, timeout)

    async def __aenter__(self) -> dict[str, Any]:
        await self.startup()
        return self.state

    async def __aexit__(self, *exc_info: object) -> None:
        await self.shutdown()

    async def startup(self) -> None:
        """Start the application up.

        Raises:
            LifespanFailed: it could not.
        """
        await self._ask("startup")

    async def shutdown(self) -> None:
        """Shut the application down, and wait for its end.

        Raises:
            LifespanFailed: it could not.
        """
        await self._ask("shutdown")
        await self.wait()

    async def _ask(self, phase: str) -> None:
        await self.send_input({"type": f"lifespan.{phase}"})
        message = await self.receive_output()
        if message["type"] == f"lifespan.{phase}.failed":
            raise LifespanFailed(message.get("message", ""))
        if message["type"] != f"lifespan.{phase}.complete":
            raise ValueError(f"The application sent {message['type']!r} at its {phase}.")
