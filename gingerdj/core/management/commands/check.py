"""Look for mistakes in the project."""

from __future__ import annotations

from typing import Any

from gingerdj.core import checks
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser

LEVELS = {
    "DEBUG": checks.DEBUG,
    "INFO": checks.INFO,
    "WARNING": checks.WARNING,
    "ERROR": checks.ERROR,
    "CRITICAL": checks.CRITICAL,
}


class Command(BaseCommand):
    help = "Look for mistakes in the whole project."
    requires_system_checks = ()  # They are what the command itself runs.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--tag",
            "-t",
            action="append",
            dest="tags",
            help="Run only the checks with this tag; may be given several times.",
        )
        parser.add_argument("--list-tags", action="store_true", help="List the tags.")
        parser.add_argument(
            "--deploy", action="store_true", help="Look also for what is wrong in production."
        )
        parser.add_argument(
            "--fail-level",
            default="ERROR",
            choices=list(reversed(LEVELS)),
            help="Exit with code 1 if something of this level or worse is found; ERROR by default.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        deploy: bool = options["deploy"]
        available = checks.tags_available(deploy)
        if options["list_tags"]:
            self.stdout.write("\n".join(sorted(available)))
            return
        tags = options["tags"]
        for tag in tags or ():
            if tag not in available:
                raise CommandError(
                    f"No check has the tag {tag!r}: `check --list-tags` lists the tags"
                    + ("." if deploy else ", with --deploy also those for production.")
                )
        self.check(
            tags=tags,
            display_num_errors=True,
            include_deployment_checks=deploy,
            fail_level=LEVELS[options["fail_level"]],
        )
