"""Dates and times with a time zone, and the zone that is current."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gingerdj.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
NAIVE = dt.datetime(2026, 1, 1, 12)  # noqa: DTZ001 - what is tested


@pytest.fixture(autouse=True)
def zone(configure: Any) -> Iterator[Any]:
    configure(TIME_ZONE="Asia/Tokyo")
    yield configure
    timezone.deactivate()


def test_the_default(zone: Any) -> None:
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    zone(TIME_ZONE="Europe/Paris")
    assert timezone.get_default_timezone_name() == "Europe/Paris"


def test_the_current_zone() -> None:
    timezone.activate("Europe/Paris")
    assert timezone.get_current_timezone() == PARIS
    with timezone.override(None):
        assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    assert timezone.get_current_timezone() == PARIS
    timezone.deactivate()
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    with pytest.raises(ValueError, match="Invalid timezone"):
        timezone.activate(None)  # type: ignore[arg-type]


@timezone.override(PARIS)
def test_the_current_zone_belongs_to_its_task() -> None:
    async def other() -> str:
        timezone.activate("UTC")
        await asyncio.sleep(0)
        return timezone.get_current_timezone_name()

    async def both() -> list[str]:
        return [await asyncio.create_task(other()), timezone.get_current_timezone_name()]

    assert asyncio.run(both()) == ["UTC", "Europe/Paris"]


def test_now(zone: Any) -> None:
    assert timezone.now().tzinfo is dt.UTC
    zone(USE_TZ=False)
    assert timezone.is_naive(timezone.now())


def test_local_time() -> None:
    assert timezone.localtime(NOON).hour == 21
    assert timezone.localtime(NOON, PARIS).hour == 13
    assert timezone.localdate(NOON + dt.timedelta(hours=4)) == dt.date(2026, 1, 2)
    with pytest.raises(ValueError, match="to a naive"):
        timezone.localtime(NAIVE)


def test_aware_and_naive() -> None:
    aware = timezone.make_aware(NAIVE)
    assert (aware.utcoffset(), timezone.is_aware(aware)) == (dt.timedelta(hours=9), True)
    assert timezone.make_naive(aware) == NAIVE
    assert timezone.make_naive(NOON, PARIS).hour == 13
    with pytest.raises(ValueError, match="expects a naive"):
        timezone.make_aware(NOON)
    with pytest.raises(ValueError, match="to a naive"):
        timezone.make_naive(NAIVE)


@pytest.mark.parametrize(
    ("offset", "name"), [(-90, "-0130"), (0, "+0000"), (dt.timedelta(hours=5), "+0500")]
)
def test_fixed_zones(offset: Any, name: str) -> None:
    with timezone.override(timezone.get_fixed_timezone(offset)):
        assert timezone.get_current_timezone_name() == name
