"""Resolvers: from a path to a view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import import_module
from pickle import PicklingError
from types import ModuleType
from typing import Any

from asgiref.sync import iscoroutinefunction

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured, ViewDoesNotExist
from gingerdj.core.signals import setting_changed
from gingerdj.urls.context import get_urlconf
from gingerdj.urls.exceptions import Resolver404
from gingerdj.urls.patterns import RegexPattern, RoutePattern
from gingerdj.urls.reverse import Names
from gingerdj.utils.functional import cached_property

__all__ = [
    "RegexPattern",
    "ResolverMatch",
    "RoutePattern",
    "URLPattern",
    "URLResolver",
    "clear_url_caches",
    "get_resolver",
]

Pattern = RoutePattern | RegexPattern


class ResolverMatch:
    """The view that a path leads to, and what was found on the way.

    `func`, `args` and `kwargs` are the call; `url_name`, `app_names`, `namespaces` and `route`
    say how it was found; `captured_kwargs` and `extra_kwargs` where its arguments came from.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        url_name: str | None = None,
        app_names: Iterable[str | None] = (),
        namespaces: Iterable[str | None] = (),
        route: str | None = None,
        tried: list[list[Any]] | None = None,
        captured_kwargs: dict[str, Any] | None = None,
        extra_kwargs: dict[str, Any] | None = None,
        is_async: bool | None = None,
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.url_name = url_name
        self.app_names = [name for name in app_names if name]
        self.namespaces = [name for name in namespaces if name]
        self.route = route
        self.tried = tried
        self.captured_kwargs = captured_kwargs
        self.extra_kwargs = extra_kwargs
        self.is_async = iscoroutinefunction(func) if is_async is None else is_async

    @property
    def app_name(self) -> str:
        return ":".join(self.app_names)

    @property
    def namespace(self) -> str:
        return ":".join(self.namespaces)

    @property
    def view_name(self) -> str:
        """The name that `reverse()` takes, or the view's dotted path where it has none."""
        return ":".join([*self.namespaces, self.url_name or self.func_path])

    @property
    def func_path(self) -> str:
        """The dotted path of the view, or of its class."""
        func = getattr(self.func, "view_class", self.func)
        named = func if hasattr(func, "__name__") else type(func)
        return f"{named.__module__}.{named.__name__}"

    def __getitem__(self, index: int) -> Any:
        return (self.func, self.args, self.kwargs)[index]

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise PicklingError(
            "A ResolverMatch cannot be pickled, for it holds the view: take what you need of it."
        )

    def __repr__(self) -> str:
        captured = f", captured_kwargs={self.captured_kwargs!r}" if self.captured_kwargs else ""
        extra = f", extra_kwargs={self.extra_kwargs!r}" if self.extra_kwargs else ""
        func = repr(self.func) if isinstance(self.func, functools.partial) else self.func_path
        return (
            f"ResolverMatch(func={func}, args={self.args!r}, kwargs={self.kwargs!r}, "
            f"url_name={self.url_name!r}, app_names={self.app_names!r}, "
            f"namespaces={self.namespaces!r}, route={self.route!r}"
            f"{captured}{extra})"
        )


class URLPattern:
    """A pattern and its view.

    Args:
        pattern: the pattern.
        callback: the view.
        default_args: arguments that the view gets besides those from the path.
        name: the URL's name.
    """

    def __init__(
        self,
        pattern: Pattern,
        callback: Callable[..., Any],
        default_args: dict[str, Any] | None = None,
        name: str | None = None,
    ) -> None:
        self.pattern = pattern
        self.callback = callback
        self.default_args = default_args or {}
        self.name = name
        self._is_async = iscoroutinefunction(callback)

    def resolve(self, path: str) -> ResolverMatch | None:
        """Return the match for the rest of a path; None if it does not match."""
        match = self.pattern.match(path)
        if match is None:
            return None
        _, args, captured = match
        return ResolverMatch(
            self.callback,
            args,
            {**captured, **self.default_args},
            self.pattern.name,
            route=str(self.pattern),
            captured_kwargs=captured,
            extra_kwargs=self.default_args,
            is_async=self._is_async,
        )

    def __repr__(self) -> str:
        return f"<URLPattern {self.pattern.describe()}>"


