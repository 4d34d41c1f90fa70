"""Reads the translators' catalogs and hands Sphinx those that can be read.

A catalog is a gettext PO file, as the GNU gettext manual ("The Format of PO Files") has it, without
the parts that pages have no use for: plural forms and contexts. Babel, which Sphinx and sphinx-intl
read with, passes over most mistakes in silence and keeps only the line of a message's ``msgid``;
this reader names every mistake and knows the line of every line of a translation.
"""

import difflib
import functools
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gingerdocs.languages import Language
from gingerdocs.sample import Problem

FOLDER = "LC_MESSAGES"

NOTES = ("order:", "denials:", "words:")
"""What comments begin with that say which findings of a check are no mistake of the message."""


@dataclass(frozen=True)
class Message:
    """A text of a page that is to be translated, as Sphinx extracts it.

    ``line`` is its line on the page; ``code`` is the language of a sample, None for prose.
    A docstring's ``path`` and line are those of the code, and those of text that the page includes
    of its file. ``place`` is what the words do not tell: the label of a heading, the row of a
    table, the kind of a box.
    """

    text: str
    line: int
    code: str | None = None
    path: str = ""
    place: str = ""


@dataclass(frozen=True)
class Entry:
    """One message of a catalog.

    ``line`` is where its ``msgid`` stands and ``pieces`` are the quoted strings that make up the
    ``msgstr``, each with its own line; lines count from one. ``order``, ``denials`` and ``words``
    are what the translator's comments of these names say (``NOTES``), and ``place`` what the
    extracted comment ``#.`` does.
    """

    msgid: str
    line: int
    pieces: tuple[tuple[int, str], ...]
    fuzzy: bool = False
    obsolete: bool = False
    order: tuple[int, ...] = ()
    denials: int | None = None
    words: tuple[str, ...] = ()
    place: str = ""

    @property
    def msgstr(self) -> str:
        return "".join(text for _, text in self.pieces)

    @property
    def translated(self) -> bool:
        """Whether Sphinx shows this translation."""
        return bool(self.msgstr.strip()) and not self.fuzzy and not self.obsolete


