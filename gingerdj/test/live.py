"""A real server within the tests' process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.handlers.files import WSGIFilesHandler
from gingerdj.core.handlers.wsgi import WSGIHandler
from gingerdj.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from gingerdj.http import HttpRequest
from gingerdj.views.static import serve


class QuietWSGIRequestHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave out that a request was answered."""

    def log_message(self, format: str, *args: Any) -> None:
        """Leave out what the server has to say."""

    log_error = log_message


class StaticFolderHandler(WSGIFilesHandler):
    """Serves the folder `STATIC_ROOT`, and leaves other addresses to an application."""

    def get_base_url(self) -> str:
        """Return what the addresses of static files begin with."""
        return settings.STATIC_URL or ""

    def get_base_dir(self) -> str:
        """Return the folder."""
        return str(settings.STATIC_ROOT or "")

    def serve(self, request: HttpRequest) -> Any:
        """Answer with the file of the request's path."""
        return serve(request, self._path_of(request), document_root=self.get_base_dir())

    def _should_handle(self, path: str) -> bool:
        # A project need not have such files.
        return bool(self.get_base_dir() and self.base_url.path) and super()._should_handle(path)


class MediaFolderHandler(StaticFolderHandler):
    """Serves the folder `MEDIA_ROOT`, and leaves other addresses to an application."""

    def get_base_url(self) -> str:
        """Return what the addresses of uploaded files begin with."""
        return str(settings.MEDIA_URL)

    def get_base_dir(self) -> str:
        """Return the folder."""
        return str(settings.MEDIA_ROOT or "")


class LiveServerThread(threading.Thread):
    """Serves the project by WSGI on a port of this machine, with a thread for each connection.

    Args:
        host: where to listen.
        static_handler: the application that serves static files, given the one that serves the
            rest.
        connections_override: the database connections that its threads share, by their aliases.
        port: the port; 0 takes a free one, which is the attribute `port` from then on.
    """

    server_class = ThreadedWSGIServer

    def __init__(
        self,
        host: str,
        static_handler: Any,
        connections_override: Mapping[str, Any] | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(name="gingerdj-live-server")
        self.host = host
        self.port = port
        self.static_handler = static_handler
        self.connections_override = connections_override
        #: Set once the server listens, or has failed to.
        self.is_ready = threading.Event()
        #: Why it failed.
        self.error: Exception | None = None
        self.httpd: Any = None

    def run(self) -> None:
        """Serve until `terminate()`."""
        try:
            self.httpd = self._create_server(self.connections_override)
            self.port = self.httpd.server_address[1]
            self.httpd.set_app(self.static_handler(MediaFolderHandler(WSGIHandler())))
        except Exception as error:
            self.error = error
            return
        finally:
            self.is_ready.set()
        self.httpd.serve_forever(poll_interval=0.05)

    def _create_server(self, connections_override: Mapping[str, Any] | None = None) -> Any:
        return self.server_class(
            (self.host, self.port),
            QuietWSGIRequestHandler,
            allow_reuse_address=False,
            connections_override=connections_override,
        )

    def terminate(self) -> None:
        """Stop the server, and wait until it has stopped."""
        if self.httpd is not None:
            if self.error is None:
                self.httpd.shutdown()
            self.httpd.server_close()
        self.join()
