"""What a URL configuration is written with."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gingerdj.urls.patterns import RegexPattern, RoutePattern
from gingerdj.urls.resolvers import URLPattern, URLResolver
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions
else:
    exceptions = LazyModule("gingerdj.core.exceptions")


def path(
    route: str, view: Any, kwargs: dict[str, Any] | None = None, name: str | None = None
) -> URLPattern | URLResolver:
    """Lead a route to a view, or to the patterns that `include()` returns.

    Args:
        route: the route, such as `articles/<int:year>/`, without a slash at its beginning.
        view: a view or an `include()`.
        kwargs: arguments that the view gets besides those from the path.
        name: the URL's name, for `reverse()`.

    Raises:
        TypeError: the view cannot be called, or is an instance of a view's class.
        ImproperlyConfigured: the route is malformed.
    """
    return _element(RoutePattern, route, view, kwargs, name)


def re_path(
    route: str, view: Any, kwargs: dict[str, Any] | None = None, name: str | None = None
) -> URLPattern | URLResolver:
    """Like `path`, with a regular expression for a route."""
    return _element(RegexPattern, route, view, kwargs, name)


def include(arg: Any, namespace: str | None = None) -> tuple[Any, str | None, str | None]:
    """Put another URL configuration beneath a route.

    Args:
        arg: a dotted path, a module, a list of patterns, or a pair of such a list and the
            application's namespace.
        namespace: the instance's namespace; the application's by default.

    Raises:
        ImproperlyConfigured: the pair is no pair, or there is an instance's namespace without
            an application's.
    """
    app_name = None
    if isinstance(arg, tuple):
        if len(arg) != 2:
            raise exceptions.ImproperlyConfigured(
                f"Passing a {len(arg)}-tuple to include() is not supported. Write "
                f"include((patterns, app_name), namespace=...)."
            )
        arg, app_name = arg
    urlconf = import_module(arg) if isinstance(arg, str) else arg
    app_name = getattr(urlconf, "app_name", app_name)
    if namespace and not app_name:
        raise exceptions.ImproperlyConfigured(
            f"Specifying a namespace in include() without providing an app_name is not supported. "
            f"Set app_name in the module, or write include((patterns, app_name), {namespace!r})."
        )
    return urlconf, app_name, namespace or app_name


def _element(
    pattern_class: Callable[..., Any],
    route: str,
    view: Any,
    kwargs: dict[str, Any] | None,
    name: str | None,
) -> URLPattern | URLResolver:
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError(f"kwargs argument must be a dict, but got {type(kwargs).__name__}.")
    if isinstance(view, list | tuple):
        urlconf, app_name, namespace = view
        pattern = pattern_class(route, is_endpoint=False)
        return URLResolver(pattern, urlconf, kwargs, app_name=app_name, namespace=namespace)
    if not isinstance(view, type) and hasattr(type(view), "as_view"):
        name = type(view).__name__
        raise TypeError(f"view must be a callable, pass {name}.as_view(), not {name}().")
    if not callable(view):
        raise TypeError("view must be a callable or a list/tuple in the case of include().")
    return URLPattern(pattern_class(route, name=name, is_endpoint=True), view, kwargs, name)
