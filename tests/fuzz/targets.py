"""What is fuzzed: each target takes bytes, and lets only undocumented exceptions out.

Every target also says what must hold of what it was given, beyond that nothing breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError
from io import BytesIO
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from gingerdj.conf import settings
from gingerdj.core.exceptions import (
    DisallowedHost,
    DisallowedRedirect,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from gingerdj.core.files.uploadhandler import MemoryFileUploadHandler
from gingerdj.core.handlers.asgi import ASGIRequest
from gingerdj.core.signing import BadSignature, Signer, loads
from gingerdj.http import (
    BadHeaderError,
    FileResponse,
    HttpHeaders,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    parse_cookie,
)
from gingerdj.http.multipartparser import MultiPartParser, MultiPartParserError
from gingerdj.http.request import MediaType
from gingerdj.test import RequestFactory
from gingerdj.urls import NoReverseMatch, Resolver404, include, path, re_path, resolve, reverse
from gingerdj.utils import html
from gingerdj.utils.encoding import iri_to_uri, uri_to_iri
from gingerdj.utils.http import (
    base36_to_int,
    content_disposition_header,
    parse_etags,
    parse_header_parameters,
    parse_http_date_safe,
    url_has_allowed_host_and_scheme,
    urlsafe_base64_decode,
)


def headers(data: bytes) -> None:
    """Read the values of headers, and write one back."""
    text = data.decode("latin-1")
    value, parameters = parse_header_parameters(text)
    assert value == value.strip().lower()
    assert all(name == name.strip().lower() and name for name in parameters)
    assert all(tag == "*" or tag.endswith('"') for tag in parse_etags(text))
    parse_http_date_safe(text)
    assert 0 <= MediaType(text).quality <= 1
    request = HttpRequest()
    request.META = {"HTTP_HOST": text, "HTTP_ACCEPT": text, "CONTENT_TYPE": text}
    with suppress(DisallowedHost):
        assert request.get_host() == text
    request.accepts("text/html")
    request.get_preferred_type(["text/html", "application/json"])
    assert request.headers["Host"] == text
    disposition = content_disposition_header(True, text)
    assert disposition is not None
    response = HttpResponse()
    response["Content-Disposition"] = disposition
    with suppress(BadHeaderError):
        response["X-Any"] = text
        assert not set("\r\n\0") & set(response["X-Any"])
    with suppress(DisallowedRedirect, BadHeaderError):
        assert not set("\r\n\0") & set(HttpResponseRedirect(text)["Location"])


def scopes(data: bytes) -> None:
    """Read the headers of a scope: fields of one name are one, and none stands for another."""
    pairs = [line.partition(b":")[::2] for line in data.split(b"\n")]
    request = ASGIRequest({"method": "GET", "path": "/", "headers": pairs}, b"")
    wanted: dict[str, list[str]] = {}
    for raw_name, raw_value in pairs:
        if b"_" not in raw_name:
            values = wanted.setdefault(raw_name.decode("latin-1").upper(), [])
            values.append(raw_value.decode("latin-1"))
    for name, values in wanted.items():
        key = name.replace("-", "_")
        found = request.META[key if key in HttpHeaders.UNPREFIXED_HEADERS else f"HTTP_{key}"]
        assert found == ("; " if name == "COOKIE" else ",").join(values)
    assert len(request.headers) <= len(wanted)


def addresses(data: bytes) -> None:
    """Read addresses and the small texts that stand in them."""
    text = data.decode("utf-8", "replace")
    assert url_has_allowed_host_and_scheme(f"//x{text}.example/", {"a.com"}) is False
    url_has_allowed_host_and_scheme(text, {"a.com"}, require_https=True)
    uri = iri_to_uri(text)
    assert uri.isascii()
    assert iri_to_uri(uri_to_iri(uri)).isascii()
    uri_to_iri(data)
    with suppress(ValueError):
        urlsafe_base64_decode(text)
    with suppress(ValueError):
        base36_to_int(text)
    for reader in (loads, Signer().unsign):
        with suppress(BadSignature):
            reader(text)


def markup(data: bytes) -> None:
    """Strip, escape and link text."""
    text = data.decode("utf-8", "replace")
    assert not set("<>\"'") & set(html.escape(text))
    linked = html.urlize(text, autoescape=True)
    assert linked.count("<") == linked.count("<a ") + linked.count("</a>")
    html.linebreaks(text, autoescape=True)
    html.smart_urlquote(text)
    with suppress(SuspiciousOperation):
        stripped = html.strip_tags(text)
        assert html.strip_tags(stripped) == stripped


def queries(data: bytes) -> None:
    """Read a query string, write it, and read that."""
    with suppress(TooManyFieldsSent):
        for encoding in ("utf-8", "latin-1"):
            fields = QueryDict(data, encoding=encoding)
            assert QueryDict(fields.urlencode(), encoding=encoding) == fields
            assert len(fields.urlencode().split("&")) <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def cookies(data: bytes) -> None:
    """Read the cookies of a request, and sign and read one's own."""
    text = data.decode("latin-1")
    parsed = parse_cookie(text)
    assert len(parsed) <= text.count(";") + 1
    request = HttpRequest()
    request.META = {"HTTP_COOKIE": f"{text}; signed={text}"}
    for name in request.COOKIES:
        with suppress(BadSignature):
            request.get_signed_cookie(name)
    response = HttpResponse()
    try:
        response.set_signed_cookie("name", text)
    except CookieError:  # Newer Pythons want no control characters.
        assert any(ord(letter) < 32 or ord(letter) == 127 for letter in text)
        return
    sent = response.cookies["name"].OutputString().partition(";")[0]
    request = HttpRequest()
    request.META = {"HTTP_COOKIE": sent}
    assert request.get_signed_cookie("name") == text


