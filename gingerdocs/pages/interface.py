"""What the theme needs of Sphinx: its words in the reader's language, and each page's addresses."""

import re
from collections import Counter
from contextlib import redirect_stdout
from gettext import GNUTranslations
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog as Messages
from babel.messages.mofile import write_mo
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from gingerdocs.languages import LANGUAGES, SOURCE, by_locale
from gingerdocs.translating.catalogs import FOLDER, Catalog, Entry, line_of, read

logger = logging.getLogger(__name__)

DOMAIN = "gingerdocs"
"""The interface's own catalog: ``locale/<code>/LC_MESSAGES/gingerdocs.po``."""


# A lone % is none, and ends the build where its text is filled in.
_PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[A-Za-z]|%")


def lost_placeholders(entry: Entry) -> list[str]:
    """Return what a translation of the interface lacks or adds, so that it cannot be filled in."""
    here, there = (Counter(_PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgstr))
    lacks = [f"the translation lacks {one}" for one in sorted((here - there).elements())]
    return lacks + [
        f"the translation has {one}, which the original has not"
        for one in sorted((there - here).elements())
    ]


def read_interface(catalog: Catalog) -> GNUTranslations:
    """Return the translations of a catalog; those that cannot be shown stay untranslated."""
    messages = Messages()
    for entry in catalog.entries:
        if entry.translated and not lost_placeholders(entry):
            messages.add(entry.msgid, entry.msgstr)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _add_interface(app: Sphinx) -> None:
    # Sphinx asks its own catalog first; ours answers for what the theme and the proofs add to it.
    language = by_locale(app.config.language)
    root = Path(app.confdir)
    path = root / "locale" / language.code / FOLDER / f"{DOMAIN}.po"
    if not path.is_file():
        return
    catalog = read(path, root)  # What is wrong with its syntax is told of every catalog.
    for entry in catalog.entries:
        for message in lost_placeholders(entry) if entry.translated else ():
            place = f"{catalog.path}:{line_of(entry, 0)}"
            logger.warning(message, location=place, type="catalog")
    app.translator.add_fallback(read_interface(catalog))


def untranslated_percent(progress: dict[str, int] | None) -> int:
    """Return the share of a page that is still in the source language, from 0 to 100.

    ``progress`` is the ``translation_progress`` that Sphinx leaves on a page's doctree.
    A page that lacks anything never counts as complete.
    """
    if not progress or not progress["total"]:
        return 0
    missing = progress["total"] - progress["translated"]
    return max(1, 100 * missing // progress["total"]) if missing > 0 else 0


def _add_context(
    app: Sphinx,
    _page: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    language = by_locale(app.config.language)
    progress = doctree.get("translation_progress") if doctree is not None else None
    context["guide_language"] = language
    context["guide_languages"] = list(LANGUAGES.values())
    context["guide_source"] = LANGUAGES[SOURCE]
    context["guide_untranslated"] = 0 if language.code == SOURCE else untranslated_percent(progress)


def _add_previews(app: Sphinx) -> None:
    # It prints, when it is imported, that it will make no pictures; we have asked for none.
    printed = StringIO()
    with redirect_stdout(printed):
        app.setup_extension("sphinxext.opengraph")
    for line in printed.getvalue().splitlines():
        if not line.endswith("social cards will not be generated"):
            print(line)


def setup(app: Sphinx) -> None:
    """Connect the theme's words, addresses and link previews to a Sphinx application."""
    _add_previews(app)
    app.connect("builder-inited", _add_interface)
    app.connect("html-page-context", _add_context)
