"""What the command `test` shows of a failure on demand: its queries, or the debugger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SETTINGS = "SECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nDATABASES = {'default': {'NAME': 'db'}}\n"
TESTS = """\
from gingerdj.db import connection
from gingerdj.test import TestCase


def query(number):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {number}")


class Data(TestCase):
    def test_passes(self):
        query(100)

    def test_fails(self):
        query(200)
        print("said before")
        answer = 42
        self.fail("on purpose")

    def test_raises(self):
        query(300)
        raise KeyError("oh")

    def test_parts(self):
        query(400)
        with self.subTest(part=1):
            self.fail("in part")
"""

Run = Callable[..., str]


@pytest.fixture
def run(failing_tests: Callable[[str, str], Run]) -> Run:
    return failing_tests(SETTINGS, TESTS)


def test_the_queries_of_failures(run: Run) -> None:
    output = run("--debug-sql")
    for number, error in ((200, "on purpose"), (300, "KeyError: 'oh'"), (400, "in part")):
        assert output.count(f"SELECT {number}") == 1
        assert output.index(error) < output.index(f"SELECT {number}")
    assert "SELECT 100" not in output
    assert "SELECT" not in run().replace("SELECT {number}", "")


def test_the_queries_of_every_test(run: Run) -> None:
    output = run("--debug-sql", "-v", "2")
    assert output.count("SELECT 100") == 1
    assert output.count("SELECT 200") == 2


@pytest.mark.parametrize("buffer", [[], ["--buffer"]])
def test_the_debugger(run: Run, buffer: list[str]) -> None:
    output = run("--pdb", "-k", "test_fails", *buffer, typed="p answer + 1\nq\n")
    assert "AssertionError: on purpose" in output
    assert "(Pdb) 43" in output
    assert "said before" in output


def test_the_debugger_for_errors_and_parts(run: Run) -> None:
    output = run("--pdb", "-k", "test_raises", "-k", "test_parts", typed="c\nc\n")
    assert output.count("(Pdb)") == 2
    assert "AssertionError: in part" in output
    assert "KeyError: 'oh'" in output
