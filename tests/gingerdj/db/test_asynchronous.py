"""Cursors and transactions for coroutines, alike on every kind of database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from gingerdj.core.exceptions import SynchronousOnlyOperation
from gingerdj.db import IntegrityError, InterfaceError, connection
from gingerdj.db.transaction import TransactionManagementError, aatomic, atomic

Test = Callable[[], Awaitable[None]]


class Oops(Exception):
    pass


@pytest.fixture(params=["sqlite-memory", "sqlite-file", "postgresql", "postgresql-thread"])
def run(request: pytest.FixtureRequest, configure: Any, tmp_path: Path) -> Any:
    """Run a coroutine function on a loop of its own, with the empty table `item`."""
    if request.param.startswith("postgresql"):
        size = 0 if request.param.endswith("thread") else 3
        entry = {**request.getfixturevalue("postgresql"), "ASYNC_POOL_SIZE": size}
    else:
        memory = request.param.endswith("memory")
        entry = {"NAME": ":memory:" if memory else tmp_path / "db.sqlite3"}
    configure(DATABASES={"default": {**entry, "CONN_MAX_AGE": None}})

    async def prepared(test: Test) -> None:
        async with connection.acursor() as cursor:
            await cursor.execute("DROP TABLE IF EXISTS item")
            await cursor.execute("CREATE TABLE item (name varchar(9) PRIMARY KEY, size integer)")
        await asyncio.wait_for(test(), 20)

    return lambda test: asyncio.run(prepared(test))


async def insert(*names: str) -> None:
    async with connection.acursor() as cursor:
        await cursor.executemany("INSERT INTO item (name) VALUES (%s)", [(name,) for name in names])


async def fail(name: str) -> None:
    await insert(name)
    raise Oops


async def names() -> list[str]:
    async with connection.acursor() as cursor:
        await cursor.execute("SELECT name FROM item ORDER BY name")
        return [name async for (name,) in cursor]


def test_what_a_cursor_does(run: Any) -> None:
    async def test() -> None:
        await insert("a", "b", "c", "d", "e")
        async with connection.acursor() as cursor:
            await cursor.execute("SELECT name, size FROM item WHERE name > %(than)s", {"than": "a"})
            assert [column[0] for column in cursor.description] == ["name", "size"]
            assert await cursor.fetchone() == ("b", None)
            assert await cursor.fetchmany(2) == [("c", None), ("d", None)]
            assert await cursor.fetchall() == [("e", None)]
            assert await cursor.fetchone() is None
            await cursor.execute("UPDATE item SET size = 1 WHERE name LIKE 'a%'")
            assert cursor.rowcount == 1

    run(test)


def test_more_rows_than_are_fetched_at_a_time(run: Any) -> None:
    async def test() -> None:
        async with aatomic():
            await insert(*(f"{number:04}" for number in range(250)))
        assert await names() == [f"{number:04}" for number in range(250)]

    run(test)


def test_errors_are_ours(run: Any) -> None:
    async def test() -> None:
        await insert("a")
        with pytest.raises(IntegrityError) as caught:
            await insert("a")
        assert caught.value.__cause__ is not None
        assert await names() == ["a"]
        with pytest.raises(InterfaceError, match=r"use it inside of `async with connection\.acu"):
            await connection.acursor().execute("SELECT 1")

    run(test)


def test_a_synchronous_cursor_is_refused_on_the_loop(run: Any) -> None:
    the_way = r"use connection\.acursor\(\) or transaction\.aatomic\(\)"

    async def test() -> None:
        with pytest.raises(SynchronousOnlyOperation, match=the_way):
            connection.cursor()
        with pytest.raises(SynchronousOnlyOperation, match=the_way), atomic():
            pass
        with pytest.raises(SynchronousOnlyOperation, match=the_way):
            connection.close()

    run(test)


def test_a_block_commits_and_an_exception_rolls_back(run: Any) -> None:
    async def test() -> None:
        async with aatomic():
            await insert("a")
        with pytest.raises(Oops):
            async with aatomic(durable=True):
                await fail("b")
        assert await names() == ["a"]

    run(test)


@pytest.mark.parametrize(
    ("savepoint", "left"), [(True, ["a", "c"]), (False, [])], ids=["savepoint", "none"]
)
def test_blocks_in_each_other(run: Any, savepoint: bool, left: list[str]) -> None:
    async def test() -> None:
        async with aatomic():
            await insert("a")
            with pytest.raises(Oops):
                async with aatomic(savepoint=savepoint):
                    await fail("b")
            if savepoint:
                await insert("c")
            else:
                with pytest.raises(TransactionManagementError, match="An error occurred"):
                    await insert("c")
        assert await names() == left

    run(test)


def test_an_error_of_the_database_spares_the_outer_block(run: Any) -> None:
    async def test() -> None:
        async with aatomic():
            await insert("a")
            with pytest.raises(IntegrityError):
                async with aatomic():
                    await insert("a")
            await insert("b")
        assert await names() == ["a", "b"]

    run(test)


def test_a_block_can_be_told_to_roll_back(run: Any) -> None:
    async def test() -> None:
        async with aatomic() as block:
            await insert("a")
            block.set_rollback(True)
            assert block.get_rollback()
        assert await names() == []
        with pytest.raises(TransactionManagementError, match="is not open"):
            block.get_rollback()

    run(test)


def test_a_durable_block_stands_alone(run: Any) -> None:
    async def test() -> None:
        async with aatomic():
            with pytest.raises(RuntimeError, match="durable"):
                await aatomic(durable=True).__aenter__()
            await insert("a")
        assert await names() == ["a"]

    run(test)


def test_the_decorator(run: Any) -> None:
    @aatomic
    async def work(name: str) -> None:
        await fail(name)

    @aatomic(savepoint=False)
    async def other(name: str) -> str:
        await insert(name)
        return name

    async def test() -> None:
        with pytest.raises(Oops):
            await work("a")
        assert await asyncio.gather(other("b"), other("c")) == ["b", "c"]
        assert await names() == ["b", "c"]

    run(test)


def test_a_function_cannot_be_decorated() -> None:
    with pytest.raises(TypeError, match="decorates coroutine functions"):
        aatomic(print)


def test_hooks_run_after_the_commit(run: Any) -> None:
    seen: list[Any] = []

    async def later() -> None:
        seen.append(await names())

    async def give_up() -> None:
        async with aatomic() as block:
            block.on_commit(lambda: seen.append("rolled back"))
            raise Oops

    async def test() -> None:
        async with aatomic() as block:
            await insert("a")
            block.on_commit(lambda: seen.append("first"))
            block.on_commit(later)
            with pytest.raises(Oops):
                await give_up()
            assert seen == []
        assert seen == ["first", ["a"]]

    run(test)


def test_tasks_of_a_block_have_a_part_in_it(run: Any) -> None:
    async def test() -> None:
        async with aatomic() as block:
            await asyncio.gather(insert("a"), insert("b"), insert("c"))
            assert await asyncio.create_task(names()) == ["a", "b", "c"]
            block.set_rollback(True)
        assert await names() == []

    run(test)


def test_tasks_of_their_own_have_blocks_of_their_own(run: Any) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with aatomic():
            await insert("a")
            inside.set()
            await go_on.wait()
            raise Oops

    async def second() -> None:
        await inside.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
        await insert("b")

    async def test() -> None:
        assert repr(await asyncio.gather(first(), second(), return_exceptions=True)) == (
            "[Oops(), None]"
        )
        assert await names() == ["b"]

    run(test)


def test_a_task_may_open_a_block_inside_of_its_parents(run: Any) -> None:
    async def inner() -> None:
        async with aatomic():
            await insert("b")

    async def test() -> None:
        async with aatomic():
            await insert("a")
            await asyncio.wait_for(inner(), 10)
        assert await names() == ["a", "b"]

    run(test)


def test_blocks_of_siblings_are_not_mixed(run: Any) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with aatomic():
            inside.set()
            await go_on.wait()

    async def test() -> None:
        async with aatomic():
            task = asyncio.create_task(first())
            await inside.wait()
            for work in (insert("a"), first()):
                with pytest.raises(TransactionManagementError, match="Another task is inside of"):
                    await work
            go_on.set()
            await task
            await insert("b")
        assert await names() == ["b"]

    run(test)


def test_a_cursor_of_another_task_is_of_no_use_after_the_block(run: Any) -> None:
    opened, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> None:
        async with connection.acursor() as cursor:
            opened.set()
            await go_on.wait()
            await cursor.execute("INSERT INTO item (name) VALUES ('late')")

    async def test() -> None:
        async with aatomic():
            task = asyncio.create_task(late())
            await opened.wait()
        go_on.set()
        with pytest.raises(TransactionManagementError, match="started in is over"):
            await task
        assert await names() == []

    run(test)


def test_a_block_of_another_task_cannot_outlive_the_one_around(run: Any) -> None:
    opened, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> None:
        async with aatomic():
            await insert("b")
            opened.set()
            await go_on.wait()

    async def early() -> None:
        async with aatomic():
            await insert("a")
            tasks.append(asyncio.create_task(late()))
            await opened.wait()

    tasks: list[asyncio.Task[None]] = []

    async def test() -> None:
        with pytest.raises(TransactionManagementError, match="did not end in the right order"):
            await early()
        go_on.set()
        with pytest.raises(TransactionManagementError, match="did not end in the right order"):
            await tasks[0]
        assert await names() == []

    run(test)


@pytest.mark.parametrize("where", ["statement", "block"])
def test_a_cancelled_task_leaves_nothing_behind(run: Any, where: str) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with aatomic(), connection.acursor() as cursor:
            await insert("a")
            inside.set()
            if where == "block":
                await asyncio.Event().wait()
            elif connection.vendor == "postgresql":
                await cursor.execute("SELECT pg_sleep(0.2)")
            else:
                await cursor.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 150000) "
                    "SELECT max(i) FROM n"
                )

    async def test() -> None:
        for _ in range(5):  # More often than there are connections.
            inside.clear()
            task = asyncio.create_task(work())
            await inside.wait()
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await names() == []
        async with aatomic():
            await insert("b")
        assert await names() == ["b"]

    run(test)


def test_a_task_that_is_cancelled_at_any_point_leaves_nothing_behind(run: Any) -> None:
    """Cancel after one step of the loop, after two, after ever more, until the work is done."""

    async def work() -> None:
        async with aatomic():
            await insert("a")
            async with aatomic():
                await insert("b")
            async with connection.acursor() as cursor:
                await cursor.execute("DELETE FROM item")

    async def test() -> None:
        steps = 0
        while True:
            task = asyncio.create_task(work())
            for _ in range(steps):
                await asyncio.sleep(0)
            if task.done():
                break
            task.cancel()
            await asyncio.wait([task])
            assert await names() == []
            steps += 1 + steps // 8  # Threads take their time.
        task.result()

    run(test)


def test_code_in_the_thread_has_a_part_where_the_connection_is_the_threads(run: Any) -> None:
    def in_thread() -> bool:
        return bool(connection.in_atomic_block)

    async def test() -> None:
        async with aatomic():
            shared = await sync_to_async(in_thread)()
        pooled = connection.settings_dict["ASYNC_POOL_SIZE"] and connection.vendor == "postgresql"
        assert shared is not bool(pooled)

    run(test)
