"""Values that are the last segment of a path, read without searching the path for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gingerdj.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

#: What reads a segment: it returns the value, or None if the converter does not match.
Reader = Callable[[str], Any]

_is_slug = re.compile(SlugConverter.regex).fullmatch
_is_uuid = re.compile(UUIDConverter.regex).fullmatch
_to_uuid = UUIDConverter().to_python


def read_int(text: str) -> int | None:
    """Read what `IntConverter` matches."""
    # isdigit() knows the digits of other scripts, too.
    if text.isdigit() and text.isascii():
        try:
            return int(text)
        except ValueError:  # There are more than int() takes.
            pass
    return None


def _read_str(text: str) -> str | None:
    return text or None


def _read_slug(text: str) -> str | None:
    return text if _is_slug(text) else None


def _read_uuid(text: str) -> Any:
    return _to_uuid(text) if _is_uuid(text) else None


#: The readers of those converters whose values hold no slash.
READERS: dict[type, Reader] = {
    IntConverter: read_int,
    SlugConverter: _read_slug,
    StringConverter: _read_str,
    UUIDConverter: _read_uuid,
}
