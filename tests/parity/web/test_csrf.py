"""Protection against requests of other sites: every rule, with its settings."""

from __future__ import annotations

import asyncio
import re
import sys
from itertools import product
from types import ModuleType
from typing import Any

import django.http
import pytest

import gingerdj.http

CSRF = ".middleware.csrf.CsrfViewMiddleware"
SECRET = "a" * 31 + "Z"
OTHER = "b" * 32


def masked(fw: Any, secret: str = SECRET) -> str:
    return fw("middleware.csrf")._mask_cipher_secret(secret)  # type: ignore[no-any-return]


def site(fw: Any) -> Any:
    u, http, d, m = fw("urls"), fw("http"), fw("views.decorators.csrf"), fw("middleware.csrf")

    def ok(request: Any) -> Any:
        return http.HttpResponse("ok")

    async def ok_async(request: Any) -> Any:
        return http.HttpResponse("ok")

    def token(request: Any) -> Any:
        return http.HttpResponse(m.get_token(request))

    async def token_async(request: Any) -> Any:
        return http.HttpResponse(m.get_token(request))

    def rotate(request: Any) -> Any:
        m.rotate_token(request)
        return http.HttpResponse(m.get_token(request))

    def failing(request: Any) -> Any:
        raise fw("core.exceptions").PermissionDenied

    plain = {
        "ok": ok,
        "token": token,
        "rotate": rotate,
        "fail": failing,
        "aok": ok_async,
        "atoken": token_async,
    }
    marks = {
        "": lambda view: view, "exempt-": d.csrf_exempt, "protect-": d.csrf_protect,
        "ensure-": d.ensure_csrf_cookie, "requires-": d.requires_csrf_token,
        "exempt-ensure-": lambda view: d.csrf_exempt(d.ensure_csrf_cookie(view)),
        "protect-exempt-": lambda view: d.csrf_protect(d.csrf_exempt(view)),
    }  # fmt: skip
    return fw.module(
        urlpatterns=[
            u.path(f"{mark}{name}/", wrap(view))
            for mark, wrap in marks.items()
            for name, view in plain.items()
        ]
    )


VIEWS = [mark + name for mark in ("", "exempt-", "protect-", "ensure-", "requires-", "exempt-ensure-", "protect-exempt-")
         for name in ("ok", "token", "rotate", "fail", "aok", "atoken")]  # fmt: skip


class Session(dict[str, Any]):
    modified = False
    session_key = "k"

    def set_expiry(self, value: Any) -> None: ...


def with_session(secret: str | None) -> Any:
    def factory(get_response: Any) -> Any:
        def middleware(request: Any) -> Any:
            request.session = Session({"_csrftoken": secret} if secret is not None else {})
            response = get_response(request)
            response["X-Session"] = repr(sorted(request.session))
            return response

        return middleware

    return factory


def cookie_of(response: Any) -> Any:
    cookie = response.cookies.get("csrftoken") or next(iter(response.cookies.values()), None)
    if cookie is None:
        return None
    attributes = {k: v for k, v in cookie.items() if v and k != "expires"}
    return cookie.key, len(cookie.value), cookie.value == SECRET, attributes


