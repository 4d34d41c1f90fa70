"""Settings that still name Django's classes, and what to write in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from gingerdj.core.exceptions import ImproperlyConfigured

_PREFIX = "django."

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
    some later place.

    Args:
        values: settings by name.
        origin: where they come from, for the message.

    Raises:
        ImproperlyConfigured: there are such paths; it names what to write for each.
    """
    found = [(name, path) for name in _NAMES for path in _paths(values.get(name))]
    if found:
        raise ImproperlyConfigured(
            f"The settings in {origin} name parts of Django, which GingerDJ cannot use: "
            f"{'; '.join(_mend(name, path) for name, path in found)}."
        )


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(_PREFIX):
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
    if _exists(ours):
        return f"in {name}, write {ours!r} for {path!r}"
    return f"in {name}, take out {path!r}, of which GingerDJ has no counterpart"


def _exists(path: str) -> bool:
    parent, _, name = path.rpartition(".")
    try:
        if hasattr(import_module(parent), name):
            return True
        import_module(path)
    except ImportError:
        return False
    return True
