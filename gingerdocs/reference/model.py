"""What a reading of the code hands to the pages."""

from dataclasses import dataclass
from typing import Literal

Fields = Literal["args", "returns", "yields", "raises"]


@dataclass(frozen=True)
class Text:
    """A paragraph, in one line, and the line of its file at which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Field:
    """A list below a docstring's paragraphs.

    An item is a name, of an argument or an exception, and what is said of it; the name of what is
    returned is empty.
    """

    kind: Fields
    items: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Doc:
    """A docstring: ``path`` is its file's, from the checkout."""

    path: str
    line: int
    paragraphs: tuple[Text, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A public name: what it is, how it is written, what is said of it.

    ``path`` is the name with dots that pages refer to it by, and ``also`` are its other ones.
    ``parameters`` are None for what is not called; ``value`` is what a constant holds, as the code
    writes it, where that is short.
    """

    path: str
    kind: str
    doc: Doc
    also: tuple[str, ...] = ()
    parameters: tuple[str, ...] | None = None
    returns: str = ""
    value: str = ""
    bases: tuple[str, ...] = ()
    members: tuple["Entry", ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


Problems = tuple[tuple[str, str], ...]
"""What is wrong with docstrings: a place, as path and line, and a message for each."""


@dataclass(frozen=True)
class Module:
    """A module: its docstring and the names that are documented under it."""

    name: str
    doc: Doc
    entries: tuple[Entry, ...]
    problems: Problems


@dataclass(frozen=True)
class Setting:
    """A setting: the comment that heads its group, and its default as the code writes it."""

    name: str
    group: Text
    default: str
    doc: Doc


@dataclass(frozen=True)
class Option:
    """An argument of a command, as one writes it; ``path`` is the file that its help stands in."""

    usage: str
    path: str
    help: Text


@dataclass(frozen=True)
class Command:
    """A management command: what ``--help`` says of it."""

    name: str
    usage: str
    path: str
    help: Text
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Finding:
    """What a system check may report: messages under one id, each with its hint."""

    id: str
    path: str
    reports: tuple[tuple[Text, Text | None], ...]


@dataclass(frozen=True)
class Reference:
    """All that was read; ``problems`` are those of settings and findings."""

    modules: dict[str, Module]
    settings: tuple[Setting, ...]
    commands: tuple[Command, ...]
    findings: tuple[Finding, ...]
    problems: Problems
