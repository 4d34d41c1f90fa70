"""Fixtures for pytest, under the names that pytest-django has given them.

Nothing loads them by itself: write `pytest_plugins = ["gingerdj.test.pytest"]` in the `conftest.py`
at the root of the tests, or start pytest with `-p gingerdj.test.pytest`.

The settings are those that the environment variable `GINGER_SETTINGS_MODULE` names, or else the
option of that name in pytest's configuration; `settings.configure()` in a `conftest.py` will do.
While the tests run, `DEBUG` is off and the clients' host is allowed.

Tests may be coroutine functions: each runs on an event loop of its own, unless another plugin, such
as pytest-asyncio or anyio, takes it.  All fixtures here are synchronous, so that they suit any
loop; `websocket` and `lifespan` give what `async with` opens within the test.
"""

from __future__ import annotations

import asyncio
import os
import unittest
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from typing import Any

import pytest

import gingerdj
from gingerdj.conf import ENVIRONMENT_VARIABLE
from gingerdj.conf import settings as project_settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.signals import setting_changed
from gingerdj.db import connections
from gingerdj.test.client import AsyncClient, AsyncRequestFactory, Client, RequestFactory
from gingerdj.test.communicator import LifespanCommunicator, WebSocketCommunicator
from gingerdj.test.databases import forbid_queries, setup_databases, teardown_databases
from gingerdj.test.live import LiveServerThread, StaticFolderHandler
from gingerdj.test.testcases import TestCase, TransactionTestCase
from gingerdj.test.utils import (
    modify_settings,
    override_settings,
    setup_test_environment,
    teardown_test_environment,
)
from gingerdj.utils.asyncio import iscoroutinefunction

__all__ = [
    "LiveServer",
    "async_client",
    "async_rf",
    "client",
    "db",
    "gingerdj_db_setup",
    "lifespan",
    "live_server",
    "rf",
    "settings",
    "transactional_db",
    "websocket",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the settings module."""
    parser.addini(ENVIRONMENT_VARIABLE, "The dotted path of GingerDJ's settings module.")


def pytest_configure(config: pytest.Config) -> None:
    """Set GingerDJ up with the settings module, if one is named.

    Raises:
        pytest.UsageError: the settings are wrong.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE) or config.getini(ENVIRONMENT_VARIABLE)
    if not named:
        return
    os.environ[ENVIRONMENT_VARIABLE] = named
    try:
        gingerdj.setup()
    except ImproperlyConfigured as error:
        raise pytest.UsageError(str(error)) from error


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function, unless another plugin has."""
    if not iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(scope="session", autouse=True)
def _test_environment() -> Iterator[None]:
    if not _is_configured():
        yield  # Tests that use no settings.
        return
    setup_test_environment(debug=False)
    yield
    teardown_test_environment()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the databases for tests be there before the first test case that uses some."""
    for item in items:
        if isinstance(item, pytest.Function) and issubclass(
            item.cls or object, TransactionTestCase
        ):
            item.fixturenames.insert(0, "gingerdj_db_setup")


@pytest.fixture(scope="session")
def gingerdj_db_setup(_test_environment: None) -> Iterator[None]:
    """Create the databases for tests, and destroy them after the last.

    Processes side by side, as pytest-xdist starts them, have databases of their own.
    """
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "")
    old = setup_databases(0, interactive=False, suffix=suffix)
    yield
    teardown_databases(old, 0)


_USES_DATABASES = {"db", "transactional_db", "live_server"}


@pytest.fixture(autouse=True)
def _no_database(request: pytest.FixtureRequest, _test_environment: None) -> Iterator[None]:
    """Forbid queries to a test that has not asked for databases: they would be the real ones."""
    is_case = request.cls is not None and issubclass(request.cls, unittest.TestCase)
    if is_case or _USES_DATABASES & set(request.fixturenames) or not _is_configured():
        yield
        return
    with ExitStack() as stack:
        for alias in connections:
            mend = "let it take the fixture `db` or `transactional_db`"
            stack.callback(forbid_queries(alias, request.node.name, mend))
        yield


