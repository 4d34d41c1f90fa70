"""What differs from run to run has one spelling; what a program means to say has its own."""

from datetime import UTC, datetime, timedelta

import pytest

from gingerdocs.running.canonical import Canonical

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("form", "canonical"),
    [
        ("date: %a, %d %b %Y %H:%M:%S GMT", "date: Thu, 01 Jan 2026 00:00:00 GMT"),
        ('- - [%d/%b/%Y:%H:%M:%S] "GET /"', '- - [01/Jan/2026:00:00:00] "GET /"'),
        ("[%d/%b/%Y %H:%M:%S] x", "[01/Jan/2026 00:00:00] x"),
        ("[%d/%b/%Y:%H:%M:%S +0200]", "[01/Jan/2026:00:00:00 +0000]"),
        ("%B %d, %Y - %H:%M:%S", "January 01, 2026 - 00:00:00"),
        ("%Y-%m-%d %H:%M:%S,123 INFO", "2026-01-01 00:00:00,000 INFO"),
        ("[%Y-%m-%d %H:%M:%S +0000]", "[2026-01-01 00:00:00 +0000]"),
        ("%Y-%m-%dT%H:%M:%S.123456Z", "2026-01-01T00:00:00.000000Z"),
        ("%Y/%m/%d %H:%M:%S [error]", "2026/01/01 00:00:00 [error]"),
    ],
)
def test_the_time_of_day_is_canonical_in_each_format(form: str, canonical: str) -> None:
    assert Canonical()(NOW.strftime(form)) == canonical


def test_how_long_a_request_took_is_canonical() -> None:
    assert Canonical()('"GET / HTTP/1.1" 200 0.124') == '"GET / HTTP/1.1" 200 0.100'


def test_a_date_that_soon_expires_is_canonical() -> None:
    expires = (NOW + timedelta(days=14)).strftime("expires=%a, %d %b %Y %H:%M:%S GMT")
    assert Canonical()(expires) == "expires=Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    "text",
    [
        "expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "2019-05-04 03:02:01",
        "9999-12-31T23:59:59",
        "2024-99-99 00:00:00",
        "released 2099-01-01 00:00:00",
    ],
)
def test_a_date_that_is_data_stays(text: str) -> None:
    assert Canonical()(text) == text


def test_processes_are_numbered_in_order_of_appearance_and_keep_their_numbers() -> None:
    canonical = Canonical(first_pid=40000)
    assert canonical("[40007] [40009] pid: 40007") == "[4711] [4712] pid: 4711"
    assert canonical("Started worker (PID: 40009)") == "Started worker (PID: 4712)"
    assert canonical("http://127.0.0.1:8000 (40007)") == "http://127.0.0.1:8000 (4711)"
    assert canonical("[error] 40009#40009: *1 failed") == "[error] 4712#4712: *1 failed"


def test_numbers_that_are_no_process_stay() -> None:
    assert Canonical(first_pid=40000)("[100] [404] [39999]") == "[100] [404] [39999]"


def test_ports_that_the_system_chose_are_numbered_and_others_stay() -> None:
    canonical = Canonical()
    assert canonical("127.0.0.1:43210 127.0.0.1:43211") == "127.0.0.1:50000 127.0.0.1:50001"
    assert canonical("('127.0.0.1', 43211)") == "('127.0.0.1', 50001)"
    assert canonical("http://127.0.0.1:8000 127.0.0.1:18000") == (
        "http://127.0.0.1:8000 127.0.0.1:18000"
    )


def test_the_longest_folder_is_replaced_first() -> None:
    canonical = Canonical({"/tmp/x": "/srv", "/tmp/x/guide/venv": "/srv/venv"})
    assert canonical("/tmp/x/guide/venv/bin /tmp/x/guide/a") == "/srv/venv/bin /srv/guide/a"


@pytest.mark.parametrize("place", ["line 1: ", "-c: line 12: "])
def test_bash_speaks_as_at_a_prompt(place: str) -> None:
    assert Canonical()(f"x\nbash: {place}foo: command not found") == (
        "x\nbash: foo: command not found"
    )
