"""Resolving paths and reversing names, with the current configuration and prefix."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal
from urllib.parse import urlencode

from gingerdj.urls.context import (
    clear_script_prefix,
    get_script_prefix,
    get_urlconf,
    set_script_prefix,
    set_urlconf,
)
from gingerdj.urls.exceptions import NoReverseMatch, Resolver404
from gingerdj.urls.resolvers import (
    ResolverMatch,
    URLResolver,
    clear_url_caches,
    get_resolver,
)
from gingerdj.urls.reversing import Names, Target, find, find_bare, write
from gingerdj.utils.functional import lazy

__all__ = [
    "clear_script_prefix",
    "clear_url_caches",
    "get_script_prefix",
    "get_urlconf",
    "is_valid_path",
    "resolve",
    "reverse",
    "reverse_lazy",
    "set_script_prefix",
    "set_urlconf",
]


def resolve(path: str, urlconf: Any = None) -> ResolverMatch:
    """Return the view that a path leads to.

    Args:
        path: the path, with its first slash and without the prefix of the site.
        urlconf: the URL configuration; the current one by default.

    Raises:
        Resolver404: no pattern matches.
    """
    return get_resolver(urlconf).resolve(str(path))


def reverse(
    viewname: Any,
    urlconf: Any = None,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    current_app: str | None = None,
    *,
    query: Any = None,
    fragment: str | None = None,
) -> str:
    """Return the path of a view, or else of a WebSocket consumer.

    Args:
        viewname: the URL's name with its namespaces, such as `blog:article`, or the view itself.
        urlconf: the URL configuration; the current one by default.
        args: the values of the path, in order; not together with `kwargs`.
        kwargs: the values of the path, by name.
        current_app: the namespace that is preferred where several have one application.
        query: fields of a query string to add: a mapping or a `QueryDict`.
        fragment: a fragment to add.

    Raises:
        NoReverseMatch: there is no such name, or it takes other arguments.
        ValueError: both `args` and `kwargs` were given.
    """
    if args and kwargs:
        raise ValueError("Don't mix *args and **kwargs in call to reverse()!")
    resolver = get_resolver(get_urlconf() if urlconf is None else urlconf)
    targets = _targets(resolver, viewname, current_app)
    url = write(targets, get_script_prefix(), viewname, tuple(args or ()), kwargs or {})
    if query:
        encoded = query.urlencode() if hasattr(query, "urlencode") else urlencode(query, doseq=True)
        url += f"?{encoded}" if encoded else ""
    return url if fragment is None else f"{url}#{fragment}"


def _targets(resolver: URLResolver, viewname: Any, current_app: str | None) -> list[Target]:
    try:
        return _find(resolver.names, viewname, current_app)
    except NoReverseMatch:
        # A name that a page has, too, means the page.
        with suppress(NoReverseMatch):
            return _find(resolver.websocket.names, viewname, current_app)
        raise


def _find(names: Names, viewname: Any, current_app: str | None) -> list[Target]:
    if isinstance(viewname, str):
        return find(names, viewname.split(":"), current_app)
    return find_bare(names, viewname)


#: Return what `reverse()` does, put off until the path is used: for code that runs before the URL
#: configuration can be read.
reverse_lazy = lazy(reverse, str)


def is_valid_path(path: str, urlconf: Any = None) -> ResolverMatch | Literal[False]:
    """Return the view that a path leads to; False if there is none."""
    try:
        return resolve(path, urlconf)
    except Resolver404:
        return False
