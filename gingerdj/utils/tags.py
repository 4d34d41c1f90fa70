"""Where HTML's tags, comments and declarations are, found in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The elements that have no end tag, obsolete ones among them (HTML standard, 13.1.2).
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta"}
    | {"param", "source", "spacer", "track", "wbr"}
)

_TAG_START = re.compile(r"<(?:[a-zA-Z]|[!?/])")
_NO_TAG = re.compile(r"<(?:[!?]|/(?![a-zA-Z]))")
# Quotes count only where an attribute's value begins (HTML standard, 13.2.5.37).
_TAG_MARK = re.compile(r""">|=\s*(["'])""")


# What such an element holds is no HTML up to its end tag (HTML standard, 13.2.5.4).
_RAW = ("script", "style")
_NAME = r"</?([a-zA-Z][^ \t\n\f\r/>\0]*)"


def without_tags(text: str) -> str:
    """Return text without its tags; one that has no end stays."""
    return "".join(piece for piece, _ in split_tags(text))


def tag_name(tag: str) -> str | None:
    """Return the name of a tag in lower case; None if it is a comment or a declaration."""
    found = re.match(_NAME, tag)
    return found[1].lower() if found else None


def split_tags(text: str, raw: bool = False) -> Iterator[tuple[str, str]]:
    """Yield each piece of text and the tag behind it; behind the last one there is none.

    Args:
        text: the HTML.
        raw: whether what a script or a style holds counts as a part of its start tag.
    """
    finder = _TagFinder(text)
    parts = []
    position = 0
    while (found := _TAG_START.search(text, position)) is not None:
        end = finder.end(found.start())
        if end is None:
            parts.append(text[position : found.end()])
            position = found.end()
            continue
        parts.append(text[position : found.start()])
        tag = text[found.start() : end]
        if raw and tag[1] != "/" and (name := tag_name(tag)) in _RAW:
            closing = re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE)
            closed = closing.search(text, end)
            end = closed.start() if closed else len(text)
            tag = text[found.start() : end]
        yield "".join(parts), tag
        parts.clear()
        position = end
    parts.append(text[position:])
    yield "".join(parts), ""


class _TagFinder:
    """Finds the ends of tags; what has been looked for in vain is not looked for again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last = {mark: text.rfind(mark) for mark in (">", '"', "'", "-->")}
        self.endless: set[int] = set()

    def end(self, start: int) -> int | None:
        """Return the position behind the tag that starts here; None if it never ends."""
        if self.text.startswith("<!--", start):
            return self._behind("-->", start + 4)
        if _NO_TAG.match(self.text, start):
            return self._behind(">", start)
        return self._tag_end(start + 1)

    def _behind(self, mark: str, start: int) -> int | None:
        if self.last[mark] < start:
            return None
        return self.text.index(mark, start) + len(mark)

    def _tag_end(self, start: int) -> int | None:
        seen = []
        position = start
        while (found := self._next_mark(position)) is not None:
            if found.start() in self.endless:
                break
            seen.append(found.start())
            if found[1] is None:
                return found.end()
            # A quote that is never closed hides nothing.
            closed = self._behind(found[1], found.end())
            position = found.end() if closed is None else closed
        self.endless.update(seen)
        return None

    def _next_mark(self, start: int) -> re.Match[str] | None:
        return None if self.last[">"] < start else _TAG_MARK.search(self.text, start)
