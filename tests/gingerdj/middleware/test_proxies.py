"""Requests that came through proxies, in the chains of both styles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.conf import global_settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import HttpResponse, JsonResponse
from gingerdj.middleware.proxies import TrustedProxiesMiddleware
from gingerdj.test import AsyncClient, AsyncRequestFactory, Client
from gingerdj.urls import path, reverse

PROXIES = "gingerdj.middleware.proxies.TrustedProxiesMiddleware"
SECURITY = "gingerdj.middleware.security.SecurityMiddleware"
EVERY_HEADER = [f"X-Forwarded-{name}" for name in ("For", "Proto", "Host", "Port", "Prefix")]
PEER = "127.0.0.1"  # Where the test clients connect from.

Seen = Callable[..., dict[str, Any]]


def facts(request: Any) -> JsonResponse:
    return JsonResponse(
        {
            "address": request.META.get("REMOTE_ADDR"),
            "client_port": request.META.get("REMOTE_PORT"),
            "uri": request.build_absolute_uri(),
            "secure": request.is_secure(),
            "host": request.get_host(),
            "port": request.get_port(),
            "path": request.path,
            "path_info": request.path_info,
            "script_name": request.META["SCRIPT_NAME"],
            "reversed": reverse("facts"),
            "forwarded": {
                name: value for name, value in request.headers.items() if "orwarded" in name
            },
        }
    )


@pytest.fixture(params=["sync", "async"])
def ask(request: Any) -> Callable[..., Any]:
    def asked(url: str = "/facts/", **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if request.param == "sync":
            return Client().get(url, headers=sent)

        async def within() -> Any:
            return await AsyncClient().get(url, headers=sent)

        return asyncio.run(within())

    return asked


@pytest.fixture
def seen(ask: Callable[..., Any]) -> Seen:
    def facts_of(**headers: str) -> dict[str, Any]:
        response = ask(**headers)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found

    return facts_of


@pytest.fixture
def behind(site: Any) -> Callable[..., None]:
    """Serve behind proxies, the test client being the nearest of them."""

    def serve(**options: Any) -> None:
        defaults = {
            "MIDDLEWARE": [PROXIES, SECURITY],
            "TRUSTED_PROXIES": [PEER, "10.0.0.0/8"],
            "TRUSTED_PROXY_HEADERS": EVERY_HEADER,
            "ALLOWED_HOSTS": ["testserver", "a.example", "[2001:db8::1]"],
        }
        site(path("facts/", facts, name="facts"), **{**defaults, **options})

    return serve


def test_everything_that_a_client_sees(behind: Any, seen: Seen) -> None:
    behind()
    assert seen(
        x_forwarded_for="6.6.6.6, 192.0.2.7:4711, 10.0.0.2",
        x_forwarded_proto="https, http",
        x_forwarded_host="a.example",
        x_forwarded_prefix="/app",
    ) == {
        "address": "192.0.2.7",
        "client_port": 4711,
        "uri": "https://a.example/app/facts/",
        "secure": True,
        "host": "a.example",
        "port": "443",
        "path": "/app/facts/",
        "path_info": "/facts/",
        "script_name": "/app",
        "reversed": "/app/facts/",
        "forwarded": {
            "X-Forwarded-For": "192.0.2.7",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "a.example",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Prefix": "/app",
        },
    }


def test_strangers_are_not_believed(behind: Any, seen: Seen) -> None:
    behind(TRUSTED_PROXIES=["10.0.0.0/8"])
    found = seen(
        x_forwarded_for="192.0.2.7",
        x_forwarded_proto="https",
        x_forwarded_host="a.example",
        x_forwarded_port="8443",
        x_forwarded_prefix="/app",
        forwarded="for=192.0.2.7;proto=https",
    )
    assert found["address"] == PEER
    assert found["uri"] == "http://testserver/facts/"
    assert found["script_name"] == ""
    assert found["forwarded"] == {}


def test_address_and_scheme_are_read_unless_more_is_named(behind: Any, seen: Seen) -> None:
    behind(TRUSTED_PROXY_HEADERS=global_settings.TRUSTED_PROXY_HEADERS)
    found = seen(
        x_forwarded_for="192.0.2.7",
        x_forwarded_proto="https",
        x_forwarded_host="a.example",
        x_forwarded_prefix="/app",
    )
    assert (found["address"], found["uri"]) == ("192.0.2.7", "https://testserver/facts/")
    assert "X-Forwarded-Host" not in found["forwarded"]


def test_forwarded(behind: Any, seen: Seen) -> None:
    behind(TRUSTED_PROXY_HEADERS=["Forwarded"])
    found = seen(
        forwarded='for="[2001:db8::7]:4711";proto=https;host="a.example:8443"',
        x_forwarded_for="6.6.6.6",
        x_forwarded_prefix="/evil",
    )
    assert (found["address"], found["client_port"]) == ("2001:db8::7", 4711)
    assert (found["uri"], found["port"]) == ("https://a.example:8443/facts/", "8443")


@pytest.mark.parametrize(
    ("headers", "host", "port"),
    [
        ({"x_forwarded_port": "8080"}, "testserver:8080", "8080"),
        ({"x_forwarded_port": "80"}, "testserver", "80"),
        ({"x_forwarded_port": "443", "x_forwarded_proto": "https"}, "testserver", "443"),
        ({"x_forwarded_host": "a.example:81"}, "a.example:81", "81"),
        ({"x_forwarded_host": "a.example:81", "x_forwarded_port": "82"}, "a.example:82", "82"),
        ({"x_forwarded_host": "[2001:db8::1]", "x_forwarded_port": "82"}, "[2001:db8::1]:82", "82"),
        ({"x_forwarded_host": "[2001:db8::1]:81"}, "[2001:db8::1]:81", "81"),
        ({"x_forwarded_proto": "https"}, "testserver", "443"),
    ],
)
def test_hosts_and_ports(
    behind: Any, seen: Seen, headers: dict[str, str], host: str, port: str
) -> None:
    behind()
    found = seen(**headers)
    assert (found["host"], found["port"]) == (host, port)


def test_the_redirect_to_https_believes_the_proxy(behind: Any, ask: Any) -> None:
    behind(SECURE_SSL_REDIRECT=True)
    assert ask(x_forwarded_proto="https").status_code == 200
    assert ask(x_forwarded_proto="http")["Location"] == "https://testserver/facts/"
    behind(SECURE_SSL_REDIRECT=True, TRUSTED_PROXIES=[])
    assert ask(x_forwarded_proto="https").status_code == 301


def test_the_settings_for_one_header_read_what_is_vouched_for(behind: Any, seen: Seen) -> None:
    options = {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "USE_X_FORWARDED_HOST": True,
        "USE_X_FORWARDED_PORT": True,
    }
    spoofed = {
        "x_forwarded_proto": "https, http",
        "x_forwarded_host": "evil.example, a.example",
        "x_forwarded_port": "666, 8080",
    }
    behind(**options)
    found = seen(**spoofed)
    assert (found["uri"], found["port"]) == ("http://a.example:8080/facts/", "8080")
    behind(**options, TRUSTED_PROXIES=[])
    assert seen(**spoofed)["uri"] == "http://testserver/facts/"


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "192.0.2.7, example"},
        {"x_forwarded_proto": "gopher"},
        {"x_forwarded_host": "a.example/evil"},
        {"x_forwarded_port": "eighty"},
        {"x_forwarded_prefix": "//evil.example"},
    ],
)
def test_what_is_malformed_is_answered_400(
    behind: Any, ask: Any, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    behind()
    assert ask(**headers).status_code == 400
    assert [each.levelname for each in caplog.records if each.name == "gingerdj.request"] == [
        "WARNING"
    ]


def test_a_host_that_is_not_served_stays_refused(behind: Any, ask: Any) -> None:
    behind()
    assert ask(x_forwarded_host="evil.example").status_code == 400
    assert ask(host="te st", x_forwarded_proto="https").status_code == 400
    assert ask(host="a:" + "9" * 5000, x_forwarded_proto="https").status_code == 400


def test_a_hidden_client_leaves_the_proxys_address(behind: Any, seen: Seen) -> None:
    behind()
    found = seen(x_forwarded_for="unknown", x_forwarded_proto="https")
    assert (found["address"], found["secure"]) == (PEER, True)


def test_a_forced_prefix_wins(behind: Any, seen: Seen) -> None:
    behind(FORCE_SCRIPT_NAME="/forced")
    assert seen(x_forwarded_prefix="/app")["reversed"] == "/forced/facts/"


def test_wrong_settings_stop_the_start(behind: Any) -> None:
    behind(TRUSTED_PROXIES=["*"])
    with pytest.raises(ImproperlyConfigured, match="trusts everybody"):
        ASGIHandler()


@pytest.mark.parametrize("client", [None, ["", 0], ["", None]])
def test_a_peer_at_a_unix_socket(behind: Any, client: Any) -> None:
    behind(TRUSTED_PROXIES=["unix"])
    headers = [(b"x-forwarded-for", b"192.0.2.7"), (b"x-forwarded-proto", b"https")]
    request = AsyncRequestFactory().request(path="/facts/", client=client, headers=headers)
    TrustedProxiesMiddleware(lambda request: HttpResponse())(request)
    assert (request.META["REMOTE_ADDR"], request.is_secure()) == ("192.0.2.7", True)


@pytest.mark.parametrize("is_read_before", [True, False])
def test_headers_that_were_read_before_are_read_again(behind: Any, is_read_before: bool) -> None:
    behind(TRUSTED_PROXIES=["192.0.2.1"])
    headers = [(b"x-forwarded-for", b"192.0.2.7"), (b"host", b"testserver")]
    request = AsyncRequestFactory().request(path="/facts/", headers=headers)
    if is_read_before:
        assert request.headers["X-Forwarded-For"] == "192.0.2.7"
    TrustedProxiesMiddleware(lambda request: HttpResponse())(request)
    assert "X-Forwarded-For" not in request.headers
