"""Points 34 to 40: extensions, and what servers write into scopes (ASGI "Extensions")."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any

import pytest

from gingerdj.test.conformance.contract import FILE
from gingerdj.test.conformance.driver import Message, Response
from gingerdj.test.conformance.subject import Subject

__all__ = ()

CONTENT = FILE.read_bytes()

PATHSEND = "http.response.pathsend"
ZEROCOPYSEND = "http.response.zerocopysend"
TRAILERS = "http.response.trailers"
HINT = "http.response.early_hint"
PUSH = "http.response.push"
DEBUG = "http.response.debug"


NOTHING: tuple[dict[str, Any] | None, ...] = (None, {})


def kinds(response: Response) -> list[str]:
    return [message["type"] for message in response.messages]


async def advertised(subject: Subject, name: str, *extensions: str, **entries: Any) -> Response:
    """Ask with extensions, after making sure that without them nothing of theirs is sent."""
    await subject.needs(name)
    for extension in extensions:
        subject.needs_extension(extension)
    for nothing in NOTHING:
        plain = await subject.get(name, extensions=nothing, **entries)
        assert not set(kinds(plain)) & set(extensions), "the server cannot send that"
        assert TRAILERS not in extensions or not plain.start.get("trailers", False)
    offered: dict[str, dict[str, Any]] = {extension: {} for extension in extensions}
    return await subject.get(name, extensions=offered, **entries)


async def test_34_pathsend_is_one_absolute_path_and_a_content_length(subject: Subject) -> None:
    response = await advertised(subject, "file", PATHSEND)
    if PATHSEND not in kinds(response):
        assert response.body == CONTENT
        pytest.skip("the application does not send paths")
    assert kinds(response) == ["http.response.start", PATHSEND], "sent once, and unmixed"
    path = response.messages[1]["path"]
    assert PurePath(path).is_absolute()
    assert PurePath(path) == FILE
    assert response.header(b"content-length") == str(len(CONTENT)).encode()
    head = await subject.get("file", method="HEAD", extensions={PATHSEND: {}})
    assert PATHSEND not in kinds(head), "HEAD has no body"


async def test_35_zerocopysend_is_a_real_descriptor_closed_by_us(subject: Subject) -> None:
    await advertised(subject, "file", ZEROCOPYSEND)
    pieces: list[bytes] = []
    files: list[Any] = []

    def copy(message: Message) -> None:
        if message["type"] == ZEROCOPYSEND:
            file = message["file"]
            descriptor = file.fileno()
            position = os.lseek(descriptor, 0, os.SEEK_CUR)
            left = os.fstat(descriptor).st_size
            offset = message.get("offset")
            pieces.append(
                os.pread(
                    descriptor, message.get("count", left), position if offset is None else offset
                )
            )
            files.append(file)
        else:
            pieces.append(message.get("body", b""))

    async with subject.connect(subject.scope("file", extensions={ZEROCOPYSEND: {}})) as connection:
        connection.on_send = copy
        connection.feed({"type": "http.request"})
        await connection.end()
    response = Response(connection.sent)
    assert b"".join(pieces) == CONTENT
    assert not response.messages[-1].get("more_body", False), "the last message ends the response"
    if not files:
        pytest.skip("the application does not send descriptors")
    assert all(_is_closed(file) for file in files), "the server does not close the file"


def _is_closed(file: Any) -> bool:
    try:
        os.fstat(file.fileno())
    except (ValueError, OSError):
        return True
    return False


async def test_36_trailers_are_announced_and_come_last(subject: Subject) -> None:
    headers = [(b"host", b"localhost"), (b"te", b"trailers")]
    response = await advertised(subject, "trailers", TRAILERS, headers=headers)
    assert response.body == b"counted"
    if TRAILERS not in kinds(response):
        pytest.skip("the application does not send trailers")
    assert response.start.get("trailers") is True
    announced = response.header(b"trailer") or b""
    last = [message for message in response.messages if message["type"] == "http.response.body"][-1]
    assert not last.get("more_body", False)
    after = response.messages[response.messages.index(last) + 1 :]
    assert [message["type"] for message in after] == [TRAILERS] * len(after)
    assert kinds(response).count(TRAILERS) == len(after), "trailers come after the last body"
    assert [message.get("more_trailers", False) for message in after][-1] is False
    names = [name for message in after for name, _ in message["headers"]]
    assert names == [b"x-checksum"]
    assert announced.lower() == b"x-checksum"


async def test_37_pushes_come_between_start_and_final_body(subject: Subject) -> None:
    response = await advertised(subject, "hints", PUSH)
    assert response.body == b"hinted"
    sent = kinds(response)
    if PUSH not in sent:
        pytest.skip("the application pushes nothing")
    for position in positions(sent, PUSH):
        assert sent.index("http.response.start") < position < final_body(sent), sent
        push = response.messages[position]
        assert push["path"] == "/style.css"
        assert [pair for pair in push["headers"] if pair[0].startswith(b":")] == []


async def test_37_early_hints_come_before_the_final_body(subject: Subject) -> None:
    """The specification of the extension has them after the start.

    On the wire they come before it (RFC 8297, 2), and the servers there are take them only then:
    both are taken here.
    """
    response = await advertised(subject, "hints", HINT)
    assert response.body == b"hinted"
    sent = kinds(response)
    if HINT not in sent:
        pytest.skip("the application sends no hints")
    for position in positions(sent, HINT):
        assert position < final_body(sent), sent
        assert list(response.messages[position]["links"]) == [b"</style.css>; rel=preload"]


def positions(sent: list[str], kind: str) -> list[int]:
    return [position for position, each in enumerate(sent) if each == kind]


def final_body(sent: list[str]) -> int:
    return positions(sent, "http.response.body")[-1]


TLS: dict[str, Any] = {
    "server_cert": None,
    "client_cert_chain": [],
    "client_cert_name": None,
    "client_cert_error": None,
    "tls_version": 0x0304,
    "cipher_suite": None,
}


async def test_38_missing_tls_means_unknown(subject: Subject) -> None:
    expected = (await subject.get("page", extensions={})).status
    offered: tuple[dict[str, Any] | None, ...] = (None, {"tls": TLS}, {"tls": {}})
    for extensions in offered:
        for scheme in ("http", "https"):
            response = await subject.get("page", scheme=scheme, extensions=extensions)
            assert response.status == expected, extensions


async def test_38_tls_says_nothing_of_the_scheme(subject: Subject) -> None:
    await subject.needs("facts")
    offered: tuple[tuple[dict[str, Any] | None, Any], ...] = (
        (None, None),
        ({}, None),
        ({"tls": TLS}, TLS),
    )
    for extensions, tls in offered:
        facts = await subject.json("facts", scheme="https", extensions=extensions)
        assert (facts["scheme"], facts["tls"]) == ("https", tls)


async def test_39_debug_is_sent_once_before_the_start(subject: Subject) -> None:
    plain = await subject.get("page", extensions={})
    assert DEBUG not in kinds(plain), "nobody asked for it"
    subject.needs_extension(DEBUG)
    response = await subject.get("page", extensions={DEBUG: {}})
    sent = kinds(response)
    assert sent.count(DEBUG) <= 1
    if DEBUG in sent:
        assert sent.index(DEBUG) < sent.index("http.response.start")
        assert isinstance(response.messages[sent.index(DEBUG)]["info"], dict)


ODD: tuple[dict[str, Any], ...] = (
    {"client": ["127.0.0.1", "50000"], "server": ["127.0.0.1", "8000"]},
    {"client": ["", "0"], "server": ["", "0"]},
    {"client": ["", 0], "server": ["/", "t"]},
    {"client": None, "server": ["/run/site.sock", None]},
    {"http_version": "3"},
    {"http_version": "2"},
    {"extensions": None},
)


async def test_40_odd_values_are_tolerated(subject: Subject) -> None:
    expected = (await subject.get("page")).status
    for entries in ODD:
        scope = subject.scope("page") | entries
        assert (await subject.exchange(scope)).status == expected, entries


async def test_40_odd_values_are_read_without_failing(subject: Subject) -> None:
    await subject.needs("facts")
    for entries in ODD:
        response = await subject.exchange(subject.scope("facts") | entries)
        assert response.status == 200, entries
