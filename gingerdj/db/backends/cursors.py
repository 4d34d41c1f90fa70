"""Cursors: a driver's own, with our exceptions, wrappers and log around it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import perf_counter
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger("gingerdj.db.backends")


class CursorWrapper:
    """A cursor (PEP 249, "Cursor Objects"); a context manager that closes it, and an iterator.

    Whatever else the driver's cursor has is an attribute of this one.

    Args:
        cursor: the driver's cursor.
        db: the connection.
    """

    def __init__(self, cursor: Any, db: Any) -> None:
        self.cursor = cursor
        self.db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)

    def __iter__(self) -> Iterator[Any]:
        with self.db.wrap_database_errors:
            yield from self.cursor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(self.db.Database.Error):  # The connection may be gone, and it with it.
            self.close()

    def execute(self, sql: str, params: Any = None) -> Any:
        """Run a statement.

        Args:
            sql: the statement, with `%s` or `%(name)s` where parameters go; `%%` is a per cent
                sign, unless there are no parameters.
            params: the parameters, as a sequence or a mapping.

        Raises:
            Error: what the database or its driver reports, as one of its subclasses.
        """
        return self._run(sql, params, False, self._execute)

    def executemany(self, sql: str, param_list: Sequence[Any]) -> Any:
        """Run a statement once for each set of parameters.

        Raises:
            Error: what the database or its driver reports, as one of its subclasses.
        """
        return self._run(sql, param_list, True, self._execute)

    def fetchone(self) -> Any:
        """Return the next row as a tuple, or None after the last."""
        with self.db.wrap_database_errors:
            return self.cursor.fetchone()

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return so many of the next rows; `arraysize` by default."""
        with self.db.wrap_database_errors:
            wanted = self.cursor.arraysize if size is None else size
            return self.cursor.fetchmany(wanted)  # type: ignore[no-any-return]

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        with self.db.wrap_database_errors:
            return self.cursor.fetchall()  # type: ignore[no-any-return]

    def _run(self, sql: str, params: Any, many: bool, execute: Callable[..., Any]) -> Any:
        self.db.validate_no_broken_transaction()
        context = {"connection": self.db, "cursor": self}
        for wrapper in reversed(self.db.execute_wrappers):
            execute = _wrapped(wrapper, execute)
        return execute(sql, params, many, context)

    def _execute(self, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        with self.db.wrap_database_errors:
            if many:
                return self.cursor.executemany(sql, params)
            return self.cursor.execute(sql, params)


class CursorDebugWrapper(CursorWrapper):
    """A cursor that logs what it does, in `connection.queries` and to `gingerdj.db.backends`."""

    def _execute(self, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        with logged(self.db, self.cursor, sql, params, many):
            return super()._execute(sql, params, many, context)


def _wrapped(wrapper: Callable[..., Any], execute: Callable[..., Any]) -> Callable[..., Any]:
    return lambda sql, params, many, context: wrapper(execute, sql, params, many, context)


@contextmanager
def logged(
    db: Any, cursor: Any, sql: str, params: Any = None, many: bool = False
) -> Iterator[None]:
    """Log the statement that the block runs.

    Args:
        db: the connection, with `queries_log`, `alias` and `last_executed_query()`.
        cursor: the driver's cursor; None for statements without parameters.
        sql: the statement.
        params: its parameters.
        many: whether these are a list of such.
    """
    start = perf_counter()
    try:
        yield
    finally:
        duration = perf_counter() - start
        if many:
            try:
                times: Any = len(params)
            except TypeError:  # An iterator, which has been used up.
                times = "?"
            shown = f"{times} times: {sql}"
        else:
            shown = sql if cursor is None else db.last_executed_query(cursor, sql, params)
        db.queries_log.append({"sql": shown, "time": f"{duration:.3f}"})
        logger.debug(
            "(%.3f) %s; args=%s; alias=%s",
            duration,
            shown,
            params,
            db.alias,
            extra={"duration": duration, "sql": shown, "params": params, "alias": db.alias},
        )
