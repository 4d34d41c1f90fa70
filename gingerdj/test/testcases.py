"""Test cases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from difflib import get_close_matches
from functools import wraps
from typing import Any, ClassVar

from asgiref.sync import async_to_sync

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db import DEFAULT_DB_ALIAS, connections
from gingerdj.db.backends.blocks import call_hook
from gingerdj.db.transaction import Atomic, atomic, set_rollback
from gingerdj.test.assertions import Assertions
from gingerdj.test.client import AsyncClient, Client
from gingerdj.test.databases import (
    CaptureQueriesContext,
    forbid_queries,
    keep_connections,
    lead_through_thread,
)
from gingerdj.test.live import LiveServerThread, StaticFolderHandler
from gingerdj.test.utils import TEST_HOST, modify_settings, override_settings
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.functional import classproperty


class SimpleTestCase(Assertions):
    """A test case with clients, settings of its own, and assertions on responses.

    Tests may be coroutine functions. The clients' host is allowed. Databases are not, but for
    those that `databases` names.
    """

    #: The aliases of the databases that the tests may use; `"__all__"` means every one.
    databases: ClassVar[Any] = frozenset()

    client_class: ClassVar[Any] = Client
    async_client_class: ClassVar[Any] = AsyncClient
    client: Any
    async_client: Any
    _overridden_settings: ClassVar[dict[str, Any]] = {}
    _modified_settings: ClassVar[list[tuple[str, Any]]] = []

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        own = dict(cls._overridden_settings)
        hosts = own.get("ALLOWED_HOSTS", settings.ALLOWED_HOSTS)
        if TEST_HOST not in hosts:
            own["ALLOWED_HOSTS"] = [*hosts, TEST_HOST]
        if own:
            cls.enterClassContext(override_settings(**own))
        if cls._modified_settings:
            cls.enterClassContext(modify_settings(cls._modified_settings))
        cls.databases = cls._named_databases()
        for alias in connections:
            if alias not in cls.databases:
                who = f"{cls.__module__}.{cls.__qualname__}"
                mend = (
                    f"make it a TestCase or a TransactionTestCase, and add {alias!r} to its "
                    f"`databases`"
                )
                cls.addClassCleanup(forbid_queries(alias, who, mend))

    @classmethod
    def _named_databases(cls) -> frozenset[str]:
        if cls.databases == "__all__":
            return frozenset(connections)
        for alias in cls.databases:
            if alias not in connections.settings:
                near = get_close_matches(alias, connections)
                raise ImproperlyConfigured(
                    f"{cls.__module__}.{cls.__qualname__}.databases names {alias!r}, which is not "
                    f"in DATABASES.{f' Did you mean {near[0]!r}?' if near else ''}"
                )
        return frozenset(cls.databases)

    def __call__(self, result: Any = None) -> Any:
        try:
            self._prepare()
        except Exception:
            if result is None:
                raise
            result.startTest(self)
            result.addError(self, sys.exc_info())
            result.stopTest(self)
            return None
        return super().__call__(result)

    def debug(self) -> None:
        """Run the test without collecting its result: exceptions reach the caller."""
        self._prepare()
        super().debug()

    def _prepare(self) -> None:
        method = getattr(self, self._testMethodName)
        if iscoroutinefunction(method):
            setattr(self, self._testMethodName, wraps(method)(async_to_sync(method)))
        self.client = self.client_class()
        self.async_client = self.async_client_class()

    def settings(self, **kwargs: Any) -> override_settings:
        """Return `override_settings` of these settings."""
        return override_settings(**kwargs)

    def modify_settings(self, **kwargs: Any) -> modify_settings:
        """Return `modify_settings` of these settings."""
        return modify_settings(**kwargs)


class TransactionTestCase(SimpleTestCase):
    """A test case with databases, whose tests see what really is committed.

    After each test, every row of every table is deleted.
    """

    databases: ClassVar[Any] = frozenset({DEFAULT_DB_ALIAS})
    #: Whether generated numbers begin anew before each test.
    reset_sequences: ClassVar[bool] = False
    #: The applications to have instead of those of `INSTALLED_APPS`.
    available_apps: ClassVar[Any] = None

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if cls.available_apps is not None:
            cls.enterClassContext(override_settings(INSTALLED_APPS=cls.available_apps))
        for alias in cls.databases:
            cls.addClassCleanup(lead_through_thread(alias))

    def _prepare(self) -> None:
        super()._prepare()
        method = getattr(self, self._testMethodName)
        if any(getattr(each, "__unittest_skip__", False) for each in (type(self), method)):
            return  # Nothing would undo what a test that is skipped has set up.
        self.enterContext(self.isolated())

    @contextmanager
    def isolated(self) -> Iterator[None]:
        """Keep from other tests what the block does to the databases."""
        reconnect = keep_connections()
        try:
            self._fixture_setup()
            try:
                yield
            finally:
                self._fixture_teardown()
        finally:
            reconnect()

    def _fixture_setup(self) -> None:
        if self.reset_sequences:
            self._fixture_teardown()

    def _fixture_teardown(self) -> None:
        for alias in _configured(self.databases):
            connections[alias].flush(reset_sequences=self.reset_sequences)

    def assertNumQueries(  # noqa: N802 - unittest's way of naming
        self,
        num: int,
        func: Callable[..., Any] | None = None,
        *args: Any,
        using: str = DEFAULT_DB_ALIAS,
        **kwargs: Any,
    ) -> Any:
        """Fail unless a function, or the block, runs so many queries.

        Args:
            num: how many.
            func: the function; without one, a context manager is returned.
            args: the function's arguments.
            using: the alias of the database.
            kwargs: the function's arguments by name.
        """
        counting = _CountedQueries(self, num, connections[using])
        if func is None:
            return counting
        with counting:
            func(*args, **kwargs)
        return None


class TestCase(TransactionTestCase):
    """A test case with databases, each of whose tests is undone by a rollback.

    So is, after the last of them, what `setUpTestData()` did.
    """

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        blocks = _enter(cls.databases)
        cls.addClassCleanup(_roll_back, blocks)
        before = dict(vars(cls))
        cls.setUpTestData()
        for name, value in list(vars(cls).items()):
            if value is not before.get(name):
                setattr(cls, name, _TestData(name, value))

    @classmethod
    def setUpTestData(cls) -> None:
        """Put into the databases what every test of the class needs.

        Attributes that it gives to the class are copied for each test.
        """

    def _fixture_setup(self) -> None:
        self._blocks = _enter(self.databases)

    def _fixture_teardown(self) -> None:
        try:
            for alias in self._blocks:
                connection = connections[alias]
                if not connection.needs_rollback and connection.is_usable():
                    connection.check_constraints()
        finally:
            _roll_back(self._blocks)

    @classmethod
    @contextmanager
    def captureOnCommitCallbacks(  # noqa: N802 - unittest's way of naming
        cls, *, using: str = DEFAULT_DB_ALIAS, execute: bool = False
    ) -> Iterator[list[Callable[[], Any]]]:
        """Collect what the block gives to `on_commit()`, which no test would call.

        Args:
            using: the alias of the database.
            execute: whether to call it at the block's end, and what it gives to `on_commit()`.
        """
        collected: list[Callable[[], Any]] = []
        hooks = connections[using].run_on_commit
        seen = len(hooks)
        yield collected
        hooks = connections[using].run_on_commit  # A rollback has made another list of it.
        while seen < len(hooks):
            _, func, robust = hooks[seen]
            seen += 1
            collected.append(func)
            if execute:
                call_hook(func, robust)


class _TestData:
    """An attribute of a class, copied for each of its tests."""

    def __init__(self, name: str, value: Any) -> None:
        self._name = name
        self._value = value

    def __get__(self, test: Any, cls: type) -> Any:
        if test is None:
            return self._value
        # One memory for all of a test's attributes, so that what they share stays shared.
        memory = test.__dict__.setdefault("_copied_test_data", {})
        value = test.__dict__[self._name] = deepcopy(self._value, memory)
        return value


class _CountedQueries(CaptureQueriesContext):
    def __init__(self, test_case: Any, number: int, connection: Any) -> None:
        super().__init__(connection)
        self._test_case = test_case
        self._number = number

    def __exit__(self, *exc_info: Any) -> None:  # noqa: PYI036 - passed on
        super().__exit__(*exc_info)
        if exc_info[0] is None and len(self) != self._number:
            lines = [f"{number}. {query['sql']}" for number, query in enumerate(self, 1)]
            self._test_case.fail(
                "\n".join([f"{len(self)} queries executed, {self._number} expected:", *lines])
            )


def _configured(aliases: Any) -> list[str]:
    # A project without databases has a default one without a name, which no test can use.
    return [alias for alias in aliases if connections.settings[alias]["NAME"] != ""]


def _enter(aliases: Any) -> dict[str, Atomic]:
    blocks: dict[str, Atomic] = {}
    for alias in _configured(aliases):
        block = blocks[alias] = atomic(using=alias)
        block._from_testcase = True
        block.__enter__()
    return blocks


def _roll_back(blocks: dict[str, Atomic]) -> None:
    for alias, block in reversed(blocks.items()):
        set_rollback(True, using=alias)
        block.__exit__(None, None, None)


class LiveServerTestCase(TransactionTestCase):
    """A test case with a real server, for clients such as browsers: see `live_server_url`."""

    host: ClassVar[str] = "localhost"
    port: ClassVar[int] = 0
    server_thread_class: ClassVar[type[LiveServerThread]] = LiveServerThread
    static_handler: ClassVar[Any] = StaticFolderHandler
    server_thread: ClassVar[LiveServerThread]

    @classproperty
    def live_server_url(cls) -> str:  # noqa: N805 - a property of the class
        """The server's address, without a slash at its end."""
        return f"http://{cls.host}:{cls.server_thread.port}"

    @classproperty
    def allowed_host(cls) -> str:  # noqa: N805 - a property of the class
        """The host that is allowed while the tests run."""
        return cls.host

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(modify_settings(ALLOWED_HOSTS={"append": cls.allowed_host}))
        cls._start_server_thread()

    @classmethod
    def _start_server_thread(cls) -> None:
        shared = cls._make_connections_override()
        for connection in shared.values():
            connection.inc_thread_sharing()
            cls.addClassCleanup(connection.dec_thread_sharing)
        cls.server_thread = cls._create_server_thread(shared)
        cls.server_thread.daemon = True
        cls.server_thread.start()
        cls.addClassCleanup(cls.server_thread.terminate)
        cls.server_thread.is_ready.wait()
        if cls.server_thread.error is not None:
            raise cls.server_thread.error

    @classmethod
    def _make_connections_override(cls) -> dict[str, Any]:
        """Return the connections whose databases vanish with them, and so are shared."""
        named = [connections[alias] for alias in _configured(cls.databases)]
        return {
            connection.alias: connection
            for connection in named
            if connection.vendor == "sqlite" and connection.is_in_memory_db()
        }

    @classmethod
    def _create_server_thread(cls, connections_override: dict[str, Any]) -> LiveServerThread:
        return cls.server_thread_class(
            cls.host, cls.static_handler, connections_override=connections_override, port=cls.port
        )
