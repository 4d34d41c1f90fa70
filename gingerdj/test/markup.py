"""HTML and XML, compared by what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.dom import minidom

from gingerdj.utils.html import VOID_ELEMENTS

# Attributes that say what they say by being there (HTML standard, 2.3.2).
_BOOLEAN = {
    *("allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls", "default"),
    *("defer", "disabled", "formnovalidate", "hidden", "ismap", "itemscope", "loop", "multiple"),
    *("muted", "nomodule", "novalidate", "open", "playsinline", "readonly", "required"),
    *("reversed", "selected"),
}
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


class MarkupError(Exception):
    """The markup is malformed."""


class Element:
    """An element of HTML; equal to another that means the same.

    Args:
        name: the tag's name; None for a document.
        attributes: the attributes, as the parser gives them.
    """

    def __init__(self, name: str | None, attributes: Any = ()) -> None:
        self.name = name
        self.attributes = sorted(_attribute(key, value) for key, value in attributes)
        self.children: list[Element | str] = []

    def append(self, child: Element | str) -> None:
        """Add an element or text, which joins the text before it."""
        if isinstance(child, str) and self.children and isinstance(self.children[-1], str):
            self.children[-1] += child
        else:
            self.children.append(child)

    def finish(self) -> None:
        """Let white space be single, and vanish beside tags."""
        texts = (_SPACE.sub(" ", each).strip() if isinstance(each, str) else each for each in self)
        self.children = [each for each in texts if each != ""]
        for each in self.children:
            if isinstance(each, Element):
                each.finish()

    def count(self, wanted: Element) -> int:
        """Return how often an element, or what a document holds, is within this element.

        Elements wanted in a row may have text between them; text that is wanted counts where it is
        all that an element holds, together with the elements wanted.
        """
        if self == wanted or (wanted.name is None and self.children == wanted.children):
            return 1
        found = self._count_row(wanted.children) if wanted.name is None else 0
        return found + sum(each.count(wanted) for each in self if isinstance(each, Element))

    def _count_row(self, row: list[Element | str]) -> int:
        if not row or any(isinstance(each, str) for each in row):
            return 0
        elements = [each for each in self if isinstance(each, Element)]
        found, at = 0, 0
        while at + len(row) <= len(elements):
            matches = elements[at : at + len(row)] == row
            found += matches
            at += len(row) if matches else 1
        return found

    def __iter__(self) -> Iterator[Element | str]:
        return iter(self.children)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Element)
            and self.name == other.name
            and self.attributes == other.attributes
            and self.children == other.children
        )

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        inner = "\n".join(map(str, self.children))
        if self.name is None:
            return inner
        attributes = "".join(
            f' {key}="{value}"' if value is not None else f" {key}"
            for key, value in self.attributes
        )
        if self.name in VOID_ELEMENTS:
            return f"<{self.name}{attributes}>"
        indented = "".join(f"\n  {line}" for line in inner.splitlines())
        return f"<{self.name}{attributes}>{indented}\n</{self.name}>"


def _attribute(name: str, value: str | None) -> tuple[str, str | None]:
    if name == "class" and value is not None:
        return name, " ".join(sorted(_SPACE.split(value.strip())))
    if name in _BOOLEAN and (not value or value == name):
        return name, None
    return name, value or ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.document = Element(None)
        self.open = [self.document]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID_ELEMENTS:
            self.open.append(self.open[-1].children[-1])  # type: ignore[arg-type]

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.open[-1].append(Element(tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1].name != tag:
            if len(self.open) == 1:
                line, column = self.getpos()
                raise MarkupError(f"Unexpected end tag `{tag}` (Line {line}, Column {column})")
            self.open.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)


def parse_html(html: str) -> Element:
    """Return the one element of a piece of HTML, or else a document of elements and text.

    Raises:
        MarkupError: a tag closes what is not open.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    document = reader.document
    document.finish()
    only = document.children[0] if len(document.children) == 1 else None
    return only if isinstance(only, Element) else document


def normal_xml(xml: str) -> Any:
    """Return the root element of a piece of XML in a form that can be compared.

    Declarations, comments and processing instructions do not count, and white space is one space.

    Raises:
        xml.parsers.expat.ExpatError: it is malformed.
    """
    # What is parsed is what the test's own site has written.
    return _normal_node(minidom.parseString(xml.strip()).documentElement)  # noqa: S318


def _normal_node(node: Any) -> Any:
    children: list[Any] = []
    text = ""
    for child in node.childNodes:
        if child.nodeType in (child.TEXT_NODE, child.CDATA_SECTION_NODE):
            text += child.data
        elif child.nodeType == child.ELEMENT_NODE:
            children.append(_normal_node(child))
    return node.tagName, sorted(node.attributes.items()), _SPACE.sub(" ", text), children
