"""Holds translated prose to the words that its original calls for, sentence by sentence.

No program understands a sentence. But that it denies something, or speaks of two seconds, of what
comes before or of the client, is told by a few words, and ``glossary.toml`` has those of each
language: so a translation that turns its original round, or leaves a part of it out, is found.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .languages import LANGUAGES, SOURCE

GLOSSARY = Path(__file__).with_suffix(".toml")

_END = re.compile(r"(?<!\.)[.?!](?=[\s)\"”]|$)|[。？！]")
_NAME_OR_WORD = re.compile(r"[\w'-]+")
_QUOTED = re.compile(r'"[^"\n]*"')
"""What stands in straight quotes is what a program prints."""

_WHOLE = r"(?<![\w-]){}(?!\w)"
"""A word, and no part of a name; in Portuguese a pronoun may hang on it by a hyphen."""


@dataclass(frozen=True)
class Term:
    """A meaning: the words that tell it, by the codes of the languages, and those that may do.

    Where there is a ``back``, translations have such words only where an original has one of its
    own, or of these.
    """

    words: dict[str, re.Pattern[str]]
    enough: dict[str, re.Pattern[str]]
    back: re.Pattern[str] | None


@dataclass(frozen=True)
class Glossary:
    """All terms, and for each language the words that deny, and phrases that are no such words."""

    terms: tuple[Term, ...]
    idioms: dict[str, re.Pattern[str]]
    denials: dict[str, re.Pattern[str]]
    asking: dict[str, Term]
    answering: dict[str, dict[str, list[Term]]]

    def without_idioms(self, sentence: str, code: str) -> str:
        """Return a sentence of which each word means what it means elsewhere."""
        return self.idioms[code].sub(" ", sentence) if code in self.idioms else sentence

    def asked(self, sentence: str) -> Iterator[tuple[Term, list[str]]]:
        """Give each term that a sentence of an original has, with the words that tell it."""
        found: dict[int, tuple[Term, list[str]]] = {}
        for word in _NAME_OR_WORD.findall(self.without_idioms(sentence, SOURCE)):
            term = self.asking.get(word) or self.asking.get(word.lower())
            if term is not None:
                found.setdefault(id(term), (term, []))[1].append(word)
        yield from found.values()

    def told(self, sentence: str, code: str) -> Iterator[Term]:
        """Give the terms that have a ``back``, and one of whose words a translation may have."""
        starts = self.answering[code]
        pieces = _pieces(sentence, code)
        yield from {id(term): term for piece in pieces for term in starts.get(piece, ())}.values()


@functools.cache
def load(path: Path = GLOSSARY) -> Glossary:
    """Return the glossary that a file holds."""
    content = tomllib.loads(path.read_text("utf-8"))
    terms = tuple(_term(entry) for entry in content["term"])
    idioms, denials = (
        {code: _pattern(code, text) for code, text in content.get(name, {}).items()}
        for name in ("idioms", "denials")
    )
    entries = zip(content["term"], terms, strict=True)
    asking = {word: term for entry, term in entries for word in _words(entry[SOURCE])}
    answering: dict[str, dict[str, list[Term]]] = {code: {} for code in LANGUAGES}
    for entry, term in zip(content["term"], terms, strict=True):
        for code in term.words if term.back else ():
            for start in {_start(word, code) for word in _words(entry[code])}:
                answering[code].setdefault(start, []).append(term)
    return Glossary(terms, idioms, denials, asking, answering)


def _start(word: str, code: str) -> str:
    """Return what a word that a text has begins with: one of the text's pieces."""
    return word[0] if LANGUAGES[code].letters else re.split(r"[\s*-]", word.lower())[0]


def _pieces(text: str, code: str) -> Iterator[str]:
    """Give the letters of a text, or where words have spaces between them, what these begin with.

    To look for those few terms takes a tenth of the time that it takes to look for all.
    """
    if LANGUAGES[code].letters:
        yield from set(text)
        return
    for word in set(_NAME_OR_WORD.findall(text.lower())):
        for part in word.split("-"):
            yield from (part[:end] for end in range(1, len(part) + 1))


def _term(entry: dict[str, Any]) -> Term:
    also = entry.get("also", {})
    words = {code: text for code, text in entry.items() if code in LANGUAGES}
    return Term(
        {code: _pattern(code, text) for code, text in words.items()},
        {code: _pattern(code, text, also.get(code, "")) for code, text in words.items()},
        _pattern(SOURCE, entry["back"], words[SOURCE]) if "back" in entry else None,
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _pattern(code: str, *texts: str) -> re.Pattern[str]:
    # The longest first: "other than" is not "other".
    words = sorted((word for text in texts for word in _words(text)), key=len, reverse=True)
    # Chinese has no spaces between its words.
    spaced = not LANGUAGES[code].letters
    return re.compile("|".join(_word(word) if spaced else re.escape(word) for word in words))


def _word(word: str) -> str:
    inner = r"\s+".join(re.escape(part) for part in word.split())
    inner = inner.replace(r"\s+\.\.\.\s+", r"\s[^.]*?\b").replace(r"\*", r"\w*")
    return _WHOLE.format(inner if word[0].isupper() else f"(?i:{inner})")


@dataclass(frozen=True)
class Finding:
    """A word of an original that nothing translates, or one of a translation that is too much."""

    word: str
    added: bool

    def __str__(self) -> str:
        if self.added:
            return f"says “{self.word}”, for which the original has no word"
        return f"has no word for “{self.word}”"


def compare(original: str, translated: str, code: str) -> list[Finding]:
    """Say where the sentences of a translation into a language depart from those of the original.

    Both are plain texts, without literals and markup.
    """
    if original == translated:  # A title of a protocol's, which everybody says in English.
        return []
    glossary = load()
    here, there = sentences(original), sentences(translated)
    if len(here) != len(there):
        here, there = [" ".join(here)], [" ".join(there)]
    found: list[Finding] = []
    for one, other in zip(here, there, strict=True):
        found += (Finding(word, added=False) for word in _lacking(glossary, one, other, code))
        found += (Finding(word, added=True) for word in _added(glossary, one, other, code))
    return list(dict.fromkeys(found))


def count(original: str, translated: str) -> list[str]:
    """Say that a translation has another number of sentences than its original, if it has."""
    here, there = sentences(original), sentences(translated)
    if len(here) == len(there) or original == translated:
        return []
    return [f"has {_count(there)}, the original {_count(here)}"]


def denials(text: str, code: str) -> int:
    """Return how many words of a plain text, in the language ``code``, deny something."""
    glossary = load()
    meant = text if code == SOURCE else glossary.without_idioms(text, code)
    return len(glossary.denials[code].findall(meant))


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text, without what stands in straight quotes."""
    return [found for found in _END.split(_QUOTED.sub("", text)) if re.search(r"\w", found)]


def _count(found: Sequence[str]) -> str:
    return f"{len(found)} sentence{'s' if len(found) != 1 else ''}"


def _lacking(glossary: Glossary, original: str, translated: str, code: str) -> Iterator[str]:
    for term, words in glossary.asked(original):
        if code not in term.enough:
            continue
        found = len(term.enough[code].findall(translated))
        if found < len(words):
            yield words[found]


def _added(glossary: Glossary, original: str, translated: str, code: str) -> Iterator[str]:
    translated = glossary.without_idioms(translated, code)
    for term in glossary.told(translated, code):
        back, found = term.back, term.words[code].findall(translated)
        if found and back is not None and not back.search(original):
            yield " ".join(found[-1].split())
