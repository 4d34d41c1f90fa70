"""Writes new projects and apps from the templates in `gingerdj/conf`."""

from __future__ import annotations

import secrets
import string
from contextlib import suppress
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path

import gingerdj.conf
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser

SUFFIX = "-tpl"
FOLDER = "project_name"  # A folder of this name in a template takes the new project's name.
KEY_LENGTH = 50
KEY_LETTERS = string.ascii_lowercase + string.digits + "!@#%^&*(-_=+)"


class TemplateCommand(BaseCommand):
    """A command that writes a folder from a template, all of it or nothing."""

    requires_system_checks = ()
    requires_settings = False
    #: What is written: "project" or "app".
    kind: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=f"Name of the {self.kind}, a Python identifier.")
        parser.add_argument(
            "directory",
            nargs="?",
            help=f"Existing folder to write into; a new one called like the {self.kind} "
            "by default.",
        )

    def handle(self, name: str, directory: str | None = None, **options: object) -> None:
        self._check_name(name)
        top = self._folder(name, directory)
        if directory is None or self.kind == "project":
            self._check_import(name)
        template = Path(next(iter(gingerdj.conf.__path__)), f"{self.kind}_template")
        values = {f"{self.kind}_name": name, "secret_key": new_secret_key()}
        files = {
            top / self._place(source.relative_to(template), name): string.Template(
                source.read_text("utf-8")
            ).substitute(values)
            for source in sorted(template.rglob(f"*{SUFFIX}"))
        }
        write_all(top, files)

    def _check_name(self, name: str) -> None:
        if name.isidentifier() and not iskeyword(name):
            return
        better = "".join(c if c.isalnum() else "_" for c in name).strip("_")
        hint = f", such as {better!r}" if better.isidentifier() and not iskeyword(better) else ""
        raise CommandError(
            f"{name!r} cannot be the name of the {self.kind}: choose a Python identifier "
            f"(letters, digits and underscores, no digit first, no keyword){hint}."
        )

    def _check_import(self, name: str) -> None:
        with suppress(ImportError, ValueError):
            spec = find_spec(name)
            # A folder without __init__.py has no origin, and hides nothing.
            if spec is not None and spec.origin is not None:
                raise CommandError(
                    f"{name!r} cannot be the name of the {self.kind}: Python already has a module "
                    "of that name, and one of them would hide the other. Choose another name."
                )

    def _folder(self, name: str, directory: str | None) -> Path:
        if directory is None:
            folder = Path.cwd() / name
            if folder.exists():
                raise CommandError(
                    f"{folder} exists already: choose another name, or another folder."
                )
            return folder
        folder = Path(directory).expanduser().absolute()
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder: create it first.")
        return folder

    def _place(self, source: Path, name: str) -> Path:
        parts = [name if part == FOLDER else part for part in source.parts]
        return Path(*parts).with_name(parts[-1].removesuffix(SUFFIX))


def new_secret_key() -> str:
    """Return a random value for the setting SECRET_KEY, marked as not meant for production."""
    return "gingerdj-insecure-" + "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


def write_all(top: Path, files: dict[Path, str]) -> None:
    """Write `files` and the folders they need, from `top` on; on an error remove them again.

    Raises:
        CommandError: a file is there already, or cannot be written.
    """
    for path in files:
        if path.exists():
            raise CommandError(f"{path} exists already, and would be overwritten.")
    written: list[Path] = []
    try:
        for path, text in files.items():
            missing = [p for p in (path.parent, *path.parent.parents) if not p.exists()]
            for folder in reversed(missing):
                folder.mkdir()
                written.append(folder)
            written.append(path)
            path.write_text(text, "utf-8")
            if path.name == "manage.py":
                path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o444) >> 2)
    except OSError as error:
        for path in reversed(written):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise CommandError(f"Cannot write {path}: {error.strerror}.") from error
