"""Tables of what was measured: their labels are a page's, their cells are nobody's to translate."""

from collections.abc import Iterable, Sequence

from docutils import nodes


def measured(html: str) -> nodes.raw:
    """Return HTML that nobody translates, searches or vouches for."""
    return nodes.raw("", html, format="html", classes=["no-search"], from_code=True)


def table(
    corner: nodes.Node,
    head: Sequence[str],
    rows: Iterable[tuple[Sequence[nodes.Node], Iterable[str]]],
) -> nodes.table:
    """Return a table.

    Args:
        corner: what stands above the labels.
        head: the other columns' heads, as HTML.
        rows: the label of each row, and its cells, as HTML.
    """
    group = nodes.tgroup(cols=1 + len(head))
    group += nodes.colspec(colwidth=3, stub=1)
    group += [nodes.colspec(colwidth=1) for _column in head]
    first, body = nodes.thead(), nodes.tbody()
    first += _row([corner], head)
    body += [_row(label, cells) for label, cells in rows]
    group += [first, body]
    found = nodes.table()
    found += group
    return found


def _row(label: Sequence[nodes.Node], cells: Iterable[str]) -> nodes.row:
    row = nodes.row()
    row += nodes.entry("", *label)
    row += [nodes.entry("", measured(cell)) for cell in cells]
    return row
