"""Databases for tests: made, and destroyed."""

from __future__ import annotations

import sys
from typing import Any

#: What the names of databases for tests begin with.
TEST_DATABASE_PREFIX = "test_"


class BaseDatabaseCreation:
    """Makes the database of a connection for tests.

    Args:
        connection: the connection, which is led to that database.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def create_test_db(
        self,
        verbosity: int = 1,
        autoclobber: bool = False,
        serialize: bool = False,
        keepdb: bool = False,
    ) -> str:
        """Create the database for tests, and lead the connection to it.

        Args:
            verbosity: whether to say so on standard error; from 1.
            autoclobber: whether to replace a database of that name without asking.
            serialize: accepted for Django's sake.
            keepdb: whether to use a database of that name as it is.

        Returns:
            The database's name.
        """
        name = self.test_name()
        if verbosity:
            verb = "Using existing" if keepdb else "Creating"
            self.log(f"{verb} test database for alias {self.connection.alias!r} ({name!r})...")
        self.connection._discard()
        self._create(name, autoclobber, keepdb)
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        return name

    def destroy_test_db(
        self,
        old_database_name: str | None = None,
        verbosity: int = 1,
        keepdb: bool = False,
        suffix: str | None = None,
    ) -> None:
        """Destroy the database for tests, and lead the connection back.

        Args:
            old_database_name: the name of the database that the connection led to before.
            verbosity: whether to say so on standard error; from 1.
            keepdb: whether to leave the database there.
            suffix: accepted for Django's sake.
        """
        name = self.connection.settings_dict["NAME"]
        if verbosity:
            verb = "Preserving" if keepdb else "Destroying"
            self.log(f"{verb} test database for alias {self.connection.alias!r} ({name!r})...")
        self.connection._discard()
        if not keepdb:
            self._destroy(name)
        if old_database_name is not None:
            self.connection.settings_dict["NAME"] = old_database_name

    def test_name(self) -> str:
        """Return the name of the database for tests, which `TEST["NAME"]` may give."""
        own = self.connection.settings_dict["TEST"]["NAME"]
        return str(own or f"{TEST_DATABASE_PREFIX}{self.connection.settings_dict['NAME']}")

    def test_name_of(self, suffix: str) -> str:
        """Return the name of the database for one of several processes' tests."""
        return f"{self.test_name()}_{suffix}"

    def test_db_signature(self) -> tuple[Any, ...]:
        """Return what two aliases of one database for tests have in common."""
        settings = self.connection.settings_dict
        return settings["HOST"], settings["PORT"], settings["ENGINE"], self.test_name()

    def set_as_test_mirror(self, primary_settings_dict: dict[str, Any]) -> None:
        """Lead the connection to the database for tests of another alias."""
        self.connection.settings_dict["NAME"] = primary_settings_dict["NAME"]

    def log(self, message: str) -> None:
        """Write a line to standard error."""
        sys.stderr.write(message + "\n")

    def _create(self, name: str, autoclobber: bool, keepdb: bool) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define _create().")

    def _destroy(self, name: str) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define _destroy().")

    def _may_replace(self, name: str, autoclobber: bool) -> None:
        """Ask whether a database may be replaced; end the process unless the answer is yes."""
        if autoclobber:
            return
        answer = input(
            f"There is a database {name!r} already. Type 'yes' to delete it, or 'no' to cancel: "
        )
        if answer != "yes":
            self.log("Tests cancelled.")
            sys.exit(1)
