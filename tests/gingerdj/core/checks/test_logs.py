"""Checks of the setting LOGGING."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.checks import CheckMessage, Tags, run_checks
from gingerdj.utils.log import DEFAULT_LOGGING

from .conftest import Configure


def found(configure: Configure, logging: Any, **options: Any) -> list[CheckMessage]:
    configure(ROOT_URLCONF="x", LOGGING=logging, **options)
    return [
        message for message in run_checks(tags=[Tags.settings]) if message.id != "settings.E005"
    ]


@pytest.mark.parametrize(
    "logging",
    [
        {},
        DEFAULT_LOGGING,
        {
            "version": 1,
            "incremental": False,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "{message}", "datefmt": "%H", "style": "{"}},
            "filters": {"own": {"name": "mysite"}, "made": {"()": "x", "anything": 1}},
            "handlers": {"mail": {"class": "mysite.Handler", "whatever": "it takes"}},
            "loggers": {"": {"level": "INFO", "filters": [], "handlers": [], "propagate": False}},
            "root": {"level": "INFO", "filters": [], "handlers": []},
        },
        # Not ours to report: dictConfig() says what is wrong with it.
        {"version": 1, "loggers": ["mysite"], "root": "INFO"},
        [],
    ],
)
def test_logging_in_order(logging: Any, configure: Configure) -> None:
    assert found(configure, logging) == []


@pytest.mark.parametrize(
    ("logging", "path", "hint"),
    [
        ({"logers": {}}, "['logers']", "Did you mean 'loggers'?"),
        ({"root": {"levle": "INFO"}}, "['root']['levle']", "mean 'level'?"),
        ({"root": {"propagate": False}}, "['root']['propagate']", "Take it out."),
        (
            {"loggers": {"mysite": {"propogate": False}}},
            "['loggers']['mysite']['propogate']",
            "Did you mean 'propagate'?",
        ),
        (
            {"formatters": {"line": {"fmt": "{message}", "style": "{"}}},
            "['formatters']['line']['fmt']",
            "Did you mean 'format'?",
        ),
        ({"filters": {"own": {"nme": "x"}}}, "['filters']['own']['nme']", "mean 'name'?"),
        ({3: 4}, "[3]", "Take it out."),
    ],
)
def test_a_key_that_nothing_reads(logging: Any, path: str, hint: str, configure: Configure) -> None:
    [message] = found(configure, logging)
    assert message.id == "logging.W001"
    assert message.msg == f"LOGGING has a key that nothing reads: {path}."
    assert message.hint is not None
    assert hint in message.hint


@pytest.mark.parametrize("function", [None, "mysite.logs.configure"])
def test_what_another_function_reads_is_its_own_affair(
    function: str | None, configure: Configure
) -> None:
    assert found(configure, {"sinks": []}, LOGGING_CONFIG=function) == []
