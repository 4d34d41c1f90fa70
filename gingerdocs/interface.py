"""What the theme needs of Sphinx: its words in the reader's language, and each page's addresses."""

from contextlib import redirect_stdout
from gettext import GNUTranslations
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from docutils import nodes
from sphinx.application import Sphinx

from gingerdocs.languages import LANGUAGES, SOURCE, by_locale

DOMAIN = "gingerdocs"
"""The interface's own catalog: ``locale/<code>/LC_MESSAGES/gingerdocs.po``."""


def read_interface(catalog: Path) -> GNUTranslations:
    """Return the translations of a ``.po`` file; fuzzy messages stay untranslated.

    :raises OSError: when the catalog cannot be read.
    :raises babel.messages.pofile.PoFileError: when it does not parse.
    """
    compiled = BytesIO()
    with catalog.open("rb") as source:
        write_mo(compiled, read_po(source, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _add_interface(app: Sphinx) -> None:
    # Sphinx asks its own catalog first; ours answers for what the theme and the proofs add to it.
    language = by_locale(app.config.language)
    catalog = Path(app.confdir, "locale", language.code, "LC_MESSAGES", f"{DOMAIN}.po")
    if catalog.is_file():
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
