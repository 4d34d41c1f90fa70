"""Applications that are wrong on purpose, WebSocket, lifespan and extensions."""

from __future__ import annotations

import asyncio
import io
import json
import os
from contextlib import suppress
from typing import Any

from gingerdj.test.conformance.contract import ENDPOINTS, FILE, PREFIX
from gingerdj.test.conformance.driver import Message, Scope
from gingerdj.test.conformance.reference import (
    NONE,
    Headers,
    Receive,
    Reference,
    Request,
    Send,
    version,
)
from tests.gingerdj.test.conformance.mutants import breaks, sending

# WebSocket


@breaks(20)
class AcceptsAtOnce(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PREFIX + ENDPOINTS["socket-refuse"]:
            await super().websocket(scope, receive, send)
            return
        await send({"type": "websocket.close"})
        await receive()


@breaks(20)
class AcceptsTwice(Reference):
    async def socket_tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)
        await super().socket_tick(scope, receive, send)


class _Accepts(Reference):
    """Accepts in another way."""

    async def accept(
        self, scope: Scope, send: Send, subprotocol: str | None = None, headers: Headers = NONE
    ) -> None:
        message: Message = {"type": "websocket.accept", "subprotocol": subprotocol}
        await send(self.changed(message, scope, headers))

    def changed(self, message: Message, scope: Scope, headers: Headers) -> Message:
        raise NotImplementedError


def _offered(message: Message, scope: Scope) -> Message:
    offered = message["subprotocol"] in scope.get("subprotocols", ())
    return message if offered else message | {"subprotocol": None}


def _allowed(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0].lower() != b"sec-websocket-protocol"]


@breaks(21)
class AcceptsWithHeadersInAnyVersion(_Accepts):
    def changed(self, message: Message, scope: Scope, headers: Headers) -> Message:
        if "spec_version" in scope.get("asgi", {}):
            message["headers"] = _allowed(headers)
        return _offered(message, scope)


@breaks(21)
class AcceptsWithoutHeaders(_Accepts):
    def changed(self, message: Message, scope: Scope, headers: Headers) -> Message:
        return _offered(message, scope)


@breaks(21)
class AcceptsAnySubprotocol(_Accepts):
    def changed(self, message: Message, scope: Scope, headers: Headers) -> Message:
        new = version(scope) >= (2, 1)
        return message | {"headers": _allowed(headers)} if new else message


@breaks(21)
class SendsTheSubprotocolAsAHeader(_Accepts):
    def changed(self, message: Message, scope: Scope, headers: Headers) -> Message:
        new = version(scope) >= (2, 1)
        return _offered(message | {"headers": headers} if new else message, scope)


