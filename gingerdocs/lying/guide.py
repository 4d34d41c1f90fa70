"""The guide in which lies are told: its pages, their catalogs, and the files beside them."""

import difflib
import functools
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from babel.messages.pofile import normalize

from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.sample import Page, Sample
from gingerdocs.translating import catalogs
from gingerdocs.translating.po import WIDTH

from .files import FILES
from .lie import EVERYWHERE, Edit, Lie
from .lines import LINES, regions
from .pages import PAGES
from .prose import PROSE


class Guide:
    """The pages and catalogs of a checkout, in which lies are told."""

    def __init__(self, root: Path, pages: Iterable[Page], chance: random.Random) -> None:
        self.root = root
        self.pages = list(pages)
        self._chance = chance
        self._sources = {page.path: page for page in self.pages if page.lang == SOURCE}

    def lies(self) -> Iterator[Lie]:
        """Give every lie of every kind."""
        for page in self.pages:
            if page.lang == SOURCE:
                yield from self._on_the_page(page)
                yield from self._in_samples(page)
            else:
                yield from self._in_the_catalog(page)
        yield from self._everywhere()

    def _lines(self, path: str) -> list[str]:
        return _read(self.root / path)

    def catalog(self, page: str, lang: str) -> catalogs.Catalog | None:
        """Return the catalog of a page, if it has one."""
        name = Path(page.removeprefix("docs/")).with_suffix(".po")
        path = self.root / "locale" / lang / catalogs.FOLDER / name
        return _catalog(path, self.root) if path.is_file() else None

    def _on_the_page(self, page: Page) -> Iterator[Lie]:
        for number, line in _outside(self._lines(page.path)):
            for kind, way in PAGES.items():
                for new in way(line, self._chance):
                    edit = Edit(page.path, number, number, tuple(new))
                    yield Lie(kind, SOURCE, page.path, f"{line!r} became {new!r}", (edit,))

    def _in_samples(self, page: Page) -> Iterator[Lie]:
        for sample in page.samples:
            if sample.path == page.path:
                for kind, new in self._false(sample):
                    edit = _in_page(sample, new, self._lines(page.path))
                    yield Lie(kind, SOURCE, page.path, _said(sample.text, new), (edit,))

    def _false(self, sample: Sample) -> Iterator[tuple[str, str]]:
        """Give the texts of a sample with a line that is not so."""
        if sample.hidden or sample.norun is not None:
            return
        lines = sample.text.split("\n")
        for number, region in enumerate(regions(sample)):
            for kind, (where, way) in LINES.items():
                if region in where:
                    for new in way(lines[number], region, sample.language, self._chance):
                        text = "\n".join([*lines[:number], *new, *lines[number + 1 :]])
                        if text != sample.text:
                            yield f"{region}: {kind}", text

    def _in_the_catalog(self, page: Page) -> Iterator[Lie]:
        catalog = self.catalog(page.path, page.lang)
        if catalog is None:
            return
        blocks = {sample.message: sample for sample in page.samples}
        entries = [entry for entry in catalog.entries if entry.translated]
        for number, entry in enumerate(entries):
            sample, other = blocks.get(entry.msgid), entries[number - 1]
            if sample is None:
                found = self._false_translations(entry, page.lang)
            else:
                found = ((kind, new) for kind, new in self._false(sample))
            for kind, new in found:
                end = entry.msgstr[len(entry.msgstr.rstrip("\n")) :] if sample else ""
                edit = _msgstr(catalog, entry, new + end)
                yield Lie(kind, page.lang, page.path, _said(entry.msgstr, new + end), (edit,))
            fuzzy = Edit(catalog.path, entry.line, entry.line - 1, ("#, fuzzy",))
            yield Lie("message: fuzzy", page.lang, page.path, repr(entry.msgid), (fuzzy,))
            if sample is None and other.msgid not in blocks and other.msgstr != entry.msgstr:
                edits = (
                    _msgstr(catalog, entry, other.msgstr),
                    _msgstr(catalog, other, entry.msgstr),
                )
                said = f"{entry.msgstr!r} and {other.msgstr!r}"
                yield Lie("message: exchanged", page.lang, page.path, said, edits)
                yield Lie("message: of another", page.lang, page.path, said, edits[:1])

    def _false_translations(self, entry: catalogs.Entry, lang: str) -> Iterator[tuple[str, str]]:
        for kind, way in PROSE.items():
            yield from ((kind, new) for _, new in way(entry.msgstr, lang, self._chance))
        yield "message: empty", ""
        if entry.msgstr != entry.msgid:
            yield "message: English", entry.msgid

    def _everywhere(self) -> Iterator[Lie]:
        translations = [code for code in LANGUAGES if code != SOURCE]
        for page in self._sources.values():
            found = {code: self.catalog(page.path, code) for code in translations}
            if not all(found.values()):
                continue
            blocks = {sample.message: sample for sample in page.samples}
            here = next(filter(None, found.values()))
            for message in [entry.msgid for entry in here.entries if entry.translated]:
                entries = {c: k.find(message) if k else None for c, k in found.items()}
                place = self._place(page, blocks.get(message), message)
                if place is None or not all(entries.values()):
                    continue
                for kind, said, texts in self._alike(blocks.get(message), message, entries):
                    edits = [place(texts[SOURCE])]
                    for code, catalog in found.items():
                        entry = entries[code]
                        if catalog is not None and entry is not None:
                            edits.append(_msgid(catalog, entry, texts[SOURCE]))
                            edits.append(_msgstr(catalog, entry, texts[code]))
                    yield Lie(kind, EVERYWHERE, page.path, said, tuple(edits))

    def _place(
        self, page: Page, sample: Sample | None, message: str
    ) -> Callable[[str], Edit] | None:
        """Return what writes another text where the page has a message, if it has it once."""
        lines = self._lines(page.path)
        if sample is not None:
            if sample.path != page.path or sample.hidden:
                return None
            return lambda new: _in_page(sample, new.rstrip("\n"), lines)
        whole = "\n".join(lines)
        said = list(re.finditer(r"\s+".join(map(re.escape, message.split())), whole))
        if len(said) != 1:
            return None
        first = whole.count("\n", 0, said[0].start())
        last = whole.count("\n", 0, said[0].end())
        begin = said[0].start() - whole.rfind("\n", 0, said[0].start()) - 1
        rest = whole[said[0].end() :].split("\n")[0]
        return lambda new: Edit(
            page.path, first + 1, last + 1, (lines[first][:begin] + new + rest,)
        )

    def _alike(
        self, sample: Sample | None, message: str, entries: dict[str, catalogs.Entry | None]
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Give lies about a message with its text in each language."""
        told = {code: entry.msgstr for code, entry in entries.items() if entry is not None}
        if sample is not None:
            end = message[len(message.rstrip("\n")) :]
            for kind, new in self._false(replace(sample, text=message.rstrip("\n"))):
                texts = {code: _follow(message, new + end, text) for code, text in told.items()}
                if all(texts.values()):
                    yield kind, _said(message, new + end), {SOURCE: new + end, **texts}
            return
        for kind, way in PROSE.items():
            ways = {
                code: dict(way(text, code, random.Random(1)))  # noqa: S311 - a game.
                for code, text in {SOURCE: message, **told}.items()
            }
            for said, new in ways[SOURCE].items():
                if all(said in other for other in ways.values()):
                    texts = {code: other[said] for code, other in ways.items()}
                    yield kind, said or _said(message, new), texts


def files(root: Path, paths: Iterable[str], chance: random.Random) -> Iterator[Lie]:
    """Give the lies that can be told in files that are no pages."""
    for path in paths:
        for number, line in enumerate(_read(root / path), start=1):
            for kind, way in FILES.items():
                for new in way(line, path, chance):
                    edit = Edit(path, number, number, tuple(new))
                    yield Lie(kind, SOURCE, path, f"{line!r} became {new!r}", (edit,))


@functools.cache
def _read(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


@functools.cache
def _catalog(path: Path, root: Path) -> catalogs.Catalog:
    return catalogs.read(path, root)


def _outside(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines of a page that are not the text of a block, with their numbers from one."""
    fence = ""
    for number, line in enumerate(lines, start=1):
        opening = re.match(r"\s*(`{3,}|~{3,})(?!\{(?:note|tip|warning|important)\})", line)
        if fence and line.strip() == fence:
            fence = ""
        elif not fence or line.startswith(":"):
            yield number, line
            if opening and not fence:
                fence = opening[1]


def _in_page(sample: Sample, new: str, lines: list[str]) -> Edit:
    first = sample.lines[0]
    own = lines[first - 1]
    indent = own[: len(own) - len(own.lstrip())] if not sample.text.startswith((" ", "\t")) else ""
    text = tuple(f"{indent}{line}" if line else "" for line in new.split("\n"))
    return Edit(sample.path, first, sample.lines[-1], text)


def _follow(old: str, new: str, translated: str) -> str:
    """Return a translated sample with the change of its original, if it has those lines."""
    here, there, lines = old.split("\n"), new.split("\n"), translated.split("\n")
    if len(here) != len(lines):
        return ""
    for kind, begin, end, to, until in reversed(
        difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    ):
        if kind != "equal":
            if lines[begin:end] != here[begin:end]:
                return ""
            lines[begin:end] = there[to:until]
    return "\n".join(lines)


def _msgstr(catalog: catalogs.Catalog, entry: catalogs.Entry, text: str) -> Edit:
    first, last = entry.pieces[0][0], entry.pieces[-1][0]
    return Edit(catalog.path, first, last, _quoted("msgstr", text))


def _msgid(catalog: catalogs.Catalog, entry: catalogs.Entry, text: str) -> Edit:
    return Edit(catalog.path, entry.line, entry.pieces[0][0] - 1, _quoted("msgid", text))


def _quoted(keyword: str, text: str) -> tuple[str, ...]:
    return tuple(f"{keyword} {normalize(text, width=WIDTH)}".split("\n"))


def _said(old: str, new: str) -> str:
    """Say what has changed in a text, with a few words around it."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = max(0, same - 20)
    return f"{old[start : len(old) - tail + 10]!r} became {new[start : len(new) - tail + 10]!r}"
