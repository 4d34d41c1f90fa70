"""What is SQLite's own: types, placeholders, databases in memory."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gingerdj.db import IntegrityError, OperationalError, ProgrammingError, connection
from gingerdj.db.backends.sqlite3.base import is_in_memory, translated
from gingerdj.db.transaction import atomic


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT %s", "SELECT ?"),
        ("SELECT %(a)s, %(b_1)s", "SELECT :a, :b_1"),
        ("LIKE 'a%%'", "LIKE 'a%'"),
        ("%%s", "%s"),
        ("%%%s", "%?"),
    ],
)
def test_placeholders(sql: str, expected: str) -> None:
    assert translated(sql) == expected


def test_a_lone_per_cent_sign() -> None:
    with pytest.raises(ProgrammingError, match=r"a lone % at character 6 of 'LIKE %d'"):
        translated("LIKE %d")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (":memory:", True),
        ("file:x?mode=memory&cache=shared", True),
        ("file::memory:?cache=shared", True),
        ("memory.sqlite3", False),
        ("/srv/db.sqlite3", False),
    ],
)
def test_what_is_in_memory(name: str, expected: bool) -> None:
    assert is_in_memory(name) is expected


def test_types(configure: Any) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:"}})
    moment = datetime.fromisoformat("2020-01-02 03:04:05.000006")
    row = (True, date(2020, 1, 2), time(3, 4, 5), moment, Decimal("1.10"))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE t (a bool, b date, c time, d datetime, e decimal, f timestamp)"
        )
        cursor.execute("INSERT INTO t VALUES (%s, %s, %s, %s, %s, %s)", [*row, row[3]])
        cursor.execute("SELECT a, b, c, d, f, typeof(e) FROM t")
        assert cursor.fetchone() == (*row[:4], row[3], "real")


def test_options(configure: Any, tmp_path: Path) -> None:
    options = {"transaction_mode": "immediate", "init_command": "PRAGMA synchronous=0; SELECT 1;"}
    configure(DATABASES={"default": {"NAME": tmp_path / "db", "OPTIONS": options}}, DEBUG=True)
    other = connection.copy()
    other.settings_dict["OPTIONS"]["timeout"] = 0
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (0,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with atomic(), pytest.raises(OperationalError, match="locked"):
        begin(other)
    other.close()


def begin(connection: Any) -> None:
    connection.ensure_connection()
    connection._begin()


def test_foreign_keys_are_enforced_and_flushed(configure: Any) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:"}})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parent (id integer PRIMARY KEY AUTOINCREMENT)")
        cursor.execute("CREATE TABLE child (p integer REFERENCES parent (id))")
        with pytest.raises(IntegrityError):
            cursor.execute("INSERT INTO child VALUES (1)")
        cursor.execute("INSERT INTO parent DEFAULT VALUES")
        cursor.execute("INSERT INTO child VALUES (1)")
        assert cursor.lastrowid == 1
        connection.flush(reset_sequences=True)
        cursor.execute("INSERT INTO parent DEFAULT VALUES")
        assert cursor.execute("SELECT id FROM parent").fetchall() == [(1,)]
        assert connection.table_names() == ["child", "parent"]
        cursor.execute("DROP TABLE parent")


def test_many_parameters_are_not_put_into_the_log(configure: Any) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:"}}, DEBUG=True)
    with connection.cursor() as cursor:
        for count in (999, 1000):
            cursor.execute(f"SELECT {', '.join(['%s'] * count)}", ["x"] * count)
        cursor.execute("SELECT %(a)s", {"a": None})
    first, second, third = (query["sql"] for query in connection.queries)
    assert first.count("'x'") == 999
    assert second.count("%s") == 1000
    assert third == "SELECT NULL"


def test_a_connection_that_outlives_its_module_ends_in_silence() -> None:
    program = (
        "from gingerdj.conf import settings\n"
        "settings.configure(DATABASES={'default': {\n"
        "    'ENGINE': 'gingerdj.db.backends.sqlite3', 'NAME': ':memory:'}})\n"
        "from gingerdj.db import connections\n"
        "from gingerdj.db.backends import base\n"
        "connection = connections['default']\n"
        "del connections['default']\n"
        "vars(base).update(dict.fromkeys(vars(base)))\n"  # As Python does with modules at its end.
        "del connection\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
