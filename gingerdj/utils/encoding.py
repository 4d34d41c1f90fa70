"""Text and bytes, and the escaping of addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

# What RFC 3987 section 3.1 leaves as it is when an IRI becomes a URI; "%" because it has been
# escaped already.
_IRI_SAFE = "/#%[]=:;$&()+,!?*@'~"


def force_str(text: Any, encoding: str = "utf-8", errors: str = "strict") -> str:
    """Return text as `str`, decoding bytes."""
    if isinstance(text, bytes):
        return text.decode(encoding, errors)
    return str(text)


def force_bytes(text: Any, encoding: str = "utf-8", errors: str = "strict") -> bytes:
    """Return text as `bytes`, encoding strings; bytes stay as they are."""
    if isinstance(text, bytes):
        return text
    if isinstance(text, memoryview):
        return bytes(text)
    return str(text).encode(encoding, errors)


def iri_to_uri(iri: Any) -> str:
    """Return an IRI as a URI: what is not ASCII becomes percent-encoded UTF-8 (RFC 3987, 3.1)."""
    return quote(force_str(iri), safe=_IRI_SAFE)


def escape_uri_path(path: str) -> str:
    """Escape what may not stand in a URI's path (RFC 3986, 3.3), such as `?` and `#`."""
    return quote(path, safe="/:;=@&+$,!*'()~-._")
