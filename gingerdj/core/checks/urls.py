"""Checks of the URL configuration."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.urls import URLPattern, URLResolver, get_resolver
from gingerdj.urls.patterns import RoutePattern
from gingerdj.utils.module_loading import import_string

from .messages import CheckMessage, Error, Warning
from .registry import Tags, register

# Each error handler's name with the number of its arguments.
HANDLERS = {"handler400": 2, "handler403": 2, "handler404": 2, "handler500": 1}


@register(Tags.urls)
def check_url_config(**kwargs: Any) -> list[CheckMessage]:
    """Report a URL configuration that is not there, and patterns that cannot work.

    What a module of the URL configuration raises while it is imported goes through: its
    traceback says where.
    """
    if not settings.ROOT_URLCONF:
        return []  # check_root_urlconf has said so.
    try:
        _ = get_resolver().urlconf_module
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if f"{settings.ROOT_URLCONF}.".startswith(f"{missing}."):
            return [_not_found(missing)]
        raise
    found: list[CheckMessage] = []
    try:
        for resolver in (get_resolver(), get_resolver().websocket):
            patterns = list(resolver.url_patterns)
            found += [*_check_patterns(patterns), *_check_namespaces(patterns)]
    except ImproperlyConfigured as error:
        found.append(Error(f"The URL configuration is wrong: {error}", id="urls.E011"))
    return found


def _not_found(missing: str) -> CheckMessage:
    return Error(
        f"ROOT_URLCONF is {settings.ROOT_URLCONF!r}, but there is no module {missing!r}.",
        hint="Mend the dotted path, or write the module.",
        id="urls.E010",
    )


def _check_patterns(patterns: list[Any]) -> Iterator[CheckMessage]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _check_include(pattern)
            yield from _check_patterns(list(pattern.url_patterns))
        elif isinstance(pattern, URLPattern):
            yield from _check_route(pattern)
        else:
            is_tuple = isinstance(pattern, tuple)
            is_djangos = type(pattern).__module__.startswith("django.")
            yield Error(
                f"urlpatterns holds {pattern!r}, which neither path() nor re_path() made.",
                hint="Write path(route, view)."
                if not (is_tuple or is_djangos)
                else "Write path(...) instead of a tuple."
                if is_tuple
                else "Import path() from gingerdj.urls: this is Django's own.",
                id="urls.E004",
            )


def _check_include(resolver: Any) -> Iterator[CheckMessage]:
    route = str(resolver.pattern)
    is_regex = not isinstance(resolver.pattern, RoutePattern)
    if is_regex and route.endswith("$") and not route.endswith(r"\$"):
        yield Warning(
            f"The route {route!r} ends with a dollar sign, so nothing of what it includes can "
            "match.",
            hint="Take the dollar sign out.",
            id="urls.W001",
        )
    yield from _check_syntax(resolver.pattern)
    # One at the end as well may follow an including route that has none.
    if not route.endswith("/"):
        yield from _check_slash(route)


def _check_route(pattern: Any) -> Iterator[CheckMessage]:
    route = str(pattern.pattern)
    yield from _check_syntax(pattern.pattern)
    if isinstance(pattern.pattern, RoutePattern) or not route.endswith("/"):
        yield from _check_slash(route)
    if pattern.name is not None and ":" in pattern.name:
        yield Warning(
            f"The route {route!r} has the name {pattern.name!r}; a colon is read as the end of a "
            "namespace.",
            hint="Take the colon out of the name.",
            id="urls.W003",
        )
    view = pattern.callback
    if isinstance(view, type) and hasattr(view, "as_view"):
        yield Error(
            f"The view of the route {route!r} is the class {view.__name__} itself.",
            hint=f"Write {view.__name__}.as_view().",
            id="urls.E009",
        )


def _check_syntax(pattern: Any) -> Iterator[CheckMessage]:
    route = str(pattern)
    if not isinstance(pattern, RoutePattern):
        return
    if "(?P<" in route or route.startswith("^") or route.endswith("$"):
        yield Warning(
            f"The route {route!r} of path() looks like a regular expression, but its characters "
            "are taken as they are.",
            hint="Write it with converters, such as '<int:year>', or use re_path().",
            id="2_0.W001",
        )


def _check_slash(route: str) -> Iterator[CheckMessage]:
    if settings.APPEND_SLASH and route.removeprefix("^").startswith("/"):
        yield Warning(
            f"The route {route!r} begins with a slash, which the path before it has already taken.",
            hint="Take the slash out; where the route is included, end the including one with it.",
            id="urls.W002",
        )


def _check_namespaces(patterns: list[Any]) -> Iterator[CheckMessage]:
    counts = Counter(_namespaces(patterns, ()))
    for namespace, count in counts.items():
        if count > 1:
            yield Warning(
                f"The URL namespace {namespace!r} is used {count} times, so not every URL in it "
                "can be reversed.",
                hint="Give include() a namespace of its own at each place.",
                id="urls.W005",
            )


def _namespaces(patterns: list[Any], parents: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = (*parents, pattern.namespace) if pattern.namespace else parents
            if pattern.namespace:
                yield ":".join(inside)
            yield from _namespaces(list(pattern.url_patterns), inside)


@register(Tags.urls)
def check_url_settings(**kwargs: Any) -> list[CheckMessage]:
    """Report addresses of files to which no name can be joined."""
    return [
        Error(
            f"The setting {name} is {value!r}, without a slash at its end.",
            hint=f"Write {value + '/'!r}.",
            id="urls.E006",
        )
        for name in ("STATIC_URL", "MEDIA_URL")
        if isinstance(value := getattr(settings, name), str) and value and value[-1] != "/"
    ]


@register(Tags.urls)
def check_custom_error_handlers(**kwargs: Any) -> list[CheckMessage]:
    """Report error handlers that are not there, or do not take a handler's arguments."""
    if not settings.ROOT_URLCONF:
        return []
    try:
        module = get_resolver().urlconf_module
    except ImportError:
        return []  # check_url_config has said so.
    found: list[CheckMessage] = []
    for name, count in HANDLERS.items():
        if (handler := getattr(module, name, None)) is not None:
            found.extend(_check_handler(name, handler, count))
    return found


def _check_handler(name: str, handler: Any, count: int) -> Iterator[CheckMessage]:
    if isinstance(handler, str):
        try:
            handler = import_string(handler)
        except ImportError as error:
            yield Error(
                f"{name} names {handler!r}, which cannot be imported ({error}).",
                hint="Mend the dotted path, or give the view itself.",
                id="urls.E008",
            )
            return
    try:
        inspect.signature(handler).bind(*[None] * count)
    except TypeError:
        arguments = "request" if count == 1 else "request, exception"
        yield Error(
            f"{name} is {handler!r}, which cannot be called with ({arguments}).",
            hint=f"Let it take ({arguments}).",
            id="urls.E007",
        )
