"""Compares translated prose with its original: what must not change, what Sphinx would drop."""

import difflib
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import NamedTuple

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser


class Difference(NamedTuple):
    """What is wrong with a translation, and in which of its lines, counted from zero."""

    line: int
    message: str


# Substitutions are read whether or not conf.py turns them on: they are never the translator's.
_PARSER = create_md_parser(
    MdParserConfig(enable_extensions={"colon_fence", "deflist", "substitution"}), RendererHTML
)


Samples = Sequence[tuple[str, str]]
"""Samples of a page, each with its translation."""


def compare_text(
    msgid: str, msgstr: str, samples: Samples = (), letters: str = ""
) -> list[Difference]:
    """Compare a translated message of prose with the original.

    Literals, roles, links, images, footnotes, substitutions, placeholders, inline HTML, numbers and
    names must be the same, in any order; a literal may quote what one of the page's ``samples`` has
    in translation alone. Emphasis must work, and nothing may be there that makes Sphinx drop the
    translation or a part of it. Where the language has ``letters`` of its own (``languages``), no
    words may be left in those of the original.
    """
    original, translated = _read(msgid), _read(msgstr)
    messages = chain(
        _shape(original, translated),
        _parts(original, translated, samples),
        _emphasis(original, translated),
        _characters(msgid, msgstr),
        _numbers(original, translated),
        _names(original, translated),
        _untranslated(original, translated, letters),
    )
    return [Difference(0, message) for message in messages]


