"""The middleware that comes with the framework."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import sys
from itertools import product
from typing import Any

import pytest

COMMON, SECURITY = ".middleware.common.CommonMiddleware", ".middleware.security.SecurityMiddleware"
FRAMES, GZIP = ".middleware.clickjacking.XFrameOptionsMiddleware", ".middleware.gzip.GZipMiddleware"
CONDITIONAL = ".middleware.http.ConditionalGetMiddleware"
LONG = b"<p>" + b"text " * 200 + b"</p>"


def site(fw: Any) -> Any:
    u, http = fw("urls"), fw("http")
    decorators = "views.decorators"

    def ok(request: Any, **kwargs: Any) -> Any:
        return http.HttpResponse(f"{request.method} {request.get_full_path()}")

    async def ok_async(request: Any) -> Any:
        return http.HttpResponse("async")

    def made(request: Any) -> Any:
        headers = {k: v for k, v in request.GET.items() if k[0].isupper()}
        status = int(request.GET.get("status", 200))
        content = {"long": LONG, "short": b"short", "empty": b"", "random": bytes(range(256))}[
            request.GET.get("content", "short")
        ]
        if "stream" in request.GET:
            return http.StreamingHttpResponse(
                iter([content, b"more"]), status=status, headers=headers
            )
        return http.HttpResponse(content, status=status, headers=headers)

    async def stream(request: Any) -> Any:
        async def pieces() -> Any:
            yield LONG
            yield b"more"

        return http.StreamingHttpResponse(pieces())

    return fw.module(
        urlpatterns=[
            u.path("slash/", ok),
            u.path("noslash", ok),
            u.path("both", ok),
            u.path("both/", ok),
            u.path("sensitive/", fw(f"{decorators}.common").no_append_slash(ok)),
            u.path("async/", ok_async),
            u.path("needs#quoting/", ok),
            u.path("unicode/é/", ok),
            u.path("made/", made),
            u.path("stream/", stream),
            u.path("exempt/", fw(f"{decorators}.clickjacking").xframe_options_exempt(ok)),
            u.path("deny/", fw(f"{decorators}.clickjacking").xframe_options_deny(ok)),
            u.path("same/", fw(f"{decorators}.clickjacking").xframe_options_sameorigin(ok)),
            u.re_path(r"^(.+)/security/$", lambda request, rest: ok(request)),
        ]
    )


def asked(fw: Any, middleware: list[str], call: Any, kind: str = "Client", **options: Any) -> Any:
    settings = {
        "ROOT_URLCONF": site(fw),
        "MIDDLEWARE": middleware,
        "ALLOWED_HOSTS": ["*"],
        **options,
    }
    with fw.settings(**settings), fw.logs() as logs:
        response = call(fw(f"test.{kind}")())
        if kind == "AsyncClient":
            response = asyncio.run(response)
        body = b"".join(response) if response.streaming and not response.is_async else None
        if body is None and not response.streaming:
            body = response.content
        headers = dict(response.headers.items())
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body) if body else body
        if "Content-Length" in headers:
            headers["Content-Length"] = "some"
    if response.status_code >= 400:
        headers.pop("Content-Length", None)
        body = None
    return {"status": response.status_code, "headers": headers, "body": body, "logs": logs}


SLASHES = ["/slash", "/slash/", "/noslash", "/noslash/", "/both", "/nothing", "/nothing/", "/sensitive", "/slash?a=1&b=%C3%A4",
           "//evil.com/security", "//evil.com", "/async", "/needs%23quoting", "/unicode/%C3%A9", "/slash;p", "/slash%2F", "/"]  # fmt: skip
METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_append_slash(differences: Any, kind: str) -> None:
    cases = [
        *product(SLASHES, ["get"], [True, False], [True, False]),
        *product(["/slash", "/nothing"], METHODS, [True], [True, False]),
    ]

    def act(fw: Any, case: Any) -> Any:
        path, method, append, debug = case
        call = lambda client: getattr(client, method)(path)
        return asked(fw, [COMMON], call, kind, APPEND_SLASH=append, DEBUG=debug)

    found = differences(cases, act)
    # Django's factory for ASGI takes the path for Latin-1.
    assert {eval(case)[0] for case in found} == (
        {"/unicode/%C3%A9"} if kind == "AsyncClient" else set()
    )


HOSTS = ["example.com", "www.example.com", "example.com:8000", "wwwexample.com"]


def test_prepend_www(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        host, path, secure, append = case
        call = lambda client: client.get(path, headers={"Host": host}, secure=secure)
        return asked(fw, [COMMON], call, PREPEND_WWW=True, APPEND_SLASH=append)

    assert (
        differences(
            product(
                HOSTS, ["/slash", "/slash/?a", "/nothing", "//x/y"], [True, False], [True, False]
            ),
            act,
        )
        == {}
    )


def test_disallowed_user_agents(differences: Any) -> None:
    def act(fw: Any, agent: Any) -> Any:
        call = lambda client: client.get(
            "/slash/", headers={"User-Agent": agent} if agent is not None else {}
        )
        return asked(
            fw,
            [COMMON],
            call,
            DISALLOWED_USER_AGENTS=[re.compile("^bad"), re.compile("ugly", re.IGNORECASE)],
        )

    assert (
        differences(["bad robot", "good", "an UGLY one", "", "not bad", None, "bad\nline"], act)
        == {}
    )


CONTENTS = [f"/made/?{query}" for query in (
    "", "content=empty", "stream", "Content-Length=3", "status=304", "status=204", "content=long", "stream&Content-Length=9",
    "status=404", "status=500",
)]  # fmt: skip


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_content_length(differences: Any, kind: str) -> None:
    act = lambda fw, path: asked(fw, [COMMON], lambda client: client.get(path), kind)
    assert differences(CONTENTS, act) == {}


SECURE: list[dict[str, Any]] = [
    {}, *({"SECURE_HSTS_SECONDS": each} for each in (0, 1, 3600)),
    {"SECURE_HSTS_SECONDS": 1, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True}, {"SECURE_HSTS_SECONDS": 1, "SECURE_HSTS_PRELOAD": True},
    {"SECURE_HSTS_SECONDS": 1, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True},
    {"SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True}, {"SECURE_CONTENT_TYPE_NOSNIFF": False},
    *({"SECURE_REFERRER_POLICY": each} for each in (None, "", "origin", "a,b", "a , b", ["a", "b"], ("a",), [])),
    *({"SECURE_CROSS_ORIGIN_OPENER_POLICY": each} for each in (None, "", "unsafe-none")),
    {"SECURE_SSL_REDIRECT": True}, {"SECURE_SSL_REDIRECT": True, "SECURE_SSL_HOST": "secure.example.com"},
    {"SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["^made/$", "^x"]},
    {"SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["made"]},
    {"SECURE_SSL_REDIRECT": True, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_PROTO", "https")},
    {"SECURE_HSTS_SECONDS": 9, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_PROTO", "https")},
]  # fmt: skip
ASKED = [
    ("/made/?a=1", False, {}), ("/made/?a=1", True, {}), ("/made/", False, {"X-Proto": "https"}), ("/made/", True, {"X-Proto": "http"}),
    ("/made/?Strict-Transport-Security=x&Referrer-Policy=y&X-Content-Type-Options=z&Cross-Origin-Opener-Policy=w", True, {}),
    ("/unicode/%C3%A9/", False, {}), ("/nothing/", True, {}),
]  # fmt: skip


def test_security(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        options, (path, secure, headers) = case
        return asked(
            fw, [SECURITY], lambda c: c.get(path, secure=secure, headers=headers), **options
        )

    assert differences(product(SECURE, ASKED), act) == {}


def test_frames(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        path, value, middleware = case
        return asked(fw, middleware, lambda client: client.get(path), X_FRAME_OPTIONS=value)

    paths = ["/slash/", "/exempt/", "/deny/", "/same/", "/made/?X-Frame-Options=OTHER", "/nothing/"]
    assert differences(product(paths, ["DENY", "sameorigin", "x"], [[], [FRAMES]]), act) == {}


ACCEPTED = ["gzip", "gzip, deflate, br", "deflate", "", "*", "gzip;q=0", "gzip;q=0.5", "GZIP", "xgzip", "x-gzip", "gzip ;q=1", "br, gzip",
            "identity, *;q=0", "bgzip", "gzipx", None]  # fmt: skip
COMPRESSED = [f"/made/?{query}" for query in (
    "content=long", "content=short", "content=empty", "content=random", "content=long&stream", "content=short&stream",
    "content=long&Content-Encoding=br", "content=long&ETag=%22x%22", "content=long&ETag=W/%22x%22", "content=long&status=404",
    "content=long&Vary=Cookie", "content=long&Content-Type=image/png", "content=long&stream&Content-Length=99", "content=long&Vary=*",
    "content=long&Vary=accept-encoding", "content=long&Content-Range=bytes+0-1/9",
)]  # fmt: skip


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_gzip(differences: Any, kind: str) -> None:
    def act(fw: Any, case: Any) -> Any:
        path, accepted = case
        headers = {} if accepted is None else {"Accept-Encoding": accepted}
        return asked(fw, [GZIP], lambda client: client.get(path, headers=headers), kind)

    cases = [*product(COMPRESSED[:1], ACCEPTED), *product(COMPRESSED, ["gzip"])]
    found = differences(cases, act)
    assert {eval(case) for case in found} == {
        # What is refused is not sent (RFC 9110, 12.5.3), nor a range of other bytes; case does not count.
        (COMPRESSED[0], "gzip;q=0"),
        (COMPRESSED[0], "GZIP"),
        (COMPRESSED[-1], "gzip"),
    }


def test_gzip_of_a_stream_under_asgi(both: Any) -> None:
    def act(fw: Any) -> Any:
        async def read() -> Any:
            response = await fw("test.AsyncClient")().get(
                "/stream/", headers={"Accept-Encoding": "gzip"}
            )
            return dict(response.headers.items()), gzip.decompress(
                b"".join([each async for each in response])
            )

        with fw.settings(ROOT_URLCONF=site(fw), MIDDLEWARE=[GZIP]):
            return asyncio.run(read())

    assert both(act)[1] == LONG + b"more"


TAG = '"d41d8cd98f00b204e9800998ecf8427e"'
CONDITIONS: list[dict[str, str]] = [
    {}, {"If-None-Match": '"x"'}, {"If-None-Match": 'W/"x"'}, {"If-None-Match": '"y", "x"'}, {"If-None-Match": "*"}, {"If-None-Match": "x"},
    {"If-None-Match": ""}, {"If-Match": '"x"'}, {"If-Match": "*"}, {"If-Match": '"y"'}, {"If-None-Match": '"4f09daa9d95bcb166a302407a0e0babe"'},
    {"If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"}, {"If-Modified-Since": "Fri, 01 Jan 2010 00:00:00 GMT"}, {"If-Modified-Since": "no"},
    {"If-Unmodified-Since": "Fri, 01 Jan 2010 00:00:00 GMT"}, {"If-None-Match": '"y"', "If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"},
]  # fmt: skip
ANSWERED = [f"/made/?{query}" for query in (
    "", "ETag=%22x%22", "ETag=W/%22x%22", "Last-Modified=Wed,+01+Jan+2020+00:00:00+GMT", "Cache-Control=no-store", "Cache-Control=No-Store",
    "Cache-Control=private", "stream", "status=404", "status=302&Location=/", "status=201&ETag=%22x%22", "content=empty",
    "ETag=%22x%22&Vary=Cookie&Expires=z&Content-Location=/c&X-Y=1&Cache-Control=max-age%3D3&Set-Cookie=q", "ETag=x", "Last-Modified=no",
)]  # fmt: skip


def test_conditional(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        path, headers, method = case
        return asked(
            fw, [CONDITIONAL], lambda client: getattr(client, method)(path, headers=headers)
        )

    cases = [
        *product(ANSWERED, CONDITIONS, ["get"]),
        *product(ANSWERED, CONDITIONS[:3], ["head", "post"]),
    ]
    assert differences(cases, act) == {}


def test_all_of_them_together(differences: Any) -> None:
    every = [SECURITY, GZIP, CONDITIONAL, COMMON, FRAMES]

    def act(fw: Any, case: Any) -> Any:
        path, kind, order = case
        middleware = every if order else every[::-1]
        return asked(
            fw,
            middleware,
            lambda client: client.get(path, headers={"Accept-Encoding": "gzip"}),
            kind,
        )

    found = differences(
        product(
            ["/made/?content=long", "/slash", "/nothing/", "/async/"],
            ["Client", "AsyncClient"],
            [0, 1],
        ),
        act,
    )
    for (
        theirs,
        ours,
    ) in found.values():  # The tag of what gzip makes is random, that of prose is not the same.
        assert theirs["headers"].pop("ETag") != ours["headers"].pop("ETag")
        assert theirs == ours


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("kind", ["wsgi.WSGIHandler", "asgi.ASGIHandler"])
def test_what_is_said_of_layers(
    both: Any, caplog: pytest.LogCaptureFixture, kind: str, debug: bool
) -> None:
    def act(fw: Any, name: str) -> Any:
        def unused(get_response: Any) -> Any:
            raise fw("core.exceptions.MiddlewareNotUsed")("" if name == "unused" else "why")

        def asynchronous(get_response: Any) -> Any:
            async def layer(request: Any) -> Any: ...

            return layer

        def none(get_response: Any) -> Any: ...

        def incapable(get_response: Any) -> Any: ...

        fw("utils.decorators.async_only_middleware")(asynchronous)
        incapable.sync_capable = False  # type: ignore[attr-defined]
        layers = {"asynchronous": asynchronous, "none": none, "incapable": incapable}
        module = fw.module(layer=layers.get(name, unused))
        sys.modules["parity_layers"] = module
        logger = logging.getLogger(f"{fw.name}.request")
        caplog.clear()
        with (
            fw.settings(MIDDLEWARE=["parity_layers.layer"], DEBUG=debug),
            caplog.at_level(logging.DEBUG, logger.name),
        ):
            logger.addHandler(caplog.handler)
            try:
                fw(f"core.handlers.{kind}")()
                said = ""
            except Exception as error:
                said = str(error).split(". ")[0].rstrip(".")
            finally:
                logger.removeHandler(caplog.handler)
        return said, sorted({record.getMessage() for record in caplog.records})

    for name in ("unused", "unused for a reason", "asynchronous", "none", "incapable"):
        both(lambda fw, name=name: act(fw, name))
    del sys.modules["parity_layers"]
