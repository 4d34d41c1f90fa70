"""Registering checks and running them."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.checks import CheckMessage, Info, Tags
from gingerdj.core.checks.registry import CheckRegistry


def found(name: str) -> list[CheckMessage]:
    return [Info(name)]


@pytest.fixture
def registry() -> CheckRegistry:
    registry = CheckRegistry()

    @registry.register
    def plain(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return found("plain")

    @registry.register("one", "two")
    def tagged(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return found("tagged")

    @registry.register("one", deploy=True)
    def deploy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return found("deploy")

    def called(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return found("called")

    assert registry.register(called, "two") is called
    return registry


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["plain", "tagged", "called"]),
        ({"include_deployment_checks": True}, ["plain", "tagged", "called", "deploy"]),
        ({"tags": ["two"]}, ["tagged", "called"]),
        ({"tags": ["one"]}, ["tagged"]),
        ({"tags": ["one"], "include_deployment_checks": True}, ["tagged", "deploy"]),
        ({"tags": ["three"]}, []),
    ],
)
def test_which_checks_run(
    registry: CheckRegistry, options: dict[str, Any], names: list[str]
) -> None:
    assert [message.msg for message in registry.run_checks(**options)] == names


def test_checks_are_told_what_is_asked(registry: CheckRegistry) -> None:
    seen: dict[str, Any] = {}

    @registry.register("seen")
    def keep(**kwargs: Any) -> list[CheckMessage]:
        seen.update(kwargs)
        return []

    registry.run_checks(app_configs=["polls"], tags=["seen"], databases=["default"])
    assert seen == {"app_configs": ["polls"], "databases": ["default"]}


def test_tags(registry: CheckRegistry) -> None:
    assert registry.tags_available() == {"one", "two"}
    assert registry.tag_exists("two")
    assert not registry.tag_exists("three")


def test_a_check_without_keyword_arguments_is_refused() -> None:
    with pytest.raises(TypeError, match="lonely"):

        @CheckRegistry().register
        def lonely(app_configs: Any) -> list[CheckMessage]:
            return []


@pytest.mark.parametrize("result", [None, "text", 3])
def test_a_check_that_returns_no_list(result: Any) -> None:
    registry = CheckRegistry()
    registry.register(lambda **kwargs: result)
    with pytest.raises(TypeError, match=f"lambda> .* did not return a list, but {result!r}"):
        registry.run_checks()


def test_further_facts_are_handed_on() -> None:
    registry = CheckRegistry()
    seen: dict[str, Any] = {}
    registry.register(lambda **kwargs: seen.update(kwargs) or (), "tag")
    registry.run_checks(server="uvicorn")
    assert seen == {"app_configs": None, "databases": None, "server": "uvicorn"}


@pytest.mark.parametrize("tag", ["caches", "compatibility", "database", "models", "templates"])
def test_a_tag_for_what_others_bring(tag: str) -> None:
    assert getattr(Tags, tag) == tag
