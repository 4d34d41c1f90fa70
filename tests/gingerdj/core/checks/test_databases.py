"""Checks of the setting DATABASES."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.checks import CheckMessage, Tags, run_checks

from .conftest import Configure


def found(configure: Configure, databases: Any) -> list[CheckMessage]:
    configure(ROOT_URLCONF="x", DATABASES=databases)
    return run_checks(tags=[Tags.settings])


@pytest.mark.parametrize(
    "databases",
    [
        {},
        {"default": {"NAME": ":memory:"}},
        {"default": {"ENGINE": "gingerdj.db.backends.postgresql", "NAME": "x", "PORT": 5432}},
    ],
)
def test_databases_in_order(databases: Any, configure: Configure) -> None:
    assert found(configure, databases) == []


@pytest.mark.parametrize(
    ("databases", "identifier", "text"),
    [
        ({"other": {}}, "databases.E001", "You must define a 'default' database"),
        ({"default": {}}, "databases.E002", "Please supply the NAME value"),
        ({"default": {"ENGINE": "x"}}, "databases.E002", "'x' isn't an available database"),
        (
            {"default": {"NAME": ":memory:", "OPTIONS": {"transaction_mode": "x"}}},
            "databases.E002",
            "SQLite knows DEFERRED",
        ),
        (
            {"default": {"NAME": "x", "CONN_AGE": 1}},
            "databases.W001",
            "Did you mean 'CONN_MAX_AGE'",
        ),
        ({"default": {"NAME": "x", "sslmode": 1}}, "databases.W001", "into OPTIONS"),
    ],
)
def test_what_is_wrong(databases: Any, identifier: str, text: str, configure: Configure) -> None:
    [message] = found(configure, databases)
    assert message.id == identifier
    assert text in str(message)
