"""The ASGI application and its requests."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import ThreadSensitiveContext, sync_to_async

from gingerdj.conf import settings
from gingerdj.core.exceptions import RequestAborted
from gingerdj.core.handlers.body import Receive, read_body
from gingerdj.core.handlers.chain import Handler, build_chain
from gingerdj.core.handlers.disconnect import until_disconnect
from gingerdj.core.handlers.lifespan import Lifespan
from gingerdj.core.handlers.pool import shared_pool
from gingerdj.core.handlers.sending import Send, send_response
from gingerdj.core.handlers.websocket import serve_websocket
from gingerdj.core.signals import request_finished, request_started
from gingerdj.http import HttpRequest, HttpResponseBadRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.urls.context import set_script_prefix
from gingerdj.utils.functional import cached_property
from gingerdj.utils.log import log_failure, log_response

Scope = dict[str, Any]


class ASGIRequest(HttpRequest):
    """A request from an ASGI server.

    Args:
        scope: the connection's scope (ASGI HTTP specification, "HTTP Connection Scope"), which
            is never changed.
        body_file: the body.

    Raises:
        UnicodeDecodeError: the query string is not UTF-8.
    """

    def __init__(self, scope: Scope, body_file: Any) -> None:
        self.scope = scope
        self.method = scope["method"].upper()
        self._query_string: str = scope.get("query_string", b"").decode()
        self.script_name = get_script_prefix(scope)
        path = _origin_form(scope["path"])
        # Some servers leave the prefix in the path, others take it out.
        if path == self.script_name or path.startswith(self.script_name + "/"):
            self.path, self.path_info = path, path[len(self.script_name) :] or "/"
        else:
            self.path, self.path_info = self.script_name + path, path
        self.__dict__["_stream"] = body_file

    @cached_property
    def META(self) -> dict[str, Any]:  # noqa: N802 - Django's name
        """The request's facts under CGI's names (RFC 3875, 4.1)."""
        meta: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": self._query_string,
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }
        host, port = _address(self.scope.get("client"))
        if host:
            meta["REMOTE_ADDR"] = meta["REMOTE_HOST"] = host
            meta["REMOTE_PORT"] = port
        host, port = _address(self.scope.get("server"))
        meta["SERVER_NAME"], meta["SERVER_PORT"] = host or "unknown", str(port)
        meta.update(_header_meta(self.scope["headers"]))
        return meta

    @cached_property
    def state(self) -> dict[str, Any]:
        return self.scope.get("state") or {}

    def _get_scheme(self) -> str:
        return self.scope.get("scheme") or "http"


class ASGIHandler:
    """The application that ASGI servers call, for the scopes `http`, `websocket` and `lifespan`."""

    request_class = ASGIRequest

    def __init__(self) -> None:
        self._handle = self._make_handler()
        self._lifespan = Lifespan()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection.

        Raises:
            ValueError: the scope's type is neither `http`, `websocket` nor `lifespan`.
        """
        if scope["type"] == "http":
            if self._lifespan.pending:
                scope = await self._lifespan.prepare(scope)
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            if self._lifespan.pending:
                scope = await self._lifespan.prepare(scope)
            await serve_websocket(self.request_class, scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan.serve(scope, receive, send)
        else:
            raise ValueError(
                f"GingerDJ's ASGI application serves the scope types http, websocket and lifespan, "
                f"not {scope['type']!r}: in asgi.py, route such connections to another application."
            )

    def _make_handler(self) -> Handler:
        return build_chain(is_async=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body_file = await read_body(
                receive, scope["headers"], settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            )
        except RequestAborted:
            return
        try:
            request = self.request_class(scope, body_file)
        except UnicodeDecodeError as error:
            body_file.close()
            with suppress(RequestAborted):
                await send_response(_undecodable(scope, error), send, scope["method"])
            return
        set_script_prefix(request.script_name)
        lease = shared_pool().lease()
        try:
            async with ThreadSensitiveContext(executor=lease):
                await self._exchange(request, receive, send)
        finally:
            lease.release()
            body_file.close()

    async def _exchange(self, request: ASGIRequest, receive: Receive, send: Send) -> None:
        response: HttpResponseBase | None = None

        async def respond() -> None:
            nonlocal response
            response = await self._handle(request)
            response._handler_class = type(self)
            log_failure(request, response)
            await send_response(response, send, request.method)

        try:
            if request_started.has_listeners(type(self)):
                await request_started.asend(sender=type(self), scope=request.scope)
            with suppress(RequestAborted):  # Nobody is left to answer.
                await until_disconnect(respond(), receive)
        finally:
            await self._finish(request, response)

    async def _finish(self, request: ASGIRequest, response: HttpResponseBase | None) -> None:
        request.close()
        if response is None:
            await request_finished.asend(sender=type(self))
        elif response._resource_closers or request_finished.has_listeners(type(self)):
            await sync_to_async(response.close)()


def get_script_prefix(scope: Scope) -> str:
    """Return the path at which the application is mounted, without a slash at its end."""
    prefix = settings.FORCE_SCRIPT_NAME or scope.get("root_path") or ""
    return str(prefix).rstrip("/")


def _origin_form(path: str) -> str:
    """Return the path of a target as proxies write it, `http://host/path` (RFC 9112, 3.2)."""
    if path.startswith("/") or "://" not in path:
        return path
    return urlsplit(path).path or "/"


def _address(pair: Any) -> tuple[str, int]:
    """Return a host and a port; servers leave out, or write as strings, what they do not know."""
    host, port = pair or ("", 0)
    try:
        return host or "", int(port or 0)
    except ValueError:
        return host or "", 0


def _header_meta(headers: Any) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").upper()
        # Written as META keys, X_Name and X-Name could not be told apart.
        if "_" in name:
            continue
        key = name.replace("-", "_")
        if name not in ("CONTENT-TYPE", "CONTENT-LENGTH"):
            key = f"HTTP_{key}"
        values.setdefault(key, []).append(raw_value.decode("latin-1"))
    return {
        key: ("; " if key == "HTTP_COOKIE" else ",").join(found) for key, found in values.items()
    }


def _undecodable(scope: Scope, error: UnicodeDecodeError) -> HttpResponseBadRequest:
    response = HttpResponseBadRequest()
    log_response("Bad Request: %s", scope["path"], response=response, exception=error)
    return response
