"""Checks what the prose of a page claims to exist: its inline literals and its outside links."""

from collections.abc import Iterator

from docutils import nodes

from .sample import Claim

_OUTSIDE = ("http:", "https:", "ftp:", "mailto:")


def collect(doctree: nodes.document) -> list[Claim]:
    """Return the claims of a page: what its own prose holds, not the titles of a table of contents.

    ``doctree`` is resolved, and translated where the page is.
    """
    return [claim for node in doctree.children for claim in _claims(node)]


def _claims(node: nodes.Node) -> Iterator[Claim]:
    if not isinstance(node, nodes.Element) or "toctree-wrapper" in node.get("classes", ()):
        return
    if isinstance(node, nodes.literal):
        yield Claim(node.astext(), _line(node), "literal")
        return
    if isinstance(node, nodes.reference) and node.get("refuri", "").startswith(_OUTSIDE):
        yield Claim(node["refuri"], _line(node), "link")
    for child in node.children:
        yield from _claims(child)


def _line(node: nodes.Node | None) -> int:
    while node is not None:
        if node.line:
            return int(node.line)
        node = node.parent
    return 1
