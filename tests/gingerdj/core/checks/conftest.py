"""Settings for one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gingerdj.conf import LazySettings, settings

Configure = Callable[..., None]


@pytest.fixture
def configure() -> Iterator[Configure]:
    """Put settings in force until the test ends."""
    before = settings._wrapped

    def put(**options: Any) -> None:
        wanted = LazySettings()
        wanted.configure(**options)
        settings._wrapped = wanted._wrapped

    yield put
    settings._wrapped = before
