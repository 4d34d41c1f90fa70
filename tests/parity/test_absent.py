"""What Django has and GingerDJ has not is known by name: its modules and its settings."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import global_settings as theirs

import gingerdj
from gingerdj.conf import global_settings as ours
from gingerdj.utils.absent import ABSENT_SETTINGS, mend_of

# Each is asked for in another way, and there told: commands by their names, engines in DATABASES;
# what those are made of is no module to import.
TOLD_ELSEWHERE = ("gingerdj.core.management.commands.", "gingerdj.db.backends.")


def modules(folder: Path, package: str) -> Iterator[str]:
    """Yield the dotted paths of the modules in a package's folder; none is imported."""
    for found in pkgutil.iter_modules([str(folder)]):
        name = f"{package}.{found.name}"
        yield name
        if found.ispkg:
            yield from modules(folder / found.name, name)


def test_every_module_is_there_or_told_of() -> None:
    ours_ = set(modules(Path(gingerdj.__path__[0]), "gingerdj"))
    wanted = list(modules(Path(django.__path__[0]), "gingerdj"))
    assert "gingerdj.core.files.storage.filesystem" in wanted
    silent = [
        name
        for name in wanted
        if name not in ours_ and not name.startswith(TOLD_ELSEWHERE) and mend_of(name) is None
    ]
    assert silent == []


def test_every_setting_is_there_or_told_of() -> None:
    absent = {name for name in dir(theirs) if name.isupper() and not hasattr(ours, name)}
    assert set(ABSENT_SETTINGS) == absent
