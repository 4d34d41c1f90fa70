"""What is PostgreSQL's own: options, pooled connections for coroutines, and their number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
)
from gingerdj.db.backends import asynchronous
from gingerdj.db.transaction import aatomic, atomic, on_commit

NAME = "counted"

Put = Callable[..., None]


@pytest.fixture
def put(configure: Any, postgresql: dict[str, Any]) -> Put:
    """Configure the database, with more in its entry and in its options."""

    def put(options: dict[str, Any] | None = None, **entry: Any) -> None:
        options = {"application_name": NAME, **(options or {})}
        configure(DATABASES={"default": {**postgresql, "OPTIONS": options, **entry}})

    return put


@pytest.fixture
def backends(postgresql: dict[str, Any]) -> Any:
    """Return a function that counts the connections that the tests have opened."""
    own = psycopg.connect(
        host=postgresql["HOST"], user=postgresql["USER"], dbname="postgres", autocommit=True
    )
    yield lambda: own.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME]
    ).fetchone()[0]  # type: ignore[index]
    own.close()


def value(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


async def avalue(sql: str) -> Any:
    async with connection.acursor() as cursor:
        await cursor.execute(sql)
        return (await cursor.fetchone())[0]


async def gone(backends: Callable[[], int]) -> bool:
    """Wait until no connection is left: the server ends them in its own time."""
    for _ in range(200):
        if not backends():
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("settings", "entry", "zone"),
    [
        ({}, {}, "UTC"),
        ({}, {"TIME_ZONE": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"USE_TZ": False, "TIME_ZONE": "America/Sao_Paulo"}, {}, "America/Sao_Paulo"),
    ],
    ids=["default", "its own", "naive"],
)
def test_the_sessions_time_zone(
    put: Put, configure: Any, settings: Any, entry: Any, zone: str
) -> None:
    configure(**settings)
    put(**entry)
    assert value("SHOW TimeZone") == zone
    assert asyncio.run(avalue("SHOW TimeZone")) == zone


NOON = "SELECT '2024-07-01 12:00+00'::timestamptz"


@pytest.mark.parametrize("binary", [False, True])
def test_times_are_naive_where_the_projects_are(put: Put, configure: Any, binary: bool) -> None:
    configure(USE_TZ=False, TIME_ZONE="America/Sao_Paulo")
    put({"server_side_binding": True})  # Which reads binary values, too.
    nine = datetime(2024, 7, 1, 9)  # noqa: DTZ001
    connection.ensure_connection()
    with connection.connection.cursor(binary=binary) as cursor:
        assert cursor.execute(NOON).fetchone() == (nine,)
    assert asyncio.run(avalue(NOON)) == nine
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz AT TIME ZONE 'UTC'", [nine])
        assert cursor.fetchone() == (datetime(2024, 7, 1, 12),)  # noqa: DTZ001


def test_times_are_aware_where_the_projects_are(put: Put, configure: Any) -> None:
    configure(USE_TZ=True, TIME_ZONE="America/Sao_Paulo")
    put()
    found = [value(NOON), asyncio.run(avalue(NOON))]
    assert found == [datetime(2024, 7, 1, 12, tzinfo=UTC)] * 2


def test_the_isolation_level(put: Put) -> None:
    put({"isolation_level": psycopg.IsolationLevel.SERIALIZABLE})
    connection.set_autocommit(False)
    assert value("SHOW transaction_isolation") == "serializable"
    connection.rollback()
    connection.close()

    async def level() -> Any:
        async with aatomic():
            return await avalue("SHOW transaction_isolation")

    assert asyncio.run(level()) == "serializable"


def test_the_role(put: Put) -> None:
    put({"assume_role": "pg_monitor"})
    assert value("SELECT current_user") == "pg_monitor"
    assert asyncio.run(avalue("SELECT current_user")) == "pg_monitor"


@pytest.mark.parametrize("server_side", [False, True])
def test_where_parameters_are_put_in(put: Put, server_side: bool) -> None:
    put({"server_side_binding": server_side})
    expected = psycopg.Cursor if server_side else psycopg.ClientCursor
    with connection.cursor() as cursor:
        assert type(cursor.cursor) is expected


@pytest.mark.parametrize(
    ("options", "entry", "message"),
    [
        ({}, {"NAME": ""}, "Please supply the NAME value. In 'default'"),
        ({}, {"NAME": "x" * 64}, "has 64 characters, and PostgreSQL keeps 63"),
        ({"isolation_level": 9}, {}, "isolation_level of 'default' is 9; use one of"),
        ({"pool": True}, {}, "take the option pool out of 'default'.*THREAD_POOL_SIZE"),
    ],
    ids=["no name", "long name", "isolation level", "pool"],
)
def test_what_is_wrong_is_named(put: Put, options: Any, entry: Any, message: str) -> None:
    put(options, **entry)
    with pytest.raises(ImproperlyConfigured, match=message):
        connection.ensure_connection()


def test_a_service_needs_no_name(put: Put) -> None:
    put({"service": "nowhere"}, NAME="")
    with pytest.raises(OperationalError, match='"nowhere"'):
        connection.ensure_connection()


def test_a_server_that_is_not_there(put: Put) -> None:
    put(HOST="/nowhere")
    with pytest.raises(OperationalError) as caught:
        connection.ensure_connection()
    assert isinstance(caught.value.__cause__, psycopg.OperationalError)
    with pytest.raises(OperationalError):
        asyncio.run(avalue("SELECT 1"))


def test_coroutines_share_a_few_connections_which_end_with_the_loop(
    put: Put, backends: Callable[[], int]
) -> None:
    put(ASYNC_POOL_SIZE=3, CONN_MAX_AGE=None)
    most = 0

    async def work() -> None:
        nonlocal most
        async with aatomic():
            await avalue("SELECT pg_sleep(0.01)")
            most = max(most, backends())

    async def many() -> None:
        await asyncio.gather(*(work() for _ in range(30)))
        assert backends() == 3

    asyncio.run(many())
    assert most == 3
    assert asyncio.run(gone(backends))


@pytest.mark.parametrize(("max_age", "kept"), [(None, True), (60, True), (0, False)])
def test_a_connection_is_kept_as_long_as_it_may_be(
    put: Put, backends: Callable[[], int], max_age: int | None, kept: bool
) -> None:
    put(CONN_MAX_AGE=max_age)

    async def twice() -> None:
        pids = {await avalue("SELECT pg_backend_pid()") for _ in range(2)}
        assert len(pids) == (1 if kept else 2)
        assert kept or await gone(backends)

    asyncio.run(twice())


def test_a_connection_that_was_lost_is_replaced(put: Put) -> None:
    put(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True, ASYNC_POOL_SIZE=2)

    async def lose() -> None:
        async with connection.acursor() as cursor:
            await cursor.execute("SELECT pg_backend_pid()")
            [pid] = await cursor.fetchone()
        put_away = connections["default"].copy()
        put_away.settings_dict["ASYNC_POOL_SIZE"] = 0
        async with put_away.acursor() as cursor:
            await cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert await avalue("SELECT pg_backend_pid()") != pid

    asyncio.run(lose())


def test_a_connection_that_breaks_in_use_is_not_kept(put: Put) -> None:
    put(CONN_MAX_AGE=None, ASYNC_POOL_SIZE=1)

    async def breaks() -> None:
        for _ in range(3):
            with pytest.raises(OperationalError):
                async with aatomic():
                    await avalue("SELECT pg_terminate_backend(pg_backend_pid())")
        assert await avalue("SELECT 1") == 1

    asyncio.run(breaks())


def test_who_waits_too_long_is_told(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put(ASYNC_POOL_SIZE=1)
    monkeypatch.setattr(asynchronous, "PATIENCE", 0.05)

    async def wait() -> None:
        opened, go_on = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with connection.acursor():
                opened.set()
                await go_on.wait()

        task = asyncio.create_task(hold())
        await opened.wait()
        with pytest.raises(
            OperationalError,
            match=r"Each of the 1 connections to 'default' \(ASYNC_POOL_SIZE\) was in use for 0.05",
        ):
            await avalue("SELECT 1")
        go_on.set()
        await task
        assert await avalue("SELECT 1") == 1

    asyncio.run(wait())


def test_other_settings_mean_another_pool(put: Put, backends: Callable[[], int]) -> None:
    async def both() -> None:
        put(CONN_MAX_AGE=None)
        await avalue("SELECT 1")
        assert backends() == 1
        put({"application_name": "uncounted"}, CONN_MAX_AGE=None)
        assert await avalue("SHOW application_name") == "uncounted"
        assert await gone(backends)

    asyncio.run(both())


def test_statements_of_coroutines_are_logged(put: Put, configure: Any) -> None:
    put()
    configure(DEBUG=True)

    async def work() -> list[str]:
        async with aatomic(), connection.acursor() as cursor:
            await cursor.execute("SELECT %s", ["it's"])
            await cursor.executemany("SELECT %s::int", [(1,), (2,)])
        return [query["sql"] for query in connection.queries]

    assert asyncio.run(work()) == ["SELECT 'it''s'", "2 times: SELECT %s::int"]


DEFERRED = "item integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED"


def test_a_commit_that_fails_rolls_back(put: Put) -> None:
    put()
    connection._execute("DROP TABLE IF EXISTS child, parent")
    connection._execute("CREATE TABLE parent (id integer PRIMARY KEY)")
    connection._execute(f"CREATE TABLE child ({DEFERRED})")
    called: list[str] = []

    def work() -> None:
        with atomic():
            connection._execute("INSERT INTO child VALUES (7)")
            on_commit(lambda: called.append("hook"))

    async def awork() -> None:
        async with aatomic() as block, connection.acursor() as cursor:
            await cursor.execute("INSERT INTO child VALUES (7)")
            block.on_commit(lambda: called.append("hook"))

    with pytest.raises(IntegrityError):
        work()
    with pytest.raises(IntegrityError):
        asyncio.run(awork())
    assert called == []
    assert connection.get_autocommit()
    assert value("SELECT count(*) FROM child") == 0
    connection._execute("DROP TABLE child, parent")


def test_a_connection_that_is_lost_in_an_inner_block(put: Put) -> None:
    put(CONN_MAX_AGE=None)

    def end(pid: int) -> None:
        with connections["default"].copy().temporary_connection() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def work() -> None:
        with atomic(), atomic():
            end(value("SELECT pg_backend_pid()"))

    async def awork() -> None:
        async with aatomic(), aatomic():
            await asyncio.to_thread(end, await avalue("SELECT pg_backend_pid()"))

    with pytest.raises(OperationalError):
        work()
    assert value("SELECT 1") == 1
    with pytest.raises(OperationalError):
        asyncio.run(awork())
    assert asyncio.run(avalue("SELECT 1")) == 1


def test_a_session_that_cannot_be_prepared_is_closed(put: Put, backends: Callable[[], int]) -> None:
    put({"assume_role": "nobody_at_all"})
    with pytest.raises(DatabaseError):
        asyncio.run(avalue("SELECT 1"))
    with pytest.raises(DatabaseError):
        value("SELECT 1")
    connections["default"]._discard()
    assert asyncio.run(gone(backends))


def test_tests_cannot_choose_a_collation(put: Put) -> None:
    put(TEST={"COLLATION": "C"})
    with pytest.raises(ImproperlyConfigured, match="take COLLATION out of TEST"):
        connection.creation.create_test_db(verbosity=0)
