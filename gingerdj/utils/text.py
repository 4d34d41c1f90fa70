"""Text: put together late, or made into names."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.utils.functional import keep_lazy_text, lazy


def _format(format_string: Any, *args: Any, **kwargs: Any) -> str:
    return str(format_string).format(*args, **kwargs)


#: Return `format_string.format(...)`, put off until the text is used.
format_lazy = lazy(_format, str)


@keep_lazy_text
def slugify(value: Any, allow_unicode: bool = False) -> str:
    """Return text as a part of an address: lower-case letters, digits, `_`, and `-` for spaces.

    Args:
        value: the text.
        allow_unicode: whether letters beyond ASCII stay.
    """
    text = unicodedata.normalize("NFKC" if allow_unicode else "NFKD", str(value))
    if not allow_unicode:
        text = text.encode("ascii", "ignore").decode()
    text = re.sub(r"[^\w\s-]", "", text.lower())
    return re.sub(r"[-\s]+", "-", text).strip("-_")


@keep_lazy_text
def normalize_newlines(text: Any) -> str:
    """Return text whose lines end in `\\n`, whatever they ended in."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n")


@keep_lazy_text
def get_valid_filename(name: Any) -> str:
    """Return a name for a file: letters, digits, `_`, `-`, `.`, and `_` for spaces.

    Raises:
        SuspiciousFileOperation: nothing is left that could be a name.
    """
    valid = re.sub(r"[^-\w.]", "", str(name).strip().replace(" ", "_"))
    if valid in ("", ".", ".."):
        raise SuspiciousFileOperation(f"No name for a file can be made of {name!r}.")
    return valid