@dataclass(frozen=True)
class Catalog:
    """A catalog as read: ``path`` is relative to the checkout; the header is no entry.

    ``seal`` is what its header says of its messages, nothing where that says nothing.
    """

    path: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    seal: str = ""

    def find(self, msgid: str) -> Entry | None:
        """Return the entry of this message, a living one rather than an obsolete one."""
        return self._by_msgid.get(msgid)

    @functools.cached_property
    def _by_msgid(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self.entries:
            first = found.setdefault(entry.msgid, entry)
            if first.obsolete and not entry.obsolete:
                found[entry.msgid] = entry
        return found


def line_of(entry: Entry, n: int) -> int:
    """Return the line of the catalog where line ``n`` (from zero) of the msgstr's text begins.

    A text line may be spread over several quoted strings, and one quoted string may hold several
    text lines. A number past the end gives the last line.
    """
    newlines = 0
    for line, text in entry.pieces:
        if not text:
            continue
        if newlines >= n:
            return line
        newlines += text.count("\n")
        if newlines > n or (newlines == n and not text.endswith("\n")):
            return line
    return entry.pieces[-1][0]


def read(path: Path, root: Path) -> Catalog:
    """Read a catalog; what is wrong with its syntax is in the result's ``problems``.

    ``root`` is the checkout, which problems name the catalog's path from.
    """
    name = path.relative_to(root).as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Catalog(
            name, (), (Problem(name, 1, f"cannot be read: {error.strerror}; run make update-po"),)
        )
    reader = _Reader(name)
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            byte = line[error.start]
            reader.report(number, f"is not UTF-8 (byte 0x{byte:02x}); save the catalog as UTF-8")
            text = line.decode(errors="replace")
        reader.feed(number, text)
    reader.finish()
    problems = tuple(sorted(reader.problems, key=_by_line))
    return Catalog(name, tuple(reader.entries), problems, reader.seal)


def seal(messages: Iterable[tuple[str, str]]) -> str:
    """Return what the header of a catalog says of its messages, where ``make update-po`` wrote it.

    What is changed by hand, and not by whoever then has the catalog written anew, may be a slip: a
    msgid that keeps a translation of other words, or a translation that nobody has read since.

    Args:
        messages: each msgid with its msgstr.
    """
    texts = (text for message in messages for text in message)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def sealed(text: str) -> str:
    """Return the text of a catalog with the seal that its messages have now, if it has any."""
    reader = _Reader("")
    for number, line in enumerate(text.split("\n"), start=1):
        reader.feed(number, line)
    reader.finish()
    if not reader.seal:
        return text
    now = seal((entry.msgid, entry.msgstr) for entry in reader.entries if not entry.obsolete)
    return text.replace(f"X-Messages: {reader.seal}", f"X-Messages: {now}", 1)


def places_of(messages: Iterable[Message]) -> dict[str, str]:
    """Return the places of the messages that have any, one after the other where it is several."""
    found: dict[str, list[str]] = {}
    for message in messages:
        if message.place:
            found.setdefault(message.text, []).append(message.place)
    return {text: ", ".join(dict.fromkeys(places)) for text, places in found.items()}


def prepare(language: Language, source: Path, target: Path) -> list[Problem]:
    """Bring the catalogs of one language to where Sphinx looks for them.

    ``source`` is the checkout's ``locale`` folder, with a folder per language code; ``target`` gets
    a folder per locale. Catalogs keep their modification time, and the ``.mo`` beside one that has
    changed or gone goes too, since Sphinx compiles by modification time alone. Catalogs that do not
    parse are left out; what is returned says why. Processes may do this at the same time.
    """
    origin = source / language.code / FOLDER
    destination = target / language.locale / FOLDER
    problems: list[Problem] = []
    wanted: set[Path] = set()
    for path in sorted(origin.rglob("*.po")):
        copy = destination / path.relative_to(origin)
        if not _same(path, copy):
            catalog = read(path, source.parent)
            if catalog.problems:
                problems += catalog.problems
                continue
            _copy(path, copy)
        wanted.add(copy)
    for copy in destination.rglob("*.[mp]o"):
        if copy.with_suffix(".po") not in wanted:
            copy.unlink(missing_ok=True)
    return problems


def _same(path: Path, copy: Path) -> bool:
    try:
        here, there = path.stat(), copy.stat()
    except OSError:
        return False
    return (here.st_mtime_ns, here.st_size) == (there.st_mtime_ns, there.st_size)


def _copy(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copy2(path, unfinished)
    # The .mo goes first: were the process to end between the two, the .po would still be copied.
    copy.with_suffix(".mo").unlink(missing_ok=True)
    unfinished.replace(copy)


def _by_line(problem: Problem) -> int:
    return problem.line


_KEYWORDS = ("msgid", "msgstr")
_CONFLICT = re.compile(r"(<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>)( |$)")
_KEYWORD = re.compile(r'(?P<keyword>[A-Za-z_]+(\[\d*\])?)(?P<gap>\s*)(?P<string>".*|)$')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_ORDER = re.compile(r"# order:((?: \d+)+)")
_DENIALS = re.compile(r"# denials: (\d+)")
_WORDS = re.compile(r"# words: (.+)")
_SEAL = re.compile(r"^X-Messages: (\w+)$", re.MULTILINE)
_CHARSET = re.compile(r"charset=([^\s;]+)")


@dataclass
class _Draft:
    """An entry while its lines are being read; ``said`` is what the comments above it say."""

    line: int
    obsolete: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    msgid: list[str] = field(default_factory=list)
    msgstr: list[tuple[int, str]] | None = None


class _Reader:
    """Takes a catalog line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.seal = ""
        self._draft: _Draft | None = None
        self._said: dict[str, Any] = {}
        self._seen: dict[str, int] = {}

    def report(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def feed(self, number: int, line: str) -> None:
        if number == 1 and line.startswith("\ufeff"):
            self.report(1, "begins with a byte order mark; save the catalog without one")
        line = line.strip("\ufeff \t\r")
        if not line:
            if self._draft is not None and self._draft.msgstr is not None:
                self.finish()
            return
        if _CONFLICT.match(line):
            self.report(number, "is a git conflict marker; keep one of the two sides and delete it")
        elif line.startswith("#~"):
            content = line[2:].strip()
            if content and not content.startswith(("|", "#")):
                self._statement(number, content, obsolete=True)
        elif line.startswith("#"):
            self._comment(number, line)
        else:
            self._statement(number, line, obsolete=False)

    def finish(self) -> None:
        draft, self._draft = self._draft, None
        if draft is None:
            return
        msgid = "".join(draft.msgid)
        if draft.msgstr is None:
            self.report(draft.line, f"msgid {short(msgid)} has no msgstr; add one after it")
            return
        pieces = tuple(draft.msgstr)
        entry = Entry(msgid, draft.line, pieces, obsolete=draft.obsolete, **draft.said)
        if not draft.obsolete:
            first = self._seen.setdefault(msgid, draft.line)
            if first != draft.line:
                self.report(
                    draft.line,
                    f"msgid {short(msgid)} stands at line {first} already; delete one of the two",
                )
        if msgid:
            self.entries.append(entry)
        else:
            self._header(entry)

    def _header(self, entry: Entry) -> None:
        charset = _CHARSET.search(entry.msgstr)
        if charset and charset[1].upper() not in ("UTF-8", "UTF8"):
            self.report(entry.line, f"declares the charset {charset[1]}; write charset=UTF-8")
        if sealed := _SEAL.search(entry.msgstr):
            self.seal = sealed[1]

    def _comment(self, number: int, line: str) -> None:
        if self._draft is not None and self._draft.msgstr is None:
            self.report(number, "is a comment between a msgid and its msgstr; move it above both")
            return
        self.finish()
        if line.startswith("#,"):
            if "fuzzy" in [flag.strip() for flag in line[2:].split(",")]:
                self._said["fuzzy"] = True
        elif found := _ORDER.fullmatch(line):
            self._said["order"] = tuple(map(int, found[1].split()))
        elif found := _DENIALS.fullmatch(line):
            self._said["denials"] = int(found[1])
        elif found := _WORDS.fullmatch(line):
            self._said["words"] = tuple(word.strip() for word in found[1].split(","))
        elif line.startswith("#. "):
            self._said["place"] = line[3:]

    def _statement(self, number: int, line: str, *, obsolete: bool) -> None:
        if line.startswith('"'):
            self._continue(number, line)
            return
        match = _KEYWORD.match(line)
        keyword = self._keyword(number, match["keyword"] if match else line.split(maxsplit=1)[0])
        if keyword == "msgid":
            self.finish()
            self._draft = _Draft(number, obsolete, self._said)
            self._said = {}
        elif keyword == "msgstr":
            self._open_msgstr(number, obsolete=obsolete)
        else:
            return
        if match is None or match["gap"] != " " or not match["string"]:
            self.report(number, f'must read {keyword} "...": one space, then text in quotes')
        self._continue(number, match["string"] if match else "")

    def _open_msgstr(self, number: int, *, obsolete: bool) -> None:
        if self._draft is None:
            self.report(number, "is a msgstr without a msgid before it; put its msgid back")
            self._draft = _Draft(number, msgid=[f"line {number}"])
        elif self._draft.msgstr is not None:
            self.report(number, "is a second msgstr of one msgid; keep one of the two")
        elif self._draft.obsolete != obsolete:
            self.report(number, "has #~ on only one of msgid and msgstr; mark both or neither")
        self._draft.msgstr = []

    def _keyword(self, number: int, found: str) -> str | None:
        """Return the keyword that a line begins with, or what is likely meant."""
        if found in _KEYWORDS:
            return found
        if found == "msgctxt" or found.startswith("msgid_plural"):
            self.report(number, f"{found} has no meaning for pages; use msgid and msgstr alone")
            return None
        near = difflib.get_close_matches(found, _KEYWORDS, 1)
        mend = f"did you mean {near[0]}?" if near else "begin a comment with #"
        self.report(number, f"{short(found)} begins neither a message nor a comment; {mend}")
        return near[0] if near else None

    def _continue(self, number: int, line: str) -> None:
        text = self._text(number, line)
        if self._draft is None:
            self.report(number, "is a text without msgid or msgstr before it")
        elif self._draft.msgstr is None:
            self._draft.msgid.append(text)
        else:
            self._draft.msgstr.append((number, text))

    def _text(self, number: int, quoted: str) -> str:
        match = _STRING.match(quoted)
        if not match:
            if quoted:
                self.report(number, 'has a text without its closing quote; end it with "')
            return quoted[1:]
        if quoted[match.end() :]:
            self.report(number, r"has a quote inside its text; write it as \"")
        return "".join(self._unescape(number, match[1]))

    def _unescape(self, number: int, text: str) -> Iterator[str]:
        parts = iter(re.split(r"\\(.)", text))
        yield next(parts)
        for escape, plain in zip(parts, parts, strict=True):
            if escape not in _ESCAPES:
                self.report(number, rf"has the unknown escape \{escape}; write a backslash as \\")
            yield _ESCAPES.get(escape, escape) + plain


def short(text: str, limit: int = 50) -> str:
    """Return a text in quotes, on one line and cut to a length fit for a message."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= limit else f'"{line[: limit - 1]}…"'
