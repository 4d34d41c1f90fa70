"""Say where static files are."""

from __future__ import annotations

from typing import Any

from gingerdj.contrib.staticfiles import finders
from gingerdj.core.management.base import CommandParser, LabelCommand


class Command(LabelCommand):
    help = "Say where static files are, as paths on this machine."
    label = "staticfile"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--first",
            action="store_false",
            dest="all",
            help="Name only the one that is served, not those that it hides.",
        )

    def handle_label(self, label: str, **options: Any) -> str | None:
        found = finders.find(label, find_all=options["all"])
        found = found if isinstance(found, list) else [found] if found else []
        searched = "\n  ".join(["Looking in the following locations:", *finders.searched_locations])
        loud: bool = options["verbosity"] >= 2
        if found and options["verbosity"] == 0:
            return "\n".join(found)
        if found:
            lines = "\n  ".join([f"Found {label!r} here:", *found])
            return f"{lines}\n{searched}" if loud else lines
        if options["verbosity"] > 0:
            self.stderr.write(
                f"No matching file found for {label!r}." + (f"\n{searched}" if loud else "")
            )
        return None
