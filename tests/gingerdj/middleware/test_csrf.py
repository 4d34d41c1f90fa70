"""Requests that other sites make a user's browser send."""

from __future__ import annotations

import asyncio
import logging
from html import unescape
from typing import Any

import pytest

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.asgi import ASGIRequest
from gingerdj.http import HttpResponse
from gingerdj.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    CSRF_SECRET_LENGTH,
    CSRF_SESSION_KEY,
    CSRF_TOKEN_LENGTH,
    REASON_BAD_ORIGIN,
    REASON_CSRF_TOKEN_MISSING,
    REASON_INSECURE_REFERER,
    REASON_MALFORMED_REFERER,
    REASON_NO_CSRF_COOKIE,
    REASON_NO_REFERER,
    CsrfViewMiddleware,
    InvalidTokenFormat,
    _check_token_format,
    _does_token_match,
    _mask_cipher_secret,
    _unmask_cipher_token,
    get_token,
    rotate_token,
)
from gingerdj.test import AsyncClient, Client, RequestFactory
from gingerdj.urls import path
from gingerdj.views.decorators.csrf import (
    csrf_exempt,
    csrf_protect,
    ensure_csrf_cookie,
    requires_csrf_token,
)

CSRF = ["gingerdj.middleware.csrf.CsrfViewMiddleware"]
SECRET = "s3CRET" + "x" * 26
TOKEN = _mask_cipher_secret(SECRET)


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


async def async_view(request: Any) -> HttpResponse:
    return HttpResponse("view")


def form(request: Any) -> HttpResponse:
    return HttpResponse(get_token(request))


VIEWS = (
    path("view", view),
    path("async", async_view),
    path("form", form),
    path("exempt", csrf_exempt(view)),
    path("async-exempt", csrf_exempt(async_view)),
)


@pytest.fixture
def guarded(site: Any) -> Any:
    site(*VIEWS, MIDDLEWARE=CSRF, DEBUG=True, ALLOWED_HOSTS=["testserver"])
    return site


def client(cookie: str | None = SECRET, client_class: Any = Client) -> Any:
    result = client_class(enforce_csrf_checks=True)
    if cookie is not None:
        result.cookies["csrftoken"] = cookie
    return result


def test_tokens() -> None:
    assert len({TOKEN, *(_mask_cipher_secret(SECRET) for _ in range(9))}) == 10
    assert (len(TOKEN), len(SECRET)) == (CSRF_TOKEN_LENGTH, CSRF_SECRET_LENGTH)
    assert set(TOKEN) <= set(CSRF_ALLOWED_CHARS)
    assert _unmask_cipher_token(TOKEN) == SECRET
    assert _does_token_match(TOKEN, SECRET)
    assert _does_token_match(SECRET, SECRET)
    assert not _does_token_match(TOKEN[::-1], SECRET)
    for token, reason in (("x" * 16, "incorrect length"), ("*" * 64, "characters")):
        with pytest.raises(InvalidTokenFormat, match=reason):
            _check_token_format(token)


@pytest.mark.parametrize("method", ["get", "head", "options", "trace"])
def test_methods_that_change_nothing(guarded: Any, method: str) -> None:
    response = getattr(client(None), method)("/view")
    assert (response.status_code, dict(response.cookies)) == (200, {})


@pytest.mark.parametrize("sent", [TOKEN, SECRET], ids=["token", "secret"])
@pytest.mark.parametrize("cookie", [SECRET, TOKEN], ids=["secret", "token"])
def test_a_form_with_the_token(guarded: Any, sent: str, cookie: str) -> None:
    response = client(cookie).post("/view", {"csrfmiddlewaretoken": sent})
    assert response.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_header_with_the_token(guarded: Any, method: str) -> None:
    assert getattr(client(), method)("/view", HTTP_X_CSRFTOKEN=TOKEN).status_code == 200
    assert getattr(client(), method)("/view").status_code == 403


