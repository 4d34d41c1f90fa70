"""Show which settings differ from the defaults."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import Settings, global_settings, settings
from gingerdj.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = (
        "Show the settings that differ from GingerDJ's defaults. "
        "A setting that GingerDJ has no default for is followed by ###."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="Show all settings, also those left at the default."
        )
        parser.add_argument(
            "--default",
            metavar="MODULE",
            help="Dotted path of a settings module to compare with, instead of the defaults.",
        )
        parser.add_argument(
            "--output",
            default="hash",
            choices=("hash", "unified"),
            help="hash (the default) marks with ###; unified shows old and new, as diff does.",
        )

    def handle(self, **options: Any) -> str:
        module: str | None = options["default"]
        default = _upper_case(Settings(module) if module else global_settings)
        write = _as_hash if options["output"] == "hash" else _as_diff
        # As they are written, not as they are read: MEDIA_URL begins where the site is mounted.
        current = _upper_case(settings._unwrap())
        return "\n".join(write(current, default, options["all"]))


def _upper_case(holder: Any) -> dict[str, str]:
    return {name: repr(getattr(holder, name)) for name in dir(holder) if name.isupper()}


def _as_hash(current: dict[str, str], default: dict[str, str], everything: bool) -> list[str]:
    lines = []
    for name, value in sorted(current.items()):
        if name not in default:
            lines.append(f"{name} = {value}  ###")
        elif value != default[name]:
            lines.append(f"{name} = {value}")
        elif everything:
            lines.append(f"### {name} = {value}")
    return lines


def _as_diff(current: dict[str, str], default: dict[str, str], everything: bool) -> list[str]:
    lines = []
    for name, value in sorted(current.items()):
        if value == default.get(name):
            lines += [f"  {name} = {value}"] if everything else []
            continue
        lines += [f"- {name} = {default[name]}"] if name in default else []
        lines.append(f"+ {name} = {value}")
    return lines
