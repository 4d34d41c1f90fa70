"""Connections to databases, without an object-relational mapper."""

from __future__ import annotations

from typing import Any

from gingerdj.core.signals import request_finished, request_started, thread_released
from gingerdj.db import transaction
from gingerdj.db.exceptions import (
    DEFAULT_DB_ALIAS,
    ConnectionDoesNotExist,
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from gingerdj.db.utils import ConnectionHandler, ConnectionProxy, connections, router
from gingerdj.dispatch import never_blocks
from gingerdj.utils.asyncio import on_event_loop

__all__ = [
    "DEFAULT_DB_ALIAS",
    "ConnectionDoesNotExist",
    "ConnectionHandler",
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "close_old_connections",
    "connection",
    "connections",
    "reset_queries",
    "router",
    "transaction",
]

#: This thread's connection to the default database.
connection: Any = ConnectionProxy(connections, DEFAULT_DB_ALIAS)


@never_blocks
def reset_queries(**kwargs: Any) -> None:
    """Forget the queries that this thread's connections have logged."""
    for each in connections.all(initialized_only=True):
        each.queries_log.clear()


@never_blocks
def close_old_connections(**kwargs: Any) -> None:
    """Close this thread's connections that are too old or unusable.

    On an event loop it does nothing: that thread's connections are nobody's to use.
    """
    if not on_event_loop():
        for each in connections.all(initialized_only=True):
            each.close_if_unusable_or_obsolete()


def _leave_no_transaction(**kwargs: Any) -> None:
    """Close the connections that a request has left inside of a block, for it was cancelled."""
    for each in connections.all(initialized_only=True):
        if each.in_atomic_block and not each.allow_thread_sharing:
            each._discard()


request_started.connect(reset_queries)
request_started.connect(close_old_connections)
request_finished.connect(close_old_connections)
# Under ASGI, a request's connections belong to a thread that the signals above do not reach
# without a hop; the thread itself looks after them.
thread_released.connect(_leave_no_transaction)
thread_released.connect(reset_queries)
thread_released.connect(close_old_connections)
