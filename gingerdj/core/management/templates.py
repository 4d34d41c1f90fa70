"""Writes new projects and apps from templates: those in `gingerdj/conf`, or others.

A template is a folder, or an archive of one. Its Python files, or those that `--extension` and
`--name` choose, are filled in: `{{ project_name }}` becomes the new project's name, and
`{{ project_directory }}`, `{{ camel_case_project_name }}`, `{{ secret_key }}` and
`{{ gingerdj_version }}` have their values too; those of apps begin with `app_`. Paths that hold
`project_name` are named after the project. Files that end in `-tpl` are filled in and lose that
ending. Every other file is copied as it is.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import string
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from typing import Any

import gingerdj
import gingerdj.conf
from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser

SUFFIX = "-tpl"
KEY_LENGTH = 50
KEY_LETTERS = string.ascii_lowercase + string.digits + "!@#%^&*(-_=+)"
EXCLUDED = frozenset({".git", "__pycache__"})

_PLACEHOLDER = re.compile(r"\{\{ *(\w+) *\}\}")
_TAG = re.compile(r"\{%.*?%\}")


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
        parser.add_argument(
            "--template",
            metavar="PATH",
            help="Folder, or archive of one, to write from; GingerDJ's own by default.",
        )
        parser.add_argument(
            "--extension",
            "-e",
            action="append",
            dest="extensions",
            help="Ending of files to fill in, py by default; several with commas, or several "
            "times.",
        )
        parser.add_argument(
            "--name",
            "-n",
            action="append",
            dest="files",
            help="Name of files to fill in; several with commas, or several times.",
        )
        parser.add_argument(
            "--exclude",
            "-x",
            action="append",
            default=[],
            help="Name of folders to leave out, besides .git and __pycache__; may be given "
            "several times.",
        )

    def handle(self, name: str, directory: str | None = None, **options: Any) -> None:
        self._check_name(name)
        top = self._folder(name, directory)
        if directory is None or self.kind == "project":
            self._check_import(name)
        values = {
            f"{self.kind}_name": name,
            f"{self.kind}_directory": str(top),
            f"camel_case_{self.kind}_name": "".join(map(str.title, name.split("_"))),
            "secret_key": new_secret_key(),
            "gingerdj_version": gingerdj.get_version(),
        }
        endings = {f".{each.lstrip('.')}" for each in _split(options["extensions"]) or ["py"]}
        chosen = set(_split(options["files"]))
        excluded = EXCLUDED.union(_split(options["exclude"]))
        files: dict[Path, Path | str] = {}
        with self._opened(options["template"]) as template:
            for source in _files(template, excluded):
                path = top / self._place(source.relative_to(template), name)
                fills_in = path.suffix in endings or path.name in chosen
                if fills_in or source.name.endswith(SUFFIX):
                    files[path] = fill_in(source, values)
                else:
                    files[path] = source
            write_all(top, files)

    @contextmanager
    def _opened(self, template: str | None) -> Iterator[Path]:
        if template is None:
            yield Path(next(iter(gingerdj.conf.__path__)), f"{self.kind}_template")
            return
        if "://" in template:
            raise CommandError(
                f"The template {template!r} is an address: download it, and name the file."
            )
        path = Path(template.removeprefix("file:")).expanduser()
        if path.is_dir():
            yield path
        elif path.is_file():
            with tempfile.TemporaryDirectory() as folder:
                yield _unpacked(path, Path(folder))
        else:
            raise CommandError(
                f"couldn't handle {self.kind} template {template}. It is no folder and no archive."
            )

    def _check_name(self, name: str) -> None:
        if name.isidentifier() and not iskeyword(name):
            return
        better = "".join(c if c.isalnum() else "_" for c in name).strip("_")
        hint = f", such as {better!r}" if better.isidentifier() and not iskeyword(better) else ""
        raise CommandError(
            f"{name!r} is not a valid {self.kind} name. Choose a Python identifier (letters, "
            f"digits and underscores, no digit first, no keyword){hint}."
        )

    def _check_import(self, name: str) -> None:
        with suppress(ImportError, ValueError):
            spec = find_spec(name)
            # A folder without __init__.py has no origin, and hides nothing.
            if spec is not None and spec.origin is not None:
                raise CommandError(
                    f"{name!r} conflicts with the name of an existing Python module and cannot be "
                    f"used as {'an' if self.kind == 'app' else 'a'} {self.kind} name. One of them "
                    f"would hide the other: choose another name."
                )

    def _folder(self, name: str, directory: str | None) -> Path:
        if directory is None:
            folder = Path.cwd() / name
            if folder.exists():
                raise CommandError(
                    f"'{folder}' already exists. Choose another name, or another folder."
                )
            return folder
        folder = Path(directory).expanduser().absolute()
        if not folder.is_dir():
            raise CommandError(
                f"Destination directory '{folder}' does not exist, please create it first."
            )
        return folder

    def _place(self, source: Path, name: str) -> Path:
        parts = [part.replace(f"{self.kind}_name", name) for part in source.parts]
        return Path(*parts).with_name(parts[-1].removesuffix(SUFFIX))


def _split(words: list[str] | None) -> list[str]:
    return [each.strip() for word in words or () for each in word.split(",") if each.strip()]


def _files(template: Path, excluded: frozenset[str]) -> Iterator[Path]:
    for path in sorted(template.iterdir()):
        if path.is_dir():
            if path.name not in excluded:
                yield from _files(path, excluded)
        elif path.suffix != ".pyc":
            yield path


def _unpacked(archive: Path, folder: Path) -> Path:
    """Unpack an archive, and return the one folder that it holds, or else where it lies."""
    try:
        if archive.suffix == ".zip":  # From which nothing leads out of the folder.
            shutil.unpack_archive(archive, folder)
        else:
            _unpack_tar(archive, folder)
    except (shutil.ReadError, tarfile.TarError, OSError, ValueError) as error:
        raise CommandError(f"The template {str(archive)!r} cannot be unpacked: {error}") from error
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _unpack_tar(archive: Path, folder: Path) -> None:
    """Unpack the folders and files of an archive.

    Python's own filter for members that lead out of the folder (PEP 706) is missing from 3.11.3
    and before; a template needs neither links nor devices.

    Raises:
        ValueError: a member leads out of the folder, or is no folder and no file.
    """
    with tarfile.open(archive) as tar:
        for member in tar:
            target = Path(os.path.normpath(folder / member.name))
            if not target.is_relative_to(folder):
                raise ValueError(f"{member.name!r} leads out of its folder")
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif (content := tar.extractfile(member)) is not None and member.isfile():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
                target.chmod(member.mode & 0o777 | 0o600)
            else:
                raise ValueError(f"{member.name!r} is neither a folder nor a file")


def fill_in(file: Path, values: dict[str, str]) -> str:
    """Return a file's text with values for its placeholders, `{{ name }}`.

    Names that have no value stay as they are.

    Args:
        file: the file.
        values: the values by name.

    Raises:
        CommandError: the file is no text, or holds tags of a template engine, `{% ... %}`.
    """
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} cannot be filled in, for it is not UTF-8.") from error
    if tag := _TAG.search(text):
        line = text.count("\n", 0, tag.start()) + 1
        raise CommandError(
            f"{file}, line {line}: {tag[0]} needs a template engine, and only names such as "
            "{{ project_name }} are filled in: take it out."
        )
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def new_secret_key() -> str:
    """Return a random value for the setting SECRET_KEY, marked as not meant for production."""
    return "gingerdj-insecure-" + "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


def write_all(top: Path, files: dict[Path, Path | str]) -> None:
    """Write files and the folders they need, from `top` on; on an error remove them again.

    Args:
        top: the folder that all are in.
        files: each file's text, or the file of which it is a copy.

    Raises:
        CommandError: a file is there already, or cannot be written.
    """
    for path in files:
        if path.exists():
            raise CommandError(f"{path} exists already, and would be overwritten.")
    written: list[Path] = []
    try:
        for path, content in files.items():
            missing = [p for p in (path.parent, *path.parent.parents) if not p.exists()]
            for folder in reversed(missing):
                folder.mkdir()
                written.append(folder)
            written.append(path)
            if isinstance(content, Path):
                shutil.copy(content, path)
            else:
                path.write_text(content, "utf-8")
            readable = path.stat().st_mode | 0o200  # A template may be for reading only.
            if path.name == "manage.py":
                readable |= (readable & 0o444) >> 2
            path.chmod(readable)
    except OSError as error:
        for path in reversed(written):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise CommandError(f"Cannot write {path}: {error.strerror}.") from error
