"""What counts as a coroutine function, for us as for asgiref.

asgiref has the same, but its module brings threads with it, which who asks this may never need.
"""

import sys

__all__ = ["iscoroutinefunction", "markcoroutinefunction"]

if sys.version_info >= (3, 12):
    from inspect import iscoroutinefunction, markcoroutinefunction
else:
    from asyncio import coroutines, iscoroutinefunction
    from collections.abc import Callable
    from typing import Any, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any])

    def markcoroutinefunction(func: _F) -> _F:
        """Mark what returns an awaitable without being a coroutine function; return it."""
        func._is_coroutine = coroutines._is_coroutine  # type: ignore[attr-defined]
        return func
