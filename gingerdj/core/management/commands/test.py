"""Run the project's tests."""

from __future__ import annotations

import sys
from typing import Any

from gingerdj.conf import global_settings, settings
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser
from gingerdj.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Find the project's tests as unittest does, and run them."
    requires_system_checks = ()  # The runner's own, once there are databases.

    test_runner: str | None = None

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command; the test runner has options of its own."""
        # The runner must be known before its options can be.
        for position, word in enumerate(argv):
            if word.startswith("--testrunner="):
                self.test_runner = word.partition("=")[2]
            elif word == "--testrunner" and position + 1 < len(argv):
                self.test_runner = argv[position + 1]
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "args",
            metavar="test_label",
            nargs="*",
            help="Package, module, test case or test, as a dotted path, or a folder; the current "
            "folder by default.",
        )
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Ask nothing.",
        )
        parser.add_argument(
            "--failfast", action="store_true", help="Stop at the first test that fails."
        )
        parser.add_argument(
            "--testrunner",
            metavar="CLASS",
            help="Dotted path of the test runner, instead of the one in TEST_RUNNER.",
        )
        runner = self._runner(self.test_runner)
        if hasattr(runner, "add_arguments"):
            runner.add_arguments(parser)

    def handle(self, *labels: str, **options: Any) -> None:
        runner = self._runner(options.pop("testrunner"))(**options)
        if runner.run_tests(labels):
            sys.exit(1)

    def _runner(self, path: str | None) -> Any:
        path = path or (settings if settings.configured else global_settings).TEST_RUNNER
        try:
            return import_string(path)
        except ImportError as error:
            raise CommandError(
                f"The test runner {path!r} cannot be imported ({error}): mend TEST_RUNNER or "
                "--testrunner."
            ) from error
