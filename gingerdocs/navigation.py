"""Spares each page the copying of all pages' tables of contents for its navigation.

The theme shows every page's title beside every page. Sphinx makes that from the pages' whole tables
of contents, which hold each name of the reference, and takes out everything but the titles, anew
for each page. So while a page's navigation is made, the tables hold the titles alone.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def titles(contents: nodes.Element) -> nodes.Element:
    """Return a page's table of contents without what is below its title, save lists of pages."""
    short: nodes.Element = contents.deepcopy()
    for entry in short.children:
        if isinstance(entry, nodes.Element) and len(entry) > 1:
            lists = list(entry.findall(addnodes.toctree))
            entry[1:] = [nodes.bullet_list("", *lists)] if lists else []
    return short


def setup(app: Sphinx) -> None:
    """Connect what makes the navigation, before the theme asks for it."""
    short: dict[str, Any] = {}

    def exchange(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any) -> None:
        env: BuildEnvironment = app.env
        whole = env.tocs
        if not short:
            short.update((name, titles(contents)) for name, contents in whole.items())
        make = context["toctree"]

        def toctree(**options: Any) -> str:
            env.tocs = short
            try:
                return str(make(**options))
            finally:
                env.tocs = whole

        context["toctree"] = toctree

    app.connect("html-page-context", exchange, priority=100)
