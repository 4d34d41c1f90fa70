"""Whether the databases answer, for `READINESS_CHECKS`."""

from __future__ import annotations

from gingerdj.conf import settings
from gingerdj.db.utils import connections


def databases() -> None:
    """Ask each database of `DATABASES` for an answer.

    Raises:
        gingerdj.db.Error: one of them gives none.
    """
    for alias in settings.DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
