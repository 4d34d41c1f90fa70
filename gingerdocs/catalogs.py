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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import glossary
from .code_translation import comments, compare_code, compare_comments, findings, untranslated
from .languages import SOURCE, Language
from .sample import Problem, is_code
from .translation import Difference, Samples, compare_text, order
from .translation import plain as plain_text

FOLDER = "LC_MESSAGES"

NOTES = ("order:", "denials:", "words:")
"""What comments begin with that say which findings of a check are no mistake of the message."""

_WITHOUT = f"make html LANGS={SOURCE} builds the site without translations"


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


def seal(msgids: Iterable[str]) -> str:
    """Return what the header of a catalog says of its messages, where ``make update-po`` wrote it.

    A msgid that is changed by hand keeps a translation that nobody has looked at.
    """
    return hashlib.sha256("\0".join(msgids).encode()).hexdigest()[:16]


def missing(catalog: Catalog, messages: Sequence[Message]) -> list[Message]:
    """Return the messages of a page that Sphinx would show in English, for want of a translation.

    A sample without comments says the same in every language and needs none.
    """
    translated = {entry.msgid for entry in catalog.entries if entry.translated}
    return [
        message
        for message in dict.fromkeys(messages)
        if message.text not in translated
        and (message.code is None or comments(message.code, message.text))
    ]


def check(
    catalog: Catalog, language: Language, page: str, messages: Sequence[Message]
) -> list[Problem]:
    """Compare the translations of a page with the page.

    ``page`` is the page's path from the checkout. A catalog that does not parse, which Sphinx never
    sees, yields the reasons and no more.
    """
    if catalog.problems:
        return list(catalog.problems)
    fuzzy = {entry.msgid for entry in catalog.entries if entry.fuzzy and not entry.obsolete}
    doubtful = [*missing(catalog, messages), *(m for m in messages if m.text in fuzzy)]
    problems = [
        _untranslated(catalog, language, page, message) for message in dict.fromkeys(doubtful)
    ]
    firsts: dict[str, Message] = {}
    for message in messages:
        firsts.setdefault(message.text, message)
    unique = list(firsts.values())
    pairs = [
        (message, entry)
        for message in unique
        if (entry := catalog.find(message.text)) is not None and entry.translated
    ]
    if not problems:  # What has changed is told above.
        problems += _arrangement(catalog, page, unique, places_of(messages))
    samples = [(entry.msgid, entry.msgstr) for message, entry in pairs if message.code is not None]
    for message, entry in pairs:
        problems += _compare(catalog, language, entry, message.code, samples)
    return problems


def _untranslated(catalog: Catalog, language: Language, page: str, message: Message) -> Problem:
    entry = catalog.find(message.text)
    page = message.path or page
    if entry is None:
        wants = f"no {language.name} translation of {_short(message.text)}; run make update-po"
        mend = f"translate it in {catalog.path}; {_WITHOUT}"
        return Problem(page, message.line, f"{wants} and {mend}")
    if entry.obsolete:
        why = "is marked obsolete (#~) but the page has it; run make update-po"
    elif entry.fuzzy and entry.msgstr:
        why = "is marked fuzzy, so that readers get English; mend it and delete the mark"
    else:
        why = f"is not translated; {_WITHOUT}"
    where = f"({page}, line {message.line})"
    return Problem(catalog.path, entry.line, f"{_short(message.text)} {where} {why}")


def _arrangement(
    catalog: Catalog, page: str, messages: Sequence[Message], places: dict[str, str]
) -> Iterator[Problem]:
    """Say where a catalog has what the page has not, or in another order.

    So a page that has lost a message, or has it in another place, is one that translators look at.
    """
    lines = {message.text: message.line for message in messages}
    living = [entry for entry in catalog.entries if not entry.obsolete]
    if catalog.seal and catalog.seal != seal(entry.msgid for entry in living):
        mend = "run it, and see whether each translation still says what its message does"
        yield Problem(catalog.path, 1, f"has a msgid that make update-po has not written: {mend}")
    for entry in living:
        if entry.msgid not in lines:
            gone = f"{_short(entry.msgid)} is no longer on the page {page}; run make update-po"
            yield Problem(catalog.path, entry.line, gone)
    # What docstrings say has its order from the code.
    own = {message.text for message in messages if not is_code(message.path)}
    kept = [entry for entry in living if entry.msgid in own]
    there = {entry.msgid for entry in kept}
    texts = [message.text for message in messages if message.text in there]
    for entry, text in zip(kept, texts, strict=True):
        if entry.msgid != text:
            wants = f"the page has {_short(text)} here ({page}, line {lines[text]})"
            mend = "run make update-po, and read the page in its new order"
            yield Problem(catalog.path, entry.line, f"{wants}, not {_short(entry.msgid)}; {mend}")
            return
    for entry in kept:
        if entry.place != places.get(entry.msgid, ""):
            place = places.get(entry.msgid) or "plain text"
            now = f"is {place} ({page}, line {lines[entry.msgid]})"
            was = f"and was {entry.place or 'plain text'} when it was translated"
            mend = "run make update-po, and see whether the translation still fits"
            yield Problem(catalog.path, entry.line, f"{_short(entry.msgid)} {now}, {was}: {mend}")


def places_of(messages: Iterable[Message]) -> dict[str, str]:
    """Return the places of the messages that have any, one after the other where it is several."""
    found: dict[str, list[str]] = {}
    for message in messages:
        if message.place:
            found.setdefault(message.text, []).append(message.place)
    return {text: ", ".join(dict.fromkeys(places)) for text, places in found.items()}


