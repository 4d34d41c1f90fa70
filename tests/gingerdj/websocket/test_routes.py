"""From paths to consumers."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.test import WebSocketDenied
from gingerdj.urls import NoReverseMatch, include, path, re_path, reverse
from gingerdj.websocket import WebSocket, WebSocketView


async def tell(socket: WebSocket, *args: Any, **kwargs: Any) -> None:
    await socket.accept()
    match = socket.resolver_match
    await socket.send_json([args, kwargs, match.view_name, match.route])


def told(sockets: Any, at: str) -> Any:
    async def talk() -> Any:
        async with sockets.open(at) as client:
            return await client.receive_json()

    return asyncio.run(talk())


def included(**names: Any) -> ModuleType:
    module = ModuleType("included")
    module.__dict__.update(names)
    return module


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("/ws/lobby/", [[], {"room": "lobby"}, "room", "ws/<str:room>/"]),
        ("/no/12", [["12"], {}, "number", r"^no/(\d+)$"]),
        ("/chat/7/", [[], {"id": 7, "extra": 1}, "chat:one", "chat/<int:id>/"]),
        ("/list/x", [[], {}, "inner", "list/x"]),
    ],
)
def test_paths_lead_to_consumers(sockets: Any, at: str, expected: Any) -> None:
    chat = included(
        app_name="chat",
        urlpatterns=[path("<int:id>/", lambda request, **_: HttpResponse(), name="one")],
        websocket_urlpatterns=[path("<int:id>/", tell, {"extra": 1}, name="one")],
    )
    sockets.route(
        path("ws/<str:room>/", tell, name="room"),
        re_path(r"^no/(\d+)$", tell, name="number"),
        path("chat/", include(chat)),
        path("list/", include([path("x", tell, name="inner")])),
    )
    assert told(sockets, at) == expected


@pytest.mark.parametrize("at", ["/nowhere/", "/ws/", "/page/"])
def test_a_path_without_a_consumer_is_not_found(sockets: Any, at: str) -> None:
    page = path("page/", lambda request: HttpResponse())
    (start, _) = sockets.route(path("ws/<int:id>/", tell), urlpatterns=[page]).messages(path=at)
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 404)
    (close,) = sockets.messages(path=at, extensions={})
    assert close["type"] == "websocket.close"


def test_a_project_without_routes_refuses(site: Any, sockets: Any) -> None:
    sockets.route()
    site(path("", lambda request: HttpResponse()))
    assert sockets.messages()[0]["status"] == 404


def test_the_projects_own_page_refuses(sockets: Any) -> None:
    async def gone(request: Any, exception: Any) -> HttpResponse:
        return HttpResponse(f"no {request.path}", status=410)

    start, body = sockets.route(handler404=gone).messages(path="/a/")
    assert (start["status"], body["body"]) == (410, b"no /a/")


@pytest.mark.parametrize(
    ("route", "error"),
    [
        (path("", lambda socket: None), "no coroutine function: declare it with async def"),
        (path("", WebSocketView), "no coroutine function: write WebSocketView.as_view()"),
        (
            path("", include(included(urlpatterns=[]))),
            "any patterns in it. Give it a list named websock",
        ),
    ],
    ids=["synchronous", "class", "without routes"],
)
def test_wrong_configurations_say_what_to_mend(
    sockets: Any, route: Any, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert sockets.route(route).messages()[0]["status"] == 500
    assert error in caplog.text


@pytest.mark.parametrize(
    ("root_path", "at"), [("/api", "/api/ws/a/"), ("/api", "/ws/a/"), ("/api", "/apis/ws/a/")]
)
def test_the_prefix_ends_at_a_segment(sockets: Any, root_path: str, at: str) -> None:
    async def where(socket: WebSocket, room: str) -> None:
        await socket.accept()
        await socket.send_text(f"{socket.path} {reverse('page')}")

    async def talk() -> str:
        async with sockets.open(at, root_path=root_path) as client:
            return str(await client.receive())

    page = path("page/", lambda request: HttpResponse(), name="page")
    sockets.route(path("ws/<str:room>/", where), urlpatterns=[page])
    if at.startswith("/apis"):
        with pytest.raises(WebSocketDenied):
            asyncio.run(talk())
    else:
        assert asyncio.run(talk()) == "/api/ws/a/ /api/page/"


def test_names_are_reversed(sockets: Any) -> None:
    chat = included(
        app_name="chat",
        urlpatterns=[path("<int:id>/", lambda request, **_: HttpResponse(), name="one")],
        websocket_urlpatterns=[path("<int:id>/", tell, name="live")],
    )
    sockets.route(
        path("ws/<str:room>/", tell, name="room"),
        path("ws/chat/", include(chat)),
        path("ws/page/", tell, name="page"),
        urlpatterns=[
            path("chat/", include(chat)),
            path("page/", lambda request: HttpResponse(), name="page"),
        ],
    )
    assert reverse("room", args=["a"]) == "/ws/a/"
    assert reverse("chat:live", kwargs={"id": 1}) == "/ws/chat/1/"
    assert reverse("chat:one", args=[1]) == "/chat/1/"
    assert reverse("page") == "/page/"
    with pytest.raises(NoReverseMatch, match="Reverse for 'rooms' not found"):
        reverse("rooms")


# Classes


def test_a_class_has_a_method_for_each_event(sockets: Any) -> None:
    events: list[Any] = []

    class Chat(WebSocketView):
        greeting = "hello"
        subprotocols = ("chat", "superchat")

        async def on_connect(self) -> None:
            await super().on_connect()
            await self.socket.send_text(f"{self.greeting} {self.kwargs['room']}")

        async def on_receive(self, message: str | bytes) -> None:
            events.append(message)

        async def on_disconnect(self, code: int, reason: str) -> None:
            events.append((code, reason))

    async def talk() -> None:
        sockets.route(path("<str:room>/", Chat.as_view(greeting="hi")))
        async with sockets.open("/lobby/", subprotocols=["superchat"]) as client:
            assert client.subprotocol == "superchat"
            assert await client.receive() == "hi lobby"
            await client.send_text("a")
            await client.send_bytes(b"b")
            await client.disconnect(4000, "bye")

    asyncio.run(talk())
    assert events == ["a", b"b", (4000, "bye")]


def test_a_class_accepts_and_takes_what_comes(sockets: Any) -> None:
    sent = sockets.route(path("", WebSocketView.as_view())).messages(
        "a", 1000, subprotocols=["chat"]
    )
    assert [message.get("subprotocol") for message in sent] == [None]


def test_a_class_that_does_not_accept_refuses(sockets: Any) -> None:
    class Closed(WebSocketView):
        async def on_connect(self) -> None:
            pass

        async def on_disconnect(self, code: int, reason: str) -> None:
            pytest.fail("It never was connected.")

    (close,) = sockets.route(path("", Closed.as_view())).messages()
    assert close["type"] == "websocket.close"


@pytest.mark.parametrize("name", ["on_receive", "close", "send_text"])
def test_a_class_cleans_up_whatever_ends_the_connection(sockets: Any, name: str) -> None:
    ends: list[int] = []

    class Ending(WebSocketView):
        async def on_receive(self, message: str | bytes) -> None:
            if name == "on_receive":
                raise ZeroDivisionError
            await self.socket.close(3000)
            if name == "send_text":
                await self.socket.send_text("too late")

        async def on_disconnect(self, code: int, reason: str) -> None:
            ends.append(code)

    sent = sockets.route(path("", Ending.as_view())).messages("a")
    assert [sent[1]["code"]] == ends == [1011 if name == "on_receive" else 3000]


def test_a_class_takes_only_attributes_that_it_has() -> None:
    with pytest.raises(TypeError, match=r"WebSocketView\.as_view\(\) was given 'colour', which"):
        WebSocketView.as_view(colour="red")
