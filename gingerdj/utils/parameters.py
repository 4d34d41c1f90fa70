"""The parameters of header values, such as a charset."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from urllib import parse
else:
    parse = LazyModule("urllib.parse")

# Compiled when they are needed, which is seldom.
# Of quoted pairs only those that must be: browsers send file names with lone backslashes.
_QUOTED_PAIR = r'\\(["\\])'
_MARK = r'\\["\\]|[";]'
# RFC 8187, 3.2.1 asks for the first; some of the others take more than linear time.
_PARAMETER_CODECS = ("utf-8", "iso8859-1", "ascii")


def parse_header_parameters(line: str) -> tuple[str, dict[str, str]]:
    """Split a header value from its parameters, in linear time (RFC 9110, 5.6.6; RFC 8187).

    Args:
        line: for example `text/html; charset="utf-8"`.

    Returns:
        The value and the parameters, with their names in lower case; one without a value has an
        empty one, and `name*` takes the place of `name`.
    """
    if ";" not in line:
        return line.strip().lower(), {}
    key, *fields = _split_unquoted(line)
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition("=")
        name, value = name.strip().lower(), _without_quotes(value.strip())
        if not name.endswith("*") or not re.fullmatch(r"\w+", name[:-1]):
            plain[name] = value
        elif (decoded := _extended_value(value)) is not None:
            extended[name[:-1]] = decoded
    parameters = plain | extended
    parameters.pop("", None)
    return key.partition("=")[0].strip().lower(), parameters


def _without_quotes(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(_QUOTED_PAIR, r"\1", value[1:-1])
    return value


def _extended_value(value: str) -> str | None:
    """Decode a value as RFC 8187, 3.2 writes it; None if its charset is none to decode."""
    try:
        encoding, _, encoded = value.split("'", 2)
    except ValueError:  # It names no charset.
        return parse.unquote(value, encoding="ascii")
    return (
        parse.unquote(encoded, encoding=encoding) if _codec(encoding) in _PARAMETER_CODECS else None
    )


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return ""


def _split_unquoted(line: str) -> list[str]:
    if '"' not in line:
        return line.split(";")
    parts, start, quoted = [], 0, False
    for mark in re.finditer(_MARK, line):
        if mark[0] == '"':
            quoted = not quoted
        elif mark[0] == ";" and not quoted:
            parts.append(line[start : mark.start()])
            start = mark.end()
    parts.append(line[start:])
    return parts
