"""Responses: status, headers, cookies, bodies, redirects."""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from gingerdj.core.exceptions import DisallowedRedirect
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import (
    BadHeaderError,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from gingerdj.http.headers import HeaderBlock, ResponseHeaders
from gingerdj.urls import path


@pytest.fixture(autouse=True)
def settings_of_the_site(configure: Any) -> None:
    configure()


@pytest.mark.parametrize(
    ("content", "body"),
    [("é", "é".encode()), (b"\xff", b"\xff"), (7, b"7"), (["a", b"b"], b"ab"), (iter("ab"), b"ab")],
)
def test_bodies(content: Any, body: bytes) -> None:
    assert HttpResponse(content).content == body


def test_the_charset_is_the_content_types() -> None:
    response = HttpResponse("é", content_type="text/plain; charset=latin-1")
    assert (response.content, response.text, response.charset) == (b"\xe9", "é", "latin-1")


class OfLatin(HttpResponse):
    charset = "latin-1"


class OfLatinJson(JsonResponse):
    charset = "latin-1"


class OfLatinPieces(StreamingHttpResponse):
    charset = "latin-1"


@pytest.mark.parametrize(
    ("kind", "content", "options", "content_type"),
    [
        (OfLatin, "é", {}, "text/html; charset=latin-1"),
        (OfLatin, "é", {"headers": {"A": "b"}}, "text/html; charset=latin-1"),
        (OfLatin, "é", {"content_type": "a/b; charset=utf-8"}, "a/b; charset=utf-8"),
        (OfLatin, "é", {"charset": "utf-8"}, "text/html; charset=latin-1"),
        (OfLatinPieces, ["é"], {}, "text/html; charset=latin-1"),
        (OfLatinJson, {"é": 1}, {"json_dumps_params": {"ensure_ascii": False}}, "application/json"),
    ],
)
def test_a_class_may_have_a_charset_of_its_own(
    kind: Any, content: Any, options: dict[str, Any], content_type: str
) -> None:
    response = kind(content, **options)
    assert b"\xe9" in response.getvalue()
    assert (response.charset, response["Content-Type"]) == ("latin-1", content_type)


def test_the_content_type_is_given_once() -> None:
    with pytest.raises(ValueError, match="must not contain 'Content-Type'"):
        HttpResponse(content_type="a/b", charset="ascii", headers={"content-type": "x/y"})


def test_writing_to_a_response() -> None:
    response = HttpResponse("a")
    response.write("b")
    response.writelines(["c", b"d"])
    assert (response.getvalue(), response.tell(), list(response)) == (
        b"abcd",
        4,
        [b"a", b"b", b"c", b"d"],
    )


def test_headers_whatever_their_case() -> None:
    response = HttpResponse(headers={"X-A": 1})
    response["x-a"] = "2"
    assert response.headers["X-A"] == response["x-A"] == "2"
    del response["x-A"]
    assert not response.has_header("X-A")


def test_headers_that_are_filled_in() -> None:
    block = HeaderBlock(ResponseHeaders({"X-A": "filled", "X-B": "filled"}))
    for _ in range(2):
        plain, own = HttpResponse(), HttpResponse(headers={"x-a": "own"})
        for response in (plain, own):
            response._fill_headers(block)
        raw = plain.raw_headers()
        assert raw == [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"x-a", b"filled"),
            (b"x-b", b"filled"),
        ]
        assert (own["X-A"], own["X-B"]) == ("own", "filled")
        plain["X-A"] = "changed"
        raw.clear()
        assert HttpResponse().raw_headers() == [(b"content-type", b"text/html; charset=utf-8")]


def test_a_response_that_is_sent_again_keeps_its_headers() -> None:
    blocks = [HeaderBlock(ResponseHeaders({name: "1"})) for name in ("X-A", "X-B")]
    response = HttpResponse()
    seen = []
    for _ in range(3):
        for block in blocks:
            response._fill_headers(block)
        seen.append(response._type)
    assert seen == seen[:1] * 3
    assert dict(response.raw_headers()).keys() == {b"content-type", b"x-a", b"x-b"}


def test_more_blocks_than_are_remembered() -> None:
    for number in range(200):
        response = HttpResponse()
        response._fill_headers(HeaderBlock(ResponseHeaders({"X-Number": number})))
        assert response["X-Number"] == str(number)


@pytest.mark.parametrize("headers", [{}, {"X-Own": "1"}])
def test_the_length_that_is_filled_in_stays(headers: dict[str, str]) -> None:
    response = HttpResponse("body", headers=headers)
    response._fill_length()
    response.content = b""
    assert (b"content-length", b"4") in response.raw_headers()
    assert response["Content-Length"] == "4"
    assert (b"content-length", b"0") in response.raw_headers(0)
    del response["Content-Length"]
    assert b"content-length" not in dict(response.raw_headers())


