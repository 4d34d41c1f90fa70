"""Whether the process is alive, and whether it wants requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.core.draining import is_draining
from gingerdj.core.readiness import Readiness
from gingerdj.http import HttpResponseNotAllowed, JsonResponse
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.asyncio import iscoroutinefunction, markcoroutinefunction
from gingerdj.utils.cache import add_never_cache_headers


class HealthMiddleware:
    """Answers `/livez` and `/readyz`, to GET and HEAD, as JSON that nobody keeps.

    `/livez` is answered 200 while the process answers at all.  `/readyz` is answered 200 once
    the hooks of `LIFESPAN` are entered, as long as every check of `READINESS_CHECKS` passes, and
    503 from the moment that the process drains.  A check is a function or coroutine function
    without arguments: it fails by returning False, by raising an exception, which is logged and
    not shown, or by taking longer than `READINESS_TIMEOUT`.  The checks run side by side, those
    that are no coroutine functions in threads of their own.

    Put first in `MIDDLEWARE`, it answers whatever the host is, and without a redirect to HTTPS.

    Args:
        get_response: the next layer.

    Raises:
        ImproperlyConfigured: an entry of `READINESS_CHECKS` cannot be imported, or not be called.
    """

    sync_capable = True
    async_capable = True

    #: The paths, beneath the one that the application is mounted at.
    live_path = "/livez"
    ready_path = "/readyz"

    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response
        self.readiness = Readiness()
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        path = request.path_info
        if path != self.ready_path and path != self.live_path:
            return self.get_response(request)
        return self._answer_async(request) if self.async_mode else self._answer(request)

    def _answer(self, request: Any) -> HttpResponseBase:
        if not self._asks_for_checks(request):
            return self._answer_at_once(request)
        return _readiness(self.readiness.run())

    async def _answer_async(self, request: Any) -> HttpResponseBase:
        if not self._asks_for_checks(request):
            return self._answer_at_once(request)
        return _readiness(await self.readiness.arun())

    def _asks_for_checks(self, request: Any) -> bool:
        is_read = request.method in ("GET", "HEAD")
        return is_read and request.path_info == self.ready_path and not is_draining()

    def _answer_at_once(self, request: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path_info == self.live_path:
            return _uncached({"status": "alive"}, 200)
        return _uncached({"status": "draining"}, 503)


def _readiness(results: dict[str, bool]) -> JsonResponse:
    ready = all(results.values())
    checks = {name: "ok" if passed else "failed" for name, passed in results.items()}
    status = "ready" if ready else "not ready"
    return _uncached({"status": status, "checks": checks}, 200 if ready else 503)


def _uncached(data: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(data, status=status)
    add_never_cache_headers(response)
    # Load balancers ask every few seconds, which nobody wants to read about.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
