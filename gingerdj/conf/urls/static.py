"""URL patterns of files that a project serves itself while it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.urls import URLPattern, URLResolver, re_path
from gingerdj.views.static import serve


def static(
    prefix: str, view: Callable[..., Any] = serve, **kwargs: Any
) -> list[URLPattern | URLResolver]:
    """Return the pattern that serves files beneath a prefix; none unless `DEBUG` is on.

    Args:
        prefix: what the files' addresses begin with, such as `MEDIA_URL`; one on another host
            gives no pattern.
        view: the view.
        kwargs: further arguments of the view, such as `document_root`.

    Raises:
        ImproperlyConfigured: the prefix is empty.
    """
    if not prefix:
        raise ImproperlyConfigured(
            "Empty static prefix not permitted, for it would hide the whole site: give one, such "
            "as '/media/'."
        )
    if not settings.DEBUG or urlsplit(prefix).netloc:
        return []
    route = rf"^{re.escape(prefix.lstrip('/'))}(?P<path>.*)$"
    return [re_path(route, view, kwargs=kwargs)]
