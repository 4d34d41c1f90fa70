"""Resolvers: from a path to a view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.signals import setting_changed
from gingerdj.urls.context import get_urlconf
from gingerdj.urls.patterns import RegexPattern, RoutePattern
from gingerdj.urls.table import Table
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule, lazy_names

if TYPE_CHECKING:
    from gingerdj.core import exceptions
    from gingerdj.urls import exceptions as url_exceptions
    from gingerdj.urls import match as matches
    from gingerdj.urls import reversing
    from gingerdj.urls.exceptions import Resolver404
    from gingerdj.urls.match import ResolverMatch
    from gingerdj.urls.reversing import Names
    from gingerdj.urls.table import Route
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    matches = LazyModule("gingerdj.urls.match")
    reversing = LazyModule("gingerdj.urls.reversing")
    url_exceptions = LazyModule("gingerdj.urls.exceptions")
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.urls.exceptions": ("Resolver404",),
            "gingerdj.urls.match": ("ResolverMatch",),
        },
    )

__all__ = [
    "RegexPattern",
    "Resolver404",
    "ResolverMatch",
    "RoutePattern",
    "URLPattern",
    "URLResolver",
    "clear_url_caches",
    "get_resolver",
]

Pattern = RoutePattern | RegexPattern


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
        self.is_async = iscoroutinefunction(callback)

    @property
    def lookup_str(self) -> str:
        """The dotted path of the view, or of its class."""
        view = self.callback
        while isinstance(view, functools.partial):
            view = view.func
        view = getattr(view, "view_class", view)
        named = view if hasattr(view, "__name__") else type(view)
        return f"{named.__module__}.{named.__qualname__}"

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a route and a view decides what this pattern matches."""
        return type(self) is URLPattern and type(self.pattern) is RoutePattern

    def resolve(self, path: str) -> ResolverMatch | None:
        """Return the match for the rest of a path; None if it does not match."""
        match = self.pattern.match(path)
        if match is None:
            return None
        _, args, captured = match
        return matches.ResolverMatch(
            self.callback,
            args,
            {**captured, **self.default_args},
            self.pattern.name,
            route=str(self.pattern),
            captured_kwargs=captured,
            extra_kwargs=self.default_args.copy(),
            is_async=self.is_async,
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
        """The module, or the list of patterns itself.

        Raises:
            ModuleNotFoundError: there is no such module.
        """
        name = self.urlconf_name
        if not isinstance(name, str):
            return name
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if not f"{name}.".startswith(f"{missing}."):
                raise  # The module is there; something that it imports is not.
            raise ModuleNotFoundError(
                f"The URL configuration {name!r} cannot be imported, for there is no module named "
                f"{missing!r}: mend ROOT_URLCONF, or write the module.",
                name=missing,
            ) from error

    @cached_property
    def url_patterns(self) -> list[URLPattern | URLResolver]:
        """The patterns beneath.

        Raises:
            ImproperlyConfigured: the module has none.
        """
        module = self.urlconf_module
        patterns = getattr(module, self._patterns_name, module)
        if isinstance(patterns, ModuleType) or not isinstance(patterns, Iterable):
            raise exceptions.ImproperlyConfigured(
                f"The included URLconf '{self.urlconf_name}' does not appear to have any patterns "
                f"in it. Give it a list named {self._patterns_name}, and see that no import leads "
                f"round in a circle."
            )
        return list(patterns)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a route and the patterns beneath decides what this one matches."""
        return type(self) is URLResolver and type(self.pattern) is RoutePattern

    @cached_property
    def table(self) -> Table:
        """The patterns beneath, compiled for looking paths up without the prefix."""
        return Table(self.url_patterns, self.tried)

    @cached_property
    def names(self) -> Names:
        """The names beneath, for `reverse()`."""
        return reversing.Names(self.url_patterns)

    @cached_property
    def websocket(self) -> WebSocketResolver:
        """The resolver of the configuration's `websocket_urlpatterns`; empty if it has none."""
        has_some = hasattr(self.urlconf_module, WebSocketResolver._patterns_name)
        return WebSocketResolver(self.pattern, self.urlconf_name if has_some else [])

    def reverse(self, lookup_view: Any, *args: Any, **kwargs: Any) -> str:
        """Return the path of a URL beneath, without the prefix of the site.

        Args:
            lookup_view: its name, which is in no namespace, or the view.
            args, kwargs: the values of the path.

        Raises:
            NoReverseMatch: there is no such URL, or it takes other arguments.
        """
        return reversing.write(
            reversing.find_bare(self.names, lookup_view), "", lookup_view, args, kwargs
        )

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
            raise url_exceptions.Resolver404({"path": path})
        rest, args, kwargs = match
        tried: list[list[Any]] = []
        for pattern in self.url_patterns:
            try:
                below = pattern.resolve(rest)
            except url_exceptions.Resolver404 as error:
                tried += [[pattern, *path] for path in error.args[0].get("tried", [])] or [
                    [pattern]
                ]
                continue
            if below is None:
                tried.append([pattern])
                continue
            below.tried = tried + ([[pattern, *path] for path in below.tried or []] or [[pattern]])
            if args or kwargs or self._adds_something:
                return self.join(below, args, kwargs)
            return below
        raise url_exceptions.Resolver404({"path": rest, "tried": tried})

    def tried(self, path: str) -> list[list[Any]]:
        """Return the patterns that `resolve` tries, each after those that it stands beneath."""
        try:
            return self.resolve(path).tried or []
        except url_exceptions.Resolver404 as error:
            tried: list[list[Any]] = error.args[0].get("tried", [])
            return tried

    @cached_property
    def _adds_something(self) -> bool:
        return bool(str(self.pattern).strip("^/") or str(self.pattern) == "/") or bool(
            self.default_kwargs or self.app_name or self.namespace
        )

    def join(
        self, below: ResolverMatch, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> ResolverMatch:
        """Return a match from beneath, with what this resolver adds to it."""
        joined = {**kwargs, **self.default_kwargs, **below.kwargs}
        above, route = str(self.pattern), str(below.route)
        if above:
            route = above + route.removeprefix("^")
        return matches.ResolverMatch(
            below.func,
            below.args if joined.keys() - self.default_kwargs.keys() else args + below.args,
            joined,
            below.url_name,
            [self.app_name, *below.app_names],
            [self.namespace, *below.namespaces],
            route,
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
            raise exceptions.ImproperlyConfigured(
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
        raise exceptions.ViewDoesNotExist(
            f"'{lookup_view}' is not a callable or a dot-notation path"
        )
    module_path, _, name = lookup_view.rpartition(".")
    if not module_path or not name:
        raise ImportError(f"Could not import '{lookup_view}'. The path must be fully qualified.")
    try:
        module = import_module(module_path)
    except ModuleNotFoundError as error:
        if error.name != module_path or "." not in module_path:
            raise
        raise exceptions.ViewDoesNotExist(
            f"Could not import '{lookup_view}'. Parent module {module_path} does not exist."
        ) from error
    if not hasattr(module, name):
        raise exceptions.ViewDoesNotExist(
            f"Could not import '{lookup_view}'. View does not exist in module {module_path}."
        )
    view = getattr(module, name)
    if not callable(view):
        raise exceptions.ViewDoesNotExist(
            f"Could not import '{lookup_view}'. View is not callable."
        )
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
        raise exceptions.ImproperlyConfigured(
            "The setting ROOT_URLCONF is missing: give it the dotted path of your URL "
            "configuration, such as 'mysite.urls'."
        )
    return URLResolver(RegexPattern(r"^/"), urlconf)


class _Root:
    """The routes of `ROOT_URLCONF`."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Have its table asked for again."""
        self._table: Table | None = None
        #: Takes a path and returns where it leads; None if it leads nowhere.
        self.find: Callable[[str], Route | None] = self._find_first

    def table(self) -> Table:
        """Return the table, which is kept."""
        if self._table is None:
            self._table = _resolver(settings.ROOT_URLCONF).table
            self.find = self._table.find
        return self._table

    def _find_first(self, path: str) -> Route | None:
        return self.table().find(path)


root = _Root()


def get_table(urlconf: Any = None) -> Table:
    """Return the table of a URL configuration; that of `ROOT_URLCONF` by default.

    Raises:
        ImproperlyConfigured: there is none.
    """
    return root.table() if urlconf is None else _resolver(urlconf).table


def clear_url_caches() -> None:
    """Forget the resolvers, after a URL configuration has been changed in place."""
    _resolver.cache_clear()
    root.forget()


def _forget_resolvers(*, setting: str, **_: Any) -> None:
    if setting == "ROOT_URLCONF":
        clear_url_caches()


setting_changed.connect(_forget_resolvers, dispatch_uid="gingerdj.urls.resolvers")
