"""What Sphinx's trees of pages tell of their nodes."""

from collections.abc import Iterator

from docutils import nodes

_OF_TRANSLATION = ":<translated>"
"""What the source of a node ends with that Sphinx has parsed from a translation by itself."""


def line_of(node: nodes.Node | None) -> int:
    """Return the line on which a node begins, or else the nearest above it that tells one.

    A translation begins where its original does.
    """
    return next((int(above.line) for above in _upwards(node) if above.line), 1)


def file_of(node: nodes.Node, page: str) -> str:
    """Return the file in which a node stands that a page includes or has a docstring from.

    Args:
        node: the node.
        page: the page's own file.

    Returns:
        its path; nothing for what stands on the page itself.
    """
    file = next((str(above.source) for above in _upwards(node) if above.source), page)
    return "" if file == page else file


def _upwards(node: nodes.Node | None) -> Iterator[nodes.Node]:
    """Give a node and those above it, but what stands in a translation, which tells nothing."""
    while node is not None:
        if not str(getattr(node, "source", None)).endswith(_OF_TRANSLATION):
            yield node
        node = node.parent
