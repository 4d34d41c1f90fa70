"""Refuses links that name one section and lead to another."""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.environment import BuildEnvironment

from gingerdocs.doctree import line_of
from gingerdocs.sample import Problem

_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")


class Sections:
    """The titles of a guide: those of its pages, and of the sections that have a label."""

    def __init__(self, env: BuildEnvironment) -> None:
        labels = env.domains.standard_domain.labels.values()
        pages = {docname: title.astext() for docname, title in env.titles.items()}
        self._titles = {
            anchor: (title, pages[docname])
            for docname, anchor, title in labels
            if anchor and docname in pages
        }
        self._known = {*pages.values(), *(title for title, _ in self._titles.values())}

    def check(self, doctree: nodes.document, path: str) -> Iterator[Problem]:
        """Say which links of a page lead elsewhere than they say.

        A text that stands in the title of the section that it leads to, or of that one's page, is
        true; one that stands in the titles of others alone is not. Any other may say what it will.
        """
        for link in doctree.findall(nodes.reference):
            anchor = link.get("refid") or link.get("refuri", "").rpartition("#")[2]
            text, titles = link.astext(), self._titles.get(anchor)
            if not text or titles is None or any(_names(text, title) for title in titles):
                continue
            if meant := sorted(title for title in self._known if _names(text, title)):
                told = f"the link “{text}” leads to “{titles[0]}”, not to “{meant[0]}”"
                yield Problem(path, line_of(link), f"{told}: mend its target or its text")


def _names(text: str, title: str) -> bool:
    text, title = text.casefold(), title.casefold()
    if _IDEOGRAPH.search(text):  # Nothing stands between words.
        return text in title
    return bool(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", title))
