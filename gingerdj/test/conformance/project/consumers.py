"""The WebSocket endpoints."""

from __future__ import annotations

import asyncio

from gingerdj.http import HttpResponse
from gingerdj.test.conformance.project.lifespan import journal
from gingerdj.websocket import WebSocket, WebSocketDisconnect

__all__ = ()

TICK = 0.01


async def echo(socket: WebSocket) -> None:
    headers = [_pair(text) for text in socket.GET.getlist("header")]
    await socket.accept(socket.GET.get("subprotocol"), headers)
    journal["socket opened"] += 1
    try:
        while True:
            message = await socket.receive()
            if isinstance(message, str) and message.split(" ")[0] == "close":
                _, code, reason = (*message.split(" ", 2), "1000", "")[:3]
                await socket.close(int(code), reason)
                return
            if isinstance(message, str):
                await socket.send_text(message)
            else:
                await socket.send_bytes(message)
    except WebSocketDisconnect as end:
        journal[f"socket closed {end.code} {end.reason}"] += 1


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name, value


async def facts(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(
        {
            "scheme": socket.scope.get("scheme", "ws"),
            "http_version": socket.scope.get("http_version", "1.1"),
            "subprotocols": socket.subprotocols,
            "path": socket.path,
        }
    )
    await socket.receive()


async def refuse(socket: WebSocket) -> None:
    await socket.close()


async def deny(socket: WebSocket) -> None:
    await socket.deny(HttpResponse("denied", status=401))


async def tick(socket: WebSocket) -> None:
    await socket.accept()

    async def send() -> None:
        try:
            while True:
                await socket.send_text("tick")
                await asyncio.sleep(TICK)
        finally:
            journal["ticks stopped"] += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(send())
        await socket.receive()
