"""The tables of contents that the navigation is made of."""

from docutils import nodes
from sphinx import addnodes

from gingerdocs.navigation import titles


def entry(title: str, *below: nodes.Node) -> nodes.list_item:
    item = nodes.list_item("", addnodes.compact_paragraph("", title))
    if below:
        item += nodes.bullet_list("", *below)
    return item


def test_titles_and_lists_of_pages_are_left() -> None:
    pages = addnodes.toctree(entries=[(None, "a")])
    contents = nodes.bullet_list("", entry("One", entry("Part", entry("name"))), entry("Two"))
    listing = nodes.bullet_list("", entry("Index", entry("Part"), pages))
    before = contents.astext()
    assert titles(contents).astext().split() == ["One", "Two"]
    assert contents.astext() == before
    short = titles(listing)
    assert short.astext().split() == ["Index"]
    assert [node["entries"] for node in short.findall(addnodes.toctree)] == [[(None, "a")]]
