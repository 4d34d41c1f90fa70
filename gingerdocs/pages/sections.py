"""The index for the search, which says of a word in which sections it stands.

Sphinx's own says in which pages. It keeps its form here, but where ``terms`` and ``titleterms``
number pages there, they number sections; ``sections`` lists those of each page, each by its anchor
and its title. What a class, a function, a setting or a command is for is a section, too.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.search import IndexBuilder

_SILENT = {"no-search", "toctree-wrapper"}
"""Classes of what a page shows, but does not say itself."""


@dataclass
class Section:
    """A part of a page that a link can lead to, and the terms in it and in its title.

    ``described`` says that it is what a page of reference says of a name.
    """

    anchor: str
    title: str
    described: bool = False
    terms: set[str] = field(default_factory=set)
    title_terms: set[str] = field(default_factory=set)


class SectionIndex(IndexBuilder):
    """Sphinx's index, by sections."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sections: dict[str, list[Section]] = {}

    def load(self, stream: Any, format: Any) -> None:  # noqa: A002 (the base class has it)
        """Go on from the index that an earlier build has written."""
        frozen = format.load(stream)
        if frozen.get("envversion") != self._env_version or "sections" not in frozen:
            raise ValueError("the index is of another form")
        names = frozen["docnames"]
        self._filenames = dict(zip(names, frozen["filenames"], strict=True))
        self._titles = dict(zip(names, frozen["titles"], strict=True))
        self._all_titles = {name: [] for name in names}
        self._sections = {
            name: [Section(*section) for section in listed]
            for name, listed in zip(names, frozen["sections"], strict=True)
        }
        numbered = [section for name in names for section in self._sections[name]]
        for term, numbers in frozen["terms"].items():
            for number in numbers:
                numbered[number].terms.add(term)
        for term, numbers in frozen["titleterms"].items():
            for number in numbers:
                numbered[number].title_terms.add(term)

    def prune(self, docnames: Iterable[str]) -> None:
        """Forget all pages but these."""
        kept = set(docnames)
        super().prune(kept)
        self._sections = {name: held for name, held in self._sections.items() if name in kept}

    def feed(
        self, docname: str, filename: str | PathLike[str], title: str, doctree: nodes.document
    ) -> None:
        """Take in a page."""
        super().feed(docname, filename, title, new_document(""))
        self._sections[docname] = _Collector(self._terms).sections(doctree)

    def freeze(self) -> dict[str, Any]:
        """Return what the browser is given."""
        frozen = super().freeze()
        listed = [self._sections[name] for name in frozen["docnames"]]
        terms: dict[str, list[int]] = {}
        title_terms: dict[str, list[int]] = {}
        for number, section in enumerate(section for held in listed for section in held):
            for term in section.terms:
                terms.setdefault(term, []).append(number)
            for term in section.title_terms:
                title_terms.setdefault(term, []).append(number)
        sections = [[(each.anchor, each.title, each.described) for each in held] for held in listed]
        return {**frozen, "terms": terms, "titleterms": title_terms, "sections": sections}

    def _terms(self, text: str) -> set[str]:
        return {self.lang.stem(word) for word in self.lang.split(text)}


class _Collector:
    """Finds the sections of a page, in the page's order; the first is the page itself."""

    def __init__(self, terms: Callable[[str], set[str]]) -> None:
        self._terms = terms
        self._found: list[Section] = []

    def sections(self, page: nodes.document) -> list[Section]:
        """Return the sections of ``page``."""
        self._fill(self._begin("", page.next_node(nodes.title)), page)
        return self._found

    def _begin(
        self, anchor: str, name: nodes.Element | None, *, described: bool = False
    ) -> Section:
        title = "" if name is None else name.astext()
        section = Section(anchor, title, described, title_terms=self._terms(title))
        self._found.append(section)
        return section

    def _fill(self, section: Section, node: nodes.Element) -> None:
        """Put the text of a node into its section, and into those that begin within it."""
        for child in node.children:
            if isinstance(child, nodes.Text):
                section.terms |= self._terms(child.astext())
            elif not isinstance(child, nodes.Element) or _is_silent(child):
                continue
            elif isinstance(child, nodes.section) and not isinstance(node, nodes.document):
                self._fill(self._begin(child["ids"][0], child.next_node(nodes.title)), child)
            elif isinstance(child, addnodes.desc) and not section.described:
                anchor = child.next_node(addnodes.desc_signature)["ids"][0]
                name = child.next_node(addnodes.desc_name)
                self._fill(self._begin(anchor, name, described=True), child)
            else:
                self._fill(section, child)


def _is_silent(node: nodes.Element) -> bool:
    return isinstance(node, (nodes.comment, nodes.raw)) or not _SILENT.isdisjoint(node["classes"])


class SectionBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder of HTML, with the index of ours."""

    def load_indexer(self, docnames: AbstractSet[str]) -> None:
        """Make the index, with what an earlier build has put in for pages that are not written."""
        self.indexer = SectionIndex(
            self.env,
            self.config.html_search_language or self.config.language,
            self.config.html_search_options,
            self.config.html_search_scorer,
        )
        super().load_indexer(docnames)


def setup(app: Sphinx) -> None:
    """Give Sphinx our builder in place of its own."""
    app.add_builder(SectionBuilder, override=True)
