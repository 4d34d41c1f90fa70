"""What `check --deploy` finds in the settings."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.checks import Tags, run_checks
from gingerdj.core.checks.security import CLICKJACKING, CSRF, RULES, SECURITY

from .conftest import Configure

GOOD: dict[str, Any] = {
    "ALLOWED_HOSTS": ["www.example.com"],
    "CSRF_COOKIE_SECURE": True,
    "DEBUG": False,
    "MIDDLEWARE": [SECURITY, CSRF, CLICKJACKING],
    "SECRET_KEY": "0123456789" * 5,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_HSTS_SECONDS": 3600,
    "SECURE_SSL_REDIRECT": True,
}


def ids() -> list[str | None]:
    return [m.id for m in run_checks(tags=[Tags.security], include_deployment_checks=True)]


def test_good_settings_pass(configure: Configure) -> None:
    configure(**GOOD)
    assert ids() == []


BROKEN = [
    ("security.W001", {"MIDDLEWARE": [CSRF, CLICKJACKING]}),
    ("security.W002", {"MIDDLEWARE": [SECURITY, CSRF]}),
    ("security.W003", {"MIDDLEWARE": [SECURITY, CLICKJACKING]}),
    ("security.W004", {"SECURE_HSTS_SECONDS": 0}),
    ("security.W004", {"SECURE_HSTS_SECONDS": None}),
    ("security.W005", {"SECURE_HSTS_INCLUDE_SUBDOMAINS": False}),
    ("security.W006", {"SECURE_CONTENT_TYPE_NOSNIFF": False}),
    ("security.W008", {"SECURE_SSL_REDIRECT": False}),
    ("security.W009", {"SECRET_KEY": ""}),
    ("security.W009", {"SECRET_KEY": "0123456789"}),
    ("security.W009", {"SECRET_KEY": "aaaa" * 20}),
    ("security.W009", {"SECRET_KEY": "gingerdj-insecure-" + "0123456789" * 5}),
    ("security.W016", {"CSRF_COOKIE_SECURE": False}),
    ("security.W018", {"DEBUG": True}),
    ("security.W019", {"X_FRAME_OPTIONS": "SAMEORIGIN"}),
    ("security.W020", {"ALLOWED_HOSTS": []}),
    ("security.W021", {"SECURE_HSTS_PRELOAD": False}),
    ("security.W022", {"SECURE_REFERRER_POLICY": None}),
    ("security.E023", {"SECURE_REFERRER_POLICY": "same-orgin"}),
    ("security.E023", {"SECURE_REFERRER_POLICY": ["origin", "nobody"]}),
    ("security.E024", {"SECURE_CROSS_ORIGIN_OPENER_POLICY": "yes"}),
]


@pytest.mark.parametrize(("name", "setting"), BROKEN)
def test_each_broken_setting_is_found_alone(
    name: str, setting: dict[str, Any], configure: Configure
) -> None:
    configure(**{**GOOD, **setting})
    assert ids() == [name]


def test_every_rule_is_tested() -> None:
    assert {rule.id for rule in RULES} == {name for name, _ in BROKEN}


@pytest.mark.parametrize(
    ("keys", "weak"),
    [
        ([], []),
        (["0123456789" * 5, "short", "a" * 60], [1, 2]),
        ([b"0123456789" * 5, b"short", ""], [1, 2]),
        (["gingerdj-insecure-" + "0123456789" * 5], [0]),
    ],
)
def test_old_keys_must_be_strong_too(
    keys: list[str | bytes], weak: list[int], configure: Configure
) -> None:
    configure(**{**GOOD, "SECRET_KEY_FALLBACKS": keys})
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    assert [message.id for message in found] == ["security.W025"] * len(weak)
    assert [message.msg.split()[0] for message in found] == [
        f"SECRET_KEY_FALLBACKS[{index}]" for index in weak
    ]


def test_the_cookie_is_not_needed_with_sessions(configure: Configure) -> None:
    configure(**{**GOOD, "CSRF_COOKIE_SECURE": False, "CSRF_USE_SESSIONS": True})
    assert ids() == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("gingerdj.views.csrf.csrf_failure", []),
        ("gingerdj.views.csrf.nothing", ["security.E102"]),
        ("nowhere", ["security.E102"]),
        ("os.getcwd", ["security.E101"]),
    ],
)
def test_csrf_failure_view(path: str, found: list[str], configure: Configure) -> None:
    configure(CSRF_FAILURE_VIEW=path)
    assert [message.id for message in run_checks(tags=[Tags.security])] == found


def test_several_referrer_policies_in_one_string(configure: Configure) -> None:
    configure(**{**GOOD, "SECURE_REFERRER_POLICY": "no-referrer, same-origin"})
    assert ids() == []


def test_async_unsafe(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(**GOOD)
    tags = [Tags.async_support]
    monkeypatch.delenv("GINGER_ALLOW_ASYNC_UNSAFE", raising=False)
    assert run_checks(tags=tags, include_deployment_checks=True) == []
    monkeypatch.setenv("GINGER_ALLOW_ASYNC_UNSAFE", "1")
    assert run_checks(tags=tags) == []
    (message,) = run_checks(tags=tags, include_deployment_checks=True)
    assert message.id == "async.E001"


def test_trusted_origins_have_a_scheme_and_a_host(configure: Configure) -> None:
    configure(
        **GOOD, CSRF_TRUSTED_ORIGINS=["https://example.com", "example.com", "*.org", "http://[x"]
    )
    found = [message for message in run_checks() if message.id == "4_0.E001"]
    assert [str(message.msg).partition(", ")[0] for message in found] == [
        "CSRF_TRUSTED_ORIGINS holds 'example.com'",
        "CSRF_TRUSTED_ORIGINS holds '*.org'",
        "CSRF_TRUSTED_ORIGINS holds 'http://[x'",
    ]
