"""Responses that send files and parts of them."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gingerdj.http import FileResponse
from gingerdj.test import AsyncClient, Client
from gingerdj.urls import path

CONTENT = b"0123456789"
THEN = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.fixture(autouse=True)
def settings_of_files(configure: Any) -> None:
    configure(DEFAULT_CHARSET="utf-8")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html"),
        ("a.tar.gz", "application/gzip"),
        ("a.txt.bz2", "application/x-bzip"),
        ("a.unheard-of", "application/octet-stream"),
        ("é.png", "image/png"),
    ],
)
def test_headers_of_a_file(tmp_path: Path, name: str, content_type: str) -> None:
    (tmp_path / name).write_bytes(CONTENT)
    response = FileResponse((tmp_path / name).open("rb"), as_attachment=True)
    assert (response["Content-Type"], response["Content-Length"]) == (content_type, "10")
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response.getvalue() == CONTENT
    response.close()
    assert response.file_to_stream.closed


def test_something_else_in_place_of_the_file() -> None:
    file = io.BytesIO(CONTENT)
    response = FileResponse(file)
    assert response.file_to_stream is file
    response.streaming_content = [piece.lower() for piece in response]
    assert response.file_to_stream is None
    assert response.getvalue() == CONTENT
    response.close()
    assert file.closed


def test_pieces_that_are_no_file() -> None:
    assert FileResponse([CONTENT]).file_to_stream is None


@pytest.mark.parametrize("filename", ["b.bin", Path("/somewhere/b.bin")], ids=["text", "path"])
def test_headers_that_are_given(filename: Any) -> None:
    response = FileResponse(io.BytesIO(CONTENT), content_type="text/x", filename=filename)
    assert response["Content-Type"] == "text/x"
    assert response["Content-Disposition"] == 'inline; filename="b.bin"'
    by_headers = FileResponse(io.BytesIO(), headers={"content-type": "text/y"})
    assert (by_headers["Content-Type"], "Content-Disposition" in by_headers) == ("text/y", False)


def test_a_file_that_has_been_read_from() -> None:
    file = io.BytesIO(CONTENT)
    file.read(4)
    response = FileResponse(file)
    assert (response["Content-Length"], response.getvalue()) == ("6", b"456789")


def test_what_cannot_seek() -> None:
    class Pipe:
        def __init__(self) -> None:
            self.pieces = [b"a", b"b"]

        def read(self, size: int) -> bytes:
            return self.pieces.pop(0) if self.pieces else b""

    response = FileResponse(Pipe())
    assert (response.getvalue(), "Content-Length" in response) == (b"ab", False)
    assert FileResponse([b"a", b"b"]).getvalue() == b"ab"
    text = FileResponse(io.StringIO("é"))
    assert (text.getvalue(), "Content-Length" in text) == ("é".encode(), False)


def test_what_the_system_has_no_length_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    descriptor = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(descriptor, CONTENT)
    with (tmp_path / "pipe").open("rb", buffering=0) as pipe:
        os.close(descriptor)
        response = FileResponse(pipe)
        assert (response.getvalue(), "Content-Length" in response) == (CONTENT, False)
    with Path("/proc/self/status").open("rb") as status:  # A file of no bytes, they say.
        response = FileResponse(status)
        assert ("Content-Length" in response, response.getvalue()[:5]) == (False, b"Name:")
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open("rb") as empty:
        response = FileResponse(empty)
        assert (response["Content-Length"], response.getvalue()) == ("0", b"")


def test_a_file_that_is_closed_already(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    with (tmp_path / "a").open("rb") as file:
        pass
    response = FileResponse(file)
    assert ("Content-Length" in response, "Accept-Ranges" in response) == (False, False)
    with pytest.raises(ValueError, match="closed file"):
        response.getvalue()


def test_headers_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(CONTENT)
    first, second = (FileResponse((tmp_path / "a.txt").open("rb")) for _ in range(2))
    first["Content-Disposition"] = "attachment"
    del first["Accept-Ranges"]
    assert list(second.headers.items()) == [
        ("Content-Type", "text/plain"),
        ("Content-Disposition", 'inline; filename="a.txt"'),
        ("Accept-Ranges", "bytes"),
        ("Content-Length", "10"),
    ]
    assert first.serialize_headers().splitlines() == [
        b"Content-Type: text/plain",
        b"Content-Disposition: attachment",
        b"Content-Length: 10",
    ]
    first.close()
    second.close()


def test_text_is_in_the_charset_of_the_moment(configure: Any) -> None:
    for charset in ("utf-8", "latin-1"):
        configure(DEFAULT_CHARSET=charset)
        response = FileResponse(io.StringIO("é"), content_type="text/plain")
        assert response.getvalue() == "é".encode(charset)


def file(request: Any) -> FileResponse:
    stream = io.BytesIO(b"-" + CONTENT)
    stream.seek(1)
    response = FileResponse(stream, headers={"ETag": '"tag"', "Last-Modified": THEN})
    response.block_size = 3
    return response


RANGES = [
    ({"Range": "bytes=0-0"}, 206, b"0", "bytes 0-0/10"),
    ({"Range": "bytes=2-6"}, 206, b"23456", "bytes 2-6/10"),
    ({"Range": "Bytes = 8-99"}, 206, b"89", "bytes 8-9/10"),
    ({"Range": "bytes=5-"}, 206, b"56789", "bytes 5-9/10"),
    ({"Range": "bytes=-3"}, 206, b"789", "bytes 7-9/10"),
    ({"Range": "bytes=-30"}, 206, CONTENT, "bytes 0-9/10"),
    ({"Range": "bytes=10-"}, 416, b"", "bytes */10"),
    ({"Range": "bytes=-0"}, 416, b"", "bytes */10"),
    ({"Range": "bytes=4-2"}, 200, CONTENT, None),
    ({"Range": "bytes=0-1,4-5"}, 200, CONTENT, None),
    ({"Range": "lines=0-1"}, 200, CONTENT, None),
    ({"Range": f"bytes={'9' * 5000}-"}, 200, CONTENT, None),
    ({"Range": "bytes=0-1", "If-Range": '"tag"'}, 206, b"01", "bytes 0-1/10"),
    ({"Range": "bytes=0-1", "If-Range": 'W/"tag"'}, 200, CONTENT, None),
    ({"Range": "bytes=0-1", "If-Range": '"old"'}, 200, CONTENT, None),
    ({"Range": "bytes=0-1", "If-Range": THEN}, 206, b"01", "bytes 0-1/10"),
    ({"Range": "bytes=0-1", "If-Range": "yesterday"}, 200, CONTENT, None),
]


@pytest.mark.parametrize(
    ("headers", "status", "content", "content_range"), RANGES, ids=map(str, range(len(RANGES)))
)
def test_ranges(
    site: Any, headers: Any, status: int, content: bytes, content_range: str | None
) -> None:
    site(path("", file), MIDDLEWARE=["gingerdj.middleware.gzip.GZipMiddleware"])
    response = Client().get("/", headers={**headers, "Accept-Encoding": "identity"})
    assert (response.status_code, response.getvalue()) == (status, content)
    assert response.get("Content-Range") == content_range
    assert response["Content-Length"] == str(len(content))


def test_methods_without_ranges(site: Any) -> None:
    site(path("", file))
    response = Client().post("/", headers={"Range": "bytes=0-1"})
    assert (response.status_code, response.getvalue()) == (200, CONTENT)


def test_a_range_is_not_compressed(site: Any) -> None:
    site(path("", file), MIDDLEWARE=["gingerdj.middleware.gzip.GZipMiddleware"])
    accept = {"Accept-Encoding": "gzip"}
    assert Client().get("/", headers=accept)["Content-Encoding"] == "gzip"
    response = Client().get("/", headers={**accept, "Range": "bytes=0-1"})
    assert ("Content-Encoding" in response, response.getvalue()) == (False, b"01")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_on_the_event_loop(site: Any) -> None:
    site(path("", file))

    async def body() -> bytes:
        response = await AsyncClient().get("/", headers={"Range": "bytes=1-8"})
        return b"".join([piece async for piece in response])

    assert asyncio.run(body()) == b"12345678"


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("start", [0, 5, 2**20, 3 * 2**20])
def test_a_long_file_on_the_event_loop(tmp_path: Path, start: int) -> None:
    content = bytes(range(251)) * (3 * 2**20 // 251)
    path = tmp_path / "long"
    path.write_bytes(content)

    async def body() -> tuple[list[bytes], str]:
        with path.open("rb") as file:
            file.seek(start)
            response = FileResponse(file)
            return [piece async for piece in response], response["Content-Length"]

    pieces, length = asyncio.run(body())
    assert (b"".join(pieces), length) == (content[start:], str(len(content[start:])))
    assert all(len(piece) <= FileResponse.block_size for piece in pieces)


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_a_file_that_is_unpacked_while_it_is_read(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wb") as packed:
        packed.write(CONTENT)

    async def body() -> bytes:
        file = io.BufferedReader(gzip.GzipFile(tmp_path / "a.gz"))
        with closing(FileResponse(file)) as response:
            return b"".join([piece async for piece in response])

    assert asyncio.run(body()) == CONTENT


class ClosedByItself(FileResponse):
    def close(self) -> None:
        super().close()


def test_only_a_plain_file_of_the_systems_closes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    with path.open("rb") as one, path.open("rb") as two, path.open("rb") as three:
        assert FileResponse(one).closes_at_once
        assert not ClosedByItself(two).closes_at_once
        with_more = FileResponse(three)
        with_more._resource_closers.append(print)
        assert not with_more.closes_at_once
    assert not FileResponse(io.BytesIO(b"abc")).closes_at_once
    assert not FileResponse(io.BufferedReader(io.BytesIO(b"abc"))).closes_at_once
    assert not FileResponse([b"abc"]).closes_at_once
