"""Exceptions that choose a response."""

from __future__ import annotations

from gingerdj.core.exceptions import BadRequest


class Http404(Exception):
    """There is nothing at this address; answered with status 404."""


class MultiPartParserError(BadRequest):
    """A multipart body, or the header that announces it, is malformed; answered with 400."""
