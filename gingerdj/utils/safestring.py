"""Text that may stand in HTML as it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from gingerdj.utils.functional import keep_lazy


class SafeData:
    """The base of data that needs no escaping in HTML."""

    __slots__ = ()

    def __html__(self) -> Any:
        """Return the data itself: it is HTML."""
        return self


class SafeString(str, SafeData):
    """A string that needs no escaping in HTML; joined with one that does, it needs it, too."""

    __slots__ = ()

    @overload
    def __add__(self, rhs: SafeString, /) -> SafeString: ...
    @overload
    def __add__(self, rhs: str, /) -> str: ...
    def __add__(self, rhs: str, /) -> str:
        if not isinstance(rhs, str):  # A lazy text adds itself.
            return NotImplemented
        text = super().__add__(rhs)
        return SafeString(text) if isinstance(rhs, SafeData) else text

    def __str__(self) -> str:
        return self


@keep_lazy(SafeString)
def _safe_string(s: Any) -> SafeString:
    return SafeString(s)


def mark_safe(s: Any) -> Any:
    """Declare text to be safe in HTML.

    Args:
        s: the text, or a function whose results are; then the function is decorated.
    """
    if hasattr(s, "__html__"):
        return s
    if callable(s):
        return _marking(s)
    return _safe_string(s)


def _marking(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return mark_safe(function(*args, **kwargs))

    return wrapper