def _is_configured() -> bool:
    return project_settings.configured or ENVIRONMENT_VARIABLE in os.environ


@pytest.fixture
def db(gingerdj_db_setup: None) -> Iterator[None]:
    """Let a test use the databases, and undo by a rollback what it does."""
    with _databases(TestCase):
        yield


@pytest.fixture
def transactional_db(gingerdj_db_setup: None) -> Iterator[None]:
    """Let a test commit to the databases, and delete every row after it."""
    with _databases(TransactionTestCase):
        yield


@contextmanager
def _databases(base: type[TransactionTestCase]) -> Iterator[None]:
    case: Any = type("Case", (base,), {"databases": "__all__"})
    case.setUpClass()
    try:
        with case("__str__").isolated():
            yield
    finally:
        case.doClassCleanups()


@pytest.fixture
def client() -> Client:
    """Return a client that calls the chain that WSGI servers call."""
    return Client()


@pytest.fixture
def async_client() -> AsyncClient:
    """Return a client that calls the chain that ASGI servers call."""
    return AsyncClient()


@pytest.fixture
def rf() -> RequestFactory:
    """Return a factory of `WSGIRequest`s."""
    return RequestFactory()


@pytest.fixture
def async_rf() -> AsyncRequestFactory:
    """Return a factory of `ASGIRequest`s."""
    return AsyncRequestFactory()


class SettingsWrapper:
    """The settings, for a test to change: they are as they were after it."""

    def __init__(self) -> None:
        self.__dict__["_undo"] = ExitStack()

    def __getattr__(self, name: str) -> Any:
        return getattr(project_settings, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._undo.enter_context(override_settings(**{name: value}))

    def __delattr__(self, name: str) -> None:
        def tell(enter: bool) -> None:
            value = getattr(project_settings, name, None)
            setting_changed.send(sender=type(self), setting=name, value=value, enter=enter)

        self._undo.callback(tell, enter=False)
        self._undo.enter_context(override_settings())
        delattr(project_settings, name)
        tell(enter=True)


@pytest.fixture
def settings() -> Iterator[SettingsWrapper]:
    """Return the settings, for the test to change."""
    wrapper = SettingsWrapper()
    with wrapper._undo:
        yield wrapper


class LiveServer:
    """A real server.

    Args:
        thread: what runs it.
    """

    def __init__(self, thread: LiveServerThread) -> None:
        self.thread = thread

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://{self.thread.host}:{self.thread.port}"

    def __str__(self) -> str:
        return self.url

    def __add__(self, path: str) -> str:
        return self.url + path


@pytest.fixture(scope="session")
def _live_server_thread() -> Iterator[LiveServerThread]:
    thread = LiveServerThread("localhost", StaticFolderHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error is not None:
        raise thread.error
    yield thread
    thread.terminate()


@pytest.fixture
def live_server(
    _live_server_thread: LiveServerThread, request: pytest.FixtureRequest
) -> Iterator[LiveServer]:
    """Return a real server of the project, by WSGI: its address is `url`.

    Where the project has databases, `transactional_db` comes with it.
    """
    if project_settings.DATABASES:
        request.getfixturevalue("transactional_db")
    with modify_settings(ALLOWED_HOSTS={"append": _live_server_thread.host}):
        yield LiveServer(_live_server_thread)


@pytest.fixture
def websocket(
    async_client: AsyncClient,
) -> Callable[..., AbstractAsyncContextManager[WebSocketCommunicator]]:
    """Return what opens a WebSocket: `async with websocket("/ws/") as socket`."""
    return async_client.websocket


@pytest.fixture
def lifespan() -> Callable[..., LifespanCommunicator]:
    """Return what starts the project's application up: `async with lifespan() as state`."""

    def start(application: Any = None, **options: Any) -> LifespanCommunicator:
        return LifespanCommunicator(application or ASGIHandler(), **options)

    return start
