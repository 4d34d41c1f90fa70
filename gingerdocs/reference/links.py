"""Leads from a literal that names something to its place in the reference, on every page."""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.python import PythonDomain
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

KINDS = ("setting", "check")
"""What the standard domain knows by a name that cannot mean anything else."""


class Place(NamedTuple):
    """The page and the anchor at which a name is described."""

    docname: str
    anchor: str


class LinkLiterals(SphinxPostTransform):
    """Makes links of literals such as `HttpResponse`, `HttpResponse.set_cookie()` and `DEBUG`.

    A name by itself must be that of one thing alone, and look like a name: a word such as `get` or
    `name` may mean anything.
    """

    default_priority = 5  # Sphinx resolves references at 10.
    formats = ("html",)

    def run(self, **_: Any) -> None:
        places = _places(self.env)
        here = self.env.current_document.docname
        for literal in list(self.document.findall(nodes.literal)):
            place = places.get(literal.astext().removesuffix("()"))
            if place is None or not literal.children or _is_own(literal, place):
                continue
            link = make_refnode(
                self.app.builder, here, place.docname, place.anchor, literal.deepcopy()
            )
            literal.replace_self(link)


def _is_own(literal: nodes.Element, place: Place) -> bool:
    """Whether a literal is in a link or a title already, or in what it would lead to."""
    above: nodes.Element | None = literal.parent
    while above is not None:
        if isinstance(above, nodes.reference | nodes.title | addnodes.pending_xref):
            return True
        if isinstance(above, addnodes.desc) and place.anchor in above[0].get("ids", ()):
            return True
        above = above.parent
    return False


@functools.lru_cache(maxsize=1)  # An environment is whole once its pages are written.
def _places(env: BuildEnvironment) -> dict[str, Place]:
    """Return what names lead to: whole ones, and the ends of those that are the only such."""
    found: dict[str, set[Place]] = {}
    python = cast("PythonDomain", env.get_domain("py"))
    for name, entry in python.objects.items():
        for written in (name,) if entry.aliased else (name, *_ends(name)):
            found.setdefault(written, set()).add(Place(entry.docname, entry.node_id))
    standard = cast("StandardDomain", env.get_domain("std"))
    for (kind, name), (docname, anchor) in standard.objects.items():
        if kind in KINDS:
            found[name] = {Place(docname, anchor)}
    return {name: next(iter(places)) for name, places in found.items() if len(places) == 1}


def _ends(name: str) -> Iterator[str]:
    """Yield the shorter ways to write a dotted name that still look like a name."""
    *_, before, last = ["", *name.split(".")]
    if before[:1].isupper():
        yield f"{before}.{last}"
    elif any(letter.isupper() for letter in last) or "_" in last:
        yield last
