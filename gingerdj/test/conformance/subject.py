"""The application under test: how to reach it, and what it offers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from typing import Any
from urllib.parse import urlencode

import pytest

from gingerdj.test.conformance.contract import ENDPOINTS, PREFIX
from gingerdj.test.conformance.driver import (
    Application,
    Connection,
    Message,
    NotConforming,
    Response,
    Scope,
)

__all__ = ["Subject", "conduct", "load"]

Query = Iterable[tuple[str, object]]


def load(path: str) -> Callable[[], Application]:
    """Return what makes the application at a dotted path.

    Args:
        path: `module:name`; with `()` at its end, `name` is called for each test, which then has an
            application of its own.

    Raises:
        pytest.UsageError: nothing is there.
    """
    module_name, colon, name = path.partition(":")
    attribute = name.removesuffix("()")
    if not colon or not attribute:
        raise pytest.UsageError(
            f"{path!r} names no application: write module:name, as in mysite.asgi:application."
        )
    try:
        found: Any = getattr(import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"The application {path!r} cannot be loaded: {error}.") from error
    if name.endswith("()"):
        made: Callable[[], Application] = found
        return made
    return lambda: found


@dataclass
class Subject:
    """An application under test.

    Args:
        application: the application.
        failing: one whose start-up raises, or None.
        hanging: one whose start-up never ends by itself, and has a limit, or None.
        prefix: the path below which the endpoints of the contract lie.
        paths: other paths of endpoints, by name; `page` is any page that answers GET.
        spec_version: what scopes announce for HTTP and WebSocket, unless a test does.
        extensions: the extensions that are tested; None: all.
        deadline: seconds in which what must come has to come.
        patience: seconds of silence that show that nothing comes.
    """

    application: Application
    failing: Application | None = None
    hanging: Application | None = None
    prefix: str = PREFIX
    paths: dict[str, str] = field(default_factory=dict)
    spec_version: str = "2.5"
    extensions: frozenset[str] | None = None
    deadline: float = 5.0
    patience: float = 0.1
    offered: frozenset[str] | None = None
    state: dict[str, Any] | None = None

    async def endpoints(self) -> frozenset[str]:
        """Return the names of the endpoints that the application offers."""
        if self.offered is None:
            self.offered = await self._ask() | frozenset(self.paths)
        return self.offered

    async def needs(self, *names: str) -> None:
        """Skip the test unless the application offers these endpoints."""
        offered = await self.endpoints()
        for name in names:
            if name not in offered:
                pytest.skip(f"the application offers no {name!r} at {self.path(name)}")

    def needs_extension(self, name: str) -> None:
        """Skip the test unless this extension is to be tested."""
        if self.extensions is not None and name not in self.extensions:
            pytest.skip(f"the extension {name} is not to be tested (--asgi-extension)")

    async def _ask(self) -> frozenset[str]:
        response = await self.get("index")
        if response.status != 200:
            return frozenset()
        try:
            return frozenset(json.loads(response.body))
        except (ValueError, TypeError):
            return frozenset()

    def path(self, name: str) -> str:
        """Return the path of an endpoint."""
        if name == "page":
            return self.paths.get(name, "/")
        return self.paths.get(name) or self.prefix + ENDPOINTS[name]

    def scope(self, name: str, query: Query = (), **entries: Any) -> Scope:
        """Return an HTTP scope for an endpoint; an entry that is None is left out."""
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self.spec_version},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self.path(name),
            "raw_path": self.path(name).encode(),
            "query_string": urlencode(list(query)).encode(),
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": None if self.state is None else dict(self.state),
        }
        return _with(scope, entries)

    def socket_scope(self, name: str, query: Query = (), **entries: Any) -> Scope:
        """Return a WebSocket scope for an endpoint; an entry that is None is left out."""
        scope = self.scope(name, query)
        del scope["method"]
        return _with(scope | {"type": "websocket", "scheme": "ws", "subprotocols": []}, entries)

    def connect(self, scope: Scope, application: Application | None = None) -> Connection:
        """Return a call of the application, or of another one."""
        return Connection(
            application or self.application,
            scope,
            deadline=self.deadline,
            patience=self.patience,
        )

    def lifespan(self, application: Application | None = None, **entries: Any) -> Connection:
        """Return a lifespan call."""
        asgi = {"version": "3.0", "spec_version": "2.0"}
        scope: Scope = {"type": "lifespan", "asgi": asgi, "state": {}}
        return self.connect(_with(scope, entries), application)

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Start the application up as servers do, and shut it down at the end.

        Raises:
            NotConforming: its start-up failed.
        """
        state: dict[str, Any] = {}
        async with self.lifespan(state=state) as connection:
            answer = await connection.startup()
            if answer is not None and answer["type"] != "lifespan.startup.complete":
                raise NotConforming(f"the start-up failed: {answer}")
            # Where lifespan is unknown to the application, servers go on without it.
            self.state = None if answer is None else state
            yield
            self.state = None
            if not connection.ended:
                connection.feed({"type": "lifespan.shutdown"})
                with suppress(NotConforming):
                    await connection.until(lambda: len(connection.sent) > 1, "a shutdown")

    async def exchange(self, scope: Scope, *messages: Message) -> Response:
        """Send a request and return the answer, once the application has returned.

        Args:
            scope: the scope.
            messages: the request's messages; none: one without a body.
        """
        async with self.connect(scope) as connection:
            connection.feed(*(messages or ({"type": "http.request"},)))
            error = await connection.end()
        if error is not None and not connection.sent:
            raise error
        return Response(connection.sent)

    async def get(self, name: str, query: Query = (), **entries: Any) -> Response:
        """Send a request without a body, and return the answer."""
        return await self.exchange(self.scope(name, query, **entries))

    async def json(self, name: str, query: Query = (), **entries: Any) -> Any:
        """Send a request without a body, and return the JSON of the answer."""
        response = await self.get(name, query, **entries)
        if response.status != 200:
            raise NotConforming(f"{self.path(name)} answered {response.status}")
        return json.loads(response.body)

    async def noted(self, note: str, before: int = 0) -> int:
        """Return how often the journal holds a note, once that is more often than before.

        Raises:
            NotConforming: the deadline passed.
        """
        limit = asyncio.get_running_loop().time() + self.deadline
        while True:
            count = await self.count(note)
            if count > before:
                return count
            if asyncio.get_running_loop().time() > limit:
                raise NotConforming(f"the journal lacks {note!r}")
            await asyncio.sleep(self.patience / 10)

    async def count(self, note: str) -> int:
        """Return how often the journal holds a note."""
        return int((await self.json("journal")).get(note, 0))


def _with(scope: Scope, entries: dict[str, Any]) -> Scope:
    merged = scope | entries
    return {name: value for name, value in merged.items() if value is not None}


async def conduct(test: Callable[..., Awaitable[None]], subject: Subject) -> None:
    """Run a test of the suite.

    Args:
        test: the test; one whose argument is `unstarted` starts the application up by itself.
        subject: the application under test.
    """
    if "unstarted" in signature(test).parameters:
        await test(unstarted=subject)
    else:
        async with subject.started():
            await test(subject=subject)
