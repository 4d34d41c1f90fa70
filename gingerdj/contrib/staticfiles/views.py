"""The view of static files, for development."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from gingerdj.conf import settings
from gingerdj.contrib.staticfiles import finders
from gingerdj.http import Http404, HttpRequest
from gingerdj.views import static


def serve(request: HttpRequest, path: str, insecure: bool = False, **kwargs: Any) -> Any:
    """Answer with the static file that the finders find.

    Args:
        request: the request.
        path: the file's path beneath `STATIC_URL`.
        insecure: whether to serve also while `DEBUG` is off.
        kwargs: see `gingerdj.views.static.serve`.

    Raises:
        Http404: there is no such file, or `DEBUG` is off.
        SuspiciousFileOperation: the path leads out of a folder of static files.
    """
    if not settings.DEBUG and not insecure:
        raise Http404("Static files are served here only while DEBUG is on.")
    normal = posixpath.normpath(path).lstrip("/")
    found = finders.find(normal)
    if not found:
        raise Http404(f"There is no static file {path!r}.")
    file = Path(found)
    return static.serve(request, file.name, document_root=file.parent, **kwargs)
