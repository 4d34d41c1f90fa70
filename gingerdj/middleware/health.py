"""Whether the process is alive, and whether it wants requests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async

from gingerdj.conf import settings
from gingerdj.core.draining import is_draining
from gingerdj.http import HttpResponseNotAllowed, JsonResponse
from gingerdj.http.response import HttpResponseBase
from gingerdj.utils.cache import add_never_cache_headers
from gingerdj.utils.module_loading import import_callable

logger = logging.getLogger("gingerdj.health")

Check = Callable[[], Any]


class HealthMiddleware:
    """Answers `/livez` and `/readyz`, to GET and HEAD, as JSON that nobody keeps.

    `/livez` is answered 200 while the process answers at all.  `/readyz` is answered 200 once
    the hooks of `LIFESPAN` are entered, as long as every check of `READINESS_CHECKS` passes, and
    503 from the moment that the process drains.  A check is a function or coroutine function
    without arguments: it fails by returning False or by raising an exception, which is logged
    and not shown.

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
        self.checks = _load_checks()
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
        return _readiness({name: _passes(check) for name, check in self.checks.items()})

    async def _answer_async(self, request: Any) -> HttpResponseBase:
        if not self._asks_for_checks(request):
            return self._answer_at_once(request)
        return _readiness({name: await _apasses(check) for name, check in self.checks.items()})

    def _asks_for_checks(self, request: Any) -> bool:
        is_read = request.method in ("GET", "HEAD")
        return is_read and request.path_info == self.ready_path and not is_draining()

    def _answer_at_once(self, request: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path_info == self.live_path:
            return _uncached({"status": "alive"}, 200)
        return _uncached({"status": "draining"}, 503)


def _load_checks() -> dict[str, Check]:
    """Return the checks by the last parts of their paths, or by these where that is not enough."""
    checks: dict[str, Check] = {}
    for path in settings.READINESS_CHECKS:
        name = path.rpartition(".")[2]
        checks[path if name in checks else name] = import_callable(path, "READINESS_CHECKS")
    return checks


def _passes(check: Check) -> bool:
    try:
        run = async_to_sync(check) if iscoroutinefunction(check) else check
        return run() is not False
    except Exception as error:
        return _failed(check, error)


async def _apasses(check: Check) -> bool:
    try:
        run = check if iscoroutinefunction(check) else sync_to_async(check)
        return await run() is not False
    except Exception as error:
        return _failed(check, error)


def _failed(check: Check, error: Exception) -> bool:
    name = getattr(check, "__qualname__", repr(check))
    logger.warning("The readiness check %s failed.", name, exc_info=error)
    return False


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
