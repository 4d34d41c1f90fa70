"""The middleware of startproject's list, in the chain that servers call."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from gingerdj.http.response import HttpResponseBase
from gingerdj.middleware.clickjacking import XFrameOptionsMiddleware
from gingerdj.middleware.common import CommonMiddleware
from gingerdj.test import AsyncClient, Client, RequestFactory
from gingerdj.urls import path
from gingerdj.views.decorators.common import no_append_slash

COMMON = ["gingerdj.middleware.common.CommonMiddleware"]
SECURITY = ["gingerdj.middleware.security.SecurityMiddleware"]
FRAMES = ["gingerdj.middleware.clickjacking.XFrameOptionsMiddleware"]


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


@no_append_slash
def strict(request: Any) -> HttpResponse:
    return HttpResponse("strict")


def missing(request: Any) -> HttpResponse:
    raise Http404


VIEWS = (
    path("slash/", view),
    path("bare", view),
    path("strict/", strict),
    path("missing", missing),
    path("missing/", view),
)


@pytest.mark.parametrize(
    ("url", "status", "location"),
    [
        ("/slash/", 200, None),
        ("/slash", 301, "/slash/"),
        ("/slash?a=1", 301, "/slash/?a=1"),
        ("/bare", 200, None),
        ("/nowhere", 404, None),
        ("/strict", 404, None),
        ("/missing", 404, None),
    ],
)
def test_append_slash(site: Any, url: str, status: int, location: str | None) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON)
    response = Client().get(url)
    assert (response.status_code, response.get("Location")) == (status, location)
    site(*VIEWS, MIDDLEWARE=COMMON, APPEND_SLASH=False)
    assert Client().get(url).status_code == (404 if status == 301 else status)


def test_a_body_would_be_lost(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON, DEBUG=True)
    with pytest.raises(RuntimeError, match=r"point to testserver/slash/, or set APPEND_SLASH"):
        Client().post("/slash", {"a": 1})


def test_a_path_of_two_slashes_is_not_sent_to_another_host(site: Any) -> None:
    site(path("<path:rest>/", view), MIDDLEWARE=COMMON)
    response = Client().request(PATH_INFO="//evil.example")
    assert response["Location"] == "/%2Fevil.example/"


def test_the_host_is_checked(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON)
    assert Client(HTTP_HOST="evil.example").get("/bare").status_code == 400


def test_www_is_prepended(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON, PREPEND_WWW=True)
    assert Client().get("/slash")["Location"] == "http://www.testserver/slash/"


def test_unwanted_user_agents(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON, DISALLOWED_USER_AGENTS=[re.compile("Bad")])
    assert Client(headers={"User-Agent": "BadBot"}).get("/bare").status_code == 403
    assert Client(headers={"User-Agent": "Browser"}).get("/bare").status_code == 200


def test_the_length_is_set(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=COMMON)
    assert Client().get("/bare")["Content-Length"] == "4"


def test_security_headers(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=SECURITY)
    headers = Client().get("/bare").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_hsts_by_https_alone(site: Any) -> None:
    site(
        *VIEWS,
        MIDDLEWARE=SECURITY,
        SECURE_HSTS_SECONDS=60,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
    )
    assert Client().get("/bare").get("Strict-Transport-Security") is None
    secure = Client().get("/bare", secure=True)
    assert secure["Strict-Transport-Security"] == "max-age=60; includeSubDomains; preload"


def test_the_redirect_to_https(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=SECURITY, SECURE_SSL_REDIRECT=True, SECURE_REDIRECT_EXEMPT=["^bare"])
    assert Client().get("/slash/?a=1")["Location"] == "https://testserver/slash/?a=1"
    assert Client().get("/slash/", secure=True).status_code == 200
    assert Client().get("/bare").status_code == 200


@pytest.mark.parametrize(
    ("setting", "value"),
    [("DENY", "DENY"), ("SAMEORIGIN", "SAMEORIGIN"), ("sameorigin", "SAMEORIGIN"), ("x", "X")],
)
def test_frames(site: Any, setting: str, value: str) -> None:
    site(*VIEWS, MIDDLEWARE=FRAMES, X_FRAME_OPTIONS=setting)
    for _ in range(2):
        assert Client().get("/bare")["X-Frame-Options"] == value


def test_frames_are_denied_without_the_setting(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=FRAMES)
    del settings.X_FRAME_OPTIONS
    assert Client().get("/bare")["X-Frame-Options"] == "DENY"


class OwnFrames(XFrameOptionsMiddleware):
    def get_xframe_options_value(self, request: Any, response: Any) -> str:
        return (
            "deny"
            if request.path == "/bare"
            else super().get_xframe_options_value(request, response)
        )


def test_a_class_may_choose_its_own_value_for_frames(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=[f"{__name__}.OwnFrames"])
    client = Client()
    values = [client.get(path)["X-Frame-Options"] for path in ("/bare", "/slash/", "/bare")]
    assert values == ["deny", "DENY", "deny"]


class OtherRedirects(CommonMiddleware):
    response_redirect_class = HttpResponseRedirect


def test_a_class_may_choose_its_own_redirect(site: Any) -> None:
    assert CommonMiddleware.response_redirect_class is HttpResponsePermanentRedirect
    site(*VIEWS, MIDDLEWARE=[f"{__name__}.OtherRedirects"])
    assert Client().get("/slash").status_code == 302


def test_the_same_list_on_the_event_loop(site: Any) -> None:
    site(*VIEWS, MIDDLEWARE=SECURITY + COMMON + FRAMES)
    response = asyncio.run(AsyncClient().get("/slash"))
    assert (response.status_code, response["Location"]) == (301, "/slash/")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_length_of_a_body_that_a_response_of_ones_own_has(site: Any) -> None:
    site()

    class Own(HttpResponseBase):
        content = b"abc"

    response = CommonMiddleware(lambda request: Own())(RequestFactory().get("/"))
    assert response["Content-Length"] == "3"
