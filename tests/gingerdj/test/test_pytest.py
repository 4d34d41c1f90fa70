"""The fixtures, in projects that are tested by a pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = """
DEBUG = True
SECRET_KEY = "tests only"
ALLOWED_HOSTS = []
ROOT_URLCONF = "urls"
LIFESPAN = ["urls.hold"]
COLOUR = "red"
"""

URLS = """
from contextlib import contextmanager

from gingerdj.conf import settings
from gingerdj.http import HttpResponse
from gingerdj.urls import path


def colour(request):
    return HttpResponse(settings.COLOUR)


async def hello(socket):
    await socket.accept()
    await socket.send_text(f"hello, {socket.COOKIES.get('name', 'you')}")


@contextmanager
def hold():
    yield {"held": True}


urlpatterns = [path("colour/", colour)]
websocket_urlpatterns = [path("ws/", hello)]
"""

TESTS = """
import urllib.request

import pytest

from gingerdj.conf import settings as project_settings
from gingerdj.core.signals import setting_changed


def test_debug_is_off_and_the_host_allowed(client):
    assert not project_settings.DEBUG
    assert client.get("/colour/").content == b"red"


async def test_the_async_client(async_client):
    assert (await async_client.get("/colour/")).content == b"red"


def test_the_factories(rf, async_rf):
    assert rf.get("/a/").path == async_rf.get("/a/").path == "/a/"


def test_settings_change(settings, client):
    heard = []

    def hear(setting, value, enter, **_):
        heard.append((setting, value, enter))

    setting_changed.connect(hear)
    settings.COLOUR = "blue"
    settings.COLOUR = "green"
    assert settings.COLOUR == project_settings.COLOUR == "green"
    assert client.get("/colour/").content == b"green"
    del settings.COLOUR
    assert not hasattr(project_settings, "COLOUR")
    settings.NEW = 1
    assert heard == [
        ("COLOUR", "blue", True),
        ("COLOUR", "green", True),
        ("COLOUR", None, True),
        ("NEW", 1, True),
    ]


def test_settings_are_as_they_were(settings):
    assert settings.COLOUR == "red"
    assert not hasattr(settings, "NEW")


@pytest.mark.parametrize("time", [1, 2])
def test_a_live_server(live_server, time):
    for url in (live_server.url + "/colour/", f"{live_server}/colour/", live_server + "/colour/"):
        with urllib.request.urlopen(url) as response:
            assert response.read() == b"red"


async def test_a_websocket(async_client, websocket):
    async_client.cookies["name"] = "Ada"
    async with websocket("/ws/") as socket:
        assert await socket.receive() == "hello, Ada"


async def test_a_lifespan(lifespan):
    async with lifespan() as state:
        assert state == {"held": True}


async def test_that_fails():
    assert 1 == 2
"""


def project(folder: Path, **files: str) -> None:
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


def run(folder: Path, *arguments: str, **environ: str) -> tuple[int, str]:
    known = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**known, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environ},
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("way", ["conftest", "option"])
def test_a_project_is_tested(tmp_path: Path, way: str) -> None:
    project(
        tmp_path,
        site_settings__py=SETTINGS,
        urls__py=URLS,
        test_it__py=TESTS,
        pytest__ini="[pytest]\npythonpath = .\nGINGER_SETTINGS_MODULE = site_settings\n",
    )
    if way == "conftest":
        project(tmp_path, conftest__py='pytest_plugins = ["gingerdj.test.pytest"]\n')
        code, output = run(tmp_path)
    else:
        code, output = run(tmp_path, "-p", "gingerdj.test.pytest")
    assert (code, output.splitlines()[-1].split(" in ")[0]) == (1, "1 failed, 9 passed"), output
    assert "FAILED test_it.py::test_that_fails - assert 1 == 2" in output


def test_the_environment_comes_before_the_configuration(tmp_path: Path) -> None:
    project(
        tmp_path,
        other_settings__py='COLOUR = "blue"\n',
        test_it__py="def test_it(settings):\n    assert settings.COLOUR == 'blue'\n",
        pytest__ini="[pytest]\npythonpath = .\nGINGER_SETTINGS_MODULE = site_settings\n",
    )
    options = {"GINGER_SETTINGS_MODULE": "other_settings", "PYTHONPATH": _with(tmp_path)}
    assert run(tmp_path, "-p", "gingerdj.test.pytest", **options)[0] == 0


def test_settings_may_be_configured_by_hand(tmp_path: Path) -> None:
    project(
        tmp_path,
        conftest__py=(
            'pytest_plugins = ["gingerdj.test.pytest"]\n'
            "from gingerdj.conf import settings\n"
            "settings.configure(DEBUG=True)\n"
        ),
        test_it__py="def test_it(settings):\n    assert not settings.DEBUG\n",
    )
    code, output = run(tmp_path)
    assert code == 0, output


def test_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    project(tmp_path, test_it__py="def test_it(client):\n    client.get('/')\n")
    arguments = ("-p", "gingerdj.test.pytest")
    code, output = run(tmp_path, *arguments, GINGER_SETTINGS_MODULE="no_such_settings")
    assert code == 4, output
    assert "no_such_settings" in output
    assert "Traceback" not in output
    code, output = run(tmp_path, *arguments)
    assert code == 1
    assert "GINGER_SETTINGS_MODULE" in output


DATABASE_TESTS = """
import pytest

from gingerdj.db import connection
from gingerdj.test import SimpleTestCase, TestCase


@pytest.fixture(scope="session")
def gingerdj_db_setup(gingerdj_db_setup):
    assert connection.settings_dict["NAME"].startswith("file:memorydb_default")
    connection._execute("CREATE TABLE item (name text)")


def names():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO item VALUES ('one')")
        cursor.execute("SELECT name FROM item")
        return [name for (name,) in cursor]


@pytest.mark.parametrize("time", [1, 2])
def test_a_rollback(db, time):
    assert connection.in_atomic_block
    assert names() == ["one"]


@pytest.mark.parametrize("time", [1, 2])
def test_a_commit(transactional_db, time):
    assert not connection.in_atomic_block
    assert names() == ["one"]


@pytest.mark.parametrize("time", [1, 2])
def test_a_live_server(live_server, time):
    assert not connection.in_atomic_block
    assert names() == ["one"]


class TestItems(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.names = names()

    def test_one(self):
        assert self.names == ["one"]
        assert names() == ["one", "one"]


def test_without_the_fixture():
    with pytest.raises(AssertionError, match="test_without_the_fixture: let it take the fixture"):
        names()


class TestNone(SimpleTestCase):
    def test_none(self):
        with pytest.raises(AssertionError, match="not allowed"):
            names()
"""


@pytest.mark.parametrize("only", ["", "TestItems"])
def test_databases(tmp_path: Path, only: str) -> None:
    project(
        tmp_path,
        site_settings__py=(
            'SECRET_KEY = "tests only"\nROOT_URLCONF = "site_settings"\nurlpatterns = []\n'
            'DATABASES = {"default": {"NAME": "/nowhere/at/all"}}\n'
        ),
        test_it__py=DATABASE_TESTS,
        pytest__ini="[pytest]\npythonpath = .\nGINGER_SETTINGS_MODULE = site_settings\n",
    )
    code, output = run(tmp_path, "-p", "gingerdj.test.pytest", "-k", only or "test")
    assert code == 0, output
    assert ("9 passed" in output) is (only == ""), output


def _with(folder: Path) -> str:
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
