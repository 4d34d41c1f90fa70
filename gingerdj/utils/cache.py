"""Headers that tell caches what they may keep, and answers to conditional requests."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.http import HttpResponse, HttpResponseNotModified
from gingerdj.utils.http import http_date, parse_etags, parse_http_date_safe
from gingerdj.utils.lazy import LazyModule, absent_names
from gingerdj.utils.log import log_response

__getattr__ = absent_names(__name__)

if TYPE_CHECKING:
    import hashlib
else:
    hashlib = LazyModule("hashlib")

# Compiled when it is needed, which it is not at start-up.
_LIST = r"\s*,\s*"
# What a response with status 304 repeats of the one that the client has (RFC 9110, 15.4.5).
_KEPT = ("Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary")


def _directives(response: Any) -> dict[str, str | bool]:
    """Return the directives of Cache-Control by lower-case name (RFC 9111, 5.2)."""
    found: dict[str, str | bool] = {}
    for part in re.split(_LIST, response.get("Cache-Control") or ""):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if name == "no-cache" and name in found:
            found[name] = _both(found[name], value if equals else True)
        elif name:
            found[name] = value if equals else True
    return found


def _both(before: str | bool, value: Any) -> str | bool:
    """Return the values of two `no-cache`: without a field it covers all of them."""
    return before is True or value is True or f"{before}, no-cache={value}"


def patch_cache_control(response: Any, **kwargs: Any) -> None:
    """Add directives to the header Cache-Control (RFC 9111, 5.2.2).

    The smaller `max_age` counts; `public` and `private` drive each other out.

    Args:
        response: the response.
        kwargs: the directives, with `_` for `-`: True for one without a value; `no_cache` may
            come several times, each time for another field.
    """
    directives = _directives(response)
    if "max_age" in kwargs and (age := get_max_age(response)) is not None:
        kwargs["max_age"] = min(age, kwargs["max_age"])
    for one, other in (("public", "private"), ("private", "public")):
        if kwargs.get(one):
            directives.pop(other, None)
    for name, value in kwargs.items():
        directive = name.replace("_", "-")
        if value is False or value is None:
            directives.pop(directive, None)
        elif directive == "no-cache" and (before := directives.get(directive)) is not None:
            directives[directive] = _both(before, value)
        else:
            directives[directive] = True if value is True else str(value)
    response.headers["Cache-Control"] = ", ".join(
        name if value is True else f"{name}={value}" for name, value in directives.items()
    )


def get_max_age(response: Any) -> int | None:
    """Return the seconds of `max-age` in the header Cache-Control; None if it has none."""
    value = _directives(response).get("max-age")
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def patch_response_headers(response: Any, cache_timeout: float | None = None) -> None:
    """Let caches keep a response for a time: sets Expires and Cache-Control.

    Args:
        response: the response.
        cache_timeout: the seconds; `CACHE_MIDDLEWARE_SECONDS` by default.
    """
    if cache_timeout is None:
        cache_timeout = settings.CACHE_MIDDLEWARE_SECONDS
    seconds = max(0, int(cache_timeout))
    if not response.has_header("Expires"):
        response.headers["Expires"] = http_date(time.time() + seconds)
    patch_cache_control(response, max_age=seconds)


def add_never_cache_headers(response: Any) -> None:
    """Keep caches from keeping a response: sets Expires and Cache-Control."""
    patch_response_headers(response, cache_timeout=-1)
    patch_cache_control(response, no_cache=True, no_store=True, must_revalidate=True, private=True)


def patch_vary_headers(response: Any, newheaders: Iterable[str]) -> None:
    """Add names of request headers to the header Vary; an asterisk stands for all of them."""
    names = [name for name in re.split(_LIST, response.get("Vary") or "") if name]
    known = {name.lower() for name in names}
    names += [name for name in newheaders if name.lower() not in known]
    response.headers["Vary"] = "*" if "*" in names else ", ".join(names)


def has_vary_header(response: Any, header_query: str) -> bool:
    """Return whether the header Vary names a request header, or all of them."""
    names = {name.lower() for name in re.split(_LIST, response.get("Vary") or "")}
    return "*" in names or header_query.lower() in names


def set_response_etag(response: Any) -> Any:
    """Set the header ETag to a hash of a body that is known and not empty."""
    if not response.streaming and response.content:
        digest = hashlib.md5(response.content, usedforsecurity=False).hexdigest()
        response.headers["ETag"] = f'"{digest}"'
    return response


def get_conditional_response(
    request: Any,
    etag: str | None = None,
    last_modified: int | None = None,
    response: Any = None,
) -> Any:
    """Answer a conditional request (RFC 9110, 13.2.2).

    Args:
        request: the request, whose conditions are looked at.
        etag: the entity tag of what was asked for.
        last_modified: when that last changed, in seconds since 1970, UTC.
        response: the answer, if there is one already.

    Returns:
        A response with status 304 or 412, or the one that was given.
    """
    # RFC 9110, 13.2.1: conditions count where the answer would be a success.
    if response is not None and not 200 <= response.status_code < 300:
        return response
    meta = request.META
    safe = request.method in ("GET", "HEAD")
    matches = parse_etags(meta.get("HTTP_IF_MATCH", ""))
    if matches:
        if not _strong_match(etag, matches):
            return _failed(request)
    elif not _unmodified(last_modified, meta.get("HTTP_IF_UNMODIFIED_SINCE", "")):
        return _failed(request)
    others = parse_etags(meta.get("HTTP_IF_NONE_MATCH", ""))
    if others:
        if _weak_match(etag, others):
            return _not_modified(response) if safe else _failed(request)
    elif safe and _known(last_modified, meta.get("HTTP_IF_MODIFIED_SINCE", "")):
        return _not_modified(response)
    return response


def _strong_match(etag: str | None, etags: list[str]) -> bool:
    if not etag:
        return False
    return etags == ["*"] or (not etag.startswith("W/") and etag in etags)


def _weak_match(etag: str | None, etags: list[str]) -> bool:
    if not etag:
        return False
    wanted = etag.removeprefix("W/")
    return etags == ["*"] or any(each.removeprefix("W/") == wanted for each in etags)


def _unmodified(last_modified: int | None, header: str) -> bool:
    since = parse_http_date_safe(header) if header else None
    return since is None or (last_modified is not None and last_modified <= since)


def _known(last_modified: int | None, header: str) -> bool:
    since = parse_http_date_safe(header) if header else None
    return since is not None and last_modified is not None and last_modified <= since


def _failed(request: Any) -> HttpResponse:
    response = HttpResponse(status=412)
    log_response("Precondition Failed: %s", request.path, response=response, request=request)
    return response


def _not_modified(response: Any) -> HttpResponseNotModified:
    answer = HttpResponseNotModified()
    if response is not None:
        for name in _KEPT:
            if name in response:
                answer.headers[name] = response.headers[name]
        answer.cookies = response.cookies
        # What the response holds is closed at the end of the request, as ever.
        answer._resource_closers.extend(response._resource_closers)
    return answer
