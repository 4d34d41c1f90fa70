"""Settings of a project that comes from Django: each path into Django is named with its mend."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf import LazySettings, Settings
from gingerdj.core.exceptions import ImproperlyConfigured

COMMON = "django.middleware.common.CommonMiddleware"
FILTER = "django.utils.log.RequireDebugTrue"
SIGNER = "django.core.signing.TimestampSigner"
SQLITE = "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("MIDDLEWARE", [COMMON], COMMON),
        ("INSTALLED_APPS", ("django.contrib.staticfiles",), "django.contrib.staticfiles"),
        ("SIGNING_BACKEND", SIGNER, SIGNER),
        ("DATABASES", {"default": {"ENGINE": SQLITE}}, SQLITE),
        ("LOGGING", {"filters": {"debug": {"()": FILTER}}}, FILTER),
    ],
)
def test_the_name_to_write(name: str, value: Any, path: str, bare_settings: LazySettings) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        bare_settings.configure(**{name: value})
    assert str(caught.value) == (
        f"The settings in settings.configure() name what GingerDJ cannot use: "
        f"in {name}, write 'gingerdj.{path.removeprefix('django.')}' for {path!r}."
    )
    assert not bare_settings.configured


@pytest.mark.parametrize(
    "path",
    [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.BrokenLinkEmailsMiddleware",
    ],
)
def test_no_counterpart(path: str, bare_settings: LazySettings) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        bare_settings.configure(MIDDLEWARE=[path])
    assert f"in MIDDLEWARE, take out {path!r}, of which GingerDJ has no counterpart." in str(
        caught.value
    )


def test_paths_of_which_only_the_prefix_was_changed(bare_settings: LazySettings) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        bare_settings.configure(
            INSTALLED_APPS=["gingerdj.contrib.auth", "gingerdj.contrib.staticfiles"],
            MIDDLEWARE=[
                "gingerdj.middleware.common.CommonMiddleware",
                "gingerdj.middleware.locale.LocaleMiddleware",
                "gingerdj.contrib.sessions.middleware.SessionMiddleware",
            ],
        )
    assert [part.split("'")[1] for part in str(caught.value).split("; ")] == [
        "gingerdj.contrib.auth",
        "gingerdj.middleware.locale.LocaleMiddleware",
        "gingerdj.contrib.sessions.middleware.SessionMiddleware",
    ]
    first = (
        "in INSTALLED_APPS, take out 'gingerdj.contrib.auth', of which GingerDJ has no counterpart;"
    )
    assert f"name what GingerDJ cannot use: {first}" in str(caught.value)


def test_a_misspelt_path_is_left_to_who_reads_it(bare_settings: LazySettings) -> None:
    bare_settings.configure(INSTALLED_APPS=["gingerdj.contrib.staticfile"])
    assert bare_settings.configured


def test_every_path_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ported_settings", raising=False)
    (tmp_path / "ported_settings.py").write_text(
        f"MIDDLEWARE = [{COMMON!r}]\nINSTALLED_APPS = ['django.contrib.admin']\n"
    )
    with pytest.raises(ImproperlyConfigured, match="settings in ported_settings") as caught:
        Settings("ported_settings")
    assert "CommonMiddleware'" in str(caught.value)
    assert "'django.contrib.admin'" in str(caught.value)


def test_what_only_looks_like_a_path(bare_settings: LazySettings) -> None:
    bare_settings.configure(
        ALLOWED_HOSTS=["django.example.com"],
        DATABASES={"default": {"NAME": "django.sqlite3"}},
        INSTALLED_APPS=["django_environ"],
        LOGGING={
            "formatters": {"plain": {"format": "django. %(message)s"}},
            "loggers": {"django.request": {"level": "ERROR"}},
        },
    )
    assert bare_settings.configured
