"""Clients that ask the site without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from functools import cache, partial
from io import BytesIO, IOBase
from typing import Any
from urllib.parse import urljoin, urlsplit

from gingerdj.core.signals import setting_changed
from gingerdj.test.encoding import (
    BOUNDARY,
    CONTENT_TYPE_RE,
    MULTIPART_CONTENT,
    encode_file,
    encode_multipart,
)
from gingerdj.test.factory import FORM_CONTENT, AsyncRequestFactory, RequestFactory
from gingerdj.test.handler import (
    AsyncClientHandler,
    ClientHandler,
    ExcInfo,
    caught_exceptions,
)
from gingerdj.utils.encoding import force_bytes

__all__ = [
    "BOUNDARY",
    "CONTENT_TYPE_RE",
    "FORM_CONTENT",
    "MULTIPART_CONTENT",
    "AsyncClient",
    "AsyncRequestFactory",
    "Client",
    "FakePayload",
    "RedirectCycleError",
    "RequestFactory",
    "conditional_content_removal",
    "encode_file",
    "encode_multipart",
]

_MOST_REDIRECTS = 20


class RedirectCycleError(Exception):
    """A chain of redirects comes back to where it was, or does not end.

    Args:
        message: what is wrong with it.
        last_response: its last response.
    """

    def __init__(self, message: str, last_response: Any) -> None:
        super().__init__(message)
        self.last_response = last_response
        self.redirect_chain = last_response.redirect_chain


class FakePayload(IOBase):
    """A request's body that can be read once, and not beyond its end, as from a socket.

    Args:
        initial_bytes: what it begins with; `write()` adds to it until it is read.
    """

    def __init__(self, initial_bytes: bytes | str | None = None) -> None:
        self._content = BytesIO()
        self._length = 0
        self._read_started = False
        if initial_bytes is not None:
            self.write(initial_bytes)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes; all that are left by default.

        Raises:
            AssertionError: fewer are left: a server would wait for them for ever.
        """
        return self._consumed(self._content.read, size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or so many bytes of it; see `read`."""
        return self._consumed(self._content.readline, size)

    def _consumed(self, read: Callable[[int], bytes], size: int | None) -> bytes:
        if not self._read_started:
            self._content.seek(0)
            self._read_started = True
        wanted = self._length if size is None or size < 0 else size
        if wanted > self._length:
            raise AssertionError(
                f"{wanted} bytes of the body are asked for, but it has only {self._length} left."
            )
        data = read(wanted)
        self._length -= len(data)
        return data

    def write(self, b: bytes | str, /) -> None:
        """Add to the body.

        Raises:
            ValueError: it is being read already.
        """
        if self._read_started:
            raise ValueError("The body is being read already: write all of it before.")
        content = force_bytes(b)
        self._content.write(content)
        self._length += len(content)


def conditional_content_removal(request: Any, response: Any) -> Any:
    """Take away a response's body where servers send none (RFC 9110, 6.4.1): for HEAD, and with
    a status below 200, of 204 or of 304."""
    status = response.status_code
    if status < 200 or status in (204, 304) or request.method == "HEAD":
        if response.streaming:
            response.streaming_content = []
        else:
            response.content = b""
    return response


class _Client:
    """What both clients share: cookies, exceptions, and what they add to responses."""

    cookies: Any
    enforce_csrf_checks: bool
    raise_request_exception: bool
    exc_info: ExcInfo | None

    def _trusted(self, request: Any) -> Any:
        # CsrfViewMiddleware and its decorators check each request once.
        request.csrf_processing_done = not self.enforce_csrf_checks
        return request

    def _dress(self, request: Any, response: Any, caught: list[ExcInfo]) -> Any:
        self.exc_info = caught[-1] if caught else None
        if caught and self.raise_request_exception:
            error = caught[-1][1]
            if error is not None:
                raise error
        conditional_content_removal(request, response)
        response.client = self
        response.exc_info = self.exc_info
        response.request = request
        response.json = partial(_json, response)
        response.resolver_match = request.resolver_match
        if response.cookies:
            self.cookies.update(response.cookies)
        return response

    def _following(
        self, response: Any, asked: dict[str, Any], headers: Mapping[str, str] | None
    ) -> Generator[dict[str, Any], Any, Any]:
        """Give the arguments of each request that redirects ask for; be sent the responses."""
        chain: list[tuple[str, int]] = []
        while 300 <= response.status_code < 400 and "Location" in response:
            response.redirect_chain = chain
            request = response.request
            url = urljoin(f"{request.scheme}://{request.get_host()}{request.path}", response.url)
            if (url, response.status_code) in chain:
                raise RedirectCycleError("The redirects lead round in a circle.", response)
            if len(chain) >= _MOST_REDIRECTS:
                raise RedirectCycleError("There are too many redirects.", response)
            chain.append((url, response.status_code))
            # RFC 9110, 15.4: only these two keep the method and the body.
            if response.status_code not in (307, 308):
                asked = {"method": "HEAD" if asked["method"] == "HEAD" else "GET"}
            parts = urlsplit(url)
            response = yield {
                **asked,
                "path": f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
                "secure": parts.scheme == "https",
                "headers": {**(headers or {}), "Host": parts.netloc},
            }
        response.redirect_chain = chain
        return response


class Client(_Client, RequestFactory):
    """A client that calls the chain that WSGI servers call.

    Its methods return the response, with `client`, `request`, `wsgi_request`, `json()`,
    `resolver_match`, `exc_info`, and, after redirects, `redirect_chain` added.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks its requests.
        raise_request_exception: whether what a view raises reaches the test.
        defaults: see `RequestFactory`.
    """

    def __init__(
        self,
        enforce_csrf_checks: bool = False,
        raise_request_exception: bool = True,
        **defaults: Any,
    ) -> None:
        super().__init__(**defaults)
        self.enforce_csrf_checks = enforce_csrf_checks
        self.raise_request_exception = raise_request_exception
        self.exc_info = None

    def request(self, **environ: Any) -> Any:
        """Send the request of an environ."""
        request = self._trusted(super().request(**environ))
        with caught_exceptions() as caught:
            response = _handler()(request)
        response.wsgi_request = request
        return self._dress(request, response, caught)

    def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = "application/octet-stream",
        secure: bool = False,
        *,
        follow: bool = False,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> Any:
        """Send a request; see `RequestFactory.generic`.

        Args:
            follow: whether to follow redirects.

        Raises:
            RedirectCycleError: the redirects do not end.
        """
        send = super().generic
        response = send(method, path, data, content_type, secure, headers=headers, **extra)
        if not follow:
            return response
        asked = {"method": method, "data": data, "content_type": content_type}
        redirects = self._following(response, asked, headers)
        try:
            following = next(redirects)
            while True:
                following = redirects.send(send(**following))
        except StopIteration as done:
            return done.value


class AsyncClient(_Client, AsyncRequestFactory):
    """A client that calls the chain that ASGI servers call; its methods must be awaited.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks its requests.
        raise_request_exception: whether what a view raises reaches the test.
        defaults: see `AsyncRequestFactory`.
    """

    def __init__(
        self,
        enforce_csrf_checks: bool = False,
        raise_request_exception: bool = True,
        **defaults: Any,
    ) -> None:
        super().__init__(**defaults)
        self.enforce_csrf_checks = enforce_csrf_checks
        self.raise_request_exception = raise_request_exception
        self.exc_info = None

    async def request(self, body: bytes = b"", **scope: Any) -> Any:
        """Send the request of a scope."""
        request = self._trusted(super().request(body, **scope))
        with caught_exceptions() as caught:
            response = await _async_handler()(request)
        response.asgi_request = request
        return self._dress(request, response, caught)

    async def generic(
        self,
        method: str,
        path: str,
        data: Any = "",
        content_type: str = "application/octet-stream",
        secure: bool = False,
        *,
        follow: bool = False,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> Any:
        """Send a request; see `Client.generic`."""
        send = super().generic
        response = await send(method, path, data, content_type, secure, headers=headers, **extra)
        if not follow:
            return response
        asked = {"method": method, "data": data, "content_type": content_type}
        redirects = self._following(response, asked, headers)
        try:
            following = next(redirects)
            while True:
                following = redirects.send(await send(**following))
        except StopIteration as done:
            return done.value


@cache
def _handler() -> ClientHandler:
    return ClientHandler()


@cache
def _async_handler() -> AsyncClientHandler:
    return AsyncClientHandler()


def _forget_handlers(**_: Any) -> None:
    # Middleware may read any setting when the chain is built.
    _handler.cache_clear()
    _async_handler.cache_clear()


setting_changed.connect(_forget_handlers, dispatch_uid="gingerdj.test.client")


def _json(response: Any, **kwargs: Any) -> Any:
    content_type = response.headers.get("Content-Type", "")
    media_type = content_type.partition(";")[0].strip()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ValueError(f"The response's content type is {content_type!r}, which is not JSON.")
    return json.loads(response.text, **kwargs)
