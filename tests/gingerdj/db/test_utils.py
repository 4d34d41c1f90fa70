"""Which databases there are, and the choice between them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db import ConnectionHandler, connection, connections, router
from gingerdj.db.backends.sqlite3.base import DatabaseWrapper
from gingerdj.db.utils import ConnectionDoesNotExist, ConnectionRouter, load_backend


def test_without_databases_there_is_a_default_one_of_sqlite() -> None:
    handler = ConnectionHandler({})
    assert list(handler) == ["default"]
    assert isinstance(handler["default"], DatabaseWrapper)
    with pytest.raises(ImproperlyConfigured, match=r"supply the NAME value\. In 'default' it is"):
        handler["default"].ensure_connection()


def test_what_an_entry_leaves_out() -> None:
    given: dict[str, Any] = {"default": {}, "other": {"TEST": {"NAME": "x"}, "ENGINE": ""}}
    handler = ConnectionHandler(given)
    other = handler.databases["other"]
    assert other["ENGINE"] == "gingerdj.db.backends.sqlite3"
    assert (other["TEST"]["NAME"], other["TEST"]["MIRROR"]) == ("x", None)
    assert (other["CONN_MAX_AGE"], other["AUTOCOMMIT"], other["OPTIONS"]) == (0, True, {})
    assert given["default"] == {}


@pytest.mark.parametrize(
    ("databases", "alias", "error", "message"),
    [
        ({"a": {}}, "a", ImproperlyConfigured, r"a 'default' database\. DATABASES has only 'a'"),
        ({}, "a", ConnectionDoesNotExist, r"'a' doesn't exist\. DATABASES has 'default'"),
        (
            {"default": {"ENGINE": "sqlite"}},
            "default",
            ImproperlyConfigured,
            "'sqlite' isn't an available database backend, for there is no module named 'sqlite'",
        ),
        (
            {"default": {"NAME": ":memory:", "OPTIONS": {"transaction_mode": "x"}}},
            "default",
            ImproperlyConfigured,
            "transaction_mode of 'default' is 'x'; SQLite knows DEFERRED, EXCLUSIVE, IMMEDIATE",
        ),
    ],
    ids=["no default", "no such", "engine", "option"],
)
def test_what_is_wrong_is_named(databases: Any, alias: str, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ConnectionHandler(databases)[alias].ensure_connection()


def test_a_missing_driver_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from gingerdj.db.utils import load_backend\n"
        "load_backend('gingerdj.db.backends.postgresql')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (
        "needs the driver psycopg, which is not installed: run python -m pip install psycopg."
    ) in done.stderr


def test_a_backend_that_fails_to_import_says_so_itself(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_backend").mkdir()
    (tmp_path / "broken_backend" / "base.py").write_text("import not_installed")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'not_installed'$"):
        load_backend("broken_backend")


def test_a_handler_holds_what_it_is_given() -> None:
    handler = ConnectionHandler({"default": {"NAME": ":memory:"}, "other": {}})
    assert handler.all(initialized_only=True) == []
    first, other = handler.all()
    assert handler["default"] is first
    handler["default"] = other
    assert handler["default"] is other
    del handler["default"]
    assert handler["default"] is not first
    handler.close_all()


def test_the_default_connection_stands_for_this_threads(configure: Any) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:"}})
    real = connections["default"]
    assert connection == real
    assert hash(connection) == hash(real)
    connection.force_debug_cursor = True
    assert real.force_debug_cursor
    connection.mark = 1
    del connection.mark
    assert not hasattr(real, "mark")
    assert repr(real) == "<DatabaseWrapper vendor='sqlite' alias='default'>"


def test_other_settings_mean_other_databases(configure: Any) -> None:
    configure(DATABASES={"default": {"NAME": ":memory:"}})
    first = connections["default"]
    first.ensure_connection()
    configure(DATABASES={"default": {}, "other": {}})
    assert first.connection is None
    assert list(connections) == ["default", "other"]


class Reads:
    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "replica" if model is int else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return db != "replica"


class Relates:
    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True


class Kept:
    def __init__(self, db: str) -> None:
        self._state = type("State", (), {"db": db})


def test_routers_are_asked_in_turn() -> None:
    choice = ConnectionRouter([Reads(), f"{__name__}.Relates"])
    assert choice.db_for_read(int) == "replica"
    assert choice.db_for_read(str) == choice.db_for_write(int) == "default"
    assert choice.db_for_write(str, instance=Kept("other")) == "other"
    assert choice.allow_relation(Kept("a"), Kept("b"))
    assert not choice.allow_migrate("replica", "polls")
    assert choice.allow_migrate("default", "polls")


def test_without_routers_the_databases_decide(configure: Any) -> None:
    configure(DATABASE_ROUTERS=[])
    assert router.db_for_read(int) == "default"
    assert not router.allow_relation(Kept("a"), Kept("b"))
    assert router.allow_migrate("default", "polls")
    configure(DATABASE_ROUTERS=[Reads()])
    assert router.db_for_read(int) == "replica"
