"""Connections to PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.datetime import TimestamptzBinaryLoader, TimestamptzLoader

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db.backends.base import BaseDatabaseWrapper, quote_name
from gingerdj.db.backends.postgresql.asynchronous import AsyncSession
from gingerdj.db.backends.postgresql.creation import DatabaseCreation

# PostgreSQL cuts longer names off (its manual, 4.1.1).
_LONGEST_NAME = 63


class _NaiveLoader(TimestamptzLoader):
    """Reads times as those of the session's zone, without naming it."""

    def load(self, data: Any) -> datetime:
        return super().load(data).replace(tzinfo=None)


class _NaiveBinaryLoader(TimestamptzBinaryLoader):
    """Does the same for cursors whose values are binary."""

    def load(self, data: Any) -> datetime:
        return super().load(data).replace(tzinfo=None)


class DatabaseWrapper(BaseDatabaseWrapper):
    """A connection to a database of PostgreSQL."""

    vendor = "postgresql"
    display_name = "PostgreSQL"
    Database = psycopg
    creation_class = DatabaseCreation

    def get_connection_params(self) -> dict[str, Any]:
        """Return the arguments for `psycopg.connect()`.

        Raises:
            ImproperlyConfigured: `NAME` is missing or too long, or an option is wrong.
        """
        entry = self.settings_dict
        params = {"client_encoding": "UTF8", "prepare_threshold": None, **entry["OPTIONS"]}
        if "pool" in params:
            raise ImproperlyConfigured(
                f"settings.DATABASES is improperly configured: take the option pool out of "
                f"{self.alias!r}. Each of the THREAD_POOL_SIZE threads keeps its own connection "
                f"for CONN_MAX_AGE seconds, and ASYNC_POOL_SIZE caps those of async cursors."
            )
        if entry["NAME"] is not None:
            if not params.get("service"):
                self._require_name("the database's name, or OPTIONS['service']")
            if len(entry["NAME"]) > _LONGEST_NAME:
                raise ImproperlyConfigured(
                    f"The database name {entry['NAME']!r} of {self.alias!r} has "
                    f"{len(entry['NAME'])} characters, and PostgreSQL keeps {_LONGEST_NAME}: "
                    f"supply a shorter NAME in settings.DATABASES."
                )
        given = {
            "dbname": "postgres" if entry["NAME"] is None else entry["NAME"],
            "user": entry["USER"],
            "password": entry["PASSWORD"],
            "host": entry["HOST"],
            "port": entry["PORT"],
        }
        params.update({name: value for name, value in given.items() if value})
        self._server_side = bool(params.pop("server_side_binding", False))
        self._role = params.pop("assume_role", None)
        self._isolation_level = self._checked_level(params.pop("isolation_level", None))
        params["autocommit"] = True
        return params

    def _checked_level(self, level: Any) -> Any:
        if level is None:
            return None
        try:
            return psycopg.IsolationLevel(level)
        except ValueError as error:
            names = ", ".join(f"{each} ({each.name})" for each in psycopg.IsolationLevel)
            raise ImproperlyConfigured(
                f"settings.DATABASES is improperly configured: the isolation_level of "
                f"{self.alias!r} is {level!r}; use one of {names}."
            ) from error

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection."""
        factory = psycopg.Cursor if self._server_side else psycopg.ClientCursor
        connection: Any = psycopg.connect(cursor_factory=factory, **conn_params)
        self._register_loaders(connection)
        if self._isolation_level is not None:
            connection.isolation_level = self._isolation_level
        return connection

    async def get_new_async_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection for coroutines."""
        factory = psycopg.AsyncCursor if self._server_side else psycopg.AsyncClientCursor
        connection: Any = await psycopg.AsyncConnection.connect(
            cursor_factory=factory, **conn_params
        )
        self._register_loaders(connection)
        if self._isolation_level is not None:
            await connection.set_isolation_level(self._isolation_level)
        return connection

    def _register_loaders(self, connection: Any) -> None:
        """Let times come without a zone where the project's times have none (`USE_TZ`)."""
        if self.timezone is None:
            for loader in (_NaiveLoader, _NaiveBinaryLoader):
                connection.adapters.register_loader("timestamptz", loader)

    def session_statements(self, connection: Any) -> list[str]:
        """Return what must be run once on a new connection: its time zone, and its role.

        Args:
            connection: the driver's connection, of either style.
        """
        statements = []
        if connection.info.parameter_status("TimeZone") != self.timezone_name:
            name = self.timezone_name.replace("'", "''")
            statements.append(f"SET TIME ZONE '{name}'")
        if self._role:
            statements.append(f"SET ROLE {quote_name(self._role)}")
        return statements

    def init_connection_state(self) -> None:
        """Set the session's time zone and role, where they are not the right ones."""
        for statement in self.session_statements(self.connection):
            self.connection.execute(statement)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a new cursor; one with a name leaves its rows on the server."""
        if name:
            return self.connection.cursor(name, withhold=self.autocommit)
        return self.connection.cursor()

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement with its parameters in it, where the driver puts them there."""
        if params and isinstance(cursor, psycopg.ClientCursor | psycopg.AsyncClientCursor):
            try:
                return cursor.mogrify(sql, params)
            except psycopg.Error:  # The statement is what was wrong.
                return sql
        return sql

    def is_usable(self) -> bool:
        """Return whether the server answers."""
        if self.connection is None:
            return False
        try:
            self.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def connection_limit(self) -> int | None:
        """Return how many connections the server accepts from this role to this database."""
        with self.temporary_connection() as cursor:
            cursor.execute(
                "SELECT current_setting('max_connections')::int"
                " - current_setting('superuser_reserved_connections')::int,"
                " (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),"
                " (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user)"
            )
            # A database or a role without a limit has -1.
            limits: list[int] = [limit for limit in cursor.fetchone() if limit >= 0]
            return min(limits)

    def table_names(self) -> list[str]:
        """Return the names of the tables that are found without a schema's name."""
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_catalog.pg_class "
                "WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace <> "
                "'pg_catalog'::regnamespace AND pg_table_is_visible(oid) ORDER BY relname"
            )
            return [name for (name,) in cursor.fetchall()]

    def flush(self, reset_sequences: bool = False) -> None:
        """Delete every row of every table.

        Args:
            reset_sequences: whether identities begin anew.
        """
        if names := ", ".join(map(quote_name, self.table_names())):
            restart = " RESTART IDENTITY" if reset_sequences else ""
            self._execute(f"TRUNCATE {names}{restart}")

    def check_constraints(self) -> None:
        """Check the constraints that wait for the end of the transaction.

        Raises:
            IntegrityError: one is violated.
        """
        self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._execute("SET CONSTRAINTS ALL DEFERRED")

    async def _asession(self) -> Any:
        if not self.settings_dict["ASYNC_POOL_SIZE"]:
            return await super()._asession()
        return await AsyncSession.open(self)

    def _set_autocommit(self, autocommit: bool) -> None:
        self.connection.autocommit = autocommit

    def _start_transaction(self) -> None:
        # The driver begins the transaction with its first statement.
        self.connection.autocommit = False
