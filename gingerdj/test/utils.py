"""Settings and surroundings that hold for a test alone."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction

from gingerdj.apps import apps
from gingerdj.conf import UserSettingsHolder, settings
from gingerdj.core.signals import setting_changed
from gingerdj.urls import get_script_prefix, set_script_prefix

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
        for name, value in self.options.items():
            setting_changed.send(
                sender=settings._wrapped.__class__, setting=name, value=value, enter=True
            )

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
        if not hasattr(cls, "_overridden_settings"):
            raise ValueError(f"{cls.__name__} is no SimpleTestCase: its settings stay as they are.")
        cls._overridden_settings = {**cls._overridden_settings, **self.options}
        return cls


class modify_settings(override_settings):  # noqa: N801 - a decorator, named as such are
    """Change settings that are lists for a while.

    Args:
        kwargs: for each setting a dictionary of `append`, `prepend` and `remove`, each with one
            value or a list of them.
    """

    def __init__(self, **kwargs: dict[str, Any]) -> None:
        super().__init__()
        self.operations = kwargs

    def enable(self) -> None:
        self.options = {
            name: _modified(name, list(getattr(settings, name, [])), operations)
            for name, operations in self.operations.items()
        }
        super().enable()

    def decorate_class(self, cls: Any) -> Any:
        """Change the settings for every test of a test case's class."""
        return TestContextDecorator.decorate_class(self, cls)


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
                f"{name} cannot be modified by {action!r}: use append, prepend or remove."
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


class _TestEnvironment:
    override: override_settings | None = None


def setup_test_environment(debug: bool | None = None) -> None:
    """Let the test clients' host in, and set `DEBUG`, until `teardown_test_environment()`.

    Args:
        debug: the value of `DEBUG`; its own by default.

    Raises:
        RuntimeError: it has been called already.
    """
    if _TestEnvironment.override is not None:
        raise RuntimeError(
            "setup_test_environment() was called twice: call teardown_test_environment() between."
        )
    _TestEnvironment.override = override_settings(
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, TEST_HOST],
        DEBUG=settings.DEBUG if debug is None else debug,
    )
    _TestEnvironment.override.enable()


def teardown_test_environment() -> None:
    """Put back what `setup_test_environment()` changed.

    Raises:
        RuntimeError: it was not called.
    """
    if _TestEnvironment.override is None:
        raise RuntimeError("teardown_test_environment() was called without a set-up before.")
    _TestEnvironment.override.disable()
    _TestEnvironment.override = None
