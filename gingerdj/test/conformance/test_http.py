"""Points 7 to 19: HTTP (ASGI HTTP specification)."""

from __future__ import annotations

from typing import Any

from gingerdj.test.conformance.contract import PIECE
from gingerdj.test.conformance.driver import Response
from gingerdj.test.conformance.messages import misplaced
from gingerdj.test.conformance.subject import Subject

__all__ = ()

HOST = (b"host", b"localhost")


def body_headers(length: int) -> list[tuple[bytes, bytes]]:
    return [HOST, (b"content-length", str(length).encode())]


async def test_07_optional_entries_of_the_scope_have_defaults(subject: Subject) -> None:
    expected = (await subject.get("page")).status
    missing: dict[str, Any] = dict.fromkeys(("scheme", "raw_path", "root_path", "client", "server"))
    assert (await subject.get("page", **missing)).status == expected
    nothing = subject.scope("page") | {"client": None, "server": None}
    assert (await subject.exchange(nothing)).status == expected


async def test_07_the_defaults_are_those_of_the_specification(subject: Subject) -> None:
    await subject.needs("facts")
    missing: dict[str, Any] = dict.fromkeys(("scheme", "raw_path", "root_path", "client", "server"))
    facts = await subject.json("facts", **missing)
    found = {name: facts[name] for name in ("scheme", "root_path", "client")}
    assert found == {"scheme": "http", "root_path": "", "client": None}


async def test_08_headers_may_be_any_iterable(subject: Subject) -> None:
    expected = (await subject.get("page")).status
    pairs = [HOST, (b"accept", b"*/*")]
    for headers in (tuple(pairs), [list(pair) for pair in pairs], (pair for pair in pairs)):
        assert (await subject.get("page", headers=headers)).status == expected


async def test_08_headers_of_any_case_keep_their_duplicates(subject: Subject) -> None:
    await subject.needs("facts")
    headers = [HOST, (b"X-One", b"first"), (b"x-one", b"second"), (b"X-TWO", b"third")]
    found = (await subject.json("facts", headers=headers))["headers"]
    assert [part.strip() for part in found["x-one"].split(",")] == ["first", "second"]
    assert found["x-two"] == "third"


async def test_09_several_cookie_fields_are_one(subject: Subject) -> None:
    await subject.needs("facts")
    headers = [HOST, (b"cookie", b"a=1"), (b"cookie", b"b=2; c=3")]
    cookies = (await subject.json("facts", headers=headers))["cookies"]
    assert cookies == {"a": "1", "b": "2", "c": "3"}


async def test_09_each_set_cookie_field_stands_alone(subject: Subject) -> None:
    await subject.needs("answer")
    response = await subject.get("answer", [("cookie", "a:1"), ("cookie", "b:2")])
    cookies = [value for name, value in response.headers if name == b"set-cookie"]
    assert [cookie.split(b";")[0] for cookie in cookies] == [b"a=1", b"b=2"]


async def test_10_nothing_runs_before_the_first_message(subject: Subject) -> None:
    await subject.needs("echo", "journal")
    before = await subject.count("echo")
    async with subject.connect(subject.scope("echo")) as connection:
        await connection.silence()
        assert await subject.count("echo") == before, "the view ran before the request came"
        connection.feed({"type": "http.request"})
        await connection.end()
    assert await subject.count("echo") == before + 1


async def test_10_nothing_is_sent_before_the_first_message(subject: Subject) -> None:
    async with subject.connect(subject.scope("page")) as connection:
        await connection.silence()


async def test_11_the_body_is_joined_whatever_the_chunks(subject: Subject) -> None:
    await subject.needs("echo")
    requests: tuple[list[dict[str, Any]], ...] = (
        [{"body": b"whole"}],
        [{"body": b"wh", "more_body": True}, {"body": b"ole", "more_body": False}],
        [{"body": b"", "more_body": True}, {"body": b"whole"}],
        [{"more_body": True}, {"body": b"who", "more_body": True}, {"body": b"le"}],
        [{"body": b"whole", "more_body": True}, {}],
        [{"body": bytes([each]), "more_body": True} for each in b"whole"] + [{"body": b""}],
    )
    for chunks in requests:
        messages = [{"type": "http.request", **chunk} for chunk in chunks]
        scope = subject.scope("echo", method="POST", headers=body_headers(5))
        assert (await subject.exchange(scope, *messages)).body == b"whole", chunks


async def test_12_a_disconnect_within_the_body_ends_the_request(subject: Subject) -> None:
    for name in ("page", "echo"):
        if name != "page":
            await subject.needs(name)
        scope = subject.scope(name, method="POST", headers=body_headers(10))
        async with subject.connect(scope) as connection:
            connection.feed({"type": "http.request", "body": b"part", "more_body": True})
            connection.feed({"type": "http.disconnect"})
            await connection.end()  # It may raise, as nobody is left who could be answered.
            left = await connection.leftovers()
        if name == "echo" or connection.received > 1:
            assert connection.sent == [], "half a request was answered"
        assert not left, f"tasks outlive the request: {left}"


async def test_13_one_start_then_bodies_of_which_one_is_final(subject: Subject) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        problem = misplaced((await subject.get("page", method=method)).messages)
        assert problem is None, f"{method}: {problem}"


async def test_13_every_kind_of_response_is_finished(subject: Subject) -> None:
    await subject.needs("answer", "stream")
    requests: tuple[tuple[str, list[tuple[str, object]], str], ...] = (
        ("answer", [("body", "")], "GET"),
        ("answer", [("status", 204)], "GET"),
        ("answer", [("status", 304)], "GET"),
        ("answer", [("status", 500), ("body", "broken")], "GET"),
        ("stream", [("pieces", 3)], "GET"),
        ("stream", [("pieces", 0)], "GET"),
        ("stream", [("pieces", 3)], "HEAD"),
    )
    for name, query, method in requests:
        problem = misplaced((await subject.get(name, query, method=method)).messages)
        assert problem is None, f"{method} {name} {query}: {problem}"