def asked(fw: Any, path: str = "/ok/", *, method: str = "post", cookie: Any = SECRET, token: Any = "good", place: str = "post",
          kind: str = "Client", middleware: Any = (CSRF,), secure: bool = False, headers: Any = (), **options: Any) -> Any:  # fmt: skip
    value = {"good": masked(fw), "bare": SECRET, "other": masked(fw, OTHER), None: None}.get(
        token, token
    )
    data = {"csrfmiddlewaretoken": value} if place == "post" and value is not None else {}
    sent = dict(headers)
    if place == "header" and value is not None:
        sent["X-CSRFToken"] = value
    with (
        fw.settings(ROOT_URLCONF=site(fw), MIDDLEWARE=list(middleware), **options),
        fw.logs() as logs,
    ):
        client = fw(f"test.{kind}")(enforce_csrf_checks=True)
        if cookie is not None:
            name = options.get("CSRF_COOKIE_NAME", "csrftoken")
            client.cookies[name] = {"masked": masked(fw)}.get(cookie, cookie)
        response = getattr(client, method)(path, data, secure=secure, headers=sent)
        if kind == "AsyncClient":
            response = asyncio.run(response)
    body = response.content.decode() if response.status_code < 400 else ""
    if re.fullmatch("[A-Za-z0-9]{64}", body):
        body = "token"
    return {
        "status": response.status_code,
        "headers": {
            name: each for name, each in response.headers.items() if name != "Content-Length"
        },
        "cookie": cookie_of(response),
        "body": body,
        "logs": logs,
    }


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize("middleware", [(), (CSRF,)])
def test_views_and_decorators(differences: Any, kind: str, middleware: Any) -> None:
    cases = [
        *product(VIEWS, ["post"], [None, SECRET], ["good"]),
        *product(VIEWS, ["get"], [None], [None]),
    ]

    def act(fw: Any, case: Any) -> Any:
        name, method, cookie, token = case
        return asked(
            fw,
            f"/{name}/",
            method=method,
            cookie=cookie,
            token=token,
            kind=kind,
            middleware=middleware,
        )

    found = differences(cases, act)
    if not middleware:  # Django's own views of errors send the cookie that a failed view asked for.
        assert {eval(case)[0] for case in found} == {"ensure-fail", "exempt-ensure-fail"}
    else:
        assert found == {}


COOKIES = [
    None,
    SECRET,
    "masked",
    "",
    "short",
    "x" * 32,
    "x" * 63,
    "x" * 64,
    "-" * 32,
    "-" * 64,
    "é" * 32,
    "x" * 65,
]
TOKENS = [
    None,
    "good",
    "bare",
    "other",
    "",
    "short",
    "x" * 32,
    "x" * 64,
    "-" * 32,
    "-" * 64,
    "x" * 65,
    " ",
]


def test_cookies_and_tokens(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        cookie, token, place = case
        return asked(fw, cookie=cookie, token=token, place=place)

    cases = [*product(COOKIES, TOKENS, ["header"]), *product(COOKIES[:2], TOKENS, ["post"])]
    assert differences(cases, act) == {}


def test_broken_cookies_are_replaced(differences: Any) -> None:
    act = lambda fw, cookie: asked(fw, "/token/", method="get", cookie=cookie)
    assert differences(COOKIES, act) == {}


def test_methods(differences: Any) -> None:
    act = lambda fw, case: asked(fw, method=case[0], token=case[1], place="header")
    methods = ["get", "head", "options", "post", "put", "patch", "delete"]
    assert differences(product(methods, [None, "good"]), act) == {}


ORIGINS = [
    None, "http://testserver", "https://testserver", "null", "", "http://example.com", "https://example.com", "https://sub.example.com",
    "http://sub.example.com", "https://deep.sub.example.com", "https://notexample.com", "https://example.com:443", "https://port.org:8443",
    "https://port.org", "http://[::1", "https://", "testserver", "HTTPS://testserver", "https://testserver/", "https://exact.org",
]  # fmt: skip
TRUSTED: list[list[str]] = [[], ["https://*.example.com"], ["https://example.com", "http://exact.org"], ["https://exact.org", "https://port.org:8443"],
                            ["https://*.port.org:8443"]]  # fmt: skip


@pytest.mark.parametrize("secure", [False, True])
def test_origins(differences: Any, secure: bool) -> None:
    def act(fw: Any, case: Any) -> Any:
        origin, trusted = case
        headers = {} if origin is None else {"Origin": origin}
        return asked(fw, secure=secure, headers=headers, CSRF_TRUSTED_ORIGINS=trusted)

    assert differences(product(ORIGINS, TRUSTED), act) == {}


REFERERS = [
    None, "", "https://testserver/", "http://testserver/", "https://testserver", "https://testserver:443/x", "https://testserver:4443/x",
    "https://sub.testserver/", "https://example.com/", "https://sub.example.com/a?b", "https://notexample.com/", "https://[", "https://",
    "testserver", "/path", "ASDF", "https://port.org:8443/", "https://testserver@evil.com/", "https://EXAMPLE.com/", "https://exact.org/",
]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"CSRF_COOKIE_DOMAIN": ".example.com"},
        {"CSRF_COOKIE_DOMAIN": "example.com"},
        {"USE_X_FORWARDED_PORT": True},
    ],
)
def test_referers(differences: Any, options: dict[str, Any]) -> None:
    def act(fw: Any, case: Any) -> Any:
        referer, trusted = case
        headers = {} if referer is None else {"Referer": referer}
        if "USE_X_FORWARDED_PORT" in options:
            headers["X-Forwarded-Port"] = "4443"
        return asked(fw, secure=True, headers=headers, CSRF_TRUSTED_ORIGINS=trusted, **options)

    assert differences(product(REFERERS, TRUSTED[1:3] if options else TRUSTED), act) == {}


