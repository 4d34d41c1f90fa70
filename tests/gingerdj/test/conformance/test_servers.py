"""The points that can be seen from outside, with GingerDJ behind each server."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gingerdj.test.conformance.contract import FILE, PIECE, PREFIX
from gingerdocs.servers import http2, results
from gingerdocs.servers.launch import SECONDS, SERVERS, Site, launched, wait_until_up

APPLICATION = "gingerdj.test.conformance.project.asgi:application"


class Served:
    """The project behind a server."""

    def __init__(self, name: str, site: Site, client: httpx.Client) -> None:
        self.name, self.site, self.client = name, site, client
        self.facts = results.read()[name]

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def count(self, note: str) -> int:
        return int(self.get("journal/").json().get(note, 0))

    def noted(self, note: str, before: int) -> None:
        """Wait until the journal holds a note more often than before."""
        until = time.monotonic() + SECONDS
        while self.count(note) <= before:
            assert time.monotonic() < until, f"the journal lacks {note!r}"
            time.sleep(0.02)

    def send(self, start: str, *headers: str, body: bytes = b"") -> socket.socket:
        """Send a request by hand; return the connection."""
        connection = self.site.connect()
        lines = (start, "Host: localhost", *headers, "", "")
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
        return connection

    def socket(self, path: str, **options: Any) -> ClientConnection:
        return connect(
            f"{self.site.url.replace('http', 'ws', 1)}{PREFIX}socket/{path}",
            open_timeout=SECONDS,
            **options,
        )

    def http2(self, path: str) -> http2.Exchange:
        with self.site.connect() as connection:
            exchange = http2.ask(connection, PREFIX + path)
        assert exchange is not None
        return exchange


@pytest.fixture(scope="module", params=SERVERS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve the project until the module's tests are over, then end the server politely."""
    folder = tmp_path_factory.mktemp("served")
    with launched(SERVERS[request.param], folder, APPLICATION) as site:
        wait_until_up(site)
        with httpx.Client(base_url=f"{site.url}{PREFIX}", timeout=SECONDS) as client:
            yield Served(request.param, site, client)
        site.process.send_signal(signal.SIGTERM)
        site.ended()
        log = site.log.read_text()
    assert "Traceback" not in log, log


def test_1_to_9_what_the_application_knows(served: Served) -> None:
    headers = [("Cookie", "a=1"), ("Cookie", "b=2"), ("X-One", "first"), ("X-One", "second")]
    facts = served.get("facts/", params={"name": "São Paulo"}, headers=headers).json()
    assert facts["path"] == facts["path_info"] == f"{PREFIX}facts/"
    assert (facts["scheme"], facts["root_path"]) == ("http", "")
    assert facts["query"] == {"name": ["São Paulo"]}
    assert facts["cookies"] == {"a": "1", "b": "2"}
    assert [part.strip() for part in facts["headers"]["x-one"].split(",")] == ["first", "second"]
    assert facts["client"][0] == "127.0.0.1"


def test_6_blocking_work_keeps_nobody_waiting(served: Served) -> None:
    before = served.count("work started")
    with served.send(f"GET {PREFIX}work/ HTTP/1.1", "Connection: close") as client:
        served.noted("work started", before)
        served.get("release/")
        came = b"".join(iter(lambda: client.recv(2**16), b""))
    assert b"released" in came


def test_9_each_cookie_is_set_alone(served: Served) -> None:
    response = served.get("answer/", params=[("cookie", "a:1"), ("cookie", "b:2")])
    cookies = [cookie.split(";")[0] for cookie in response.headers.get_list("set-cookie")]
    assert cookies == ["a=1", "b=2"]


def test_11_a_body_in_pieces_is_joined(served: Served) -> None:
    pieces = [b"one", b"two" * 50_000, b"three"]
    response = served.client.post("echo/", content=iter(pieces))
    assert response.content == b"".join(pieces)


def test_12_half_a_request_is_not_answered(served: Served) -> None:
    before = served.count("echo")
    start = f"POST {PREFIX}echo/ HTTP/1.1"
    with served.send(start, "Content-Length: 1000", body=b"half"):
        pass
    assert served.client.post("echo/", content=b"whole").content == b"whole"
    assert served.count("echo") == before + 1


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("HEAD", "answer/?body=hello", 200, b""),
        ("GET", "answer/?status=204&body=hello", 204, b""),
        ("GET", "answer/?status=304&body=hello", 304, b""),
        ("GET", "answer/?body=", 200, b""),
        ("GET", "stream/?pieces=0", 200, b""),
        ("HEAD", "stream/", 200, b""),
        ("GET", "nowhere/", 404, None),
    ],
)
def test_13_and_15_every_response_has_an_end(
    served: Served, method: str, path: str, status: int, body: bytes | None
) -> None:
    # A client that is told a wrong length takes the next response for a part of this one.
    for _ in range(2):
        response = served.client.request(method, path)
        assert response.status_code == status
        assert body is None or response.content == body


