"""A project with static files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gingerdj.apps import apps
from gingerdj.contrib.staticfiles.finders import get_finder
from gingerdj.core.checks.registry import registry
from gingerdj.test import override_settings

Configure = Callable[..., None]


FILES = {
    "one/site.css": "one",
    "one/CVS/version": "",
    "one/.hidden": "",
    "one/draft~": "",
    "pre/logo.svg": "<svg/>",
    "shop/static/site.css": "shop",
    "shop/static/shop/a b%.txt": "shop's own",
    "shop/__init__.py": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two folders of static files and an app that has one."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


Start = Callable[..., None]


@pytest.fixture
def start(folder: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Have the project's settings and apps until the test ends; keyword arguments change them."""
    monkeypatch.syspath_prepend(str(folder))
    checks = dict(registry.registered_checks)
    with ExitStack() as stack:

        def run(**options: Any) -> None:
            configure()
            wanted = {
                "INSTALLED_APPS": ["gingerdj.contrib.staticfiles", "shop"],
                "ROOT_URLCONF": ModuleType("no_urls"),
                "STATIC_URL": "static/",
                "STATIC_ROOT": str(folder / "root"),
                "STATICFILES_DIRS": [folder / "one", ("pre", str(folder / "pre"))],
                **options,
            }
            if not apps.ready:
                apps.populate([])
            stack.enter_context(override_settings(**wanted))

        yield run
    get_finder.cache_clear()
    registry.registered_checks.clear()
    registry.registered_checks.update(checks)
    sys.modules.pop("shop", None)
