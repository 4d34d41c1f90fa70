"""The small grammars of HTTP: dates, entity tags, hosts, header parameters."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import quote, unquote

MAX_URL_LENGTH = 2048
MAX_URL_REDIRECT_LENGTH = 16384

_ETAG = re.compile(r'\s*((?:W/)?"[^"]*")\s*(?:,|$)')


def http_date(epoch_seconds: float | None = None) -> str:
    """Return a time as an HTTP date (RFC 9110, 5.6.7): `Thu, 01 Jan 1970 00:00:00 GMT`.

    Args:
        epoch_seconds: seconds since 1970, UTC; now by default.
    """
    return formatdate(epoch_seconds, usegmt=True)


def parse_http_date(date: str) -> int:
    """Return an HTTP date as seconds since 1970, UTC.

    Raises:
        ValueError: the date follows none of the three forms of RFC 9110, section 5.6.7.
    """
    try:
        parsed = parsedate_to_datetime(date)
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError(f"{date!r} is not an HTTP date.") from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return int(parsed.timestamp())


def parse_http_date_safe(date: str) -> int | None:
    """Return an HTTP date as seconds since 1970, UTC; None if it is not one."""
    try:
        return parse_http_date(date)
    except ValueError:
        return None


def parse_etags(etag_str: str) -> list[str]:
    """Return the entity tags of an If-Match or If-None-Match header (RFC 9110, 13.1).

    Returns:
        The tags with their quotes and `W/`; `["*"]` for an asterisk.
    """
    if etag_str.strip() == "*":
        return ["*"]
    return [match[1] for match in _ETAG.finditer(etag_str)]


def quote_etag(etag_str: str) -> str:
    """Return an entity tag in quotes; one that has them already stays as it is."""
    if re.fullmatch(r'(?:W/)?"[^"]*"', etag_str):
        return etag_str
    return f'"{etag_str}"'


def is_same_domain(host: str, pattern: str) -> bool:
    """Return whether a host matches a pattern: equal, or beneath one that starts with a dot."""
    pattern = pattern.lower()
    if not pattern:
        return False
    if pattern.startswith("."):
        return host.endswith(pattern) or host == pattern[1:]
    return host == pattern


def escape_leading_slashes(url: str) -> str:
    """Escape the second of two leading slashes, which would make the path name a host."""
    if url.startswith("//"):
        return f"/%2F{url[2:]}"
    return url


def parse_header_parameters(line: str, max_length: int | None = None) -> tuple[str, dict[str, str]]:
    """Split a header value from its parameters, in linear time (RFC 9110, 5.6.6; RFC 8187).

    Args:
        line: for example `text/html; charset="utf-8"`.
        max_length: the most characters to accept.

    Returns:
        The value and the parameters, with their names in lower case.

    Raises:
        ValueError: the line is longer than `max_length`.
    """
    if max_length is not None and len(line) > max_length:
        raise ValueError(f"The header value is longer than {max_length} characters.")
    key, *fields = _split_unquoted(line)
    parameters: dict[str, str] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            continue
        name, value = name.strip().lower(), value.strip()
        if name.endswith("*") and value.count("'") == 2:
            encoding, _, encoded = value.split("'")
            name = name[:-1]
            try:
                value = unquote(encoded, encoding=encoding)
            except LookupError:
                continue
        elif len(value) >= 2 and value[0] == value[-1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        parameters[name] = value
    return key.strip().lower(), parameters


def _split_unquoted(line: str) -> list[str]:
    parts, start, quoted, escaped = [], 0, False, False
    for position, letter in enumerate(line):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            parts.append(line[start:position])
            start = position + 1
    parts.append(line[start:])
    return parts


def content_disposition_header(as_attachment: bool, filename: str) -> str | None:
    """Return the value of a Content-Disposition header (RFC 6266).

    Args:
        as_attachment: whether the browser shall save the file.
        filename: the file's name; names beyond ASCII are encoded as RFC 8187 says.
    """
    if not filename:
        return "attachment" if as_attachment else None
    disposition = "attachment" if as_attachment else "inline"
    try:
        filename.encode("ascii")
    except UnicodeEncodeError:
        return f"{disposition}; filename*=utf-8''{quote(filename)}"
    escaped = filename.replace("\\", "\\\\").replace('"', r"\"")
    return f'{disposition}; filename="{escaped}"'
