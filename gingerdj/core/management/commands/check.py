"""Look for mistakes in the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gingerdj.apps import AppConfig, apps
from gingerdj.core import checks
from gingerdj.core.checks import servers
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser
from gingerdj.db import connections

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
        parser.add_argument("args", metavar="app_label", nargs="*", help="Look at these apps only.")
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
        parser.add_argument(
            "--database",
            action="append",
            dest="databases",
            metavar="ALIAS",
            help="Look also into this database; may be given several times.",
        )
        parser.add_argument(
            "--server",
            choices=sorted(servers.SERVERS),
            help="With --deploy, look also at how the settings suit this server.",
        )
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="The server's worker processes; as its variable of the environment says, "
            "or else 1.",
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
                    f'There is no system check with the "{tag}" tag. `check --list-tags` lists them'
                    + ("." if deploy else ", with --deploy also those for production.")
                )
        if options["server"] and not deploy:
            raise CommandError("--server is looked at only in production: give --deploy as well.")
        for alias in options["databases"] or ():
            if alias not in list(connections):
                raise CommandError(
                    f"There is no database {alias!r}: DATABASES has {', '.join(connections)}."
                )
        self.check(
            app_configs=self._configs(args) if args else None,
            tags=tags,
            display_num_errors=True,
            include_deployment_checks=deploy,
            fail_level=LEVELS[options["fail_level"]],
            databases=options["databases"],
            **self._facts(options),
        )

    def _configs(self, labels: Sequence[str]) -> list[AppConfig]:
        try:
            return [apps.get_app_config(label) for label in labels]
        except LookupError as error:
            raise CommandError(str(error)) from error

    def _facts(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["server"] is None:
            return {}
        return {"server": options["server"], "workers": options["workers"]}
