"""Cursors and transactions for coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from types import MappingProxyType, TracebackType
from typing import Any, ClassVar, NamedTuple, Self
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async

from gingerdj.db.backends.blocks import enter, leave, run
from gingerdj.db.exceptions import InterfaceError, OperationalError, TransactionManagementError
from gingerdj.db.utils import connections
from gingerdj.utils.asyncio import iscoroutinefunction

#: Seconds to wait for a connection that others use; as long as psycopg's own pool waits.
PATIENCE = 30.0

# Rows that an iteration fetches at a time: each fetch may be a hop to a thread.
_BATCH = 100


class _Held(NamedTuple):
    session: Any
    block: Any  # The innermost block of this context, or None.


# By alias. Whatever a task starts inherits what it holds.
_held: ContextVar[Mapping[str, _Held]] = ContextVar("gingerdj.db", default=MappingProxyType({}))


async def hold(database: Any) -> Any:
    """Return the session of the running task, or of the one that started it, or a new one.

    Args:
        database: the connection object of the database, in the event loop's thread.

    Raises:
        OperationalError: the database cannot be reached, or every connection stays in use.
    """
    held = _held.get().get(database.alias)
    if held is not None and held.session.holders and held.session.loop is _loop():
        held.session.holders += 1
        return held.session
    session = await database._asession()
    session.holders = 1
    _remember(database.alias, _Held(session, None))
    return session


def release(session: Any) -> None:
    """Give back what `hold()` returned; never waits, so that nothing can prevent it."""
    session.holders -= 1
    if not session.holders:
        session.close()


def current_block(session: Any) -> Any:
    """Return the innermost block that the running task has a part in.

    Raises:
        TransactionManagementError: that block is over, or another task has opened one inside.
    """
    held = _held.get().get(session.alias)
    block = held.block if held is not None and held.session is session else None
    open_blocks = session.blocks
    if block is not None and block not in open_blocks:
        raise TransactionManagementError(
            "The aatomic() block that this task was started in is over: await the task inside of "
            "the block."
        )
    if open_blocks and open_blocks[-1] is not block:
        raise TransactionManagementError(
            "Another task is inside of an aatomic() block of this transaction, and whatever is "
            "done now would be part of that block: await that task first, or start it outside of "
            "the transaction."
        )
    return block


def _remember(alias: str, held: _Held) -> None:
    _held.set({**_held.get(), alias: held})


def _loop() -> Any:
    return asyncio.get_running_loop()


async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
    """Run a function in the request's thread, to its end even if the task is cancelled."""
    work = asyncio.ensure_future(sync_to_async(function)(*args))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # Nobody else will ask for it.
        raise
    finally:
        del work  # Or its exception, whose traceback refers to this frame, would refer to itself.


