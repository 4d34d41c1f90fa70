"""Settings and surroundings that hold for a test alone."""

from __future__ import annotations

import gc
import logging
import sys
import time
import unittest
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from io import StringIO
from typing import Any, TypeVar

from gingerdj.apps import apps
from gingerdj.conf import UserSettingsHolder, settings
from gingerdj.core.checks.registry import registry

# Exported from here, where Django has them.
from gingerdj.test.databases import CaptureQueriesContext as CaptureQueriesContext  # noqa: PLC0414
from gingerdj.test.databases import setup_databases as setup_databases  # noqa: PLC0414
from gingerdj.test.databases import teardown_databases as teardown_databases  # noqa: PLC0414
from gingerdj.test.signals import setting_changed
from gingerdj.urls import get_script_prefix, set_script_prefix
from gingerdj.utils.asyncio import iscoroutinefunction
from gingerdj.utils.lazy import absent_names
from gingerdj.utils.module_loading import import_string

__getattr__ = absent_names(__name__)

_T = TypeVar("_T")

#: The host that test clients ask for.
TEST_HOST = "testserver"


class TestContextDecorator:
    """Something that is on during a block, a function, or every test of a class.

    Args:
        attr_name: the name under which test cases keep what `enable()` returns.
        kwarg_name: the argument under which functions get it.
    """

    def __init__(self, attr_name: str | None = None, kwarg_name: str | None = None) -> None:
        self.attr_name = attr_name
        self.kwarg_name = kwarg_name

    def enable(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define enable().")

    def disable(self) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define disable().")

    def __enter__(self) -> Any:
        return self.enable()

    def __exit__(self, *exc_info: object) -> None:
        self.disable()

    def decorate_class(self, cls: Any) -> Any:
        """Turn it on for every test of a test case's class.

        Raises:
            TypeError: the class is no test case.
        """
        if not issubclass(cls, unittest.TestCase):
            raise TypeError(f"{cls.__name__} is no unittest.TestCase, and cannot be decorated.")
        decorated_set_up = cls.setUp

        def set_up(case: Any) -> None:
            context = self.enable()
            case.addCleanup(self.disable)
            if self.attr_name:
                setattr(case, self.attr_name, context)
            decorated_set_up(case)

        cls.setUp = set_up
        return cls

    def decorate_callable(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Turn it on for each call of a function."""

        def given(context: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
            return {**kwargs, self.kwarg_name: context} if self.kwarg_name else kwargs

        @wraps(func)
        async def on_loop(*args: Any, **kwargs: Any) -> Any:
            with self as context:
                return await func(*args, **given(context, kwargs))

        @wraps(func)
        def in_thread(*args: Any, **kwargs: Any) -> Any:
            with self as context:
                return func(*args, **given(context, kwargs))

        return on_loop if iscoroutinefunction(func) else in_thread

    def __call__(self, decorated: Any) -> Any:
        if isinstance(decorated, type):
            return self.decorate_class(decorated)
        if not callable(decorated):
            raise TypeError(f"Cannot decorate object of type {type(decorated)}")
        return self.decorate_callable(decorated)


class override_settings(TestContextDecorator):  # noqa: N801 - a decorator, named as such are
    """Give settings other values for a while; `setting_changed` tells who caches them.

    Args:
        kwargs: the settings.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self.options = kwargs

    def enable(self) -> None:
        override = UserSettingsHolder(settings._unwrap())
        if "INSTALLED_APPS" in self.options:
            apps.set_installed_apps(self.options["INSTALLED_APPS"])
        for name, value in self.options.items():
            setattr(override, name, value)
        self._wrapped = settings._wrapped
        settings._wrapped = override
        try:
            for name, value in self.options.items():
                setting_changed.send(
                    sender=settings._wrapped.__class__, setting=name, value=value, enter=True
                )
        except BaseException:  # Whoever was told already is told again.
            self.disable()
            raise

    def disable(self) -> None:
        if "INSTALLED_APPS" in self.options:
            apps.unset_installed_apps()
        settings._wrapped = self._wrapped
        for name in self.options:
            value = getattr(settings._wrapped, name, None)
            setting_changed.send(
                sender=settings._wrapped.__class__, setting=name, value=value, enter=False
            )

    def decorate_class(self, cls: Any) -> Any:
        """Give settings other values for every test of a class, its `setUpClass` included.

        Raises:
            ValueError: the class is no `SimpleTestCase`.
        """
        _require_test_case(cls)
        cls._overridden_settings = {**cls._overridden_settings, **self.options}
        return cls


class modify_settings(override_settings):  # noqa: N801 - a decorator, named as such are
    """Change settings that are lists for a while.

    Args:
        operations: pairs of a setting and what `kwargs` gives for it.
        kwargs: for each setting a dictionary of `append`, `prepend` and `remove`, each with one
            value or a list of them.
    """

    def __init__(
        self, operations: Iterable[tuple[str, Any]] = (), **kwargs: dict[str, Any]
    ) -> None:
        super().__init__()
        self.operations = [*operations, *kwargs.items()]

    def enable(self) -> None:
        self.options = {}
        for name, operations in self.operations:
            values = self.options.get(name, getattr(settings, name, []))
            self.options[name] = _modified(name, list(values), operations)
        super().enable()

    def decorate_class(self, cls: Any) -> Any:
        """Change the settings for every test of a class, its `setUpClass` included.

        Raises:
            ValueError: the class is no `SimpleTestCase`.
        """
        _require_test_case(cls)
        cls._modified_settings = [*cls._modified_settings, *self.operations]
        return cls


def _require_test_case(cls: Any) -> None:
    if not hasattr(cls, "_overridden_settings"):
        raise ValueError(
            "Only subclasses of Ginger SimpleTestCase can be decorated with override_settings"
        )


def _modified(name: str, values: list[Any], operations: dict[str, Any]) -> list[Any]:
    for action, given in operations.items():
        items = [given] if isinstance(given, str) else list(given)
        if action == "append":
            values = values + [item for item in items if item not in values]
        elif action == "prepend":
            values = [item for item in items if item not in values] + values
        elif action == "remove":
            values = [value for value in values if value not in items]
        else:
            raise ValueError(
                f"Unsupported action: {action}. Use append, prepend or remove for {name}."
            )
    return values


class override_script_prefix(TestContextDecorator):  # noqa: N801 - a decorator
    """Mount the site at another path for a while.

    Args:
        prefix: the path.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def enable(self) -> None:
        self._old_prefix = get_script_prefix()
        set_script_prefix(self.prefix)

    def disable(self) -> None:
        set_script_prefix(self._old_prefix)


class override_system_checks(TestContextDecorator):  # noqa: N801 - a decorator
    """Let there be other system checks for a while.

    Args:
        new_checks: the checks.
        deployment_checks: those of `check --deploy`; as they are by default.
    """

    def __init__(self, new_checks: Iterable[Any], deployment_checks: Any = None) -> None:
        super().__init__()
        self.new_checks = new_checks
        self.deployment_checks = deployment_checks

    def enable(self) -> None:
        self._before = registry.registered_checks, registry.deployment_checks
        registry.registered_checks = _by_tags(self.new_checks)
        if self.deployment_checks is not None:
            registry.deployment_checks = _by_tags(self.deployment_checks)

    def disable(self) -> None:
        registry.registered_checks, registry.deployment_checks = self._before


def _by_tags(checks: Iterable[Any]) -> dict[Any, frozenset[str]]:
    known = {**registry.registered_checks, **registry.deployment_checks}
    # Registered or not, a check may have been given tags.
    return {check: known.get(check) or frozenset(getattr(check, "tags", ())) for check in checks}


class ignore_warnings(TestContextDecorator):  # noqa: N801 - a decorator
    """Ignore warnings for a while.

    Args:
        kwargs: what `warnings.filterwarnings` takes with a `message` or a `module`, else what
            `warnings.simplefilter` takes; all warnings by default.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self._filter: Callable[..., None] = warnings.simplefilter
        if "message" in kwargs or "module" in kwargs:
            self._filter = warnings.filterwarnings
        self._options = kwargs

    def enable(self) -> None:
        self._context = warnings.catch_warnings()
        self._context.__enter__()
        self._filter("ignore", **self._options)

    def disable(self) -> None:
        self._context.__exit__(None, None, None)


def tag(*tags: str) -> Callable[[_T], _T]:
    """Name test functions or classes, so that they can be picked by these names."""

    def decorator(decorated: _T) -> _T:
        target: Any = decorated
        target.tags = getattr(target, "tags", set()) | set(tags)
        return decorated

    return decorator


def requires_tz_support(test: Any) -> Any:
    """Skip a test where the time zone of the process cannot be changed."""
    return unittest.skipUnless(hasattr(time, "tzset"), "The system has no time.tzset().")(test)


def iter_test_cases(tests: Iterable[Any]) -> Iterator[unittest.TestCase]:
    """Give the test cases of suites within suites.

    Raises:
        TypeError: a string is among them.
    """
    if isinstance(tests, unittest.TestCase):
        yield tests
        return
    for test in tests:
        if isinstance(test, str):
            raise TypeError(
                f"Test {test!r} must be a test case or test suite not string (was found in "
                f"{tests!r})."
            )
        if isinstance(test, unittest.TestCase):
            yield test
        else:
            yield from iter_test_cases(test)


@contextmanager
def captured_output(stream_name: str) -> Iterator[StringIO]:
    """Put a buffer in the place of `sys.stdout`, `sys.stderr` or `sys.stdin`, and give it."""
    before = getattr(sys, stream_name)
    setattr(sys, stream_name, StringIO())
    try:
        yield getattr(sys, stream_name)
    finally:
        setattr(sys, stream_name, before)


#: Catch what is printed.
captured_stdout = partial(captured_output, "stdout")
#: Catch what is written to `sys.stderr`.
captured_stderr = partial(captured_output, "stderr")
#: Give a program something to read: write to the buffer, then rewind it.
captured_stdin = partial(captured_output, "stdin")


@contextmanager
def extend_sys_path(*paths: str) -> Iterator[None]:
    """Let modules be imported from further folders for a while."""
    before = sys.path[:]
    sys.path.extend(paths)
    try:
        yield
    finally:
        sys.path = before


@contextmanager
def freeze_time(t: float) -> Iterator[None]:
    """Let `time.time()` return the same value for a while, which names imported earlier do not.

    Args:
        t: seconds since 1970, UTC.
    """
    before = time.time
    time.time = lambda: t
    try:
        yield
    finally:
        time.time = before


@contextmanager
def isolate_lru_cache(lru_cache_object: Any) -> Iterator[None]:
    """Empty a cache before and after."""
    lru_cache_object.cache_clear()
    try:
        yield
    finally:
        lru_cache_object.cache_clear()


def garbage_collect() -> None:
    """Collect what nothing refers to, for tests of what happens then."""
    gc.collect()


class LoggingCaptureMixin:
    """Puts into `logger_output` what the first handler of the logger `gingerdj` writes."""

    def setUp(self) -> None:
        self.logger = logging.getLogger("gingerdj")
        self.old_stream = self._handler.stream
        self.logger_output = StringIO()
        self._handler.stream = self.logger_output

    def tearDown(self) -> None:
        self._handler.stream = self.old_stream

    @property
    def _handler(self) -> Any:
        return self.logger.handlers[0]


class _TestEnvironment:
    before: dict[str, Any] | None = None


def setup_test_environment(debug: bool | None = None) -> None:
    """Let the test clients' host in, and set `DEBUG`, until `teardown_test_environment()`.

    Args:
        debug: the value of `DEBUG`; its own by default.

    Raises:
        RuntimeError: it has been called already.
    """
    if _TestEnvironment.before is not None:
        raise RuntimeError(
            "setup_test_environment() was already called: call teardown_test_environment() between."
        )
    # Set rather than overridden: tests can still tell what they override themselves.
    _TestEnvironment.before = {"ALLOWED_HOSTS": settings.ALLOWED_HOSTS, "DEBUG": settings.DEBUG}
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, TEST_HOST]
    settings.DEBUG = settings.DEBUG if debug is None else debug


def teardown_test_environment() -> None:
    """Put back what `setup_test_environment()` changed.

    Raises:
        RuntimeError: it was not called.
    """
    if _TestEnvironment.before is None:
        raise RuntimeError("teardown_test_environment() was called without a set-up before.")
    for name, value in _TestEnvironment.before.items():
        setattr(settings, name, value)
    _TestEnvironment.before = None


def get_runner(settings: Any, test_runner_class: str | None = None) -> Any:
    """Return the class that runs the tests.

    Args:
        settings: the settings, with `TEST_RUNNER`.
        test_runner_class: the dotted path of another class.

    Raises:
        ImportError: there is no such class.
    """
    return import_string(test_runner_class or settings.TEST_RUNNER)
