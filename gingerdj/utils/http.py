"""The small grammars of HTTP: dates, entity tags, hosts, header parameters."""

from __future__ import annotations

import binascii
import re
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gingerdj.utils.lazy import LazyModule, lazy_names

if TYPE_CHECKING:
    import base64
    import datetime as dt
    import unicodedata
    from urllib import parse

    from gingerdj.utils import datastructures
    from gingerdj.utils.parameters import parse_header_parameters
else:
    __getattr__, __dir__ = lazy_names(
        __name__, {"gingerdj.utils.parameters": ("parse_header_parameters",)}
    )
    base64 = LazyModule("base64")
    datastructures = LazyModule("gingerdj.utils.datastructures")
    dt = LazyModule("datetime")
    parse = LazyModule("urllib.parse")
    unicodedata = LazyModule("unicodedata")

__all__ = [
    "MAX_URL_LENGTH",
    "MAX_URL_REDIRECT_LENGTH",
    "base36_to_int",
    "content_disposition_header",
    "escape_leading_slashes",
    "http_date",
    "int_to_base36",
    "is_same_domain",
    "parse_etags",
    "parse_header_parameters",
    "parse_http_date",
    "parse_http_date_safe",
    "quote_etag",
    "url_has_allowed_host_and_scheme",
    "urlencode",
    "urlsafe_base64_decode",
    "urlsafe_base64_encode",
]

#: The longest address, in characters, that counts as safe to lead to.
MAX_URL_LENGTH = 2048
#: The longest address, in characters, that a response redirects to.
MAX_URL_REDIRECT_LENGTH = 16384

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# Expressions are compiled when they are needed, which none is at start-up.
_ETAG = r'(?:^|,)\s*((?:W/)?"[^"]*")\s*(?=,|\Z)'
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
# IMF-fixdate, RFC 850's and asctime's form (RFC 9110, 5.6.7).
_DATES = tuple(
    form.replace("TIME", _TIME)
    for form in (
        r"\w{3}, (?P<day>\d\d) (?P<month>\w{3}) (?P<year>\d{4}) TIME GMT",
        r"\w{6,9}, (?P<day>\d\d)-(?P<month>\w{3})-(?P<year>\d\d) TIME GMT",
        r"\w{3} (?P<month>\w{3}) (?P<day>[ \d]\d) TIME (?P<year>\d{4})",
    )
)
_NOT_PRINTABLE = r"[^\t\x20-\x7e]"


def urlencode(query: Any, doseq: bool = False) -> str:
    """Return fields as a query string, those of a `MultiValueDict` included.

    Args:
        query: a mapping or pairs.
        doseq: whether a value that is iterable, but no text, stands for several values.

    Raises:
        TypeError: a value is None, for which a query string has no form.
    """
    if isinstance(query, datastructures.MultiValueDict):
        query = query.lists()
    elif isinstance(query, Mapping):
        query = query.items()
    pairs = [(name, each) for name, value in query for each in _values(name, value, doseq)]
    return parse.urlencode(pairs)


def _values(name: Any, value: Any, doseq: bool) -> list[Any]:
    several = doseq and isinstance(value, Iterable) and not isinstance(value, str | bytes)
    values = list(value) if several else [value]
    if any(each is None for each in values):
        raise TypeError(
            f"Cannot encode None for key {name!r} in a query string. Did you mean to pass an "
            f"empty string or omit the value?"
        )
    # A generator or a list that stands for one value is written as Python would.
    return [each if isinstance(each, str | bytes) else str(each) for each in values]


def http_date(epoch_seconds: float | None = None) -> str:
    """Return a time as an HTTP date (RFC 9110, 5.6.7): `Thu, 01 Jan 1970 00:00:00 GMT`.

    Args:
        epoch_seconds: seconds since 1970, UTC; now by default.
    """
    at = time.gmtime(epoch_seconds)
    if at.tm_year > 9999:
        raise ValueError(f"The year {at.tm_year} has too many digits for an HTTP date.")
    return (
        f"{_DAYS[at.tm_wday]}, {at.tm_mday:02} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04} "
        f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} GMT"
    )


def parse_http_date(date: str) -> int:
    """Return an HTTP date as seconds since 1970, UTC.

    Raises:
        ValueError: the date follows none of the three forms of RFC 9110, section 5.6.7.
    """
    found = next(filter(None, (re.fullmatch(form, date, re.ASCII) for form in _DATES)), None)
    if found is None:
        raise ValueError(f"{date!r} is not in a valid HTTP date format")
    year = int(found["year"])
    if len(found["year"]) == 2:
        # Such a year is the last of its kind that lies at most 50 years ahead.
        latest = dt.datetime.now(dt.UTC).year + 50
        year = latest - (latest - year) % 100
    try:
        month = _MONTHS.index(found["month"].capitalize()) + 1
        day, hour, minute, second = map(int, found.group("day", "hour", "minute", "second"))
        return int(dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC).timestamp())
    except ValueError as error:
        raise ValueError(f"{date!r} is not a valid date") from error


