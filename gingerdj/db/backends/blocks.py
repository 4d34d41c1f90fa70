"""Transactions as blocks in each other: one plan, which connections of both styles follow."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any

from asgiref.sync import async_to_sync

from gingerdj.db.exceptions import DatabaseError, Error, TransactionManagementError
from gingerdj.utils.asyncio import iscoroutinefunction

logger = logging.getLogger("gingerdj.db.backends.base")

#: A call that a plan wants made: the function and its arguments.
Step = tuple[Any, ...]
#: A generator that gives steps, and is thrown the exceptions that they raise.
Plan = Generator[Step, None, None]


class TransactionState:
    """What a connection knows of its transaction.

    The methods whose names begin with `_` do one thing each to the transaction; those of
    asynchronous connections are coroutine functions.
    """

    def __init__(self) -> None:
        #: Whether each statement is a transaction of its own.
        self.autocommit = False
        #: Whether a block is open.
        self.in_atomic_block = False
        #: Whether the outermost block began the transaction, and so commits it.
        self.commit_on_exit = True
        #: Whether the innermost block must be rolled back, for an inner one has failed.
        self.needs_rollback = False
        #: The exception that made it so.
        self.rollback_exc: BaseException | None = None
        #: Whether the connection was closed while a block was open.
        self.closed_in_transaction = False
        #: The savepoints of the blocks inside of the outermost one; None for those without.
        self.savepoint_ids: list[str | None] = []
        #: The open blocks.
        self.atomic_blocks: list[Any] = []
        #: What is to be called after the commit: the savepoints it depends on, the function, and
        #: whether its exceptions are only logged.
        self.run_on_commit: list[tuple[set[str | None], Callable[[], Any], bool]] = []
        self._savepoints_made = 0

    get_autocommit: Any
    _connect: Any
    _begin: Any
    _commit: Any
    _rollback: Any
    _end: Any
    _drop: Any
    _savepoint: Any
    _savepoint_commit: Any
    _savepoint_rollback: Any

    def _forget_transaction(self) -> None:
        self.in_atomic_block = False
        self.commit_on_exit = True
        self.needs_rollback = False
        self.closed_in_transaction = False
        self.savepoint_ids = []
        self.atomic_blocks = []
        self.run_on_commit = []

    def _new_savepoint(self) -> str:
        self._savepoints_made += 1
        return f"s{self._savepoints_made}"

    def validate_no_atomic_block(self) -> None:
        """Refuse what only a connection outside of blocks may do.

        Raises:
            TransactionManagementError: a block is open.
        """
        if self.in_atomic_block:
            raise TransactionManagementError(
                "This is forbidden when an 'atomic' block is active. Leave the block first, or "
                "raise an exception inside of it to roll back."
            )

    def validate_no_broken_transaction(self) -> None:
        """Refuse statements in a transaction that can only be rolled back.

        Raises:
            TransactionManagementError: an inner block has failed.
        """
        if self.needs_rollback:
            raise TransactionManagementError(
                "An error occurred in the current transaction. You can't execute queries until "
                "the end of the 'atomic' block."
            ) from self.rollback_exc

    def get_rollback(self) -> bool:
        """Return whether the innermost block will be rolled back.

        Raises:
            TransactionManagementError: no block is open.
        """
        self._require_block()
        return self.needs_rollback

    def set_rollback(self, rollback: bool) -> None:
        """Say whether the innermost block will be rolled back.

        Raises:
            TransactionManagementError: no block is open.
        """
        self._require_block()
        self.needs_rollback = rollback

    def _require_block(self) -> None:
        if not self.in_atomic_block:
            raise TransactionManagementError(
                "The rollback flag doesn't work outside of an 'atomic' block."
            )

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Call a function once the transaction is committed; at once where there is none.

        Args:
            func: the function or coroutine function, which takes no arguments.
            robust: whether its exceptions are logged, and spare the functions after it.

        Raises:
            TransactionManagementError: the transaction is managed by hand.
            TypeError: the function cannot be called.
        """
        if not callable(func):
            raise TypeError(f"on_commit()'s callback must be a callable. {func!r} is none.")
        if self.in_atomic_block:
            self.run_on_commit.append((set(self.savepoint_ids), func, robust))
        elif not self.get_autocommit():
            raise TransactionManagementError(
                "on_commit() cannot be used in manual transaction management: use atomic()."
            )
        else:
            call_hook(func, robust)

    def run_and_clear_commit_hooks(self) -> None:
        """Call what `on_commit()` has collected.

        Raises:
            TransactionManagementError: a block is open.
        """
        self.validate_no_atomic_block()
        hooks, self.run_on_commit = self.run_on_commit, []
        while hooks:
            _, func, robust = hooks.pop(0)
            call_hook(func, robust)

    def _forget_hooks_since(self, sid: str) -> None:
        self.run_on_commit = [hook for hook in self.run_on_commit if sid not in hook[0]]


