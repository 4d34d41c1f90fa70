"""The handlers of the test clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.http import HttpResponse
from gingerdj.test import AsyncClient, Client, override_settings
from gingerdj.test.client import AsyncClientHandler, ClientHandler
from gingerdj.urls import path
from gingerdj.utils.decorators import sync_and_async_middleware
from gingerdj.utils.deprecation import MiddlewareMixin

_numbers = count()


class Numbered(MiddlewareMixin):
    """Tells which instance has answered."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        super().__init__(get_response)
        self.number = next(_numbers)

    def process_response(self, request: Any, response: HttpResponse) -> HttpResponse:
        response["Instance"] = str(self.number)
        return response


@sync_and_async_middleware
def refusing(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    async def refuse_later(request: Any) -> HttpResponse:
        return refuse(request)

    def refuse(request: Any) -> HttpResponse:
        return HttpResponse(status=418)

    return refuse_later if asyncio.iscoroutinefunction(get_response) else refuse


@pytest.fixture(autouse=True)
def numbered_site(site: Any) -> None:
    site(path("", lambda request: HttpResponse()), MIDDLEWARE=[f"{__name__}.Numbered"])


async def aget(client: AsyncClient) -> Any:
    return await client.get("/")


def get(client: Any) -> Any:
    return asyncio.run(aget(client)) if isinstance(client, AsyncClient) else client.get("/")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_each_client_has_middleware_of_its_own(kind: Any) -> None:
    one, other = kind(), kind()
    first = get(one)["Instance"]
    assert get(one)["Instance"] == first
    assert get(other)["Instance"] != first


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_change_of_settings_makes_it_anew(kind: Any) -> None:
    client = kind()
    first = get(client)["Instance"]
    with override_settings(UNHEARD_OF=1):
        assert get(client)["Instance"] != first


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_new_client_reads_the_list_again(kind: Any) -> None:
    get(kind())
    settings.MIDDLEWARE.append(f"{__name__}.refusing")
    assert get(kind()).status_code == 418


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_middleware_is_made_when_it_is_asked_for(kind: Any) -> None:
    client = kind()
    client.handler.load_middleware()
    settings.MIDDLEWARE.append(f"{__name__}.refusing")
    assert get(client).status_code == 200


class Wrapping(ClientHandler):
    def get_response(self, request: Any) -> Any:
        request.META["REMOTE_USER"] = "ann"
        return super().get_response(request)


class AsyncWrapping(AsyncClientHandler):
    async def get_response_async(self, request: Any) -> Any:
        request.META["REMOTE_USER"] = "ann"
        return await super().get_response_async(request)


@pytest.mark.parametrize(
    ("kind", "handler_class"), [(Client, Wrapping), (AsyncClient, AsyncWrapping)]
)
def test_a_handler_can_do_more(site: Any, kind: Any, handler_class: Any) -> None:
    site(path("", lambda request: HttpResponse(request.META["REMOTE_USER"])))
    client = kind()
    client.handler = handler_class(enforce_csrf_checks=False)
    assert get(client).content == b"ann"
