"""Forms as browsers send them, with files (RFC 7578)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from gingerdj.conf import settings
from gingerdj.utils.encoding import force_bytes

#: The boundary between the parts of a test's forms.
BOUNDARY = "BoUnDaRyStRiNg"
#: The content type of a test's forms.
MULTIPART_CONTENT = f"multipart/form-data; boundary={BOUNDARY}"
#: Finds the charset of a content type.
CONTENT_TYPE_RE = re.compile(r".*; charset=([\w-]+);?")

# What browsers escape in names (HTML standard, 4.10.21.8).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def encode_multipart(boundary: str, data: Mapping[str, Any]) -> bytes:
    """Return a form as `multipart/form-data`.

    Args:
        boundary: the boundary between the parts.
        data: the fields; a file, or a list of values and files, becomes what it would in a form.

    Raises:
        TypeError: a value is None, for which a form has no way to say so.
    """
    parts = [
        encode_file(boundary, key, value) if _is_file(value) else _field(boundary, key, value)
        for key, values in data.items()
        for value in _each(key, values)
    ]
    lines = [line for part in parts for line in part]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def _each(key: str, values: Any) -> Iterable[Any]:
    if values is None:
        raise TypeError(
            f"Cannot encode None for key {key!r} as POST data. Did you mean to pass an empty "
            f"string or omit the value?"
        )
    if isinstance(values, str | bytes) or _is_file(values) or not isinstance(values, Iterable):
        return [values]
    return values


def _is_file(value: Any) -> bool:
    return callable(getattr(value, "read", None))


def _field(boundary: str, key: str, value: Any) -> list[bytes]:
    return [
        f"--{boundary}".encode(),
        _encoded(f'Content-Disposition: form-data; name="{_escaped(key)}"'),
        b"",
        _encoded(value),
    ]


def encode_file(boundary: str, key: str, file: Any) -> list[bytes]:
    """Return the lines of the part that holds a file.

    Args:
        boundary: the boundary between the parts.
        key: the field's name.
        file: the file; its `content_type`, or else its name, tells the media type.
    """
    name = getattr(file, "name", None)
    file_name = PurePath(name).name if isinstance(name, str) else ""
    guessed = mimetypes.guess_type(file_name)[0]
    content_type = getattr(file, "content_type", None) or guessed or "application/octet-stream"
    return [
        f"--{boundary}".encode(),
        _encoded(
            f'Content-Disposition: form-data; name="{_escaped(key)}"; '
            f'filename="{_escaped(file_name or key)}"'
        ),
        _encoded(f"Content-Type: {content_type}"),
        b"",
        _encoded(file.read()),
    ]


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _encoded(text: Any) -> bytes:
    return force_bytes(text, settings.DEFAULT_CHARSET) if not isinstance(text, bytes) else text
