"""Settings that still name Django's classes, and what to write in their place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions
    from gingerdj.utils import absent
else:
    absent = LazyModule("gingerdj.utils.absent")
    exceptions = LazyModule("gingerdj.core.exceptions")

_PREFIX = "django."

# Where a project's own prefix is changed, these are left of what GingerDJ has not.
_PARTS = ("gingerdj.contrib.", "gingerdj.middleware.")

_FOLDER = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would be imported for it.

# The settings that hold dotted paths, alone, in lists or in dictionaries.
_NAMES = (
    "CSRF_FAILURE_VIEW",
    "DATABASES",
    "DATABASE_ROUTERS",
    "DEFAULT_EXCEPTION_REPORTER",
    "DEFAULT_EXCEPTION_REPORTER_FILTER",
    "FILE_UPLOAD_HANDLERS",
    "INSTALLED_APPS",
    "LOGGING",
    "LOGGING_CONFIG",
    "MIDDLEWARE",
    "SIGNING_BACKEND",
    "STATICFILES_FINDERS",
    "TEST_RUNNER",
)

# In dictionaries, what stands at other keys may be text that is no path.
_KEYS = ("()", "class", "ENGINE")


def refuse_django_paths(values: Mapping[str, Any], origin: str) -> None:
    """Refuse dotted paths into Django, which import well where Django is installed, and fail at
    some later place; and those to modules of Django's that GingerDJ has not.

    Args:
        values: settings by name.
        origin: where they come from, for the message.

    Raises:
        ImproperlyConfigured: there are such paths; it names what to write for each.
    """
    found = [(name, path) for name in _NAMES for path in _paths(values.get(name))]
    if found:
        raise exceptions.ImproperlyConfigured(
            f"The settings in {origin} name what GingerDJ cannot use: "
            f"{'; '.join(_mend(name, path) for name, path in found)}."
        )


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(_PREFIX) or (value.startswith(_PARTS) and _is_missing(value)):
            yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key in _KEYS or not isinstance(each, str):
                yield from _paths(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _paths(each)


def _mend(name: str, path: str) -> str:
    ours = f"gingerdj.{path.removeprefix(_PREFIX)}"
    if path.startswith(_PREFIX) and _exists(ours):
        return f"in {name}, write {ours!r} for {path!r}"
    return f"in {name}, take out {path!r}, of which GingerDJ has no counterpart"


def _is_missing(path: str) -> bool:
    """Whether a path leads to what GingerDJ has not; no module that is there is imported."""
    file = os.path.join(_FOLDER, *path.split(".")[1:3])  # noqa: PTH118 - see above.
    there = os.path.isdir(file) or os.path.isfile(f"{file}.py")  # noqa: PTH112, PTH113
    return not there and absent.mend_of(path) is not None


def _exists(path: str) -> bool:
    parent, _, name = path.rpartition(".")
    try:
        if hasattr(import_module(parent), name):
            return True
        import_module(path)
    except ImportError:
        return False
    return True
