"""How a file is sent by those servers that do not send it by themselves."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from gingerdj.http import FileResponse
from gingerdj.urls import path

CONTENT = bytes(range(251)) * (3 * 2**20 // 251)


class Server:
    """A server's side of one request, which is over before the client goes.

    Args:
        breaks_at: the number of the message that cannot be sent, for the client has gone.
    """

    def __init__(self, breaks_at: int | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self._breaks_at = breaks_at
        self._begins = iter([{"type": "http.request", "body": b""}])

    async def receive(self) -> dict[str, Any]:
        for message in self._begins:
            return message
        return await asyncio.Future()

    async def send(self, message: dict[str, Any]) -> None:
        if len(self.messages) == self._breaks_at:
            raise ConnectionResetError
        self.messages.append(message)

    @property
    def pieces(self) -> list[bytes]:
        return [message["body"] for message in self.messages[1:]]


def ask(asgi: Any, breaks_at: int | None = None, **entries: Any) -> Server:
    server = Server(breaks_at)
    asyncio.run(asgi().application(asgi().scope(**entries), server.receive, server.send))
    return server


def serve(site: Any, file: Path, start: int = 0, **settings: Any) -> list[Any]:
    """Serve a file from a position on; return the list of those that the view opens."""
    opened: list[Any] = []

    def view(request: Any) -> FileResponse:
        opened.append(file.open("rb"))
        opened[-1].seek(start)
        return FileResponse(opened[-1])

    site(path("", view), **settings)
    return opened


@pytest.fixture(params=["at hand", "in a thread"])
def _reading(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in a thread":  # Nobody can tell whether a piece is in memory.
        monkeypatch.delattr(os, "RWF_NOWAIT", raising=False)


@pytest.mark.usefixtures("_reading")
@pytest.mark.parametrize("length", [0, 1, 2**18, 2**18 + 1, len(CONTENT)])
@pytest.mark.parametrize("start", [0, 5, 2**20])
def test_a_file_is_sent_in_blocks(
    site: Any, asgi: Any, tmp_path: Path, length: int, start: int
) -> None:
    file = tmp_path / "file"
    file.write_bytes(CONTENT[:length])
    opened = serve(site, file, start)
    server = ask(asgi)
    expected = CONTENT[start:length]
    assert b"".join(server.pieces) == expected
    assert (b"content-length", b"%d" % len(expected)) in server.messages[0]["headers"]
    *before, last = server.messages[1:]
    assert all(message["more_body"] for message in before)
    assert not last["more_body"]
    most = FileResponse.block_size
    assert [len(piece) for piece in server.pieces[:-1]] == [most] * (
        max(len(expected) - 1, 0) // most
    )
    assert opened[0].closed


@pytest.mark.usefixtures("_reading")
@pytest.mark.parametrize(
    ("length", "problem"), [("7", None), ("6", "exceeds"), ("9", "2 bytes shorter"), (None, None)]
)
def test_a_file_keeps_what_is_announced(
    site: Any, asgi: Any, tmp_path: Path, length: str | None, problem: str | None
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")

    def view(request: Any) -> FileResponse:
        response = FileResponse(file.open("rb"))
        del response["Content-Length"]
        if length is not None:
            response["Content-Length"] = length
        return response

    site(path("", view))
    if problem is None:
        assert ask(asgi).pieces == [b"content"]
    else:
        with pytest.raises(RuntimeError, match=problem):
            ask(asgi)


def test_a_file_without_a_length_may_become_shorter(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(CONTENT)

    def view(request: Any) -> FileResponse:
        response = FileResponse(file.open("rb"))
        del response["Content-Length"]
        file.write_bytes(CONTENT[: 2**20 + 7])
        return response

    site(path("", view))
    server = ask(asgi)
    assert b"".join(server.pieces) == CONTENT[: 2**20 + 7]
    assert not server.messages[-1]["more_body"]


def test_what_has_been_read_of_a_file_is_not_sent(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")

    def view(request: Any) -> FileResponse:
        response = FileResponse(file.open("rb"))
        del response["Content-Length"]
        assert response.file_to_stream.read(3) == b"con"
        return response

    site(path("", view))
    assert ask(asgi).pieces == [b"tent"]
    extensions = {"http.response.pathsend": {}, "http.response.zerocopysend": {}}
    message = ask(asgi, extensions=extensions).messages[1]
    assert (message["type"], message["offset"], message["count"]) == (
        "http.response.zerocopysend",
        3,
        4,
    )


class Upper(FileResponse):
    def make_bytes(self, value: Any) -> bytes:
        return super().make_bytes(value).upper()


def test_the_pieces_of_a_subclass_are_its_own(site: Any, asgi: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    site(path("", lambda request: Upper(file.open("rb"))))
    server = ask(asgi, extensions={"http.response.pathsend": {}})
    assert b"".join(server.pieces) == b"CONTENT"


@pytest.mark.usefixtures("_reading")
@pytest.mark.parametrize("breaks_at", range(6))
def test_a_client_that_goes_in_the_middle(
    site: Any, asgi: Any, tmp_path: Path, breaks_at: int
) -> None:
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    opened = serve(site, file)
    server = ask(asgi, breaks_at)
    assert len(server.messages) == breaks_at
    assert opened[0].closed


@pytest.mark.usefixtures("_reading")
def test_a_client_that_takes_no_more(
    site: Any, asgi: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gingerdj.core.handlers.exchange._DELAY", 0.001)
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    opened = serve(site, file, SEND_TIMEOUT=0.05)

    class Slow(Server):
        async def send(self, message: dict[str, Any]) -> None:
            if len(self.messages) == 4:
                await asyncio.Future()
            await super().send(message)

    server = Slow()
    application = asgi().application(asgi().scope(), server.receive, server.send)
    asyncio.run(asyncio.wait_for(application, 10))
    assert len(server.messages) == 4
    assert opened[0].closed
