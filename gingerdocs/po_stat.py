"""Counts what the translators have done (``make po-stat``)."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from gingerdocs import catalogs, po
from gingerdocs.languages import Language

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Count:
    """How many messages of a page are in which state.

    ``same`` counts the translated ones that read as in the source: samples, for the most part.
    """

    translated: int = 0
    same: int = 0
    fuzzy: int = 0
    untranslated: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.translated + other.translated,
            self.same + other.same,
            self.fuzzy + other.fuzzy,
            self.untranslated + other.untranslated,
        )


def count(catalog: catalogs.Catalog) -> Count:
    """Count the messages of a catalog by their state."""
    total = Count()
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        if entry.fuzzy:
            total += Count(fuzzy=1)
        elif entry.translated:
            total += Count(translated=1, same=int(entry.msgstr == entry.msgid))
        else:
            total += Count(untranslated=1)
    return total


def main(argv: list[str]) -> int:
    """Print what is translated, fuzzy and untranslated, for each language and page."""
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).with_suffix("").as_posix() for path in docs.rglob("*.md")}
    failed = False
    for language in po.translated_languages("po-stat", argv):
        folder = ROOT / "locale" / language.code / catalogs.FOLDER
        rows: list[tuple[str, Count | None]] = []
        for page in sorted(pages | {_page(path, folder) for path in folder.rglob("*.po")}):
            path = folder / f"{page}.po"
            if not path.is_file():
                rows.append((page, None))
                continue
            catalog = catalogs.read(path, ROOT)
            failed |= bool(catalog.problems)
            print(*catalog.problems, sep="\n", end="\n" if catalog.problems else "")
            rows.append((page, count(catalog)))
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
