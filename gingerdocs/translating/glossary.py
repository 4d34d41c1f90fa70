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

from gingerdocs.languages import LANGUAGES, SOURCE

GLOSSARY = Path(__file__).with_suffix(".toml")

_END = re.compile(r"(?<!\.)[.?!](?=[\s)\"”]|$)|[。？！]")
_NAME_OR_WORD = re.compile(r"[\w'-]+")
_CLAUSE = re.compile("[.:;?!]")
_NAME = re.compile(r"\b[A-Z]\w{2,}")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
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
    """All terms, and for each language the words that deny, and phrases that are no such words.

    Those of ``again`` deny once more what is denied before them in their sentence; they deny alone
    after the words ``leads``, where a clause begins. ``phrases`` are terms of several words.
    """

    terms: tuple[Term, ...]
    idioms: dict[str, re.Pattern[str]]
    denials: dict[str, re.Pattern[str]]
    again: dict[str, re.Pattern[str]]
    leads: dict[str, re.Pattern[str]]
    phrases: tuple[Term, ...]
    asking: dict[str, Term]
    answering: dict[str, dict[str, list[Term]]]

    def without_idioms(self, sentence: str, code: str) -> str:
        """Return a sentence of which each word means what it means elsewhere."""
        if code not in self.idioms:
            return sentence
        return self.idioms[code].sub(lambda found: " " * len(found[0]), sentence)

    def asked(self, sentence: str) -> Iterator[tuple[Term, list[str]]]:
        """Give each term that a text of an original has, with the words that tell it."""
        found: dict[int, tuple[Term, list[str]]] = {}
        for word in _NAME_OR_WORD.findall(self.without_idioms(sentence, SOURCE)):
            term = self.asking.get(word) or self.asking.get(word.lower())
            if term is not None:
                found.setdefault(id(term), (term, []))[1].append(word)
        yield from found.values()
        for term in self.phrases:
            if said := term.words[SOURCE].findall(sentence):
                yield term, said

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
    idioms, denials, again, leads = (
        _patterns(content.get(name, {})) for name in ("idioms", "denials", "again", "leads")
    )
    phrases = tuple(_term(entry) for entry in content["phrase"])
    entries = list(zip(content["term"], terms, strict=True))
    asking = {word: term for entry, term in entries for word in _words(entry[SOURCE])}
    answering: dict[str, dict[str, list[Term]]] = {code: {} for code in LANGUAGES}
    for entry, term in entries:
        for code in term.words if term.back else ():
            for start in {_start(word, code) for word in _words(entry[code])}:
                answering[code].setdefault(start, []).append(term)
    return Glossary(terms, idioms, denials, again, leads, phrases, asking, answering)


def _patterns(texts: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {code: _pattern(code, text) for code, text in texts.items()}


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
        # What one language has a word for, another calls "it" where the next sentence has the word.
        found += (Finding(word, added=True) for word in _added(glossary, original, other, code))
    return list(dict.fromkeys(found))


def count(original: str, translated: str) -> list[str]:
    """Say that a translation has another number of sentences than its original, if it has."""
    here, there = sentences(original), sentences(translated)
    if len(here) == len(there) or original == translated:
        return []
    return [f"has {_count(there)}, the original {_count(here)}"]


def denials(text: str, code: str) -> int:
    """Return how many words of a plain text, in the language ``code``, deny something, at most."""
    return _denials(text, code)[-1]


def deny_alike(original: str, translated: str, code: str) -> bool:
    """Whether two plain texts, the second in the language ``code``, deny as often.

    What tells a term may deny in one language alone, as "instead" does where it becomes "and not".
    """
    glossary = load()
    # "None" denies nothing where the translation has it, too.
    kept = set(_NAME.findall(translated))
    original = _NAME.sub(lambda name: "" if name[0] in kept else name[0], original)
    here = denials(original, SOURCE)
    apart = {here - there for there in _denials(translated, code)}
    meant = glossary.without_idioms(translated, code)
    for term, said in glossary.asked(original):
        told = term.enough[code].finditer(translated) if code in term.enough else ()
        theirs = sorted(denials(meant[one.start() : one.end()], code) for one in told)
        times = min(len(said), len(theirs))
        least, most = sum(theirs[:times]), sum(theirs[len(theirs) - times :])
        ours = sum(denials(one, SOURCE) for one in said[:times])
        apart = {more - ours + their for more in apart for their in range(least, most + 1)}
    return 0 in apart


def _denials(text: str, code: str) -> range:
    """Return how many words deny something: from as few to as many as may be meant."""
    glossary = load()
    meant = text if code == SOURCE else glossary.without_idioms(text, code)
    least = most = 0
    for clause in _CLAUSE.split(meant):
        end = 0
        for found in glossary.denials[code].finditer(clause):
            before = _WORD_OR_MARK.findall(clause[end : found.start()])
            few, many = _times(glossary, found[0], before, code, denied=end > 0)
            least, most, end = least + few, most + many, found.end()
    return range(least, most + 1)


def _times(
    glossary: Glossary, word: str, before: list[str], code: str, *, denied: bool
) -> tuple[int, int]:
    """Return how often a word denies, at least and at most, after the words of its clause."""
    last = before[-1] if before else ""
    if code not in glossary.again or not glossary.again[code].fullmatch(word):
        return 1, 1
    if glossary.leads[code].fullmatch(last):
        return 1, 1
    if denied:
        return 0, int("," in before or bool(glossary.leads[code].fullmatch(word)))
    # Within a clause it wants another before it.
    return (2, 2) if last.isalnum() else (1, 1)


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
            yield words[found].split()[0]


def _added(glossary: Glossary, original: str, translated: str, code: str) -> Iterator[str]:
    translated = glossary.without_idioms(translated, code)
    for term in glossary.told(translated, code):
        back, found = term.back, term.words[code].findall(translated)
        if found and back is not None and not back.search(original):
            yield " ".join(found[-1].split())
