"""Cookies, as clients send them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from http.cookies import SimpleCookie
else:
    __getattr__, __dir__ = lazy_names(__name__, {"http.cookies": ("SimpleCookie",)})

__all__ = ["SimpleCookie", "parse_cookie"]

_ESCAPE = r"\\(?:([0-3][0-7][0-7])|(.))"


def parse_cookie(cookie: str) -> dict[str, str]:
    """Return the cookies of a Cookie header (RFC 6265, 5.4), read as browsers write them.

    Args:
        cookie: the header's value; several fields are joined with `; ` first.

    Returns:
        Names and values; a part without `=` is a value without a name.
    """
    cookies: dict[str, str] = {}
    is_quoted = '"' in cookie
    for part in cookie.split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = "", name
        name, value = name.strip(), value.strip()
        if name or value:
            cookies[name] = _unquoted(value) if is_quoted else value
    return cookies


def _unquoted(value: str) -> str:
    # The standard library's own reader needs quadratic time before Python 3.11.10.
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return re.sub(
        _ESCAPE, lambda found: chr(int(found[1], 8)) if found[1] else found[2], value[1:-1]
    )


def cookie_salt(key: str, salt: str) -> str:
    """Return the salt of a signed cookie's signature, which no other name and salt have."""
    return f"{len(key)}:{key}{salt}"
