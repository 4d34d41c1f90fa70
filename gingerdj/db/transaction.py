"""Transactions: blocks of statements that take effect together, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from types import TracebackType
from typing import Any, TypeVar, overload

from gingerdj.db.backends.asynchronous import AsyncAtomic
from gingerdj.db.backends.blocks import enter, leave, run
from gingerdj.db.exceptions import DEFAULT_DB_ALIAS, TransactionManagementError
from gingerdj.db.utils import connections
from gingerdj.utils.asyncio import iscoroutinefunction

__all__ = [
    "Atomic",
    "TransactionManagementError",
    "aatomic",
    "atomic",
    "clean_savepoints",
    "commit",
    "get_autocommit",
    "get_connection",
    "get_rollback",
    "mark_for_rollback_on_error",
    "non_atomic_requests",
    "on_commit",
    "rollback",
    "savepoint",
    "savepoint_commit",
    "savepoint_rollback",
    "set_autocommit",
    "set_rollback",
]

_F = TypeVar("_F", bound=Callable[..., Any])


def get_connection(using: str | None = None) -> Any:
    """Return this thread's connection to a database, the default one unless another is named."""
    return connections[DEFAULT_DB_ALIAS if using is None else using]


def get_autocommit(using: str | None = None) -> bool:
    """Return whether each statement is a transaction of its own."""
    return bool(get_connection(using).get_autocommit())


def set_autocommit(autocommit: bool, using: str | None = None) -> None:
    """Say whether each statement is a transaction of its own.

    Raises:
        TransactionManagementError: an atomic block is open.
    """
    get_connection(using).set_autocommit(autocommit)


def commit(using: str | None = None) -> None:
    """Commit the transaction that is managed by hand.

    Raises:
        TransactionManagementError: an atomic block is open.
    """
    get_connection(using).commit()


def rollback(using: str | None = None) -> None:
    """Roll back the transaction that is managed by hand.

    Raises:
        TransactionManagementError: an atomic block is open.
    """
    get_connection(using).rollback()


def savepoint(using: str | None = None) -> str | None:
    """Set a savepoint, and return its identifier; None where each statement commits."""
    return get_connection(using).savepoint()  # type: ignore[no-any-return]


def savepoint_rollback(sid: str | None, using: str | None = None) -> None:
    """Undo what was done since a savepoint."""
    get_connection(using).savepoint_rollback(sid)


def savepoint_commit(sid: str | None, using: str | None = None) -> None:
    """Forget a savepoint, keeping what was done since."""
    get_connection(using).savepoint_commit(sid)


def clean_savepoints(using: str | None = None) -> None:
    """Number savepoints from one again."""
    get_connection(using).clean_savepoints()


def get_rollback(using: str | None = None) -> bool:
    """Return whether the innermost atomic block will be rolled back.

    Raises:
        TransactionManagementError: no block is open.
    """
    return bool(get_connection(using).get_rollback())


def set_rollback(rollback: bool, using: str | None = None) -> None:
    """Say whether the innermost atomic block will be rolled back.

    Raises:
        TransactionManagementError: no block is open.
    """
    get_connection(using).set_rollback(rollback)


@contextmanager
def mark_for_rollback_on_error(using: str | None = None) -> Iterator[None]:
    """Let the atomic block around this one be rolled back if this one raises an exception.

    Cheaper than a savepoint where nothing is to be done after the error.
    """
    try:
        yield
    except Exception as error:
        connection = get_connection(using)
        if connection.in_atomic_block:
            connection.needs_rollback = True
            connection.rollback_exc = error
        raise


def on_commit(func: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
    """Call a function once the transaction is committed; at once where there is none.

    Args:
        func: the function, which takes no arguments.
        using: the alias of the database; the default one's by default.
        robust: whether its exceptions are logged, and spare the functions after it.

    Raises:
        TransactionManagementError: the transaction is managed by hand.
        TypeError: the function cannot be called.
    """
    get_connection(using).on_commit(func, robust)


class Atomic(ContextDecorator):
    """A block of statements that take effect together, or not at all; see `atomic()`.

    Args:
        using: the alias of the database; None means the default one.
        savepoint: whether the block, inside of another, can be rolled back alone.
        durable: whether the block refuses to be inside of another.
    """

    _from_testcase = False

    def __init__(self, using: str | None, savepoint: bool, durable: bool) -> None:
        self.using = using
        self.savepoint = savepoint
        self.durable = durable

    def __call__(self, func: _F) -> _F:
        """Run each call of a function in a block.

        Raises:
            TypeError: it is a coroutine function, whose call is over before it has run.
        """
        if iscoroutinefunction(func):
            raise TypeError(
                f"atomic() cannot decorate the coroutine function {func.__qualname__}: use "
                f"transaction.aatomic()."
            )
        return super().__call__(func)

    def __enter__(self) -> None:
        run(enter(get_connection(self.using), self))

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        run(leave(get_connection(self.using), failed=exc_type is not None))


@overload
def atomic(using: _F) -> _F: ...
@overload
def atomic(using: str | None = ..., savepoint: bool = ..., durable: bool = ...) -> Atomic: ...
def atomic(using: Any = None, savepoint: bool = True, durable: bool = False) -> Any:
    """Make statements take effect together, or, if an exception ends the block, not at all.

    A decorator, with or without arguments, or a context manager. Inside of another block it sets
    a savepoint, to which it rolls back alone.

    Args:
        using: the alias of the database, or the function to decorate.
        savepoint: false sets no savepoint; an exception then rolls back the block around, too.
        durable: whether to refuse to be inside of another block, so that its end is a commit.

    Raises:
        RuntimeError: the block is durable, and inside of another.
        TypeError: the function to decorate is a coroutine function.
    """
    if callable(using):
        return Atomic(None, savepoint, durable)(using)
    return Atomic(using, savepoint, durable)


@overload
def aatomic(using: _F) -> _F: ...
@overload
def aatomic(using: str | None = ..., savepoint: bool = ..., durable: bool = ...) -> AsyncAtomic: ...
def aatomic(using: Any = None, savepoint: bool = True, durable: bool = False) -> Any:
    """Do for coroutines and their `acursor()` what `atomic()` does for functions.

    A decorator of coroutine functions, or an asynchronous context manager. On PostgreSQL it does
    not cover synchronous code, which has a connection of its own. Tasks that are started inside
    of the block have a part in it, and must end before it does.

    Args:
        using: the alias of the database, or the coroutine function to decorate.
        savepoint: false sets no savepoint; an exception then rolls back the block around, too.
        durable: whether to refuse to be inside of another block, so that its end is a commit.

    Raises:
        OperationalError: the database cannot be reached, or every connection stays in use.
        RuntimeError: the block is durable, and inside of another.
        TransactionManagementError: another task has opened a block inside of this task's.
    """
    if callable(using):
        return AsyncAtomic(get_connection, savepoint, durable)(using)
    return AsyncAtomic(lambda: get_connection(using), savepoint, durable)


def non_atomic_requests(using: Any = None) -> Any:
    """Leave a view out of what `ATOMIC_REQUESTS` asks for; a decorator.

    Args:
        using: the alias of the database, or the view; the default one's by default.
    """
    if callable(using):
        return _non_atomic(using, DEFAULT_DB_ALIAS)
    return lambda view: _non_atomic(view, DEFAULT_DB_ALIAS if using is None else using)


def _non_atomic(view: Any, alias: str) -> Any:
    view._non_atomic_requests = {*getattr(view, "_non_atomic_requests", ()), alias}
    return view