@dataclass
class _Text:
    """A message of prose, taken apart."""

    source: str
    blocks: list[str] = field(default_factory=list)
    parts: dict[str, Counter[str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    emphases: int = 0
    plain: str = ""


KEPT = 20_000
"""Messages that are kept as they were read: each is compared, spelt and looked for in lists."""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdrf]\b|\{\w*\}")
_ROLE_TARGET = re.compile(r"<([^<>]+)>$")
_GAP = "\ufffc"
"""Stands in plain text where a literal or a role was."""


_PLAIN = re.compile(r"[^\W\d_][^\n\\`*_\[\]{}<>!&~^|$=+#%:@]*")
"""A paragraph of nothing but words, which Markdown leaves as it is."""


@functools.lru_cache(KEPT)
def _read(source: str) -> _Text:
    text = _Text(source)
    if _PLAIN.fullmatch(source):
        return _Text(source, ["paragraph_open"], order=_in_turn(source), plain=source.rstrip())
    for token in _PARSER.parse(source):
        if token.type == "inline":
            for child in token.children or []:
                _take(text, child)
        elif token.nesting >= 0:
            text.blocks.append(token.type)
    if placeholders := PLACEHOLDER.findall(text.plain):
        text.parts["placeholder"] = Counter(placeholders)
    return text


def _take(text: _Text, token: Token) -> None:
    if token.type in _PARTS:
        kind, part = _PARTS[token.type]
        text.parts.setdefault(kind, Counter())[part(token)] += 1
        text.order.append(part(token))
        # A link's text begins like a sentence: it may be a title.
        text.plain += {"link": "\n", "image": token.content}.get(kind, _GAP)
    elif token.type == "text":
        text.plain += token.content
        text.order += _in_turn(token.content)
    elif token.type in ("softbreak", "hardbreak"):
        text.plain += "\n"
    elif token.type in ("em_open", "strong_open"):
        text.emphases += 1


def _in_turn(plain: str) -> list[str]:
    """Return the numbers, and all that may be a name, as they come in a text."""
    return [
        _digits(match[0]) if match["number"] else _one(match[0])
        for match in _ORDERED.finditer(plain)
    ]


def _digits(number: str) -> str:
    # Portuguese writes 0,5 and 1.000 where English has 0.5 and 1,000: digits alone are compared.
    return re.sub("[.,]", "", number)


def _role(token: Token) -> str:
    target = _ROLE_TARGET.search(token.content)
    return f"{{{token.meta['name']}}}`{target[1] if target else token.content}`"


_PARTS: dict[str, tuple[str, Callable[[Token], str]]] = {
    "code_inline": ("literal", lambda token: f"`{token.content}`"),
    "myst_role": ("role", _role),
    "link_open": ("link", lambda token: f"({token.attrs['href']})"),
    "image": ("image", lambda token: f"({token.attrs['src']})"),
    "footnote_ref": ("footnote", lambda token: f"[^{token.meta['label']}]"),
    "html_inline": ("HTML", lambda token: token.content),
    "substitution_inline": ("substitution", lambda token: f"{{{{ {token.content.strip()} }}}}"),
}


_BLOCKS = {
    "bullet_list_open": "begins like a list item",
    "ordered_list_open": "begins like a numbered list item",
    "heading_open": "reads as a heading",
    "myst_line_comment": "begins with %, a comment",
    "blockquote_open": "begins with >, a quotation",
    "code_block": "is indented like code",
    "fence": "opens a fence",
    "colon_fence": "opens a fence",
    "table_open": "reads as a table",
    "dl_open": "reads as a definition list",
    "html_block": "begins with an HTML tag",
    "hr": "reads as a ruler",
    "myst_target": "reads as a label",
    "myst_block_break": "begins with +++",
    "front_matter": "begins with ---",
}


def _shape(original: _Text, translated: _Text) -> Iterator[str]:
    if translated.blocks == original.blocks:
        return
    if not translated.blocks:
        yield "shows nothing: the whole text reads as a definition; begin it with a word"
    elif set(translated.blocks) == {"paragraph_open"}:
        yield "has a blank line: only what comes before it is shown; join the paragraphs"
    else:
        why = next((_BLOCKS[kind] for kind in translated.blocks if kind in _BLOCKS), None)
        yield f"{why or 'is no paragraph'}, so that Sphinx drops it; begin it with a word or a \\"


def _parts(original: _Text, translated: _Text, samples: Samples) -> Iterator[str]:
    for kind in sorted(original.parts.keys() | translated.parts.keys()):
        here, there = original.parts.get(kind, Counter()), translated.parts.get(kind, Counter())
        lost, added = sorted((here - there).elements()), sorted((there - here).elements())
        if kind == "literal":
            _pair_quotations(lost, added, samples)
        for old, new in zip_longest(lost, added):
            if old is None:
                yield f"adds the {kind} {new}, which the original has not"
            elif new is None:
                yield f"lacks the {kind} {old}"
            else:
                yield f"has the {kind} {new} where the original has {old}"


def _pair_quotations(lost: list[str], added: list[str], samples: Samples) -> None:
    """Take out the literals that quote a sample where the translated sample says the other."""
    for old in [*lost]:
        for new in [*added]:
            if any(
                (old[1:-1] in here, new[1:-1] in here, old[1:-1] in there, new[1:-1] in there)
                == (True, False, False, True)
                for here, there in samples
            ):
                lost.remove(old)
                added.remove(new)
                break


_MARKUP = ("*", "`", "](", "][", "{{", "}}", "~~", "\\")


def _emphasis(original: _Text, translated: _Text) -> Iterator[str]:
    stray = [mark for mark in _MARKUP if translated.plain.count(mark) > original.plain.count(mark)]
    if "*" in stray:
        yield (
            "prints its asterisks: ** or * opens or closes nothing here; "
            "put punctuation outside of it, or a space"
        )
    for mark in stray:
        if mark != "*":
            yield f"prints {mark} as it stands: its markup is not closed, or has a space too many"
    if translated.emphases != original.emphases and "*" not in stray:
        yield f"emphasises {translated.emphases} times, the original {original.emphases} times"


_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")
_NOQA = re.compile(r"#\s*noqa\s*$")


def _characters(msgid: str, msgstr: str) -> Iterator[str]:
    for place, cut in (("begins", str.lstrip), ("ends", str.rstrip)):
        if (cut(msgid) == msgid) != (cut(msgstr) == msgstr):
            yield f"{place} with white space, or lacks that of the original"
    if "\n" in msgstr.strip() and "\n" not in msgid:
        yield "breaks the line with \\n; go on in the same line"
    if _NOQA.search(msgstr):
        yield "ends with # noqa, which Sphinx takes out"
    if msgstr.rstrip().endswith("::") and not msgid.rstrip().endswith("::"):
        yield "ends with ::, which Sphinx takes for the start of a literal block"
    if _MOJIBAKE.search(msgstr) and not _MOJIBAKE.search(msgid):
        yield "has letters that were saved in one encoding and read in another"
    for character in sorted(set(msgstr) - set(msgid) - {"\n"}):
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn") or character == "\ufffd":
            yield f"holds the invisible or unknown character U+{ord(character):04X}; delete it"


_NUMBER = re.compile(r"(?<![A-Za-z0-9_])\d+(?:[.,]\d+)*")
_NUMBER_WORDS = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty|"
    r"thirty|forty|fifty|hundreds?|thousands?|millions?|once|twice|double|half|halves|first|"
    r"third|fourth|tenths?|quarters?|percent)\b",
    re.IGNORECASE,
)


