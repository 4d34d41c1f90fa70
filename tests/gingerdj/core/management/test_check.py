"""The command `check`, called from a program."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.apps import apps
from gingerdj.core import checks
from gingerdj.core.management import CommandError, call_command
from gingerdj.core.management.base import SystemCheckError
from gingerdj.test import override_system_checks

Configure = Callable[..., None]


def told(app_configs: Any, databases: Any, server: Any = None, **kwargs: Any) -> list[Any]:
    labels = [each.label for each in app_configs or ()]
    return [checks.Info(f"{labels} {databases} {server} {kwargs}")]


def careful(**kwargs: Any) -> list[Any]:
    return [checks.Warning("careful")]


told.tags = ["told"]  # type: ignore[attr-defined]


@pytest.fixture
def check(configure: Configure) -> Any:
    """Run the command with two checks, one of them for deployment; return what it prints."""
    configure(
        INSTALLED_APPS=["gingerdj.contrib.staticfiles"],
        DATABASES={"default": {"NAME": ":memory:"}, "other": {"NAME": ":memory:"}},
    )
    if not apps.ready:
        apps.populate(["gingerdj.contrib.staticfiles"])

    def run(*words: str, **options: Any) -> str:
        out, err = io.StringIO(), io.StringIO()
        with override_system_checks([told], [careful]):
            call_command("check", *words, stdout=out, stderr=err, **options)
        return out.getvalue() + err.getvalue()

    return run


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ([], "[] None None {}"),
        (["--database", "other", "--database=default"], "[] ['other', 'default'] None {}"),
        (["--deploy", "--server", "daphne"], "[] None daphne {'workers': None}"),
        (["--deploy", "--server=uvicorn", "--workers=3"], "[] None uvicorn {'workers': 3}"),
        (["--tag", "told"], "[] None None {}"),
    ],
)
def test_what_the_checks_are_told(words: list[str], seen: str, check: Any) -> None:
    printed = check(*words)
    assert f"INFOS:\n?: {seen}\n" in printed
    assert ("careful" in printed) is ("--deploy" in words)


def test_apps(check: Any) -> None:
    configs = list(apps.get_app_configs())
    apps.set_installed_apps(["gingerdj.contrib.staticfiles"])
    try:
        assert "?: ['staticfiles'] None" in check("staticfiles")
        with pytest.raises(CommandError, match="No installed app with label 'nothing'"):
            check("nothing")
    finally:
        apps.unset_installed_apps()
    assert list(apps.get_app_configs()) == configs


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--server", "daphne"], "give --deploy as well"),
        (["--database", "nothing"], "DATABASES has default, other"),
        (["--tag", "nothing"], 'no system check with the "nothing" tag.*with --deploy'),
        (["--tag", "nothing", "--deploy"], "lists them\\."),
        (["--server", "apache"], "invalid choice: 'apache'"),
    ],
)
def test_what_is_refused(words: list[str], error: str, check: Any) -> None:
    with pytest.raises(CommandError, match=error):
        check(*words)


def test_levels_and_tags(check: Any) -> None:
    assert check("--list-tags") == "told\n"
    check("--deploy", fail_level="ERROR")
    with pytest.raises(SystemCheckError, match="careful"):
        check("--deploy", "--fail-level", "WARNING")
