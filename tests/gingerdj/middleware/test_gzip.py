"""Compressed responses."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gingerdj.http import HttpResponse, StreamingHttpResponse
from gingerdj.test import AsyncClient, Client
from gingerdj.urls import path
from gingerdj.views.decorators.gzip import gzip_page

GZIP = ["gingerdj.middleware.gzip.GZipMiddleware"]
ACCEPT = {"Accept-Encoding": "br, gzip;q=0.5"}
TEXT = "repeated " * 100
NOISE = random.Random(1).randbytes(500)


def long(request: Any) -> HttpResponse:
    return HttpResponse(TEXT, headers={"ETag": '"tag"', "Content-Length": "900"})


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(["one", "two"], headers={"Content-Length": "6"})


async def async_pieces() -> AsyncIterator[str]:
    yield "one"
    yield "two"


async def async_stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(async_pieces())


VIEWS = (
    path("long", long),
    path("huge", lambda request: HttpResponse(TEXT * 100)),
    path("short", lambda request: HttpResponse("x" * 199)),
    path("noise", lambda request: HttpResponse(NOISE)),
    path("other", lambda request: HttpResponse(TEXT, headers={"Content-Encoding": "br"})),
    path("stream", stream),
    path("async", async_stream),
)


def test_a_long_response(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    response = Client().get("/long", headers=ACCEPT)
    assert gzip.decompress(response.content).decode() == TEXT
    assert response["Content-Length"] == str(len(response.content))
    assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding")
    assert response["ETag"] == 'W/"tag"'


@pytest.mark.parametrize("accept", ["", "gzip;q=0", "gzip; q=0.00", "xgzip", "br"])
def test_clients_that_do_not_accept_it(site: Any, accept: str) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    response = Client().get("/long", headers={"Accept-Encoding": accept})
    assert (response.text, response["Vary"]) == (TEXT, "Accept-Encoding")
    assert (response["ETag"], "Content-Encoding" in response) == ('"tag"', False)


@pytest.mark.parametrize(
    ("url", "encoding"), [("/short", None), ("/noise", None), ("/other", "br")]
)
def test_responses_that_stay_as_they_are(site: Any, url: str, encoding: str | None) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    assert Client().get(url, headers=ACCEPT).get("Content-Encoding") == encoding


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("url", ["/stream", "/async"])
def test_streams_are_compressed_piece_by_piece(site: Any, url: str) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    response = Client().get(url, headers=ACCEPT)
    assert "Content-Length" not in response
    unpacker = zlib.decompressobj(31)
    pieces = [unpacker.decompress(piece) for piece in response]
    assert (pieces, unpacker.eof) == ([b"one", b"two", b""], True)


@pytest.mark.parametrize("url", ["/long", "/huge"])
def test_on_the_event_loop(site: Any, url: str) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    response = asyncio.run(AsyncClient().get(url, headers=ACCEPT))
    assert gzip.decompress(response.content).decode().startswith(TEXT)


def test_the_length_does_not_tell_what_is_in_it(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=GZIP)
    lengths = {len(Client().get("/long", headers=ACCEPT).content) for _ in range(50)}
    assert len(lengths) > 10


def test_the_middleware_as_a_decorator(site: Any) -> None:
    site(path("", gzip_page(long)))
    assert Client().get("/", headers=ACCEPT)["Content-Encoding"] == "gzip"
