"""Serve the project, and its static files, while it is being written."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import settings
from gingerdj.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from gingerdj.core.management.base import CommandParser
from gingerdj.core.management.commands.runserver import Command as RunserverCommand


class Command(RunserverCommand):
    help = f"{RunserverCommand.help} Serves static files too."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--nostatic",
            action="store_false",
            dest="use_static_handler",
            help="Do not serve static files at STATIC_URL.",
        )
        parser.add_argument(
            "--insecure",
            action="store_true",
            dest="insecure_serving",
            help="Serve static files even while DEBUG is off.",
        )

    def get_handler(self, *args: Any, **options: Any) -> Any:
        """Return the application to serve, within one that serves static files."""
        handler = super().get_handler(*args, **options)
        if options["use_static_handler"] and (settings.DEBUG or options["insecure_serving"]):
            kind = ASGIStaticFilesHandler if options["use_asgi"] else StaticFilesHandler
            return kind(handler)
        return handler
