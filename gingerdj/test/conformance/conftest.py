"""What the tests of the suite need from pytest, and the table at their end."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from gingerdj.test.conformance.contract import ENDPOINTS
from gingerdj.test.conformance.points import number, table
from gingerdj.test.conformance.subject import Subject, conduct, load

__all__ = ()

_MAKE = pytest.StashKey[Callable[[], Subject]]()
_POINT = "asgi_point"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read the options, once for all tests, and note each test's point.

    Raises:
        pytest.UsageError: an option is wrong.
    """
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    if not ours:
        return
    config.stash[_MAKE] = _maker(config)
    for item in ours:
        item.user_properties.append((_POINT, number(item.name)))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run each test on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    asyncio.run(conduct(pyfuncitem.obj, cast("Subject", pyfuncitem.funcargs["subject"])))
    return True


@pytest.fixture
def unstarted(subject: Subject) -> Subject:
    """Return the application under test, which the test itself starts up."""
    return subject


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Subject:
    """Return the application under test."""
    return request.config.stash[_MAKE]()


def _maker(config: pytest.Config) -> Callable[[], Subject]:
    """Return what makes the application under test as the options say."""
    option = config.getoption
    names = ("--asgi-app", "--asgi-app-failing", "--asgi-app-hanging")
    try:
        named = {name: option(name) for name in names}
    except ValueError:
        raise pytest.UsageError("Load the options: -p gingerdj.test.conformance.plugin") from None
    if not named["--asgi-app"]:
        raise pytest.UsageError("Name the application: --asgi-app mysite.asgi:application")
    makers = {name: load(path) for name, path in named.items() if path}
    paths = dict(map(_path, option("--asgi-path")))
    extensions = option("--asgi-extension")

    def make() -> Subject:
        made = {name: make() for name, make in makers.items()}
        return Subject(
            made["--asgi-app"],
            failing=made.get("--asgi-app-failing"),
            hanging=made.get("--asgi-app-hanging"),
            prefix=option("--asgi-prefix"),
            paths=paths,
            spec_version=option("--asgi-spec-version"),
            extensions=frozenset(extensions) if extensions is not None else None,
            deadline=option("--asgi-deadline"),
            patience=option("--asgi-patience"),
        )

    return make


def _path(pair: str) -> tuple[str, str]:
    name, _, path = pair.partition("=")
    if not path.startswith("/") or name not in (*ENDPOINTS, "page"):
        raise pytest.UsageError(
            f"--asgi-path {pair!r} names no endpoint: write NAME=/PATH/, where NAME is page or one "
            f"of {', '.join(ENDPOINTS)}."
        )
    return name, path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the points with their results."""
    outcomes = [
        (value, outcome)
        for outcome, reported in (
            ("passed", "passed"),
            ("failed", "failed"),
            ("failed", "error"),
            ("skipped", "skipped"),
        )
        for report in terminalreporter.getreports(reported)
        for name, value in report.user_properties
        if name == _POINT
    ]
    if not outcomes:
        return
    terminalreporter.section("points of the ASGI specifications")
    for line in table(outcomes):
        terminalreporter.line(line)
