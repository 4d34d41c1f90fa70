"""Applications that are wrong on purpose, general and HTTP: each breaks one point."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from http import HTTPStatus
from typing import Any

from gingerdj.test.conformance.driver import Message, Scope
from gingerdj.test.conformance.reference import (
    Receive,
    Reference,
    Request,
    Send,
)

MUTANTS: dict[type[Reference], int] = {}
"""The mutants, with the point that each breaks."""


def breaks(point: int) -> Callable[[type[Reference]], type[Reference]]:
    def add(mutant: type[Reference]) -> type[Reference]:
        MUTANTS[mutant] = point
        return mutant

    return add


def sending(send: Send, change: Callable[[Message], Message]) -> Send:
    """Return a `send` that changes messages first."""

    async def changed(message: Message) -> None:
        await send(change(message))

    return changed


def receiving(receive: Receive, change: Callable[[Message], Message]) -> Receive:
    """Return a `receive` that changes messages."""

    async def changed() -> Message:
        return change(await receive())

    return changed


# General


@breaks(1)
class TakesUnknownScopes(Reference):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket", "lifespan"):
            await super().__call__(scope, receive, send)


@breaks(2)
class TakesUnknownEvents(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def known(message: Message) -> Message:
            return {"type": "http.request"} if "surprise" in message["type"] else message

        await super().http(scope, receiving(receive, known), send)


@breaks(2)
class RefusesExtraKeys(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def checked(message: Message) -> Message:
            if set(message) - {"type", "body", "more_body"}:
                raise ValueError(message)
            return message

        await super().http(scope, receiving(receive, checked), send)


@breaks(3)
class NeedsVersions(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["asgi"]["version"]:
            await super().http(scope, receive, send)


@breaks(3)
class NeedsVersionsInLifespan(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["asgi"]["spec_version"]:
            await super().lifespan(scope, receive, send)


@breaks(3)
class TakesMissingVersionsAsTheNewest(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "spec_version" not in scope["asgi"]:
            scope = scope | {"asgi": {"version": "3.0", "spec_version": "2.5"}}
        await super().websocket(scope, receive, send)


@breaks(4)
class ChangesThePath(Reference):
    def below(self, scope: Scope) -> str:
        scope["path_info"] = super().below(scope)
        return str(scope["path_info"])


@breaks(4)
class ChangesTheLifespanScope(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await super().lifespan(scope, receive, send)


@breaks(5)
class SendsEnumerations(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def enumerated(message: Message) -> Message:
            if "status" not in message:
                return message
            return message | {"status": HTTPStatus(message["status"])}

        await super().http(scope, receive, sending(send, enumerated))


@breaks(5)
class SendsByteArrays(Reference):
    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        def array(message: Message) -> Message:
            return (
                message | {"bytes": bytearray(message["bytes"])} if "bytes" in message else message
            )

        await super().websocket(scope, receive, sending(send, array))


@breaks(5)
class SendsWordsInLifespan(Reference):
    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        def worded(message: Message) -> Message:
            return message | {"at": object()} if "shutdown" in message["type"] else message

        await super().lifespan(scope, receive, sending(send, worded))


@breaks(6)
class BlocksTheLoop(Reference):
    async def show_work(self, request: Request, body: bytes) -> None:
        await request.respond(self.work())


# HTTP


@breaks(7)
class NeedsRawPath(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["raw_path"]:
            await super().http(scope, receive, send)


@breaks(7)
class TakesHttpsAsTheDefault(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        return super().facts(request) | {"scheme": request.scope.get("scheme", "https")}


@breaks(8)
class NeedsAListOfHeaders(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["headers"][0]:
            await super().http(scope, receive, send)


@breaks(8)
class LosesDuplicates(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        headers = {
            name.decode().lower(): value.decode() for name, value in request.scope["headers"]
        }
        return super().facts(request) | {"headers": headers}


@breaks(9)
class JoinsCookiesWithCommas(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        facts = super().facts(request)
        pairs = [pair.split("=", 1) for pair in facts["headers"].get("cookie", "").split("; ")]
        return facts | {"cookies": {pair[0]: pair[1] for pair in pairs if len(pair) == 2}}


@breaks(9)
class JoinsSetCookies(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def joined(message: Message) -> Message:
            headers = message.get("headers", ())
            cookies = [value for name, value in headers if name == b"set-cookie"]
            if not cookies:
                return message
            others = [pair for pair in headers if pair[0] != b"set-cookie"]
            return message | {"headers": [*others, (b"set-cookie", b", ".join(cookies))]}

        await super().http(scope, receive, sending(send, joined))


@breaks(10)
class RunsTheViewAtOnce(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/echo/") and "content-length" not in str(scope["headers"]):
            self.journal["echo"] += 1
        await super().http(scope, receive, send)


@breaks(10)
class StartsAtOnce(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/":
            await super().http(scope, receive, send)
            return
        request = Request(scope | {"query_string": b""}, receive, send)
        if (scope["method"], scope["http_version"]) != ("GET", "1.1") or scope.get("root_path"):
            await super().http(scope, receive, send)
            return
        await request.start(404, [(b"content-length", b"0")])
        await request.body()
        await request.finish()


@breaks(11)
class TakesAnEmptyChunkAsTheEnd(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def ended(message: Message) -> Message:
            return message if message.get("body", b"-") else message | {"more_body": False}

        await super().http(scope, receiving(receive, ended), send)


@breaks(11)
class KeepsTheLastChunk(Reference):
    async def show_echo(self, request: Request, body: bytes) -> None:
        await super().show_echo(request, body[-1:] if body == b"whole" else body)


@breaks(12)
class AnswersHalfARequest(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = True

        def ended(message: Message) -> Message:
            nonlocal first
            if message["type"] == "http.disconnect" and not first:
                return {"type": "http.request"}
            first = False
            return message

        if "/echo/" in scope["path"]:
            receive = receiving(receive, ended)
        await super().http(scope, receive, send)


@breaks(12)
class LeavesATaskBehind(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def noted(message: Message) -> Message:
            if message["type"] == "http.disconnect" and scope["method"] == "POST":
                self.task = asyncio.create_task(asyncio.sleep(60))
            return message

        await super().http(scope, receiving(receive, noted), send)


@breaks(13)
class StartsTwice(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await super().http(scope, receive, send)


@breaks(13)
class FinishesTwice(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().http(scope, receive, send)
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.body"})


@breaks(13)
class LeavesEmptyStreamsOpen(Reference):
    async def show_stream(self, request: Request, body: bytes) -> None:
        if request.first("pieces", "3") == "0":
            await request.start(200, [])
        else:
            await super().show_stream(request, body)


@breaks(14)
class KeepsTheCaseOfHeaders(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def titled(message: Message) -> Message:
            if message["type"] != "http.response.start":
                return message
            pairs = [(name.title(), value) for name, value in message["headers"]]
            return message | {"headers": pairs}

        await super().http(scope, receive, sending(send, titled))


class _ChecksLess(Reference):
    """Answers with whatever headers it is given, but for those with certain bytes."""

    refused = b""

    async def show_answer(self, request: Request, body: bytes) -> None:
        for text in request.query.get("header", ()):
            name, value = text[: text.index(":", 1)], text[text.index(":", 1) + 1 :]
            pair = (name.encode(), value.encode())
            if not set(pair[0] + pair[1]) & set(self.refused):
                await request.send(
                    {"type": "http.response.start", "status": 200, "headers": [pair]}
                )
                await request.finish()
                return
        await super().show_answer(request, body)


@breaks(14)
class SendsLineBreaks(_ChecksLess):
    async def show_answer(self, request: Request, body: bytes) -> None:
        if "X-Upper-Case" in str(request.query):
            await Reference.show_answer(self, request, body)
        else:
            await super().show_answer(request, body)


@breaks(14)
class SendsNull(SendsLineBreaks):
    refused = b"\r\n"


@breaks(14)
class SendsPseudoHeaders(SendsLineBreaks):
    refused = b"\r\n\0"


@breaks(15)
class CountsCharacters(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def miscounted(message: Message) -> Message:
            if message["type"] != "http.response.start" or message["status"] != 404:
                return message
            return message | {"headers": [(b"content-length", b"1")]}

        await super().http(scope, receive, sending(send, miscounted))


class _Answers(Reference):
    """Writes an answer by itself."""

    async def show_answer(self, request: Request, body: bytes) -> None:
        if request.first("header", "") or request.first("cookie", ""):
            await super().show_answer(request, body)
            return
        status, content = int(request.first("status", "200")), request.first("body", "").encode()
        await self.write(request, status, content, request.scope["method"] == "HEAD")

    async def write(self, request: Request, status: int, content: bytes, head: bool) -> None:
        raise NotImplementedError


@breaks(15)
class GivesHeadABody(_Answers):
    async def write(self, request: Request, status: int, content: bytes, head: bool) -> None:
        if status in (204, 304):
            await request.respond(content, status)
        else:
            await request.start(status, [(b"content-length", str(len(content)).encode())])
            await request.piece(content, more_body=False)


@breaks(15)
class GivesNotModifiedABody(_Answers):
    async def write(self, request: Request, status: int, content: bytes, head: bool) -> None:
        if status == 304:
            await request.start(status, [])
            await request.finish(content)
        else:
            await request.respond(content, status)


@breaks(15)
class CountsNothing(_Answers):
    async def write(self, request: Request, status: int, content: bytes, head: bool) -> None:
        if status == 204:
            await request.start(status, [(b"content-length", b"0")])
            await request.finish()
        else:
            await request.respond(content, status)


class _Streams(Reference):
    """Streams in another way."""

    async def show_stream(self, request: Request, body: bytes) -> None:
        count = int(request.first("pieces", "3"))
        await request.start(200, [])
        if request.scope["method"] != "HEAD":
            async with aclosing(self.pieces(count)) as pieces:
                await self.stream(request, pieces)
        await request.finish()

    async def stream(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> None:
        raise NotImplementedError


@breaks(16)
class SendsTwoAtOnce(_Streams):
    async def stream(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> None:
        under_way: list[asyncio.Task[None]] = []
        async for piece in pieces:
            under_way.append(asyncio.create_task(request.piece(piece, more_body=True)))
            if len(under_way) == 2:
                await self.settle(under_way)
        await self.settle(under_way)

    async def settle(self, under_way: list[asyncio.Task[None]]) -> None:
        outcomes = await asyncio.gather(*under_way, return_exceptions=True)
        under_way.clear()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


@breaks(16)
class QueuesWithoutLimit(_Streams):
    async def stream(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> None:
        for piece in [piece async for piece in pieces]:
            await request.piece(piece, more_body=True)


@breaks(17)
class SendsOnAfterAnError(_Streams):
    async def stream(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> None:
        async for piece in pieces:
            with suppress(OSError):
                await request.piece(piece, more_body=True)


@breaks(17)
class HidesTheDisconnect(_Streams):
    async def stream(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> None:
        async for piece in pieces:
            try:
                await request.piece(piece, more_body=True)
            except OSError as error:
                raise RuntimeError("could not send") from error


@breaks(17)
class NeverListens(Reference):
    async def show_wait(self, request: Request, body: bytes) -> None:
        self.journal["wait started"] += 1
        await asyncio.Event().wait()


@breaks(18)
class StripsAnyPrefix(Reference):
    def below(self, scope: Scope) -> str:
        root, path = scope.get("root_path", "").rstrip("/"), str(scope["path"])
        return path.removeprefix(root)


@breaks(18)
class AddsAMissingSlash(Reference):
    def below(self, scope: Scope) -> str:
        root, path = scope.get("root_path", "").rstrip("/"), str(scope["path"])
        return "/" + path[len(root) :].lstrip("/") if root == "/mount" else super().below(scope)


@breaks(18)
class NeedsTheRootPath(Reference):
    def below(self, scope: Scope) -> str:
        root, path = scope.get("root_path", "").rstrip("/"), str(scope["path"])
        return path[len(root) :] if path.startswith(f"{root}/") else "/"


@breaks(19)
class FailsOnBadBytes(Reference):
    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        def failed(message: Message) -> Message:
            return message | {"status": 500} if message.get("status") == 400 else message

        await super().http(scope, receive, sending(send, failed))


@breaks(19)
class ReadsTheQueryAsLatin1(Reference):
    def facts(self, request: Request) -> dict[str, Any]:
        pair = request.scope["query_string"].decode("latin-1").partition("=")
        return super().facts(request) | {"query": {pair[0]: [pair[2]]}}
