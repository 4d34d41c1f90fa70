"""Where static files are found: the project's folders, and one in each app."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from gingerdj.apps import apps
from gingerdj.conf import settings
from gingerdj.contrib.staticfiles.utils import Folder, get_files
from gingerdj.core.checks import CheckMessage, Error, Warning
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.signals import setting_changed
from gingerdj.utils.lazy import absent_names
from gingerdj.utils.module_loading import import_string

__getattr__ = absent_names(__name__)

#: The folders that the last `find()` looked into.
searched_locations: list[str] = []


class BaseFinder:
    """What every finder does."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Return what is wrong with the finder's settings."""
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        """Return the absolute path of a file, or nothing.

        Args:
            path: the file's path as its address gives it.
            find_all: whether to return a list of all such files.
        """
        raise NotImplementedError(f"{type(self).__name__} must define find().")

    def list(self, ignore_patterns: Collection[str] | None) -> Iterator[tuple[str, Folder]]:
        """Yield every file's path with the folder that it is in.

        Args:
            ignore_patterns: names or paths of files and folders to leave out.
        """
        raise NotImplementedError(f"{type(self).__name__} must define list().")


class _FolderFinder(BaseFinder):
    """Looks into folders, in order."""

    folders: Sequence[Folder]

    def find(self, path: str, find_all: bool = False) -> Any:
        matches: list[str] = []
        for folder in self.folders:
            if folder.location not in searched_locations:
                searched_locations.append(folder.location)
            if found := _find(folder, path):
                if not find_all:
                    return found
                matches.append(found)
        return matches

    def list(self, ignore_patterns: Collection[str] | None) -> Iterator[tuple[str, Folder]]:
        for folder in self.folders:
            if Path(folder.location).is_dir():
                for path in get_files(folder, ignore_patterns or ()):
                    yield path, folder


def _find(folder: Folder, path: str) -> str | None:
    if folder.prefix:
        if not path.startswith(f"{folder.prefix}/"):
            return None
        path = path.removeprefix(f"{folder.prefix}/")
    found = folder.path(path)
    return found if Path(found).exists() else None


class FileSystemFinder(_FolderFinder):
    """Finds files in the folders of the setting `STATICFILES_DIRS`.

    Args:
        app_names: not used.
    """

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.folders = list(dict.fromkeys(map(_as_folder, settings.STATICFILES_DIRS)))
        #: The folders as pairs of prefix and path.
        self.locations = [(folder.prefix, folder.location) for folder in self.folders]

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        if not isinstance(settings.STATICFILES_DIRS, list | tuple):
            return [
                Error(
                    f"STATICFILES_DIRS is {settings.STATICFILES_DIRS!r}, no list and no tuple.",
                    hint="Put the folder in a list.",
                    id="staticfiles.E001",
                )
            ]
        found: list[CheckMessage] = []
        root = settings.STATIC_ROOT
        for folder in self.folders:
            if root and Path(root).absolute() == Path(folder.location).absolute():
                found.append(
                    Error(
                        f"STATICFILES_DIRS holds STATIC_ROOT, {str(root)!r}, so collectstatic "
                        "would read where it writes.",
                        hint="Let STATIC_ROOT be a folder of its own.",
                        id="staticfiles.E002",
                    )
                )
            if folder.prefix.endswith("/"):
                found.append(
                    Error(
                        f"The prefix {folder.prefix!r} in STATICFILES_DIRS ends with a slash.",
                        hint="Take the slash out.",
                        id="staticfiles.E003",
                    )
                )
            if not Path(folder.location).is_dir():
                found.append(
                    Warning(
                        f"STATICFILES_DIRS names {folder.location!r}, but there is no such folder.",
                        hint="Mend the path, or create the folder.",
                        id="staticfiles.W004",
                    )
                )
        return found


def _as_folder(entry: Any) -> Folder:
    prefix, location = entry if isinstance(entry, list | tuple) else ("", entry)
    return Folder(str(location), prefix)


class AppDirectoriesFinder(_FolderFinder):
    """Finds files in the folder `static` of each app.

    Args:
        app_names: the apps to look into; all of them by default.
    """

    source_dir = "static"

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        found = {
            config.name: Folder(str(Path(config.path, self.source_dir)))
            for config in apps.get_app_configs()
            if not app_names or config.name in app_names
        }
        found = {name: each for name, each in found.items() if Path(each.location).is_dir()}
        #: The names of the apps that have the folder.
        self.apps = [*found]
        self.folders = [*found.values()]


def find(path: str, find_all: bool = False) -> Any:
    """Return the absolute path of a static file, or None.

    Args:
        path: the file's path as its address gives it.
        find_all: whether to return a list of all such files.

    Raises:
        SuspiciousFileOperation: the path leads out of a folder of static files.
    """
    searched_locations.clear()
    matches: list[str] = []
    for finder in get_finders():
        found = finder.find(path, find_all=find_all)
        if not find_all and found:
            return found
        matches += found or []
    return matches if find_all else None


def get_finders() -> Iterator[BaseFinder]:
    """Yield the finders of the setting `STATICFILES_FINDERS`."""
    for path in settings.STATICFILES_FINDERS:
        yield get_finder(path)


@functools.cache
def get_finder(import_path: str) -> BaseFinder:
    """Return the one finder of a class.

    Args:
        import_path: the class's dotted path.

    Raises:
        ImportError: there is no such class.
        ImproperlyConfigured: it is no finder.
    """
    kind = import_string(import_path)
    if not (isinstance(kind, type) and issubclass(kind, BaseFinder)):
        raise ImproperlyConfigured(
            f"STATICFILES_FINDERS names {import_path!r}, which is no subclass of "
            f"{BaseFinder.__module__}.BaseFinder."
        )
    return kind()


def _forget_finders(*, setting: str, **_: Any) -> None:
    if setting in ("STATICFILES_DIRS", "STATICFILES_FINDERS", "INSTALLED_APPS"):
        get_finder.cache_clear()


setting_changed.connect(_forget_finders, dispatch_uid="gingerdj.contrib.staticfiles.finders")
