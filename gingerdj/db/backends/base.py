"""What connections to every kind of database have in common."""

from __future__ import annotations

import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db.backends.asynchronous import AsyncCursor, ThreadSession
from gingerdj.db.backends.blocks import TransactionState
from gingerdj.db.backends.cursors import CursorDebugWrapper, CursorWrapper, logged
from gingerdj.db.backends.signals import connection_created
from gingerdj.db.exceptions import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    DatabaseErrorWrapper,
)
from gingerdj.utils.asyncio import async_unsafe

#: Keeps a method from running on an event loop.
off_the_loop = async_unsafe(
    "You cannot use a database like this from an async context: use connection.acursor() or "
    "transaction.aatomic(), or move the call into a thread by sync_to_async."
)


def quote_name(name: str) -> str:
    """Return an identifier in quotes (SQL-92, 5.2, "delimited identifier")."""
    return '"' + name.replace('"', '""') + '"'


class BaseDatabaseWrapper(TransactionState):
    """A connection to a database, opened when it is first used; it belongs to one thread.

    Args:
        settings_dict: the entry of `DATABASES`, complete.
        alias: its alias.
    """

    #: The kind of database, such as `sqlite`.
    vendor = "unknown"
    #: Its name for people.
    display_name = "unknown"
    #: The driver's module (PEP 249).
    Database: Any = None
    #: How the database is created for tests; a class.
    creation_class: Any = None
    #: The most queries that `queries` remembers.
    queries_limit = 9000

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        super().__init__()
        #: The driver's connection, or None.
        self.connection: Any = None
        self.settings_dict = settings_dict
        self.alias = alias
        self.queries_log: deque[dict[str, str]] = deque(maxlen=self.queries_limit)
        #: Whether queries are logged though `DEBUG` is not set.
        self.force_debug_cursor = False
        #: What `execute_wrapper()` has put around each statement.
        self.execute_wrappers: list[Callable[..., Any]] = []
        #: Whether an error has been seen since the connection was last known to be in order.
        self.errors_occurred = False
        #: When the connection is too old to be kept, on the clock of `time.monotonic()`, or None.
        self.close_at: float | None = None
        self.health_check_enabled = False
        self.health_check_done = False
        self._run_hooks_with_autocommit = False
        self._thread = threading.get_ident()
        self._sharing = 0
        self._sharing_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} vendor={self.vendor!r} alias={self.alias!r}>"

    def __del__(self) -> None:
        # The thread has ended, and took the connection with it.
        try:  # noqa: SIM105 - At the process's end, suppress() may be gone.
            self._discard()
        except Exception:  # noqa: S110
            pass

    @property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """A context manager that raises our exceptions in place of the driver's."""
        # Kept, it would keep the connection alive after its thread.
        return DatabaseErrorWrapper(self)

    @cached_property
    def creation(self) -> Any:
        """What creates the database for tests."""
        return self.creation_class(self)

    @cached_property
    def timezone(self) -> tzinfo | None:
        """The zone of times that the database holds without one; None unless `USE_TZ`."""
        if not settings.USE_TZ:
            return None
        name = self.settings_dict["TIME_ZONE"]
        return ZoneInfo(name) if name else UTC

    @cached_property
    def timezone_name(self) -> str:
        """The name of the database session's zone."""
        if not settings.USE_TZ:
            return str(settings.TIME_ZONE)
        return str(self.settings_dict["TIME_ZONE"] or "UTC")

    # What each kind of database has of its own.

    def get_connection_params(self) -> dict[str, Any]:
        """Return the arguments for the driver.

        Raises:
            ImproperlyConfigured: the entry of `DATABASES` lacks something.
        """
        raise NotImplementedError(f"{type(self).__name__} must define get_connection_params().")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection of the driver's, in which each statement commits."""
        raise NotImplementedError(f"{type(self).__name__} must define get_new_connection().")

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a new cursor of the driver's."""
        raise NotImplementedError(f"{type(self).__name__} must define create_cursor().")

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement with its parameters in it, for people."""
        raise NotImplementedError(f"{type(self).__name__} must define last_executed_query().")

    def is_usable(self) -> bool:
        """Return whether the database answers."""
        raise NotImplementedError(f"{type(self).__name__} must define is_usable().")

    def table_names(self) -> list[str]:
        """Return the names of the project's tables, in the order of the alphabet."""
        raise NotImplementedError(f"{type(self).__name__} must define table_names().")

    def flush(self, reset_sequences: bool = False) -> None:
        """Delete every row of every table.

        Args:
            reset_sequences: whether generated numbers begin anew.
        """
        raise NotImplementedError(f"{type(self).__name__} must define flush().")

    def check_constraints(self) -> None:
        """Check the constraints that wait for the end of the transaction.

        Raises:
            IntegrityError: one is violated.
        """

    def init_connection_state(self) -> None:
        """Prepare a new connection."""

    def _set_autocommit(self, autocommit: bool) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define _set_autocommit().")

    def _start_transaction(self) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define _start_transaction().")

    # Opening and closing.

    @off_the_loop
    def connect(self) -> None:
        """Open the connection.

        Raises:
            ImproperlyConfigured: the entry of `DATABASES` lacks something.
            OperationalError: the database cannot be reached.
        """
        self._forget_transaction()
        self.health_check_enabled = bool(self.settings_dict["CONN_HEALTH_CHECKS"])
        self.health_check_done = True  # It is new.
        max_age = self.settings_dict["CONN_MAX_AGE"]
        self.close_at = None if max_age is None else time.monotonic() + max_age
        self.errors_occurred = False
        self.connection = self.get_new_connection(self.get_connection_params())
        self.autocommit = True
        self.init_connection_state()
        self.set_autocommit(self.settings_dict["AUTOCOMMIT"])
        connection_created.send(sender=type(self), connection=self)

    @off_the_loop
    def ensure_connection(self) -> None:
        """Open the connection, unless it is open.

        Raises:
            DatabaseError: it was closed while an atomic block is open.
        """
        if self.connection is None:
            if self.in_atomic_block and self.closed_in_transaction:
                raise DatabaseError(
                    "The connection was closed inside of an atomic block: nothing can be done "
                    "with the database until the block ends."
                )
            with self.wrap_database_errors:
                self.connect()

    @off_the_loop
    def close(self) -> None:
        """Close the connection; inside of an atomic block, that can do nothing more."""
        self.validate_thread_sharing()
        self.run_on_commit = []
        if self.connection is None:
            return
        try:
            with self.wrap_database_errors:
                self.connection.close()
        finally:
            self.connection = None
            if self.in_atomic_block:
                self.closed_in_transaction = True
                self.needs_rollback = True

    def _discard(self) -> None:
        """Close the connection whatever is lost by it, and whichever thread asks."""
        connection, self.connection = self.connection, None
        self._forget_transaction()
        if connection is not None:
            connection.close()

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection if it is too old, or if an error has left it unusable."""
        if self.connection is None or self.in_atomic_block:
            return
        self.health_check_done = False
        left_in_other_mode = self.autocommit != self.settings_dict["AUTOCOMMIT"]
        too_old = self.close_at is not None and time.monotonic() >= self.close_at
        if left_in_other_mode or too_old or (self.errors_occurred and not self.is_usable()):
            self.close()
        elif self.errors_occurred:
            self.errors_occurred = False
            self.health_check_done = True

    def close_if_health_check_failed(self) -> None:
        """Close the connection if it does not answer; asked once per request.

        The entry of `DATABASES` asks for it by `CONN_HEALTH_CHECKS`.
        """
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if not self.is_usable():
            self.close()
        self.health_check_done = True

    def connection_limit(self) -> int | None:
        """Return how many connections the database accepts at once; None for any number."""
        return None

    # Statements.

    @off_the_loop
    def cursor(self) -> CursorWrapper:
        """Return a cursor, having opened the connection if need be."""
        return self._cursor()

    def acursor(self) -> AsyncCursor:
        """Return a cursor for coroutines: `async with connection.acursor() as cursor`.

        Its methods are those of `cursor()`, awaited.
        """
        return AsyncCursor(self)

    async def _asession(self) -> Any:
        """Return what asynchronous cursors and blocks of one task share, not yet held."""
        return await ThreadSession.open(self.alias)

    def _cursor(self, name: str | None = None) -> CursorWrapper:
        self.validate_thread_sharing()
        self._require_connection()
        with self.wrap_database_errors:
            cursor = self.create_cursor(name)
        if self.queries_logged:
            return CursorDebugWrapper(cursor, self)
        return CursorWrapper(cursor, self)

    def _require_connection(self) -> None:
        if not self.in_atomic_block:
            self.close_if_health_check_failed()
        self.ensure_connection()

    @contextmanager
    def temporary_connection(self) -> Iterator[CursorWrapper]:
        """Give a cursor, and close the connection afterwards if it was not open before."""
        must_close = self.connection is None
        try:
            with self.cursor() as cursor:
                yield cursor
        finally:
            if must_close:
                self.close()

    @contextmanager
    def execute_wrapper(self, wrapper: Callable[..., Any]) -> Iterator[None]:
        """Put a function around each statement that the block runs in this thread.

        Args:
            wrapper: called with `execute`, `sql`, `params`, `many` and `context`; it calls
                `execute` with the other four, and returns what that returns.
        """
        self.execute_wrappers.append(wrapper)
        try:
            yield
        finally:
            self.execute_wrappers.pop()

    @property
    def queries_logged(self) -> bool:
        """Whether queries are logged: if `DEBUG` is set, or `force_debug_cursor` is."""
        return bool(self.force_debug_cursor or settings.DEBUG)

    @property
    def queries(self) -> list[dict[str, str]]:
        """The logged queries, each with `sql` and `time` (seconds)."""
        if len(self.queries_log) == self.queries_log.maxlen:
            warnings.warn(
                f"Limit for query logging exceeded, only the last {self.queries_log.maxlen} "
                f"queries will be returned.",
                stacklevel=2,
            )
        return list(self.queries_log)

    # Transactions.

    def get_autocommit(self) -> bool:
        """Return whether each statement is a transaction of its own."""
        self.ensure_connection()
        return self.autocommit

    @off_the_loop
    def set_autocommit(self, autocommit: bool) -> None:
        """Say whether each statement is a transaction of its own.

        Raises:
            TransactionManagementError: an atomic block is open.
        """
        self.validate_no_atomic_block()
        self._require_connection()
        if autocommit != self.autocommit:
            with self.wrap_database_errors:
                self._set_autocommit(autocommit)
            self.autocommit = autocommit
        if autocommit and self._run_hooks_with_autocommit:
            self._run_hooks_with_autocommit = False
            self.run_and_clear_commit_hooks()

    @off_the_loop
    def commit(self) -> None:
        """Commit the transaction that is managed by hand.

        Raises:
            TransactionManagementError: an atomic block is open.
        """
        self.validate_thread_sharing()
        self.validate_no_atomic_block()
        self._commit()

    @off_the_loop
    def rollback(self) -> None:
        """Roll back the transaction that is managed by hand.

        Raises:
            TransactionManagementError: an atomic block is open.
        """
        self.validate_thread_sharing()
        self.validate_no_atomic_block()
        self._rollback()

    @off_the_loop
    def savepoint(self) -> str | None:
        """Set a savepoint, and return its identifier; None where each statement commits."""
        if self.get_autocommit():
            return None
        sid = self._new_savepoint()
        self._savepoint(sid)
        return sid

    @off_the_loop
    def savepoint_commit(self, sid: str | None) -> None:
        """Forget a savepoint, keeping what was done since."""
        if sid is not None and not self.get_autocommit():
            self._savepoint_commit(sid)

    @off_the_loop
    def savepoint_rollback(self, sid: str | None) -> None:
        """Undo what was done since a savepoint."""
        if sid is not None and not self.get_autocommit():
            self._savepoint_rollback(sid)
            self._forget_hooks_since(sid)

    @off_the_loop
    def clean_savepoints(self) -> None:
        """Number savepoints from one again."""
        self._savepoints_made = 0

    def _connect(self) -> None:
        self.validate_thread_sharing()
        self._require_connection()

    def _begin(self) -> None:
        with self._transaction_step("BEGIN"):
            self._start_transaction()
        self.autocommit = False

    def _commit(self) -> None:
        if self.connection is not None:
            with self._transaction_step("COMMIT"):
                self.connection.commit()
        self.errors_occurred = False
        self._run_hooks_with_autocommit = True

    def _rollback(self) -> None:
        self.run_on_commit = []
        if self.connection is not None:
            with self._transaction_step("ROLLBACK"):
                self.connection.rollback()
        self.errors_occurred = False
        self.needs_rollback = False

    @contextmanager
    def _transaction_step(self, sql: str) -> Iterator[None]:
        with self.wrap_database_errors:
            if self.queries_logged:
                with logged(self, None, sql):
                    yield
            else:
                yield

    def _end(self) -> None:
        if self.connection is None:
            self._forget_transaction()
        else:
            self.set_autocommit(True)

    def _drop(self) -> None:
        self.close()

    def _savepoint(self, sid: str) -> None:
        self._execute(f"SAVEPOINT {quote_name(sid)}")

    def _savepoint_commit(self, sid: str) -> None:
        self._execute(f"RELEASE SAVEPOINT {quote_name(sid)}")

    def _savepoint_rollback(self, sid: str) -> None:
        self._execute(f"ROLLBACK TO SAVEPOINT {quote_name(sid)}")

    def _execute(self, sql: str) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql)

    # Threads.

    @property
    def allow_thread_sharing(self) -> bool:
        """Whether other threads than its own may use the connection."""
        with self._sharing_lock:
            return self._sharing > 0

    def inc_thread_sharing(self) -> None:
        """Let other threads use the connection, until `dec_thread_sharing()`."""
        with self._sharing_lock:
            self._sharing += 1

    def dec_thread_sharing(self) -> None:
        """Take back one `inc_thread_sharing()`.

        Raises:
            RuntimeError: there was none.
        """
        with self._sharing_lock:
            if self._sharing <= 0:
                raise RuntimeError(
                    "Cannot decrement the thread sharing count below zero. Call "
                    "inc_thread_sharing() first."
                )
            self._sharing -= 1

    def validate_thread_sharing(self) -> None:
        """Refuse threads other than the connection's own.

        Raises:
            DatabaseError: the calling thread is one.
        """
        if self._thread != threading.get_ident() and not self.allow_thread_sharing:
            raise DatabaseError(
                f"The connection {self.alias!r} was made in thread {self._thread} and is used in "
                f"thread {threading.get_ident()}: take each thread's own from "
                f"gingerdj.db.connections."
            )

    def copy(self, alias: str | None = None) -> Any:
        """Return another connection to the same database, not yet open.

        Args:
            alias: its alias; this one's by default.
        """
        own = {**self.settings_dict, "OPTIONS": {**self.settings_dict["OPTIONS"]}}
        return type(self)(own, self.alias if alias is None else alias)

    def _require_name(self, hint: str) -> Any:
        name = self.settings_dict["NAME"]
        if not name:
            raise ImproperlyConfigured(
                f"settings.DATABASES is improperly configured. Please supply the NAME value. In "
                f"{self.alias!r} it is {hint}."
            )
        return name
