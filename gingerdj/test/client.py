"""Clients that ask the site without a server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial, wraps
from typing import Any, ClassVar, Self
from urllib.parse import urljoin, urlsplit

from gingerdj.core.handlers.asgi import ASGIRequest
from gingerdj.core.handlers.lifespan import Lifespan
from gingerdj.core.handlers.websocket import serve_websocket
from gingerdj.test.communicator import LifespanCommunicator, WebSocketCommunicator
from gingerdj.test.encoding import (
    BOUNDARY,
    CONTENT_TYPE_RE,
    MULTIPART_CONTENT,
    encode_file,
    encode_multipart,
)
from gingerdj.test.factory import FORM_CONTENT, OCTETS, AsyncRequestFactory, RequestFactory
from gingerdj.test.handler import (
    AsyncClientHandler,
    ClientHandler,
    ExcInfo,
    caught_exceptions,
    conditional_content_removal,
)
from gingerdj.test.payload import FakePayload

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
_REDIRECTS = (301, 302, 303, 307, 308)

#: A generator that gives the arguments of requests, is sent the responses, and returns the last.
_Exchange = Generator[dict[str, Any], Any, Any]


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


class _Client:
    """What both clients share: redirects, and what they add to responses.

    Their methods take `follow` before `secure`.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks the requests.
        raise_request_exception: whether what a view raises reaches the test.
        defaults: see `RequestFactory`.
    """

    _flags: ClassVar[tuple[str, ...]] = ("follow", "secure")
    handler_class: ClassVar[Any]
    defaults: dict[str, Any]
    cookies: Any

    def __init__(
        self,
        enforce_csrf_checks: bool = False,
        raise_request_exception: bool = True,
        **defaults: Any,
    ) -> None:
        super().__init__(**defaults)
        self.handler = self.handler_class(enforce_csrf_checks)
        self.raise_request_exception = raise_request_exception
        self.exc_info: ExcInfo | None = None

    def _exchange(self, asked: dict[str, Any], follow: bool) -> _Exchange:
        """Plan a request and those that its redirects ask for."""
        response = yield asked
        if follow:
            response = yield from _redirects(asked, response)
        return response

    def _dress(self, request: Any, response: Any, caught: list[ExcInfo]) -> Any:
        self.exc_info = caught[-1] if caught else None
        if caught and self.raise_request_exception:
            error = caught[-1][1]
            if error is not None:
                raise error
        response.client = self
        response.exc_info = self.exc_info
        response.json = cache(partial(_json, response))
        response.resolver_match = request.resolver_match
        # There are no templates here, which is what tests find of a view that renders none.
        response.templates, response.context = [], None
        if response.cookies:
            self.cookies.update(response.cookies)
        return response


class Client(_Client, RequestFactory):
    """A client that calls the chain that WSGI servers call.

    Its methods return the response, with `client`, `request`, the environ, `wsgi_request`,
    `json()`, `resolver_match`, `exc_info`, and, after redirects, `redirect_chain` added.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks its requests.
        raise_request_exception: whether what a view raises reaches the test.
        defaults: see `RequestFactory`.
    """

    handler_class = ClientHandler

    def request(self, **environ: Any) -> Any:
        """Send the request of an environ."""
        request = super().request(**environ)
        with caught_exceptions() as caught:
            response = self.handler(request)
        response.request, response.wsgi_request = environ, request
        return self._dress(request, response, caught)

    def generic(
        self, method: str, path: str, *args: Any, follow: bool = False, **extra: Any
    ) -> Any:
        """Send a request; see `RequestFactory.generic`.

        Args:
            follow: whether to follow redirects.

        Raises:
            RedirectCycleError: the redirects do not end.
        """
        exchange = self._exchange(_asked(method, path, *args, **extra), follow)
        return _driven(exchange, super().generic)

    # Django's name, which the clients of other packages call: their own methods are to be asked.
    def _handle_redirects(self, response: Any, data: Any = "", **options: Any) -> Any:
        asked = {"method": response.wsgi_request.method, "data": data, **options}
        return _driven(_redirects(asked, response), self._ask)

    def _ask(self, method: str, **asked: Any) -> Any:
        if method == "GET":
            asked = {name: asked[name] for name in asked if name not in ("data", "content_type")}
        return getattr(self, method.lower())(**asked)


def _driven(exchange: _Exchange, ask: Callable[..., Any]) -> Any:
    try:
        asked = next(exchange)
        while True:
            asked = exchange.send(ask(**asked))
    except StopIteration as done:
        return done.value


def _awaiting(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of factories that awaits what `generic` has become."""

    @wraps(method)
    async def ask(*args: Any, **kwargs: Any) -> Any:
        return await method(*args, **kwargs)

    return ask


