"""Text cut short: as it is, or as HTML whose tags stay in order, in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING

from gingerdj.utils.functional import SimpleLazyObject
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.tags import VOID, split_tags, tag_name

if TYPE_CHECKING:
    import html as entities
    import unicodedata
else:
    entities = LazyModule("html")
    unicodedata = LazyModule("unicodedata")

_ELLIPSIS = "%(truncated_text)s…"
_PLACE = "%(truncated_text)s"
_BETWEEN_WORDS = r"(?<=\S)\s+(?=\S)"

# Given text and whether nothing follows it, returns what stays, and whether that is not all.
_Cut = Callable[[str, bool], tuple[str, bool]]


class Truncator(SimpleLazyObject):
    """Text, which can be cut after so many characters or words.

    Args:
        text: the text; anything else is made one.
    """

    def __init__(self, text: object) -> None:
        super().__init__(lambda: str(text))

    def chars(self, num: int, truncate: str | None = None, html: bool = False) -> str:
        """Return the text with at most so many characters, those of `truncate` among them.

        Characters are counted in the normal form NFC (Unicode Standard Annex 15), and combining
        ones are not counted.  HTML of just that length stays whole if it ends with text, not with
        a tag.

        Args:
            num: how many characters; of HTML, characters of its text.
            truncate: what stands at the end of a text that was cut, or, with `%(truncated_text)s`
                in it, around it; `…` by default.
            html: whether the text is HTML, whose open elements are to be closed. Its comments are
                left out.
        """
        length = int(num)
        if length <= 0:
            return ""
        text = unicodedata.normalize("NFC", str(self))
        room = calculate_truncate_chars_length(length, add_truncation_text("", truncate))
        if html:
            return _cut_html(text, _chars(length, room), truncate)
        if _count(text) <= length:
            return text
        return add_truncation_text(_first(text, room), truncate)

    def words(self, num: int, truncate: str | None = None, html: bool = False) -> str:
        """Return the text with at most so many words, and one space between two.

        Args:
            num: how many words.
            truncate: what stands at the end of a text that was cut, as for `chars`.
            html: whether the text is HTML, as for `chars`.
        """
        length = int(num)
        if length <= 0:
            return ""
        text = str(self)
        if html:
            return _cut_html(text, _words(length), truncate)
        found = text.split()
        if len(found) <= length:
            return " ".join(found)
        return add_truncation_text(" ".join(found[:length]), truncate)


def add_truncation_text(text: str, truncate: str | None = None) -> str:
    """Return a text that was cut, with what says so.

    Args:
        text: the text.
        truncate: as for `Truncator.chars`.
    """
    if truncate is None:
        truncate = _ELLIPSIS
    if _PLACE in truncate:
        return truncate % {"truncated_text": text}
    # Whoever cuts a text twice reads one ending.
    return text if text.endswith(truncate) else text + truncate


def calculate_truncate_chars_length(length: int, replacement: str) -> int:
    """Return how many characters are left for a text.

    Args:
        length: how many there are.
        replacement: what is added at its end; combining characters are not counted.
    """
    return max(0, length - _count(replacement))


def _bases(text: str) -> list[bool]:
    combining = unicodedata.combining
    return [not combining(letter) for letter in text]


def _count(text: str) -> int:
    return sum(_bases(text))


def _first(text: str, count: int) -> str:
    """Return the first characters with what is combined with them."""
    return text[: sum(number <= count for number in accumulate(_bases(text)))]


def _chars(length: int, room: int) -> _Cut:
    """Cut pieces of text after so many characters.

    Args:
        length: how many characters fit, if nothing follows them.
        room: how many fit otherwise.
    """
    seen = 0

    def cut(text: str, is_last: bool) -> tuple[str, bool]:
        nonlocal seen
        before, seen = seen, seen + _count(text)
        if seen <= (length if is_last else room):
            return text, False
        return _first(text, room - before), True

    return cut


def _words(length: int) -> _Cut:
    seen = 0

    def cut(text: str, is_last: bool) -> tuple[str, bool]:
        nonlocal seen
        found = re.split(_BETWEEN_WORDS, text)
        before, seen = seen, seen + len(found)
        return " ".join(found[: length - before]), seen > length

    return cut


def _cut_html(source: str, cut: _Cut, ending: str | None) -> str:
    output: list[str] = []
    unclosed: list[str] = []
    for piece, tag in split_tags(source, raw=True):
        kept, is_cut = cut(entities.unescape(piece), not tag) if piece else ("", False)
        if is_cut:
            closing = [f"</{name}>" for name in reversed(unclosed)]
            return "".join([*output, add_truncation_text(entities.escape(kept), ending), *closing])
        output.append(entities.escape(kept))
        output.append(_passed(tag, unclosed))
    return "".join(output)


def _passed(tag: str, unclosed: list[str]) -> str:
    """Return a tag as it is to stand in the output, and note what it opens or closes."""
    name = tag_name(tag)
    if name is None:
        return ""
    if tag[1] == "/":
        if name in VOID:
            return ""
        if unclosed and unclosed[-1] == name:
            unclosed.pop()
        return f"</{name}>"
    if name not in VOID:
        if tag.endswith("/>"):
            return f"{tag}</{name}>"
        unclosed.append(name)
    return tag
