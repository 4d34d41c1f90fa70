"""Contexts of tests, as blocks, on functions and on classes."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any

import pytest

from gingerdj.conf import settings
from gingerdj.test import SimpleTestCase, modify_settings, override_settings, utils
from gingerdj.test.utils import setup_test_environment, teardown_test_environment


class Named(utils.TestContextDecorator):
    on = False

    def enable(self) -> str:
        type(self).on = True
        return "context"

    def disable(self) -> None:
        type(self).on = False


def test_on_functions() -> None:
    @Named(kwarg_name="given")
    def in_thread(given: str) -> tuple[str, bool]:
        return given, Named.on

    @Named()
    async def on_loop() -> bool:
        return Named.on

    assert in_thread() == ("context", True)
    assert asyncio.run(on_loop())
    assert not Named.on


def test_on_classes() -> None:
    @Named(attr_name="given")
    class Case(unittest.TestCase):
        given = ""

        def test_it(self) -> None:
            if (self.given, Named.on) != ("context", True):
                self.fail("it is off")

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    assert (result.testsRun, result.wasSuccessful(), Named.on) == (1, True, False)


@pytest.mark.parametrize(
    ("decorator", "error"), [(Named(), TypeError), (override_settings(A=1), ValueError)]
)
def test_classes_that_are_no_test_cases(decorator: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"Plain is no|Only subclasses"):
        decorator(type("Plain", (), {}))


def test_settings_modified_for_a_class(configure: Any) -> None:
    configure(WORDS=["a"])

    @modify_settings(WORDS={"append": "b"})
    class Case(SimpleTestCase):
        def test_it(self) -> None:
            if settings.WORDS != ["a", "b"]:
                self.fail(str(settings.WORDS))

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    assert (result.testsRun, result.wasSuccessful(), settings.WORDS) == (1, True, ["a"])


def test_an_unknown_modification(configure: Any) -> None:
    configure()
    with (
        pytest.raises(ValueError, match="Use append, prepend or remove"),
        modify_settings(A={"x": "y"}),
    ):
        pass


def test_the_test_environment(configure: Any) -> None:
    configure(ALLOWED_HOSTS=["a"], DEBUG=True)
    setup_test_environment(debug=False)
    try:
        assert (settings.ALLOWED_HOSTS, settings.DEBUG) == (["a", "testserver"], False)
        with pytest.raises(RuntimeError, match="already called"):
            setup_test_environment()
    finally:
        teardown_test_environment()
    assert (settings.ALLOWED_HOSTS, settings.DEBUG) == (["a"], True)
    with pytest.raises(RuntimeError, match="without a set-up"):
        teardown_test_environment()


def test_cases_are_found_in_suites_and_strings_are_refused() -> None:
    case = unittest.FunctionTestCase(lambda: None)
    suite = unittest.TestSuite([case, unittest.TestSuite([case])])
    assert list(utils.iter_test_cases([suite, case])) == [case] * 3
    with pytest.raises(TypeError, match=r"Test 'a' must be .* not string \(was found in \['a'\]\)"):
        list(utils.iter_test_cases(["a"]))
