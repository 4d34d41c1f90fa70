"""The headers of requests, as they stand in `META`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gingerdj.utils.caseless import CaseInsensitiveMapping


class HttpHeaders(CaseInsensitiveMapping[str]):
    """A request's headers, found in its `META`, whatever the case; `_` may stand for `-`."""

    HTTP_PREFIX = "HTTP_"
    UNPREFIXED_HEADERS = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})

    def __init__(self, environ: Mapping[str, Any]) -> None:
        names = ((self.parse_header_name(key), value) for key, value in environ.items())
        super().__init__([(name, value) for name, value in names if name])

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key.replace("_", "-"))

    @classmethod
    def parse_header_name(cls, header: str) -> str | None:
        """Return a `META` key as a header's name; None if it stands for no header."""
        if header.startswith(cls.HTTP_PREFIX):
            header = header.removeprefix(cls.HTTP_PREFIX)
        elif header not in cls.UNPREFIXED_HEADERS:
            return None
        return header.replace("_", "-").title()

    @classmethod
    def to_wsgi_name(cls, header: str) -> str:
        """Return a header's name as its `META` key: `User-Agent` as `HTTP_USER_AGENT`."""
        name = cls.to_asgi_name(header)
        return name if name in cls.UNPREFIXED_HEADERS else cls.HTTP_PREFIX + name

    @classmethod
    def to_wsgi_names(cls, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers as they stand in `META`."""
        return {cls.to_wsgi_name(name): value for name, value in headers.items()}

    @classmethod
    def to_asgi_name(cls, header: str) -> str:
        """Return a name as `AsyncRequestFactory` takes it: `User-Agent` as `USER_AGENT`."""
        return header.replace("-", "_").upper()

    @classmethod
    def to_asgi_names(cls, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers as `AsyncRequestFactory` takes them."""
        return {cls.to_asgi_name(name): value for name, value in headers.items()}
