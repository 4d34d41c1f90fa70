"""GingerDJ against the suite, by the project that offers the contract's endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from gingerdj.test.conformance.project import settings
from gingerdj.test.conformance.subject import Subject, conduct
from tests.gingerdj.test.conformance.test_conformance import SUITE_TESTS

# Nobody has asked for a way to push: browsers have given it up.
SKIPPED = {"test_37_pushes_come_between_start_and_final_body"}


@pytest.fixture
def subject(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Subject:
    """Return the project's applications, made with its settings."""
    configure(**{name: getattr(settings, name) for name in dir(settings) if name.isupper()})
    monkeypatch.setenv("GINGER_SETTINGS_MODULE", settings.__name__)
    from gingerdj.test.conformance.project import asgi

    return Subject(asgi.make(), failing=asgi.failing(), hanging=asgi.hanging())


@pytest.mark.parametrize("name", [name for name in SUITE_TESTS if name not in SKIPPED])
def test_gingerdj_keeps_to_the_points(name: str, subject: Subject) -> None:
    try:
        asyncio.run(conduct(SUITE_TESTS[name], subject))
    except pytest.skip.Exception as skipped:
        pytest.fail(f"skipped: {skipped}")


@pytest.mark.parametrize("name", sorted(SKIPPED))
def test_what_gingerdj_leaves_out(name: str, subject: Subject) -> None:
    with pytest.raises(pytest.skip.Exception, match="the application pushes nothing"):
        asyncio.run(conduct(SUITE_TESTS[name], subject))
