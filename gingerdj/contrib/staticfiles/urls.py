"""URL patterns of static files, for development servers other than `runserver`."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import settings
from gingerdj.conf.urls.static import static
from gingerdj.contrib.staticfiles.views import serve
from gingerdj.urls import URLPattern, URLResolver


def staticfiles_urlpatterns(prefix: str | None = None) -> list[URLPattern | URLResolver]:
    """Return the pattern that serves static files; none unless `DEBUG` is on.

    Args:
        prefix: what the files' addresses begin with; `STATIC_URL` by default.
    """
    return static(settings.STATIC_URL if prefix is None else prefix, view=serve)


def __getattr__(name: str) -> Any:
    # Imported without settings, the module is only looked at.
    if name == "urlpatterns":
        return staticfiles_urlpatterns()
    raise AttributeError(f"Module {__name__!r} has no attribute {name!r}.")
