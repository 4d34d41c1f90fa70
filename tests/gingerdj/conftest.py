"""Settings and URL configurations for the tests of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import pytest

from gingerdj.conf import LazySettings, settings
from gingerdj.core.signals import setting_changed
from gingerdj.test import override_settings
from gingerdj.urls import clear_script_prefix, set_urlconf

from .postgresql import throw_away_cluster

Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_prefix() -> Iterator[None]:
    """Forget the prefix and the URL configuration of a request that ran in the test's thread."""
    yield
    clear_script_prefix()
    set_urlconf(None)


@pytest.fixture
def bare_settings() -> Iterator[LazySettings]:
    """Leave the settings unloaded until the test ends."""
    before = settings._wrapped
    settings._wrapped = LazySettings()._wrapped
    yield settings
    settings._wrapped = before


@pytest.fixture
def configure(bare_settings: LazySettings) -> Iterator[Configure]:
    """Set settings until the test ends; a second call overrides some of them."""
    with ExitStack() as stack:

        def put(**options: Any) -> None:
            if not bare_settings.configured:
                bare_settings.configure(SECRET_KEY="tests only", ALLOWED_HOSTS=["testserver"])
            stack.enter_context(override_settings(**options))

        yield put
    # Whatever was cached from these settings belongs to them.
    for name in ("ROOT_URLCONF", "THREAD_POOL_SIZE"):
        setting_changed.send(sender=None, setting=name, value=None, enter=False)


@pytest.fixture
def site(configure: Configure) -> Configure:
    """Serve URL patterns: `site(path(...), ..., MIDDLEWARE=[...])`."""

    def serve(*urlpatterns: Any, **options: Any) -> None:
        urlconf = ModuleType("site_urls")
        urlconf.__dict__["urlpatterns"] = list(urlpatterns)
        for name in [name for name in options if name.startswith("handler")]:
            urlconf.__dict__[name] = options.pop(name)
        configure(ROOT_URLCONF=urlconf, **options)

    return serve


@pytest.fixture(scope="session")
def postgresql() -> Iterator[dict[str, Any]]:
    """Run a PostgreSQL server; give an entry of `DATABASES` for it."""
    with throw_away_cluster() as entry:
        yield entry
