"""Connections to PostgreSQL for coroutines, a few for each event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async

from gingerdj.db.backends.asynchronous import patiently
from gingerdj.db.backends.base import quote_name
from gingerdj.db.backends.blocks import TransactionState, arun, enter, leave
from gingerdj.db.backends.cursors import logged
from gingerdj.db.exceptions import DatabaseErrorWrapper

_IDLE = psycopg.pq.TransactionStatus.IDLE


class Pool:
    """The connections of one event loop to one database.

    psycopg's own pool keeps tasks running, which a loop that ends cancels before it could close
    anything; this one has none.

    Args:
        database: a connection object of the database, which knows its settings.
    """

    def __init__(self, database: Any) -> None:
        self.database = database
        self.size = database.settings_dict["ASYNC_POOL_SIZE"]
        self._free = asyncio.Semaphore(self.size)
        self._idle: list[tuple[Any, float | None]] = []
        self._closed = False

    async def take(self) -> tuple[Any, float | None]:
        """Return a connection, and when it is too old to be kept.

        Raises:
            OperationalError: the database cannot be reached, or every connection stays in use.
        """
        alias = self.database.alias
        await patiently(
            self._free.acquire(),
            f"Each of the {self.size} connections to {alias!r} (ASYNC_POOL_SIZE)",
        )
        try:
            while self._idle:
                connection, close_at = self._idle.pop()
                if not _too_old(close_at) and await self._answers(connection):
                    return connection, close_at
                connection.pgconn.finish()
            return await self._open()
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Any, close_at: float | None) -> None:
        """Keep a connection for the next task, or close it; never waits."""
        in_order = not connection.closed and connection.pgconn.transaction_status == _IDLE
        if in_order and not self._closed and not _too_old(close_at):
            self._idle.append((connection, close_at))
        else:
            # What a cancelled task has left undone, the server rolls back.
            connection.pgconn.finish()
        self._free.release()

    def close(self) -> None:
        """Close the connections; those in use follow when they are given back."""
        self._closed = True
        for connection, _ in self._idle:
            connection.pgconn.finish()
        self._idle.clear()

    async def _answers(self, connection: Any) -> bool:
        if connection.closed:
            return False
        if self.database.settings_dict["CONN_HEALTH_CHECKS"]:
            try:
                await connection.execute("SELECT 1")
            except psycopg.Error:
                return False
        return True

    async def _open(self) -> tuple[Any, float | None]:
        database = self.database
        with database.wrap_database_errors:
            connection = await database.get_new_async_connection(database.get_connection_params())
            try:
                for statement in database.session_statements(connection):
                    await connection.execute(statement)
            except BaseException:
                connection.pgconn.finish()
                raise
        max_age = database.settings_dict["CONN_MAX_AGE"]
        return connection, None if max_age is None else time.monotonic() + max_age


def _too_old(close_at: float | None) -> bool:
    return close_at is not None and time.monotonic() >= close_at


class _LoopPools:
    """The pools of one event loop, which are closed with it."""

    _loops: ClassVar[WeakKeyDictionary[Any, _LoopPools]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self.pools: dict[str, Pool] = {}
        # A loop ends the generators that it has begun, and awaits their ends.
        self._end = self._until_the_end()

    @classmethod
    async def pool(cls, database: Any) -> Pool:
        loop = asyncio.get_running_loop()
        mine = cls._loops.get(loop)
        if mine is None:
            mine = cls._loops[loop] = cls()
            await anext(mine._end)
        pool = mine.pools.get(database.alias)
        if pool is None or pool.database.settings_dict is not database.settings_dict:
            if pool is not None:
                pool.close()
            pool = mine.pools[database.alias] = Pool(database)
        return pool

    async def _until_the_end(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            for pool in self.pools.values():
                pool.close()


class AsyncSession(TransactionState):
    """One connection of psycopg's, used by one task and those that it starts.

    Args:
        database: a connection object of the database.
        pool: where the connection comes from.
        connection: the connection.
        close_at: when it is too old to be kept.
    """

    Database = psycopg

    def __init__(self, database: Any, pool: Pool, connection: Any, close_at: float | None) -> None:
        super().__init__()
        self.autocommit = True
        self.alias = database.alias
        self.loop = asyncio.get_running_loop()
        self.holders = 0
        self.blocks: list[Any] = []
        self.errors_occurred = False
        self.queries_log = database.queries_log
        self.last_executed_query = database.last_executed_query
        self._database = database
        self._pool = pool
        self._connection = connection
        self._close_at = close_at

    @classmethod
    async def open(cls, database: Any) -> AsyncSession:
        """Return a session on a connection from the loop's pool.

        Raises:
            OperationalError: the database cannot be reached, or every connection stays in use.
        """
        pool = await _LoopPools.pool(database)
        return cls(database, pool, *await pool.take())

    @property
    def state(self) -> AsyncSession:
        """The state of the transaction."""
        return self

    def get_autocommit(self) -> bool:
        """Return whether each statement is a transaction of its own."""
        return self.autocommit

    async def cursor(self) -> Any:
        """Return a new cursor of the connection."""
        with DatabaseErrorWrapper(self):
            return self._connection.cursor()

    async def call(self, cursor: Any, method: str, *args: Any) -> Any:
        """Call a method of a cursor."""
        with DatabaseErrorWrapper(self):
            if not method.startswith("execute") or not self._database.queries_logged:
                return await getattr(cursor, method)(*args)
            sql, params = args
            with logged(self, cursor, sql, params, method == "executemany"):
                return await getattr(cursor, method)(sql, params)

    async def enter(self, block: Any) -> None:
        """Begin a block."""
        try:
            await arun(enter(self, block))
        except asyncio.CancelledError:
            # Whether the savepoint was set, nobody knows.
            self.needs_rollback = self.in_atomic_block
            raise

    async def leave(self, failed: bool) -> None:
        """End the innermost block."""
        await arun(leave(self, failed))

    def close(self) -> None:
        """Give the connection back."""
        self._pool.give_back(self._connection, self._close_at)

    async def _connect(self) -> None:
        pass  # It is open as long as the session is.

    async def _begin(self) -> None:
        # The driver begins the transaction with its first statement.
        with DatabaseErrorWrapper(self):
            await self._connection.set_autocommit(False)
        self.autocommit = False

    async def _commit(self) -> None:
        with DatabaseErrorWrapper(self):
            await self._connection.commit()

    async def _rollback(self) -> None:
        self.run_on_commit = []
        with DatabaseErrorWrapper(self):
            await self._connection.rollback()

    async def _end(self) -> None:
        if not self._connection.closed:
            with DatabaseErrorWrapper(self):
                await self._connection.set_autocommit(True)
        self.autocommit = True
        if self.run_on_commit:
            await sync_to_async(self.run_and_clear_commit_hooks)()

    async def _drop(self) -> None:
        self.run_on_commit = []
        self._connection.pgconn.finish()

    async def _savepoint(self, sid: str) -> None:
        await self._execute(f"SAVEPOINT {quote_name(sid)}")

    async def _savepoint_commit(self, sid: str) -> None:
        await self._execute(f"RELEASE SAVEPOINT {quote_name(sid)}")

    async def _savepoint_rollback(self, sid: str) -> None:
        await self._execute(f"ROLLBACK TO SAVEPOINT {quote_name(sid)}")

    async def _execute(self, sql: str) -> None:
        cursor = await self.cursor()
        await self.call(cursor, "execute", sql, None)