def parse_http_date_safe(date: str) -> int | None:
    """Return an HTTP date as seconds since 1970, UTC; None if it is not one."""
    try:
        return parse_http_date(date)
    except (TypeError, ValueError):
        return None


def base36_to_int(s: str) -> int:
    """Return the number that stands in base 36.

    Raises:
        ValueError: it is not one, or has more than 13 digits, more than 64 bits need.
    """
    if len(s) > 13:
        raise ValueError("Base36 input too large")
    return int(s, 36)


def int_to_base36(i: int) -> str:
    """Return a number in base 36.

    Raises:
        ValueError: it is negative.
    """
    if i < 0:
        raise ValueError("Negative base36 conversion input.")
    digits = ""
    while i >= 36:
        i, digit = divmod(i, 36)
        digits = _BASE36[digit] + digits
    return _BASE36[i] + digits


def urlsafe_base64_encode(s: bytes) -> str:
    """Return bytes in base64 for addresses (RFC 4648, 5), without the `=` at the end."""
    return base64.urlsafe_b64encode(s).rstrip(b"=").decode("ascii")


def urlsafe_base64_decode(s: str | bytes) -> bytes:
    """Return the bytes of base64 for addresses, with or without the `=` at its end.

    Raises:
        ValueError: it is not such base64.
    """
    data = s.encode() if isinstance(s, str) else s
    try:
        return base64.urlsafe_b64decode(data + b"=" * (len(data) % 4))
    except binascii.Error as error:
        raise ValueError(f"This is not base64: {error}") from error


def parse_etags(etag_str: str) -> list[str]:
    """Return the entity tags of an If-Match or If-None-Match header (RFC 9110, 13.1).

    Returns:
        The tags with their quotes and `W/`; `["*"]` for an asterisk.
    """
    if not etag_str:
        return []
    if etag_str.strip() == "*":
        return ["*"]
    return [match[1] for match in re.finditer(_ETAG, etag_str)]


def quote_etag(etag_str: str) -> str:
    """Return an entity tag in quotes; one that has them already stays as it is."""
    if re.fullmatch(r'(?:W/)?"[^"]*"', etag_str):
        return etag_str
    return f'"{etag_str}"'


def is_same_domain(host: str, pattern: str | None) -> bool:
    """Return whether a host matches a pattern: equal, or beneath one that starts with a dot."""
    if not pattern:
        return False
    pattern = pattern.lower()
    if pattern.startswith("."):
        return host.endswith(pattern) or host == pattern[1:]
    return host == pattern


def url_has_allowed_host_and_scheme(
    url: str | None, allowed_hosts: str | Iterable[str] | None, require_https: bool = False
) -> bool:
    """Return whether an address is safe to redirect to: on an allowed host, by HTTP or HTTPS.

    An address without a host leads to the site's own.  What browsers are known to read
    otherwise than RFC 3986 does counts as unsafe.

    Args:
        url: the address.
        allowed_hosts: the hosts, with their ports.
        require_https: whether HTTPS alone is safe.
    """
    url = (url or "").strip()
    if not url:
        return False
    hosts = {allowed_hosts} if isinstance(allowed_hosts, str) else set(allowed_hosts or ())
    # Browsers take a backslash for a slash.
    return all(_leads_to(each, hosts, require_https) for each in (url, url.replace("\\", "/")))


def _leads_to(url: str, allowed_hosts: set[str], require_https: bool) -> bool:
    # Browsers drop slashes beyond two, and control characters at the start.
    if len(url) > MAX_URL_LENGTH or url.startswith("///") or unicodedata.category(url[0])[0] == "C":
        return False
    try:
        parts = parse.urlsplit(url)
    except ValueError:
        return False
    # http:///host and javascript:x have a scheme, but no host that could be allowed.
    if parts.scheme and not parts.netloc:
        return False
    scheme = parts.scheme or ("http" if parts.netloc else "")
    schemes = ("https",) if require_https else ("http", "https")
    host_allowed = not parts.netloc or parts.netloc in allowed_hosts
    return host_allowed and (not scheme or scheme in schemes)


def escape_leading_slashes(url: str) -> str:
    """Escape the second of two leading slashes, which would make the path name a host."""
    if url.startswith("//"):
        return f"/%2F{url[2:]}"
    return url


def content_disposition_header(as_attachment: bool, filename: str) -> str | None:
    """Return the value of a Content-Disposition header (RFC 6266).

    Args:
        as_attachment: whether the browser shall save the file.
        filename: the file's name; one beyond printable ASCII is encoded as RFC 8187 says.
    """
    if not filename:
        return "attachment" if as_attachment else None
    disposition = "attachment" if as_attachment else "inline"
    if re.search(_NOT_PRINTABLE, filename):
        return f"{disposition}; filename*=utf-8''{parse.quote(filename)}"
    escaped = filename.replace("\\", "\\\\").replace('"', r"\"")
    return f'{disposition}; filename="{escaped}"'