def test_a_pseudo_header_is_refused() -> None:
    with pytest.raises(BadHeaderError, match="pseudo-header is the server's to send"):
        HttpResponse()[":status"] = "200"


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", b"x\ny"])
def test_headers_cannot_be_broken(value: Any) -> None:
    response = HttpResponse()
    with pytest.raises(BadHeaderError):
        response["X-A"] = value
    with pytest.raises(BadHeaderError):
        response["a\nb"] = "c"


def test_a_header_beyond_latin_1_is_encoded() -> None:
    response = HttpResponse(headers={"X-A": "中"})
    assert response["X-A"] == "=?utf-8?b?5Lit?="
    with pytest.raises(UnicodeEncodeError):
        response["中"] = "x"


@pytest.mark.parametrize(
    ("status", "error"), [(99, ValueError), (600, ValueError), ("x", TypeError)]
)
def test_a_wrong_status(status: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="HTTP status"):
        HttpResponse(status=status)


class Teapot(HttpResponse):
    status_code = 418


class Refusal(JsonResponse):
    @property  # type: ignore[misc]
    def status_code(self) -> int:  # type: ignore[override]
        return 451


@pytest.mark.parametrize(
    ("response_class", "options", "status"),
    [
        (HttpResponse, {}, 200),
        (HttpResponse, {"status": "201"}, 201),
        (HttpResponse, {"status": 201, "headers": {"A": "b"}}, 201),
        (JsonResponse, {}, 200),
        (JsonResponse, {"status": 201}, 201),
        (Teapot, {}, 418),
        (Teapot, {"reason": "Stout"}, 418),
        (Teapot, {"status": 503}, 503),
        (Refusal, {}, 451),
    ],
)
def test_statuses(response_class: Any, options: dict[str, Any], status: int) -> None:
    assert response_class({}, **options).status_code == status


def test_reason_phrases() -> None:
    assert HttpResponse(status="404").reason_phrase == "Not Found"
    assert HttpResponse(status=499).reason_phrase == "Unknown Status Code"
    assert HttpResponse(status=200, reason="Fine").reason_phrase == "Fine"


@pytest.mark.parametrize(
    ("options", "attributes"),
    [
        ({}, "Path=/"),
        ({"secure": True, "httponly": True}, "HttpOnly; Path=/; Secure"),
        ({"samesite": "Lax", "domain": "example.org"}, "Domain=example.org; Path=/; SameSite=Lax"),
        ({"path": None}, ""),
    ],
)
def test_cookies(options: dict[str, Any], attributes: str) -> None:
    response = HttpResponse()
    response.set_cookie("a", "1", **options)
    [header] = [value for name, value in response.raw_headers() if name == b"set-cookie"]
    assert header.decode() == "; ".join(part for part in ["a=1", attributes] if part)


