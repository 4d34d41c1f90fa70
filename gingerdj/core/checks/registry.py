"""Which system checks there are, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar, overload

from .messages import CheckMessage

Check = Callable[..., Iterable[CheckMessage]]
CheckT = TypeVar("CheckT", bound=Check)


class Tags:
    """The tags of checks, of GingerDJ's own and of those that packages bring.

    Projects add tags of their own as plain strings.
    """

    admin = "admin"
    async_support = "async_support"
    caches = "caches"
    commands = "commands"
    compatibility = "compatibility"
    database = "database"
    files = "files"
    models = "models"
    security = "security"
    server = "server"
    settings = "settings"
    signals = "signals"
    sites = "sites"
    staticfiles = "staticfiles"
    templates = "templates"
    translation = "translation"
    urls = "urls"


class CheckRegistry:
    """A set of checks, each with its tags."""

    def __init__(self) -> None:
        # Dictionaries keep the order of registration, so findings come out the same every time.
        self.registered_checks: dict[Check, frozenset[str]] = {}
        self.deployment_checks: dict[Check, frozenset[str]] = {}

    @overload
    def register(self, check: CheckT, *tags: str, deploy: bool = False) -> CheckT: ...

    @overload
    def register(
        self, check: str | None = None, *tags: str, deploy: bool = False
    ) -> Callable[[CheckT], CheckT]: ...

    def register(self, check: Any = None, *tags: str, deploy: bool = False) -> Any:
        """Register a check; call it, or use it as a decorator with or without tags.

        Args:
            check: the check, or the first tag. A check is called with `app_configs` and
                `databases` and returns an iterable of `CheckMessage`.
            tags: the check's tags.
            deploy: whether it runs only under `check --deploy`.

        Raises:
            TypeError: the check does not accept keyword arguments.
        """
        if callable(check):
            return self._add(check, tags, deploy)
        names = tags if check is None else (check, *tags)
        return lambda function: self._add(function, names, deploy)

    def _add(self, check: CheckT, tags: tuple[str, ...], deploy: bool) -> CheckT:
        # The flag 0x08 marks a code object with **kwargs (inspect.CO_VARKEYWORDS); asking for it
        # lets later versions pass more arguments to checks that exist today.
        code = getattr(check, "__code__", None)
        if code is not None and not code.co_flags & 0x08:
            raise TypeError(
                f"Check functions must accept keyword arguments (**kwargs), unlike "
                f"{check.__qualname__}."
            )
        with suppress(AttributeError):  # Methods have no place for them.
            check.tags = tags  # type: ignore[attr-defined]
        checks = self.deployment_checks if deploy else self.registered_checks
        checks[check] = frozenset(tags)
        return check

    def run_checks(
        self,
        app_configs: Sequence[Any] | None = None,
        tags: Collection[str] | None = None,
        include_deployment_checks: bool = False,
        databases: Collection[str] | None = None,
        **facts: Any,
    ) -> list[CheckMessage]:
        """Run checks and return what they found.

        Args:
            app_configs: handed to the checks.
            tags: run only the checks with one of these; all of them by default.
            include_deployment_checks: whether to run also those registered for deployment.
            databases: handed to the checks.
            facts: handed to the checks as well.

        Raises:
            TypeError: a check returned something else than a list.
        """
        found: list[CheckMessage] = []
        for check, its_tags in self._get_checks(include_deployment_checks).items():
            if tags is None or not its_tags.isdisjoint(tags):
                messages: Any = check(app_configs=app_configs, databases=databases, **facts)
                if isinstance(messages, str) or not isinstance(messages, Iterable):
                    raise TypeError(
                        f"The function {check!r} did not return a list, but {messages!r}."
                    )
                found.extend(messages)
        return found

    def tag_exists(self, tag: str, include_deployment_checks: bool = False) -> bool:
        """Return whether a registered check has `tag`."""
        return tag in self.tags_available(include_deployment_checks)

    def tags_available(self, deployment_checks: bool = False) -> set[str]:
        """Return the tags of all registered checks."""
        return set().union(*self._get_checks(deployment_checks).values())

    def _get_checks(self, deployment: bool) -> dict[Check, frozenset[str]]:
        extra = self.deployment_checks if deployment else {}
        return {**self.registered_checks, **extra}


registry = CheckRegistry()
register = registry.register
run_checks = registry.run_checks
tag_exists = registry.tag_exists
tags_available = registry.tags_available
