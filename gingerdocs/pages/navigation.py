"""Makes the navigation of all pages at once.

The theme shows every page's title beside every page. Sphinx and the theme make that anew for each
page: the more pages a guide has, the longer each one takes. Yet the navigations of two pages differ
only in where their links start from, and in which entries are marked as the reader's.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from furo.navigation import get_navigation_tree
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.osutil import relative_uri

OPTIONS: dict[str, Any] = {
    "collapse": False,
    "titles_only": True,
    "maxdepth": -1,
    "includehidden": True,
}
"""What the theme asks Sphinx for."""

NOWHERE = "-"
"""A page that is in no table of contents."""

_ENTRY = re.compile(r'(<li class="toctree-l\d+)([^"]*)("><a class=")(reference internal" href=")')
_LINK = re.compile(r'(<a class="reference internal" href=")([^"]+)(")')
_BOX = ' class="toctree-checkbox"'


def titles(contents: nodes.Element) -> nodes.Element:
    """Return a page's table of contents without what is below its title, save lists of pages."""
    short: nodes.Element = contents.deepcopy()
    for entry in short.children:
        if isinstance(entry, nodes.Element) and len(entry) > 1:
            lists = list(entry.findall(addnodes.toctree))
            entry[1:] = [nodes.bullet_list("", *lists)] if lists else []
    return short


@dataclass
class _Folder:
    """The navigation of a folder's pages, in lines; an entry begins each line that has one.

    ``above`` are the lines that open the lists that an entry is in, by the entry's page.
    """

    lines: list[str]
    places: dict[str, list[int]] = field(default_factory=dict)
    above: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Navigation:
    """The navigations of the pages of one build."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self._builder = builder
        self._lines = self._made(NOWHERE).split("\n")
        self._folders: dict[str, _Folder] = {}

    def of(self, page: str) -> str:
        """Return a page's navigation, as the theme makes it of what Sphinx gives."""
        name = page.rpartition("/")[0]
        if name not in self._folders:
            self._folders[name] = self._folder(f"{name}/{NOWHERE}" if name else NOWHERE)
        folder = self._folders[name]
        places = folder.places.get(self._builder.get_target_uri(page), [])
        if len(places) > 1:  # Listed twice: Sphinx knows which marks that gives.
            return self._made(page)
        lines = folder.lines[:]
        for place in places:
            for line in folder.above[place]:
                opened = lines[line].removesuffix("<ul>") + '<ul class="current">'
                lines[line] = _current(opened, r"\1 current\2\3\4")
            own = _current(lines[place], r"\1 current\2 current-page\3current \4")
            lines[place] = re.sub(r' href="[^"]*"', ' href="#"', own, count=1)
        return "\n".join(lines)

    def _made(self, page: str) -> str:
        env = self._builder.env
        whole = env.tocs
        env.tocs = {name: titles(contents) for name, contents in whole.items()}
        try:
            tree = global_toctree_for_doc(
                env, page, self._builder, tags=self._builder.tags, **OPTIONS
            )
        finally:
            env.tocs = whole
        return str(get_navigation_tree(self._builder.render_partial(tree)["fragment"]))

    def _folder(self, start: str) -> _Folder:
        start = self._builder.get_target_uri(start)
        folder = _Folder([])
        opened: list[int] = []
        for number, line in enumerate(self._lines):
            link = _LINK.search(line)
            if line.startswith("<li") and link:
                folder.places.setdefault(link[2], []).append(number)
                folder.above[number] = tuple(opened)
                there = link[2] if ":" in link[2] else relative_uri(start, link[2])
                folder.lines.append(f"{line[: link.start(2)]}{there}{line[link.end(2) :]}")
            else:
                folder.lines.append(line)
            if line.endswith("<ul>"):
                opened.append(number)
            elif line == "</ul>":
                opened.pop()
        return folder


def _current(line: str, classes: str) -> str:
    return _ENTRY.sub(classes, line, count=1).replace(_BOX, f' checked=""{_BOX}', 1)


def setup(app: Sphinx) -> None:
    """Connect what makes the navigation, around the theme that would make it."""
    made: list[Navigation] = []
    asked: list[Any] = []

    def spare(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any) -> None:
        asked[:] = [context["toctree"]]
        context["toctree"] = lambda **_options: ""

    def give(app: Sphinx, page: str, _template: str, context: dict[str, Any], _: Any) -> None:
        if not made:
            made.append(Navigation(app.builder))  # type: ignore[arg-type]
        [context["toctree"]] = asked
        context["furo_navigation_tree"] = made[0].of(page)

    app.connect("html-page-context", spare, priority=100)
    app.connect("html-page-context", give, priority=900)
