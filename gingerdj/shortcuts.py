"""Functions that views use often."""

from __future__ import annotations

from typing import Any

from gingerdj.http import HttpResponsePermanentRedirect, HttpResponseRedirect
from gingerdj.urls import NoReverseMatch, reverse
from gingerdj.utils.functional import Promise
from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)


def redirect(
    to: Any, *args: Any, permanent: bool = False, preserve_request: bool = False, **kwargs: Any
) -> HttpResponseRedirect | HttpResponsePermanentRedirect:
    """Return a redirect.

    Args:
        to: an object with `get_absolute_url()`, a URL's name, or a URL.
        permanent: whether the address has moved for good.
        preserve_request: whether the client must repeat the method and the body there.
        args, kwargs: the values of a named URL's path.

    Raises:
        NoReverseMatch: `to` is neither a URL nor a name that takes these values.
    """
    response_class = HttpResponsePermanentRedirect if permanent else HttpResponseRedirect
    return response_class(resolve_url(to, *args, **kwargs), preserve_request=preserve_request)


def resolve_url(to: Any, *args: Any, **kwargs: Any) -> str:
    """Return the URL that `redirect()` would redirect to.

    Raises:
        NoReverseMatch: `to` is neither a URL nor a name that takes these values.
    """
    if hasattr(to, "get_absolute_url"):
        return str(to.get_absolute_url())
    if isinstance(to, Promise):
        to = str(to)
    if isinstance(to, str) and to.startswith(("./", "../")):
        return to
    try:
        return reverse(to, args=args, kwargs=kwargs)
    except NoReverseMatch:
        if callable(to) or not isinstance(to, str) or not ("/" in to or "." in to):
            raise
    return to
