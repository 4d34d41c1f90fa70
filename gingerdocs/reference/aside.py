"""Keeps what the reference says of names out of a page while it is read.

Sphinx and MyST-Parser look through a whole page some fifty times before it is ready, for marks that
only authors write. Nearly all of a guide's nodes are signatures and docstrings, which have none.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform


class aside(nodes.General, nodes.Element):  # type: ignore[misc] # noqa: N801 - as docutils
    """Stands on a page for a description that comes back before the page is ready."""

    def __init__(self, description: addnodes.desc) -> None:
        super().__init__()
        self.description = description


class PutBack(SphinxTransform):
    """Puts the descriptions back, and counts what is translated of them."""

    default_priority = 749  # Sphinx makes the quotation marks of the reader's language at 750.

    def apply(self, **_: Any) -> None:
        progress = self.document.get("translation_progress", {"total": 0, "translated": 0})
        for place in list(self.document.findall(aside)):
            for node in place.description.findall(nodes.TextElement):
                if "translated" in node:
                    progress["total"] += 1
                    progress["translated"] += bool(node["translated"])
            place.replace_self(place.description)
