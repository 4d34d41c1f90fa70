"""The application that servers are measured with, on the bare protocol.

It notes what the server tells it, and answers with the notes.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PIECE = b"x" * 2**16
FLOOD = 2**26
"""The bytes that a client is sent who does not read them."""
SLOW = 1.0
"""The seconds for which a request is in flight when the server is told to end."""
SILENCE = 3.0
"""The seconds in which a disconnect is told, if at all."""
FILE = Path(__file__)
SIZE = FILE.stat().st_size
FAIL = "GINGERDOCS_STARTUP_FAILS"
"""The environment variable that lets start-up fail."""

notes: Message = {"lifespan": False}


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer by the last part of the path."""
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
    elif scope["type"] == "websocket":
        await websocket(scope, receive, send)
    else:
        name = scope["path"].rstrip("/").rsplit("/", 1)[-1]
        await PAGES.get(name, missing)(scope, receive, send)


async def lifespan(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    if os.environ.get(FAIL):
        await send({"type": "lifespan.startup.failed", "message": "It fails, as it should."})
        return
    notes["lifespan"] = True
    if "state" in scope:
        scope["state"]["measured"] = True
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def websocket(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    extensions = sorted(scope.get("extensions") or {})
    if scope["path"] == "/deny" and "websocket.http.response" in extensions:
        kind = "websocket.http.response"
        headers = [(b"content-length", b"6")]
        await send({"type": f"{kind}.start", "status": 401, "headers": headers})
        await send({"type": f"{kind}.body", "body": b"denied"})
        return
    if scope["path"] == "/deny":
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    facts = {"spec_version": scope.get("asgi", {}).get("spec_version"), "extensions": extensions}
    await send({"type": "websocket.send", "text": json.dumps(facts)})
    await send({"type": "websocket.send", "text": ""})
    await send({"type": "websocket.send", "text": "after"})
    while (message := await receive())["type"] != "websocket.disconnect":
        pass
    notes["closed"] = message.get("code")


async def answer(send: Send, body: bytes, *headers: tuple[bytes, bytes], **start: Any) -> None:
    length = (b"content-length", str(len(body)).encode())
    pairs = [length, *headers]
    await send({"type": "http.response.start", "status": 200, "headers": pairs, **start})
    await send({"type": "http.response.body", "body": body})


async def tell(content: Any, send: Send) -> None:
    def text(value: Any) -> str:
        return value.decode("latin-1") if isinstance(value, bytes) else repr(value)

    await answer(send, json.dumps(content, default=text).encode())


async def missing(scope: Message, receive: Receive, send: Send) -> None:
    await answer(send, b"nothing here")


async def show_scope(scope: Message, receive: Receive, send: Send) -> None:
    shown = {key: value for key, value in scope.items() if key not in ("state", "app")}
    extensions = sorted(scope.get("extensions") or {})
    state = "measured" in (scope.get("state") or {})
    await tell({**shown, "extensions": extensions, "state": state, **notes}, send)


async def show_notes(scope: Message, receive: Receive, send: Send) -> None:
    await tell(notes, send)


async def first(scope: Message, receive: Receive, send: Send) -> None:
    """Answer when a part of the body is there."""
    message = await receive()
    while message["type"] == "http.request" and not message.get("body") and message["more_body"]:
        message = await receive()
    await answer(send, b"more" if message.get("more_body") else b"all")


async def flood(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    notes["flooded"] = 0
    while notes["flooded"] < FLOOD:
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        notes["flooded"] += len(PIECE)
    await send({"type": "http.response.body"})


async def linger(scope: Message, receive: Receive, send: Send) -> None:
    """Wait for the client to go, then send to it all the same."""
    await receive()
    notes["lingering"] = True
    try:
        async with asyncio.timeout(SILENCE):
            notes["received"] = (await receive())["type"]
    except TimeoutError:
        notes["received"] = "nothing"
    try:
        await answer(send, b"late")
        notes["raised"] = ""
    except Exception as error:  # noqa: BLE001 - Servers raise what they like.
        notes["raised"] = "OSError" if isinstance(error, OSError) else type(error).__name__


async def slow(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun", "more_body": True})
    await asyncio.sleep(SLOW)
    await send({"type": "http.response.body", "body": b"done"})


async def named(scope: Message, receive: Receive, send: Send) -> None:
    await answer(send, b"", (b"x-lower-case", b"1"))


async def path(scope: Message, receive: Receive, send: Send) -> None:
    length = [(b"content-length", str(SIZE).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.pathsend", "path": str(FILE)})


async def copy(scope: Message, receive: Receive, send: Send) -> None:
    length = [(b"content-length", str(SIZE).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    with FILE.open("rb") as file:  # noqa: ASYNC230 - nobody else is served meanwhile.
        await send({"type": "http.response.zerocopysend", "file": file})


async def trail(scope: Message, receive: Receive, send: Send) -> None:
    headers = [(b"trailer", b"x-trailer")]
    start = {"type": "http.response.start", "status": 200, "headers": headers, "trailers": True}
    await send(start)
    await send({"type": "http.response.body", "body": b"body"})
    await send({"type": "http.response.trailers", "headers": [(b"x-trailer", b"last")]})


async def hint(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]})
    await send({"type": "http.response.body", "body": b"hinted"})


async def hint_first(scope: Message, receive: Receive, send: Send) -> None:
    """Hint before the start, which is not what the specification of the extension says."""
    await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]})
    await answer(send, b"hinted")


async def push(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.push", "path": "/pushed", "headers": []})
    await send({"type": "http.response.body", "body": b"pushing"})


PAGES = {
    "scope": show_scope,
    "notes": show_notes,
    "first": first,
    "flood": flood,
    "linger": linger,
    "slow": slow,
    "named": named,
    "pathsend": path,
    "zerocopysend": copy,
    "trailers": trail,
    "early_hint": hint,
    "early_hint_first": hint_first,
    "push": push,
}
