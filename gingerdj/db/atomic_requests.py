"""Views inside of transactions, as `ATOMIC_REQUESTS` asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction

from gingerdj.db.transaction import aatomic, atomic
from gingerdj.db.utils import connections


def atomic_view(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that runs in a transaction of each database that asks for it.

    A coroutine function runs in `aatomic()` blocks, which cover its `acursor()`.

    Args:
        view: the view, which is returned itself where no database asks.
    """
    exempt = getattr(view, "_non_atomic_requests", ())
    for alias, entry in connections.settings.items():
        if entry["ATOMIC_REQUESTS"] and alias not in exempt:
            block: Any = aatomic if iscoroutinefunction(view) else atomic
            view = block(using=alias)(view)
    return view
