"""Gather the static files of the project and its apps in one folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from gingerdj.apps import apps
from gingerdj.conf import settings
from gingerdj.contrib.staticfiles.finders import get_finders
from gingerdj.contrib.staticfiles.utils import check_settings
from gingerdj.core.checks import Tags
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser
from gingerdj.utils._os import safe_join


class Command(BaseCommand):
    help = "Gather all static files in the folder STATIC_ROOT, for the server that serves them."
    requires_system_checks = (Tags.staticfiles,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Ask nothing.",
        )
        parser.add_argument(
            "-i",
            "--ignore",
            action="append",
            default=[],
            dest="ignore_patterns",
            metavar="PATTERN",
            help="Leave out files and folders like this; may be given several times.",
        )
        parser.add_argument(
            "-n", "--dry-run", action="store_true", help="Only say what would be done."
        )
        parser.add_argument("-c", "--clear", action="store_true", help="Empty the folder before.")
        parser.add_argument(
            "-l", "--link", action="store_true", help="Make symbolic links instead of copies."
        )
        parser.add_argument(
            "--no-default-ignore",
            action="store_false",
            dest="use_default_ignore_patterns",
            help="Do not leave out CVS, .* and *~.",
        )

    def handle(self, **options: Any) -> str | None:
        self.dry_run: bool = options["dry_run"]
        self.verbosity: int = options["verbosity"]
        self.link: bool = options["link"]
        root = self._root()
        if options["interactive"] and not self._confirmed(root, options["clear"]):
            raise CommandError("Nothing was collected.")
        if options["clear"]:
            self._clear(root)
        ignore = list(options["ignore_patterns"])
        if options["use_default_ignore_patterns"]:
            ignore += apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
        placed = [
            self._place(source, Path(safe_join(root, path)))
            for path, source in self._found(ignore).items()
        ]
        if self.verbosity < 1:
            return None
        verb = "To link" if self.link else "To copy"
        if not self.dry_run:
            verb = "Linked" if self.link else "Copied"
        return (
            f"{verb} to {str(root)!r}: {placed.count(True)}. "
            f"There already, and unmodified: {placed.count(False)}."
        )

    def _root(self) -> Path:
        check_settings()
        if not settings.STATIC_ROOT:
            raise ImproperlyConfigured(
                "The setting STATIC_ROOT is empty: set it to the folder that static files are to "
                "be gathered in."
            )
        return Path(settings.STATIC_ROOT).absolute()

    def _confirmed(self, root: Path, clear: bool) -> bool:
        does = "delete everything in" if clear else "overwrite files in"
        self.stdout.write(f"This will {does} {str(root)!r}.")
        try:
            return input("Type 'yes' to go on: ") == "yes"
        except EOFError:
            raise CommandError(
                "Nobody can answer here: say --no-input, and nothing is asked."
            ) from None

    def _clear(self, root: Path) -> None:
        for each in sorted(root.iterdir()) if root.is_dir() else []:
            self._log(f"Deleting {each}", 1)
            if self.dry_run:
                continue
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()

    def _found(self, ignore: list[str]) -> dict[str, Path]:
        """Return each file by its path beneath STATIC_URL; the first found wins."""
        found: dict[str, Path] = {}
        for finder in get_finders():
            for name, folder in finder.list(ignore):
                path = f"{folder.prefix}/{name}" if folder.prefix else name
                if path in found:
                    self._log(f"{path} is there twice; {folder.path(name)} is left out.", 1)
                else:
                    found[path] = Path(folder.path(name))
        return found

    def _place(self, source: Path, target: Path) -> bool:
        """Copy or link a file; return whether there was need to."""
        if self._is_placed(source, target):
            return False
        self._log(f"{'Linking' if self.link else 'Copying'} {source}", 2)
        if self.dry_run:
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if self.link:
            target.symlink_to(source.absolute())
        else:
            shutil.copy2(source, target)
        return True

    def _is_placed(self, source: Path, target: Path) -> bool:
        if self.link or target.is_symlink():
            return self.link and target.is_symlink() and target.resolve() == source.resolve()
        # Copies keep their source's time; some file systems keep its seconds only.
        return target.exists() and int(target.stat().st_mtime) >= int(source.stat().st_mtime)

    def _log(self, line: str, level: int) -> None:
        if self.verbosity >= level:
            self.stdout.write(line)
