"""PostgreSQL databases for tests."""

from __future__ import annotations

from typing import Any

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db.backends.base import quote_name
from gingerdj.db.backends.creation import BaseDatabaseCreation


class DatabaseCreation(BaseDatabaseCreation):
    """Makes databases on the server that the connection leads to, by way of `postgres`."""

    def _create(self, name: str, autoclobber: bool, keepdb: bool) -> None:
        options = self.connection.settings_dict["TEST"]
        if options["COLLATION"]:
            raise ImproperlyConfigured(
                "PostgreSQL does not support collation setting at database creation time: take "
                "COLLATION out of TEST in DATABASES."
            )
        administrator = self._administrator()
        with administrator.temporary_connection() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                if keepdb:
                    return
                self._may_replace(name, autoclobber)
                cursor.execute(f"DROP DATABASE {quote_name(name)}")
            sql = f"CREATE DATABASE {quote_name(name)}"
            if options["CHARSET"]:
                sql += f" ENCODING '{options['CHARSET']}'"
            if template := options.get("TEMPLATE"):
                sql += f" TEMPLATE {quote_name(template)}"
            cursor.execute(sql)

    def _destroy(self, name: str) -> None:
        with self._administrator().temporary_connection() as cursor:
            cursor.execute(f"DROP DATABASE {quote_name(name)}")

    def _administrator(self) -> Any:
        administrator = self.connection.copy()
        administrator.settings_dict["NAME"] = None
        return administrator
