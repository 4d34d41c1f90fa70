"""Brings the catalogs up to date with the templates (``make update-po``)."""

import pickle
from dataclasses import replace
from pathlib import Path

from docutils import nodes
from sphinx.util.nodes import extract_messages

from gingerdocs import ROOT
from gingerdocs.languages import Language
from gingerdocs.sample import Problem

from . import catalogs, po

NOT_PAGES = {"sphinx"}
"""What Sphinx's gettext builder makes of the theme, whose words are in ``gingerdocs.pot``."""


class CatalogError(Exception):
    """Catalogs do not parse; each line of the message names one mistake."""


def update(templates: Path, doctrees: Path, locale: Path, language: Language) -> list[str]:
    """Bring one language's catalogs up to date and return a line for each that changed.

    Args:
        templates: the folder of the ``.pot`` files that Sphinx's gettext builder wrote.
        doctrees: the folder of the doctrees that it read, which know the literal blocks.
        locale: the folder that holds the language's catalogs, by its code.

    Raises:
        CatalogError: a catalog does not parse; none is changed.
    """
    folder = locale / language.code / catalogs.FOLDER
    pages = read_templates(templates)
    present = _present(folder, locale.parent)
    elsewhere = {
        message.msgid: message
        for messages in present.values()
        for message in messages
        if message.msgstr and not message.fuzzy
    }
    report = []
    for page in sorted(pages):
        old = present.pop(page, None)
        doctree = _doctree(doctrees / f"{page}.doctree")
        merged = po.merge(pages[page], old or (), _literals(doctree), elsewhere)
        places = _places(doctree)
        messages = [replace(message, place=places.get(message.msgid, "")) for message in merged]
        path = folder / f"{page}.po"
        if po.write(path, messages, language):
            todo = sum(not message.msgstr or message.fuzzy for message in messages)
            done = "new" if old is None else "updated"
            report.append(f"{path.relative_to(locale.parent)}: {done}, {todo} to translate")
    for page in sorted(present):
        path = folder / f"{page}.po"
        path.unlink()
        report.append(f"{path.relative_to(locale.parent)}: removed, the page is gone")
    return report


def read_templates(templates: Path) -> dict[str, list[str]]:
    """Return the msgids of each page that has any."""
    found = {}
    for path in templates.rglob("*.pot"):
        page = path.relative_to(templates).with_suffix("").as_posix()
        msgids = [message.msgid for message in po.read(path)]
        if msgids and page not in NOT_PAGES:
            found[page] = msgids
    return found


def _present(folder: Path, root: Path) -> dict[str, list[po.Message]]:
    """Return the messages of each page's catalog."""
    found = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.po")):
        page = path.relative_to(folder).with_suffix("").as_posix()
        if page not in NOT_PAGES:
            problems += catalogs.read(path, root).problems
            found[page] = [] if problems else po.read(path)
    if problems:
        raise CatalogError("\n".join(map(str, problems)))
    return found


def _doctree(path: Path) -> nodes.document | None:
    if not path.is_file():
        return None
    doctree: nodes.document = pickle.loads(path.read_bytes())  # noqa: S301 - Sphinx wrote it.
    return doctree


def _literals(doctree: nodes.document | None) -> dict[str, str]:
    return {
        text: node.get("language", "")
        for node, text in (extract_messages(doctree) if doctree is not None else ())
        if isinstance(node, nodes.literal_block)
    }


def _places(doctree: nodes.document | None) -> dict[str, str]:
    found = doctree.get("messages", []) if doctree is not None else []
    return catalogs.places_of(
        catalogs.Message(text, line, place=place) for _, line, text, place in found
    )


def main(argv: list[str]) -> int:
    """Bring the catalogs of every language, or of those that are named, up to date."""
    failed = False
    for language in po.translated_languages("update-po", argv):
        try:
            report = update(
                ROOT / "build/gettext", ROOT / "build/doctrees/gettext", ROOT / "locale", language
            )
        except CatalogError as error:
            print(f"{error}\n{language.name}: nothing was changed. Mend these lines first.")
            failed = True
        else:
            print("\n".join(report) or f"{language.name}: every catalog is up to date.")
    return int(failed)
