"""Walking folders of static files, and what their settings must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.utils._os import safe_join


class Folder(NamedTuple):
    """A folder of static files.

    Args:
        location: the folder.
        prefix: the path beneath which its files are found.
    """

    location: str
    prefix: str = ""

    def path(self, name: str) -> str:
        """Return the absolute path of a file.

        Raises:
            SuspiciousFileOperation: it lies outside of the folder.
        """
        return safe_join(self.location, name)


def matches_patterns(path: str, patterns: Collection[str]) -> bool:
    """Return whether a path matches one of some patterns of the shell's kind."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def get_files(
    folder: Folder, ignore_patterns: Collection[str] = (), location: str = ""
) -> Iterator[str]:
    """Yield the paths of a folder's files, in order, with slashes.

    Args:
        folder: the folder.
        ignore_patterns: names or paths of files and folders to leave out.
        location: a folder within, to begin at.
    """
    for each in sorted(Path(folder.path(location)).iterdir()):
        path = f"{location}/{each.name}" if location else each.name
        if matches_patterns(each.name, ignore_patterns) or matches_patterns(path, ignore_patterns):
            continue
        if each.is_dir():
            yield from get_files(folder, ignore_patterns, path)
        else:
            yield path


def check_settings(base_url: str | None = None) -> None:
    """Refuse settings with which static and uploaded files would be mixed up.

    Args:
        base_url: the address of static files; `STATIC_URL` by default.

    Raises:
        ImproperlyConfigured: `STATIC_URL` is missing, or `MEDIA_URL` or `MEDIA_ROOT` is that of
            static files.
    """
    base_url = settings.STATIC_URL if base_url is None else base_url
    if not base_url:
        raise ImproperlyConfigured(
            "The setting STATIC_URL is missing, which gingerdj.contrib.staticfiles needs: set it, "
            "to 'static/' for example."
        )
    if base_url == settings.MEDIA_URL:
        raise ImproperlyConfigured(
            f"MEDIA_URL and STATIC_URL are both {base_url!r}: give uploaded files an address of "
            "their own."
        )
    if settings.DEBUG and settings.MEDIA_URL.startswith(base_url):
        raise ImproperlyConfigured(
            f"MEDIA_URL {settings.MEDIA_URL!r} lies within STATIC_URL {base_url!r}, so runserver "
            "would look for uploaded files among the static ones: move one of them."
        )
    if settings.MEDIA_ROOT and settings.MEDIA_ROOT == settings.STATIC_ROOT:
        raise ImproperlyConfigured(
            f"MEDIA_ROOT and STATIC_ROOT are both {str(settings.MEDIA_ROOT)!r}: give uploaded "
            "files a folder of their own."
        )
