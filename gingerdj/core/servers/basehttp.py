"""The development server: HTTP/1.1 over the standard library's `wsgiref`.

It is made for one developer on one machine; nothing here is meant to face the Internet.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import IO, Any, cast
from wsgiref import simple_server
from wsgiref.handlers import SimpleHandler
from wsgiref.types import WSGIApplication, WSGIEnvironment

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.wsgi import LimitedStream
from gingerdj.core.wsgi import get_wsgi_application
from gingerdj.db.utils import connections
from gingerdj.utils.log import escape_for_log
from gingerdj.utils.module_loading import import_string

__all__ = (
    "ServerHandler",
    "ThreadedWSGIServer",
    "WSGIRequestHandler",
    "WSGIServer",
    "get_internal_wsgi_application",
    "run",
)

logger = logging.getLogger("gingerdj.server")

MAX_REQUEST_LINE = 65536  # Bytes, as the standard library's own server has it.
MAX_DRAIN = 1 << 20  # Bytes of an unread body that are thrown away to keep a connection.
DRAIN_TIMEOUT = 2.0  # Seconds to wait for them.
_HTTPS = "You're accessing the development server over HTTPS, but it only supports HTTP."
TLS_HANDSHAKE = b"\x16\x03"  # RFC 8446, section 5.1: a handshake record of TLS 1.x.
GONE = (ConnectionAbortedError, BrokenPipeError, ConnectionResetError)


def get_internal_wsgi_application() -> WSGIApplication:
    """Return the application that `runserver` serves.

    It is the one that the setting `WSGI_APPLICATION` names, or `get_wsgi_application()`'s where
    the setting is `None`.

    Raises:
        ImproperlyConfigured: `WSGI_APPLICATION` names nothing that can be imported.
    """
    path: str | None = settings.WSGI_APPLICATION
    if path is None:
        return get_wsgi_application()
    try:
        return cast("WSGIApplication", import_string(path))
    except ImportError as error:
        raise ImproperlyConfigured(
            f"WSGI application {path!r} could not be loaded ({error}): mend the dotted path in the "
            "setting WSGI_APPLICATION, or set it to None."
        ) from error


class WSGIServer(simple_server.WSGIServer):
    """A WSGI server that answers one connection after the other.

    Args:
        ipv6: whether the address is one of IPv6.
        allow_reuse_address: whether a port may be bound again right after it was left.
    """

    request_queue_size = 10

    def __init__(
        self, *args: Any, ipv6: bool = False, allow_reuse_address: bool = True, **kwargs: Any
    ) -> None:
        if ipv6:
            self.address_family = socket.AF_INET6
        self.allow_reuse_address = allow_reuse_address
        super().__init__(*args, **kwargs)

    def server_bind(self) -> None:
        """Bind, without the look-up of the host that `http.server.HTTPServer` would wait for."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong with a connection; a client that went away is nothing wrong."""
        error = sys.exception()
        if isinstance(error, GONE):
            logger.info("Broken pipe from %s", client_address)
        else:
            logger.error("Error in the connection from %s", client_address, exc_info=error)


