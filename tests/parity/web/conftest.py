"""The same calls through Django and through GingerDJ, and what comes of each."""

from __future__ import annotations

import gc
import importlib
import logging
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

import django.conf
import pytest

import gingerdj.conf

SECRET_KEY = "for the comparison alone " * 3


class Framework:
    """One of the two.

    Args:
        name: `django` or `gingerdj`.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __call__(self, dotted: str) -> Any:
        """Return a module's name, such as `urls.reverse`, or the module."""
        parent, _, name = f"{self.name}.{dotted}".rpartition(".")
        found = getattr(importlib.import_module(parent), name, None)
        return found if found is not None else importlib.import_module(f"{parent}.{name}")

    def module(self, **names: Any) -> ModuleType:
        """Return a new module that holds the names."""
        module = ModuleType("site_urls")
        module.__dict__.update(names)
        return module

    @contextmanager
    def settings(self, **options: Any) -> Iterator[Any]:
        """Override settings; the framework's own dotted paths begin with a dot."""
        with self("test.override_settings")(**{k: self._own(v) for k, v in options.items()}):
            yield self("conf.settings")

    def _own(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._own(each) for each in value]
        if isinstance(value, str) and value.startswith((".middleware.", ".views.", ".core.")):
            return f"{self.name}{value}"
        return value

    @contextmanager
    def logs(self) -> Iterator[list[tuple[Any, ...]]]:
        """Collect logger, level, status, exception and whether there is a request, of records."""
        seen: list[tuple[Any, ...]] = []

        def note(record: logging.LogRecord) -> bool:
            error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
            name = record.name.removeprefix(self.name)
            status, request = getattr(record, "status_code", None), getattr(record, "request", None)
            seen.append((name, record.levelname, status, error, request is not None))
            return True

        handler = logging.Handler(logging.DEBUG)
        handler.addFilter(note)
        handler.emit = lambda record: None  # type: ignore[method-assign]
        logger = logging.getLogger(self.name)
        before = logger.level, logger.propagate, logger.handlers
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
        try:
            yield seen
        finally:
            logger.level, logger.propagate, logger.handlers = before
            logger.setLevel(before[0])


def outcome(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or the name of what it raises."""
    try:
        return call()
    except Exception as error:
        return ("raised", type(error).__name__)


@pytest.fixture
def frameworks() -> Iterator[list[Framework]]:
    """Django and GingerDJ, with the same settings."""
    options: dict[str, Any] = {"SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": ["testserver"]}
    if not django.conf.settings.configured:
        django.conf.settings.configure(**options, USE_I18N=False)
        importlib.import_module("django").setup()
    ours = gingerdj.conf.settings
    before = ours._wrapped
    ours._wrapped = gingerdj.conf.LazySettings()._wrapped
    ours.configure(**options)
    both = [Framework("django"), Framework("gingerdj")]
    with ExitStack() as stack:
        for each in both:
            stack.enter_context(each.settings(**options))
        yield both
    ours._wrapped = before


@pytest.fixture
def unawaited() -> Iterator[None]:
    """Let go of the coroutines that nobody awaits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
        gc.collect()


Both = Callable[..., Any]


@pytest.fixture
def both(frameworks: list[Framework]) -> Both:
    """Do the same with both; fail if what comes of it differs, and return it otherwise."""

    def compare(act: Callable[[Framework], Any]) -> Any:
        theirs, ours = (outcome(lambda each=each: act(each)) for each in frameworks)
        assert ours == theirs
        return ours

    return compare


@pytest.fixture
def differences(frameworks: list[Framework]) -> Callable[..., dict[str, Any]]:
    """Do the same with both for each case; return those that differ: Django's, then ours."""

    def compare(cases: Iterable[Any], act: Callable[..., Any]) -> dict[str, Any]:
        cases, found = list(cases), {}
        assert cases
        for case in cases:
            theirs, ours = (
                outcome(lambda each=each, case=case: act(each, case)) for each in frameworks
            )
            if ours != theirs:
                found[repr(case)] = theirs, ours
        return found

    return compare
