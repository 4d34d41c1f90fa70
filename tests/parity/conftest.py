"""Settings of both frameworks, alike."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import django.conf
import pytest

from gingerdj.conf import LazySettings, settings
from gingerdj.core.signals import setting_changed

URLCONF = ModuleType("no_urls")
URLCONF.__dict__["urlpatterns"] = []
OPTIONS = {
    "ROOT_URLCONF": URLCONF,
    "SECRET_KEY": "a key for tests, which is long enough for every algorithm",
    "ALLOWED_HOSTS": ["testserver", ".example.com", "127.0.0.1", "[::1]"],
    "TIME_ZONE": "Europe/Berlin",
    "USE_TZ": True,
}


@pytest.fixture(scope="session", autouse=True)
def _django() -> None:
    django.conf.settings.configure(INSTALLED_APPS=[], **OPTIONS)
    django.setup()


@pytest.fixture(scope="module", autouse=True)
def _gingerdj() -> Iterator[None]:
    before = settings._wrapped
    settings._wrapped = LazySettings()._wrapped
    settings.configure(**OPTIONS)
    setting_changed.send(sender=None, setting="TIME_ZONE", value=None, enter=True)
    yield
    settings._wrapped = before
    setting_changed.send(sender=None, setting="TIME_ZONE", value=None, enter=False)
