"""The command `test`: what it finds, in which order it runs it, and what it says."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.core.management import CommandError, call_command
from gingerdj.test.runner import DiscoverRunner
from gingerdj.test.utils import get_runner

Configure = Callable[..., None]

TESTS = """\
import unittest
from gingerdj.conf import settings
from gingerdj.db import connection
from gingerdj.test import SimpleTestCase, TestCase, tag


class Plain(unittest.TestCase):
    def test_debug(self):
        print("DEBUG is", settings.DEBUG)


class Simple(SimpleTestCase):
    @tag("slow")
    def test_get(self):
        self.assertEqual(self.client.get("/nowhere/").status_code, 404)

    def test_wrong(self):
        self.fail("on purpose")


@tag("data")
class Data(TestCase):
    def test_name(self):
        print("NAME is", connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS kept (id integer)")
"""
RUNNER = """\
class Runner:
    def __init__(self, colour=None, **options):
        self.colour = colour

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--colour")

    def run_tests(self, labels):
        print(f"{self.colour} {list(labels)}")
        return 1 if "bad" in labels else 0
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a project with an app, whose tests are in a package."""
    files = {
        "conf.py": "SECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nDEBUG = True\n"
        "DATABASES = {'default': {'ENGINE': 'gingerdj.db.backends.sqlite3', 'NAME': 'db', "
        "'TEST': {'NAME': 'test_db'}}}\n",
        "urls.py": "urlpatterns = []\n",
        "shop/__init__.py": "",
        "shop/tests/__init__.py": "",
        "shop/tests/test_all.py": TESTS,
        "shop/own.py": RUNNER,
        "broken/test_broken.py": "import nothing_like_it\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gingerdj", "test", "--settings=conf", *words],
            cwd=project,
            env={**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    return run


def order(output: str) -> list[str]:
    return re.findall(r"^(test_\w+) \(", output, re.MULTILINE)


def test_all_tests_in_order(run: Run) -> None:
    done = run("shop", "-v", "2")
    assert done.returncode == 1
    assert order(done.stdout) == ["test_name", "test_get", "test_wrong", "test_debug"]
    for line in (
        "Found 4 test(s).",
        "NAME is test_db",
        "DEBUG is False",
        "AssertionError: on purpose",
        "System check identified no issues (0 silenced).",
        "FAILED (failures=1)",
    ):
        assert line in done.stdout


@pytest.fixture
def found(
    project: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., list[str]]]:
    """Return the names of the tests that a command line picks."""
    configure(DATABASES={"default": {"NAME": ":memory:"}})
    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(str(project))

    def found(*words: str) -> list[str]:
        parser = ArgumentParser()
        parser.add_argument("labels", nargs="*")
        DiscoverRunner.add_arguments(parser)
        options = vars(parser.parse_args(words))
        suite = DiscoverRunner(verbosity=0, **options).build_suite(options["labels"])
        return [test.id().rpartition(".")[2] for test in suite]

    yield found
    for name in [name for name in sys.modules if name.split(".")[0] in ("shop", "test_broken")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["shop.tests.test_all.Data"], ["test_name"]),
        (["shop.tests.test_all.Simple.test_get"], ["test_get"]),
        (["shop/tests", "--tag", "slow", "--tag=data"], ["test_name", "test_get"]),
        (
            ["shop.tests", "--exclude-tag", "slow", "-k", "*.test_[nd]*"],
            ["test_name", "test_debug"],
        ),
        (["shop", "-k", "Simple.test_g", "-k", "debug"], ["test_get", "test_debug"]),
        (["shop.tests.test_all.Data", "shop.tests.test_all.Data"], ["test_name"]),
        (
            ["shop.tests.test_all.Plain", "shop"],
            ["test_name", "test_get", "test_wrong", "test_debug"],
        ),
        (["shop", "--reverse"], ["test_name", "test_wrong", "test_get", "test_debug"]),
        (["shop", "--pattern", "nothing*.py"], []),
        (["-p", "test_broken.py", "-t", "broken", "broken"], ["test_broken"]),
    ],
)
def test_what_is_run(words: list[str], names: list[str], found: Callable[..., list[str]]) -> None:
    assert found(*words) == names


def test_random_orders(found: Callable[..., list[str]]) -> None:
    orders = {tuple(found("shop", "--shuffle", str(seed))) for seed in range(9)}
    assert len(orders) == 2  # Only one case has two tests, and the kinds keep their order.
    assert found("shop", "--shuffle", "7") == found("shop", "--shuffle", "7")
    assert sorted(found("shop", "--shuffle")) == sorted(found("shop"))


def test_options_of_a_run(run: Run, project: Path) -> None:
    done = run("shop", "--failfast", "--debug-mode", "--keepdb", "--timing", "-r", "--shuffle=7")
    assert "FAILED (failures=1)" in done.stdout
    assert "DEBUG is" not in done.stdout  # Plain test cases come last.
    assert "Used shuffle seed: 7" in done.stdout
    assert re.search(r"^Databases: \d", done.stdout, re.MULTILINE)
    assert (project / "test_db").exists()
    done = run("shop", "--noinput", "--debug-mode", "-k", "name", "-k", "debug")
    assert done.returncode == 0
    assert "DEBUG is True" in done.stdout
    assert not (project / "test_db").exists()
    done = run("shop", "--buffer", "-k", "debug")
    assert (done.returncode, "DEBUG is" in done.stdout) == (0, False)
    assert "Creating" not in done.stdout


def test_what_cannot_be_run(run: Run) -> None:
    done = run("broken", "nowhere")
    assert done.returncode == 1
    assert "No module named 'nothing_like_it'" in done.stdout
    assert "No module named 'nowhere'" in done.stdout
    assert "Ran 2 tests" in done.stdout


def test_a_failed_check_stops_the_run(run: Run, project: Path) -> None:
    with (project / "conf.py").open("a") as file:
        file.write("ALLOWED_HOSTS = ['http://x']\n")
    done = run("shop")
    assert done.returncode == 1
    assert "(settings.E001)" in done.stdout
    assert "Destroying test database" in done.stdout
    assert "Ran " not in done.stdout


def test_another_runner_with_options_of_its_own(run: Run) -> None:
    done = run("--testrunner", "shop.own.Runner", "--colour", "red", "a", "b")
    assert (done.returncode, done.stdout) == (0, "red ['a', 'b']\n")
    assert run("--testrunner=shop.own.Runner", "bad").returncode == 1
    assert run("--testrunner=shop.own.Runner", "--keepdb").returncode == 2
    wrong = run("--testrunner=shop.own.Nothing")
    assert wrong.returncode == 1
    assert "The test runner 'shop.own.Nothing' cannot be imported" in wrong.stdout


def test_get_runner(configure: Configure) -> None:
    configure()
    assert get_runner(settings) is DiscoverRunner
    assert get_runner(settings, "unittest.TextTestRunner").__name__ == "TextTestRunner"
    configure(TEST_RUNNER="nowhere.Runner")
    with pytest.raises(ImportError):
        get_runner(settings)
    with pytest.raises(CommandError, match=r"nowhere\.Runner"):
        call_command("test")


def test_a_file_is_no_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_x.py").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match="such as 'test_x'"):
        DiscoverRunner().build_suite(["test_x.py"])


def test_what_is_said(capsys: pytest.CaptureFixture[str], caplog: Any) -> None:
    DiscoverRunner(verbosity=1).log("one")
    DiscoverRunner(verbosity=0).log("two")
    DiscoverRunner(verbosity=1).log("three", logging.DEBUG)
    DiscoverRunner(verbosity=2).log("four", logging.DEBUG)
    assert capsys.readouterr().out == "one\nfour\n"
    with caplog.at_level(logging.INFO):
        DiscoverRunner(verbosity=0, logger=logging.getLogger("tests")).log("five")
    assert caplog.messages == ["five"]