class AsyncClient(_Client, AsyncRequestFactory):
    """A client that calls the chain that ASGI servers call; its methods must be awaited.

    Its methods return the response as `Client`'s do, with the scope for `request` and with
    `asgi_request`.

    `async with AsyncClient() as client` holds what `LIFESPAN` names, and adds what that yields to
    the client's `state`, which every request and WebSocket has a copy of.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks its requests.
        raise_request_exception: whether what a view raises reaches the test.
        defaults: see `AsyncRequestFactory`.

    Raises:
        LifespanFailed: by `async with`, if a hook fails.
    """

    handler_class = AsyncClientHandler

    # Coroutine functions, so that `async_to_sync` and others know them for such.
    get = _awaiting(AsyncRequestFactory.get)
    head = _awaiting(AsyncRequestFactory.head)
    trace = _awaiting(AsyncRequestFactory.trace)
    post = _awaiting(AsyncRequestFactory.post)
    put = _awaiting(AsyncRequestFactory.put)
    patch = _awaiting(AsyncRequestFactory.patch)
    delete = _awaiting(AsyncRequestFactory.delete)
    options = _awaiting(AsyncRequestFactory.options)

    async def __aenter__(self) -> Self:
        self._lifespan = LifespanCommunicator(Lifespan().serve)
        self._given = self.state
        self.state = {**self._given, **await self._lifespan.__aenter__()}
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.state = self._given
        await self._lifespan.__aexit__(*exc_info)

    async def request(self, **scope: Any) -> Any:
        """Send the request of a scope."""
        request = super().request(**scope)
        with caught_exceptions() as caught:
            response = await self.handler(request)
        response.request, response.asgi_request = scope, request
        return self._dress(request, response, caught)

    async def generic(
        self, method: str, path: str, *args: Any, follow: bool = False, **extra: Any
    ) -> Any:
        """Send a request; see `Client.generic`."""
        exchange = self._exchange(_asked(method, path, *args, **extra), follow)
        try:
            asked = next(exchange)
            while True:
                asked = exchange.send(await super().generic(**asked))
        except StopIteration as done:
            return done.value

    @asynccontextmanager
    async def websocket(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        subprotocols: Sequence[str] = (),
        secure: bool = False,
        **scope: Any,
    ) -> AsyncIterator[WebSocketCommunicator]:
        """Open a WebSocket, with the client's headers and cookies; close it in the end.

        Args:
            path: the path, with a query string if need be.
            headers: headers of the handshake.
            subprotocols: the subprotocols to offer.
            secure: whether the scheme is `wss`.
            scope: entries of the scope.

        Raises:
            WebSocketDenied: the handshake is refused.
            Exception: what the consumer raises, if `raise_request_exception` is set.
        """
        with caught_exceptions() as caught:
            try:
                async with WebSocketCommunicator(
                    partial(serve_websocket, ASGIRequest),
                    path,
                    headers=self._sent_headers({}, headers or {}),
                    subprotocols=subprotocols,
                    secure=secure,
                    **{**self._shared(), **scope},
                ) as socket:
                    yield socket
            finally:
                self.exc_info = caught[-1] if caught else None
                error = caught[-1][1] if caught else None
                if error is not None and self.raise_request_exception:
                    raise error


def _asked(
    method: str,
    path: str,
    data: Any = "",
    content_type: str = OCTETS,
    secure: bool = False,
    **extra: Any,
) -> dict[str, Any]:
    named = {"method": method, "path": path, "data": data, "content_type": content_type}
    return {**named, "secure": secure, **extra}


def _redirects(asked: dict[str, Any], response: Any) -> _Exchange:
    """Plan the requests that a response's redirects ask for."""
    chain: list[tuple[str, int]] = []
    while response.status_code in _REDIRECTS:
        response.redirect_chain = chain
        step = response["Location"], response.status_code
        seen = step in chain
        chain.append(step)
        if seen:
            raise RedirectCycleError("Redirect loop detected.", response)
        if len(chain) > _MOST_REDIRECTS:
            raise RedirectCycleError("Too many redirects.", response)
        asked = _next_request(asked, response)
        response = yield asked
    response.redirect_chain = chain
    return response


def _next_request(asked: dict[str, Any], response: Any) -> dict[str, Any]:
    """Return the arguments of the request that a redirect asks for."""
    request = getattr(response, "wsgi_request", None) or response.asgi_request
    url = urlsplit(urljoin(request.build_absolute_uri(), response["Location"]))
    # RFC 9110, 15.4: only these two keep the method and the body.
    if response.status_code not in (307, 308):
        asked = {**asked, "method": "GET", "data": "", "content_type": "", "query_params": None}
    if url.netloc != request.get_host():
        asked["headers"] = {**(asked.get("headers") or {}), "Host": url.netloc}
        if hasattr(response, "wsgi_request"):
            asked["SERVER_NAME"] = url.hostname
            asked["SERVER_PORT"] = str(url.port or (443 if url.scheme == "https" else 80))
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    return {**asked, "path": path, "secure": url.scheme == "https"}


def _json(response: Any, **kwargs: Any) -> Any:
    content_type = response.headers.get("Content-Type", "")
    media_type = content_type.partition(";")[0].strip()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ValueError(f'Content-Type header is "{content_type}", not "application/json"')
    return json.loads(response.text, **kwargs)