def test_16_a_stream_comes_whole(served: Served) -> None:
    assert len(served.get("stream/", params={"pieces": 500}).content) == 500 * PIECE


def test_17_a_client_that_leaves_ends_the_view(served: Served) -> None:
    started, ended = served.count("wait started"), served.count("wait ended")
    with served.send(f"GET {PREFIX}wait/ HTTP/1.1"):
        served.noted("wait started", started)
    served.noted("wait ended", ended)


def test_19_bytes_that_are_no_text_are_refused(served: Served) -> None:
    with served.send(f"GET {PREFIX}facts/?name=%ff\xff HTTP/1.1", "Connection: close") as client:
        assert b" 400 " in client.recv(2**16).split(b"\r\n")[0]


def test_20_and_22_text_and_bytes_come_back(served: Served) -> None:
    with served.socket("") as client:
        empty = ("", b"") if served.facts["empty_messages"] else ()
        for message in ("text", b"bytes", *empty, "more"):
            client.send(message)
            assert client.recv(SECONDS) == message


def test_21_the_subprotocol_is_agreed_upon(served: Served) -> None:
    with served.socket("?subprotocol=chat", subprotocols=["talk", "chat"]) as client:
        assert client.subprotocol == "chat"


@pytest.mark.parametrize(
    ("text", "code", "reason"), [("close", 1000, ""), ("close 4000 done", 4000, "done")]
)
def test_23_the_client_is_told_why(served: Served, text: str, code: int, reason: str) -> None:
    with served.socket("") as client:
        client.send(text)
        with pytest.raises(ConnectionClosed):
            client.recv(SECONDS)
    version = served.facts["spec_websocket"] or "2.0"
    has_reasons = tuple(int(part) for part in version.split(".")) >= (2, 3)
    assert (client.close_code, client.close_reason) == (code, reason if has_reasons else "")


def test_23_and_25_the_application_is_told_why(served: Served) -> None:
    ticks = served.count("ticks stopped")
    with served.socket("tick/") as client:
        assert client.recv(SECONDS) == "tick"
    served.noted("ticks stopped", ticks)
    if served.facts["close_code"]:
        closed = served.count("socket closed 4001 ")
        with served.socket("") as client:
            client.close(4001)
        served.noted("socket closed 4001 ", closed)


@pytest.mark.parametrize("path", ["refuse/", "nowhere/"])
def test_24_a_connection_is_refused(served: Served, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        served.socket(path)
    expected = 404 if path == "nowhere/" and served.facts["denial"] else 403
    assert refused.value.response.status_code == expected


def test_26_what_a_socket_knows(served: Served) -> None:
    with served.socket("facts/", subprotocols=["chat"]) as client:
        facts = json.loads(client.recv(SECONDS))
    assert facts == {
        "scheme": "ws",
        "http_version": "1.1",
        "subprotocols": ["chat"],
        "path": f"{PREFIX}socket/facts/",
    }


def test_27_to_31_start_up_came_first_and_once(served: Served) -> None:
    assert served.get("facts/").json()["started"] is True
    assert served.get("state/").json() == {"conformance": "started"}
    written = served.get("state/", params={"write": "mine"}).json()
    assert written == {"conformance": "started", "mine": "written"}
    assert served.get("state/").json() == {"conformance": "started"}
    assert served.count("startup") == 1


def test_33_a_denial_is_a_response_where_that_can_be_sent(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        served.socket("deny/")
    response = refused.value.response
    if served.facts["denial"]:
        assert (response.status_code, response.body) == (401, b"denied")
    else:
        assert response.status_code == 403


def test_34_and_35_a_file_comes_whole(served: Served) -> None:
    response = served.get("file/")
    assert response.content == FILE.read_bytes()
    assert response.headers["content-length"] == str(len(response.content))
    assert served.client.head("file/").content == b""


def test_36_trailers_come_where_they_can_be_sent(served: Served) -> None:
    assert served.get("trailers/", headers={"TE": "trailers"}).text == "counted"
    if served.facts["cleartext"]:
        exchange = served.http2("trailers/")
        assert exchange.body == b"counted"
        expected = {"x-checksum": "7"} if served.facts["http2"].get("trailers") else {}
        assert exchange.trailers == expected


def test_37_hints_come_where_they_can_be_sent(served: Served) -> None:
    assert served.get("hints/").text == "hinted"
    if served.facts["cleartext"]:
        exchange = served.http2("hints/")
        assert exchange.body == b"hinted"
        hinted = bool(served.facts["http2"].get("early_hint"))
        assert exchange.hints == ["</style.css>; rel=preload"] * hinted
