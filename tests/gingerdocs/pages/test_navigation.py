"""The navigation is what Sphinx and the theme would make for each page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes
from furo.navigation import get_navigation_tree
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.docutils import docutils_namespace

from gingerdocs.pages.navigation import OPTIONS, Navigation, titles


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


PAGES = {
    "index.rst": """
        Start
        =====

        .. toctree::
           :caption: First

           one/index
           alone
           Named so <two/b>
           Elsewhere <https://example.org/>

        .. toctree::
           :hidden:

           two/index
        """,
    "alone.rst": "Alone\n=====\n\nPart\n----\n",
    "one/index.rst": "One\n===\n\nPart\n----\n\n.. toctree::\n\n   deep/index\n   a\n",
    "one/a.rst": "A *page*\n========\n",
    "one/deep/index.rst": "Deep\n====\n\n.. toctree::\n\n   a & b\n",
    "one/deep/a & b.rst": "Both & more\n===========\n",
    "two/index.rst": "Two\n===\n\n.. toctree::\n\n   b\n",
    "two/b.rst": "B\n=\n",
    "lost.rst": ":orphan:\n\nLost\n====\n",
}


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneHTMLBuilder]:
    root = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("\n        ", "\n"))
    out, trees = Path(root, "out"), Path(root, "trees")
    with docutils_namespace():
        app = Sphinx(root, None, out, trees, "html", {"html_theme": "furo"}, None, None)
        app.builder.read()
        assert isinstance(app.builder, StandaloneHTMLBuilder)
        yield app.builder


@pytest.mark.parametrize("page", [name.removesuffix(".rst") for name in PAGES])
def test_a_page_has_the_navigation_that_would_be_made_for_it(
    builder: StandaloneHTMLBuilder, page: str
) -> None:
    tree = global_toctree_for_doc(builder.env, page, builder, tags=builder.tags, **OPTIONS)
    made = get_navigation_tree(builder.render_partial(tree)["fragment"])
    assert ("current-page" in made) is (page not in ("index", "lost"))
    assert Navigation(builder).of(page) == made
