"""Keeps what the reference says of names out of a page while it is read, and while it is resolved.

Sphinx and MyST-Parser look through a whole page some eighty times until it is written, for marks
that only authors write. Nearly all of a guide's nodes are signatures and docstrings, which have
none.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform


class aside(nodes.General, nodes.Element):  # type: ignore[misc] # noqa: N801 - as docutils
    """Stands on a page for a description that comes back before the page is ready."""

    def __init__(self, description: addnodes.desc) -> None:
        super().__init__()
        description["described"] = True
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


class SetAside(SphinxPostTransform):
    """Takes the descriptions out again, once their literals are links.

    It gives their signatures the class that Sphinx would, ``PropagateDescDomain``.
    """

    default_priority = 6

    def run(self, **_: Any) -> None:
        for node in list(self.document.findall(addnodes.desc)):
            if node.get("described"):
                for signature in node.findall(addnodes.desc_signature):
                    signature["classes"].append(signature.parent["domain"])
                node.replace_self(aside(node))


class PutBackResolved(SphinxPostTransform):
    """Puts the descriptions back for good."""

    default_priority = 999

    def run(self, **_: Any) -> None:
        for place in list(self.document.findall(aside)):
            place.replace_self(place.description)