@breaks(22)
class TakesEmptyTextAsNone(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def changed() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not message.get("text"):
                return message | {"text": None, "bytes": message.get("bytes") or b""}
            return message

        await super().websocket(scope, changed, send)


@breaks(22)
class SendsBoth(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        def both(message: Message) -> Message:
            return message | {"bytes": b""} if message.get("text") == "a" else message

        await super().websocket(scope, receive, sending(send, both))


@breaks(23)
class ClosesAsGoingAway(Reference):
    async def close(self, scope: Scope, send: Send, code: int = 1000, reason: str = "") -> None:
        await super().close(scope, send, 1001 if code == 1000 else code, reason)


@breaks(23)
class ComparesVersionsAsText(Reference):
    async def close(self, scope: Scope, send: Send, code: int = 1000, reason: str = "") -> None:
        message: Message = {"type": "websocket.close", "code": code}
        if reason and scope["asgi"]["spec_version"] >= "2.3":
            message["reason"] = reason
        await send(message)


@breaks(23)
class NeedsAReason(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def changed() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return message | {"reason": str(message.get("reason"))}
            return message

        await super().websocket(scope, changed, send)


@breaks(24)
class AcceptsBeforeItCloses(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == PREFIX + ENDPOINTS["socket-refuse"]:
            await receive()
            await self.accept(scope, send)
            await self.close(scope, send)
        else:
            await super().websocket(scope, receive, send)


@breaks(24)
class ClosesTwice(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().websocket(scope, receive, send)
        if scope["path"] == PREFIX + ENDPOINTS["socket-refuse"]:
            await self.close(scope, send)


@breaks(25)
class TicksForEver(Reference):
    async def socket_tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)

        async def tick() -> None:
            while True:
                with suppress(OSError):
                    await send({"type": "websocket.send", "text": "tick"})
                await asyncio.sleep(0.01)

        self.ticking = asyncio.create_task(tick())
        while (await receive())["type"] != "websocket.disconnect":
            pass


@breaks(25)
class NeverHearsTheDisconnect(Reference):
    async def socket_tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)
        try:
            while True:
                await send({"type": "websocket.send", "text": "tick"})
                await asyncio.sleep(0.01)
        except OSError:
            self.journal["ticks stopped"] += 1

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().websocket(scope, receive, send)


@breaks(25)
class TakesTheDisconnectForAnError(Reference):
    async def socket_tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().socket_tick(scope, receive, send)
        raise RuntimeError("the client has gone")


@breaks(26)
class NeedsAScheme(Reference):
    async def socket_facts(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["scheme"]:
            await super().socket_facts(scope, receive, send)


@breaks(26)
class KnowsNoDefaults(Reference):
    async def socket_facts(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)
        names = ("scheme", "http_version", "subprotocols", "path")
        text = json.dumps({name: scope.get(name) for name in names})
        await send({"type": "websocket.send", "text": text})


# Lifespan


@breaks(27)
class AnswersBeforeItIsAsked(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._startup is None:
            await self.start_up(scope.get("state"))
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await super().lifespan(scope, receive, send)


@breaks(27)
class AnswersTwice(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def twice(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                await send(message)

        await super().lifespan(scope, receive, twice)


@breaks(27)
class FailsWithoutAMessage(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        def short(message: Message) -> Message:
            hangs = "Timeout" in message.get("message", "")
            return message if hangs else {"type": message["type"]}

        await super().lifespan(scope, receive, sending(send, short))


@breaks(27)
class RaisesInsteadOfFailing(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        def raised(message: Message) -> Message:
            if "RuntimeError" in message.get("message", ""):
                raise RuntimeError(message)
            return message

        await super().lifespan(scope, receive, sending(send, raised))


@breaks(28)
class NeverReturns(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().lifespan(scope, receive, send)
        await receive()


@breaks(28)
class AnswersBeforeItsWork(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().lifespan(scope, receive, self.hastily(send))

    def hastily(self, send: Send) -> Send:
        async def hasty(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                self.journal["shutdown"] -= 1
                await send(message)
                await asyncio.sleep(0.02)
                self.journal["shutdown"] += 1
            else:
                await send(message)

        return hasty


@breaks(29)
class StartsWithEachRequest(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._started.clear()
        await super().http(scope, receive, send)


@breaks(29)
class StartsOnAnotherLoop(Reference):
    done = False

    async def start_up(self, state: dict[str, Any] | None = None) -> None:
        if state is None and self.done:
            return
        if state is None:
            await super().start_up()
            return
        self.done = True
        state["conformance"] = "started"
        await asyncio.to_thread(asyncio.run, super().start_up())


@breaks(30)
class NeedsState(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" and "state" not in scope and "spec_version" in scope["asgi"]:
            scope = scope | {"state": None}
            await receive()
            message = "TypeError: 'NoneType' object does not support item assignment"
            await send({"type": "lifespan.startup.failed", "message": message})
            return
        await super().lifespan(scope, receive, send)


@breaks(30)
class WritesToTheSharedState(Reference):
    state: dict[str, Any] | None = None

    async def start_up(self, state: dict[str, Any] | None = None) -> None:
        await super().start_up(state)
        if state is not None:
            self.state = state

    async def show_state(self, request: Request, body: bytes) -> None:
        if self.state is not None:
            for name in request.query.get("write", ()):
                self.state[name] = "written"
        await request.json(self.state)


@breaks(31)
class NeedsLifespan(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if asyncio.get_running_loop() not in self._started:
            raise RuntimeError("there was no start-up")
        await super().http(scope, receive, send)


@breaks(31)
class StartsAfterTheFirstRequest(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        start_up, self.start_up = self.start_up, _nothing  # type: ignore[method-assign]
        await super().http(scope, receive, send)
        self.start_up = start_up  # type: ignore[method-assign]
        await self.start_up()


async def _nothing(state: dict[str, Any] | None = None) -> None:
    return


@breaks(32)
class WaitsForEver(Reference):
    async def start_up(self, state: dict[str, Any] | None = None) -> None:
        self._limit = 3600
        await super().start_up(state)


# Extensions


@breaks(33)
class ClosesAfterADenial(Reference):
    async def socket_deny(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().socket_deny(scope, receive, send)
        if scope.get("extensions"):
            await self.close(scope, send)


@breaks(33)
class DeniesUnasked(Reference):
    async def socket_deny(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = scope | {"extensions": {"websocket.http.response": {}}}
        await super().socket_deny(scope, receive, send)


class _Files(Reference):
    """Sends a file in another way."""

    extension = "http.response.pathsend"

    async def show_file(self, request: Request, body: bytes) -> None:
        head = request.scope["method"] == "HEAD"
        if head or self.extension not in request.extensions:
            await super().show_file(request, body)
        else:
            await self.send_file(request, str(FILE))

    async def send_file(self, request: Request, path: str) -> None:
        raise NotImplementedError


LENGTH = [(b"content-length", str(FILE.stat().st_size).encode())]


@breaks(34)
class SendsARelativePath(_Files):
    async def send_file(self, request: Request, path: str) -> None:
        await request.start(200, LENGTH)
        await request.send({"type": self.extension, "path": path.lstrip("/")})


@breaks(34)
class SendsPathAndBody(_Files):
    async def send_file(self, request: Request, path: str) -> None:
        await request.start(200, LENGTH)
        await request.send({"type": self.extension, "path": path})
        await request.finish()


@breaks(34)
class LeavesTheLengthToTheServer(_Files):
    async def send_file(self, request: Request, path: str) -> None:
        await request.start(200, [])
        await request.send({"type": self.extension, "path": path})


@breaks(34)
class SendsPathsUnasked(Reference):
    async def show_file(self, request: Request, body: bytes) -> None:
        if "http.response.zerocopysend" not in request.extensions:
            request.extensions = {"http.response.pathsend": {}}
        await super().show_file(request, body)


@breaks(35)
class SendsWhatHasNoDescriptor(_Files):
    extension = "http.response.zerocopysend"

    async def send_file(self, request: Request, path: str) -> None:
        await request.start(200, LENGTH)
        await request.send({"type": self.extension, "file": io.BytesIO(FILE.read_bytes())})


class _Descriptor:
    """A file that nobody closes but the garbage collector, silently."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)

    def fileno(self) -> int:
        return self._descriptor

    def __del__(self) -> None:
        os.close(self._descriptor)


@breaks(35)
class LeavesTheFileOpen(_Files):
    extension = "http.response.zerocopysend"

    async def send_file(self, request: Request, path: str) -> None:
        await request.start(200, LENGTH)
        await request.send({"type": self.extension, "file": _Descriptor(path)})


class _Trailers(Reference):
    """Sends trailers in another way."""

    async def show_trailers(self, request: Request, body: bytes) -> None:
        if "http.response.trailers" not in request.extensions:
            await super().show_trailers(request, body)
            return
        trailers = {"type": "http.response.trailers", "headers": [(b"x-checksum", b"7")]}
        await self.send_trailers(request, trailers)

    async def send_trailers(self, request: Request, trailers: Message) -> None:
        raise NotImplementedError


@breaks(36)
class DoesNotAnnounceTrailers(_Trailers):
    async def send_trailers(self, request: Request, trailers: Message) -> None:
        await request.start(200, [(b"trailer", b"x-checksum")])
        await request.finish(b"counted")
        await request.send(trailers)


@breaks(36)
class DoesNotNameTrailers(_Trailers):
    async def send_trailers(self, request: Request, trailers: Message) -> None:
        await request.start(200, [], trailers=True)
        await request.finish(b"counted")
        await request.send(trailers)


@breaks(36)
class SendsTrailersFirst(_Trailers):
    async def send_trailers(self, request: Request, trailers: Message) -> None:
        await request.start(200, [(b"trailer", b"x-checksum")], trailers=True)
        await request.send(trailers)
        await request.finish(b"counted")


@breaks(36)
class SendsTrailersUnasked(Reference):
    async def show_trailers(self, request: Request, body: bytes) -> None:
        request.extensions = {"http.response.trailers": {}}
        await super().show_trailers(request, body)


@breaks(37)
class HintsAfterTheEnd(Reference):
    async def show_hints(self, request: Request, body: bytes) -> None:
        await request.respond(b"hinted")
        if "http.response.early_hint" in request.extensions:
            links = [b"</style.css>; rel=preload"]
            await request.send({"type": "http.response.early_hint", "links": links})


@breaks(37)
class PushesBeforeTheStart(Reference):
    async def show_hints(self, request: Request, body: bytes) -> None:
        if "http.response.push" in request.extensions:
            push = {"type": "http.response.push", "path": "/style.css", "headers": []}
            await request.send(push)
        await request.respond(b"hinted")


@breaks(37)
class PushesAfterTheEnd(Reference):
    async def show_hints(self, request: Request, body: bytes) -> None:
        await request.respond(b"hinted")
        if "http.response.push" in request.extensions:
            push = {"type": "http.response.push", "path": "/style.css", "headers": []}
            await request.send(push)


@breaks(37)
class PushesUnasked(Reference):
    async def show_hints(self, request: Request, body: bytes) -> None:
        request.extensions = {"http.response.push": {}}
        await super().show_hints(request, body)


@breaks(38)
class NeedsTls(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        secure = scope.get("scheme") == "https" and scope["path"] == "/"
        if not secure or scope["extensions"]["tls"] is not None:
            await super().http(scope, receive, send)


@breaks(38)
class TakesTlsForTheScheme(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        scheme = "https" if "tls" in request.extensions else "http"
        return super().facts(request) | {"scheme": scheme}


class _Debugs(Reference):
    """Sends debug information with the page."""

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def debugged(message: Message) -> None:
            for each in self.order(message, "http.response.debug" in (scope["extensions"] or {})):
                await send(each)

        # The other points are broken by nothing but their own mistakes.
        asked = "extensions" in scope and scope["path"] == "/" and not scope.get("root_path")
        await super().http(scope, receive, debugged if asked else send)

    def order(self, message: Message, advertised: bool) -> list[Message]:
        raise NotImplementedError


def _debug() -> Message:
    return {"type": "http.response.debug", "info": {}}


@breaks(39)
class DebugsAfterTheStart(_Debugs):
    def order(self, message: Message, advertised: bool) -> list[Message]:
        start = message["type"] == "http.response.start"
        return [message, _debug()] if advertised and start else [message]


@breaks(39)
class DebugsTwice(_Debugs):
    def order(self, message: Message, advertised: bool) -> list[Message]:
        start = message["type"] == "http.response.start"
        return [_debug(), _debug(), message] if advertised and start else [message]


@breaks(39)
class DebugsUnasked(_Debugs):
    def order(self, message: Message, advertised: bool) -> list[Message]:
        return [_debug(), message] if message["type"] == "http.response.start" else [message]


@breaks(40)
class KnowsThreeVersionsOfHttp(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["http_version"] not in ("1.0", "1.1", "2"):
            raise ValueError(scope["http_version"])
        await super().http(scope, receive, send)


@breaks(40)
class CountsWithPorts(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        host, port = request.scope.get("server") or ("", 0)
        return super().facts(request) | {"server": [host, port + 0]}