class URLResolver:
    """A pattern and the URL configuration beneath it.

    Args:
        pattern: the pattern of the paths' beginning.
        urlconf_name: the configuration: a dotted path, a module, or a list of patterns.
        default_kwargs: arguments that every view beneath gets.
        app_name: the application's namespace.
        namespace: the instance's namespace.
    """

    _patterns_name = "urlpatterns"

    def __init__(
        self,
        pattern: Pattern,
        urlconf_name: Any,
        default_kwargs: dict[str, Any] | None = None,
        app_name: str | None = None,
        namespace: str | None = None,
    ) -> None:
        self.pattern = pattern
        self.urlconf_name = urlconf_name
        self.default_kwargs = default_kwargs or {}
        self.app_name = app_name
        self.namespace = namespace

    def __repr__(self) -> str:
        urlconf = self.urlconf_name
        if isinstance(urlconf, list) and urlconf:
            urlconf_repr = f"<{type(urlconf[0]).__name__} list>"
        else:
            urlconf_repr = repr(urlconf)
        names = f"({self.app_name}:{self.namespace})"
        return f"<URLResolver {urlconf_repr} {names} {self.pattern.describe()}>"

    @cached_property
    def urlconf_module(self) -> Any:
        """The module, or the list of patterns itself."""
        if isinstance(self.urlconf_name, str):
            return import_module(self.urlconf_name)
        return self.urlconf_name

    @cached_property
    def url_patterns(self) -> list[URLPattern | URLResolver]:
        """The patterns beneath.

        Raises:
            ImproperlyConfigured: the module has none.
        """
        module = self.urlconf_module
        patterns = getattr(module, self._patterns_name, module)
        if isinstance(patterns, ModuleType) or not isinstance(patterns, Iterable):
            raise ImproperlyConfigured(
                f"The URL configuration {self.urlconf_name!r} has no patterns: give it a list "
                f"named {self._patterns_name}, and see that no import leads round in a circle."
            )
        return list(patterns)

    @cached_property
    def names(self) -> Names:
        """The names beneath, for `reverse()`."""
        return Names(self.url_patterns)

    @cached_property
    def websocket(self) -> WebSocketResolver:
        """The resolver of the configuration's `websocket_urlpatterns`; empty if it has none."""
        has_some = hasattr(self.urlconf_module, WebSocketResolver._patterns_name)
        return WebSocketResolver(self.pattern, self.urlconf_name if has_some else [])

    def resolve_error_handler(self, view_type: int) -> Callable[..., Any] | None:
        """Return the configuration's `handler400`, `handler403`, `handler404` or `handler500`.

        Args:
            view_type: the status code.

        Returns:
            The view; None if the configuration names none.
        """
        callback = getattr(self.urlconf_module, f"handler{view_type}", None)
        return None if callback is None else get_callable(callback)

    def resolve(self, path: str) -> ResolverMatch:
        """Return the first match for a path.

        Raises:
            Resolver404: no pattern matches.
        """
        match = self.pattern.match(path)
        if match is None:
            raise Resolver404({"path": path})
        rest, args, kwargs = match
        tried: list[list[Any]] = []
        for pattern in self.url_patterns:
            try:
                below = pattern.resolve(rest)
            except Resolver404 as error:
                tried += [[pattern, *path] for path in error.args[0].get("tried", [])] or [
                    [pattern]
                ]
                continue
            if below is None:
                tried.append([pattern])
                continue
            below.tried = tried + ([[pattern, *path] for path in below.tried or []] or [[pattern]])
            if args or kwargs or self._adds_something:
                return self._join(below, args, kwargs)
            return below
        raise Resolver404({"path": rest, "tried": tried})

    @cached_property
    def _adds_something(self) -> bool:
        return bool(str(self.pattern).strip("^/") or str(self.pattern) == "/") or bool(
            self.default_kwargs or self.app_name or self.namespace
        )

    def _join(
        self, below: ResolverMatch, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> ResolverMatch:
        joined = {**kwargs, **self.default_kwargs, **below.kwargs}
        route = str(below.route)
        if isinstance(self.pattern, RegexPattern):
            route = route.removeprefix("^")
        return ResolverMatch(
            below.func,
            below.args if joined.keys() - self.default_kwargs.keys() else args + below.args,
            joined,
            below.url_name,
            [self.app_name, *below.app_names],
            [self.namespace, *below.namespaces],
            str(self.pattern) + route,
            below.tried,
            below.captured_kwargs,
            {**self.default_kwargs, **(below.extra_kwargs or {})},
            below.is_async,
        )


class WebSocketResolver(URLResolver):
    """A pattern and the WebSocket routes beneath it.

    Modules that are included give theirs as `websocket_urlpatterns`, too.
    """

    _patterns_name = "websocket_urlpatterns"

    @cached_property
    def url_patterns(self) -> list[URLPattern | URLResolver]:
        """The routes beneath.

        Raises:
            ImproperlyConfigured: the module has none, or one leads to a synchronous function.
        """
        return [self._route(pattern) for pattern in super().url_patterns]

    def _route(self, pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
        if isinstance(pattern, URLResolver):
            return WebSocketResolver(
                pattern.pattern,
                pattern.urlconf_name,
                pattern.default_kwargs,
                pattern.app_name,
                pattern.namespace,
            )
        consumer = pattern.callback
        if not iscoroutinefunction(consumer):
            mend = "declare it with async def"
            if isinstance(consumer, type) and hasattr(consumer, "as_view"):
                mend = f"write {consumer.__name__}.as_view()"
            raise ImproperlyConfigured(
                f"The WebSocket route {str(pattern.pattern)!r} leads to {consumer!r}, which is no "
                f"coroutine function: {mend}."
            )
        return pattern


def get_callable(lookup_view: Any) -> Callable[..., Any]:
    """Return a view, given itself or as a dotted path.

    Raises:
        ViewDoesNotExist: the path leads to nothing in its module or package, or to something that
            cannot be called.
        ImportError: there is no such package, or the path has no dot.
    """
    if callable(lookup_view):
        return lookup_view  # type: ignore[no-any-return]
    if not isinstance(lookup_view, str):
        raise ViewDoesNotExist(f"{lookup_view!r} is no view, neither itself nor as a dotted path.")
    module_path, _, name = lookup_view.rpartition(".")
    if not module_path or not name:
        raise ImportError(
            f"{lookup_view!r} is no dotted path of a view: write package.module.view."
        )
    try:
        module = import_module(module_path)
    except ModuleNotFoundError as error:
        if error.name != module_path or "." not in module_path:
            raise
        raise ViewDoesNotExist(f"The view {lookup_view!r} cannot be imported: {error}") from error
    view = getattr(module, name, None)
    if not callable(view):
        raise ViewDoesNotExist(f"{module_path!r} has no {name!r} that could be called as a view.")
    return view  # type: ignore[no-any-return]


def get_resolver(urlconf: Any = None) -> URLResolver:
    """Return the resolver of a URL configuration; the current request's by default.

    Raises:
        ImproperlyConfigured: `ROOT_URLCONF` is not set.
    """
    if urlconf is None:
        urlconf = get_urlconf()
    return _resolver(settings.ROOT_URLCONF if urlconf is None else urlconf)


@functools.cache
def _resolver(urlconf: Any) -> URLResolver:
    if urlconf is None:
        raise ImproperlyConfigured(
            "The setting ROOT_URLCONF is missing: give it the dotted path of your URL "
            "configuration, such as 'mysite.urls'."
        )
    return URLResolver(RegexPattern(r"^/"), urlconf)


def clear_url_caches() -> None:
    """Forget the resolvers, after a URL configuration has been changed in place."""
    _resolver.cache_clear()


def _forget_resolvers(*, setting: str, **_: Any) -> None:
    if setting == "ROOT_URLCONF":
        clear_url_caches()


setting_changed.connect(_forget_resolvers, dispatch_uid="gingerdj.urls.resolvers")
