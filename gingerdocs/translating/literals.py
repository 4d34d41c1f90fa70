"""Translates literal blocks and docstrings, and keeps what the translation of a page stands on.

Sphinx's own transform would show a translated block as two colons under MyST (MyST-Parser issue
444), and would read a docstring, which has no markup but backquotes, as Markdown. So this one comes
just before it and takes both off its list.
"""

from typing import Any

from docutils import nodes
from sphinx.locale import init as init_locale
from sphinx.transforms import SphinxTransform
from sphinx.util.i18n import docname_to_domain
from sphinx.util.nodes import LITERAL_TYPE_NODES, extract_messages

from gingerdocs.doctree import file_of, line_of
from gingerdocs.languages import SOURCE
from gingerdocs.reference.aside import aside
from gingerdocs.reference.pages import inline


class TranslateLiterals(SphinxTransform):
    """Puts the translated text into literal blocks and docstrings.

    On the document it leaves ``messages``, the page's messages as (file, line, message, place), of
    which the file is empty for what stands on the page itself, and on each literal block ``msgid``,
    its text in the language of the source.
    """

    default_priority = 19  # Sphinx's Locale has 20.

    def apply(self, **_: Any) -> None:
        catalog, _has_catalog = init_locale(
            [self.env.srcdir / folder for folder in self.config.locale_dirs],
            self.config.language,
            docname_to_domain(self.env.current_document.docname, self.config.gettext_compact),
        )
        messages = []
        page = self.document["source"]
        labels = _labels(self.document)
        for node, message in self._messages():
            docstring = bool(node.get("docstring"))
            place = "" if docstring else _place(node, labels)
            messages.append((file_of(node, page), line_of(node), message, place))
            if not docstring and not isinstance(node, LITERAL_TYPE_NODES):
                continue
            if not docstring:
                node["msgid"] = message
            if self.config.language == SOURCE:
                continue
            translation = catalog.gettext(message)
            node["translated"] = bool(translation.strip()) and _holds(catalog, message)
            node["translatable"] = False
            if node["translated"] and translation != message:
                node.rawsource = translation
                node.children = []
                node.extend(inline(translation) if docstring else [nodes.Text(translation)])
        self.document["messages"] = messages

    def _messages(self) -> list[tuple[nodes.Element, str]]:
        described = [place.description for place in self.document.findall(aside)]
        return [found for tree in (self.document, *described) for found in extract_messages(tree)]


def _labels(document: nodes.document) -> dict[nodes.Node, str]:
    """Return the sections that have labels of their own, each with its label."""
    found: dict[nodes.Node, str] = {}
    label = ""
    for node in document.findall():
        if isinstance(node, nodes.target):
            label = node.get("refid", "") or " ".join(node["names"])
        elif isinstance(node, nodes.section):
            if label:
                found[node] = label
            label = ""
    return found


def _place(node: nodes.Element, labels: dict[nodes.Node, str]) -> str:
    """What a message is, where its words do not tell: a heading, a row, a part of a warning."""
    if isinstance(node, nodes.title):
        told = [labels[node.parent]] if node.parent in labels else []
        depth = _depth(node.parent) if isinstance(node.parent, nodes.section) else 0
        return ", ".join([*told, *([f"level {depth}"] if depth > _PLAIN_DEPTH else [])])
    if row := node.get("row"):
        return f"row {row}"
    above = node.parent
    while above is not None and not isinstance(above, nodes.Admonition):
        above = above.parent
    return str(above.tagname) if above is not None else ""


_PLAIN_DEPTH = 2
"""The level of most headings below a page's own, which goes without saying."""


def _depth(node: nodes.Node | None) -> int:
    """How many sections a section stands in, itself among them."""
    return 0 if node is None else isinstance(node, nodes.section) + _depth(node.parent)


def _holds(catalog: Any, message: str) -> bool:
    """Whether the page's own catalog has the message, translated the same or otherwise."""
    return message in getattr(catalog, "_catalog", {})
