"""Converters: the parts of a path that are values."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from gingerdj.urls.exceptions import NoReverseMatch
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import uuid
else:
    uuid = LazyModule("uuid")


class IntConverter:
    """Digits, as an `int`."""

    regex: ClassVar[str] = "[0-9]+"

    def to_python(self, value: str) -> Any:
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class StringConverter:
    """Anything but a slash."""

    regex: ClassVar[str] = "[^/]+"

    def to_python(self, value: str) -> Any:
        return value

    def to_url(self, value: Any) -> str:
        return str(value)


class UUIDConverter:
    """A UUID in lower case, as a `uuid.UUID`."""

    regex: ClassVar[str] = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> Any:
        return uuid.UUID(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class SlugConverter(StringConverter):
    """Letters, digits, hyphens and underscores of ASCII."""

    regex: ClassVar[str] = "[-a-zA-Z0-9_]+"


class PathConverter(StringConverter):
    """Anything, slashes too."""

    regex: ClassVar[str] = ".+"


#: The project's own converters by name.
REGISTERED_CONVERTERS: dict[str, Any] = {}


def register_converter(converter: type, type_name: str) -> None:
    """Make a converter known to `path()`.

    Args:
        converter: a class with `regex`, `to_python(value)`, which raises `ValueError` for
            what it does not match after all, and `to_url(value)`.
        type_name: its name in a route, as `int` in `<int:id>`; where that is taken, there is a
            warning, and routes made from then on have the new one.
    """
    if type_name in get_converters():
        warnings.warn(
            f"Converter {type_name!r} is already registered. Choose another name.",
            DeprecationWarning,
            stacklevel=2,
        )
    REGISTERED_CONVERTERS[type_name] = converter()
    get_converters.cache_clear()


_DEFAULTS: dict[str, Any] = {
    "int": IntConverter(),
    "path": PathConverter(),
    "slug": SlugConverter(),
    "str": StringConverter(),
    "uuid": UUIDConverter(),
}


@cache
def get_converters() -> dict[str, Any]:
    """Return every converter by its name."""
    return {**_DEFAULTS, **REGISTERED_CONVERTERS}


def to_url(converter: Any, value: Any) -> str:
    """Return a value as its converter writes it.

    Raises:
        NoReverseMatch: the converter refuses the value.
    """
    try:
        return str(converter.to_url(value))
    except ValueError as error:
        raise NoReverseMatch(f"The converter refuses {value!r}: {error}") from error