def test_hosts(differences: Any) -> None:
    cases = product(
        ["testserver", "bad host", "other.org", "testserver:8000"],
        [None, "http://testserver:8000", "http://other.org"],
    )

    def act(fw: Any, case: Any) -> Any:
        host, origin = case
        headers = {"Host": host} | (
            {"Origin": origin} if origin else {"Referer": "https://testserver/"}
        )
        return asked(fw, headers=headers, secure=origin is None)

    assert differences(cases, act) == {}


COOKIE_OPTIONS: list[dict[str, Any]] = [
    {}, {"CSRF_COOKIE_AGE": None}, {"CSRF_COOKIE_AGE": 5}, {"CSRF_COOKIE_DOMAIN": ".example.com"}, {"CSRF_COOKIE_HTTPONLY": True},
    {"CSRF_COOKIE_NAME": "mine"}, {"CSRF_COOKIE_PATH": "/p/"}, {"CSRF_COOKIE_SAMESITE": "Strict"}, {"CSRF_COOKIE_SAMESITE": None},
    {"CSRF_COOKIE_SAMESITE": False}, {"CSRF_COOKIE_SECURE": True}, {"CSRF_HEADER_NAME": "HTTP_X_MINE"},
]  # fmt: skip


def test_cookie_settings(differences: Any) -> None:
    act = lambda fw, case: asked(fw, "/token/", method=case[1], cookie=case[2], **case[0])
    assert differences(product(COOKIE_OPTIONS, ["get", "post"], [None, SECRET]), act) == {}


SESSIONS = {f"{name}_session": with_session(secret) for name, secret in {
    "empty": None, "good": SECRET, "short": "x", "odd": "-" * 32}.items()}  # fmt: skip


