"""Refuses what a page shows and no check can look into: pictures, raw HTML, made-up signatures.

Whatever a reader sees is a message that translators compare, a claim, or a sample that has run.
"""

from collections.abc import Iterator

from docutils import nodes

from gingerdocs.doctree import line_of
from gingerdocs.sample import Problem

from .directives import testsetup, unrun

_SEEN = frozenset(
    {
        *("Text", "block_quote", "bullet_list", "caption", "colspec", "comment", "compound"),
        *("container", "definition", "definition_list", "definition_list_item", "doctest_block"),
        *("document", "emphasis", "entry", "enumerated_list", "footnote", "footnote_reference"),
        *("inline", "label", "list_item", "literal", "literal_block", "paragraph", "reference"),
        *("row", "rubric", "section", "strong", "table", "target", "tbody", "term", "tgroup"),
        *("thead", "title", "transition"),
        *("admonition", "caution", "danger", "hint", "important", "note", "tip", "warning"),
        *("glossary", "index", "toctree"),
        *("benchmark", "server_matrix"),  # Whose figures are measured.
        *(testsetup.__name__, unrun.__name__),
    }
)
"""The kinds of nodes whose words are all extracted, as messages, claims or samples."""

_FRONT_MATTER = frozenset({"orphan", "wordcount"})
"""The one an author writes, the other MyST-Parser."""


def check(doctree: nodes.document, path: str, front_matter: dict[str, object]) -> Iterator[Problem]:
    """Say what a page has that nothing looks into.

    Args:
        doctree: the page, resolved.
        path: where it stands, from the checkout.
        front_matter: what stands before its first line.
    """
    for key in sorted(front_matter.keys() - _FRONT_MATTER):
        yield Problem(path, 1, f"no check looks into {key!r} of the front matter: take it out")
    yield from _unseen(doctree, path)


def _unseen(node: nodes.Node, path: str) -> Iterator[Problem]:
    if isinstance(node, nodes.Element) and (
        node.get("from_code") or node.get("described") or "toctree-wrapper" in node["classes"]
    ):
        return
    kind = type(node).__name__
    if kind not in _SEEN and not type(node).__module__.startswith("sphinx_design."):
        what = _NAMES.get(kind, f"a {kind}")
        mend = "say it in words, a table or a sample"
        yield Problem(path, line_of(node), f"no check looks into {what}: {mend}")
        return
    for child in node.children:
        yield from _unseen(child, path)


_NAMES = {
    "raw": "raw HTML",
    "image": "a picture",
    "figure": "a picture",
    "desc": "a signature that is not generated from the code",
    "versionmodified": "the version of a change",
}
