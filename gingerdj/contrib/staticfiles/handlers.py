"""Applications that serve static files, and leave everything else to the one within."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import settings
from gingerdj.contrib.staticfiles.utils import check_settings
from gingerdj.contrib.staticfiles.views import serve
from gingerdj.core.handlers.files import ASGIFilesHandler, FilesHandlerMixin, WSGIFilesHandler
from gingerdj.http import HttpRequest


class StaticFilesHandlerMixin(FilesHandlerMixin):
    """Serves the files that the finders find, beneath `STATIC_URL`."""

    def get_base_url(self) -> str:
        """Return what the addresses of static files begin with.

        Raises:
            ImproperlyConfigured: `STATIC_URL` is missing, or is that of uploaded files.
        """
        check_settings()
        return str(settings.STATIC_URL)

    def serve(self, request: HttpRequest) -> Any:
        """Answer with the static file of the request's path, whether `DEBUG` is on or off.

        Raises:
            Http404: there is no such file.
            SuspiciousFileOperation: the path leads out of a folder of static files.
        """
        return serve(request, self._path_of(request), insecure=True)


class StaticFilesHandler(StaticFilesHandlerMixin, WSGIFilesHandler):
    """A WSGI application that serves static files, and leaves the rest to another.

    Args:
        application: the other application.
    """


class ASGIStaticFilesHandler(StaticFilesHandlerMixin, ASGIFilesHandler):
    """An ASGI application that serves static files, and leaves the rest to another.

    Args:
        application: the other application.
    """
