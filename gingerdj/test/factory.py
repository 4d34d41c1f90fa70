"""Requests made without a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from gingerdj.conf import settings
from gingerdj.core.handlers.asgi import ASGIRequest
from gingerdj.core.handlers.wsgi import WSGIRequest
from gingerdj.http import HttpHeaders
from gingerdj.test.encoding import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from gingerdj.test.utils import TEST_HOST
from gingerdj.utils.json import GingerJSONEncoder

#: The content type of a form without files.
FORM_CONTENT = "application/x-www-form-urlencoded"


class _Factory:
    """What factories of either kind share: a method for each HTTP method.

    Args:
        json_encoder: encodes bodies whose content type is JSON.
        headers: headers of every request.
        query_params: fields of every request's query string.
        defaults: entries of every request's environ, or, for ASGI, its headers.
    """

    def __init__(
        self,
        *,
        json_encoder: type[json.JSONEncoder] = GingerJSONEncoder,
        headers: Mapping[str, str] | None = None,
        query_params: Any = None,
        **defaults: Any,
    ) -> None:
        self.json_encoder = json_encoder
        self.headers = dict(headers or {})
        self.query_params = query_params
        self.defaults = defaults
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, data: Any = None, **options: Any) -> Any:
        """Make a GET request; the data becomes its query string."""
        return self._without_body("GET", path, data, options)

    def head(self, path: str, data: Any = None, **options: Any) -> Any:
        """Make a HEAD request; the data becomes its query string."""
        return self._without_body("HEAD", path, data, options)

    def trace(self, path: str, **options: Any) -> Any:
        """Make a TRACE request."""
        return self.generic("TRACE", path, **options)

    def post(
        self, path: str, data: Any = None, content_type: str = MULTIPART_CONTENT, **options: Any
    ) -> Any:
        """Make a POST request; a mapping becomes a form, or JSON if that is the content type."""
        body = self._encoded({} if data is None else data, content_type)
        return self.generic("POST", path, body, content_type, **options)

    def put(self, path: str, data: Any = "", content_type: str = "", **options: Any) -> Any:
        """Make a PUT request."""
        return self._with_body("PUT", path, data, content_type, options)

    def patch(self, path: str, data: Any = "", content_type: str = "", **options: Any) -> Any:
        """Make a PATCH request."""
        return self._with_body("PATCH", path, data, content_type, options)

    def delete(self, path: str, data: Any = "", content_type: str = "", **options: Any) -> Any:
        """Make a DELETE request."""
        return self._with_body("DELETE", path, data, content_type, options)

    def options(self, path: str, data: Any = "", content_type: str = "", **options: Any) -> Any:
        """Make an OPTIONS request."""
        return self._with_body("OPTIONS", path, data, content_type, options)

    def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = "application/octet-stream",
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
        raise NotImplementedError

    def _without_body(self, method: str, path: str, data: Any, options: dict[str, Any]) -> Any:
        if data:
            options["query_params"] = data
        return self.generic(method, path, **options)

    def _with_body(
        self, method: str, path: str, data: Any, content_type: str, options: dict[str, Any]
    ) -> Any:
        content_type = content_type or "application/octet-stream"
        return self.generic(
            method, path, self._encoded(data, content_type), content_type, **options
        )

    def _encoded(self, data: Any, content_type: str) -> Any:
        if content_type is MULTIPART_CONTENT:
            return encode_multipart(BOUNDARY, data or {})
        media_type = content_type.partition(";")[0].strip()
        if media_type == "application/json" and isinstance(data, dict | list | tuple):
            return json.dumps(data, cls=self.json_encoder)
        if media_type == FORM_CONTENT and isinstance(data, Mapping):
            return urlencode(data, doseq=True)
        return data

    def _body(self, data: Any) -> bytes:
        return data if isinstance(data, bytes) else str(data).encode(settings.DEFAULT_CHARSET)

    def _query(self, own: str, query_params: Any) -> str:
        params = query_params or (None if own else self.query_params)
        if not params:
            return own
        encode = getattr(params, "urlencode", None)
        return str(encode()) if encode else urlencode(params, doseq=True)

    def _cookie_header(self) -> str:
        morsels = sorted(self.cookies.values(), key=lambda morsel: morsel.key)
        return "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in morsels)


class RequestFactory(_Factory):
    """Makes `WSGIRequest`s."""

    def request(self, **environ: Any) -> Any:
        """Make the request of an environ, whose missing entries have defaults."""
        return WSGIRequest(self._environ(**environ))

    def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = "application/octet-stream",
        secure: bool = False,
        *,
        headers: Mapping[str, str] | None = None,
        query_params: Any = None,
        **extra: Any,
    ) -> Any:
        parts = urlsplit(str(path))
        body = self._body(data)
        environ: dict[str, Any] = {
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "REQUEST_METHOD": method,
            "SERVER_PORT": "443" if secure else "80",
            "wsgi.url_scheme": "https" if secure else "http",
            "QUERY_STRING": self._query(parts.query, query_params).encode().decode("latin-1"),
        }
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["CONTENT_TYPE"] = content_type
            environ["wsgi.input"] = BytesIO(body)
        environ |= HttpHeaders.to_wsgi_names(headers or {})
        return self.request(**environ, **extra)

    def _environ(self, **entries: Any) -> dict[str, Any]:
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
            "wsgi.input": BytesIO(),
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
            **HttpHeaders.to_wsgi_names(self.headers),
            **self.defaults,
            **entries,
        }


class AsyncRequestFactory(_Factory):
    """Makes `ASGIRequest`s."""

    def request(self, body: bytes = b"", **scope: Any) -> Any:
        """Make the request of a scope, whose missing entries have defaults."""
        return ASGIRequest(self._scope(**scope), BytesIO(body))

    def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = "application/octet-stream",
        secure: bool = False,
        *,
        headers: Mapping[str, str] | None = None,
        query_params: Any = None,
        **extra: Any,
    ) -> Any:
        parts = urlsplit(str(path))
        body = self._body(data)
        sent = {"host": TEST_HOST, **_lower(self.headers), **_lower(self.defaults)}
        if self.cookies:
            sent["cookie"] = self._cookie_header()
        if body:
            sent |= {"content-length": str(len(body)), "content-type": content_type}
        sent |= _lower(headers or {}) | _lower(extra)
        return self.request(
            body=body,
            method=method,
            path=unquote_to_bytes(parts.path).decode(),
            scheme="https" if secure else "http",
            server=[TEST_HOST, 443 if secure else 80],
            query_string=self._query(parts.query, query_params).encode(),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        )

    def _scope(self, **entries: Any) -> dict[str, Any]:
        return {
            "asgi": {"version": "3.0"},
            "type": "http",
            "http_version": "1.1",
            "client": ["127.0.0.1", 0],
            "server": [TEST_HOST, 80],
            "scheme": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [],
            **entries,
        }


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower().replace("_", "-"): str(value) for name, value in headers.items()}
