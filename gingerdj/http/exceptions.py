"""The exceptions of requests and responses."""

from __future__ import annotations

from gingerdj.core.exceptions import BadRequest


class BadHeaderError(ValueError):
    """A header's name or value holds a character that would end or break it."""


class Http404(Exception):
    """There is nothing at this address; answered with status 404."""


class MultiPartParserError(BadRequest):
    """A multipart body, or the header that announces it, is malformed; answered with 400."""


class RawPostDataException(Exception):
    """The body has been read as a stream, so it is no longer there to be read at once."""


class UnreadablePostError(OSError):
    """The request's body could not be read to its end."""
