"""Databases for tests: their making, and the counting of queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from types import TracebackType
from typing import Any, NoReturn, Self

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.signals import request_finished, request_started
from gingerdj.db import close_old_connections, connections, reset_queries

# What every way of a connection to its database passes through.
_GATES = ("connect", "_connect", "_cursor")


class DatabaseOperationForbidden(AssertionError):
    """A test used a database that its case does not name in `databases`."""


def forbid_queries(alias: str, who: str, mend: str) -> Callable[[], None]:
    """Forbid this thread's connection to a database, and return what allows it again.

    Args:
        alias: the database.
        who: what may not use it, for the message.
        mend: what makes it one that may.
    """
    connection = connections[alias]

    def forbidden(*args: Any, **kwargs: Any) -> NoReturn:
        raise DatabaseOperationForbidden(
            f"Database queries to {alias!r} are not allowed in {who}: {mend}."
        )

    for gate in _GATES:
        setattr(connection, gate, forbidden)
    lead_back = lead_through_thread(alias)

    def allow() -> None:
        lead_back()
        for gate in _GATES:
            connection.__dict__.pop(gate, None)

    return allow


def lead_through_thread(alias: str) -> Callable[[], None]:
    """Lead coroutines to the test's own connection, and so into its transaction.

    Returns:
        What gives them connections of their own again.
    """
    settings = connections.settings[alias]
    size, settings["ASYNC_POOL_SIZE"] = settings["ASYNC_POOL_SIZE"], 0

    def back() -> None:
        settings["ASYNC_POOL_SIZE"] = size

    return back


class CaptureQueriesContext:
    """Collects the queries that a block runs; see `captured_queries`.

    Args:
        connection: the connection.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.initial_queries = 0
        self.final_queries: int | None = None

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self.captured_queries)

    def __getitem__(self, index: Any) -> Any:
        return self.captured_queries[index]

    def __len__(self) -> int:
        return len(self.captured_queries)

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        """The queries, each with `sql` and `time` (seconds)."""
        return list(self.connection.queries_log)[self.initial_queries : self.final_queries]

    def __enter__(self) -> Self:
        self._forced = self.connection.force_debug_cursor
        self.connection.force_debug_cursor = True
        self.connection.ensure_connection()
        self.initial_queries = len(self.connection.queries_log)
        self.final_queries = None
        # The requests of a test client would forget what was collected.
        self._reset = request_started.disconnect(reset_queries)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.connection.force_debug_cursor = self._forced
        if self._reset:
            request_started.connect(reset_queries)
        self.final_queries = len(self.connection.queries_log)


def setup_databases(
    verbosity: int,
    interactive: bool,
    *,
    keepdb: bool = False,
    debug_sql: bool = False,
    aliases: Collection[str] | None = None,
    suffix: str = "",
    **kwargs: Any,
) -> list[tuple[Any, str, bool]]:
    """Create the databases for tests, and lead the connections to them.

    Args:
        verbosity: how much to say on standard error.
        interactive: whether to ask before a database is replaced.
        keepdb: whether to use databases as they are, where they exist.
        debug_sql: whether to log every query.
        aliases: which databases; all of them by default.
        suffix: appended to the databases' names, so that processes side by side have their own.
        kwargs: accepted for Django's sake.

    Returns:
        Each connection with the name of the database that it led to before, and whether its
        database is to be destroyed; for `teardown_databases()`.

    Raises:
        ImproperlyConfigured: a `TEST["MIRROR"]` names no database.
    """
    wanted = [alias for alias in connections if aliases is None or alias in aliases]
    old: list[tuple[Any, str, bool]] = []
    made: dict[Any, Any] = {}
    mirrors: list[tuple[Any, str]] = []
    try:
        for alias in wanted:
            connection = connections[alias]
            name = connection.settings_dict["NAME"]
            if mirrored := connection.settings_dict["TEST"]["MIRROR"]:
                mirrors.append((connection, mirrored))
                continue
            if suffix:
                test = connection.settings_dict["TEST"]
                test["NAME"] = connection.creation.test_name_of(suffix)
            signature = connection.creation.test_db_signature()
            if signature in made:
                connection.creation.set_as_test_mirror(made[signature])
                old.append((connection, name, False))
            else:
                connection.creation.create_test_db(
                    verbosity=verbosity, autoclobber=not interactive, keepdb=keepdb
                )
                made[signature] = connection.settings_dict
                old.append((connection, name, True))
        for connection, mirrored in mirrors:
            if mirrored not in connections.settings:
                raise ImproperlyConfigured(
                    f"TEST['MIRROR'] of the database {connection.alias!r} names {mirrored!r}, "
                    f"which is not in DATABASES."
                )
            old.append((connection, connection.settings_dict["NAME"], False))
            connection.creation.set_as_test_mirror(connections[mirrored].settings_dict)
    except BaseException:
        teardown_databases(old, verbosity, keepdb=keepdb)
        raise
    for connection, _, _ in old:
        connection.force_debug_cursor = connection.force_debug_cursor or debug_sql
    return old


def teardown_databases(
    old_config: list[tuple[Any, str, bool]], verbosity: int, *, keepdb: bool = False, **kwargs: Any
) -> None:
    """Destroy the databases for tests, and lead the connections back.

    Args:
        old_config: what `setup_databases()` returned.
        verbosity: how much to say on standard error.
        keepdb: whether to leave the databases there.
        kwargs: accepted for Django's sake.
    """
    for connection, name, destroy in reversed(old_config):
        if destroy:
            connection.creation.destroy_test_db(name, verbosity=verbosity, keepdb=keepdb)
        else:
            connection._discard()
            connection.settings_dict["NAME"] = name


def keep_connections() -> Callable[[], None]:
    """Let the requests of a test client close nothing, and return what ends that."""
    from_start = request_started.disconnect(close_old_connections)
    from_end = request_finished.disconnect(close_old_connections)

    def end() -> None:
        if from_start:
            request_started.connect(close_old_connections)
        if from_end:
            request_finished.connect(close_old_connections)

    return end
