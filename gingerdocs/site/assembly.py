"""Puts the built versions together: the data that every page reads, and the front door."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gingerdocs import ROOT
from gingerdocs.languages import LANGUAGES

from .versions import is_final, is_version, version_key

TEMPLATES = ROOT / "gingerdocs" / "theme" / "site"
TITLE = "GingerDJ"
LOST = {"en": "Page not found", "pt": "Página não encontrada", "zh": "页面不存在"}


@dataclass(frozen=True)
class Version:
    """One version of the built site: ``pages`` maps each page to the languages that have it."""

    name: str
    pages: dict[str, list[str]]


def publish(stage: Path, target: Path) -> None:
    """Put a copy of a finished build where readers find it, in the place of the one before.

    Readers see the old one or the new one, and the new one only whole.
    """
    new, old = (target.with_name(f".{target.name}.{end}") for end in ("new", "old"))
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stage, new)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def read_versions(output: Path) -> list[Version]:
    """Return the versions that are built in ``output``, development first, then the newest."""
    names = {
        folder.name
        for code in LANGUAGES
        for folder in (output / code).glob("*")
        if is_version(folder.name)
    }
    versions = [Version(name, _pages(output, name)) for name in names]
    return sorted(versions, key=lambda version: version_key(version.name), reverse=True)


def newest_release(versions: list[Version]) -> str:
    """Return the version that readers are led to: the newest release, else what there is."""
    names = [version.name for version in versions]
    return next(filter(is_final, names), names[0])


def assemble(output: Path) -> None:
    """Write what the versions in ``output`` share: site data, front door, page for lost readers."""
    versions = read_versions(output)
    if not versions:
        raise ValueError(f"{output} holds no built version")
    present = {code for version in versions for codes in version.pages.values() for code in codes}
    languages = [language for code, language in LANGUAGES.items() if code in present]
    newest = newest_release(versions)
    site = {
        "newest": newest,
        "languages": [
            {"code": language.code, "html": language.html, "name": language.name}
            for language in languages
        ],
        "versions": [asdict(version) for version in versions],
    }
    data = json.dumps(site, ensure_ascii=False, separators=(",", ":"))
    _write(output / "site-data.js", f"window.guideSite = {data};\n")
    template = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    ).get_template("index.html")
    shared = {"languages": languages, "versions": versions, "newest": newest}
    door = template.render(**shared, headings=[("en", TITLE)], root="", leads=True)
    _write(output / "index.html", door)
    # Nobody knows which page was looked for, nor how deep: all languages, and links from the root.
    lost = [(LANGUAGES[code].html, title) for code, title in LOST.items()]
    _write(output / "404.html", template.render(**shared, headings=lost, root="/", leads=False))


def _pages(output: Path, name: str) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    for code in LANGUAGES:
        for page in _html_files(output / code / name):
            pages.setdefault(page, []).append(code)
    return dict(sorted(pages.items()))


def _html_files(folder: Path) -> Iterator[str]:
    for path, folders, files in os.walk(folder):
        folders[:] = [entry for entry in folders if not entry.startswith(("_", "."))]
        for file in files:
            if file.endswith(".html"):
                yield Path(path, file).relative_to(folder).as_posix().removesuffix(".html")


def _write(path: Path, text: str) -> None:
    # In one step, for readers who have the site open.
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)
