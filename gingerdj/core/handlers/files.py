"""Applications that serve files at some addresses, and leave every other one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from gingerdj.core.handlers.adapt import call_in_thread, run
from gingerdj.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from gingerdj.core.handlers.chain import Handler, stage_of
from gingerdj.core.handlers.errors import answer
from gingerdj.core.handlers.pool import in_thread
from gingerdj.core.handlers.stage import Stage
from gingerdj.core.handlers.wsgi import WSGIHandler, get_script_name
from gingerdj.http import HttpRequest


class FilesHandlerMixin:
    """Tells the addresses of files from others.

    Args:
        application: the application that gets the others.
    """

    def __init__(self, application: Any) -> None:
        super().__init__()
        self.application = application
        self.base_url = urlsplit(self.get_base_url())

    def get_base_url(self) -> str:
        """Return what the addresses of files begin with."""
        raise NotImplementedError(f"{type(self).__name__} must define get_base_url().")

    def serve(self, request: HttpRequest) -> Any:
        """Answer with the file of the request's path."""
        raise NotImplementedError(f"{type(self).__name__} must define serve().")

    def file_path(self, url: str) -> str:
        """Return a file's path within its folder from its address."""
        return url2pathname(url.removeprefix(self.base_url.path))

    def _path_of(self, request: HttpRequest) -> str:
        return self.file_path(quote(request.path))

    def _should_handle(self, path: str) -> bool:
        return path.startswith(self.base_url.path) and not self.base_url.netloc


class WSGIFilesHandler(FilesHandlerMixin, WSGIHandler):
    """Serves files by WSGI."""

    def __call__(
        self, environ: dict[str, Any], start_response: Any = None, *asgi: Any
    ) -> Iterable[bytes]:
        """Serve a request."""
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        if self._should_handle(get_script_name(environ).rstrip("/") + path):
            return super().__call__(environ, start_response, *asgi)
        answer: Iterable[bytes] = self.application(environ, start_response, *asgi)
        return answer

    def _make_handler(self) -> Handler:
        def handle(request: HttpRequest) -> Any:
            try:
                return self.serve(request)
            except Exception as error:
                return run(answer(request, error, call_in_thread))

        return handle


class ASGIFilesHandler(FilesHandlerMixin, ASGIHandler):
    """Serves files by ASGI."""

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]
    ) -> None:
        """Serve a connection."""
        if scope["type"] == "http" and self._should_handle(_full_path(scope)):
            await super().__call__(scope, receive, send)
        else:
            await self.application(scope, receive, send)

    def _make_stage(self) -> Stage:
        return stage_of(partial(in_thread, self.serve))

    def _streams_body(self, request: ASGIRequest) -> bool:
        return False


def _full_path(scope: dict[str, Any]) -> str:
    prefix, path = get_script_prefix(scope), str(scope["path"])
    # Some servers leave the prefix in the path, others take it out.
    return path if path.startswith(f"{prefix}/") else prefix + path
