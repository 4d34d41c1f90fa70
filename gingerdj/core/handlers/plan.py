"""The plan from a request to its response: resolver, hooks, view; written once."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import iscoroutine
from typing import Any, NoReturn

from gingerdj.core.handlers.adapt import Plan, Step, step
from gingerdj.http.file import FileResponse
from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponseBase
from gingerdj.urls.context import get_urlconf, set_urlconf
from gingerdj.urls.resolvers import ResolverMatch, get_resolver


@dataclass
class Hooks:
    """What middleware wants called around the view, in the order of the calls."""

    view: list[Any] = field(default_factory=list)
    template_response: list[Any] = field(default_factory=list)
    exception: list[Any] = field(default_factory=list)


def respond(request: HttpRequest, hooks: Hooks) -> Plan:
    """Plan the way from a request to its response.

    Raises:
        Resolver404: no URL pattern matches.
        TypeError: the view returned no response.
    """
    match = _resolve(request)
    request.resolver_match = match
    for hook in hooks.view:
        response = yield step(hook, request, match.func, match.args, match.kwargs)
        if response is not None:
            break
    else:
        try:
            response = yield _view_step(request, match)
        except Exception as error:
            response = yield from _rescue(request, hooks, error)
    if not isinstance(response, HttpResponseBase):
        _refuse(response, f"The view {match.func_path}")
    if callable(getattr(response, "render", None)):
        response = yield from _render(request, response, hooks)
    if response.streaming and isinstance(response, FileResponse):
        response.apply_range(request)
    return response  # type: ignore[no-any-return]


def _resolve(request: HttpRequest) -> ResolverMatch:
    if request.urlconf is not None:
        set_urlconf(request.urlconf)
    elif get_urlconf() is not None:  # Left behind by an earlier request in this thread.
        set_urlconf(None)
    return get_resolver().resolve(request.path_info)


def _view_step(request: HttpRequest, match: ResolverMatch) -> Step:
    return match.func, match.is_async, (request, *match.args), match.kwargs


def _rescue(request: HttpRequest, hooks: Hooks, error: Exception) -> Plan:
    for hook in hooks.exception:
        response = yield step(hook, request, error)
        if response is not None:
            return response  # type: ignore[no-any-return]
    raise error


def _render(request: HttpRequest, response: Any, hooks: Hooks) -> Plan:
    for hook in hooks.template_response:
        response = yield step(hook, request, response)
        if not isinstance(response, HttpResponseBase):
            _refuse(response, getattr(hook, "__qualname__", repr(hook)))
    try:
        return (yield step(response.render))  # type: ignore[no-any-return]
    except Exception as error:
        return (yield from _rescue(request, hooks, error))


def _refuse(response: Any, name: str) -> NoReturn:
    if iscoroutine(response):
        response.close()  # Or Python would warn that nobody awaited it.
        raise TypeError(
            f"{name} returned a coroutine that nobody awaited: declare it with async def, or "
            f"await what it calls."
        )
    raise TypeError(f"{name} must return an HttpResponse, but it returned {response!r}.")
