"""Prepares what programs print for a page: code in it is put between backquotes."""

import re

_CODE = re.compile(
    r"`[^`]*`"  # Marked already.
    r"|(?<![\w'])'[^'\s]+'(?!\w)"  # A string.
    r"|(?<![\w-])--[a-z][\w-]*"  # An option.
    r"|\b[A-Za-z_][\w.]*\([^()]*\)"  # A call.
    r"|\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b"  # A setting, or an environment variable.
    r"|\b\w+(?:Middleware|Error|Handler|Finder|Config)\b"  # A class.
    r"|(?<![\w.])[\w*]*\.?[\w]+\.(?:py|sh)\b"  # A file.
    r"|(?<![\w.*`])\.[a-z]\w*\b|\b__\w+__\b"  # A hidden file, a special name.
    r"|(?<![\w.])(?:\d+\.){3}\d+(?::\d+)?|\[::1\](?::\d+)?"  # An address.
)


def marked(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return a text in Markdown, in one line, with code and ``names`` as literals."""
    text = " ".join(text.split())
    pattern = "|".join([_CODE.pattern, *(rf"\b{name}\b" for name in sorted(names))])
    return re.sub(pattern, lambda match: f"`{match[0].strip('`')}`", text)
