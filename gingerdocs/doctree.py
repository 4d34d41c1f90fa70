"""What Sphinx's trees of pages tell of their nodes."""

from docutils import nodes


def line_of(node: nodes.Node | None) -> int:
    """Return the line on which a node begins, or else the nearest above it that tells one."""
    while node is not None:
        if node.line:
            return int(node.line)
        node = node.parent
    return 1
