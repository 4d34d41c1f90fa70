"""The suite against applications that are right, and against some that are wrong on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from inspect import getmembers, iscoroutinefunction
from types import ModuleType

import pytest

from gingerdj.test.conformance import reference
from gingerdj.test.conformance.contract import ENDPOINTS
from gingerdj.test.conformance.points import POINTS, number
from gingerdj.test.conformance.reference import Reference
from gingerdj.test.conformance.subject import Subject, conduct
from tests.gingerdj.test.conformance import mutants_beyond_http
from tests.gingerdj.test.conformance.mutants import MUTANTS

Test = Callable[..., Awaitable[None]]

SUITE = "gingerdj.test.conformance"
MODULES = ("test_general", "test_http", "test_websocket", "test_lifespan", "test_extensions")

assert mutants_beyond_http.breaks, "its mutants have joined the others"


def suite() -> dict[str, Test]:
    modules: Iterator[ModuleType] = (import_module(f"{SUITE}.{name}") for name in MODULES)
    return {
        name: member
        for module in modules
        for name, member in getmembers(module, iscoroutinefunction)
        if name.startswith("test_")
    }


SUITE_TESTS = suite()


def fails(test: Test, kind: type[Reference]) -> bool:
    """Return whether a test of the suite fails an application of a kind."""
    subject = Subject(
        kind(),
        failing=kind(reference._fail),
        hanging=kind(reference._hang, 0.02),
        deadline=2.0,
        patience=0.02,
        offered=frozenset(ENDPOINTS),
    )
    try:
        asyncio.run(conduct(test, subject))
    except pytest.skip.Exception:
        return False
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - Whatever it is.
        print(f"{test.__name__}: {error!r}")
        return True
    return False


def failed(kind: type[Reference]) -> set[str]:
    """Return the names of the suite's tests that fail an application of a kind."""
    with ThreadPoolExecutor(8) as pool:  # They wait more than they work.
        outcomes = pool.map(lambda test: fails(test, kind), SUITE_TESTS.values())
        return {name for name, outcome in zip(SUITE_TESTS, outcomes, strict=True) if outcome}


def test_each_point_has_a_test_and_a_mutant() -> None:
    assert {number(name) for name in SUITE_TESTS} == set(POINTS) == set(range(1, 41))
    assert set(MUTANTS.values()) == set(POINTS)


def test_the_reference_passes() -> None:
    assert failed(Reference) == set()


@pytest.mark.parametrize(
    ("mutant", "broken"), [pytest.param(*pair, id=pair[0].__name__) for pair in MUTANTS.items()]
)
def test_a_mutant_fails_its_point_and_no_other(mutant: type[Reference], broken: int) -> None:
    assert {number(name) for name in failed(mutant)} == {broken}


def of_point(name: str) -> list[type[Reference]]:
    return [mutant for mutant, broken in MUTANTS.items() if broken == number(name)]


@pytest.mark.parametrize("name", SUITE_TESTS)
def test_each_test_can_fail(name: str) -> None:
    assert any(fails(SUITE_TESTS[name], mutant) for mutant in of_point(name))
