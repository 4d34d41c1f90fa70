"""Databases of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gingerdj.db import connections

Database = Any


@pytest.fixture(params=["sqlite-memory", "sqlite-file", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return an entry of `DATABASES`."""
    if request.param == "postgresql":
        return dict(request.getfixturevalue("postgresql"))
    return {"NAME": ":memory:" if request.param == "sqlite-memory" else tmp_path / "db.sqlite3"}


@pytest.fixture
def connect(configure: Any, database: dict[str, Any]) -> Any:
    """Configure the database, with more in its entry, and give it the empty table `item`."""

    def put(**entry: Any) -> Any:
        configure(DATABASES={"default": {**database, **entry}})
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS item")
            cursor.execute("CREATE TABLE item (name varchar(9) PRIMARY KEY, size integer)")
        return connection

    return put


@pytest.fixture
def db(connect: Any) -> Any:
    """Return a connection to a database with the empty table `item`."""
    return connect()


def insert(connection: Any, *names: str) -> None:
    """Insert items."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("INSERT INTO item (name) VALUES (%s)", [name])


def names(connection: Any) -> list[str]:
    """Return the names of the items."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM item ORDER BY name")
        return [name for (name,) in cursor]
