"""The base of middleware that is written as hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gingerdj.utils.asyncio import iscoroutinefunction, markcoroutinefunction
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from asgiref import sync
else:
    sync = LazyModule("asgiref.sync")


class MiddlewareMixin:
    """A middleware's class with `process_request` and `process_response`, in either style.

    Args:
        get_response: the next layer.

    Raises:
        ValueError: there is no next layer.
    """

    sync_capable = True
    async_capable = True
    #: Whether the hooks may block, so that they need a thread while an event loop runs.  Who
    #: writes hooks that do not, and needs the speed, says so here.
    hooks_block = True

    def __init__(self, get_response: Callable[..., Any]) -> None:
        if get_response is None:
            raise ValueError("get_response must be provided. It is the next layer.")
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)
        super().__init__()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        if "hooks_block" not in own and any(name.startswith("process_") for name in own):
            cls.hooks_block = True  # What the parent says is not true of the child's own hooks.

    def blocks(self, request: Any) -> bool:
        """Return whether the hooks may block on this request."""
        return self.hooks_block

    def _is_idle(self, hook: str) -> bool:
        """Return whether a hook has nothing to do, whatever the request, and need not be called."""
        return False

    def _blocker(self, hook: str) -> Callable[[Any], bool] | None:
        """Return what says whether a hook may block on a request; None for one that never does."""
        never = type(self).blocks is MiddlewareMixin.blocks and not self.hooks_block
        return None if never else self.blocks

    def __repr__(self) -> str:
        inner = self.get_response
        name = getattr(inner, "__qualname__", type(inner).__name__)
        return f"<{type(self).__qualname__} get_response={name}>"

    def __call__(self, request: Any) -> Any:
        if self.async_mode:
            return self.__acall__(request)
        response = None
        if hasattr(self, "process_request"):
            response = self.process_request(request)
        response = response or self.get_response(request)
        if hasattr(self, "process_response"):
            response = self.process_response(request, response)
        return response

    async def __acall__(self, request: Any) -> Any:
        response = None
        if hasattr(self, "process_request"):
            response = await self._run(self.process_request, request)
        response = response or await self.get_response(request)
        if hasattr(self, "process_response"):
            response = await self._run(self.process_response, request, response)
        return response

    async def _run(self, hook: Callable[..., Any], *args: Any) -> Any:
        if self.blocks(args[0]):
            return await sync.sync_to_async(hook)(*args)
        return hook(*args)
