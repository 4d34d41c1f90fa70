"""What a path led to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import pickle
else:
    pickle = LazyModule("pickle")


class ResolverMatch:
    """The view that a path leads to, and what was found on the way.

    `func`, `args` and `kwargs` are the call; `url_name`, `app_names`, `namespaces` and `route`
    say how it was found; `captured_kwargs` and `extra_kwargs` where its arguments came from.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        url_name: str | None = None,
        app_names: Iterable[str | None] = (),
        namespaces: Iterable[str | None] = (),
        route: str | None = None,
        tried: list[list[Any]] | Callable[[], list[list[Any]]] | None = None,
        captured_kwargs: dict[str, Any] | None = None,
        extra_kwargs: dict[str, Any] | None = None,
        is_async: bool | None = None,
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.url_name = url_name
        self.app_names = [name for name in app_names if name]
        self.namespaces = [name for name in namespaces if name]
        self.route = route
        self._tried = tried
        self.captured_kwargs = captured_kwargs
        self.extra_kwargs = extra_kwargs
        self.is_async = iscoroutinefunction(func) if is_async is None else is_async

    @property
    def tried(self) -> list[list[Any]] | None:
        """The patterns that were tried, the one that matched last."""
        if callable(self._tried):  # Every pattern is tried again for it, and few ask.
            self._tried = self._tried()
        return self._tried

    @tried.setter
    def tried(self, value: list[list[Any]] | Callable[[], list[list[Any]]] | None) -> None:
        self._tried = value

    @property
    def app_name(self) -> str:
        return ":".join(self.app_names)

    @property
    def namespace(self) -> str:
        return ":".join(self.namespaces)

    @property
    def view_name(self) -> str:
        """The name that `reverse()` takes, or the view's dotted path where it has none."""
        return ":".join([*self.namespaces, self.url_name or self._func_path])

    @property
    def _func_path(self) -> str:
        """The dotted path of the view, or of its class."""
        func = getattr(self.func, "view_class", self.func)
        named = func if hasattr(func, "__name__") else type(func)
        return f"{named.__module__}.{named.__name__}"

    def __getitem__(self, index: int) -> Any:
        return (self.func, self.args, self.kwargs)[index]

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise pickle.PicklingError(
            "Cannot pickle ResolverMatch. It holds the view: take what you need of it."
        )

    def __repr__(self) -> str:
        captured = f", captured_kwargs={self.captured_kwargs!r}" if self.captured_kwargs else ""
        extra = f", extra_kwargs={self.extra_kwargs!r}" if self.extra_kwargs else ""
        func = repr(self.func) if isinstance(self.func, functools.partial) else self._func_path
        return (
            f"ResolverMatch(func={func}, args={self.args!r}, kwargs={self.kwargs!r}, "
            f"url_name={self.url_name!r}, app_names={self.app_names!r}, "
            f"namespaces={self.namespaces!r}, route={self.route!r}"
            f"{captured}{extra})"
        )