@pytest.mark.parametrize(
    ("cookie", "data", "header", "reason"),
    [
        (None, {"csrfmiddlewaretoken": TOKEN}, None, REASON_NO_CSRF_COOKIE),
        (SECRET, {}, None, REASON_CSRF_TOKEN_MISSING),
        ("x", {"csrfmiddlewaretoken": TOKEN}, None, "CSRF cookie has incorrect length."),
        (SECRET, {"csrfmiddlewaretoken": TOKEN[::-1]}, None, "token from POST incorrect"),
        (SECRET, {"csrfmiddlewaretoken": "x"}, None, "token from POST has incorrect length"),
        (SECRET, {}, "*" * 64, "from the 'X-Csrftoken' HTTP header has invalid"),
        (SECRET, {}, "x" * 64, "from the 'X-Csrftoken' HTTP header incorrect"),
    ],
    ids=["no-cookie", "no-token", "cookie", "wrong", "short", "characters", "header"],
)
def test_what_is_refused(
    guarded: Any,
    caplog: pytest.LogCaptureFixture,
    cookie: str | None,
    data: Any,
    header: str | None,
    reason: str,
) -> None:
    extra = {"HTTP_X_CSRFTOKEN": header} if header else {}
    with caplog.at_level(logging.WARNING, "gingerdj.security.csrf"):
        response = client(cookie).post("/view", data, **extra)
    assert response.status_code == 403
    assert reason in unescape(response.text)
    [record] = caplog.records
    assert (record.name, reason in record.getMessage()) == ("gingerdj.security.csrf", True)


def test_the_reason_is_not_for_everybody(guarded: Any) -> None:
    guarded(*VIEWS, DEBUG=False)
    response = client().post("/view")
    assert (response.status_code, "Reason" in response.text) == (403, False)


def test_other_views_of_failures(guarded: Any) -> None:
    guarded(*VIEWS, CSRF_FAILURE_VIEW=f"{__name__}.own_failure")
    assert client().post("/view").text == f"own: {REASON_CSRF_TOKEN_MISSING}"


def own_failure(request: Any, reason: str) -> HttpResponse:
    return HttpResponse(f"own: {reason}", status=403)


@pytest.mark.parametrize(
    ("origin", "secure", "allowed"),
    [
        ("http://testserver", False, True),
        ("https://testserver", True, True),
        ("http://testserver", True, False),
        ("https://www.example.com", False, True),
        ("https://a.example.org", False, True),
        ("http://a.example.org", False, False),
        ("https://evil.example", False, False),
        ("null", False, False),
        ("http://[", False, False),
        ("https://<b>", False, False),
    ],
)
def test_origins(guarded: Any, origin: str, secure: bool, allowed: bool) -> None:
    guarded(*VIEWS, CSRF_TRUSTED_ORIGINS=["https://www.example.com", "https://*.example.org"])
    response = client().post(
        "/view", {"csrfmiddlewaretoken": TOKEN}, secure=secure, headers={"Origin": origin}
    )
    assert response.status_code == (200 if allowed else 403)
    if not allowed:
        shown = (REASON_BAD_ORIGIN % origin).replace("<", "&lt;").replace(">", "&gt;")
        assert shown in response.text


@pytest.mark.parametrize(
    ("referer", "reason"),
    [
        ("https://testserver/page", None),
        ("https://www.example.com/", None),
        (None, REASON_NO_REFERER),
        ("http://testserver/", REASON_INSECURE_REFERER),
        ("https://", REASON_MALFORMED_REFERER),
        ("https://[", REASON_MALFORMED_REFERER),
        ("testserver", REASON_MALFORMED_REFERER),
        ("https://evil.example/testserver", "does not match any trusted origins"),
    ],
)
def test_referers_by_https(guarded: Any, referer: str | None, reason: str | None) -> None:
    guarded(*VIEWS, CSRF_TRUSTED_ORIGINS=["https://www.example.com"])
    headers = {} if referer is None else {"Referer": referer}
    data = {"csrfmiddlewaretoken": TOKEN}
    response = client().post("/view", data, secure=True, headers=headers)
    assert response.status_code == (403 if reason else 200)
    assert (reason or "view") in response.text
    assert client().post("/view", data, headers=headers).status_code == 200


def test_a_cookie_for_a_whole_domain(guarded: Any) -> None:
    guarded(*VIEWS, CSRF_COOKIE_DOMAIN=".example.com")
    data = {"csrfmiddlewaretoken": TOKEN}
    for host, status in (("a.example.com", 200), ("testserver", 403)):
        response = client().post(
            "/view", data, secure=True, headers={"Referer": f"https://{host}/"}
        )
        assert response.status_code == status


def test_a_trusted_origin_without_a_scheme(guarded: Any) -> None:
    guarded(*VIEWS, CSRF_TRUSTED_ORIGINS=["example.com"])
    with pytest.raises(ImproperlyConfigured, match=r"'example\.com', which is no origin"):
        client().post("/view", headers={"Origin": "http://evil.example"})


