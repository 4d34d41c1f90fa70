"""Requests made by hand, and the forms that they send."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import django.test.client
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gingerdj.test.client


class File(io.BytesIO):
    def __init__(self, content: bytes = b"x", **attributes: Any) -> None:
        super().__init__(content)
        for name, value in attributes.items():
            setattr(self, name, value)


# Each makes a request with a factory of either kind.
REQUESTS: dict[str, Any] = {
    "get": lambda f: f.get("/"),
    "get data": lambda f: f.get("/p/", {"a": 1, "b": ["x", "y"]}),
    "get data over query": lambda f: f.get("/p/?c=3", {"a": 1}),
    "get empty data": lambda f: f.get("/p/?c=3", {}),
    "get query": lambda f: f.get("/p/?c=3&d=%20ä&e"),
    "get pairs": lambda f: f.get("/p/", [("a", 1), ("a", 2)]),
    "get none": lambda f: f.get("/p/", {"a": None}),
    "get bytes": lambda f: f.get("/p/", {"a": b"x"}),
    "get text": lambda f: f.get("/p/", "a=1"),
    "get secure": lambda f: f.get("/p/", secure=True),
    "get secure positional": lambda f: f.get("/p/", None, True),
    "get params": lambda f: f.get("/p/", query_params={"a": 1}),
    "get params over query": lambda f: f.get("/p/?b=2", query_params={"a": 1}),
    "get params and data": lambda f: f.get("/p/", {"b": 2}, query_params={"a": 1}),
    "head params and data": lambda f: f.head("/p/", {"b": 2}, query_params={"a": 1}),
    "get headers": lambda f: f.get("/p/", headers={"X-One": "1", "accept": "text/html"}),
    "get header of content": lambda f: f.get("/p/", headers={"Content-Type": "a/b"}),
    "get host": lambda f: f.get("/p/", headers={"Host": "example.com"}),
    "get fragment": lambda f: f.get("/p/#top"),
    "get parameters": lambda f: f.get("/p;x=1/q;y"),
    "get url": lambda f: f.get("http://example.com:81/p/?a"),
    "get secure url": lambda f: f.get("https://example.com/p/"),
    "get unicode": lambda f: f.get("/ä/%C3%B6/"),
    "get escapes": lambda f: f.get("/a%2Fb%20c+d/"),
    "get bad escape": lambda f: f.get("/%zz/"),
    "get without slash": lambda f: f.get("p"),
    "get empty": lambda f: f.get(""),
    "get slashes": lambda f: f.get("//evil.com/p"),
    "get number": lambda f: f.get(3),
    "head": lambda f: f.head("/p/", {"a": 1}),
    "trace": lambda f: f.trace("/p/"),
    "trace secure": lambda f: f.trace("/p/", True),
    "post": lambda f: f.post("/p/"),
    "post form": lambda f: f.post("/p/", {"a": 1, "b": ["x", "y"], "c": "ä"}),
    "post query": lambda f: f.post("/p/?q=1", {"a": 1}),
    "post params": lambda f: f.post("/p/?q=1", {"a": 1}, query_params={"z": 1}),
    "post urlencoded": lambda f: f.post("/p/", "a=1&b=2", "application/x-www-form-urlencoded"),
    "post urlencoded dict": lambda f: f.post("/p/", {"a": 1}, "application/x-www-form-urlencoded"),
    "post json": lambda f: f.post("/p/", {"a": [1, None]}, content_type="application/json"),
    "post json list": lambda f: f.post("/p/", [1], content_type="application/json"),
    "post json tuple": lambda f: f.post("/p/", (1, 2), content_type="application/json"),
    "post json text": lambda f: f.post("/p/", "[1]", content_type="application/json"),
    "post json charset": lambda f: f.post("/p/", {"a": "ä"}, "application/json; charset=utf-8"),
    "post json latin": lambda f: f.post("/p/", {"a": "ä"}, "application/json; charset=latin-1"),
    "post vendor json": lambda f: f.post("/p/", {"a": 1}, "application/vnd.api+json"),
    "post text latin": lambda f: f.post("/p/", "ä", "text/plain; charset=latin-1"),
    "post text": lambda f: f.post("/p/", "ä", "text/plain"),
    "post bytes": lambda f: f.post("/p/", b"\xff", "application/octet-stream"),
    "post number": lambda f: f.post("/p/", 3, "text/plain"),
    "post none": lambda f: f.post("/p/", {"a": None}),
    "post file": lambda f: f.post("/p/", {"f": File(name="/tmp/a.txt")}),
    "post files": lambda f: f.post("/p/", {"f": [File(name="a.txt"), File(name="b.png")]}),
    "post secure": lambda f: f.post("/p/", {"a": 1}, secure=True),
    "post multipart text": lambda f: f.post("/p/", "x", "multipart/form-data; boundary=b"),
    "put": lambda f: f.put("/p/"),
    "put data": lambda f: f.put("/p/", "x"),
    "put dict": lambda f: f.put("/p/", {"a": 1}),
    "put json": lambda f: f.put("/p/", {"a": 1}, "application/json"),
    "put bytes": lambda f: f.put("/p/", b"x", "a/b"),
    "patch": lambda f: f.patch("/p/", "x", "a/b", True),
    "delete": lambda f: f.delete("/p/?a=1"),
    "delete body": lambda f: f.delete("/p/", "x"),
    "options": lambda f: f.options("/p/", query_params={"a": 1}),
    "options body": lambda f: f.options("/p/", {"a": 1}, "application/json"),
    "generic": lambda f: f.generic("PURGE", "/p/?x", "body", "a/b"),
    "generic lower": lambda f: f.generic("get", "/p/"),
    "generic headers": lambda f: f.generic("GET", "/p/", headers={"X": "ä"}),
    "generic secure": lambda f: f.generic("GET", "/p/", "", "", True),
    "generic params": lambda f: f.generic("GET", "/p/?y=2", query_params={"x": [1, 2]}),
    "generic bytes": lambda f: f.generic("POST", "/p/", b"x"),
    "request": lambda f: f.request(),
}  # fmt: skip
FACTORIES: dict[str, Any] = {
    "plain": lambda c: c(),
    "headers": lambda c: c(headers={"X-Two": "2", "Accept": "a/b"}),
    "params": lambda c: c(query_params={"base": 1}),
}
SYNC_ONLY: dict[str, Any] = {
    "extra": lambda f: f.get("/p/", HTTP_X_EXTRA="1", REMOTE_ADDR="1.2.3.4", SERVER_NAME="x"),
    "extra over headers": lambda f: f.get("/p/", headers={"X": "1"}, HTTP_X="2"),
    "extra script": lambda f: f.get("/p/", SCRIPT_NAME="/s"),
    "extra query": lambda f: f.get("/p/?a=1", QUERY_STRING="b=2"),
    "extra data": lambda f: f.get("/p/", {"a": 1}, QUERY_STRING="b=2"),
    "extra type": lambda f: f.get("/p/", CONTENT_TYPE="x/y"),
    "request entries": lambda f: f.request(REQUEST_METHOD="POST", PATH_INFO="/x"),
}
ASYNC_ONLY: dict[str, Any] = {
    "extra": lambda f: f.get("/p/", X_EXTRA="1", ACCEPT="a/b"),
    "extra over headers": lambda f: f.get("/p/", headers={"X": "1"}, X="2"),
    "request entries": lambda f: f.request(method="POST", path="/x"),
}
HIDDEN = re.compile("BoUnDaRyStRiNg")


def described(request: Any) -> dict[str, Any]:
    meta = {
        key: value
        for key, value in request.META.items()
        if not key.startswith("wsgi.") or isinstance(value, str | bool | tuple)
    }
    files = {
        name: [(each.name, each.size, each.content_type, each.read()) for each in uploads]
        for name, uploads in request.FILES.lists()
    }
    return {
        "meta": meta,
        "post": dict(request.POST.lists()),
        "files": files,
        "get": dict(request.GET.lists()),
        "cookies": request.COOKIES,
        "method": request.method,
        "paths": (request.path, request.path_info, request.get_full_path()),
        "scheme": (request.scheme, request.is_secure()),
        "headers": dict(request.headers),
        "body": None if files or request.POST else request.body,
        "type": (request.content_type, request.content_params, request.encoding),
        "shown": repr(request),
        "host": (request.get_host(), request.get_port(), request.build_absolute_uri()),
    }


BETTER = [
    # A mapping is encoded as its content type says, whatever the method.
    ("plain", "post urlencoded dict"),
    ("plain", "options body"),
    ("plain", "post multipart text"),  # A form without its boundary is malformed.
    ("plain", "request"),  # There is a query string, if an empty one.
    ("plain", "request entries"),
]


def made(fw: Any, kind: str, factory: str, table: dict[str, Any], case: str) -> Any:
    with fw.settings(ALLOWED_HOSTS=["*"]):
        return described(table[case](FACTORIES[factory](fw(f"test.{kind}"))))


def test_request_factory(differences: Any) -> None:
    table = REQUESTS | SYNC_ONLY
    cases = [("plain", name) for name in table] + [(f, "get query") for f in FACTORIES]
    cases += [(f, name) for f in FACTORIES for name in ("get data", "get params", "post form")]
    act = lambda fw, case: made(fw, "RequestFactory", case[0], table, case[1])
    assert differences(cases, act).keys() == {
        repr(case)
        for case in [
            # The query string is text like the path, not bytes read as Latin-1.
            *[(factory, "get query") for factory in FACTORIES],
            # A factory's own fields are there where a path has none.
            ("params", "post form"),
            *BETTER,
        ]
    }


def test_async_request_factory(differences: Any) -> None:
    table = REQUESTS | ASYNC_ONLY
    cases = [("plain", name) for name in table] + [(f, "get query") for f in FACTORIES]
    cases += [(f, name) for f in FACTORIES for name in ("get data", "get params", "post form")]
    act = lambda fw, case: made(fw, "AsyncRequestFactory", case[0], table, case[1])
    assert differences(cases, act).keys() == {
        repr(case)
        for case in [
            # The headers and fields of the factory are those of each request.
            *[("headers", each) for each in ("get query", "get data", "get params", "post form")],
            *[("params", each) for each in ("get query", "get data", "get params")],
            ("plain", "get host"),  # In place of the host there is, not beside it.
            ("plain", "get unicode"),  # A path in UTF-8 is read as such.
            ("plain", "get empty"),
            *BETTER,
        ]
    }


FORMS: dict[str, Any] = {
    "nothing": lambda c: c.encode_multipart("b", {}),
    "text": lambda c: c.encode_multipart("b", {"a": "ä", "ü": 1, 'q"': "x\r\ny"}),
    "list": lambda c: c.encode_multipart("b", {"a": ["x", 2, b"z"], "t": ("u",), "e": []}),
    "bytes": lambda c: c.encode_multipart("b", {"a": b"\xff"}),
    "bool": lambda c: c.encode_multipart("b", {"a": True}),
    "generator": lambda c: c.encode_multipart("b", {"a": (n for n in range(2))}),
    "dict": lambda c: c.encode_multipart("b", {"a": {"k": 1}}),
    "none": lambda c: c.encode_multipart("b", {"a": None}),
    "none in list": lambda c: c.encode_multipart("b", {"a": [None]}),
    "file": lambda c: c.encode_multipart("b", {"a": File(name="x/y.txt")}),
    "file without name": lambda c: c.encode_multipart("b", {"a": File()}),
    "file with type": lambda c: c.encode_multipart("b", {"a": File(name="f", content_type="a/b")}),
    "file of unknown type": lambda c: c.encode_multipart("b", {"a": File(name="f.zz9")}),
    "file with number": lambda c: c.encode_multipart("b", {"a": File(name=3)}),
    "file quoted": lambda c: c.encode_multipart("b", {"a": File(name='q"ä.txt')}),
    "text file": lambda c: c.encode_multipart("b", {"a": io.StringIO("ä")}),
    "files": lambda c: c.encode_multipart("b", {"a": [File(name="1"), File(name="2"), "x"]}),
    "encode_file": lambda c: c.encode_file("b", "k", File(b"abc", name="n.html")),
    "encode_file by text": lambda c: c.encode_file("b", "k", File(b"abc", name="n.gz")),
    "constants": lambda c: (c.BOUNDARY, c.MULTIPART_CONTENT),
    "charset": lambda c: [
        (m := c.CONTENT_TYPE_RE.match(each)) and m[1]
        for each in ("text/html; charset=utf-8", "a/b;charset=x", "a/b; charset=x; q=1", "a/b",
                     "a/b; charset=utf-8;", "a/b; CHARSET=x")
    ],
}  # fmt: skip


def test_forms(differences: Any) -> None:
    found = differences(FORMS, lambda fw, case: FORMS[case](fw("test.client")))
    # Quotation marks are escaped as browsers do it, and bytes are one value, not a list of numbers.
    assert found.keys() == {repr(each) for each in ("text", "bytes", "file quoted")}


@pytest.mark.usefixtures("frameworks")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.dictionaries(
        st.text("abcä;= ", max_size=5), st.text(max_size=8) | st.integers(), max_size=4
    )
)
def test_any_form(data: dict[str, Any]) -> None:
    theirs = django.test.client.encode_multipart("b", data)
    assert gingerdj.test.client.encode_multipart("b", data) == theirs


PAYLOAD: dict[str, Any] = {
    "read": lambda p: (len(p), p.read(), len(p)),
    "read twice": lambda p: (p.read(2), p.read(3), p.read()),
    "beyond": lambda p: p.read(9),
    "beyond twice": lambda p: (p.read(), p.read(1)),
    "nothing": lambda p: (p.read(0), len(p)),
    "none": lambda p: p.read(None),
    "minus": lambda p: p.read(-1),
    "line": lambda p: (p.readline(), p.readline(), p.readline()),
    "line size": lambda p: (p.readline(1), p.readline(9)),
    "line beyond": lambda p: p.readline(99),
    "lines": lambda p: list(p),
    "readlines": lambda p: p.readlines(),
    "write": lambda p: (p.write(b"z"), p.write("ä"), p.read()),
    "write late": lambda p: (p.read(1), p.write(b"z")),
    "empty": lambda p: (type(p)().read(), len(type(p)())),
    "text": lambda p: type(p)("ä").read(),
    "iterated": lambda p: (next(iter(p)), len(p)),
    "enter": lambda p: p.__enter__() is p,
    "close": lambda p: (p.close(), p.closed),
}  # fmt: skip


def test_fake_payload(differences: Any) -> None:
    act = lambda fw, case: PAYLOAD[case](fw("test.client.FakePayload")(b"ab\ncd\n"))
    assert differences(PAYLOAD, act) == {}


REMOVAL = [
    (m, s, stream)
    for m in ("GET", "HEAD")
    for s in (100, 199, 200, 204, 304, 404)
    for stream in (0, 1)
]


def test_conditional_content_removal(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        method, status, stream = case
        kind = fw("http.StreamingHttpResponse") if stream else fw("http.HttpResponse")
        response = kind([b"a", b"b"], status=status)
        request = fw("http.HttpRequest")()
        request.method = method
        same = fw("test.client.conditional_content_removal")(request, response) is response
        return same, b"".join(response), response.headers.get("Content-Length")

    assert differences(REMOVAL, act) == {}


def test_a_json_encoder(both: Any) -> None:
    class Encoder(json.JSONEncoder):
        def default(self, o: Any) -> Any:
            return "own"

    def act(fw: Any) -> bytes:
        factory = fw("test.RequestFactory")(json_encoder=Encoder)
        return factory.post("/", {"a": object()}, "application/json").body  # type: ignore[no-any-return]

    assert both(act) == b'{"a": "own"}'


def test_environs_and_scopes_for_applications(both: Any) -> None:
    def act(fw: Any) -> Any:
        sync, asynchronous = fw("test.RequestFactory")(), fw("test.AsyncRequestFactory")()
        environ = sync._base_environ(PATH_INFO="/p/", CONTENT_TYPE="text/plain")
        scope = asynchronous._base_scope(path="/p/", query_string="a=1", headers=[(b"a", b"b")])
        wsgi = fw("core.handlers.wsgi.WSGIRequest")(environ)
        asgi = fw("core.handlers.asgi.ASGIRequest")(scope, io.BytesIO())
        keys = set(environ) - {"QUERY_STRING"}, set(scope) - {"query_string"}
        return keys, [
            (each.path, each.content_type, each.GET.dict(), each.headers.get("A"))
            for each in (wsgi, asgi)
        ]

    both(act)
