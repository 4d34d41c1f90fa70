"""Dates and times with a time zone, and the zone that is current."""

from __future__ import annotations

import datetime as dt
import functools
from contextlib import ContextDecorator
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.local import Local

from gingerdj.conf import settings
from gingerdj.core.signals import setting_changed

_active: Any = Local()


def get_fixed_timezone(offset: dt.timedelta | float) -> dt.timezone:
    """Return the zone that lies a fixed number of minutes, or a `timedelta`, east of UTC."""
    if not isinstance(offset, dt.timedelta):
        offset = dt.timedelta(minutes=offset)
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    name = f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"
    return dt.timezone(offset, name)


@functools.lru_cache
def get_default_timezone() -> dt.tzinfo:
    """Return the zone of the setting `TIME_ZONE`."""
    return ZoneInfo(settings.TIME_ZONE)


def _forget_default(*, setting: str, **_: Any) -> None:
    if setting == "TIME_ZONE":
        get_default_timezone.cache_clear()


setting_changed.connect(_forget_default, dispatch_uid="gingerdj.utils.timezone")


def get_default_timezone_name() -> str:
    """Return the name of the zone of the setting `TIME_ZONE`."""
    return _name(get_default_timezone())


def get_current_timezone() -> dt.tzinfo:
    """Return the zone that `activate` has made current, or else the default one."""
    return getattr(_active, "value", None) or get_default_timezone()


def get_current_timezone_name() -> str:
    """Return the name of the current zone."""
    return _name(get_current_timezone())


def _name(timezone: dt.tzinfo) -> str:
    return timezone.tzname(None) or str(timezone)


def activate(timezone: str | dt.tzinfo) -> None:
    """Make a zone the current one, for this thread or task.

    Raises:
        ValueError: it is neither a zone nor the name of one.
    """
    if isinstance(timezone, str):
        timezone = ZoneInfo(timezone)
    if not isinstance(timezone, dt.tzinfo):
        raise ValueError(f"Invalid timezone: {timezone!r}")
    _active.value = timezone


def deactivate() -> None:
    """Make the default zone current again."""
    if hasattr(_active, "value"):
        del _active.value


class override(ContextDecorator):  # noqa: N801 - a decorator, named as decorators are
    """Make a zone the current one during a block or a function.

    Args:
        timezone: the zone or its name; None for the default one.
    """

    def __init__(self, timezone: str | dt.tzinfo | None) -> None:
        self.timezone = timezone
        self._before: list[dt.tzinfo | None] = []

    def __enter__(self) -> None:
        before = getattr(_active, "value", None)
        if self.timezone is None:
            deactivate()
        else:
            activate(self.timezone)
        self._before.append(before)

    def __exit__(self, *exc_info: object) -> None:
        before = self._before.pop()
        if before is None:
            deactivate()
        else:
            activate(before)


def now() -> dt.datetime:
    """Return the present: aware, in UTC, with `USE_TZ`; else naive, in local time."""
    return dt.datetime.now(dt.UTC if settings.USE_TZ else None)


def localtime(value: dt.datetime | None = None, timezone: dt.tzinfo | None = None) -> dt.datetime:
    """Return an aware datetime, the present by default, in a zone, the current one by default.

    Raises:
        ValueError: the datetime is naive.
    """
    value = value or now()
    if is_naive(value):
        raise ValueError("localtime() cannot be applied to a naive datetime")
    return value.astimezone(timezone or get_current_timezone())


def localdate(value: dt.datetime | None = None, timezone: dt.tzinfo | None = None) -> dt.date:
    """Return the date of an aware datetime, as `localtime` does its time."""
    return localtime(value, timezone).date()


def is_aware(value: dt.datetime | dt.time) -> bool:
    """Return whether a datetime or time knows its offset from UTC."""
    return value.utcoffset() is not None


def is_naive(value: dt.datetime | dt.time) -> bool:
    """Return whether a datetime or time does not know its offset from UTC."""
    return value.utcoffset() is None


def make_aware(value: dt.datetime, timezone: dt.tzinfo | None = None) -> dt.datetime:
    """Return a naive datetime as one of a zone, the current one by default.

    Raises:
        ValueError: the datetime is aware already.
    """
    if is_aware(value):
        raise ValueError(f"make_aware expects a naive datetime, got {value}")
    return value.replace(tzinfo=timezone or get_current_timezone())


def make_naive(value: dt.datetime, timezone: dt.tzinfo | None = None) -> dt.datetime:
    """Return an aware datetime as a naive one of a zone, the current one by default.

    Raises:
        ValueError: the datetime is naive already.
    """
    if is_naive(value):
        raise ValueError("make_naive() cannot be applied to a naive datetime")
    return value.astimezone(timezone or get_current_timezone()).replace(tzinfo=None)