def _compare(
    catalog: Catalog, language: Language, entry: Entry, code: str | None, samples: Samples
) -> Iterator[Problem]:
    if code is None:
        name = "translation"
        differences = compare_text(entry.msgid, entry.msgstr, samples, language.letters)
        texts = plain_text(entry.msgid), plain_text(entry.msgstr)
        differences += [Difference(0, said) for said in glossary.count(*texts)]
        found = [(0, finding) for finding in glossary.compare(*texts, language.code)]
        differences += _order(entry)
        differences += _denials(entry, *texts, language)
    else:
        name = "translated sample"
        differences = compare_code(code, entry.msgid, entry.msgstr)
        differences += untranslated(code, entry.msgid, entry.msgstr)
        differences += compare_comments(code, entry.msgid, entry.msgstr, language)
        found = list(findings(code, entry.msgid, entry.msgstr, language))
    differences += _words(entry, found)
    for line, text in differences:
        yield Problem(catalog.path, line_of(entry, line), f"the {name} {text}")


def _order(entry: Entry) -> list[Difference]:
    real = order(entry.msgid, entry.msgstr)
    if real == entry.order:
        return []
    if not real:
        return [Difference(0, "has all in the order of the original; delete the comment # order:")]
    numbers = " ".join(map(str, real))
    mend = f"mend it, or, if that says the same, write «# order: {numbers}» above the msgid"
    return [Difference(0, f"has literals, links or numbers in another order: {mend}")]


def _words(entry: Entry, found: Sequence[tuple[int, glossary.Finding]]) -> list[Difference]:
    needed = dict.fromkeys(finding.word for _, finding in found)
    new = [(line, finding) for line, finding in found if finding.word not in entry.words]
    if new:
        said = ", and ".join(dict.fromkeys(str(finding) for _, finding in new))
        note = f"# words: {', '.join(needed)}"
        mend = f"mend it, or, if it says the same, write «{note}» above the msgid"
        return [Difference(new[0][0], f"{said}: {mend}")]
    idle = [word for word in entry.words if word not in needed]
    if idle:
        return [Difference(0, f"needs no word “{idle[0]}” in its comment # words:; take it out")]
    return []


def _denials(entry: Entry, original: str, translated: str, language: Language) -> list[Difference]:
    here, there = glossary.denials(original, SOURCE), glossary.denials(translated, language.code)
    if original == translated or glossary.deny_alike(original, translated, language.code):
        if entry.denials is None:
            return []
        return [Difference(0, "denies as often as the original; delete the comment # denials:")]
    if there == entry.denials:
        return []
    mend = f"mend it, or, if that says the same, write «# denials: {there}» above the msgid"
    return [Difference(0, f"has {there} of the words that deny, the original has {here}: {mend}")]


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
    """An entry while its lines are being read."""

    line: int
    msgid: list[str] = field(default_factory=list)
    msgstr: list[tuple[int, str]] | None = None
    fuzzy: bool = False
    obsolete: bool = False
    order: tuple[int, ...] = ()
    denials: int | None = None
    words: tuple[str, ...] = ()
    place: str = ""


class _Reader:
    """Takes a catalog line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.seal = ""
        self._draft: _Draft | None = None
        self._fuzzy = False
        self._order: tuple[int, ...] = ()
        self._denials: int | None = None
        self._words: tuple[str, ...] = ()
        self._place = ""
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
            self.report(draft.line, f"msgid {_short(msgid)} has no msgstr; add one after it")
            return
        pieces = tuple(draft.msgstr)
        entry = Entry(
            *(msgid, draft.line, pieces, draft.fuzzy, draft.obsolete),
            *(draft.order, draft.denials, draft.words, draft.place),
        )
        if not draft.obsolete:
            first = self._seen.setdefault(msgid, draft.line)
            if first != draft.line:
                self.report(
                    draft.line,
                    f"msgid {_short(msgid)} stands at line {first} already; delete one of the two",
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
            self._fuzzy |= "fuzzy" in [flag.strip() for flag in line[2:].split(",")]
        elif found := _ORDER.fullmatch(line):
            self._order = tuple(map(int, found[1].split()))
        elif found := _DENIALS.fullmatch(line):
            self._denials = int(found[1])
        elif found := _WORDS.fullmatch(line):
            self._words = tuple(word.strip() for word in found[1].split(","))
        elif line.startswith("#. "):
            self._place = line[3:]

    def _statement(self, number: int, line: str, *, obsolete: bool) -> None:
        if line.startswith('"'):
            self._continue(number, line)
            return
        match = _KEYWORD.match(line)
        keyword = self._keyword(number, match["keyword"] if match else line.split(maxsplit=1)[0])
        if keyword == "msgid":
            self.finish()
            self._draft = _Draft(
                number,
                fuzzy=self._fuzzy,
                obsolete=obsolete,
                order=self._order,
                denials=self._denials,
                words=self._words,
                place=self._place,
            )
            self._fuzzy, self._place = False, ""
            self._order, self._denials, self._words = (), None, ()
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
        self.report(number, f"{_short(found)} begins neither a message nor a comment; {mend}")
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


def _short(text: str, limit: int = 50) -> str:
    """Return a text in quotes, on one line and cut to a length fit for a message."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= limit else f'"{line[: limit - 1]}…"'
