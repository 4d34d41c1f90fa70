"""The servers' chain of middleware and view, called without a server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async

from gingerdj.core.handlers.chain import build_chain
from gingerdj.core.signals import got_request_exception, request_started, setting_changed
from gingerdj.urls import get_script_prefix, set_script_prefix, set_urlconf
from gingerdj.utils.log import log_failure

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class _Handler:
    """What both handlers share.

    Args:
        enforce_csrf_checks: whether `CsrfViewMiddleware` checks the requests.
    """

    is_async: ClassVar[bool]

    def __init__(self, enforce_csrf_checks: bool = True) -> None:
        self.enforce_csrf_checks = enforce_csrf_checks

    def load_middleware(self) -> None:
        """Make what the setting `MIDDLEWARE` names.

        The first request does so, and the first after a change of settings.

        Raises:
            ImproperlyConfigured: an entry is missing, or makes no middleware.
        """
        _chains[self] = build_chain(is_async=self.is_async)

    def _respond(self, request: Any) -> Any:
        if self not in _chains:
            self.load_middleware()
        return _chains[self](request)

    def _begin(self, request: Any) -> Callable[[], None]:
        """Prepare a request; return what puts back the surroundings of the test."""
        before = get_script_prefix()
        if request.META["SCRIPT_NAME"]:
            set_script_prefix(request.META["SCRIPT_NAME"])
        request._dont_enforce_csrf_checks = not self.enforce_csrf_checks
        return partial(_leave, before)

    def _end(self, request: Any, response: Any, leave: Callable[[], None]) -> Any:
        response._handler_class = type(self)
        log_failure(request, response)
        response._resource_closers.extend((request.close, leave))
        conditional_content_removal(request, response)
        if response.streaming:  # It is closed once it has been read.
            closing = _closing if response.is_async else _Closing
            response.streaming_content = closing(response.streaming_content, response)
        return response


class ClientHandler(_Handler):
    """Answers `WSGIRequest`s."""

    is_async = False

    def get_response(self, request: Any) -> Any:
        """Return the response to a request, through middleware and view."""
        return self._respond(request)

    def __call__(self, request: Any) -> Any:
        leave = self._begin(request)
        request_started.send(sender=type(self), environ=request.environ)
        response = self._end(request, self.get_response(request), leave)
        if not response.streaming:
            response.close()
        return response


class AsyncClientHandler(_Handler):
    """Answers `ASGIRequest`s."""

    is_async = True

    async def get_response_async(self, request: Any) -> Any:
        """Return the response to a request, through middleware and view."""
        return await self._respond(request)

    async def __call__(self, request: Any) -> Any:
        leave = self._begin(request)
        await request_started.asend(sender=type(self), scope=request.scope)
        response = self._end(request, await self.get_response_async(request), leave)
        if not response.streaming:
            await sync_to_async(response.close)()
        return response


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


def _leave(prefix: str) -> None:
    # The test goes on in the request's thread, and reverses the names of the site.
    set_script_prefix(prefix)
    set_urlconf(None)


class _Closing:
    """Gives pieces, and closes their response when there are no more, or one fails.

    The response would close a generator around them while that runs.
    """

    def __init__(self, pieces: Iterator[bytes], response: Any) -> None:
        self._pieces = pieces
        self._response = response

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except Exception:
            if not self._response.closed:
                self._response.close()
            raise


async def _closing(pieces: AsyncIterator[bytes], response: Any) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    finally:
        await sync_to_async(response.close)()


# Each handler has middleware of its own: what one test's has kept must not meet the next.
_chains: WeakKeyDictionary[_Handler, Callable[[Any], Any]] = WeakKeyDictionary()


def _forget_chains(**_: Any) -> None:
    # Middleware may read any setting when the chain is built.
    _chains.clear()


setting_changed.connect(_forget_chains, dispatch_uid="gingerdj.test.handler")


@contextmanager
def caught_exceptions() -> Iterator[list[ExcInfo]]:
    """Collect the exceptions that become responses with status 500."""
    caught: list[ExcInfo] = []

    def catch(**_: Any) -> None:
        caught.append(sys.exc_info())

    got_request_exception.connect(catch)
    try:
        yield caught
    finally:
        got_request_exception.disconnect(catch)
