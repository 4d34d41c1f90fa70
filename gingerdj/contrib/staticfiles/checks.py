"""Checks of the settings of static files."""

from __future__ import annotations

from typing import Any

from gingerdj.contrib.staticfiles.finders import get_finders
from gingerdj.core.checks import CheckMessage


def check_finders(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report what the finders have to say about their settings."""
    return [message for finder in get_finders() for message in finder.check()]
