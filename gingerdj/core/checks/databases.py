"""Checks of the setting DATABASES, none of which opens a connection."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db.utils import KNOWN_KEYS, ConnectionHandler, load_backend

from .messages import CheckMessage, Error, Warning
from .registry import Tags, register


@register(Tags.settings)
def check_databases(**kwargs: Any) -> list[CheckMessage]:
    """Report databases that cannot be connected to, and keys that nothing reads."""
    try:
        complete = ConnectionHandler(settings.DATABASES).settings
    except ImproperlyConfigured as error:
        return [Error(f"DATABASES is wrong: {error}", id="databases.E001")]
    return [
        message
        for alias, given in settings.DATABASES.items()
        for message in (*_of_engine(alias, complete[alias]), *_of_keys(alias, given))
    ]


def _of_engine(alias: str, entry: dict[str, Any]) -> Iterator[CheckMessage]:
    try:
        load_backend(entry["ENGINE"]).DatabaseWrapper(entry, alias).get_connection_params()
    except (ImproperlyConfigured, ImportError) as error:
        yield Error(
            f"The database {alias!r} cannot be connected to: {error}",
            hint=f"Mend DATABASES[{alias!r}].",
            id="databases.E002",
        )


def _of_keys(alias: str, given: dict[str, Any]) -> Iterator[CheckMessage]:
    for key in given:
        if key not in KNOWN_KEYS:
            close = get_close_matches(str(key).upper(), KNOWN_KEYS, n=1)
            yield Warning(
                f"DATABASES[{alias!r}] has the key {key!r}, which nothing reads.",
                hint=f"Did you mean {close[0]!r}?" if close else "Take it out, or into OPTIONS.",
                id="databases.W001",
            )