async def patiently(waiting: Any, what: str) -> None:
    """Wait for a turn.

    Raises:
        OperationalError: it does not come in time.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await waiting
    except TimeoutError as error:
        raise OperationalError(f"{what} was in use for {PATIENCE:g} seconds.") from error


class ThreadSession:
    """The connection of the request's thread, used by one task and those that it starts.

    Args:
        connection: the thread's connection.
        lock: held while the session is.
    """

    #: The lock of each thread's connection, with the loop it belongs to.
    _locks: ClassVar[WeakKeyDictionary[Any, tuple[Any, asyncio.Lock]]] = WeakKeyDictionary()

    def __init__(self, connection: Any, lock: asyncio.Lock) -> None:
        self.connection = connection
        self.alias = connection.alias
        self.loop = _loop()
        self.holders = 0
        self.blocks: list[Any] = []
        self._lock = lock

    @classmethod
    async def open(cls, alias: str) -> ThreadSession:
        """Return a session on the connection that the request's thread has to a database.

        Raises:
            OperationalError: other tasks of the request keep it for themselves.
        """
        connection = await in_thread(connections.__getitem__, alias)
        loop, lock = cls._locks.get(connection, (None, None))
        if lock is None or loop is not _loop():
            lock = asyncio.Lock()
            cls._locks[connection] = _loop(), lock
        await patiently(lock.acquire(), f"The thread's connection {alias!r}")
        return cls(connection, lock)

    @property
    def state(self) -> Any:
        """The state of the transaction."""
        return self.connection

    async def cursor(self) -> Any:
        """Return a new cursor of the connection."""
        return await in_thread(self.connection._cursor)

    async def call(self, cursor: Any, method: str, *args: Any) -> Any:
        """Call a method of a cursor."""
        return await in_thread(getattr(cursor, method), *args)

    async def enter(self, block: Any) -> None:
        """Begin a block."""
        entered = False

        def begin() -> None:
            nonlocal entered
            run(enter(self.connection, block))
            entered = True

        try:
            await in_thread(begin)
        except asyncio.CancelledError:
            if entered:
                await self.leave(failed=True)
            raise

    async def leave(self, failed: bool) -> None:
        """End the innermost block."""
        await in_thread(run, leave(self.connection, failed))

    def close(self) -> None:
        """Let other tasks have the connection."""
        self._lock.release()


class AsyncCursor:
    """A cursor for coroutines: an asynchronous context manager, and an asynchronous iterator.

    Whatever else the driver's cursor has, such as `description`, is an attribute of this one.

    Args:
        database: the connection object of the database.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._session: Any = None
        self._cursor: Any = None

    async def __aenter__(self) -> Self:
        self._session = await hold(self._database)
        try:
            self._cursor = await self._session.cursor()
        except BaseException:
            release(self._session)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        cursor, self._cursor = self._cursor, None
        try:
            await self._session.call(cursor, "close")
        finally:
            release(self._session)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened(), name)

    async def __aiter__(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(_BATCH):
            for row in rows:
                yield row

    async def execute(self, sql: str, params: Any = None) -> None:
        """Run a statement.

        Args:
            sql: the statement, with `%s` or `%(name)s` where parameters go.
            params: the parameters, as a sequence or a mapping.

        Raises:
            Error: what the database or its driver reports, as one of its subclasses.
        """
        await self._run("execute", sql, params)

    async def executemany(self, sql: str, param_list: Any) -> None:
        """Run a statement once for each set of parameters.

        Raises:
            Error: what the database or its driver reports, as one of its subclasses.
        """
        await self._run("executemany", sql, param_list)

    async def fetchone(self) -> Any:
        """Return the next row as a tuple, or None after the last."""
        return await self._session.call(self._opened(), "fetchone")

    async def fetchmany(self, size: int = 1) -> list[Any]:
        """Return so many of the next rows."""
        rows: list[Any] = await self._session.call(self._opened(), "fetchmany", size)
        return rows

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows: list[Any] = await self._session.call(self._opened(), "fetchall")
        return rows

    async def _run(self, method: str, sql: str, params: Any) -> None:
        cursor = self._opened()
        current_block(self._session)
        self._session.state.validate_no_broken_transaction()
        await self._session.call(cursor, method, sql, params)

    def _opened(self) -> Any:
        if self._cursor is None:
            raise InterfaceError(
                "The cursor is not open: use it inside of `async with connection.acursor() as "
                "cursor`."
            )
        return self._cursor


class AsyncAtomic:
    """A block of statements that take effect together, or not at all; see `aatomic()`.

    Args:
        database: returns the connection object of the database.
        savepoint: whether the block, inside of another, can be rolled back alone.
        durable: whether the block refuses to be inside of another.
    """

    _from_testcase = False

    def __init__(self, database: Callable[[], Any], savepoint: bool, durable: bool) -> None:
        self._database = database
        self._session: Any = None
        self._outer: Any = None
        self.savepoint = savepoint
        self.durable = durable

    async def __aenter__(self) -> Self:
        if self._session is not None:
            raise TransactionManagementError(
                "This aatomic() block is open already: call aatomic() anew for each block."
            )
        session = await hold(self._database())
        try:
            outer = current_block(session)
            await session.enter(self)
        except BaseException:
            release(session)
            raise
        session.blocks.append(self)
        self._outer, self._session = outer, session
        _remember(session.alias, _Held(session, self))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        blocks = session.blocks
        tangled = not blocks or blocks[-1] is not self
        _remember(session.alias, _Held(session, self._outer))  # What is called on commit sees it.
        try:
            while self in blocks:
                # What other tasks have opened inside of this block cannot outlive it.
                innermost = blocks.pop()
                failed = tangled or innermost is not self or exc_type is not None
                await session.leave(failed)
        finally:
            release(session)
        if tangled and exc_type is None:
            raise TransactionManagementError(
                "An aatomic() block and one that another task opened inside of it did not end in "
                "the right order, so both are rolled back: await that task inside of the block."
            )

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Run each call of a coroutine function in a block of its own.

        Raises:
            TypeError: the function is no coroutine function.
        """
        if not iscoroutinefunction(function):
            raise TypeError(
                f"aatomic() decorates coroutine functions, not {function!r}: use atomic()."
            )

        @wraps(function)
        async def atomically(*args: Any, **kwargs: Any) -> Any:
            async with AsyncAtomic(self._database, self.savepoint, self.durable):
                return await function(*args, **kwargs)

        return atomically

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Call a function once the transaction is committed.

        Args:
            func: the function or coroutine function, which takes no arguments.
            robust: whether its exceptions are logged, and spare the functions after it.

        Raises:
            TransactionManagementError: the block is not open.
        """
        self._state().on_commit(func, robust)

    def get_rollback(self) -> bool:
        """Return whether the innermost block will be rolled back."""
        return bool(self._state().get_rollback())

    def set_rollback(self, rollback: bool) -> None:
        """Say whether the innermost block will be rolled back."""
        self._state().set_rollback(rollback)

    def _state(self) -> Any:
        if self._session is None:
            raise TransactionManagementError("The aatomic() block is not open.")
        return self._session.state
