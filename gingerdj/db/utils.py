"""Which databases there are, and each thread's connections to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any
from weakref import WeakSet

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.signals import setting_changed
from gingerdj.db.exceptions import (
    DEFAULT_DB_ALIAS,
    ConnectionDoesNotExist,
    DatabaseError,
    DatabaseErrorWrapper,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from gingerdj.utils.module_loading import import_string

__all__ = [
    "DEFAULT_DB_ALIAS",
    "KNOWN_KEYS",
    "ConnectionDoesNotExist",
    "ConnectionHandler",
    "ConnectionProxy",
    "ConnectionRouter",
    "DataError",
    "DatabaseError",
    "DatabaseErrorWrapper",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "connections",
    "load_backend",
    "router",
]

# What an entry of DATABASES says unless it says otherwise.
_DEFAULTS: dict[str, Any] = {
    "ENGINE": "gingerdj.db.backends.sqlite3",
    "NAME": "",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "ASYNC_POOL_SIZE": 10,
    "TIME_ZONE": None,
}
_TEST_DEFAULTS: dict[str, Any] = {
    "CHARSET": None,
    "COLLATION": None,
    "MIGRATE": True,
    "MIRROR": None,
    "NAME": None,
}


#: The keys of an entry of `DATABASES`.
KNOWN_KEYS = frozenset({*_DEFAULTS, "OPTIONS", "TEST"})


def load_backend(backend_name: str) -> ModuleType:
    """Return the module `base` of a package that speaks to a kind of database.

    Args:
        backend_name: the package's dotted path, the `ENGINE` of an entry of `DATABASES`.

    Raises:
        ImproperlyConfigured: there is no such package.
    """
    path = f"{backend_name}.base"
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing == "psycopg":
            raise ImproperlyConfigured(
                f"{backend_name} needs the driver psycopg, which is not installed: run "
                f"python -m pip install psycopg."
            ) from error
        if missing != path and not path.startswith(missing + "."):
            raise
        raise ImproperlyConfigured(
            f"{backend_name!r} isn't an available database backend, for there is no module named "
            f"{missing!r}: the ENGINE of an entry of DATABASES is gingerdj.db.backends.sqlite3, "
            f"gingerdj.db.backends.postgresql, or a package of another project."
        ) from error


class ConnectionHandler:
    """The databases by their aliases; each thread gets connections of its own.

    Args:
        settings: the databases; those of the setting `DATABASES` by default.
    """

    exception_class = ConnectionDoesNotExist

    def __init__(self, settings: dict[str, dict[str, Any]] | None = None) -> None:
        self._settings = settings
        self._local = threading.local()
        self._made: WeakSet[Any] = WeakSet()  # By every thread.

    @cached_property
    def settings(self) -> dict[str, dict[str, Any]]:
        """Each database's settings, complete.

        Raises:
            ImproperlyConfigured: there are databases, but none is the default one.
        """
        given = settings.DATABASES if self._settings is None else self._settings
        return self.configure_settings(given)

    @property
    def databases(self) -> dict[str, dict[str, Any]]:
        """Each database's settings, complete."""
        return self.settings

    def configure_settings(self, databases: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the databases with what their settings leave out.

        Raises:
            ImproperlyConfigured: there are databases, but none is the default one.
        """
        if not databases:
            databases = {DEFAULT_DB_ALIAS: {}}
        if not isinstance(databases, Mapping):
            raise ImproperlyConfigured(
                f"DATABASES must be a dictionary, such as {{'default': {{}}}}, not {databases!r}."
            )
        if DEFAULT_DB_ALIAS not in databases:
            raise ImproperlyConfigured(
                f"You must define a {DEFAULT_DB_ALIAS!r} database. DATABASES has only "
                f"{', '.join(map(repr, databases))}; the default one may be an empty dictionary."
            )
        complete = {}
        for alias, given in databases.items():
            entry = {**_DEFAULTS, **given}
            entry["ENGINE"] = entry["ENGINE"] or _DEFAULTS["ENGINE"]
            entry["OPTIONS"] = dict(given.get("OPTIONS") or {})
            entry["TEST"] = {**_TEST_DEFAULTS, **(given.get("TEST") or {})}
            complete[alias] = entry
        return complete

    def create_connection(self, alias: str) -> Any:
        """Return a new connection, not yet open.

        Raises:
            ConnectionDoesNotExist: there is no such database.
            ImproperlyConfigured: its `ENGINE` is wrong.
        """
        try:
            entry = self.settings[alias]
        except KeyError:
            raise self.exception_class(
                f"The connection {alias!r} doesn't exist. DATABASES has "
                f"{', '.join(map(repr, self.settings))}."
            ) from None
        connection = load_backend(entry["ENGINE"]).DatabaseWrapper(entry, alias)
        self._made.add(connection)
        return connection

    def __getitem__(self, alias: str) -> Any:
        try:
            return self._local.__dict__[alias]
        except KeyError:
            connection = self._local.__dict__[alias] = self.create_connection(alias)
            return connection

    def __setitem__(self, key: str, value: Any) -> None:
        self._local.__dict__[key] = value

    def __delitem__(self, key: str) -> None:
        del self._local.__dict__[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def all(self, initialized_only: bool = False) -> list[Any]:
        """Return this thread's connections.

        Args:
            initialized_only: whether to leave out those that nothing in this thread has used.
        """
        if initialized_only:
            return list(self._local.__dict__.values())
        return [self[alias] for alias in self]

    def close_all(self) -> None:
        """Close this thread's connections."""
        for connection in self.all(initialized_only=True):
            connection.close()

    def _forget(self) -> None:
        for connection in list(self._made):
            connection._discard()
        self.__dict__.pop("settings", None)
        self._local = threading.local()


class ConnectionProxy:
    """This thread's connection to one database.

    Args:
        connections: the databases.
        alias: the alias of the one.
    """

    def __init__(self, connections: ConnectionHandler, alias: str) -> None:
        self.__dict__["_connections"] = connections
        self.__dict__["_alias"] = alias

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connections[self._alias], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._connections[self._alias], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._connections[self._alias], name)

    def __eq__(self, other: object) -> bool:
        return bool(self._connections[self._alias] == other)

    def __hash__(self) -> int:
        return hash(self._connections[self._alias])


