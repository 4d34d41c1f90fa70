"""Test cases in several processes: what is told of them is what one process would tell."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gingerdj.core.management import CommandError
from gingerdj.test.parallel import process_count
from gingerdj.test.runner import DiscoverRunner

SETTINGS = """\
SECRET_KEY = "x"
ROOT_URLCONF = "urls"
DATABASES = {"default": {"NAME": "db", "TEST": {"NAME": "test_db"}}}
"""
TESTS = """\
import os, unittest
from pathlib import Path
from gingerdj.db import connection
from gingerdj.test import SimpleTestCase, TestCase


def note(what):
    Path(f"{what}-{os.getpid()}").touch()


class One(TestCase):
    @classmethod
    def setUpTestData(cls):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE only (id integer)")

    def test_name(self):
        note(Path(connection.settings_dict["NAME"]).name.removeprefix("file:"))


class Two(One):
    def test_name(self):
        super().test_name()
        print("printed in Two")


class Kinds(SimpleTestCase):
    def test_fails(self):
        print("printed by what fails")
        self.fail("on purpose")

    def test_raises(self):
        raise KeyError("oh")

    def test_parts(self):
        for part in (1, 2):
            with self.subTest(part=part):
                self.assertEqual(part, 1)

    def test_skips(self):
        self.skipTest("not today")

    @unittest.expectedFailure
    def test_expected(self):
        self.fail()

    @unittest.expectedFailure
    def test_unexpected(self):
        pass


class Broken(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError("no ground")

    def test_never(self):
        pass
"""

Run = Callable[..., str]


@pytest.fixture
def run(failing_tests: Callable[[str, str], Run]) -> Run:
    return failing_tests(SETTINGS, TESTS)


def told(output: str) -> list[str]:
    """Return what a run says of its tests, whatever their order and their time."""
    lines = re.sub(r" in [\d.]+s", "", output).splitlines()
    words = ("test_", "ERROR:", "FAIL:", "FAILED", "AssertionError", "KeyError", "OSError", "Ran ")
    return sorted(line for line in lines if line.startswith(words) or line.startswith("setUp"))


@pytest.mark.parametrize("words", [["--buffer"], []])
def test_the_same_is_told(run: Run, words: list[str]) -> None:
    alone, divided = run(*words), run("--parallel=3", *words)
    assert told(divided) == told(alone)
    assert len(told(alone)) >= 10
    assert "printed by what fails" in divided
    assert ("printed in Two" in divided) == ("--buffer" not in words)


def test_each_process_has_databases_of_its_own_and_puts_them_away(run: Run, tmp_path: Path) -> None:
    run("--parallel", "3")
    used = [path.name.rpartition("-") for path in tmp_path.glob("test_db*-*")]
    assert used
    assert all(re.fullmatch(r"test_db_[123]", name) for name, _, _ in used)
    assert len({name for name, _, _ in used}) == len({process for _, _, process in used})
    assert [path.name for path in tmp_path.glob("test_db*") if "-" not in path.name] == []


def test_databases_in_memory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(
        SETTINGS.partition("DATABASES")[0] + 'DATABASES = {"default": {"NAME": ":memory:"}}\n'
    )
    output = run("--parallel", "2", "test_all")
    assert re.search(r"^Ran 8 tests", output, re.MULTILINE), output
    used = {path.name.rpartition("-")[0] for path in tmp_path.glob("memorydb*")}
    assert {re.sub("[12]", "N", name) for name in used} == {
        "memorydb_default_N?mode=memory&cache=shared"
    }


def test_the_first_failure_is_the_last(run: Run) -> None:
    output = run("--parallel", "2", "--failfast", "-v", "2", "test_all.Kinds", "test_all.One")
    assert re.search(r"^FAILED \((failures|errors)=1", output, re.MULTILINE)


def test_a_process_that_cannot_be_prepared(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from gingerdj.test.runner import DiscoverRunner\n"
        "class Runner(DiscoverRunner):\n"
        "    def setup_databases(self, suffix='', **options):\n"
        "        if suffix:\n"
        "            raise OSError('no disk')\n"
        "        return super().setup_databases(**options)\n"
    )
    assert "OSError: no disk" in run("--parallel=2", "--testrunner=own.Runner")


@pytest.mark.parametrize("option", ["pdb", "debug_sql"])
def test_what_needs_one_process(option: str) -> None:
    with pytest.raises(CommandError, match="leave --parallel out"):
        DiscoverRunner(parallel=2, **{option: True})  # type: ignore[arg-type]


def test_the_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert process_count("3") == 3
    assert process_count("auto") == os.cpu_count()
    monkeypatch.setenv("GINGER_TEST_PROCESSES", "5")
    assert process_count("auto") == 5
    for wrong in ("0", "many"):
        with pytest.raises(ValueError, match=wrong):
            process_count(wrong)
