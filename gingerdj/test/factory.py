"""Requests made without a server."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from io import StringIO
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes, urlsplit

from gingerdj.conf import settings
from gingerdj.core.handlers.asgi import ASGIRequest
from gingerdj.core.handlers.wsgi import LimitedStream, WSGIRequest
from gingerdj.http import HttpHeaders
from gingerdj.test.encoding import (
    BOUNDARY,
    CONTENT_TYPE_RE,
    MULTIPART_CONTENT,
    encode_multipart,
)
from gingerdj.test.payload import FakePayload
from gingerdj.test.utils import TEST_HOST
from gingerdj.utils.encoding import force_bytes, repercent_broken_unicode
from gingerdj.utils.http import urlencode
from gingerdj.utils.json import GingerJSONEncoder

#: The content type of a form without files.
FORM_CONTENT = "application/x-www-form-urlencoded"
#: The content type of bytes that nothing is known of.
OCTETS = "application/octet-stream"

_JSON_CONTENT = re.compile(r"application/(?:[\w.-]+\+)?json\b", re.IGNORECASE)


class _Factory:
    """What factories of either kind share: a method for each HTTP method.

    The methods take the path, the data, for those that have a body its media type, then `secure`,
    and by its name what `generic` takes besides.

    Args:
        json_encoder: encodes bodies whose content type is JSON.
        headers: headers of every request.
        query_params: fields of the query string of every request that has none of its own.
        defaults: entries of every request's environ, or, for ASGI, its headers.
    """

    #: What may come after the data without its name.
    _flags: ClassVar[tuple[str, ...]] = ("secure",)

    def __init__(
        self,
        *,
        json_encoder: type[json.JSONEncoder] = GingerJSONEncoder,
        headers: Mapping[str, str] | None = None,
        query_params: Any = None,
        **defaults: Any,
    ) -> None:
        self.json_encoder = json_encoder
        self.query_params = query_params
        self.defaults = {**self._header_entries(headers or {}), **defaults}
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, data: Any = None, *flags: bool, **options: Any) -> Any:
        """Make a GET request; the data becomes its query string."""
        return self._without_body("GET", path, data, flags, options)

    def head(self, path: str, data: Any = None, *flags: bool, **options: Any) -> Any:
        """Make a HEAD request; the data becomes its query string."""
        return self._without_body("HEAD", path, data, flags, options)

    def trace(self, path: str, *flags: bool, **options: Any) -> Any:
        """Make a TRACE request."""
        return self.generic("TRACE", path, **self._named(flags, options))

    def post(
        self,
        path: str,
        data: Any = None,
        content_type: str = MULTIPART_CONTENT,
        *flags: bool,
        **options: Any,
    ) -> Any:
        """Make a POST request; a mapping becomes a form, or JSON if that is the content type."""
        data = self._written({} if data is None else data, content_type)
        charset = CONTENT_TYPE_RE.match(content_type)
        if charset:
            data = force_bytes(data, charset[1])
        return self.generic("POST", path, data, content_type, **self._named(flags, options))

    def put(
        self, path: str, data: Any = "", content_type: str = OCTETS, *flags: bool, **options: Any
    ) -> Any:
        """Make a PUT request."""
        return self._with_body("PUT", path, data, content_type, flags, options)

    def patch(
        self, path: str, data: Any = "", content_type: str = OCTETS, *flags: bool, **options: Any
    ) -> Any:
        """Make a PATCH request."""
        return self._with_body("PATCH", path, data, content_type, flags, options)

    def delete(
        self, path: str, data: Any = "", content_type: str = OCTETS, *flags: bool, **options: Any
    ) -> Any:
        """Make a DELETE request."""
        return self._with_body("DELETE", path, data, content_type, flags, options)

    def options(
        self, path: str, data: Any = "", content_type: str = OCTETS, *flags: bool, **options: Any
    ) -> Any:
        """Make an OPTIONS request."""
        return self._with_body("OPTIONS", path, data, content_type, flags, options)

    def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = OCTETS,
        secure: bool = False,
        *,
        headers: Mapping[str, str] | None = None,
        query_params: Any = None,
        **extra: Any,
    ) -> Any:
        """Make a request.

        Args:
            method: the HTTP method.
            path: the path, with a query string if need be.
            data: the body.
            content_type: the body's media type; it is left out where there is no body.
            secure: whether it comes by HTTPS.
            headers: headers.
            query_params: fields of the query string, in place of the path's own.
            extra: entries of the environ, or, for ASGI, headers.
        """
        parts = urlsplit(str(path))
        given = self._query_text(str(extra.pop("QUERY_STRING", ""))) or parts.query
        return self._made(
            method,
            unquote_to_bytes(parts.path),
            self._query(given, query_params).encode(),
            force_bytes(data, settings.DEFAULT_CHARSET),
            content_type,
            secure,
            {**extra, **self._header_entries(headers or {})},
        )

    def _made(
        self,
        method: str,
        path: bytes,
        query: bytes,
        body: bytes,
        content_type: str,
        secure: bool,
        extra: dict[str, Any],
    ) -> Any:
        raise NotImplementedError

    def _header_entries(self, headers: Mapping[str, Any]) -> dict[str, Any]:
        """Return headers as `defaults` and `extra` name them."""
        raise NotImplementedError

    def _without_body(
        self, method: str, path: str, data: Any, flags: tuple[bool, ...], options: dict[str, Any]
    ) -> Any:
        if data and options.get("query_params"):
            raise ValueError("query_params and data arguments are mutually exclusive.")
        if data:
            options["query_params"] = data
        return self.generic(method, path, **self._named(flags, options))

    def _with_body(
        self,
        method: str,
        path: str,
        data: Any,
        content_type: str,
        flags: tuple[bool, ...],
        options: dict[str, Any],
    ) -> Any:
        body = self._written(data, content_type)
        return self.generic(method, path, body, content_type, **self._named(flags, options))

    def _named(self, flags: tuple[bool, ...], options: dict[str, Any]) -> dict[str, Any]:
        names = self._flags
        if len(flags) > len(names):
            raise TypeError(f"What comes after {' and '.join(names)} must be given by its name.")
        return {**dict(zip(names, flags, strict=False)), **options}

    def _written(self, data: Any, content_type: str) -> Any:
        """Return data as the content type has it written, if it is known how."""
        if isinstance(data, str | bytes) and data:
            return data
        if content_type is MULTIPART_CONTENT:
            return encode_multipart(BOUNDARY, data or {})
        if content_type.startswith(FORM_CONTENT) and isinstance(data, Mapping):
            return urlencode(data, doseq=True)
        return self._encode_json(data, content_type)

    # Django's name, which the factories of other packages call.
    def _encode_json(self, data: Any, content_type: str) -> Any:
        if _JSON_CONTENT.match(content_type) and isinstance(data, dict | list | tuple):
            return json.dumps(data, cls=self.json_encoder)
        return data

    def _query_text(self, entry: str) -> str:
        """Return the text of a query string that is given as an entry."""
        return entry

    def _query(self, own: str, query_params: Any) -> str:
        params = query_params or (None if own else self.query_params)
        return urlencode(params, doseq=True) if params else own

    def _cookie_header(self) -> str:
        morsels = sorted(self.cookies.values(), key=lambda morsel: morsel.key)
        return "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in morsels)


class RequestFactory(_Factory):
    """Makes `WSGIRequest`s."""

    def request(self, **environ: Any) -> Any:
        """Make the request of an environ, whose missing entries have defaults."""
        return WSGIRequest(self._base_environ(**environ))

    def _header_entries(self, headers: Mapping[str, Any]) -> dict[str, Any]:
        return HttpHeaders.to_wsgi_names(headers)

    def _query_text(self, entry: str) -> str:
        try:  # PEP 3333: bytes as Latin-1.
            return entry.encode("latin-1").decode()
        except UnicodeError:
            return entry

    def _made(
        self,
        method: str,
        path: bytes,
        query: bytes,
        body: bytes,
        content_type: str,
        secure: bool,
        extra: dict[str, Any],
    ) -> Any:
        environ: dict[str, Any] = {
            "PATH_INFO": path.decode("latin-1"),
            "REQUEST_METHOD": method,
            "SERVER_PORT": "443" if secure else "80",
            "wsgi.url_scheme": "https" if secure else "http",
            "QUERY_STRING": query.decode("latin-1"),
        }
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["CONTENT_TYPE"] = content_type
            environ["wsgi.input"] = FakePayload(body)
        return self.request(**{**environ, **extra})

    def _base_environ(self, **entries: Any) -> dict[str, Any]:
        return {
            "HTTP_COOKIE": self._cookie_header(),
            "PATH_INFO": "/",
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": TEST_HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": FakePayload(),
            "wsgi.errors": StringIO(),
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
            **self.defaults,
            **entries,
        }


class AsyncRequestFactory(_Factory):
    """Makes `ASGIRequest`s.

    Args:
        state: what `request.state` holds, each request having a copy.
        options: see `RequestFactory`.
    """

    def __init__(self, *, state: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        #: What the hooks of `LIFESPAN` would have yielded.
        self.state: dict[str, Any] = dict(state or {})

    def request(self, **scope: Any) -> Any:
        """Make the request of a scope, whose missing entries have defaults.

        Args:
            scope: the entries; `_body_file` is the body.
        """
        body_file = scope.pop("_body_file", None) or FakePayload()
        body = LimitedStream(body_file, len(body_file))
        return ASGIRequest(self._base_scope(**scope), body)

    def _header_entries(self, headers: Mapping[str, Any]) -> dict[str, Any]:
        return dict(headers)

    def _made(
        self,
        method: str,
        path: bytes,
        query: bytes,
        body: bytes,
        content_type: str,
        secure: bool,
        extra: dict[str, Any],
    ) -> Any:
        own, files = {}, {}
        if body:
            own = {"content-length": str(len(body)), "content-type": content_type}
            files = {"_body_file": FakePayload(body)}
        sent = self._sent_headers(own, extra)
        return self.request(
            method=method,
            path=repercent_broken_unicode(path).decode(),
            scheme="https" if secure else "http",
            server=["127.0.0.1", "443" if secure else "80"],
            query_string=query,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
            **files,
        )

    def _sent_headers(self, own: Mapping[str, str], extra: Mapping[str, Any]) -> dict[str, str]:
        """Return the client's headers, a request's own, the cookies, and what overrides them."""
        sent = {"host": TEST_HOST, **_lower(self.defaults), **own}
        return {**sent, "cookie": self._cookie_header(), **_lower(extra)}

    def _base_scope(self, **entries: Any) -> dict[str, Any]:
        return {
            "asgi": {"version": "3.0"},
            "type": "http",
            "http_version": "1.1",
            "client": ["127.0.0.1", 0],
            "server": [TEST_HOST, "80"],
            "scheme": "http",
            "method": "GET",
            "path": "/",
            "headers": [],
            **self._shared(),
            **entries,
            "query_string": force_bytes(entries.get("query_string", "")),
        }

    def _shared(self) -> dict[str, Any]:
        """Return a connection's copy of the state, as an entry of its scope if there is any."""
        return {"state": {**self.state}} if self.state else {}


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower().replace("_", "-"): str(value) for name, value in headers.items()}