async def test_14_response_header_names_are_lower_case_bytes(subject: Subject) -> None:
    responses = [await subject.get("page")]
    if "answer" in await subject.endpoints():
        responses.append(await subject.get("answer", [("header", "X-Upper-Case:1")]))
    for response in responses:
        names = [name for name, _ in response.start.get("headers", ())]
        assert [name for name in names if name != bytes(name).lower()] == []
        assert [name for name in names if bytes(name).startswith(b":")] == []


async def test_14_headers_hold_no_line_breaks(subject: Subject) -> None:
    await subject.needs("answer")
    bad = (
        "x-a:b\r\nset-cookie: c=d",
        "x-a:b\nc",
        "x-a:b\rc",
        "x-a:b\0c",
        "x-a\r\nb:c",
        ":status:1",
    )
    for header in bad:
        async with subject.connect(subject.scope("answer", [("header", header)])) as connection:
            connection.feed({"type": "http.request"})
            await connection.end()
        for message in connection.sent:
            for name, value in message.get("headers", ()):
                assert not set(bytes(name + value)) & set(b"\r\n\0"), f"{header!r} was sent"
                assert not bytes(name).startswith(b":"), f"the pseudo-header {name!r} was sent"


async def test_15_content_length_is_the_length(subject: Subject) -> None:
    _same_length(await subject.get("page"))


def _same_length(response: Response) -> None:
    length = response.header(b"content-length")
    assert length is None or int(length) == len(response.body)


async def test_15_content_length_matches_and_some_have_no_body(subject: Subject) -> None:
    await subject.needs("answer", "stream")
    query = [("body", "hello")]
    full = await subject.get("answer", query)
    assert full.body == b"hello"
    _same_length(full)
    _same_length(await subject.get("stream"))
    head = await subject.get("answer", query, method="HEAD")
    assert head.body == b"", "HEAD has no body"
    assert head.header(b"content-length") in (None, full.header(b"content-length"))
    for status in (204, 304):
        response = await subject.get("answer", [("status", status), *query])
        assert (response.status, response.body) == (status, b"")
    nothing = await subject.get("answer", [("status", 204)])
    assert nothing.header(b"content-length") is None, "RFC 9110, 8.6: a 204 has no Content-Length"


async def test_16_every_send_is_awaited(subject: Subject) -> None:
    await subject.needs("stream", "journal")
    pieces, few = 500, 100
    before = await subject.count("piece")
    async with subject.connect(subject.scope("stream", [("pieces", pieces)])) as connection:
        connection.hold_after = 1
        connection.feed({"type": "http.request"})
        await connection.until(lambda: connection.waiting > 0, "a message that has to wait")
        await connection.pause()
        assert connection.waiting == 1, "a message was sent before the one before it was taken"
        made = await subject.count("piece") - before
        assert made < few, f"{made} pieces were made while the client took the first"
        connection.release()
        await connection.end()
    assert len(Response(connection.sent).body) == pieces * PIECE


async def test_17_an_error_from_send_is_a_disconnect(subject: Subject) -> None:
    await subject.needs("stream", "journal")
    before = await subject.count("stream closed")
    async with subject.connect(subject.scope("stream", [("pieces", 500)])) as connection:
        connection.hold_after = 1
        connection.feed({"type": "http.request"})
        await connection.until(lambda: connection.waiting > 0, "a message that has to wait")
        await connection.pause()
        under_way = connection.waiting
        connection.gone = True
        connection.release()
        error = await connection.end()
    assert error is None or isinstance(error, OSError), f"{error!r} hides the disconnect"
    assert connection.refused == under_way, "it went on sending"
    await subject.noted("stream closed", before)


async def test_17_receive_is_awaited_beside_the_view(subject: Subject) -> None:
    await subject.needs("wait", "journal")
    before = await subject.count("wait started"), await subject.count("wait ended")
    async with subject.connect(subject.scope("wait")) as connection:
        connection.feed({"type": "http.request"})
        await subject.noted("wait started", before[0])
        connection.feed({"type": "http.disconnect"})
        await connection.end()
        assert not await connection.leftovers()
    await subject.noted("wait ended", before[1])


async def test_18_root_path_is_stripped_on_segment_boundaries(subject: Subject) -> None:
    await subject.needs("facts")
    path = subject.path("facts")
    first = path[: path.index("/", 1)]
    mounted = (
        # root_path, path, path_info
        ("", path, path),
        ("/mount", f"/mount{path}", path),
        ("/mount", path, path),
        ("/mount/", f"/mount{path}", path),
        ("/a/b", f"/a/b{path}", path),
        (first[:-1], path, path),
    )
    for root_path, whole, path_info in mounted:
        facts = await subject.json("facts", path=whole, root_path=root_path)
        assert facts["path_info"] == path_info, (root_path, whole)
        assert facts["root_path"] == root_path.rstrip("/"), (root_path, whole)
    unbounded = await subject.get("facts", path=f"/mount{path[1:]}", root_path="/mount")
    assert unbounded.status == 404, "/mount was taken off /mountain"


async def test_19_the_query_string_is_bytes(subject: Subject) -> None:
    await subject.needs("facts")
    query = "name=São+Paulo".encode()
    assert (await subject.json("facts", query_string=query))["query"] == {"name": ["São Paulo"]}
    response = await subject.get("facts", query_string=b"name=\xff\xfe")
    assert response.status == 400, f"bytes that are no text got {response.status}"
