"""What Django has and GingerDJ has not: what is said of it, however it is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from gingerdj.core.management import CommandError, call_command
from gingerdj.utils.absent import ABSENT, ABSENT_COMMANDS, mend_of


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("from gingerdj.shortcuts import render", "gingerdj.shortcuts.render"),
        (
            "from gingerdj.shortcuts import redirect, get_object_or_404",
            "gingerdj.shortcuts.get_object_or_404",
        ),
        ("from gingerdj.views.generic import TemplateView", "gingerdj.views.generic.TemplateView"),
        ("from gingerdj.views.generic.list import ListView", "gingerdj.views.generic.list"),
        (
            "from gingerdj.views.decorators.cache import cache_page",
            "gingerdj.views.decorators.cache.cache_page",
        ),
        ("from gingerdj.db import models", "gingerdj.db.models"),
        ("from gingerdj.db.models import Q", "gingerdj.db.models"),
        ("import gingerdj.db.models.functions", "gingerdj.db.models"),
        ("from gingerdj.utils.translation import gettext", "gingerdj.utils.translation"),
        ("from gingerdj.utils import translation", "gingerdj.utils.translation"),
        ("from gingerdj.core.cache import cache", "gingerdj.core.cache"),
        ("from gingerdj.core.paginator import Paginator", "gingerdj.core.paginator"),
        ("from gingerdj.contrib import admin", "gingerdj.contrib.admin"),
        ("from gingerdj.contrib.auth.models import User", "gingerdj.contrib.auth"),
        ("from gingerdj import forms", "gingerdj.forms"),
        (
            "from gingerdj.core.checks.security import base",
            "gingerdj.core.checks.security.base",
        ),
        ("from gingerdj.core.files import storage", "gingerdj.core.files.storage"),
        (
            "from gingerdj.core.files.storage import FileSystemStorage",
            "gingerdj.core.files.storage",
        ),
        (
            "from gingerdj.contrib.staticfiles.storage import StaticFilesStorage",
            "gingerdj.contrib.staticfiles.storage",
        ),
        (
            "from gingerdj.core.management.utils import get_random_secret_key",
            "gingerdj.core.management.utils",
        ),
        ("from gingerdj.utils.dateformat import format", "gingerdj.utils.dateformat"),
    ],
)
def test_an_import_says_what_to_do_instead(code: str, absent: str) -> None:
    with pytest.raises(ImportError) as caught:
        exec(code)
    assert str(caught.value) == f"GingerDJ has no {absent}: {ABSENT[absent]}."


@pytest.mark.parametrize("path", ABSENT)
def test_nothing_is_called_absent_that_is_there(path: str) -> None:
    module, _, name = path.rpartition(".")
    with pytest.raises(ImportError) as caught:
        exec(f"from {module} import {name}")
    assert str(caught.value).startswith("GingerDJ has no ")


@pytest.mark.parametrize("path", ["gingerdj.nope", "gingerdj.db.modes", "gingerdj.shortcuts.x"])
def test_what_django_has_not_either(path: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'gingerdj"):
        import_module(path)
    assert mend_of(path) is None


def test_an_unknown_name_is_none() -> None:
    shortcuts = import_module("gingerdj.shortcuts")
    assert not hasattr(shortcuts, "nope")
    assert not hasattr(shortcuts, "__path__")
    assert find_spec("gingerdj.nope") is None


@pytest.mark.parametrize("name", ["migrate", "createsuperuser"])
def test_a_command(name: str) -> None:
    said = f"Unknown command: {name!r} GingerDJ has none: {ABSENT_COMMANDS[name]}."
    with pytest.raises(CommandError) as caught:
        call_command(name)
    assert str(caught.value) == said
    done = subprocess.run(
        [sys.executable, "-m", "gingerdj", name], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"Unknown command: {name!r}. GingerDJ has none: {ABSENT_COMMANDS[name]}. "
        "Type 'python -m gingerdj help' for usage.\n"
    )
