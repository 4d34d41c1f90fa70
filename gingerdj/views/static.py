"""Files and folders as responses, for development: servers such as nginx do it faster."""

from __future__ import annotations

import mimetypes
import posixpath
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from gingerdj.utils._os import safe_join
from gingerdj.utils.html import escape
from gingerdj.utils.http import http_date, parse_http_date_safe

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="robots" content="noindex">
  <title>Index of {title}</title>
</head>
<body>
<h1>Index of {title}</h1>
<ul>
{items}</ul>
</body>
</html>
"""


def serve(
    request: HttpRequest, path: str, document_root: Any = None, show_indexes: bool = False
) -> Any:
    """Answer with a file of a folder, or 304 if the client has it as it is (RFC 9110, 13.1.3).

    Args:
        request: the request.
        path: the file's path in the folder, with slashes.
        document_root: the folder.
        show_indexes: whether folders are answered with a list of what they hold.

    Raises:
        Http404: there is no such file, or it is a folder.
        SuspiciousFileOperation: the path leads out of the folder.
        ImproperlyConfigured: `document_root` is missing.
    """
    if document_root is None:
        raise ImproperlyConfigured(
            "The view gingerdj.views.static.serve needs a document_root: give it to path() as "
            "{'document_root': '/srv/mysite/files'}."
        )
    path = posixpath.normpath(path).lstrip("/")
    full_path = Path(safe_join(document_root, path))
    if full_path.is_dir():
        if not show_indexes:
            raise Http404(f"{path!r} is a folder, and folders are not listed here.")
        return directory_index(path, full_path)
    if not full_path.is_file():
        raise Http404(f"There is no file {str(full_path)!r}.")
    modified = full_path.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        return HttpResponseNotModified()
    content_type, encoding = mimetypes.guess_type(full_path.name)
    response = FileResponse(
        full_path.open("rb"), content_type=content_type or "application/octet-stream"
    )
    response["Last-Modified"] = http_date(modified)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def directory_index(path: str, fullpath: Path) -> HttpResponse:
    """Answer with a list of what a folder holds, but for names that begin with a dot.

    Args:
        path: the folder's path as the client knows it.
        fullpath: the folder.
    """
    names = [
        f"{each.name}/" if each.is_dir() else each.name
        for each in sorted(fullpath.iterdir())
        if not each.name.startswith(".")
    ]
    if path.strip("./"):
        names.insert(0, "../")
    # A name with a colon would be read as a scheme (RFC 3986, 4.2); quote() escapes it.
    items = "".join(f'<li><a href="{quote(name)}">{escape(name)}</a></li>\n' for name in names)
    title = escape(path if path.endswith("/") else f"{path}/")
    return HttpResponse(_PAGE.format(title=title, items=items))


def was_modified_since(header: str | None = None, mtime: float = 0) -> bool:
    """Return whether a file changed after the time that If-Modified-Since gives.

    Args:
        header: the header's value; a missing or wrong one counts as long ago.
        mtime: when the file changed, in seconds since 1970.
    """
    since = parse_http_date_safe(header or "")
    # HTTP dates have whole seconds.
    return since is None or int(mtime) > since
