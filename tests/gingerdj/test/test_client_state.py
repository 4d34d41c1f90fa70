"""What the hooks of LIFESPAN yield, and tests that give it by hand."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import ModuleType
from typing import Any

import pytest

from gingerdj.http import JsonResponse
from gingerdj.test import AsyncClient, AsyncRequestFactory
from gingerdj.test.communicator import LifespanFailed
from gingerdj.urls import path
from gingerdj.websocket import WebSocket


async def state(request: Any) -> JsonResponse:
    response = JsonResponse(request.state)
    request.state["mine"] = True
    return response


async def live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(socket.state)


@pytest.fixture
def events(configure: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serve a view and a consumer that tell their state, with two hooks."""
    events: list[str] = []

    @asynccontextmanager
    async def pool() -> AsyncIterator[dict[str, int]]:
        events.append("opened")
        try:
            yield {"pool": 1}
        finally:
            events.append("closed")

    @contextmanager
    def broken() -> Iterator[None]:
        raise OSError("no route")
        yield

    module = ModuleType("hooks_of_the_test")
    module.__dict__.update(pool=pool, broken=broken)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    urlconf = ModuleType("site_urls")
    urlconf.__dict__.update(
        urlpatterns=[path("", state)], websocket_urlpatterns=[path("live/", live)]
    )
    configure(ROOT_URLCONF=urlconf, LIFESPAN=["hooks_of_the_test.pool"])
    return events


def test_a_client_is_given_a_state(events: list[str]) -> None:
    client = AsyncClient(state={"pool": "a fake"})

    async def ask() -> list[Any]:
        found = [(await client.get("/")).json() for _ in range(2)]
        async with client.websocket("/live/") as socket:
            found.append(await socket.receive_json())
        return found

    assert asyncio.run(ask()) == [{"pool": "a fake"}] * 3
    client.state.clear()
    assert asyncio.run(client.get("/")).json() == {}
    assert events == []


def test_a_client_holds_the_hooks(events: list[str]) -> None:
    async def ask() -> list[Any]:
        async with AsyncClient(state={"given": 0}) as client:
            assert events == ["opened"]
            found = [(await client.get("/")).json()]
            async with client.websocket("/live/") as socket:
                found.append(await socket.receive_json())
        assert events == ["opened", "closed"]
        return [*found, (await client.get("/")).json()]

    held = {"given": 0, "pool": 1}
    assert asyncio.run(ask()) == [held, held, {"given": 0}]


def test_a_hook_that_fails(events: list[str], configure: Any) -> None:
    configure(LIFESPAN=["hooks_of_the_test.pool", "hooks_of_the_test.broken"])

    async def enter() -> None:
        async with AsyncClient():
            pass

    with pytest.raises(LifespanFailed, match="broken' in LIFESPAN failed: OSError: no route"):
        asyncio.run(enter())
    assert events == ["opened", "closed"]


def test_a_factory_gives_each_request_a_copy(events: list[str]) -> None:
    factory = AsyncRequestFactory(state={"pool": 1})
    factory.get("/").state["mine"] = True
    assert factory.get("/").state == {"pool": 1}
    assert "state" not in AsyncRequestFactory().get("/").scope
