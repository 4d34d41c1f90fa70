"""Connections to SQLite."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db.backends.base import BaseDatabaseWrapper, off_the_loop, quote_name
from gingerdj.db.backends.sqlite3.creation import DatabaseCreation
from gingerdj.db.exceptions import IntegrityError, ProgrammingError

# SQLite's parameters are limited; a log need not show more than these.
_MOST_QUOTED = 999

_TRANSACTION_MODES = ("DEFERRED", "EXCLUSIVE", "IMMEDIATE")

_PLACEHOLDER = re.compile(r"%(%|s|\((\w+)\)s)?")


def _isoformat(value: Any) -> str:
    return str(value.isoformat(" ") if isinstance(value, datetime) else value.isoformat())


def _parsed(read: Any) -> Any:
    return lambda value: read(value.decode())


# SQLite has no types for these: they are kept as text, and read back from the columns of the
# declared types. Python's own adapters are deprecated since 3.12.
for _type in (date, datetime, time):
    sqlite3.register_adapter(_type, _isoformat)
sqlite3.register_adapter(Decimal, str)
sqlite3.register_converter("bool", lambda value: value == b"1")
sqlite3.register_converter("date", _parsed(date.fromisoformat))
sqlite3.register_converter("time", _parsed(time.fromisoformat))
for _name in ("datetime", "timestamp"):
    sqlite3.register_converter(_name, _parsed(datetime.fromisoformat))


class DatabaseWrapper(BaseDatabaseWrapper):
    """A connection to a database of SQLite: a file, or memory.

    A database in memory is one connection's own, unless its name is a URI that says otherwise.
    """

    vendor = "sqlite"
    display_name = "SQLite"
    Database = sqlite3
    creation_class = DatabaseCreation

    def get_connection_params(self) -> dict[str, Any]:
        """Return the arguments for `sqlite3.connect()`.

        Raises:
            ImproperlyConfigured: `NAME` is missing, or an option is wrong.
        """
        name = self._require_name("the path of the database's file, or ':memory:'")
        params = {
            "detect_types": sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            **self.settings_dict["OPTIONS"],
            "database": name,
            # We refuse other threads ourselves, unless they were let in.
            "check_same_thread": False,
            "uri": True,
            "isolation_level": None,
        }
        mode = params.pop("transaction_mode", None)
        if mode is not None and str(mode).upper() not in _TRANSACTION_MODES:
            raise ImproperlyConfigured(
                f"settings.DATABASES is improperly configured: the transaction_mode of "
                f"{self.alias!r} is {mode!r}; SQLite knows {', '.join(_TRANSACTION_MODES)}."
            )
        self._begin_sql = "BEGIN" if mode is None else f"BEGIN {str(mode).upper()}"
        self._init_sql = params.pop("init_command", "")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection, in which foreign keys are enforced."""
        connection = sqlite3.connect(**conn_params)
        connection.execute("PRAGMA foreign_keys = ON")
        for command in filter(str.strip, self._init_sql.split(";")):
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a new cursor, which takes `%s` for parameters."""
        return self.connection.cursor(factory=SQLiteCursorWrapper)

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement with its parameters in it, as SQLite itself quotes them."""
        if not params or len(params) > _MOST_QUOTED:
            return sql
        if isinstance(params, dict):
            return sql % dict(zip(params, self._quoted(params.values()), strict=True))
        return sql % tuple(self._quoted(params))

    def _quoted(self, values: Any) -> list[Any]:
        values = tuple(values)
        columns = ", ".join(["quote(?)"] * len(values))
        # A cursor of the connection's own: this statement is nobody's business.
        return list(self.connection.execute(f"SELECT {columns}", values).fetchone())

    def is_usable(self) -> bool:
        """Return true: a file is always there."""
        return True

    def is_in_memory_db(self) -> bool:
        """Return whether the database is in memory, and gone with its last connection."""
        return is_in_memory(str(self.settings_dict["NAME"]))

    @off_the_loop
    def close(self) -> None:
        """Close the connection, but never to a database in memory, which would be lost."""
        self.validate_thread_sharing()
        if not self.is_in_memory_db():
            super().close()

    def table_names(self) -> list[str]:
        """Return the names of the tables, in the order of the alphabet."""
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM sqlite_master "
                "WHERE type = 'table' AND name NOT LIKE 'sqlite!_%%' ESCAPE '!' ORDER BY name",
                (),
            )
            return [name for (name,) in cursor.fetchall()]

    def flush(self, reset_sequences: bool = False) -> None:
        """Delete every row of every table.

        Args:
            reset_sequences: whether the numbers of AUTOINCREMENT begin anew.
        """
        with self.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            try:
                for name in self.table_names():
                    cursor.execute(f"DELETE FROM {quote_name(name)}")  # noqa: S608 - quoted
                if reset_sequences:
                    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
                    if cursor.fetchone():
                        cursor.execute("DELETE FROM sqlite_sequence")
            finally:
                cursor.execute("PRAGMA foreign_keys = ON")

    def check_constraints(self) -> None:
        """Check the foreign keys, which may wait for the end of the transaction.

        Raises:
            IntegrityError: one leads nowhere.
        """
        with self.cursor() as cursor:
            cursor.execute("PRAGMA foreign_key_check")
            if found := cursor.fetchone():
                table, row, parent, _ = found
                raise IntegrityError(
                    f"The row {row} of the table {table!r} has a foreign key to {parent!r} that "
                    f"leads nowhere."
                )

    def _set_autocommit(self, autocommit: bool) -> None:
        if autocommit and self.connection.in_transaction:
            self.connection.commit()
        # With "", Python begins a transaction before a statement that writes.
        self.connection.isolation_level = None if autocommit else ""

    def _savepoint(self, sid: str) -> None:
        if not self.connection.in_transaction:
            # Or the savepoint would be the transaction, and its release the commit.
            self._start_transaction()
        super()._savepoint(sid)

    def _start_transaction(self) -> None:
        self.connection.execute(self._begin_sql)


class SQLiteCursorWrapper(sqlite3.Cursor):
    """A cursor that takes the placeholders of the other databases: `%s` and `%(name)s`."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement."""
        if params is None:
            return super().execute(query)
        return super().execute(translated(query), params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run a statement once for each set of parameters."""
        return super().executemany(translated(query), param_list)


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """Return a statement with SQLite's placeholders, `?` and `:name`.

    Args:
        sql: the statement with `%s` or `%(name)s`, and `%%` for a per cent sign.

    Raises:
        ProgrammingError: a per cent sign is none of these.
    """
    return _PLACEHOLDER.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    if found[1] == "%":
        return "%"
    if found[1] is None:
        raise ProgrammingError(
            f"There is a lone % at character {found.start() + 1} of {found.string!r}: write %s or "
            f"%(name)s for a parameter, and %% for a per cent sign."
        )
    return f":{found[2]}" if found[2] else "?"


def is_in_memory(name: str) -> bool:
    """Return whether SQLite keeps the database of a name in memory."""
    return name == ":memory:" or "mode=memory" in name or name.startswith("file::memory:")
