"""Connections to databases, without an object-relational mapper."""

from __future__ import annotations

from typing import Any

from gingerdj.core.signals import request_finished, request_started
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


def reset_queries(**kwargs: Any) -> None:
    """Forget the queries that this thread's connections have logged."""
    for each in connections.all(initialized_only=True):
        each.queries_log.clear()


def close_old_connections(**kwargs: Any) -> None:
    """Close this thread's connections that are too old or unusable."""
    for each in connections.all(initialized_only=True):
        each.close_if_unusable_or_obsolete()


request_started.connect(reset_queries)
request_started.connect(close_old_connections)
request_finished.connect(close_old_connections)
