"""The parts of the way from a request to its response, each of which ends with a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponse, HttpResponseBase
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core.handlers import errors
    from gingerdj.core.handlers.adapt import Caller
else:
    errors = LazyModule("gingerdj.core.handlers.errors")


class Stage:
    """What lies between two layers of middleware: a layer is given the stage beneath it.

    An exchange goes through the outermost one by itself, as `respond` does it: a coroutine less.

    Args:
        begin: takes the request, does what neither waits nor blocks, and returns what is to be
            awaited for the response.
        accepts: takes what that gave, and says whether it can be passed on as it is; an
            `HttpResponse` always can.
        finish: takes the request and what cannot, and returns what to await in its place.
        call: how to call what is foreign.
    """

    def __init__(
        self,
        begin: Callable[[HttpRequest], Awaitable[Any]],
        accepts: Callable[[Any], bool],
        finish: Callable[[HttpRequest, Any], Awaitable[HttpResponseBase]],
        call: Caller,
    ) -> None:
        self.begin = begin
        self.accepts = accepts
        self.finish = finish
        self.call = call
        #: Whether there is something to do with each response: `unwind`.
        self.unwinds = False

    async def respond(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response to a request.

        No exception but those that end the process, or the exchange, leaves it.
        """
        begin = self.begin
        response: HttpResponseBase
        try:
            response = await begin(request)
            if type(response) is not HttpResponse:
                accepts = self.accepts
                if not accepts(response):
                    response = await self.finish(request, response)
        except Exception as error:
            response = await self.answer(request, error)
        if self.unwinds:
            unwound = self.unwind(request, response)
            response = unwound if isinstance(unwound, HttpResponseBase) else await unwound
        return response

    def unwind(self, request: HttpRequest, response: Any) -> Any:
        """Return the response after what is to be done with it, or what to await for it.

        No exception leaves it.
        """
        return response

    async def answer(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        """Return the response to an exception."""
        return await errors.answer(request, error, self.call)


def is_response(response: Any) -> bool:
    """Return whether something is a response at all."""
    return isinstance(response, HttpResponseBase)
