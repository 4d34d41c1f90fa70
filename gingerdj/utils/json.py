"""JSON beyond what the standard encoder knows."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import uuid
from typing import Any

from gingerdj.utils.functional import Promise


class GingerJSONEncoder(json.JSONEncoder):
    """Encodes dates and times as ECMA-262 writes them, durations as ISO 8601, and decimals,
    UUIDs and lazy texts as strings."""

    def default(self, o: Any) -> Any:
        if isinstance(o, dt.datetime):
            text = o.isoformat(timespec="milliseconds" if o.microsecond else "seconds")
            return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
        if isinstance(o, dt.date):
            return o.isoformat()
        if isinstance(o, dt.time):
            if o.tzinfo is not None:
                raise ValueError("JSON has no form for a time of day with a time zone.")
            return o.isoformat(timespec="milliseconds" if o.microsecond else "seconds")
        if isinstance(o, dt.timedelta):
            return _iso_duration(o)
        if isinstance(o, decimal.Decimal | uuid.UUID | Promise):
            return str(o)
        return super().default(o)


def _iso_duration(duration: dt.timedelta) -> str:
    sign = "-" if duration < dt.timedelta(0) else ""
    duration = abs(duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06d}" if duration.microseconds else ""
    return f"{sign}P{duration.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"
