"""The signals that tests send, and what follows a setting that they change."""

from __future__ import annotations

import os
import time
from typing import Any

from gingerdj.core.signals import setting_changed

__all__ = ["setting_changed"]


def _set_process_zone(*, setting: str, value: str | None, **_: Any) -> None:
    if setting != "TIME_ZONE" or not hasattr(time, "tzset"):
        return
    if value:
        os.environ["TZ"] = value
    else:
        os.environ.pop("TZ", None)
    time.tzset()


setting_changed.connect(_set_process_zone, dispatch_uid="gingerdj.test.signals")
