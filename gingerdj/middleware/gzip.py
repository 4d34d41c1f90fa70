"""Compressed responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.utils.cache import patch_vary_headers
from gingerdj.utils.compression import acompress_sequence, compress_sequence, compress_string
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.parameters import parse_header_parameters

# Fewer bytes are not worth it.
_SHORTEST = 200
# Bytes that are compressed in about a millisecond; more must not keep an event loop waiting.
_QUICK = 32 * 2**10


class GZipMiddleware(MiddlewareMixin):
    """Compresses responses for clients that accept gzip (RFC 9110, 8.4.1.3; RFC 1952).

    Each has a random number of bytes added to it, so that its length does not tell what is
    in it (BREACH, http://breachattack.com).  Streams are compressed piece by piece.
    """

    #: The most random bytes to add.
    max_random_bytes = 100

    async def _run(self, hook: Callable[..., Any], *args: Any) -> Any:
        response = args[-1]
        if response.streaming or len(response.content) < _QUICK:
            return hook(*args)
        return await super()._run(hook, *args)

    def process_response(self, request: Any, response: Any) -> Any:
        """Compress the response where that makes it shorter."""
        if not response.streaming and len(response.content) < _SHORTEST:
            return response
        # A range's positions are those of the file as it is.
        if response.has_header("Content-Encoding") or response.has_header("Content-Range"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not _accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        if response.streaming:
            self._compress_stream(response)
        else:
            compressed = compress_string(response.content, max_random_bytes=self.max_random_bytes)
            if len(compressed) >= len(response.content):
                return response
            response.content = compressed
            response.headers["Content-Length"] = str(len(compressed))
        etag = response.get("ETag") or ""
        if etag.startswith('"'):  # RFC 9110, 8.8.1: other bytes, so no longer a strong one.
            response.headers["ETag"] = f"W/{etag}"
        response.headers["Content-Encoding"] = "gzip"
        return response

    def _compress_stream(self, response: Any) -> None:
        pieces = response.streaming_content
        compress: Any = acompress_sequence if response.is_async else compress_sequence
        response.streaming_content = compress(pieces, max_random_bytes=self.max_random_bytes)
        response.headers.pop("Content-Length", None)


def _accepts_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header lists gzip (RFC 9110, 12.5.3)."""
    for part in header.split(","):
        coding, parameters = parse_header_parameters(part)
        if coding in ("gzip", "x-gzip"):  # RFC 9110, 8.4.1.3: they are the same.
            return parameters.get("q", "1").strip("0.") != ""
    return False
