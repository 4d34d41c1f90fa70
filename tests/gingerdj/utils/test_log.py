"""Logging: control characters, the server's time, the defaults."""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.utils.log import (
    DEFAULT_LOGGING,
    CallbackFilter,
    RequireDebugFalse,
    RequireDebugTrue,
    ServerFormatter,
    configure_logging,
    escape_for_log,
    log_response,
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u2028", r"\u2028"),
        ("é/中\\", r"\xe9/\u4e2d\\"),
    ],
)
def test_control_characters_stay_on_their_line(text: str, escaped: str) -> None:
    assert escape_for_log(text) == escaped


def test_the_servers_time() -> None:
    options = DEFAULT_LOGGING["formatters"]["gingerdj.server"]
    formatter = ServerFormatter(options["format"], style=options["style"])
    record = logging.LogRecord("n", logging.INFO, "p", 1, "GET %s", ("/",), None)
    assert re.fullmatch(
        r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d\] GET /", formatter.format(record)
    )


@pytest.mark.parametrize(("status", "level"), [(404, "WARNING"), (500, "ERROR")])
def test_a_response_is_logged_once(
    configure: Any, caplog: pytest.LogCaptureFixture, status: int, level: str
) -> None:
    configure()
    response = HttpResponse(status=status)
    log_response("Odd: %s", "/\n", response=response)
    log_response("Odd: %s", "/again", response=response)
    [record] = caplog.records
    assert (record.levelname, record.getMessage(), record.status_code) == (
        level,
        r"Odd: /\n",
        status,
    )


@pytest.mark.parametrize("debug", [True, False])
def test_filters(configure: Any, debug: bool) -> None:
    configure(DEBUG=debug)
    record = logging.makeLogRecord({"levelno": logging.ERROR})
    assert RequireDebugTrue().filter(record) is debug
    assert RequireDebugFalse().filter(record) is not debug
    assert CallbackFilter(lambda each: each.levelno).filter(record) is True
    assert CallbackFilter(lambda each: None).filter(record) is False


@pytest.fixture
def loggers() -> Iterator[list[logging.Logger]]:
    """Give the loggers that the defaults name, and put them back as they were."""
    named = [logging.getLogger(name) for name in DEFAULT_LOGGING["loggers"]]
    before = [(each.level, each.propagate, each.handlers[:]) for each in named]
    yield named
    for each, (level, propagate, handlers) in zip(named, before, strict=True):
        each.level, each.propagate, each.handlers[:] = level, propagate, handlers


def described(loggers: list[logging.Logger]) -> list[Any]:
    """Return what can be seen of loggers."""
    return [
        (
            logger.name,
            logger.level,
            logger.propagate,
            [
                (
                    type(handler),
                    handler.name,
                    handler.level,
                    getattr(handler, "stream", None),
                    [type(each) for each in handler.filters],
                    type(handler.formatter),
                    getattr(handler.formatter, "_fmt", None),
                )
                for handler in logger.handlers
            ],
        )
        for logger in loggers
    ]


def test_the_defaults_are_what_dictconfig_makes_of_them(loggers: list[logging.Logger]) -> None:
    logging.config.dictConfig(DEFAULT_LOGGING)
    expected = described(loggers)
    for each in loggers:
        each.handlers[:], each.level, each.propagate = [], 0, True
    configure_logging("logging.config.dictConfig", {})
    assert described(loggers) == expected
    assert len(expected) == 2


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"version": 2}, ValueError),
        ({"version": 1, "handlers": {"a": {"class": "nowhere.Handler"}}}, ValueError),
        ([1], TypeError),
    ],
)
def test_what_is_wrong_is_said_of_the_setting(wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        configure_logging("logging.config.dictConfig", wrong)
    assert caught.value.__notes__ == ["The setting LOGGING is wrong: mend it in the settings."]


def test_defaults_that_a_project_has_changed_count(
    loggers: list[logging.Logger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DEFAULT_LOGGING["handlers"]["console"], "filters", [])
    monkeypatch.setitem(DEFAULT_LOGGING["handlers"], "none", {"class": "logging.NullHandler"})
    monkeypatch.setitem(DEFAULT_LOGGING["loggers"]["gingerdj"], "handlers", ["none"])
    configure_logging("logging.config.dictConfig", {})
    assert [type(each) for each in loggers[0].handlers] == [logging.NullHandler]


def test_no_configuration_leaves_logging_alone(loggers: list[logging.Logger]) -> None:
    before = described(loggers)
    configure_logging(None, {"version": 1})
    assert described(loggers) == before
