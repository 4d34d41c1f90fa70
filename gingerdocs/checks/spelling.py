"""Spells the prose and the samples' comments with Hunspell and the dictionaries of Debian.

Chinese has no such dictionary; what is not Chinese in a Chinese text is compared with the original
(``translation``).
"""

import functools
import re
import shutil
import subprocess
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gingerdocs.languages import Language
from gingerdocs.machine.programs import lack_is_failure
from gingerdocs.sample import Problem
from gingerdocs.translating.catalogs import Catalog, Entry, Message, line_of
from gingerdocs.translating.code_translation import comments
from gingerdocs.translating.translation import KEPT, plain

from .prose import read_list

WORDS = "docs/words.txt"
"""The words that no dictionary has."""

DICTIONARIES = {"en": "en_US", "pt": "pt_BR"}
"""The dictionaries by language code; Debian's packages are called hunspell-en-us and the like."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ADDRESS = re.compile(r"\w+://\S+|\S+@\S+")


@dataclass(frozen=True)
class Text:
    """A text to spell: prose in Markdown, or a sample in the language ``code``.

    ``lines`` are the lines of ``path`` that the text's lines stand at, the last holding for the
    rest. ``original`` is what the text translates: names that stand there have been spelt there.
    """

    text: str
    path: str
    lines: tuple[int, ...]
    code: str | None = None
    original: str = ""


def texts(page: str, messages: Iterable[Message], catalog: Catalog | None = None) -> list[Text]:
    """Return what to spell on a page: its messages, or their translations in a catalog."""
    if catalog is None:
        return [
            Text(message.text, message.path or page, (message.line,), message.code)
            for message in messages
        ]
    return [
        Text(entry.msgstr, catalog.path, tuple(_lines(entry)), message.code, message.text)
        for message in messages
        if (entry := catalog.find(message.text)) is not None and entry.translated
    ]


def _lines(entry: Entry) -> Iterator[int]:
    for number in range(entry.msgstr.count("\n") + 1):
        yield line_of(entry, number)


def check(language: Language, texts: Sequence[Text], root: Path) -> list[Problem]:
    """Say which words are misspelt: in no dictionary and not in ``docs/words.txt``.

    A language without a dictionary has no problems; neither has one whose dictionary is not
    installed, unless that is a failure (``programs``).
    """
    dictionary = DICTIONARIES.get(language.code)
    if dictionary is None:
        return []
    found = [(text, line, word) for text in texts for line, word in _words(text)]
    allowed = read_list(root, WORDS)[0]
    doubtful = {word: _unlisted(word, allowed) for _, _, word in found}
    try:
        near = _misspelt(dictionary, doubtful)
    except DictionaryError as error:
        return [Problem(WORDS, 1, str(error))] if lack_is_failure() else []
    return [
        Problem(text.path, text.lines[min(line, len(text.lines) - 1)], _message(word, near[word]))
        for text, line, word in dict.fromkeys(found)
        if word in near
    ]


def listed(texts: Iterable[Text], root: Path) -> set[str]:
    """Return the words of ``docs/words.txt`` that the texts have."""
    used = {part for text in texts for _, word in _words(text) for part in (word, *_parts(word))}
    entries = read_list(root, WORDS)[0]
    return {word for word in entries if word in used or word.capitalize() in used}


def check_list(used: Container[str], root: Path) -> list[Problem]:
    """Say what is wrong with ``docs/words.txt``; ``used`` are its words that pages have."""
    entries, problems = read_list(root, WORDS)
    return problems + [
        Problem(WORDS, line, f"no page has the word {word}; delete it")
        for word, line in entries.items()
        if word not in used
    ]


class DictionaryError(Exception):
    """Hunspell or its dictionary is not installed."""


@functools.lru_cache(KEPT)
def _words(text: Text) -> list[tuple[int, str]]:
    lines = [(0, plain(text.text))] if text.code is None else comments(text.code, text.text)
    names = {_bare(word) for word in _WORD.findall(text.original) if not word.islower()}
    return [
        (number, bare)
        for number, line in lines
        for word in _WORD.findall(_ADDRESS.sub(" ", line))
        if len(word) > 1 and (bare := _bare(word)) not in names
    ]


def _bare(word: str) -> str:
    return word.replace("’", "'").removesuffix("'s")


def _parts(word: str) -> list[str]:
    return [part for part in word.split("-") if len(part) > 1]


def _unlisted(word: str, allowed: Container[str]) -> list[str]:
    """Return the parts of a word that the list has not, none when it has the whole word."""
    # At the start of a sentence a word has a capital.
    return [
        part
        for part in _parts(word)
        if not any(
            name in allowed or name[0].lower() + name[1:] in allowed for name in (word, part)
        )
    ]


def _misspelt(dictionary: str, doubtful: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the words that a dictionary has neither whole nor in parts, with near ones."""
    asked = sorted({name for word, parts in doubtful.items() if parts for name in (word, *parts)})
    unknown = set(_hunspell("-L", dictionary, asked).splitlines()) if asked else set()
    wrong = [
        word
        for word, parts in doubtful.items()
        if parts and word in unknown and not unknown.isdisjoint(parts)
    ]
    return dict(zip(wrong, _near(dictionary, wrong), strict=True)) if wrong else {}


def _near(dictionary: str, words: list[str]) -> Iterator[list[str]]:
    """Yield for each word those near it, which takes Hunspell long."""
    # Ispell's protocol: a greeting, then for each line its words' results and an empty line.
    answers = _hunspell("-a", dictionary, [f"^{word}" for word in words]).split("\n", 1)[1]
    for answer in answers.split("\n\n")[: len(words)]:
        yield [near for line in answer.splitlines() if line for near in _suggestions(line)]


def _hunspell(mode: str, dictionary: str, lines: list[str]) -> str:
    """Return what Hunspell says to some lines: ``-L`` prints those that have an unknown word."""
    if shutil.which("hunspell") is None:
        raise DictionaryError("hunspell is not installed, which the spelling is checked with")
    done = subprocess.run(
        ["hunspell", mode, "-i", "utf-8", "-d", dictionary],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        package = f"hunspell-{dictionary.lower().replace('_', '-')}"
        raise DictionaryError(f"the dictionary {dictionary} is not installed: install {package}")
    return done.stdout


def _suggestions(result: str) -> list[str]:
    near = result.partition(": ")[2].split(", ") if result.startswith("&") else []
    return [word for word in near if " " not in word][:2]


def _message(word: str, near: list[str]) -> str:
    meant = f" (did you mean {' or '.join(near)}?)" if near else ""
    return f"{word} is in no dictionary{meant}; mend it, or list it in {WORDS} with a reason"
