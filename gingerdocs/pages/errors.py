"""An index of error messages: each leads to the section whose samples show it.

Its messages are those of programs, and its titles those of the pages, so nothing in it is typed in
but which message to look for in which section; a message that no sample there shows is a warning.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from gingerdocs.languages import by_locale
from gingerdocs.translating.catalogs import FOLDER

logger = logging.getLogger(__name__)

_MESSAGE = "error_message"
"""The attribute of a node that leads to a section: what its samples must show."""


def setup(app: Sphinx) -> None:
    """Add the directive ``error-index``."""
    app.add_directive("error-index", ErrorIndex)
    app.connect("doctree-resolved", _check)


class ErrorIndex(SphinxDirective):
    """A list of messages.

    Each line of its content is the label of a section, a colon, and the message, or as much of it
    as is the same for everybody.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        self._note_pages()
        index = nodes.definition_list(classes=["error-index"])
        for position, line in enumerate(self.content):
            label, colon, message = map(str.strip, line.partition(":"))
            if not (label and colon and message):
                raise self.error(f"{line!r} is no entry: write LABEL: MESSAGE")
            index += self._entry(label, message, self.lineno + self.content_offset + position + 1)
        return [index]

    def _note_pages(self) -> None:
        """Read this page anew whenever another one, or its translation, has changed."""
        root = Path(self.config.gingerdocs_root)
        folder = root / "locale" / by_locale(self.config.language).code / FOLDER
        for name in self.env.found_docs:
            self.env.note_dependency(self.env.doc2path(name))
            self.env.note_dependency(str(folder / f"{name}.po"))

    def _entry(self, label: str, message: str, line: int) -> nodes.definition_list_item:
        shown = nodes.term("", "", nodes.literal("", message), translatable=False, from_code=True)
        options: dict[str, Any] = {"refdomain": "std", "reftype": "ref", "reftarget": label}
        link = addnodes.pending_xref("", nodes.inline(), refexplicit=False, refwarn=True, **options)
        link["refdoc"] = self.env.docname
        place = nodes.paragraph("", "", link, translatable=False, from_code=True)
        place[_MESSAGE] = label, message
        for node in (shown, link, place):
            node.source, node.line = self.env.doc2path(self.env.docname), line
        return nodes.definition_list_item("", shown, nodes.definition("", place))


def _check(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Name the page beside each section; say which section does not show its message."""
    labels = app.env.domains.standard_domain.labels
    for place in doctree.findall(nodes.paragraph):
        label, message = place.get(_MESSAGE, ("", ""))
        if label not in labels:  # Sphinx itself says so of a link that leads nowhere.
            continue
        page, anchor, _title = labels[label]
        place.append(nodes.Text(f" ({app.env.titles[page].astext()})"))
        if not any(message in text for text in _shown(app.env.get_doctree(page), anchor)):
            logger.warning("no sample of the section %r shows %r", label, message, location=place)


def _shown(doctree: nodes.document, anchor: str) -> Iterator[str]:
    """Give the text of each sample of a section that is run."""
    for section in doctree.findall(nodes.section):
        if anchor in section["ids"]:
            for block in section.findall(nodes.literal_block):
                if "norun" not in block.get("sample", {}):
                    yield block.astext()
