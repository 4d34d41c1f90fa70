"""What every peer is asked, and what it must answer."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

BUILD = Path(__file__).parents[1] / "build" / "bench"

KIB = 2**10
MIB = 2**20

TEXT = "Hello, World!"
MESSAGE = {"message": TEXT, "id": 7, "tags": ["one", "two", "three"], "done": False}
FORM = {"name": "Zoë Müller", "city": "São Paulo", "note": "a & b = c"}
PIECE = bytes(range(256)) * 4
PIECES = 100
PIECE_OF_FILE = MIB
FILE = BUILD / "file.bin"
FILE_SIZE = 10 * MIB

TEXT_TYPE = "text/plain"
JSON_TYPE = "application/json"
BYTES_TYPE = "application/octet-stream"

GATE = asyncio.Event()
"""Requests to `/wait` are in flight until it is set."""


class Variant(NamedTuple):
    """An application of a peer: the common pages, and what is added to them.

    `routes` is how many more routes there are, `middleware` the kind of the `steps` middlewares:
    `async`, `sync`, `mixed`, or `startproject` for the list that a new project has. Without `hops`
    Django calls synchronous code where it is, in no thread of its own.
    """

    routes: int = 0
    middleware: str = ""
    steps: int = 0
    hops: bool = True


PLAIN = Variant()


@dataclass(frozen=True)
class Workload:
    """A request, the answer that it must get, and the application that gets it.

    It is for every peer, unless `peers` names some.
    """

    name: str
    title: str
    path: str = "/"
    variant: Variant = PLAIN
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    media_type: str = TEXT_TYPE
    expected: bytes = TEXT.encode()
    at_once: int = 1
    peers: tuple[str, ...] = ()
    more_headers: int = 0
    extensions: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Growth:
    """A workload that grows, by its size."""

    name: str
    title: str
    sizes: dict[int, Workload]


def static_path(number: int) -> str:
    """Return the path of a route without parameters."""
    return f"/section-{number}/page"


def int_path(number: int, parameter: str) -> str:
    """Return the path of a route that ends in a parameter, spelt as the peer spells it."""
    return f"/section-{number}/item/{parameter}"


async def pieces() -> AsyncIterator[bytes]:
    """Yield what a stream holds, one piece after the other."""
    for _ in range(PIECES):
        yield PIECE


def file_content() -> bytes:
    """Return what the file holds."""
    return PIECE * (FILE_SIZE // len(PIECE))


def make_file() -> None:
    """Write the file that the peers send, unless it is there; others may do so at once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if not FILE.exists() or FILE.stat().st_size != FILE_SIZE:
        unfinished = FILE.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(file_content())
        unfinished.replace(FILE)


def _routed(place: str, kind: str, number: int) -> Workload:
    path = static_path(number) if kind == "static" else int_path(number, "41")
    return Workload(
        f"{kind}-{place}",
        f"200 routes, {kind}, {place}",
        path,
        Variant(routes=200),
        expected=TEXT.encode() if kind == "static" else b"42",
    )


def _echo(name: str, title: str, size: int) -> Workload:
    body = (PIECE * (size // len(PIECE) + 1))[:size]
    return Workload(
        name,
        title,
        "/echo",
        method="POST",
        body=body,
        content_type=BYTES_TYPE,
        media_type=BYTES_TYPE,
        expected=body,
    )


def _middlewares(kind: str, title: str, path: str, count: int = 5) -> Workload:
    variant = Variant(middleware=kind, steps=count)
    return Workload(f"{kind}-middlewares", title, path, variant, expected=b"%d" % count)


@cache
def workloads() -> dict[str, Workload]:
    """Return the workloads in process by name, in the order of the table."""
    content = file_content()
    listed = (
        Workload("plaintext", "plaintext"),
        Workload(
            "json", "JSON", "/json", media_type=JSON_TYPE, expected=json.dumps(MESSAGE).encode()
        ),
        _routed("middle", "static", 50),
        _routed("last", "static", 99),
        _routed("middle", "int", 50),
        _routed("last", "int", 99),
        Workload("sync", "sync view", "/sync"),
        Workload("sync-16", "sync view, 16 in flight", "/sync", at_once=16),
        _echo("echo-1k", "echo 1 KiB", KIB),
        _echo("echo-1m", "echo 1 MiB", MIB),
        Workload(
            "form",
            "form",
            "/form",
            method="POST",
            body=urlencode(FORM).encode(),
            content_type="application/x-www-form-urlencoded",
            expected=FORM["name"].encode(),
        ),
        Workload(
            "stream",
            "stream, 100 x 1 KiB",
            "/stream",
            media_type=BYTES_TYPE,
            expected=PIECE * PIECES,
        ),
        Workload("file", "file, 10 MiB", "/file", media_type=BYTES_TYPE, expected=content),
        Workload(
            "file-pathsend",
            "file, pathsend offered",
            "/file",
            media_type=BYTES_TYPE,
            expected=content,
            extensions={"http.response.pathsend": {}},
        ),
        _middlewares("async", "5 async middlewares", "/steps"),
        _middlewares("sync", "5 sync middlewares, sync view", "/sync-steps"),
        _middlewares("mixed", "5 mixed middlewares", "/steps"),
        Workload(
            "startproject", "startproject's middleware", "/", Variant(middleware="startproject")
        ),
        Workload(
            "no-hops",
            "plaintext, Django without thread hops",
            variant=Variant(hops=False),
            peers=("bare", "gingerdj", "django"),
        ),
    )
    return {workload.name: workload for workload in listed}


@cache
def growing() -> tuple[Growth, ...]:
    """Return the workloads that show how the cost grows."""

    def routes(size: int, kind: str) -> Workload:
        last = size // 2 - 1
        path = static_path(last) if kind == "static" else int_path(last, "41")
        expected = TEXT.encode() if kind == "static" else b"42"
        return Workload(
            f"{kind}-{size}", f"{size} routes", path, Variant(routes=size), expected=expected
        )

    def steps(size: int) -> Workload:
        variant = Variant(middleware="async", steps=size)
        return Workload(
            f"steps-{size}", f"{size} middlewares", "/steps", variant, expected=b"%d" % size
        )

    def headers(size: int) -> Workload:
        return Workload(f"headers-{size}", f"{size} headers", more_headers=size)

    def body(size: int) -> Workload:
        return _echo(f"body-{size}", f"{size} KiB", size * KIB)

    def grow(name: str, title: str, make: Callable[[int], Workload], *sizes: int) -> Growth:
        return Growth(name, title, {size: make(size) for size in sizes})

    numbers = (10, 100, 1000, 10_000)
    return (
        grow("static-routes", "static route, last of n", lambda n: routes(n, "static"), *numbers),
        grow("int-routes", "int route, last of n", lambda n: routes(n, "int"), *numbers),
        grow("middlewares", "n async middlewares", steps, 1, 5, 10, 20, 40),
        grow("headers", "n request headers", headers, 10, 50, 100, 500),
        grow("body", "echo n KiB", body, 1, 16, 128, 1024, 2048),
    )


def find(name: str) -> Workload:
    """Return a workload by its name.

    Raises:
        KeyError: there is none.
    """
    found = workloads().get(name)
    if found:
        return found
    return {each.name: each for growth in growing() for each in growth.sizes.values()}[name]