def test_the_cookie(guarded: Any) -> None:
    guarded(*VIEWS, CSRF_COOKIE_NAME="own", CSRF_COOKIE_SECURE=True, CSRF_COOKIE_AGE=60)
    visitor = client(None)
    response = visitor.get("/form")
    cookie = response.cookies["own"]
    assert (cookie["secure"], cookie["max-age"], cookie["samesite"]) == (True, 60, "Lax")
    assert response["Vary"] == "Cookie"
    assert _does_token_match(response.text, cookie.value)
    again = visitor.get("/form")
    assert again.cookies["own"].value == cookie.value
    sent = visitor.post("/view", {"csrfmiddlewaretoken": again.text})
    assert (sent.status_code, dict(sent.cookies)) == (200, {})


def test_a_broken_cookie_is_replaced(guarded: Any) -> None:
    response = client("broken").get("/view")
    assert len(response.cookies["csrftoken"].value) == CSRF_SECRET_LENGTH


def test_a_new_secret_at_a_login(guarded: Any) -> None:
    def login(request: Any) -> HttpResponse:
        rotate_token(request)
        return HttpResponse()

    guarded(path("login", csrf_exempt(login)))
    visitor = client()
    visitor.post("/login")
    assert visitor.cookies["csrftoken"].value != SECRET


def test_the_secret_in_a_session(guarded: Any) -> None:
    guarded(*VIEWS, CSRF_USE_SESSIONS=True)
    middleware = CsrfViewMiddleware(form)
    request = RequestFactory().get("/")
    with pytest.raises(ImproperlyConfigured, match=r"request\.session is not set"):
        middleware(request)
    request.session = {}
    response: Any = middleware(request)
    secret = request.session[CSRF_SESSION_KEY]
    assert (_does_token_match(response.text, secret), dict(response.cookies)) == (True, {})
    again = RequestFactory().post("/", {"csrfmiddlewaretoken": response.text})
    again.session = request.session
    assert middleware.process_view(again, view, (), {}) is None


@pytest.mark.parametrize("url", ["/exempt", "/async-exempt"])
def test_exempt_views(guarded: Any, url: str) -> None:
    assert client(None).post(url).status_code == 200


@pytest.mark.parametrize("name", ["view", "async_view"])
def test_decorators(site: Any, name: str) -> None:
    own = globals()[name]
    site(
        path("protect", csrf_protect(own)),
        path("requires", requires_csrf_token(own)),
        path("ensure", ensure_csrf_cookie(own)),
    )
    assert client().post("/protect").status_code == 403
    assert client().post("/protect", {"csrfmiddlewaretoken": TOKEN}).status_code == 200
    assert client().post("/requires").status_code == 200
    assert "csrftoken" in client(None).get("/ensure").cookies


def test_on_the_event_loop(guarded: Any) -> None:
    async def statuses() -> list[int]:
        visitor = client(client_class=AsyncClient)
        data = {"csrfmiddlewaretoken": TOKEN}
        return [
            (await visitor.post(url, sent)).status_code
            for url in ("/view", "/async")
            for sent in (data, {})
        ]

    assert asyncio.run(statuses()) == [200, 403, 200, 403]


def test_the_test_client_is_trusted_unless_it_says_otherwise(guarded: Any) -> None:
    assert Client().post("/view").status_code == 200
    assert asyncio.run(AsyncClient().post("/async")).status_code == 200


def _sent(request: Any) -> None:
    pass


def _mutated(request: Any) -> None:
    request.COOKIES["csrftoken"] = SECRET


def _assigned(request: Any) -> None:
    request.COOKIES = {"csrftoken": SECRET}


@pytest.mark.parametrize(
    ("prepare", "headers"),
    [(_sent, {"Cookie": f"csrftoken={SECRET}"}), (_mutated, {}), (_assigned, {})],
)
def test_the_secret_is_found_wherever_the_cookies_come_from(
    configure: Any, prepare: Any, headers: dict[str, str]
) -> None:
    configure()
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": fields}
    request = ASGIRequest(scope, b"")
    prepare(request)
    CsrfViewMiddleware(view).process_request(request)
    assert request.META["CSRF_COOKIE"] == SECRET
    get_token(request)
    assert CsrfViewMiddleware(view).process_response(request, HttpResponse()).cookies


@pytest.mark.parametrize("exempt", [True, False])
def test_a_request_that_is_let_through(configure: Any, exempt: bool) -> None:
    configure()
    request = RequestFactory().post("/")
    request._dont_enforce_csrf_checks = exempt
    refusal = CsrfViewMiddleware(view).process_view(request, view, (), {})
    assert (refusal is None) == exempt
