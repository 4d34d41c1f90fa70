"""Misspelt words are named in two languages; words of the trade are listed."""

import os
import shutil
from pathlib import Path

import pytest

from gingerdocs.checks import spelling
from gingerdocs.checks.spelling import Text
from gingerdocs.languages import LANGUAGES
from gingerdocs.translating.catalogs import Catalog, Entry, Message

EN, PT, ZH = (LANGUAGES[code] for code in ("en", "pt", "zh"))

needs_hunspell = pytest.mark.skipif(
    shutil.which("hunspell") is None and not os.environ.get("CI"), reason="needs hunspell"
)


def write(root: Path, text: str) -> None:
    (root / "docs").mkdir(exist_ok=True)
    (root / spelling.WORDS).write_text(text, "utf-8")


@needs_hunspell
@pytest.mark.parametrize(
    "text",
    [
        Text("The server doesn't wait; it's up-to-date.", "a.md", (1,)),
        Text("The server’s log: read-only, re-read.", "a.md", (1,)),
        Text("Run `uvicron` with {ref}`asdf`, see <https://qwer.dev/zxcv>.", "a.md", (1,)),
        Text("asdf = 1\n# A right comment.\n", "a.md", (1, 2), "python"),
        Text("$ asdf  # Lists all.\nqwer\n", "a.md", (1, 2), "console"),
    ],
)
def test_right_english_passes(text: Text, tmp_path: Path) -> None:
    assert spelling.check(EN, [text], tmp_path) == []


@needs_hunspell
@pytest.mark.parametrize(
    "text",
    [
        "Instalá-lo é fácil: executa-se uma vez, pode-se configurá-la depois.",
        "As requisições são respondidas; não há cópias. Guarda-chuva, d'água.",
        "Reinicialização automática e implantação.",
    ],
)
def test_right_portuguese_passes(text: str, tmp_path: Path) -> None:
    assert spelling.check(PT, [Text(text, "a.po", (1,))], tmp_path) == []


@needs_hunspell
@pytest.mark.parametrize(
    ("text", "word", "line"),
    [
        (Text("The severr waits.", "a.md", (7,)), "severr", 7),
        (Text("It is read-onnly.", "a.md", (7,)), "read-onnly", 7),
        (Text("See [teh page](#a).", "a.md", (7,)), "teh", 7),
        (Text("Dosn't it?", "a.md", (7,)), "Dosn't", 7),
        (Text("a = 1\n# Rigth.\n", "a.md", (7, 9), "python"), "Rigth", 9),
        (Text('def a():\n    """Doess."""\n', "a.md", (7, 9), "python"), "Doess", 9),
        (Text("a 1;\nb 2; # twoo\n", "a.md", (7, 9), "nginx"), "twoo", 9),
    ],
)
def test_a_misspelt_word_is_named_with_its_line(
    text: Text, word: str, line: int, tmp_path: Path
) -> None:
    (problem,) = spelling.check(EN, [text], tmp_path)
    assert (problem.path, problem.line) == ("a.md", line)
    assert problem.message.startswith(f"{word} is in no dictionary")


@needs_hunspell
def test_near_words_are_given(tmp_path: Path) -> None:
    (problem,) = spelling.check(PT, [Text("O servidro espera.", "a.po", (3,))], tmp_path)
    assert str(problem).startswith("a.po:3: servidro is in no dictionary (did you mean servidor")


@needs_hunspell
def test_a_listed_word_passes_also_with_a_capital(tmp_path: Path) -> None:
    write(tmp_path, "# Words of the trade.\nasync\nUvicorn\n")
    text = Text("Async code and async-safe Uvicorn.", "a.md", (1,))
    assert spelling.check(EN, [text], tmp_path) == []
    (problem,) = spelling.check(EN, [Text("A uvicorn.", "a.md", (1,))], tmp_path)
    assert problem.message.startswith("uvicorn")


class TestTexts:
    MESSAGES = (Message("Hello.", 3), Message("# Hi.\na = 1\n", 5, "python"), Message("Not.", 9))

    def test_a_page_in_english_has_its_own(self) -> None:
        assert spelling.texts("docs/a.md", self.MESSAGES) == [
            Text("Hello.", "docs/a.md", (3,)),
            Text("# Hi.\na = 1\n", "docs/a.md", (5,), "python"),
            Text("Not.", "docs/a.md", (9,)),
        ]

    def test_a_translated_page_has_those_of_its_catalog(self) -> None:
        entries = (
            Entry("Hello.", 1, ((2, "Olá."),)),
            Entry("# Hi.\na = 1\n", 4, ((5, ""), (6, "# Oi.\n"), (7, "a = 1\n"))),
            Entry("Not.", 9, ((10, "Não."),), fuzzy=True),
        )
        assert spelling.texts("docs/a.md", self.MESSAGES, Catalog("a.po", entries, ())) == [
            Text("Olá.", "a.po", (2,), None, "Hello."),
            Text("# Oi.\na = 1\n", "a.po", (6, 7, 7), "python", "# Hi.\na = 1\n"),
        ]


def test_chinese_has_no_dictionary(tmp_path: Path) -> None:
    assert spelling.check(ZH, [Text("服务器 severr", "a.po", (1,))], tmp_path) == []


def test_a_missing_hunspell_is_a_problem_in_continuous_integration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    text = Text("The severr.", "a.md", (1,))
    assert spelling.check(EN, [text], tmp_path) == []
    monkeypatch.setenv("CI", "false")
    assert spelling.check(EN, [text], tmp_path) == []
    monkeypatch.setenv("CI", "true")
    (problem,) = spelling.check(EN, [text], tmp_path)
    assert "hunspell is not installed" in problem.message


def test_the_list_is_checked(tmp_path: Path) -> None:
    write(tmp_path, "# Used.\nasync\nUvicorn\nsafe\n\nlonely\n")
    texts = [Text("Async-safe. Uvicorn.", "a.md", (1,))]
    assert [
        str(problem) for problem in spelling.check_list(spelling.listed(texts, tmp_path), tmp_path)
    ] == [
        "docs/words.txt:6: 'lonely' has no reason above it",
        "docs/words.txt:6: no page has the word lonely; delete it",
    ]


@needs_hunspell
def test_a_name_that_the_original_has_is_no_mistake(tmp_path: Path) -> None:
    original = "A Qwertz waits for the asdf."
    text = Text("Um Qwertz espera.", "a.po", (1,), None, original)
    assert spelling.check(PT, [text], tmp_path) == []
    other = Text("Um Qwertz espera o asdf.", "a.po", (1,), None, original)
    (problem,) = spelling.check(PT, [other], tmp_path)
    assert "asdf" in problem.message