def call_hook(func: Callable[[], Any], robust: bool) -> None:
    """Call what `on_commit()` has collected; a coroutine function on an event loop."""
    try:
        async_to_sync(func)() if iscoroutinefunction(func) else func()
    except Exception as error:
        if not robust:
            raise
        name = getattr(func, "__qualname__", repr(func))
        logger.error("Error calling %s in on_commit() (%s).", name, error, exc_info=error)


def enter(state: TransactionState, block: Any) -> Plan:
    """Plan the beginning of a block.

    Args:
        state: the connection.
        block: the block, with the attributes `savepoint` and `durable`.

    Raises:
        RuntimeError: the block is durable, and inside of another.
    """
    inside = state.atomic_blocks[-1] if state.atomic_blocks else None
    if block.durable and inside is not None and not inside._from_testcase:
        raise RuntimeError(
            "A durable atomic block cannot be nested within another atomic block. Its commit "
            "would depend on the other's."
        )
    if not state.in_atomic_block:
        yield (state._connect,)
        state.needs_rollback = False
        state.commit_on_exit = state.autocommit
    if not state.in_atomic_block and state.autocommit:
        yield (state._begin,)
    else:
        # Within another block, or in a transaction that is managed by hand.
        sid = None
        if block.savepoint and not state.needs_rollback:
            sid = state._new_savepoint()
            yield state._savepoint, sid
        state.savepoint_ids.append(sid)
    state.in_atomic_block = True
    state.atomic_blocks.append(block)


def leave(state: TransactionState, failed: bool) -> Plan:
    """Plan the end of the innermost block.

    Args:
        state: the connection.
        failed: whether an exception ends the block.
    """
    state.atomic_blocks.pop()
    outermost = not state.savepoint_ids
    sid = None if outermost else state.savepoint_ids.pop()
    keep = not failed and not state.needs_rollback
    if outermost:
        state.in_atomic_block = False
    try:
        if state.closed_in_transaction:
            return  # The database has rolled back already.
        state.needs_rollback = False
        if outermost:
            yield from _end_transaction(state, keep)
        elif sid is None:
            state.needs_rollback = not keep
        else:
            yield from _end_savepoint(state, sid, keep)
    finally:
        if outermost:
            yield (state._end,)
        elif not state.savepoint_ids and not state.commit_on_exit:
            state.in_atomic_block = False
            if state.closed_in_transaction:
                yield (state._end,)


def _end_transaction(state: TransactionState, keep: bool) -> Plan:
    if keep:
        try:
            yield (state._commit,)
            return
        except DatabaseError:
            yield from _roll_back(state)
            raise
    yield from _roll_back(state)


def _roll_back(state: TransactionState) -> Plan:
    try:
        yield (state._rollback,)
    except Error:
        # Without its connection the database rolls back by itself.
        yield (state._drop,)


def _end_savepoint(state: TransactionState, sid: str, keep: bool) -> Plan:
    if keep:
        try:
            yield state._savepoint_commit, sid
            return
        except DatabaseError:
            yield from _roll_back_to(state, sid)
            raise
    yield from _roll_back_to(state, sid)


def _roll_back_to(state: TransactionState, sid: str) -> Plan:
    try:
        yield state._savepoint_rollback, sid
        # Rolling back keeps the savepoint, and nobody needs it any more.
        yield state._savepoint_commit, sid
    except Error:
        # Whatever encloses the block must be rolled back in its place.
        state.needs_rollback = True
    state._forget_hooks_since(sid)


def run(plan: Plan) -> None:
    """Follow a plan with a synchronous connection."""
    try:
        function, *args = next(plan)
        while True:
            try:
                function(*args)
            except BaseException as error:
                function, *args = plan.throw(error)
            else:
                function, *args = next(plan)
    except StopIteration:
        pass


async def arun(plan: Plan) -> None:
    """Follow a plan with an asynchronous connection."""
    try:
        function, *args = next(plan)
        while True:
            try:
                await function(*args)
            except BaseException as error:
                function, *args = plan.throw(error)
            else:
                function, *args = next(plan)
    except StopIteration:
        pass
