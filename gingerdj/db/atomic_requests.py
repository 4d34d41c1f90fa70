"""Views inside of transactions, as `ATOMIC_REQUESTS` asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gingerdj.db.transaction import atomic
from gingerdj.db.utils import connections


def atomic_view(view: Callable[..., Any], is_async: bool) -> Callable[..., Any]:
    """Return a view that runs in a transaction of each database that asks for it.

    Args:
        view: the view, which is returned itself where no database asks.
        is_async: whether it is a coroutine function.

    Raises:
        RuntimeError: a database asks, but the view is a coroutine function.
    """
    exempt = getattr(view, "_non_atomic_requests", ())
    atomically = view
    for alias, entry in connections.settings.items():
        if entry["ATOMIC_REQUESTS"] and alias not in exempt:
            if is_async:
                raise RuntimeError(
                    f"You cannot use ATOMIC_REQUESTS with async views. Decorate "
                    f"{getattr(view, '__qualname__', view)} with "
                    f"transaction.non_atomic_requests(using={alias!r}), and use "
                    f"transaction.aatomic() in it."
                )
            atomically = atomic(using=alias)(atomically)
    return atomically
