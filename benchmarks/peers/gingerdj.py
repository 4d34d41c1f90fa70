"""The application of GingerDJ."""

from __future__ import annotations

from typing import Any

from benchmarks.peers import django_interface
from benchmarks.workloads import Variant

LACKS: dict[str, str] = {}


def build(variant: Variant) -> Any:
    """Return the ASGI application."""
    return django_interface.build("gingerdj", variant)
