"""What a project holds while it serves (ASGI specification "Lifespan Protocol")."""

from __future__ import annotations

import asyncio
import atexit
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    suppress,
)
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.core.draining import draining_on_signals, start_draining
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.module_loading import import_callable

if TYPE_CHECKING:
    from gingerdj.core.handlers import threaded
    from gingerdj.websocket import live
else:
    live = LazyModule("gingerdj.websocket.live")
    threaded = LazyModule("gingerdj.core.handlers.threaded")

logger = logging.getLogger("gingerdj.lifespan")

Scope = dict[str, Any]
State = dict[str, Any]
Hook = Callable[[], Any]


class Lifespan:
    """What the setting `LIFESPAN` names: entered on an event loop before its first request, in
    the order of the setting, and left in reverse order after its last.

    Raises:
        ImproperlyConfigured: an entry of `LIFESPAN` cannot be imported, or not be called.
    """

    def __init__(self) -> None:
        self._hooks = {path: import_callable(path, "LIFESPAN") for path in settings.LIFESPAN}
        self._runs: dict[asyncio.AbstractEventLoop, _Run] = {}
        #: Whether requests must come through `prepare`.
        self.pending = True

    async def serve(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer the server's start-up and shutdown, then return.

        Args:
            scope: the lifespan scope; what the hooks yield is added to its `state`, if it has one.
            receive: the server's `receive`.
            send: the server's `send`.

        Raises:
            ValueError: the server sent a message that has no place here.
        """
        run: _Run | None = None
        try:
            while True:
                kind = (await receive())["type"]
                if kind == "lifespan.startup" and run is None:
                    run = self._start(scope.get("state"))
                    await run.started()
                    if run.error is not None:
                        await send({"type": "lifespan.startup.failed", "message": str(run.error)})
                        return
                    await send({"type": "lifespan.startup.complete"})
                elif kind == "lifespan.shutdown":
                    start_draining()
                    await live.drain()
                    error = await run.stop() if run is not None else None
                    if error is not None:
                        await send({"type": "lifespan.shutdown.failed", "message": str(error)})
                    else:
                        await send({"type": "lifespan.shutdown.complete"})
                    return
                else:
                    raise ValueError(f"The server sent {kind!r} within the lifespan protocol.")
        finally:
            if run is not None:
                run.end()

    async def prepare(self, scope: Scope) -> Scope:
        """Return the scope with the state that the hooks have yielded.

        Where the server has sent no lifespan scope, the first request of the loop enters the
        hooks, and those that come meanwhile wait for it.  After a failure the next request tries
        again.

        Args:
            scope: a connection's scope, which is not changed.

        Raises:
            RuntimeError: a hook failed, or they took longer than `LIFESPAN_STARTUP_TIMEOUT`.
        """
        run = self._runs.get(asyncio.get_running_loop()) or self._start(None)
        await run.started()
        if run.error is not None:
            raise RuntimeError(str(run.error)) from run.error
        self.pending = bool(self._hooks)
        if not self._hooks or (run.shared is not None and "state" in scope):
            return scope  # The server has copied the state.
        return {**scope, "state": {**run.state, **scope.get("state", {})}}

    def _start(self, shared: State | None) -> _Run:
        for loop in [loop for loop in self._runs if loop.is_closed()]:
            del self._runs[loop]
        loop = asyncio.get_running_loop()
        run = self._runs[loop] = _Run(self._hooks, shared)

        def forget(_: Any) -> None:
            if self._runs.get(loop) is run:
                del self._runs[loop]

        run.task.add_done_callback(forget)
        return run


class _Failed(RuntimeError):
    """A hook failed, or the start-up as a whole; the message names it."""


class _Run:
    """The hooks on one event loop, entered and left in one task, as task groups need it.

    Args:
        hooks: the hooks by their dotted paths.
        shared: the server's state, which it copies for each connection.
    """

    def __init__(self, hooks: Mapping[str, Hook], shared: State | None) -> None:
        self.state: State = {}
        self.shared = shared
        self.error: _Failed | None = None
        self._hooks = hooks
        self._entering = ""
        self._begun = asyncio.Event()
        self._over = asyncio.Event()
        self.task = asyncio.create_task(self._hold(), name="gingerdj-lifespan")
        _running.add(self)

    async def started(self) -> None:
        """Wait until the hooks are entered, or `error` says why they are not."""
        await self._begun.wait()

    async def stop(self) -> _Failed | None:
        """Leave the hooks; return what that raised."""
        self.end()
        await asyncio.wait([self.task])
        return self.error

    def end(self) -> None:
        """Let the hooks be left."""
        self._over.set()

    async def _hold(self) -> None:
        try:
            with draining_on_signals(settings.DRAIN_DELAY):
                async with AsyncExitStack() as stack:
                    await self._enter(stack)
                    self._begun.set()
                    await self._wait()
        except Exception as error:
            if self.error is None:
                self.error = _Failed(
                    f"A hook in LIFESPAN failed at the end: {type(error).__name__}: {error}"
                )
            logger.exception("%s", self.error)
        finally:
            _running.discard(self)
            self._begun.set()

    async def _wait(self) -> None:
        # A loop that ends (asyncio.Runner) cancels its tasks, and waits for what they still do.
        with suppress(asyncio.CancelledError):
            await self._over.wait()

    async def _enter(self, stack: AsyncExitStack) -> None:
        limit = settings.LIFESPAN_STARTUP_TIMEOUT
        timeout = asyncio.timeout(limit)
        try:
            async with timeout:
                for path, hook in self._hooks.items():
                    self._entering = path
                    self._add(await stack.enter_async_context(_entered(path, hook)))
        except (Exception, asyncio.CancelledError) as error:
            # Remembered here, for a hook that is left may swallow it.
            if timeout.expired():
                self.error = _Failed(
                    f"The hook {self._entering!r} in LIFESPAN was not entered within {limit} "
                    f"seconds of the start-up (LIFESPAN_STARTUP_TIMEOUT)."
                )
            else:
                self.error = _Failed(
                    f"The hook {self._entering!r} in LIFESPAN failed: {type(error).__name__}: "
                    f"{error}"
                )
            raise self.error from error
        if self.shared is not None:
            self.shared.update(self.state)

    def _add(self, state: Any) -> None:
        if state is None:
            return
        if not isinstance(state, Mapping):
            raise TypeError(f"it must yield a mapping or None, not {state!r}")
        if both := self.state.keys() & state.keys():
            raise ValueError(f"another hook yields {', '.join(map(repr, sorted(both)))} as well")
        self.state.update(state)


def _entered(path: str, hook: Hook) -> AbstractAsyncContextManager[Any]:
    context = hook()
    if hasattr(context, "__aenter__"):
        return context  # type: ignore[no-any-return]
    if hasattr(context, "__enter__"):
        return threaded.Threaded(context)
    raise TypeError(
        f"it must return a context manager, not {context!r}: decorate it with "
        f"contextlib.asynccontextmanager or contextlib.contextmanager"
    )


_running: set[_Run] = set()


@atexit.register
def _leave_what_is_left() -> None:
    """Leave the hooks of servers that know nothing of lifespan and keep their loop open."""
    for run in tuple(_running):
        loop = run.task.get_loop()
        if not loop.is_closed() and not loop.is_running():
            loop.run_until_complete(run.stop())
