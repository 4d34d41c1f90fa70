"""The signals that tests send, and what follows a setting that they change."""

from __future__ import annotations

import os
import time
from typing import Any

from gingerdj.core.signals import setting_changed
from gingerdj.urls import set_urlconf
from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)

__all__ = ["setting_changed"]


def _set_process_zone(*, setting: str, value: str | None, **_: Any) -> None:
    if setting != "TIME_ZONE" or not hasattr(time, "tzset"):
        return
    if value:
        os.environ["TZ"] = str(value)
    else:
        os.environ.pop("TZ", None)
    time.tzset()


def _forget_urlconf(*, setting: str, **_: Any) -> None:
    if setting == "ROOT_URLCONF":
        set_urlconf(None)


setting_changed.connect(_forget_urlconf, dispatch_uid="gingerdj.test.signals.urlconf")
setting_changed.connect(_set_process_zone, dispatch_uid="gingerdj.test.signals")
