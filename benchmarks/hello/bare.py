"""One page of the bare callable."""

from __future__ import annotations

from typing import Any


async def application(_: Any, __: Any, send: Any) -> None:
    """Answer every request with the same text."""
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"13")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"Hello, World!"})
