"""Reads the management commands from their parsers."""

import argparse
import importlib
from collections.abc import Iterator
from typing import Any

from .model import Command, Option, Text
from .printed import marked
from .sources import Sources

PACKAGE = "gingerdj.core.management"
COMMON = ""
"""What the arguments are listed under that every command has."""


def read(sources: Sources) -> Iterator[Command]:
    """Yield what every command has in common, then each command, by name."""
    base: Any = importlib.import_module(f"{PACKAGE}.base")
    shared = [action for action in _actions(base.BaseCommand(), COMMON) if action.help]
    names = {_usage(action) for action in shared}
    place = _Places(sources, base.BaseCommand)
    options = tuple(Option(_usage(action), *place.find(action.help)) for action in shared)
    yield Command(COMMON, "", *place.find(None), options)
    for module in sources:
        package, _, name = module.rpartition(".")
        if package == f"{PACKAGE}.commands" and not name.startswith("_"):
            yield _command(sources, importlib.import_module(module).Command, name, names)


def _command(sources: Sources, cls: Any, name: str, common: set[str]) -> Command:
    place = _Places(sources, cls)
    own = [action for action in _actions(cls(), name) if _usage(action) not in common]
    options = tuple(Option(_usage(action), *place.find(_help(action))) for action in own)
    words = [name, *(_usage(action) for action in own if not action.option_strings)]
    return Command(name, " ".join(words), *place.find(cls.help), options)


def _actions(command: Any, name: str) -> list[argparse.Action]:
    return list(command.create_parser("manage.py", name)._actions)


def _help(action: argparse.Action) -> str:
    return "" if action.help in (None, argparse.SUPPRESS) else str(action.help)


def _usage(action: argparse.Action) -> str:
    """Return an argument as one writes it: ``--tag TAGS, -t TAGS``."""
    if not action.option_strings:
        metavar = action.metavar or action.dest
        name = metavar if isinstance(metavar, str) else " ".join(metavar)
        repeated = " ..." if action.nargs in ("*", "+", argparse.REMAINDER) else ""
        return f"{name}{repeated}" if action.nargs not in ("?", "*") else f"[{name}{repeated}]"
    value = ""
    if action.nargs != 0:
        choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
        value = f" {action.metavar or choices or action.dest.upper()}"
    long_first = sorted(action.option_strings, key=len, reverse=True)
    return ", ".join(f"{option}{value}" for option in long_first)


class _Places:
    """Where the texts of a command stand: in its module, or in that of a class it is made of."""

    def __init__(self, sources: Sources, cls: type) -> None:
        modules = dict.fromkeys(base.__module__ for base in cls.__mro__)
        self._sources = [sources.module(name) for name in modules if name in sources]

    def find(self, text: str | None) -> tuple[str, Text]:
        """Return the file that a printed text stands in, and the text as a page has it."""
        shown = marked(text or "")
        for source in self._sources:
            for string, line in source.strings():
                if text and string == text:
                    return source.path, Text(shown, line)
        return self._sources[0].path, Text(shown, 1)