class ConnectionRouter:
    """Chooses a database, by asking the routers in turn.

    Args:
        routers: the routers, or their classes' dotted paths; the setting `DATABASE_ROUTERS` by
            default.
    """

    def __init__(self, routers: Any = None) -> None:
        self._routers = routers

    @cached_property
    def routers(self) -> list[Any]:
        """The routers.

        Raises:
            ImportError: the path of one leads nowhere.
        """
        given = settings.DATABASE_ROUTERS if self._routers is None else self._routers
        return [import_string(each)() if isinstance(each, str) else each for each in given]

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias of the database to read a kind of object from."""
        return self._choose("db_for_read", model, hints)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the alias of the database to write a kind of object to."""
        return self._choose("db_for_write", model, hints)

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """Return whether two objects may be related; the routers decide, else their databases."""
        answer = self._answer("allow_relation", (obj1, obj2), hints)
        if answer is None:
            return bool(_database(obj1) == _database(obj2))
        return bool(answer)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Return whether an application's tables belong into a database; yes by default."""
        answer = self._answer("allow_migrate", (db, app_label), hints)
        return True if answer is None else bool(answer)

    def _choose(self, method: str, model: Any, hints: dict[str, Any]) -> str:
        chosen = self._answer(method, (model,), hints)
        return str(chosen or _database(hints.get("instance")) or DEFAULT_DB_ALIAS)

    def _answer(self, method: str, args: tuple[Any, ...], hints: dict[str, Any]) -> Any:
        for router in self.routers:
            ask = getattr(router, method, None)
            if ask is not None and (answer := ask(*args, **hints)) is not None:
                return answer
        return None


def _database(instance: Any) -> Any:
    return getattr(getattr(instance, "_state", None), "db", None)


#: The databases of this process.
connections = ConnectionHandler()
#: The choice between them.
router = ConnectionRouter()


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "DATABASES":
        connections._forget()
    elif setting == "DATABASE_ROUTERS":
        router.__dict__.pop("routers", None)


setting_changed.connect(_forget, dispatch_uid="gingerdj.db.utils")
