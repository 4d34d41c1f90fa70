"""Protection against pages that put this site into a frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gingerdj.conf import per_request
from gingerdj.http.headers import HeaderBlock, ResponseHeaders
from gingerdj.utils.deprecation import MiddlewareMixin


class XFrameOptionsMiddleware(MiddlewareMixin):
    """Sets the header X-Frame-Options to the setting `X_FRAME_OPTIONS` (RFC 7034).

    A response that has the header, or whose view is exempt, stays as it is.
    """

    hooks_block = False

    def process_response(self, request: Any, response: Any) -> Any:
        """Set the header."""
        if getattr(response, "xframe_options_exempt", False):
            return response
        response._fill_headers(_header(self.get_xframe_options_value(request, response)))
        return response

    def get_xframe_options_value(self, request: Any, response: Any) -> str:
        """Return the header's value."""
        return getattr(per_request, "X_FRAME_OPTIONS", "DENY").upper()


@lru_cache(maxsize=16)
def _header(value: str) -> HeaderBlock:
    return HeaderBlock(ResponseHeaders([("X-Frame-Options", value)]))
