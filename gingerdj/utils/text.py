"""Text: put together late, cut short, split, or made into names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.utils.compression import (
    StreamingBuffer,
    acompress_sequence,
    compress_sequence,
    compress_string,
)
from gingerdj.utils.functional import keep_lazy_text, lazy
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.truncation import (
    Truncator,
    add_truncation_text,
    calculate_truncate_chars_length,
)

if TYPE_CHECKING:
    import textwrap
    import unicodedata
else:
    textwrap = LazyModule("textwrap")
    unicodedata = LazyModule("unicodedata")

__all__ = [
    "StreamingBuffer",
    "Truncator",
    "acompress_sequence",
    "add_truncation_text",
    "calculate_truncate_chars_length",
    "camel_case_to_spaces",
    "capfirst",
    "compress_sequence",
    "compress_string",
    "format_lazy",
    "get_text_list",
    "get_valid_filename",
    "normalize_newlines",
    "phone2numeric",
    "slugify",
    "smart_split",
    "trim_value",
    "unescape_string_literal",
    "wrap",
]

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_BARE = r"""[^\s"']*"""
_WORD = rf"(?:{_BARE}{_QUOTED})+{_BARE}|\S+"
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


def _format(format_string: Any, *args: Any, **kwargs: Any) -> str:
    return str(format_string).format(*args, **kwargs)


#: Return `format_string.format(...)`, put off until the text is used.
format_lazy = lazy(_format, str)


@keep_lazy_text
def capfirst(x: Any) -> Any:
    """Return text whose first letter is a capital; what is false comes back as it is."""
    if not x:
        return x
    text = str(x)
    return text[0].upper() + text[1:]


@keep_lazy_text
def wrap(text: str, width: int) -> str:
    """Return text whose lines are broken at spaces; a longer word has a line of its own.

    Args:
        text: the text, whose own lines stay.
        width: the most characters of a line.

    Raises:
        ValueError: the width is less than 1.
    """
    wrapper = textwrap.TextWrapper(
        width,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = text.splitlines()
    if text.endswith("\n"):
        lines.append("")
    # Nothing is left of an empty line: it stays as it is.
    return "\n".join(wrapper.fill(line) or line for line in lines)


@keep_lazy_text
def get_text_list(list_: Sequence[Any], last_word: Any = "or") -> str:
    """Return items as a phrase: `a, b or c`.

    Args:
        list_: the items.
        last_word: the word before the last one.
    """
    if len(list_) < 2:
        return "".join(map(str, list_))
    *others, last = map(str, list_)
    return f"{', '.join(others)} {last_word} {last}"


@keep_lazy_text
def phone2numeric(phone: str) -> str:
    """Return a telephone number whose letters are digits, as on the keys (ITU-T E.161)."""
    return phone.lower().translate(_KEYS)


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


def camel_case_to_spaces(value: str) -> str:
    """Return a name such as `HTTPServerError` as lower-case words: `http server error`."""
    return re.sub("(?<=[a-z])[A-Z]|[A-Z](?![A-Z]|$)", r" \g<0>", value).strip().lower()


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
        raise SuspiciousFileOperation(f"Could not derive file name from '{name}'")
    return valid


def smart_split(text: Any) -> Iterator[str]:
    """Yield the words of a text; between quotes, spaces are letters like any other.

    Quotes stay, and so do the backslashes before quotes that end nothing.
    """
    for found in re.finditer(_WORD, str(text)):
        yield found[0]


@keep_lazy_text
def unescape_string_literal(s: str) -> str:
    """Return what stands between quotes, `\\\\` and `\\` with the quote read as one character.

    Raises:
        ValueError: the text does not begin and end with the same quote.
    """
    if not s or s[0] not in "\"'" or s[-1] != s[0]:
        raise ValueError(f"Not a string literal: {s!r}")
    return re.sub(rf"\\([\\{s[0]}])", r"\1", s[1:-1])


def trim_value(value: Any, limit: int = 4096) -> tuple[Any, str]:
    """Return the beginning of a text, and how many of its characters are left out.

    Args:
        value: the text; anything else comes back whole.
        limit: the most characters to return.
    """
    if not isinstance(value, str) or len(value) <= limit:
        return value, ""
    left_out = len(value) - limit
    return value[:limit], f"… <trimmed {left_out} chars out of {len(value)}>"