def _numbers(original: _Text, translated: _Text) -> Iterator[str]:
    here = {_digits(number): number for number in _NUMBER.findall(original.plain)}
    there = {_digits(number): number for number in _NUMBER.findall(translated.plain)}
    for digits in here.keys() - there.keys():
        yield f"lacks the number {here[digits]}; write it in digits"
    if not _NUMBER_WORDS.search(original.plain):
        for digits in there.keys() - here.keys():
            yield f"has the number {there[digits]}, which the original has not"


_WORD = re.compile(r"[^\W\d_][^\W_]*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…。！？：；\n(（\"“‘「])\s*$")
_LANGUAGE_NAMES = frozenset({"English", "Portuguese", "Brazilian", "Chinese", "Brazil", "China"})
_MONTHS = frozenset(
    {"January", "February", "March", "April", "May", "June", "July"}
    | {"August", "September", "October", "November", "December"}
)
_TRANSLATABLE_NAMES = _LANGUAGE_NAMES | _MONTHS | {"OS"}


_ORDERED = re.compile(rf"(?P<number>{_NUMBER.pattern})|(?<![A-Za-z0-9_])[A-Z][A-Za-z0-9]+")


def _names(original: _Text, translated: _Text) -> Iterator[str]:
    here, there = original.plain, translated.plain
    for name in sorted(_named(here) - _TRANSLATABLE_NAMES):
        if not _mentions(there, name):
            yield f"lacks the name {name}{_nearest(name, there)}"
    chinese = bool(_IDEOGRAPH.search(there)) and not _IDEOGRAPH.search(here)
    for name in sorted(set(_LATIN.findall(there)) if chinese else _named(there)):
        if not _mentions(original.source, name):
            yield f"has the name {name}, which the original has not{_nearest(name, here)}"


def _named(plain: str) -> set[str]:
    """Return the names in a text: words like URL and GingerDJ, and like Daphne in mid-sentence."""
    words = list(_WORD.finditer(plain))
    capitals = [match for match in words if match[0][0].isupper()]
    longer = [match[0] for match in words if len(match[0]) > 3]
    title = len(longer) > 2 and all(word[0].isupper() for word in longer)
    return {
        match[0]
        for match in capitals
        if len(match[0]) > 1
        and (
            sum(letter.isupper() for letter in match[0]) > 1
            or not (title or _SENTENCE_START.search(plain[: match.start()]))
        )
    }


def _one(name: str) -> str:
    """Return an abbreviation without the s of its plural: URL for URLs."""
    return name[:-1] if name[-1] == "s" and name[:-1].isupper() else name


def _mentions(text: str, name: str) -> bool:
    folded = text.casefold()
    return name.casefold() in folded or name.casefold().removesuffix("s") in folded


def _nearest(name: str, text: str) -> str:
    near = difflib.get_close_matches(name, set(_LATIN.findall(text)), 1, cutoff=0.7)
    return f"; did you mean {near[0]}, or is {near[0]} misspelt?" if near else ""


# Not the names of programs, some of which begin in lower case.
_LATIN_PHRASE = re.compile(r"(?<![A-Za-z-])(?:[a-z]+(?:['’-][a-z]+)*[ ,\n]+){2,}[a-z]+", re.ASCII)


def _untranslated(original: _Text, translated: _Text, letters: str) -> Iterator[str]:
    words = [match[0] for match in _WORD.finditer(original.plain)]
    lower = sum(word.islower() for word in words)
    if letters and not re.search(f"[{letters}]", translated.plain):
        kept = _GAP in original.plain and original.source == translated.source
        is_left = lower > 0 and (len(words) > 1 or kept)  # One word by itself may be a name.
    else:
        is_left = lower > 3 and original.source == translated.source
    if is_left:
        yield "is the original text; translate it"
    elif letters and (left := _LATIN_PHRASE.search(translated.plain)):
        yield f"leaves “{left[0]}” as in the original; translate it"


def order(msgid: str, msgstr: str) -> tuple[int, ...]:
    """Return in which order a translation has its original's literals, links, numbers and names.

    Those that one has more often than the other do not count; nothing is returned where the rest
    stand as in the original, and else their places there, counted from one.
    """
    original, translated = _read(msgid), _read(msgstr)
    here, there = original.order, translated.order
    names = {_one(name) for text in (original, translated) for name in _named(text.plain)}
    common = [
        part
        for part in here
        if here.count(part) == there.count(part) and (part in names or not part[0].isalpha())
    ]
    places: dict[str, list[int]] = {}
    for place, part in enumerate(common, start=1):
        places.setdefault(part, []).append(place)
    found = tuple(places[part].pop(0) for part in there if part in places)
    return () if list(found) == sorted(found) else found


def plain(text: str) -> str:
    """Return the words of a message of prose, without its literals, roles and markup."""
    return _read(text).plain
