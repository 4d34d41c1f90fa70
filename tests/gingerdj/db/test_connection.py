"""Connections and their cursors, alike on every kind of database."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gingerdj.core.exceptions import SynchronousOnlyOperation
from gingerdj.db import (
    DatabaseError,
    Error,
    InterfaceError,
    ProgrammingError,
    close_old_connections,
    connection,
    connections,
    reset_queries,
)
from gingerdj.db.backends.base import BaseDatabaseWrapper
from gingerdj.db.backends.signals import connection_created
from gingerdj.db.exceptions import OperationalError

from .conftest import insert, names


def value(sql: str, params: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def test_what_a_cursor_does(db: Any) -> None:
    insert(db, "a", "b", "c", "d", "e")
    with db.cursor() as cursor:
        cursor.execute("SELECT name, size FROM item WHERE name > %(than)s", {"than": "a"})
        assert [column[0] for column in cursor.description] == ["name", "size"]
        assert cursor.fetchone() == ("b", None)
        assert cursor.fetchmany(2) == [("c", None), ("d", None)]
        assert cursor.fetchmany() == [("e", None)]
        assert cursor.fetchall() == []
        assert cursor.fetchone() is None
        cursor.executemany("UPDATE item SET size = %s WHERE name = %s", [(1, "a"), (2, "b")])
        cursor.execute("UPDATE item SET size = 3 WHERE name < 'd'")
        assert cursor.rowcount == 3
        cursor.execute("SELECT size FROM item ORDER BY name")
        assert list(cursor) == [(3,), (3,), (3,), (None,), (None,)]
    with pytest.raises(Error):
        cursor.execute("SELECT 1")


@pytest.mark.parametrize(
    ("sql", "params", "result"),
    [
        ("SELECT '100 %'", None, "100 %"),
        ("SELECT '100 %%'", (), "100 %"),
        ("SELECT '100 %%' || %s", ["x"], "100 %x"),
        ("SELECT %(a)s || %(a)s", {"a": "x"}, "xx"),
    ],
)
def test_placeholders_and_per_cent_signs(db: Any, sql: str, params: Any, result: str) -> None:
    assert value(sql, params) == result


@pytest.mark.parametrize(
    ("sql", "params", "error"),
    [
        ("SELECTION", None, DatabaseError),
        ("SELECT %s, %s", [1], ProgrammingError),
        ("SELECT 5 % 2", [], ProgrammingError),
        ("SELECT * FROM nowhere", None, DatabaseError),
    ],
)
def test_errors_are_ours(db: Any, sql: str, params: Any, error: type[Error]) -> None:
    with pytest.raises(error):
        value(sql, params)
    assert value("SELECT 1") == 1


def test_queries_are_logged_in_debug(
    db: Any, configure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert db.queries == []
    configure(DEBUG=True)
    db = connections["default"]
    with caplog.at_level(logging.DEBUG, "gingerdj.db.backends"), db.cursor() as cursor:
        cursor.execute("SELECT %s, 'it''s'", ["it's"])
        cursor.executemany("DELETE FROM item WHERE name = %s", [("a",), ("b",)])
        cursor.executemany("DELETE FROM item WHERE name = %s", iter([("a",)]))
        with pytest.raises(DatabaseError):
            cursor.execute("SELECTION")
    assert [query["sql"] for query in db.queries] == [
        "SELECT 'it''s', 'it''s'",
        "2 times: DELETE FROM item WHERE name = %s",
        "? times: DELETE FROM item WHERE name = %s",
        "SELECTION",
    ]
    assert all(float(query["time"]) >= 0 for query in db.queries)
    record: Any = caplog.records[0]
    assert (record.sql, record.params, record.alias) == (
        "SELECT 'it''s', 'it''s'",
        ["it's"],
        "default",
    )
    assert record.getMessage().endswith('args=["it\'s"]; alias=default')
    reset_queries()
    assert db.queries == []


def test_the_log_is_limited(db: Any) -> None:
    db.force_debug_cursor = True
    db.queries_log.extend({"sql": "", "time": ""} for _ in range(db.queries_limit))
    with pytest.warns(UserWarning, match="only the last 9000 queries"):
        assert len(db.queries) == 9000


def test_wrappers_go_around_each_statement(db: Any) -> None:
    seen: list[Any] = []

    def outer(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(("outer", params, many, context["connection"] is db))
        return execute(sql, params, many, context)

    def inner(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append("inner")
        return execute(sql.replace("INTO", "into"), params, many, context)

    db.force_debug_cursor = True
    with connection.execute_wrapper(outer), connection.execute_wrapper(inner):
        insert(db, "a")
    assert seen == [("outer", ["a"], False, True), "inner"]
    assert "into" in db.queries_log[-1]["sql"]
    names(db)
    assert len(seen) == 2


def test_the_signal_of_a_new_connection(connect: Any) -> None:
    seen: list[Any] = []

    def hear(connection: Any, **kwargs: Any) -> None:
        seen.append(connection)

    connection_created.connect(hear)
    db = connect()
    names(db)
    connection_created.disconnect(hear)
    assert seen == [db]


def test_a_connection_belongs_to_its_thread(db: Any) -> None:
    seen: list[Any] = []

    def other() -> None:
        seen.append(connections["default"] is db)
        for use in (db.cursor, db.commit, db.close):
            try:
                use()
            except DatabaseError as error:
                seen.append(str(error))
        db.inc_thread_sharing()
        with db.cursor() as cursor:
            cursor.execute("SELECT 1")
            seen.append(cursor.fetchone())
        db.dec_thread_sharing()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen[0] is False
    assert all("take each thread's own from" in message for message in seen[1:4])
    assert seen[4:] == [(1,)]
    with pytest.raises(RuntimeError, match="below zero"):
        db.dec_thread_sharing()


def test_a_connection_ends_with_its_thread(connect: Any, database: Any) -> None:
    if "ENGINE" in database:
        database["OPTIONS"] = {"application_name": "thread"}
    connect()
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'thread'"

    def other() -> None:
        assert value("SELECT 1") == 1

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    if connection.vendor == "postgresql":
        for _ in range(200):
            if value(count) == 1:
                break
            threading.Event().wait(0.01)
        assert value(count) == 1


def test_nothing_of_it_runs_on_an_event_loop(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    uses = [
        db.connect,
        db.ensure_connection,
        db.cursor,
        db.commit,
        db.rollback,
        db.close,
        db.savepoint,
        lambda: db.savepoint_commit("s1"),
        lambda: db.savepoint_rollback("s1"),
        lambda: db.set_autocommit(False),
    ]

    async def use_all() -> None:
        for use in uses:
            with pytest.raises(SynchronousOnlyOperation):
                use()
        close_old_connections()
        monkeypatch.setenv("GINGER_ALLOW_ASYNC_UNSAFE", "1")
        assert value("SELECT 1") == 1

    asyncio.run(use_all())


@pytest.mark.parametrize(
    ("entry", "open_"),
    [
        ({"CONN_MAX_AGE": 0}, False),
        ({"CONN_MAX_AGE": 60}, True),
        ({"CONN_MAX_AGE": None}, True),
    ],
    ids=["0", "60", "None"],
)
def test_old_connections_are_closed(
    connect: Any, database: Any, entry: dict[str, Any], open_: bool
) -> None:
    db = connect(**entry)
    close_old_connections()
    in_memory = database["NAME"] == ":memory:"  # Which would be lost.
    assert (db.connection is not None) is (open_ or in_memory)
    assert names(db) == []


def test_a_connection_in_another_mode_is_closed(connect: Any, database: Any) -> None:
    db = connect(CONN_MAX_AGE=None)
    db.set_autocommit(False)
    close_old_connections()
    assert db.connection is None or database["NAME"] == ":memory:"


def test_after_an_error_a_connection_that_answers_is_kept(connect: Any) -> None:
    db = connect(CONN_MAX_AGE=None)
    with pytest.raises(DatabaseError):
        value("SELECTION")
    assert db.errors_occurred
    close_old_connections()
    assert db.connection is not None
    assert not db.errors_occurred


def lose(db: Any) -> None:
    """Let the server end a connection."""
    other = db.copy()
    pid = db.connection.info.backend_pid
    with other.temporary_connection() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert other.connection is None


def test_a_connection_that_was_lost_is_closed(configure: Any, postgresql: Any) -> None:
    configure(DATABASES={"default": {**postgresql, "CONN_MAX_AGE": None}})
    db = connections["default"]
    assert not db.is_usable()
    assert value("SELECT 1") == 1
    assert db.is_usable()
    lose(db)
    with pytest.raises(OperationalError):
        value("SELECT 1")
    assert db.errors_occurred
    close_old_connections()
    assert db.connection is None
    assert value("SELECT 1") == 1


def test_health_checks_are_made_once_per_request(configure: Any, postgresql: Any) -> None:
    entry = {**postgresql, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    configure(DATABASES={"default": entry})
    db = connections["default"]
    assert value("SELECT 1") == 1
    close_old_connections()  # Between two requests.
    lose(db)
    assert value("SELECT 1") == 1
    lose(db)
    with pytest.raises(OperationalError):  # The second use within a request is not checked.
        value("SELECT 1")


def test_a_temporary_connection_leaves_one_that_is_open(db: Any) -> None:
    with db.temporary_connection() as cursor:
        cursor.execute("SELECT 1")
    assert db.connection is not None


def test_a_connection_without_autocommit(connect: Any) -> None:
    db = connect(AUTOCOMMIT=False)
    db.commit()
    insert(db, "a")
    db.rollback()
    assert names(db) == []
    db.rollback()
    db.set_autocommit(True)


def test_a_copy_is_another_connection(db: Any) -> None:
    copy = db.copy("twin")
    assert (copy.alias, copy.connection) == ("twin", None)
    assert copy.settings_dict == db.settings_dict
    copy.settings_dict["OPTIONS"]["x"] = 1
    assert db.settings_dict["OPTIONS"] == {}


def test_the_tables_and_their_rows(db: Any) -> None:
    insert(db, "a")
    assert db.table_names() == ["item"] or db.vendor == "postgresql"
    assert "item" in db.table_names()
    db.flush()
    assert names(db) == []


def test_a_closed_cursor_is_an_error_of_ours(db: Any) -> None:
    cursor = db.cursor()
    cursor.close()
    with pytest.raises((InterfaceError, ProgrammingError)):
        cursor.fetchone()


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("get_connection_params", ()),
        ("get_new_connection", ({},)),
        ("create_cursor", ()),
        ("last_executed_query", (None, "", None)),
        ("is_usable", ()),
        ("table_names", ()),
        ("flush", ()),
        ("_set_autocommit", (True,)),
        ("_start_transaction", ()),
    ],
)
def test_what_a_backend_must_define(method: str, args: tuple[Any, ...]) -> None:
    class Incomplete(BaseDatabaseWrapper): ...

    with pytest.raises(NotImplementedError, match=f"^Incomplete must define {method}"):
        getattr(Incomplete({}), method)(*args)


@pytest.mark.parametrize(
    ("settings", "entry", "zone"),
    [
        ({}, {}, UTC),
        ({}, {"TIME_ZONE": "Asia/Tokyo"}, ZoneInfo("Asia/Tokyo")),
        ({"USE_TZ": False}, {}, None),
    ],
    ids=["default", "its own", "naive"],
)
def test_the_zone_of_times_without_one(
    configure: Any, settings: dict[str, Any], entry: dict[str, Any], zone: Any
) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:", **entry}}, **settings)
    assert connection.timezone == zone
