"""The servers' chain of middleware and view, called without a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from asgiref.sync import sync_to_async

from gingerdj.core.handlers.chain import build_chain
from gingerdj.core.signals import got_request_exception, request_started
from gingerdj.urls import set_script_prefix

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class ClientHandler:
    """Answers `WSGIRequest`s."""

    def __init__(self) -> None:
        self._handle = build_chain(is_async=False)

    def __call__(self, request: Any) -> Any:
        set_script_prefix(request.META["SCRIPT_NAME"])
        request_started.send(sender=type(self), environ=request.environ)
        response = self._handle(request)
        response._handler_class = type(self)
        response._resource_closers.append(request.close)
        if not response.streaming:  # A stream is closed by whoever reads it.
            response.close()
        return response


class AsyncClientHandler:
    """Answers `ASGIRequest`s."""

    def __init__(self) -> None:
        self._handle = build_chain(is_async=True)

    async def __call__(self, request: Any) -> Any:
        set_script_prefix(request.script_name)
        await request_started.asend(sender=type(self), scope=request.scope)
        response = await self._handle(request)
        response._handler_class = type(self)
        response._resource_closers.append(request.close)
        if not response.streaming:
            await sync_to_async(response.close)()
        return response


@contextmanager
def caught_exceptions() -> Iterator[list[ExcInfo]]:
    """Collect the exceptions that become responses with status 500."""
    caught: list[ExcInfo] = []

    def catch(**_: Any) -> None:
        caught.append(sys.exc_info())

    got_request_exception.connect(catch)
    try:
        yield caught
    finally:
        got_request_exception.disconnect(catch)
