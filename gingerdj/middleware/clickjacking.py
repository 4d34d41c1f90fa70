"""Protection against pages that put this site into a frame."""

from __future__ import annotations

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
        value = self.get_xframe_options_value(request, response)
        response._fill_headers(_known.get(value) or _header(value))
        return response

    def get_xframe_options_value(self, request: Any, response: Any) -> str:
        """Return the header's value."""
        value = per_request.X_FRAME_OPTIONS
        return value if value in _USUAL else value.upper()


_USUAL = ("DENY", "SAMEORIGIN")

# The header by its value, as far as they fit.
_known: dict[str, HeaderBlock] = {}
_MOST_VALUES = 16


def _header(value: str) -> HeaderBlock:
    """Return the header with a value, and remember it."""
    block = HeaderBlock(ResponseHeaders([("X-Frame-Options", value)]))
    if len(_known) < _MOST_VALUES:
        _known[value] = block
    return block
