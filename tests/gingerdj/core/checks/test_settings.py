"""Checks of the settings that serving needs."""

from __future__ import annotations

import pytest

from gingerdj.core.checks import Tags, run_checks
from gingerdj.test import override_settings

from .conftest import Configure


def ids() -> list[str | None]:
    return [message.id for message in run_checks(tags=[Tags.settings])]


@pytest.mark.parametrize(
    "host", ["*", "localhost", "www.example.com", ".example.com", "127.0.0.1", "[::1]"]
)
def test_hosts_that_can_match(host: str, configure: Configure) -> None:
    configure(ROOT_URLCONF="x", ALLOWED_HOSTS=[host])
    assert ids() == []


@pytest.mark.parametrize(
    "host", ["https://example.com", "example.com:8000", "example.com/", "a b", "", "::1", None]
)
def test_hosts_that_cannot_match(host: str | None, configure: Configure) -> None:
    configure(ROOT_URLCONF="x", ALLOWED_HOSTS=["localhost", host])
    assert ids() == ["settings.E001"]


def test_middleware(configure: Configure) -> None:
    configure(ROOT_URLCONF="x", MIDDLEWARE=["os.getcwd", "os.nothing", "nowhere.Middleware"])
    assert ids() == ["settings.E002", "settings.E002"]


def test_root_urlconf(configure: Configure) -> None:
    configure()
    assert ids() == ["settings.E003"]


@pytest.mark.parametrize("path", ["application", 3])
def test_wsgi_application(path: object, configure: Configure) -> None:
    configure(ROOT_URLCONF="x", WSGI_APPLICATION=path)
    assert ids() == ["settings.E004"]


def test_settings_that_nothing_reads(configure: Configure) -> None:
    configure(ROOT_URLCONF="x", TEMPLATES=[], LOGIN_URL="/in/", MY_OWN="x")
    [found] = run_checks(tags=[Tags.settings])
    assert (found.id, found.is_serious()) == ("settings.W001", False)
    assert "does not read: LOGIN_URL, TEMPLATES." in found.msg


def test_a_setting_that_is_given_for_a_while(configure: Configure) -> None:
    configure(ROOT_URLCONF="x")
    with override_settings(USE_I18N=False):
        assert ids() == ["settings.W001"]
    assert ids() == []