def test_a_cookies_age() -> None:
    response = HttpResponse()
    response.set_cookie("a", max_age=dt.timedelta(minutes=1))
    response.set_cookie("b", expires=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    assert response.cookies["a"]["max-age"] == 60
    assert response.cookies["a"]["expires"].endswith("GMT")
    assert response.cookies["b"]["expires"] == "Sat, 01 Jan 2000 00:00:00 GMT"
    assert response.cookies["b"]["max-age"] == 0
    with pytest.raises(ValueError, match="samesite must be"):
        response.set_cookie("a", samesite="maybe")


def test_deleting_a_cookie() -> None:
    response = HttpResponse()
    response.delete_cookie("__Host-a")
    assert response.cookies["__Host-a"].OutputString() == (
        '__Host-a=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure'
    )


@pytest.mark.parametrize(
    ("response_class", "preserve_request", "status"),
    [
        (HttpResponseRedirect, False, 302),
        (HttpResponsePermanentRedirect, False, 301),
        (HttpResponseRedirect, True, 307),
        (HttpResponsePermanentRedirect, True, 308),
    ],
)
def test_redirects(response_class: Any, preserve_request: bool, status: int) -> None:
    response = response_class("/é", preserve_request=preserve_request)
    assert (response.status_code, response.url) == (status, "/%C3%A9")


@pytest.mark.parametrize("target", ["javascript:alert(1)", "mailto:a@b", "/" + "a" * 20000])
def test_redirects_that_are_refused(target: str) -> None:
    with pytest.raises(DisallowedRedirect):
        HttpResponseRedirect(target)


def test_json() -> None:
    data = {
        "at": dt.datetime(2000, 1, 2, 3, 4, 5, 678900, tzinfo=dt.UTC),
        "day": dt.date(2000, 1, 2),
        "price": decimal.Decimal("1.10"),
        "id": uuid.UUID(int=1),
        "took": dt.timedelta(hours=25, microseconds=5),
    }
    response = JsonResponse(data, json_dumps_params={"indent": None})
    assert response["Content-Type"] == "application/json"
    assert response.text == (
        '{"at": "2000-01-02T03:04:05.678Z", "day": "2000-01-02", "price": "1.10", '
        '"id": "00000000-0000-0000-0000-000000000001", "took": "P1DT01H00M00.000005S"}'
    )
    with pytest.raises(TypeError, match="set the safe parameter"):
        JsonResponse([1])
    assert JsonResponse([1], safe=False).content == b"[1]"


def test_a_304_has_no_body() -> None:
    response = HttpResponseNotModified()
    assert (response.content, "Content-Type" in response) == (b"", False)
    with pytest.raises(AttributeError, match="content to a 304"):
        response.content = b"x"


def test_methods_that_are_allowed() -> None:
    assert HttpResponseNotAllowed(["GET", "HEAD"])["Allow"] == "GET, HEAD"


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_streams() -> None:
    async def pieces() -> Any:
        yield "a"
        yield b"b"

    async def joined(response: StreamingHttpResponse) -> bytes:
        return b"".join([piece async for piece in response])

    assert b"".join(StreamingHttpResponse(["a", b"b"])) == b"ab"
    assert b"".join(StreamingHttpResponse(pieces())) == b"ab"
    assert asyncio.run(joined(StreamingHttpResponse(["a", b"b"]))) == b"ab"
    assert asyncio.run(joined(StreamingHttpResponse(pieces()))) == b"ab"
    with pytest.raises(AttributeError, match="Use `streaming_content`"):
        _ = StreamingHttpResponse().content


def test_closing_closes_what_the_response_holds() -> None:
    closed: list[str] = []

    class Source:
        def __iter__(self) -> Any:
            return iter(["a"])

        def close(self) -> None:
            closed.append("source")

    response = StreamingHttpResponse(Source())
    response.close()
    assert (closed, response.closed) == (["source"], True)


async def _two() -> AsyncIterator[str]:
    yield "a"
    yield "b"


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_a_stream_can_be_put_around_an_asynchronous_one() -> None:
    response = StreamingHttpResponse(_two())
    inner = response.streaming_content

    async def shouted() -> AsyncIterator[bytes]:
        async for piece in inner:
            yield piece.upper()

    response.streaming_content = shouted()
    assert list(response) == [b"A", b"B"]


def test_whoever_reads_a_stream_in_the_other_style_is_told_so() -> None:
    async def first(response: StreamingHttpResponse) -> bytes:
        return await anext(aiter(response))

    with pytest.warns(Warning, match="asynchronous iterators .* synchronously. Use a sync"):
        assert list(StreamingHttpResponse(_two())) == [b"a", b"b"]
    with pytest.warns(Warning, match="synchronous iterators .* asynchronously. Use an async"):
        assert asyncio.run(first(StreamingHttpResponse(["a"]))) == b"a"


def test_a_resource_that_cannot_be_closed_keeps_no_other_open(
    caplog: pytest.LogCaptureFixture,
) -> None:
    closed: list[str] = []

    def fails() -> None:
        raise OSError("stuck")

    response = HttpResponse()
    response._resource_closers.extend([fails, lambda: closed.append("other")])
    response.close()
    assert (closed, response.closed) == (["other"], True)
    assert "could not be closed" in caplog.text


class ClosesMore(HttpResponse):
    closed_more = False

    def close(self) -> None:
        type(self).closed_more = True
        super().close()


def test_a_subclass_may_close_more(site: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        return ClosesMore("x")

    site(path("", view))

    async def ask() -> None:
        communicator = ApplicationCommunicator(
            ASGIHandler(),
            {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"testserver")]},
        )
        await communicator.send_input({"type": "http.request"})
        await communicator.wait(5)

    asyncio.run(ask())
    assert ClosesMore.closed_more


class Shouts(HttpResponse):
    @property
    def content(self) -> bytes:
        return self.said.upper()

    @content.setter
    def content(self, value: str) -> None:
        self.said = value.encode()


class Doubles(HttpResponse):
    def make_bytes(self, value: Any) -> bytes:
        return super().make_bytes(value) * 2


@pytest.mark.parametrize(
    ("kind", "written", "body"),
    [(HttpResponse, [1], b"a1"), (Shouts, [], b"A"), (Doubles, [1], b"aa11")],
)
def test_what_is_sent_is_what_the_class_makes(
    site: Any, kind: type[HttpResponse], written: list[int], body: bytes
) -> None:
    async def view(request: Any) -> HttpResponse:
        response = kind("a")
        response.writelines(written)
        return response

    site(path("", view))

    async def ask() -> tuple[Any, Any]:
        communicator = ApplicationCommunicator(
            ASGIHandler(),
            {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"testserver")]},
        )
        await communicator.send_input({"type": "http.request"})
        return await communicator.receive_output(5), await communicator.receive_output(5)

    start, sent = asyncio.run(ask())
    assert sent["body"] == body
    assert dict(start["headers"])[b"content-length"] == str(len(body)).encode()