class ThreadedWSGIServer(socketserver.ThreadingMixIn, WSGIServer):
    """A WSGI server with a thread for each connection.

    Args:
        connections_override: the database connections that its threads share, by their aliases;
            others are each thread's own.
    """

    daemon_threads = True

    def __init__(
        self, *args: Any, connections_override: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.connections_override = connections_override or {}

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection in its thread, then close the thread's own database connections."""
        for alias, connection in self.connections_override.items():
            connections[alias] = connection
        try:
            super().process_request_thread(request, client_address)
        finally:
            for alias in self.connections_override:
                del connections[alias]
            connections.close_all()


class ServerHandler(simple_server.ServerHandler):
    """One response, framed so that the connection can be used again (RFC 9112, section 6.3)."""

    http_version = "1.1"
    wsgi_multiprocess = False
    request_handler: WSGIRequestHandler
    headers: Any  # None until the application has called start_response().
    status: str | None
    result: Iterable[bytes]
    bytes_sent: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The standard library would mix the shell's variables into every request's.
        self.os_environ = {}

    def cleanup_headers(self) -> None:
        """Say whether the connection stays open; without a length only its end ends the body."""
        connection = self.request_handler
        if not self._bodiless():
            super().cleanup_headers()
            if "Content-Length" not in self.headers:
                connection.close_connection = True
        elif connection.command != "HEAD":
            del self.headers["Content-Length"]
        if connection.close_connection:
            self.headers["Connection"] = "close"

    def finish_response(self) -> None:
        """Send the response, without a body where HTTP allows none (RFC 9110, section 6.4.1)."""
        if not self._bodiless():
            super().finish_response()
            return
        try:
            if self.headers is None:
                next(iter(self.result), None)  # A generator calls start_response() as it begins.
            self.send_headers()
        finally:
            self.close()

    def close(self) -> None:
        """Log and close the response; one that missed its length ends the connection."""
        if self.status is None:  # Nothing was answered, so there is nothing to log.
            SimpleHandler.close(self)
            return
        announced = self.headers.get("Content-Length")
        if announced not in (None, str(self.bytes_sent)) and not self._bodiless():
            self.request_handler.close_connection = True
        super().close()

    def handle_error(self) -> None:
        """Log what the application raised; the connection ends, for half a response may be out."""
        self.request_handler.close_connection = True
        error = sys.exception()
        if isinstance(error, KeyboardInterrupt):
            raise error  # The standard library would answer 500 and go on serving.
        super().handle_error()

    def _bodiless(self) -> bool:
        status = self.status or ""
        return self.request_handler.command == "HEAD" or status[:3] in ("204", "304")


class WSGIRequestHandler(simple_server.WSGIRequestHandler):
    """One connection: reads requests, has each answered, logs it to `gingerdj.server`."""

    protocol_version = "HTTP/1.1"
    server: WSGIServer

    def address_string(self) -> str:
        """Return the client's address, without the reverse look-up that would delay it."""
        return str(self.client_address[0])

    def handle(self) -> None:
        """Answer the connection's requests until one side closes it."""
        self.close_connection = self._unread = False
        while not self.close_connection:
            self.handle_one_request()
        if not self._unread:
            return
        with suppress(OSError):  # The client may have closed it first.
            # A connection that is closed over unread bytes is reset, which can take the
            # response with it (RFC 9112, section 9.6).
            self.connection.shutdown(socket.SHUT_WR)
            self._discard(self.rfile)

    def handle_one_request(self) -> None:
        """Answer one request."""
        self.raw_requestline = self.rfile.readline(MAX_REQUEST_LINE + 1)
        if len(self.raw_requestline) > MAX_REQUEST_LINE:
            self.requestline = self.request_version = self.command = ""
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
            return
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            self.close_connection = self._unread = True
            return
        if not self._check_framing():
            return
        # One connection kept open would keep every other one waiting without threads; and
        # HTTP/1.0 clients would have to be told that it stays open.
        threaded = isinstance(self.server, socketserver.ThreadingMixIn)
        if not threaded or self.request_version < "HTTP/1.1":
            self.close_connection = True
        length = int(self.headers.get("Content-Length", 0))
        body = LimitedStream(self.rfile, length)
        handler = ServerHandler(
            cast("IO[bytes]", body),
            cast("IO[bytes]", self.wfile),
            self.get_stderr(),
            self.get_environ(),
            multithread=threaded,
        )
        handler.request_handler = self
        handler.run(cast("WSGIApplication", self.server.get_app()))
        if length and not self._discard(body):  # The next request would begin behind it.
            self.close_connection = self._unread = True

    def _check_framing(self) -> bool:
        """Refuse a request whose end or host is not certain (RFC 9112, sections 3.2 and 6.3)."""
        lengths = set(self.headers.get_all("Content-Length", []))
        hosts = self.headers.get_all("Host", [])
        if self.headers.defects:
            self._refuse(HTTPStatus.BAD_REQUEST, "Bad header line")
        elif "Transfer-Encoding" in self.headers:
            self._refuse(
                HTTPStatus.LENGTH_REQUIRED,
                explain="The development server needs a Content-Length; "
                "it does not read chunked requests",
            )
        elif len(lengths) > 1 or not all(n.isascii() and n.isdigit() for n in lengths):
            self._refuse(HTTPStatus.BAD_REQUEST, "Bad Content-Length")
        elif len(hosts) > 1 or (not hosts and self.request_version >= "HTTP/1.1"):
            self._refuse(HTTPStatus.BAD_REQUEST, "There must be one Host header")
        else:
            return True
        return False

    def _refuse(self, status: HTTPStatus, message: str = "", explain: str | None = None) -> None:
        self.close_connection = self._unread = True
        self.send_error(status, message or None, explain)

    def _discard(self, stream: Any) -> bool:
        """Read `stream` to its end, up to a limit; return whether the end was reached."""
        self.connection.settimeout(DRAIN_TIMEOUT)
        left = MAX_DRAIN
        try:
            while left > 0 and (chunk := stream.read(min(left, 65536))):
                left -= len(chunk)
        except OSError:
            return False
        self.connection.settimeout(self.timeout)
        return left > 0

    def get_environ(self) -> WSGIEnvironment:
        """Return the WSGI environment of the request (PEP 3333)."""
        self._take_host_from_target()
        for name in {name for name in self.headers if "_" in name}:
            # "X_Real_IP" and "X-Real-IP" would be one variable: a proxy's word could be forged.
            del self.headers[name]
        cookies = self.headers.get_all("Cookie", [])
        if len(cookies) > 1:
            del self.headers["Cookie"]
            self.headers["Cookie"] = "; ".join(cookies)
        environ = super().get_environ()
        # The standard library makes up a type for requests that have none.
        environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")
        return environ

    def _take_host_from_target(self) -> None:
        """Turn `GET http://host/path` into path and Host (RFC 9112, section 3.2.2)."""
        if not self.path.lower().startswith(("http://", "https://")):
            return
        authority, slash, rest = self.path.split("://", 1)[1].partition("/")
        self.path = slash + rest or "/"
        del self.headers["Host"]
        self.headers["Host"] = authority

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log one answered request."""
        status = int(code) if str(code).isdigit() else code
        self.log_message('"%s" %s %s', escape_for_log(self.requestline), str(status), size)

    def log_error(self, format: str, *args: Any) -> None:
        """Log why a request was refused before any view saw it."""
        if self.raw_requestline.startswith(TLS_HANDSHAKE):
            format, args = _HTTPS, ()
        logger.warning(format, *args, extra=self._extra(0))

    def log_message(self, format: str, *args: Any) -> None:
        """Log a line; a status code in the second place decides at which level."""
        status = int(args[1]) if len(args) > 1 and str(args[1]).isdigit() else 0
        level = logging.INFO
        if status >= 500:
            level = logging.ERROR
        elif status >= 400:
            level = logging.WARNING
        if args and str(args[0]).startswith(TLS_HANDSHAKE.decode()):
            format, args, level = _HTTPS, (), logging.ERROR
        logger.log(level, format, *args, extra=self._extra(status))

    def _extra(self, status: int) -> dict[str, Any]:
        extra = {"request": self.request, "server_time": self.log_date_time_string()}
        return {**extra, "status_code": status} if status else extra


def run(
    addr: str,
    port: int,
    wsgi_handler: WSGIApplication,
    ipv6: bool = False,
    threading: bool = False,
    on_bind: Callable[[int], None] | None = None,
    server_cls: type[WSGIServer] = WSGIServer,
) -> None:
    """Serve an application until an exception, such as `KeyboardInterrupt`, ends it.

    Args:
        addr, port: where to listen; port 0 takes a free one.
        wsgi_handler: the application.
        ipv6: whether `addr` is an address of IPv6.
        threading: whether each connection has a thread of its own.
        on_bind: called with the port once connections are accepted.
        server_cls: the server's class.

    Raises:
        OSError: the address cannot be listened on.
    """
    if threading and not issubclass(server_cls, socketserver.ThreadingMixIn):
        server_cls = (
            ThreadedWSGIServer
            if server_cls is WSGIServer
            else type(
                "ThreadedServer",
                (socketserver.ThreadingMixIn, server_cls),
                {"daemon_threads": True},
            )
        )
    with server_cls((addr, port), WSGIRequestHandler, ipv6=ipv6) as server:
        server.set_app(wsgi_handler)
        if on_bind is not None:
            on_bind(server.server_port)
        server.serve_forever()
