"""Requests: hosts, addresses, fields, bodies, media types."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.exceptions import (
    BadRequest,
    DisallowedHost,
    ImproperlyConfigured,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from gingerdj.core.files.uploadedfile import SimpleUploadedFile
from gingerdj.http import HttpRequest, QueryDict, RawPostDataException, parse_cookie
from gingerdj.http.request import MediaType, split_domain_port
from gingerdj.test import RequestFactory
from gingerdj.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from gingerdj.utils.datastructures import MultiValueDict

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def settings_of_the_site(configure: Any) -> None:
    configure(ALLOWED_HOSTS=["testserver", ".example.org", "[::1]"])


@pytest.mark.parametrize(
    "host", ["testserver", "testserver:8000", "example.org", "a.b.EXAMPLE.org:1", "[::1]:80"]
)
def test_an_allowed_host(host: str) -> None:
    assert RequestFactory(HTTP_HOST=host).get("/").get_host() == host


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("evil.example", "to add 'evil.example' to ALLOWED_HOSTS"),
        ("notexample.org", "^Invalid HTTP_HOST header: 'notexample.org'"),
        ("testserver@evil", "not valid according to RFC 1034"),
        ("testserver\nx", "not valid according to RFC 1034"),
        ("testserver:80:90", "not valid according to RFC 1034"),
        ("", "not valid according to RFC 1034"),
    ],
)
def test_a_host_that_is_refused(host: str, message: str) -> None:
    with pytest.raises(DisallowedHost, match=message):
        RequestFactory(HTTP_HOST=host).get("/").get_host()


def test_hosts_while_debugging(configure: Any) -> None:
    configure(ALLOWED_HOSTS=[], DEBUG=True)
    assert RequestFactory(HTTP_HOST="127.0.0.1:8000").get("/").get_host() == "127.0.0.1:8000"
    assert RequestFactory(HTTP_HOST="x.localhost").get("/").get_host() == "x.localhost"
    with pytest.raises(DisallowedHost):
        RequestFactory(HTTP_HOST="example.org").get("/").get_host()


@pytest.mark.parametrize("kind", [list, tuple, set])
def test_a_known_host_is_refused_once_it_is_off_the_list(configure: Any, kind: Any) -> None:
    for _ in range(2):
        configure(ALLOWED_HOSTS=kind(["example.org"]))
        assert RequestFactory(HTTP_HOST="example.org").get("/").get_host() == "example.org"
        configure(ALLOWED_HOSTS=kind(["example.com"]))
        with pytest.raises(DisallowedHost):
            RequestFactory(HTTP_HOST="example.org").get("/").get_host()


def test_the_list_of_hosts_may_be_changed_in_place(configure: Any) -> None:
    allowed = ["example.org"]
    configure(ALLOWED_HOSTS=allowed)
    assert RequestFactory(HTTP_HOST="example.org").get("/").get_host() == "example.org"
    allowed[:] = ["example.com"]
    with pytest.raises(DisallowedHost):
        RequestFactory(HTTP_HOST="example.org").get("/").get_host()


def test_forwarded_hosts_count_when_the_settings_say_so(configure: Any) -> None:
    request = RequestFactory(HTTP_X_FORWARDED_HOST="example.org", HTTP_X_FORWARDED_PORT="8443")
    assert request.get("/").get_host() == "testserver"
    configure(USE_X_FORWARDED_HOST=True, USE_X_FORWARDED_PORT=True)
    assert request.get("/").get_host() == "example.org"
    assert request.get("/").get_port() == "8443"


def test_the_scheme_behind_a_proxy(configure: Any) -> None:
    factory = RequestFactory(HTTP_X_FORWARDED_PROTO="https, http")
    assert not factory.get("/").is_secure()
    configure(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
    assert factory.get("/").is_secure()
    configure(SECURE_PROXY_SSL_HEADER="HTTP_X_FORWARDED_PROTO")
    with pytest.raises(
        ImproperlyConfigured, match="SECURE_PROXY_SSL_HEADER setting must be a tuple"
    ):
        factory.get("/").is_secure()


@pytest.mark.parametrize(
    ("location", "uri"),
    [
        (None, "http://testserver/a/b?c=%C3%A9"),
        ("/x/", "http://testserver/x/"),
        ("x/", "http://testserver/a/x/"),
        ("/x/../y", "http://testserver/y"),
        ("?q", "http://testserver/a/b?q"),
        ("//example.org/x", "http://example.org/x"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_absolute_uris(location: str | None, uri: str) -> None:
    assert RequestFactory().get("/a/b?c=é").build_absolute_uri(location) == uri


def test_a_path_of_two_slashes_stays_on_the_host() -> None:
    request = RequestFactory(PATH_INFO="//evil.example/x").request(PATH_INFO="//evil.example/x")
    assert request.build_absolute_uri() == "http://testserver//evil.example/x"


def test_full_paths() -> None:
    request = RequestFactory(SCRIPT_NAME="/app").get("/a b?c=1")
    assert request.get_full_path() == "/app/a%20b?c=1"
    assert request.get_full_path_info(force_append_slash=True) == "/a%20b/?c=1"


def test_fields_of_a_form() -> None:
    request = RequestFactory().post("/?q=1", {"a": ["1", "2"], "b": "é"})
    assert (request.POST.getlist("a"), request.POST["b"], request.GET["q"]) == (
        ["1", "2"],
        "é",
        "1",
    )


def test_a_body_that_is_no_form_has_no_fields() -> None:
    request = RequestFactory().post("/", {"a": 1}, content_type="application/json")
    assert (request.POST, request.body) == (QueryDict(), b'{"a": 1}')


@pytest.mark.parametrize(
    "content_type", [f"{FORM}; charset=latin-1", "multipart/form-data; boundary=x"]
)
def test_forms_that_are_refused(content_type: str) -> None:
    with pytest.raises(BadRequest):
        _ = RequestFactory().post("/", "a=1", content_type=content_type).POST


@pytest.mark.parametrize("charset", ["rot13", "undefined", "idna", "hex", '"\0"', "none"])
@pytest.mark.parametrize("form", [FORM, "multipart/form-data; boundary=B"])
def test_a_form_whose_charset_is_none_is_read_as_utf_8(form: str, charset: str) -> None:
    value = "é".encode()
    part = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n%b\r\n--B--\r\n' % value
    body = b"a=" + value if form == FORM else part
    request = RequestFactory().generic("POST", "/", body, f"{form}; charset={charset}")
    assert request.POST == {"a": ["é"]}


def test_limits(configure: Any) -> None:
    configure(DATA_UPLOAD_MAX_MEMORY_SIZE=5, DATA_UPLOAD_MAX_NUMBER_FIELDS=2)
    with pytest.raises(RequestDataTooBig, match=r"DATA_UPLOAD_MAX_MEMORY_SIZE\. It is 5"):
        _ = RequestFactory().post("/", "a=1234", content_type=FORM).body
    assert RequestFactory().post("/", "a=123", content_type=FORM).POST == {"a": ["123"]}
    with pytest.raises(TooManyFieldsSent, match=r"DATA_UPLOAD_MAX_NUMBER_FIELDS\. It is 2"):
        _ = RequestFactory().get("/?a&b&c").GET


def test_a_body_read_as_a_stream_is_gone() -> None:
    request = RequestFactory().post("/", "a\nb", content_type="text/plain")
    assert list(request) == [b"a\n", b"b"]
    with pytest.raises(RawPostDataException):
        _ = request.body


def test_a_body_can_be_read_as_a_stream_after_all() -> None:
    request = RequestFactory().post("/", "abc", content_type="text/plain")
    assert (request.body, request.read()) == (b"abc", b"abc")


def test_headers_whatever_their_case() -> None:
    request = RequestFactory(headers={"X-Token": "t"}).post("/", "x", content_type="text/plain")
    assert request.headers["x-token"] == request.headers["X_TOKEN"] == "t"
    assert request.headers["content-type"] == "text/plain"
    assert "x-other" not in request.headers


def test_a_request_by_hand_is_empty() -> None:
    request = HttpRequest()
    assert (request.GET, request.POST, request.COOKIES, request.body) == ({}, {}, {}, b"")
    assert repr(request) == "<HttpRequest>"


def test_the_fields_of_a_request_by_hand_are_filled_in_by_hand() -> None:
    request = HttpRequest()
    request.GET["a"] = "1"
    request.POST["b"] = "2"
    request.content_type = "text/plain"
    assert (request.GET, request.POST, request.content_type) == (
        {"a": ["1"]},
        {"b": ["2"]},
        "text/plain",
    )


def test_cookies_that_a_middleware_has_put_into_meta() -> None:
    request = RequestFactory().get("/", headers={"cookie": "a=1"})
    request.META["HTTP_COOKIE"] = "b=2"
    assert request.COOKIES == {"b": "2"}


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html, application/json;q=0.5", "text/html"),
        ("text/html;q=0.1, application/*", "application/json"),
        ("*/*", "text/html"),
        ("text/html;q=0, */*", "application/json"),
        ("image/png", None),
    ],
)
def test_the_preferred_type(accept: str, wanted: str | None) -> None:
    request = RequestFactory(headers={"Accept": accept}).get("/")
    assert request.get_preferred_type(["text/html", "application/json"]) == wanted


def test_what_is_accepted() -> None:
    request = RequestFactory(headers={"Accept": "text/*; q=x, image/png"}).get("/")
    assert request.accepts("text/plain")
    assert not request.accepts("application/json")
    assert str(MediaType("Text/HTML; Level=1")) == "text/html; level=1"


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1; a=2", {"a": "2"}),
        ("alone; =x", {"": "x"}),
        (r'q="a\"b\073c"', {"q": 'a"b;c'}),
        ("a=b=c;;", {"a": "b=c"}),
    ],
)
def test_cookies(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookie(header) == cookies


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("Example.ORG.:80", ("example.org", "80")),
        ("[::1]", ("[::1]", "")),
        ("a b", ("", "")),
        ("host:", ("", "")),
    ],
)
def test_domain_and_port(host: str, parts: tuple[str, str]) -> None:
    assert split_domain_port(host) == parts


def test_a_querydict_is_immutable_until_copied() -> None:
    fields = QueryDict("a=1&a=2")
    for change in (
        lambda: fields.__setitem__("a", "3"),
        lambda: fields.appendlist("a", "3"),
        lambda: fields.pop("a"),
        fields.clear,
    ):
        with pytest.raises(AttributeError, match="instance is immutable"):
            change()
    changed = fields.copy()
    changed["b"] = "ü"
    assert changed.urlencode() == "a=1&a=2&b=%C3%BC"
    assert (fields["a"], fields.getlist("a"), fields.get("b")) == ("2", ["1", "2"], None)


@pytest.mark.parametrize("content_type", [FORM, MULTIPART_CONTENT])
def test_a_form_read_as_a_stream_has_no_fields(content_type: str) -> None:
    request = RequestFactory().post("/", {"a": "1"}, content_type=content_type)
    request.read(1)
    assert (QueryDict(), {}) == (request.POST, request.FILES)


def test_a_body_too_long_is_not_read_on(configure: Any) -> None:
    configure(DATA_UPLOAD_MAX_MEMORY_SIZE=5)
    request = RequestFactory().post("/", b"0123456789", content_type="text/plain")
    with pytest.raises(RequestDataTooBig):
        _ = request.body
    with pytest.raises(RawPostDataException):
        _ = request.body
    assert request.POST == {}


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"file")


def test_what_has_been_read_can_be_told() -> None:
    request = RequestFactory().post("/", {"a": "1", "file": upload()})
    names = ("_body", "_post", "_files")
    assert [hasattr(request, name) for name in names] == [False, False, False]
    assert request.POST["a"] == "1"
    assert [hasattr(request, name) for name in names] == [False, True, True]
    other = RequestFactory().post("/", {"a": "1"}, FORM)
    assert other.body == b"a=1"
    assert (other._body, hasattr(other, "_post")) == (b"a=1", False)


def test_a_form_that_another_method_sends() -> None:
    request = RequestFactory().generic("PUT", "/", *multipart({"a": "1", "file": upload()}))
    request.method = "POST"
    request._load_post_and_files()
    request.method = "PUT"
    assert (request.POST["a"], request.FILES["file"].read()) == ("1", b"file")


@pytest.mark.parametrize("name", ["_files", "FILES"])
def test_files_that_a_parser_of_others_has_read(name: str) -> None:
    request, file = RequestFactory().put("/", b"{}"), upload()
    setattr(request, name, MultiValueDict({"file": [file]}))
    assert (request.FILES["file"], request.must_close) == (file, True)
    request.close()
    assert file.closed
    with pytest.raises(AttributeError, match="upload handlers"):
        request.upload_handlers = []


def multipart(fields: dict[str, Any]) -> tuple[bytes, str]:
    return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT
