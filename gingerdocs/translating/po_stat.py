"""Counts what the translators have done (``make po-stat``)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gingerdocs import ROOT
from gingerdocs.languages import Language

from . import catalogs, po, update_po


@dataclass(frozen=True)
class Count:
    """How many messages of a page are in which state.

    ``same`` counts the translated ones that read as in the source: samples, for the most part.
    ``stale`` counts those by which the catalog and its page differ: new ones, which are
    untranslated, and ones that the page no longer has.
    """

    translated: int = 0
    same: int = 0
    fuzzy: int = 0
    untranslated: int = 0
    stale: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.translated + other.translated,
            self.same + other.same,
            self.fuzzy + other.fuzzy,
            self.untranslated + other.untranslated,
            self.stale + other.stale,
        )


def count(catalog: catalogs.Catalog, msgids: Iterable[str]) -> Count:
    """Count the messages of a page, which has these msgids, by their state in its catalog."""
    living = {entry.msgid: entry for entry in catalog.entries if not entry.obsolete}
    total = Count()
    for msgid in dict.fromkeys(msgids):
        entry = living.pop(msgid, None)
        if entry is None:
            total += Count(untranslated=1, stale=1)
        elif entry.fuzzy:
            total += Count(fuzzy=1)
        elif entry.translated:
            total += Count(translated=1, same=int(entry.msgstr == entry.msgid))
        else:
            total += Count(untranslated=1)
    return total + Count(stale=len(living))


def main(argv: list[str]) -> int:
    """Print what is translated, fuzzy and untranslated, for each language and page."""
    pages = update_po.read_templates(ROOT / "build" / "gettext")
    failed = False
    for language in po.translated_languages("po-stat", argv):
        folder = ROOT / "locale" / language.code / catalogs.FOLDER
        rows: list[tuple[str, Count | None]] = []
        for page in sorted({*pages} | {_page(path, folder) for path in folder.rglob("*.po")}):
            path = folder / f"{page}.po"
            if not path.is_file():
                rows.append((page, None))
                continue
            catalog = catalogs.read(path, ROOT)
            failed |= bool(catalog.problems)
            print(*catalog.problems, sep="\n", end="\n" if catalog.problems else "")
            rows.append((page, count(catalog, pages.get(page, ()))))
        _print_table(language, rows)
    return int(failed)


def _page(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()


def _print_table(language: Language, rows: list[tuple[str, Count | None]]) -> None:
    width = max((len(page) for page, _ in rows), default=0)
    columns = ("translated", "as source", "fuzzy", "untranslated")
    name = language.name
    gap = " " * (width - sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in name))
    print(f"\n{name}{gap}", *(f"{column:>12}" for column in columns))
    for page, counted in [*rows, ("total", sum((c for _, c in rows if c), Count()))]:
        if counted is None:
            print(f"{page:{width}}  has no catalog: make update-po")
        else:
            numbers = (counted.translated, counted.same, counted.fuzzy, counted.untranslated)
            print(f"{page:{width}}", *(f"{number:>12}" for number in numbers))
    if behind := [page for page, counted in rows if counted and counted.stale]:
        print(f"Behind their pages, which make update-po mends: {', '.join(behind)}.")
