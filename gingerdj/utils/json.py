"""JSON beyond what the standard encoder knows."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import uuid
from json.encoder import c_make_encoder, encode_basestring_ascii  # type: ignore[attr-defined]
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


_encoder = GingerJSONEncoder()

# What `_encoder.encode` makes anew for each call, except that it does not look out for cycles.
_encode_in_pieces = c_make_encoder and c_make_encoder(
    None, _encoder.default, encode_basestring_ascii, None, ": ", ", ", False, False, True
)


def encode(data: Any) -> str:
    """Return data as JSON, as `json.dumps(data, cls=GingerJSONEncoder)` does.

    Raises:
        TypeError: there is something in it that JSON has no form for.
        ValueError: it holds itself.
    """
    if _encode_in_pieces is not None:  # Not every Python has it.
        try:
            return "".join(_encode_in_pieces(data, 0))
        except RecursionError:
            pass  # Either it holds itself, which the slow way says, or it is too deep for both.
    return _encoder.encode(data)


def _iso_duration(duration: dt.timedelta) -> str:
    sign = "-" if duration < dt.timedelta(0) else ""
    duration = abs(duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06d}" if duration.microseconds else ""
    return f"{sign}P{duration.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"
