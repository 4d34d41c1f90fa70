"""The tools of tests."""

from __future__ import annotations

import asyncio
import functools
import io
import logging
import sys
import time
import unittest
import warnings
from typing import Any

import pytest


def captured(fw: Any, name: str) -> Any:
    utils = fw("test.utils")
    before = getattr(sys, name)
    with getattr(utils, f"captured_{name}")() as stream:
        inside = getattr(sys, name) is stream
        if name == "stdin":
            stream.write("typed\n")
            stream.seek(0)
            text = input()
        else:
            print("shown", file=getattr(sys, name))
            text = stream.getvalue()
    return inside, text, getattr(sys, name) is before


def captured_raises(fw: Any) -> Any:
    before = sys.stdout
    with pytest.raises(KeyError), fw("test.utils").captured_stdout():
        raise KeyError
    return sys.stdout is before


def path(fw: Any) -> Any:
    before = sys.path[:]
    with fw("test.utils").extend_sys_path("/one", "/two"):
        inside = sys.path[len(before) :]
    return inside, sys.path == before


def frozen(fw: Any) -> Any:
    before = time.time
    with fw("test.utils").freeze_time(42.5):
        inside = time.time()
    return inside, time.time is before


def cached(fw: Any) -> Any:
    calls: list[int] = []

    @functools.lru_cache
    def square(n: int) -> int:
        calls.append(n)
        return n * n

    square(2)
    with fw("test.utils").isolate_lru_cache(square):
        square(2)
    square(2)
    return calls


def cases(fw: Any) -> Any:
    class Case(unittest.TestCase):
        def test_a(self) -> None: ...

        def test_b(self) -> None: ...

    suite = unittest.TestSuite(
        [Case("test_a"), unittest.TestSuite([Case("test_b"), unittest.TestSuite()])]
    )
    iterate = fw("test.utils").iter_test_cases
    return [case.id().rpartition(".")[2] for case in iterate(suite)], [
        type(each).__name__ for each in iterate([Case("test_a")])
    ]


def cases_of_text(fw: Any) -> Any:
    return list(fw("test.utils").iter_test_cases(["text"]))


def script_prefix(fw: Any) -> Any:
    override, get = fw("test.utils").override_script_prefix, fw("urls").get_script_prefix

    @override("/deco/")
    def decorated() -> Any:
        return get()

    with override("/with"):
        inside = get()
    return inside, decorated(), get()


def ignored(fw: Any) -> Any:
    utils = fw("test.utils")

    @utils.ignore_warnings(category=UserWarning)
    def decorated() -> None:
        warnings.warn("user", UserWarning, stacklevel=1)

    @utils.ignore_warnings(message="us.r")
    def by_message() -> None:
        warnings.warn("user", UserWarning, stacklevel=1)
        warnings.warn("other", UserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decorated()
        by_message()
        with utils.ignore_warnings():
            warnings.warn("any", UserWarning, stacklevel=1)
        return [str(each.message) for each in caught]


def tagged(fw: Any) -> Any:
    tag = fw("test.tag")

    @tag("a", "b")
    class Case(unittest.TestCase):
        @tag("c")
        def test_a(self) -> None: ...

    @tag("d")
    class Below(Case): ...

    return sorted(Case.tags), sorted(Below.tags), sorted(Case.test_a.tags)


def checks(fw: Any) -> Any:
    core, utils = fw("core.checks"), fw("test.utils")

    @core.register("own")
    def standing(app_configs: Any, **kwargs: Any) -> Any:
        return [core.Warning("standing")]

    def own(app_configs: Any, **kwargs: Any) -> Any:
        return [core.Error("own")]

    def deploy(app_configs: Any, **kwargs: Any) -> Any:
        return [core.Error("deploy")]

    own.tags = deploy.tags = ("x",)
    registry = core.registry.registry
    before = set(registry.registered_checks)
    with utils.override_system_checks([own], deployment_checks=[deploy]):
        found = (
            [each.msg for each in core.run_checks()],
            sorted(each.msg for each in core.run_checks(include_deployment_checks=True)),
        )
    same = set(registry.registered_checks) == before
    (registry.registered_checks.discard if fw.name == "django" else registry.registered_checks.pop)(
        standing
    )
    return found, same


class Switch:
    """Notes whether it is on."""


def switch(fw: Any, log: list[Any]) -> Any:
    class Own(fw("test.utils").TestContextDecorator):  # type: ignore[misc]
        def enable(self) -> Any:
            log.append("on")
            return "context"

        def disable(self) -> None:
            log.append("off")

    return Own


def contexts(fw: Any) -> Any:
    log: list[Any] = []
    own = switch(fw, log)

    @own(kwarg_name="given")
    def function(n: int, given: Any = None) -> Any:
        log.append((n, given))

    @own(kwarg_name="given")
    async def coroutine(given: Any = None) -> Any:
        log.append(("async", given))

    @own(attr_name="attribute")
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            log.append(("setUp", self.attribute))  # type: ignore[attr-defined]

        def test(self) -> None:
            log.append("test")

    with own() as context:
        log.append(context)
    function(1)
    asyncio.run(coroutine())
    unittest.TestSuite([Case("test")]).run(unittest.TestResult())
    return log, function.__name__


def context_on_nothing(fw: Any) -> Any:
    return switch(fw, [])()(3)


def context_on_a_class(fw: Any) -> Any:
    return switch(fw, [])()(Switch)


def logging_mixin(fw: Any) -> Any:
    logger = logging.getLogger(fw.name)
    handler = logging.StreamHandler(io.StringIO())
    before = logger.handlers, logger.level
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)

    class Case(fw("test.utils").LoggingCaptureMixin, unittest.TestCase):  # type: ignore[misc]
        def test(self) -> None:
            logging.getLogger(f"{fw.name}.request").warning("noted")
            assert self.logger_output.getvalue() == "noted\n"

    stream = handler.stream
    result = unittest.TestResult()
    try:
        unittest.TestSuite([Case("test")]).run(result)
    finally:
        logger.handlers, _ = before
        logger.setLevel(before[1])
    return result.wasSuccessful(), handler.stream is stream


def zones(fw: Any) -> Any:
    @fw("test.utils").requires_tz_support
    class Case(unittest.TestCase):
        def test(self) -> None: ...

    return getattr(Case, "__unittest_skip__", False)


def environment(fw: Any) -> Any:
    utils, settings = fw("test.utils"), fw("conf.settings")
    found = []
    with fw.settings(ALLOWED_HOSTS=["own"], DEBUG=True):
        for debug in (None, False, True):
            utils.setup_test_environment(debug=debug)
            try:
                found.append(
                    (
                        settings.DEBUG,
                        "testserver" in settings.ALLOWED_HOSTS,
                        "own" in settings.ALLOWED_HOSTS,
                    )
                )
                if debug is None:
                    with pytest.raises(RuntimeError):
                        utils.setup_test_environment()
            finally:
                utils.teardown_test_environment()
            found.append((settings.DEBUG, settings.ALLOWED_HOSTS))
    return found


TOOLS = {
    **{name: functools.partial(captured, name=name) for name in ("stdout", "stderr", "stdin")},
    **{tool.__name__: tool for tool in (
        captured_raises, path, frozen, cached, cases, cases_of_text, script_prefix, ignored, tagged, checks, contexts, context_on_nothing,
        context_on_a_class, logging_mixin, zones, environment,
    )},
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_tools(both: Any, tool: str) -> None:
    both(lambda fw: TOOLS[tool](fw))
