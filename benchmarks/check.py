"""Compares an answer with what a workload expects."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from benchmarks.workloads import JSON_TYPE, Workload


def explain(answer: dict[str, Any], workload: Workload) -> str:
    """Return what is wrong with an answer; nothing if it is right."""
    if answer["status"] != 200:
        return f"status {answer['status']} instead of 200: {answer['beginning'][:200]!r}"
    if not answer["complete"]:
        return "the body has no end"
    headers = {name.lower(): value for name, value in answer["headers"]}
    media_type = headers.get("content-type", "none").partition(";")[0].strip()
    if media_type != workload.media_type:
        return f"content type {media_type} instead of {workload.media_type}"
    length = headers.get("content-length")
    if length is not None and int(length) != answer["length"]:
        return f"content length {length} for a body of {answer['length']} bytes"
    if not _has_body(answer, workload):
        return f"a body of {answer['length']} bytes that is wrong: {answer['beginning'][:200]!r}"
    return ""


def _has_body(answer: dict[str, Any], workload: Workload) -> bool:
    if workload.media_type == JSON_TYPE:
        # White space between the tokens is everybody's own choice (RFC 8259, 2).
        try:
            return bool(json.loads(answer["beginning"]) == json.loads(workload.expected))
        except json.JSONDecodeError:
            return False
    return bool(answer["digest"] == hashlib.sha256(workload.expected).hexdigest())
