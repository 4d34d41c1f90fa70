"""URL configurations: from paths to views, and from names to paths."""

from typing import TYPE_CHECKING

from gingerdj.urls.conf import include, path, re_path
from gingerdj.urls.context import (
    clear_script_prefix,
    get_script_prefix,
    get_urlconf,
    set_script_prefix,
    set_urlconf,
)
from gingerdj.urls.resolvers import (
    URLPattern,
    URLResolver,
    clear_url_caches,
    get_callable,
    get_resolver,
)
from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from gingerdj.urls.base import is_valid_path, resolve, reverse, reverse_lazy
    from gingerdj.urls.converters import register_converter
    from gingerdj.urls.exceptions import NoReverseMatch, Resolver404
    from gingerdj.urls.match import ResolverMatch
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.urls.base": ("is_valid_path", "resolve", "reverse", "reverse_lazy"),
            "gingerdj.urls.converters": ("register_converter",),
            "gingerdj.urls.exceptions": ("NoReverseMatch", "Resolver404"),
            "gingerdj.urls.match": ("ResolverMatch",),
        },
    )

__all__ = [
    "NoReverseMatch",
    "Resolver404",
    "ResolverMatch",
    "URLPattern",
    "URLResolver",
    "clear_script_prefix",
    "clear_url_caches",
    "get_callable",
    "get_resolver",
    "get_script_prefix",
    "get_urlconf",
    "include",
    "is_valid_path",
    "path",
    "re_path",
    "register_converter",
    "resolve",
    "reverse",
    "reverse_lazy",
    "set_script_prefix",
    "set_urlconf",
]
