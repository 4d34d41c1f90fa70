"""Logging: control characters, the server's time, the defaults."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from gingerdj.http import HttpResponse
from gingerdj.utils.log import (
    DEFAULT_LOGGING,
    CallbackFilter,
    RequireDebugFalse,
    RequireDebugTrue,
    ServerFormatter,
    escape_control,
    log_response,
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("a\nb", r"a\nb"), ("\x1b[31m", r"\x1b[31m"), ("\u2028", r"\u2028"), ("é/中", "é/中")],
)
def test_control_characters_stay_on_their_line(text: str, escaped: str) -> None:
    assert escape_control(text) == escaped


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