def test_sessions(differences: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("parity_sessions")
    module.__dict__.update(SESSIONS)
    monkeypatch.setitem(sys.modules, "parity_sessions", module)

    def act(fw: Any, case: Any) -> Any:
        session, path, method, token = case
        middleware = [*([f"parity_sessions.{session}"] if session else []), CSRF]
        return asked(
            fw, path, method=method, token=token, middleware=middleware, CSRF_USE_SESSIONS=True
        )

    cases = product([None, *SESSIONS], ["/ok/", "/token/"], ["get", "post"], ["good", None])
    # Where a session's secret is none, Django makes tokens of it; here it is replaced.
    replaced = product(["short_session", "odd_session"], ["/token/"], ["get"], ["good", None])
    assert differences(cases, act).keys() == set(map(repr, replaced))


def own_failure(request: Any, reason: str = "") -> Any:
    http = django.http if isinstance(request, django.http.HttpRequest) else gingerdj.http
    return http.HttpResponse(status=418, headers={"X-Reason": str(bool(reason))})


def test_an_own_failure_view(both: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("parity_failure")
    module.__dict__["own_failure"] = own_failure
    monkeypatch.setitem(sys.modules, "parity_failure", module)
    found = both(lambda fw: asked(fw, token=None, CSRF_FAILURE_VIEW="parity_failure.own_failure"))
    assert (found["status"], found["headers"]["X-Reason"]) == (418, "True")


HELPERS: dict[str, Any] = {
    "constants": lambda m: (
        m.CSRF_ALLOWED_CHARS, m.CSRF_SECRET_LENGTH, m.CSRF_TOKEN_LENGTH, m.CSRF_SESSION_KEY,
        "%s" in m.REASON_BAD_ORIGIN, [type(m.REASON_NO_CSRF_COOKIE), type(m.REASON_CSRF_TOKEN_MISSING)],
    ),
    "mask": lambda m: (len(m._mask_cipher_secret(SECRET)), m._unmask_cipher_token(m._mask_cipher_secret(SECRET))),
    "unmask": lambda m: [m._unmask_cipher_token(each) for each in ("a" * 64, "ab" * 32, "Z9" * 32, ("x" * 32) + SECRET)],
    **{f"format {each!r}": lambda m, each=each: m._check_token_format(each) for each in (SECRET, "a" * 64, "", "a", "-" * 32, "a" * 33)},
    "match": lambda m: [
        m._does_token_match(*each)
        for each in ((SECRET, SECRET), (m._mask_cipher_secret(SECRET), SECRET), (OTHER, SECRET), ("a" * 64, SECRET))
    ],
    "reasons": lambda m: (m.RejectRequest("why").reason, m.InvalidTokenFormat("why").reason),
}  # fmt: skip


def test_helpers(differences: Any) -> None:
    assert differences(HELPERS, lambda fw, case: HELPERS[case](fw("middleware.csrf"))) == {}


def by_hand(fw: Any, meta: dict[str, Any], cookies: dict[str, str], method: str = "POST") -> Any:
    request = fw("http.HttpRequest")()
    request.method, request.META, request.COOKIES = (
        method,
        {"SERVER_NAME": "testserver", "SERVER_PORT": "80", **meta},
        cookies,
    )
    return request


def test_the_hooks_by_hand(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        cookie, header, method = case
        view = lambda request: fw("http.HttpResponse")("ok")
        middleware = fw("middleware.csrf.CsrfViewMiddleware")(view)
        meta = {"HTTP_X_CSRFTOKEN": header} if header else {}
        request = by_hand(fw, meta, {"csrftoken": cookie} if cookie else {}, method)
        with fw.logs() as logs:
            before = middleware.process_request(request)
            refusal = middleware.process_view(request, view, (), {})
            response = middleware.process_response(request, view(request))
        secret = request.META.get("CSRF_COOKIE")
        return (
            before, refusal and refusal.status_code, getattr(request, "csrf_processing_done", None), secret and len(secret),
            request.META.get("CSRF_COOKIE_NEEDS_UPDATE"), cookie_of(response), logs,
        )  # fmt: skip

    assert (
        differences(product([None, SECRET, "bad"], [None, SECRET, OTHER], ["GET", "POST"]), act)
        == {}
    )


def test_get_token_and_rotate_token_by_hand(both: Any) -> None:
    def act(fw: Any) -> Any:
        m = fw("middleware.csrf")
        request = by_hand(fw, {"CSRF_COOKIE": SECRET}, {})
        first, second = m.get_token(request), m.get_token(request)
        needs = request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        same = m._unmask_cipher_token(first) == m._unmask_cipher_token(second) == SECRET
        m.rotate_token(request)
        fresh = by_hand(fw, {}, {})
        return (
            first != second,
            needs,
            same,
            request.META["CSRF_COOKIE"] != SECRET,
            len(m.get_token(fresh)),
            len(fresh.META["CSRF_COOKIE"]),
        )

    assert both(act) == (True, True, True, True, 64, 32)


@pytest.mark.parametrize("origin", ["https://testserver", "http://testserver"])
def test_a_request_that_says_itself_whether_it_is_secure(both: Any, origin: str) -> None:
    def act(fw: Any) -> Any:
        class Secure(fw("http.HttpRequest")):  # type: ignore[misc]
            def is_secure(self) -> bool:
                return True

        request = Secure()
        request.method, request.COOKIES = "POST", {"csrftoken": SECRET}
        request.META = {
            "HTTP_HOST": "testserver",
            "HTTP_ORIGIN": origin,
            "HTTP_X_CSRFTOKEN": SECRET,
        }
        middleware = fw("middleware.csrf.CsrfViewMiddleware")(lambda request: None)
        middleware.process_request(request)
        with fw.logs():
            return middleware.process_view(request, None, (), {}) is None

    assert both(act) is (origin == "https://testserver")
