"""Whatever a client or a server sends: no request is our error, and no log line is two."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from gingerdj.http import FileResponse, HttpResponse, RawPostDataException
from gingerdj.urls import path
from gingerdj.views.decorators.csrf import csrf_exempt

MIDDLEWARE = [
    "gingerdj.middleware.security.SecurityMiddleware",
    "gingerdj.middleware.common.CommonMiddleware",
    "gingerdj.middleware.gzip.GZipMiddleware",
    "gingerdj.middleware.http.ConditionalGetMiddleware",
    "gingerdj.middleware.csrf.CsrfViewMiddleware",
    "gingerdj.middleware.clickjacking.XFrameOptionsMiddleware",
]
HOST = (b"host", b"testserver")
MULTIPART = (b"content-type", b"multipart/form-data; boundary=B")
DISPOSITION = b"Content-Disposition: form-data; name="


def look(request: Any, rest: str = "") -> HttpResponse:
    """Ask a request for everything that is read from what the client sent."""
    for name in ("POST", "FILES", "GET", "COOKIES", "headers", "META", "accepted_types"):
        getattr(request, name)
    try:
        _ = request.body
    except RawPostDataException:
        assert request.content_type == "multipart/form-data"
    request.get_preferred_type(["text/html", "a/b"])
    request.build_absolute_uri()
    return HttpResponse(repr(request) + request.scheme + request.get_port())


async def look_on_loop(request: Any) -> HttpResponse:
    return look(request)


def send_file(request: Any) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"))


VIEWS = (
    path("a/", csrf_exempt(look)),
    path("loop/", csrf_exempt(look_on_loop)),
    path("guarded/", look),
    path("file/", send_file),
    path("rest/<path:rest>", csrf_exempt(look)),
    path("number/<int:rest>/", look),
)


def header(name: str, value: bytes) -> dict[str, Any]:
    return {"headers": [HOST, (name.encode(), value)]}


def part(headers: bytes, content: bytes = b"x") -> bytes:
    return b"--B\r\n%b\r\n\r\n%b\r\n" % (headers, content)


SCOPES: dict[str, dict[str, Any]] = {
    "no headers": {"headers": []},
    "nothing known": dict.fromkeys(
        ["query_string", "root_path", "client", "server", "scheme", "extensions", "state", "asgi"]
    ),
    "odd ports": {"client": ("", "x"), "server": (b"host", "-1")},
    "empty addresses": {"client": [], "server": ["", "0"]},
    "prefix of slashes": {"root_path": "//"},
    "path without a slash": {"path": "a/"},
    "path of slashes": {"path": "/" * 10_000},
    "long path": {"path": "/rest/" + "x" * 100_000},
    "surrogates": {"path": "/rest/\udcff"},
    "surrogates nowhere": {"path": "/\udcff\r\n\0"},
    "control characters": {"path": "/rest/\r\nSet-Cookie: a=b\0\x1b[2J"},
    "number beyond Python": {"path": "/number/" + "9" * 5000 + "/"},
    "method": {"method": "G\xe9\r\nT"},
    "query of escapes": {"query_string": b"%" * 10_000 + b"=%zz&%ff"},
    "bad query": {"query_string": b"a=\xff"},
    "many fields": {"query_string": b"a&" * 10_000},
    "many headers": {"headers": [HOST, *((b"x-%d" % n, b"v") for n in range(10_000))]},
    "one header often": {"headers": [HOST, *[(b"x-a", b"v")] * 10_000]},
    "hosts": {"headers": [HOST] * 2},
    "names": {"headers": [HOST, (b"", b""), (b":path", b"/"), (b"\xff", b"\xff"), (b"a_b", b"")]},
    "host of two lines": {"headers": [(b"host", b"testserver\r\nX: y")]},
    "host beyond ASCII": {"headers": [(b"host", b"\xff")]},
    "long host": {"headers": [(b"host", b"a." * 50_000)]},
    "many cookies": {"headers": [HOST, *[(b"cookie", b"a=b; c")] * 10_000]},
    "huge cookie": header("cookie", b'a="' + b"\\1" * 100_000 + b'"'),
    "accept": header("accept", b'a/b;q=;x="\\"",' * 1000 + b";" * 10_000),
    "encodings": header("accept-encoding", b"gzip;q=," * 10_000),
    "tags": header("if-none-match", b'W/"' * 10_000),
    "date": header("if-modified-since", b"1" * 10_000),
    "content type": header("content-type", b"\0\xff;" * 10_000),
    "charset": header("content-type", b"multipart/form-data; boundary=B; charset=\0"),
    "ranges": {"path": "/file/", **header("range", b"bytes=" + b"0-1," * 10_000)},
    "range of nothing": {"path": "/file/", **header("range", b"bytes=-0")},
    "referer": {"path": "/guarded/", "scheme": "https", **header("referer", b"https://[\xff:x/")},
    "origin": {"path": "/guarded/", **header("origin", b"http://[x")},
    "token": {"path": "/guarded/", **header("cookie", b"csrftoken=\xff")},
    "negative length": header("content-length", b"-1"),
    "length of digits": header("content-length", b"9" * 5000),
    "length of another digit": header("content-length", b"\xb2"),
}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "noise": b"\r\n" * 10_000 + b"-" * 10_000,
    "another boundary": b"--C\r\n\r\nx\r\n--C--\r\n",
    "no end": b"--B\r\n",
    "delimiters": b"--B\r\n" * 10_000,
    "nested": part(
        DISPOSITION + b"a\r\nContent-Type: multipart/mixed; boundary=C",
        b'--C\r\nContent-Disposition: file; filename="f"\r\n\r\nx\r\n--C--',
    ),
    "fields": part(DISPOSITION + b"a") * 1500,
    "files": part(DISPOSITION + b"a; filename=b") * 150,
    "headers": b"--B\r\n" + b"x: y\r\n" * 10_000,
    "no headers": b"--B\r\n\r\n\r\n--B--",
    "half base64": part(
        DISPOSITION + b"a; filename=f\r\nContent-Transfer-Encoding: base64", b"A" * 10_001
    ),
    "unnamed": part(b"Content-Disposition: ;;;="),
    "names in charsets": part(DISPOSITION[:-6] + b" name*=utf-99''x; filename*=\xff''%"),
    "paths": part(DISPOSITION + b'a; filename="\0\xff../../x"'),
}


def check(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status < 500
    for record in caplog.records:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", record.getMessage())
        assert record.levelname in ("WARNING", "ERROR")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("case", SCOPES)
def test_scopes(site: Any, asgi: Any, caplog: Any, case: str, method: str) -> None:
    site(*VIEWS, MIDDLEWARE=MIDDLEWARE)
    for url in ("/a/", "/loop/"):
        entries = {"path": url, "method": method, **SCOPES[case]}
        chunks = [b"", b"a=b"] if method == "POST" else []
        answer = asyncio.run(asgi().ask(entries.pop("path"), chunks=chunks, **entries))
        check(answer, caplog)


@pytest.mark.parametrize("case", BODIES)
def test_multipart_bodies(site: Any, asgi: Any, caplog: Any, case: str) -> None:
    site(*VIEWS, MIDDLEWARE=MIDDLEWARE)
    body = BODIES[case]
    for url, length in (("/a/", len(body)), ("/loop/", 1)):
        headers = [HOST, MULTIPART, (b"content-length", b"%d" % length)]
        for chunks in ([body], [body[:7], b"", body[7:]]):
            ask = asgi().ask(url, method="POST", headers=headers, chunks=chunks)
            check(asyncio.run(ask), caplog)
