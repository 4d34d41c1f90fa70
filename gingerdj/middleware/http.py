"""Answers without a body to clients that have it already."""

from __future__ import annotations

from typing import Any

from gingerdj.utils.cache import get_conditional_response, set_response_etag
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.http import parse_http_date_safe


class ConditionalGetMiddleware(MiddlewareMixin):
    """Answers conditional GET requests (RFC 9110, 13), setting the header ETag where it may."""

    hooks_block = False

    def process_response(self, request: Any, response: Any) -> Any:
        """Return a response without a body if the client's copy is still good."""
        if request.method != "GET":
            return response
        if self.needs_etag(response) and not response.has_header("ETag"):
            set_response_etag(response)
        etag = response.get("ETag")
        last_modified = response.get("Last-Modified")
        seconds = parse_http_date_safe(last_modified) if last_modified else None
        if etag or seconds is not None:
            return get_conditional_response(
                request, etag=etag, last_modified=seconds, response=response
            )
        return response

    def needs_etag(self, response: Any) -> bool:
        """Return whether the response gets the header ETag: not if nobody may keep it."""
        directives = response.get("Cache-Control", "").lower().split(",")
        return all(directive.strip() != "no-store" for directive in directives)
