"""Where static files are found, and what the checks say of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.contrib.staticfiles import finders
from gingerdj.contrib.staticfiles.checks import check_finders
from gingerdj.contrib.staticfiles.utils import check_settings
from gingerdj.core.checks import Tags, run_checks
from gingerdj.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from gingerdj.test import override_settings

from .conftest import Start

FILE_SYSTEM = "gingerdj.contrib.staticfiles.finders.FileSystemFinder"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("site.css", ["one/site.css", "shop/static/site.css"]),
        ("pre/logo.svg", ["pre/logo.svg"]),
        ("shop/a b%.txt", ["shop/static/shop/a b%.txt"]),
        ("logo.svg", []),
        ("pre", []),
        ("prefix/logo.svg", []),
        ("nope", []),
    ],
)
def test_find(path: str, found: list[str], start: Start, folder: Path) -> None:
    start()
    paths = [str(folder / each) for each in found]
    assert finders.find(path) == (paths[0] if paths else None)
    assert finders.find(path, find_all=True) == paths
    assert finders.searched_locations == [
        str(folder / each) for each in ("one", "pre", "shop/static")
    ]


def test_nothing_outside_of_the_folders(start: Start) -> None:
    start()
    with pytest.raises(SuspiciousFileOperation):
        finders.find("../pre/logo.svg")


def test_list(start: Start, folder: Path) -> None:
    start()
    system, app = finders.get_finders()
    assert isinstance(app, finders.AppDirectoriesFinder)
    assert app.apps == ["shop"]
    listed = [(path, place.prefix) for path, place in system.list(["CVS", ".*"])]
    assert listed == [("draft~", ""), ("site.css", ""), ("logo.svg", "pre")]
    assert [path for path, _ in app.list(["shop/*.txt"])] == ["site.css"]
    assert [path for path, _ in app.list(None)] == ["shop/a b%.txt", "site.css"]
    assert finders.AppDirectoriesFinder(["nothing"]).apps == []


def test_finders_are_kept_until_the_settings_change(start: Start, folder: Path) -> None:
    start()
    finder = finders.get_finder(FILE_SYSTEM)
    assert finders.get_finder(FILE_SYSTEM) is finder
    with override_settings(STATICFILES_DIRS=[]):
        assert finders.find("pre/logo.svg") is None
    assert finders.find("pre/logo.svg") == str(folder / "pre/logo.svg")


@pytest.mark.parametrize("path", ["os.path.join", "gingerdj.contrib.staticfiles.utils.Folder"])
def test_what_is_no_finder(path: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"'{path}', which is no subclass"):
        finders.get_finder(path)


def test_a_finder_that_is_not_there() -> None:
    with pytest.raises(ImportError):
        finders.get_finder("gingerdj.contrib.staticfiles.finders.Nope")


def test_a_finder_must_define_its_methods() -> None:
    with pytest.raises(NotImplementedError, match=r"find\(\)"):
        finders.BaseFinder().find("x")
    with pytest.raises(NotImplementedError, match=r"list\(\)"):
        finders.BaseFinder().list([])
    assert finders.BaseFinder().check() == []


@pytest.mark.parametrize(
    ("dirs", "ids"),
    [
        ([], []),
        ("one", ["staticfiles.E001"]),
        (["{}/one", "{}/root"], ["staticfiles.E002", "staticfiles.W004"]),
        ([("pre/", "{}/pre")], ["staticfiles.E003"]),
        (["{}/nope"], ["staticfiles.W004"]),
    ],
)
def test_checks(dirs: Any, ids: list[str], start: Start, folder: Path) -> None:
    if isinstance(dirs, list):
        dirs = [
            each.format(folder) if isinstance(each, str) else (each[0], each[1].format(folder))
            for each in dirs
        ]
    start(STATICFILES_DIRS=dirs)
    assert [message.id for message in check_finders()] == ids
    assert [message.id for message in run_checks(tags=[Tags.staticfiles])] == ids


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"STATIC_URL": None}, "STATIC_URL is missing"),
        ({"MEDIA_URL": "static/"}, "are both '/static/'"),
        ({"MEDIA_URL": "/static/media/", "DEBUG": True}, "lies within"),
        ({"MEDIA_ROOT": "/srv/files", "STATIC_ROOT": "/srv/files"}, "are both '/srv/files'"),
    ],
)
def test_settings_that_would_mix_files_up(
    options: dict[str, Any], error: str, start: Start
) -> None:
    start(**options)
    with pytest.raises(ImproperlyConfigured, match=error):
        check_settings()


def test_good_settings(start: Start) -> None:
    start(MEDIA_URL="media/", MEDIA_ROOT="/srv/media", DEBUG=True)
    check_settings()


@pytest.mark.parametrize(
    ("given", "script", "mounted"),
    [
        ("static/", None, "/static/"),
        ("static/", "/app", "/app/static/"),
        ("static/", "/app/", "/app/static/"),
        ("/static/", "/app", "/static/"),
        ("https://cdn.example.com/", "/app", "https://cdn.example.com/"),
        (None, "/app", None),
    ],
)
def test_an_address_begins_where_the_site_is_mounted(
    given: str | None, script: str | None, mounted: str | None, start: Start
) -> None:
    start()
    with override_settings(STATIC_URL=given, FORCE_SCRIPT_NAME=script):
        assert mounted == settings.STATIC_URL
