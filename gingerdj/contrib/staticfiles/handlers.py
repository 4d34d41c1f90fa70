"""Applications that serve static files, and leave everything else to the one within."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from asgiref.sync import sync_to_async

from gingerdj.conf import settings
from gingerdj.contrib.staticfiles.utils import check_settings
from gingerdj.contrib.staticfiles.views import serve
from gingerdj.core.handlers.adapt import run_async, run_sync
from gingerdj.core.handlers.asgi import ASGIHandler, get_script_prefix
from gingerdj.core.handlers.chain import Handler
from gingerdj.core.handlers.errors import answer
from gingerdj.core.handlers.wsgi import WSGIHandler, get_script_name
from gingerdj.http import HttpRequest


class StaticFilesHandlerMixin:
    """Tells the addresses of static files from others.

    Args:
        application: the application within.
    """

    def __init__(self, application: Any) -> None:
        super().__init__()
        self.application = application
        self.base_url = urlsplit(self.get_base_url())

    def get_base_url(self) -> str:
        """Return what the addresses of static files begin with.

        Raises:
            ImproperlyConfigured: `STATIC_URL` is missing, or is that of uploaded files.
        """
        check_settings()
        return str(settings.STATIC_URL)

    def file_path(self, url: str) -> str:
        """Return a file's path within its folder from its address."""
        return url2pathname(url.removeprefix(self.base_url.path))

    def serve(self, request: HttpRequest) -> Any:
        """Answer with the static file of the request's path, whether `DEBUG` is on or off.

        Raises:
            Http404: there is no such file.
            SuspiciousFileOperation: the path leads out of a folder of static files.
        """
        return serve(request, self.file_path(quote(request.path)), insecure=True)

    def _should_handle(self, path: str) -> bool:
        return path.startswith(self.base_url.path) and not self.base_url.netloc


class StaticFilesHandler(StaticFilesHandlerMixin, WSGIHandler):
    """A WSGI application that serves static files, and leaves the rest to another.

    Args:
        application: the other application.
    """

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a request."""
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        if self._should_handle(get_script_name(environ).rstrip("/") + path):
            return super().__call__(environ, start_response)
        return self.application(environ, start_response)  # type: ignore[no-any-return]

    def _make_handler(self) -> Handler:
        def in_thread(request: HttpRequest) -> Any:
            try:
                return self.serve(request)
            except Exception as error:
                return run_sync(answer(request, error))

        return in_thread


class ASGIStaticFilesHandler(StaticFilesHandlerMixin, ASGIHandler):
    """An ASGI application that serves static files, and leaves the rest to another.

    Args:
        application: the other application.
    """

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]
    ) -> None:
        """Serve a connection."""
        if scope["type"] == "http" and self._should_handle(_full_path(scope)):
            await self._serve(scope, receive, send)
        else:
            await self.application(scope, receive, send)

    def _make_handler(self) -> Handler:
        async def on_loop(request: HttpRequest) -> Any:
            try:
                return await sync_to_async(self.serve)(request)
            except Exception as error:
                return await run_async(answer(request, error))

        return on_loop


def _full_path(scope: dict[str, Any]) -> str:
    prefix, path = get_script_prefix(scope), str(scope["path"])
    # Some servers leave the prefix in the path, others take it out.
    return path if path.startswith(f"{prefix}/") else prefix + path
