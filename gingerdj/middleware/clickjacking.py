"""Protection against pages that put this site into a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.conf import per_request
from gingerdj.http.headers import HeaderBlock, ResponseHeaders
from gingerdj.utils.deprecation import MiddlewareMixin


class XFrameOptionsMiddleware(MiddlewareMixin):
    """Sets the header X-Frame-Options to the setting `X_FRAME_OPTIONS` (RFC 7034).

    A response that has the header, or whose view is exempt, stays as it is.
    """

    hooks_block = False

    def __init__(self, get_response: Callable[..., Any]) -> None:
        super().__init__(get_response)
        own = type(self).get_xframe_options_value
        self._has_own_value = own is not XFrameOptionsMiddleware.get_xframe_options_value

    def process_response(self, request: Any, response: Any) -> Any:
        """Set the header."""
        if getattr(response, "xframe_options_exempt", False):
            return response
        try:
            value = per_request.X_FRAME_OPTIONS
        except AttributeError:  # Some tests delete the setting.
            value = ""
        if self._has_own_value or value not in _USUAL:  # Else it would return the same.
            value = self.get_xframe_options_value(request, response)
        response._fill_headers(_known.get(value) or _header(value))
        return response

    def get_xframe_options_value(self, request: Any, response: Any) -> str:
        """Return the header's value."""
        return getattr(per_request, "X_FRAME_OPTIONS", "DENY").upper()


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
