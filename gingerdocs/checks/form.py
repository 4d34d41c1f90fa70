"""Says whether the text of a file sample is in the language that its block names."""

import configparser
import json
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

LANGUAGES = {
    ".conf": ("nginx", "ini"),
    ".css": ("css",),
    ".html": ("html",),
    ".ini": ("ini",),
    ".js": ("javascript",),
    ".json": ("json",),
    ".md": ("markdown",),
    ".po": ("po",),
    ".py": ("python",),
    ".rst": ("rst",),
    ".service": ("systemd",),
    ".sh": ("bash", "sh"),
    ".socket": ("systemd",),
    ".sql": ("sql",),
    ".toml": ("toml",),
    ".txt": ("text",),
    ".xml": ("xml",),
    ".yaml": ("yaml",),
    ".yml": ("yaml",),
    "Dockerfile": ("docker", "dockerfile"),
    "Makefile": ("makefile",),
}
"""The languages of files, by the ends of their names or by what they are called."""


def _ini(text: str) -> None:
    configparser.ConfigParser(interpolation=None, strict=False).read_string(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "ini": _ini,
    "json": json.loads,
    "toml": tomllib.loads,
}


def doubt(name: str, language: str, text: str) -> str:
    """Return what there is to say against a file of that name, language and text, or nothing.

    A ``text`` that is no whole file is not to be read, and is given empty.
    """
    path = PurePosixPath(name)
    expected = LANGUAGES.get(path.name) or LANGUAGES.get(path.suffix)
    if expected is not None and language not in expected:
        return f":file: {name}: such a file is in {' or '.join(expected)}, not in {language}"
    if text and language in _READERS:
        try:
            _READERS[language](text)
        except (ValueError, configparser.Error) as error:
            return f":file: {name}: this is no {language}: {str(error).splitlines()[0]}"
    return ""