def multipart(data: bytes) -> None:
    """Read a form in pieces of several sizes, which must all come to the same."""
    outcomes = [_form(data, size) for size in (1, 7, 64 * 2**10)]
    assert outcomes[0] == outcomes[1] == outcomes[2]


def _form(data: bytes, chunk_size: int) -> Any:
    handler = MemoryFileUploadHandler()
    handler.chunk_size = chunk_size
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=B", "CONTENT_LENGTH": str(len(data))}
    try:
        fields, files = MultiPartParser(meta, BytesIO(data), [handler]).parse()
    except (
        MultiPartParserError,
        RequestDataTooBig,
        SuspiciousOperation,
        TooManyFieldsSent,
        TooManyFilesSent,
    ) as error:
        return type(error)
    found = [
        (name, file.name, file.content_type, file.read(), file.size)
        for name, uploads in files.lists()
        for file in uploads
    ]
    for _, name, _, content, size in found:
        assert size == len(content)
        assert name
        assert not set("/\\\0") & set(name)
    return dict(fields.lists()), found


def _view(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse()


_INNER = [
    path("", _view, name="index"),
    path("<slug:slug>/", _view, name="slug"),
    path("<uuid:key>/<path:rest>", _view, name="path"),
]
URLCONF = ModuleType("fuzzed_urls")
URLCONF.__dict__["urlpatterns"] = [
    path("", _view, name="home"),
    path("a/<int:number>/", _view, name="number"),
    path("a/<str:text>", _view, name="text"),
    path("é/<int:number>-<str:text>.html", _view, name="both"),
    re_path(r"^r/(?P<year>[0-9]{4})/(?:page-(?P<page>\d+)/)?$", _view, name="year"),
    path("in/<str:name>/", include((_INNER, "inner"), namespace="ns")),
]


def urls(data: bytes) -> None:
    """Resolve a path, and resolve again what is made of what it gives."""
    text = unquote(data.decode("latin-1"), errors="replace")
    with suppress(Resolver404):
        match = resolve(f"/{text}", URLCONF)
        assert match.func is _view
        with suppress(NoReverseMatch):  # Two patterns share a prefix: the first one resolves.
            url = reverse(match.view_name, URLCONF, kwargs=match.kwargs)
            assert resolve(unquote(url), URLCONF).view_name == match.view_name
    with suppress(NoReverseMatch):
        url = reverse("text", URLCONF, kwargs={"text": text})
        found = resolve(unquote(url), URLCONF).kwargs
        assert found in ({"text": text}, {"number": int(text) if text.isdecimal() else None})


def ranges(data: bytes) -> None:
    """Ask for a part of a file, which must be what its headers say."""
    content = bytes(range(100))
    text = data.decode("latin-1")
    for header in (text, f"bytes={text}"):
        response = FileResponse(BytesIO(content), headers={"ETag": '"x"'})
        request = RequestFactory().get("/", headers={"Range": header, "If-Range": '"x"'})
        response.apply_range(request)
        body = b"".join(response)
        assert int(response["Content-Length"]) == len(body)
        if response.status_code == 206:
            first, _, last = response["Content-Range"].removeprefix("bytes ")[:-4].partition("-")
            assert body == content[int(first) : int(last) + 1] != b""
        else:
            assert (response.status_code, body) in ((200, content), (416, b""))


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (headers, scopes, addresses, markup, queries, cookies, multipart, urls, ranges)
}

#: What a target's inputs are made of, so that the first ones are not all noise.
SEEDS: dict[str, list[bytes]] = {
    "headers": [b"text/html; q=0.5", b'a; b="c;d"', b"*''%C3%A9", b'W/"x", *', b"example.com:80"],
    "scopes": [b"X-A:1\nx-a:2\n", b"x_a:2\n:\n", b"cookie:a=b\nHost:a\n", b"content-type:\xff"],
    "addresses": [b"http://a.com/", b"\\//", b"%C3%A9", b"javascript:", b"AAAA==", b"a:b:c"],
    "markup": [b"<a href='x'>", b"<!-- -->", b"http://a.com/?x=1&amp;y", b"</b x>", b"a@b.cc"],
    "queries": [b"a=1&b=%C3%A9&", b"+;=&&", b"\xff%", b"a=b=c"],
    "cookies": [b'a="b\\054"; c=d', b"=;$x", b"signed=a:b:c"],
    "multipart": [
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--B--\r\n',
        b'--B\r\nContent-Disposition: form-data; name=f; filename="x"\r\n\r\n\r\n--B\r\n',
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\nAAAA",
    ],
    "urls": [b"a/12/", b"a/x%2Fy", b"in/x/", b"r/2024/page-1/", b"\xc3\xa9/1-x.html", b"in//"],
    "ranges": [b"0-9", b"-5", b"99-", b"5-2,7-8", b"0-18446744073709551616", b" 1 - 2 "],
}
