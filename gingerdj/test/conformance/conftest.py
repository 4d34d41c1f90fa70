"""The fixture of the conformance suite, and how its coroutines run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import cast

import pytest

from gingerdj.test.conformance.driver import Application
from gingerdj.test.conformance.subject import Subject, conduct, load

__all__ = ()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run each test on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    asyncio.run(conduct(pyfuncitem.obj, cast("Subject", pyfuncitem.funcargs["subject"])))
    return True


@pytest.fixture(scope="session")
def makers(request: pytest.FixtureRequest) -> dict[str, Callable[[], Application]]:
    """Return what makes each application that the options name."""
    names = ("--asgi-app", "--asgi-app-failing", "--asgi-app-hanging")
    try:
        named = {name: request.config.getoption(name) for name in names}
    except ValueError:
        raise pytest.UsageError("Load the options: -p gingerdj.test.conformance.plugin") from None
    if not named["--asgi-app"]:
        raise pytest.UsageError("Name the application: --asgi-app mysite.asgi:application")
    return {name: load(path) for name, path in named.items() if path}


@pytest.fixture
def unstarted(subject: Subject) -> Subject:
    """Return the application under test, which the test itself starts up."""
    return subject


@pytest.fixture
def subject(
    request: pytest.FixtureRequest, makers: dict[str, Callable[[], Application]]
) -> Subject:
    """Return the application under test."""
    option = request.config.getoption
    extensions = option("--asgi-extension")
    made = {name: make() for name, make in makers.items()}
    return Subject(
        made["--asgi-app"],
        failing=made.get("--asgi-app-failing"),
        hanging=made.get("--asgi-app-hanging"),
        prefix=option("--asgi-prefix"),
        paths=dict(pair.split("=", 1) for pair in option("--asgi-path")),
        spec_version=option("--asgi-spec-version"),
        extensions=frozenset(extensions) if extensions is not None else None,
        deadline=option("--asgi-deadline"),
        patience=option("--asgi-patience"),
    )
