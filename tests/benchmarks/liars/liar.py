"""A peer that answers wrongly, in the way that its variant names."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.workloads import Variant

TRUTH: dict[str, Any] = {
    "status": 200,
    "type": b"text/plain",
    "body": b"Hello, World!",
    "more": False,
}
LIES: dict[str, dict[str, Any]] = {
    "none": {},
    "status": {"status": 404},
    "type": {"type": b"text/html"},
    "length": {"length": b"14"},
    "body": {"body": b"Hello, Wurld!"},
    "end": {"more": True},
    "silent": {},
}


def build(variant: Variant) -> Any:
    lie = variant.middleware

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or lie == "raises":
            raise ValueError(f"no {scope['type']} here")
        if lie == "silent":
            await asyncio.Event().wait()
        told = {**TRUTH, **LIES[lie]}
        length = told.get("length", b"%d" % len(told["body"]))
        headers = [(b"content-type", told["type"]), (b"content-length", length)]
        await send({"type": "http.response.start", "status": told["status"], "headers": headers})
        await send({"type": "http.response.body", "body": told["body"], "more_body": told["more"]})

    return application
