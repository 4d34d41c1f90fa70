"""Transactions, alike on SQLite in memory, SQLite in a file, and PostgreSQL."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from gingerdj.db import DatabaseError, Error, IntegrityError, connection, transaction
from gingerdj.db.transaction import TransactionManagementError, atomic

from .conftest import insert, names


class Oops(Exception):
    pass


def fail(db: Any, name: str) -> None:
    insert(db, name)
    raise Oops


def test_a_block_commits(db: Any) -> None:
    with atomic():
        insert(db, "a")
        assert db.in_atomic_block
        assert not transaction.get_autocommit()
    assert not db.in_atomic_block
    assert transaction.get_autocommit()
    assert names(db) == ["a"]


@pytest.mark.parametrize("arguments", [{}, {"durable": True}, {"using": "default"}])
def test_an_exception_rolls_back(db: Any, arguments: dict[str, Any]) -> None:
    @atomic(**arguments)
    def work() -> None:
        insert(db, "a")
        raise Oops

    with pytest.raises(Oops):
        work()
    assert names(db) == []
    assert transaction.get_autocommit()


def test_the_bare_decorator(db: Any) -> None:
    @atomic
    def work(name: str) -> bool:
        insert(db, name)
        return bool(db.in_atomic_block)

    assert work("a")
    assert work.__name__ == "work"
    assert names(db) == ["a"]


def test_a_coroutine_function_cannot_be_decorated() -> None:
    async def work() -> None: ...

    with pytest.raises(TypeError, match=r"coroutine function .*work: use transaction\.aatomic"):
        atomic(work)


# Per row: whether each block sets a savepoint, where an exception is raised and that it is
# caught around the inner block, and what is left.
@pytest.mark.parametrize(
    ("savepoint", "inner_fails", "outer_fails", "left"),
    [
        (True, False, False, ["inner", "outer"]),
        (True, True, False, ["outer"]),
        (True, False, True, []),
        (True, True, True, []),
        (False, False, False, ["inner", "outer"]),
        (False, True, False, []),
        (False, False, True, []),
    ],
)
def test_blocks_in_each_other(
    db: Any, savepoint: bool, inner_fails: bool, outer_fails: bool, left: list[str]
) -> None:
    try:
        with atomic():
            insert(db, "outer")
            try:
                with atomic(savepoint=savepoint):
                    insert(db, "inner")
                    if inner_fails:
                        raise Oops
            except Oops:
                assert transaction.get_rollback() is not savepoint
            if outer_fails:
                raise Oops
    except Oops:
        pass
    assert names(db) == left
    assert db.savepoint_ids == []


def test_one_block_object_may_be_entered_again_inside_of_itself(db: Any) -> None:
    block = atomic()
    with block:
        insert(db, "a")
        with pytest.raises(Oops), block:
            fail(db, "b")
    assert names(db) == ["a"]


def test_an_error_of_the_database_spares_the_outer_block(db: Any) -> None:
    with atomic():
        insert(db, "a")
        with pytest.raises(IntegrityError) as caught, atomic():
            insert(db, "a")
        insert(db, "b")
    assert type(caught.value.__cause__).__name__ in ("IntegrityError", "UniqueViolation")
    assert names(db) == ["a", "b"]


def test_nothing_runs_in_a_broken_transaction(db: Any) -> None:
    with atomic():
        with pytest.raises(Oops), atomic(savepoint=False):
            raise Oops
        with pytest.raises(TransactionManagementError, match="until the end of the 'atomic'"):
            insert(db, "a")
    assert names(db) == []


def test_the_exception_that_broke_a_transaction_is_its_cause(db: Any) -> None:
    with atomic():
        with pytest.raises(Oops), transaction.mark_for_rollback_on_error():
            raise Oops
        with pytest.raises(TransactionManagementError) as caught:
            names(db)
    assert isinstance(caught.value.__cause__, Oops)


def test_a_durable_block_stands_alone(db: Any) -> None:
    refused = pytest.raises(RuntimeError, match="durable atomic block cannot be nested")
    with atomic(), refused, atomic(durable=True):
        pass
    with atomic(durable=True), atomic(), refused, atomic(durable=True):
        pass


def test_a_block_can_be_told_to_roll_back(db: Any) -> None:
    with atomic():
        insert(db, "a")
        with atomic():
            insert(db, "b")
            transaction.set_rollback(True)
        assert not transaction.get_rollback()
    assert names(db) == ["a"]
    for ask in (transaction.get_rollback, lambda: transaction.set_rollback(True)):
        with pytest.raises(TransactionManagementError, match="outside of an 'atomic' block"):
            ask()


def test_savepoints_by_hand(db: Any) -> None:
    assert transaction.savepoint() is None
    with atomic():
        insert(db, "a")
        first = transaction.savepoint()
        insert(db, "b")
        transaction.savepoint_rollback(first)
        second = transaction.savepoint()
        insert(db, "c")
        transaction.savepoint_commit(second)
    assert names(db) == ["a", "c"]


def test_what_a_block_forbids(db: Any) -> None:
    with atomic():
        for forbidden in (
            transaction.commit,
            transaction.rollback,
            lambda: transaction.set_autocommit(True),
        ):
            with pytest.raises(TransactionManagementError, match="forbidden when an 'atomic'"):
                forbidden()


def test_transactions_by_hand(db: Any) -> None:
    transaction.set_autocommit(False)
    insert(db, "a")
    transaction.commit()
    insert(db, "b")
    transaction.rollback()
    with pytest.raises(TransactionManagementError, match="manual transaction management"):
        transaction.on_commit(print)
    transaction.set_autocommit(True)
    assert names(db) == ["a"]


def test_a_block_in_a_transaction_by_hand_does_not_commit(db: Any) -> None:
    done: list[str] = []
    transaction.set_autocommit(False)
    with atomic():
        insert(db, "a")
        transaction.on_commit(lambda: done.append("hook"))
    assert not db.in_atomic_block
    with pytest.raises(Oops), atomic():
        fail(db, "b")
    assert names(db) == ["a"]
    transaction.rollback()
    transaction.set_autocommit(True)
    assert (names(db), done) == ([], [])


def test_closing_the_connection_inside_of_a_block_rolls_back(connect: Any, database: Any) -> None:
    db = connect()
    with atomic():
        insert(db, "a")
        connection.close()
        if database["NAME"] == ":memory:":  # It stays open, or the data would be lost.
            assert names(db) == ["a"]
            return
        with pytest.raises(Error):
            names(db)
        with pytest.raises(DatabaseError, match="closed inside of an atomic block"):
            db.ensure_connection()
    assert names(db) == []


def test_a_connection_that_is_lost_does_not_hide_the_exception(
    postgresql: Any, configure: Any
) -> None:
    configure(DATABASES={"default": postgresql})

    @atomic
    def work() -> None:
        connection.connection.close()
        raise Oops

    with pytest.raises(Oops):
        work()
    assert transaction.get_autocommit()


def test_hooks_run_after_the_commit(db: Any) -> None:
    seen: list[Any] = []

    @atomic
    def give_up() -> None:
        transaction.on_commit(lambda: seen.append("rolled back"))
        raise Oops

    with atomic():
        insert(db, "a")
        transaction.on_commit(lambda: seen.append((names(db), db.in_atomic_block)))
        with atomic():
            transaction.on_commit(lambda: seen.append("inner"))
        with pytest.raises(Oops):
            give_up()
        sid = transaction.savepoint()
        transaction.on_commit(lambda: seen.append("kept: its block has no savepoint"))
        transaction.savepoint_rollback(sid)
        assert seen == []
    assert seen == [(["a"], False), "inner", "kept: its block has no savepoint"]
    transaction.on_commit(lambda: seen.append("at once"))
    assert seen[-1] == "at once"


def test_hooks_may_be_coroutine_functions_and_open_blocks(db: Any) -> None:
    seen: list[str] = []

    async def later() -> None:
        seen.append("async")

    def write() -> None:
        with atomic():
            insert(db, "hook")
            transaction.on_commit(lambda: seen.append("hook of a hook"))

    with atomic():
        transaction.on_commit(later)
        transaction.on_commit(write)
    assert seen == ["async", "hook of a hook"]
    assert names(db) == ["hook"]


@pytest.mark.parametrize("robust", [False, True])
def test_a_hook_that_fails(db: Any, robust: bool, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise Oops("why")

    def work() -> None:
        with atomic():
            insert(db, "a")
            transaction.on_commit(fail, robust=robust)
            transaction.on_commit(lambda: seen.append("second"))

    if robust:
        work()
        [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert record.name == "gingerdj.db.backends.base"
        assert record.getMessage().endswith("fail in on_commit() (why).")
        assert seen == ["second"]
    else:
        with pytest.raises(Oops):
            work()
        assert seen == []
    assert names(db) == ["a"]
    with atomic():
        pass
    assert len(seen) == int(robust)  # Nothing is left over for the next commit.


def test_a_hook_must_be_callable(db: Any) -> None:
    with pytest.raises(TypeError, match=r"must be a callable\. 7 is none"):
        transaction.on_commit(7)  # type: ignore[arg-type]
