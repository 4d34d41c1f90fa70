"""The WSGI application and its requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from io import IOBase
from typing import Any

from gingerdj.conf import settings
from gingerdj.core import signals
from gingerdj.core.handlers.chain import Handler, build_chain
from gingerdj.http import FileResponse, HttpRequest
from gingerdj.http.cookie import parse_cookie
from gingerdj.urls.context import set_script_prefix
from gingerdj.utils.encoding import repercent_broken_unicode
from gingerdj.utils.functional import cached_property
from gingerdj.utils.log import log_failure

Environ = dict[str, Any]


class LimitedStream(IOBase):
    """The first bytes of another stream.

    Args:
        stream: the stream.
        limit: how many bytes of it.
    """

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes; all that are left by default."""
        return self._read(self._stream.read, size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or so many bytes of it."""
        return self._read(self._stream.readline, size)

    def _read(self, read: Callable[[int], bytes], size: int | None) -> bytes:
        if self._left <= 0:
            return b""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        data = read(wanted)
        self._left -= len(data)
        return data


class WSGIRequest(HttpRequest):
    """A request from a WSGI server.

    Args:
        environ: the request's environ (PEP 3333).
    """

    _is_by_hand = False

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.method = environ["REQUEST_METHOD"].upper()
        script_name = get_script_name(environ)
        # Servers leave the path out where it is only a slash.
        self.path_info = _decoded(environ.get("PATH_INFO", "")) or "/"
        self.path = f"{script_name.rstrip('/')}/{self.path_info.removeprefix('/')}"
        # PEP 3333 leaves the environ to the application, which may change it.
        self._meta = environ
        environ["PATH_INFO"] = self.path_info
        environ["SCRIPT_NAME"] = script_name
        environ["QUERY_STRING"] = _query_string(environ.get("QUERY_STRING", ""))

    @cached_property
    def _stream(self) -> Any:
        try:
            length = int(self.environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        return LimitedStream(self.environ["wsgi.input"], length)

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # noqa: N802 - Django's name
        """The cookies."""
        header = self.META.get("HTTP_COOKIE", "")
        return parse_cookie(header.encode("latin-1", "replace").decode(errors="replace"))

    def _get_scheme(self) -> str:
        return str(self.environ.get("wsgi.url_scheme", "http"))


class WSGIHandler:
    """The application that WSGI servers call."""

    request_class = WSGIRequest

    def __init__(self) -> None:
        self.load_middleware()

    def load_middleware(self) -> None:
        """Make what the setting `MIDDLEWARE` names.

        Raises:
            ImproperlyConfigured: an entry is missing, or makes no middleware.
        """
        self._middleware_chain = self._make_handler()

    def get_response(self, request: HttpRequest) -> Any:
        """Return the response to a request, through middleware and view; whoever asks closes it."""
        response: Any = self._middleware_chain(request)
        log_failure(request, response)
        response._resource_closers.append(request.close)
        return response

    def __call__(self, environ: Environ, start_response: Any = None, *asgi: Any) -> Iterable[bytes]:
        """Serve a request."""
        set_script_prefix(get_script_name(environ))
        signals.request_started.send(sender=type(self), environ=environ)
        try:
            request = self.request_class(environ)
        except KeyError as error:
            if "asgi" not in environ:
                raise
            # ASGI 3.0 calls with three arguments, and ASGI 2.0, which servers guess, with one.
            raise TypeError(
                "This is the WSGI application, and the server is one for ASGI: serve that of "
                "asgi.py, such as mysite.asgi:application."
            ) from error
        response = self.get_response(request)
        response._handler_class = type(self)
        return _start(response, environ, start_response)  # type: ignore[no-any-return]

    def _make_handler(self) -> Handler:
        return build_chain(is_async=False)


def get_script_name(environ: Environ) -> str:
    """Return the path at which the application is mounted.

    It is `FORCE_SCRIPT_NAME`, or what Apache's rewriting has taken from the address (`SCRIPT_URL`
    or `REDIRECT_URL`), or `SCRIPT_NAME` (PEP 3333); what is not UTF-8 stays escaped.
    """
    forced = settings.FORCE_SCRIPT_NAME
    if forced is not None:
        return str(forced)
    rewritten = environ.get("SCRIPT_URL") or environ.get("REDIRECT_URL")
    if rewritten:
        address = re.sub("//+", "/", rewritten)
        return _decoded(address.removesuffix(environ.get("PATH_INFO", "")))
    return _decoded(environ.get("SCRIPT_NAME", ""))


def _decoded(text: str) -> str:
    # PEP 3333 hands bytes over as Latin-1; what is not UTF-8 stays escaped.
    return repercent_broken_unicode(text.encode("latin-1")).decode()


def _query_string(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


class _Body:
    """No pieces, and the end of the response, which the server announces by calling close()."""

    def __init__(self, close: Callable[[], None]) -> None:
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


def _start(response: Any, environ: Environ, start_response: Callable[..., Any]) -> Any:
    status = response.status_code
    headers = list(response.all_headers())
    is_head = environ["REQUEST_METHOD"].upper() == "HEAD"
    # RFC 9110, 6.4.1: these have no body, and 8.6: the first two no Content-Length either.
    bodiless = status < 200 or status in (204, 304)
    if bodiless:
        headers = [header for header in headers if header[0].lower() != "content-length"]
    start_response(f"{status} {response.reason_phrase}", headers)
    if bodiless or is_head:
        return _Body(response.close)
    wrapper = environ.get("wsgi.file_wrapper")
    file = response.whole_file() if isinstance(response, FileResponse) else None
    if wrapper is None or file is None:
        return response
    # PEP 3333, "Optional Platform-Specific File Handling": the server closes what it is given.
    file.close = response.close
    return wrapper(file, response.block_size)
