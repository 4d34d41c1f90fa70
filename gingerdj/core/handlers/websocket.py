"""WebSocket connections: from a scope to its consumer, and to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from asgiref.sync import ThreadSensitiveContext

from gingerdj.conf import settings
from gingerdj.core.draining import is_draining
from gingerdj.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
    ThreadPoolFull,
)
from gingerdj.core.handlers.adapt import call_on_loop
from gingerdj.core.handlers.calls import CallLease
from gingerdj.core.handlers.errors import answer
from gingerdj.core.signals import got_request_exception
from gingerdj.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from gingerdj.http.origin import is_trusted, parse_origins
from gingerdj.middleware.proxies import apply_forwarded, trusted_proxies
from gingerdj.urls import get_resolver, set_script_prefix
from gingerdj.utils.log import escape_for_log, log_response, request_logger
from gingerdj.websocket.exceptions import BadMessage, WebSocketDisconnect
from gingerdj.websocket.live import counted
from gingerdj.websocket.socket import WebSocket

security_logger = logging.getLogger("gingerdj.security.websocket")

INTERNAL_ERROR = 1011


async def serve_websocket(
    request_class: Callable[[dict[str, Any], Any], Any],
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Serve a connection (ASGI WebSocket specification).

    Args:
        request_class: what makes the handshake's request from a scope and a body.
        scope: the connection's scope.
        receive: the server's `receive`.
        send: the server's `send`.

    Raises:
        ValueError: the server sent a message that has no place here.
    """
    kind = (await receive())["type"]
    if kind == "websocket.disconnect":  # The client did not wait.
        return
    if kind != "websocket.connect":
        raise ValueError(f"The server sent {kind!r} where websocket.connect belongs.")
    request, error = _handshake(request_class, scope)
    set_script_prefix(request.script_name)
    clock = asyncio.get_running_loop().time
    limit = asyncio.timeout(None)
    socket = WebSocket(
        request,
        receive,
        send,
        scope,
        on_end=lambda: limit.reschedule(clock() + settings.WEBSOCKET_CLOSE_TIMEOUT),
    )
    try:
        async with limit, ThreadSensitiveContext(executor=CallLease()), socket._listening():
            with counted(socket):
                await _converse(socket, error)
    except TimeoutError:
        if not limit.expired():  # Or the consumer has not ended with its connection.
            raise


def _handshake(
    request_class: Callable[[dict[str, Any], Any], Any], scope: dict[str, Any]
) -> tuple[Any, Exception | None]:
    """Return the request that the handshake is (RFC 6455, 4.1), and what is wrong with it."""
    scope = {
        "query_string": b"",
        **scope,
        "method": "GET",
        "scheme": "https" if scope.get("scheme") == "wss" else "http",
    }
    try:
        return request_class(scope, BytesIO()), None
    except UnicodeError as error:
        bad = BadRequest(f"The path or the query string is not UTF-8: {error}")
        return request_class({**scope, "path": "/", "query_string": b""}, BytesIO()), bad


async def _converse(socket: WebSocket, error: Exception | None) -> None:
    """Run the consumer, or answer the error there is already, and close what is open then."""
    try:
        try:
            if error is not None:
                raise error
            await _consume(socket)
        except* WebSocketDisconnect:  # Task groups wrap it.
            pass
    except Exception as own:
        await _answer(socket, own)
    except asyncio.CancelledError:
        if not socket.closed:  # The server ends: Hypercorn says so by cancelling alone.
            await socket.close(1001, "going away")
        raise
    await socket.close()


async def _consume(socket: WebSocket) -> None:
    request = socket.request
    if settings.TRUSTED_PROXIES:
        apply_forwarded(request, trusted_proxies())
    request.get_host()
    refusal = _refused_origin(request)
    if refusal is None and is_draining():
        refusal = HttpResponse(status=503, headers={"Retry-After": "1"})
    if refusal is not None:
        await socket.deny(refusal)
        return
    match = get_resolver(settings.ROOT_URLCONF).websocket.resolve(request.path_info)
    request.resolver_match = match
    await match.func(socket, *match.args, **match.kwargs)


def _refused_origin(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a page of another site; None lets the request through."""
    # Browsers always send it (RFC 6455, 4.1), and only they can be made to by another site.
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return None
    trusted = settings.WEBSOCKET_TRUSTED_ORIGINS
    if "*" in trusted or is_trusted(
        request, origin, parse_origins(trusted, "WEBSOCKET_TRUSTED_ORIGINS")
    ):
        return None
    response = HttpResponseForbidden()
    log_response(
        "Forbidden (%s is neither this site nor listed in WEBSOCKET_TRUSTED_ORIGINS): %s",
        origin,
        request.path,
        response=response,
        request=request,
        logger=security_logger,
    )
    return response


async def _answer(socket: WebSocket, error: Exception) -> None:
    """End a connection for an exception: with a response if it is not accepted yet."""
    if not socket.accepted:
        await socket.deny(await answer(socket.request, error, call_on_loop))
        return
    code = _close_code(error)
    if code == INTERNAL_ERROR:
        if got_request_exception.has_listeners():
            await got_request_exception.asend(sender=None, request=socket.request)
        if settings.DEBUG_PROPAGATE_EXCEPTIONS:
            raise error
    request_logger.log(
        logging.ERROR if code == INTERNAL_ERROR else logging.WARNING,
        "WebSocket closed with %s (%s): %s",
        code,
        escape_for_log(str(error)) or type(error).__name__,
        escape_for_log(socket.path),
        extra={"status_code": code, "request": socket.request},
        exc_info=error if code == INTERNAL_ERROR else None,
    )
    await socket.close(code)


def _close_code(error: Exception) -> int:
    """Return the close code for an exception (RFC 6455, 7.4.1; IANA's registry for 1013).

    | exception | code |
    | `BadMessage` | its own |
    | `PermissionDenied`, `BadRequest`, `SuspiciousOperation`, `Http404` | 1008, policy violation |
    | `ThreadPoolFull` | 1013, try again later |
    | any other | 1011, internal error |
    """
    if isinstance(error, BadMessage):
        return error.code
    if isinstance(error, PermissionDenied | BadRequest | SuspiciousOperation | Http404):
        return 1008
    return 1013 if isinstance(error, ThreadPoolFull) else INTERNAL_ERROR
