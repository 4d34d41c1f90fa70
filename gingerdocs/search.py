"""Search that finds Chinese without a dictionary and Portuguese without accents.

Sphinx splits and stems the pages in Python and the reader's query in JavaScript; each class here
holds both halves, and a browser test compares them.
"""

import functools
import json
import re
import unicodedata
from itertools import pairwise

import snowballstemmer
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.search.en import SearchEnglish as StockEnglish
from sphinx.search.pt import SearchPortuguese as StockPortuguese

_HAN = (
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U000323af"),
)
_PYTHON_HAN = "".join(f"{first}-{last}" for first, last in _HAN)
_JAVASCRIPT_HAN = "".join(rf"\u{{{ord(first):x}}}-\u{{{ord(last):x}}}" for first, last in _HAN)


class SearchChinese(SearchLanguage):
    """Indexes each pair of neighbouring characters, which needs no dictionary and misses nothing.

    Sphinx requires only terms of three characters or more to be on a page, so a pair is padded.
    """

    lang = "zh"
    language_name = "Chinese"
    _run = re.compile(rf"[{_PYTHON_HAN}]+|(?:(?![{_PYTHON_HAN}])\w)+")
    _pair = re.compile(rf"[{_PYTHON_HAN}]{{1,2}}")
    js_splitter_code = f"""
var splitQuery = (query) => {{
  const han = "{_JAVASCRIPT_HAN}";
  const runs = new RegExp(`[${{han}}]+|(?:(?![${{han}}])[\\\\p{{L}}\\\\p{{N}}_])+`, "gu");
  const isHan = new RegExp(`^[${{han}}]`, "u");
  return (query.match(runs) || []).flatMap((run) => {{
    const characters = Array.from(run);
    if (!isHan.test(run) || characters.length === 1) return [run];
    return characters.slice(1).map((character, index) => characters[index] + character);
  }});
}};
"""
    js_stemmer_code = f"""
var Stemmer = function () {{
  const pair = /^[{_JAVASCRIPT_HAN}]{{1,2}}$/u;
  this.stemWord = (word) => (pair.test(word) ? word + "__" : word.toLowerCase());
}};
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 (the base class has it)
        """Return the words of a text, Chinese runs as characters and pairs of characters.

        The query has no single characters, unless the reader typed one: those are for that case.
        """
        words: list[str] = []
        for run in self._run.findall(input):
            if self._pair.match(run):
                words.extend(run)
                words.extend(first + second for first, second in pairwise(run))
            else:
                words.append(run)
        return words

    def stem(self, word: str) -> str:
        """Return the term that stands for ``word`` in the index."""
        return word + "__" if self._pair.fullmatch(word) else word.lower()


class SearchEnglish(StockEnglish):
    """Stems a word once for all pages, not once for each; so does the Portuguese class."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._stem = functools.cache(super().stem)

    def stem(self, word: str) -> str:
        """Return the term that stands for ``word`` in the index."""
        return self._stem(word)


_ACCENTED_ENDINGS = (
    ("cao", "ção"),
    ("coes", "ções"),
    ("ao", "ão"),
    ("oes", "ões"),
    ("encia", "ência"),
    ("encias", "ências"),
    ("ancia", "ância"),
    ("ancias", "âncias"),
    ("avel", "ável"),
    ("ivel", "ível"),
)
_FIRST_ACCENT, _LAST_ACCENT = 0x300, 0x36F


class SearchPortuguese(StockPortuguese):
    """Finds a word however its accents are typed.

    Accents go before stemming, so that both spellings meet; the endings that the Snowball stemmer
    knows by their accents get them back, so that plurals still meet their singulars.
    """

    js_splitter_code = f"""
const accents = /[\\u{{{_FIRST_ACCENT:x}}}-\\u{{{_LAST_ACCENT:x}}}]/gu;
const foldAccents = (word) => word.toLowerCase().normalize("NFD").replace(accents, "");
const restoreEnding = (word) => {{
  const endings = {json.dumps(_ACCENTED_ENDINGS)};
  const ending = endings.find(([plain]) => word.endsWith(plain));
  return ending ? word.slice(0, -ending[0].length) + ending[1] : word;
}};
const snowball = new PortugueseStemmer();
window.Stemmer = function () {{
  this.stemWord = (word) => foldAccents(snowball.stemWord(restoreEnding(foldAccents(word))));
}};
var splitQuery = (query) => query.normalize("NFC").match(/[\\p{{L}}\\p{{N}}_]+/gu) || [];
"""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._snowball = snowballstemmer.stemmer("portuguese")
        self._stem = functools.cache(self._stemmed)

    def split(self, input: str) -> list[str]:  # noqa: A002 (the base class has it)
        """Return the words of a text that count, letters with their accents in one piece."""
        words = super().split(unicodedata.normalize("NFC", input))
        return [word for word in words if word.lower() not in self.stopwords]

    def stem(self, word: str) -> str:
        """Return the term that stands for ``word`` in the index, without accents."""
        return self._stem(word)

    def _stemmed(self, word: str) -> str:
        stemmed: str = self._snowball.stemWord(_restore_ending(_fold_accents(word)))
        return _fold_accents(stemmed)


def _fold_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(
        character for character in decomposed if not _FIRST_ACCENT <= ord(character) <= _LAST_ACCENT
    )


def _restore_ending(word: str) -> str:
    for plain, accented in _ACCENTED_ENDINGS:
        if word.endswith(plain):
            return word.removesuffix(plain) + accented
    return word


def setup(app: Sphinx) -> None:
    """Give Sphinx our search classes in place of its own."""
    app.add_search_language(SearchEnglish)
    app.add_search_language(SearchChinese)
    app.add_search_language(SearchPortuguese)
