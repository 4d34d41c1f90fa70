"""A catalog is held against its page: each departure is named, and the truth passes."""

import re
from pathlib import Path

import pytest

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import catalog_check, catalogs, po

from .test_catalogs import HEADER, WELL, read

SAMPLE = '# Says hello.\nprint("Hello")\nprint(1)\n'
PT = LANGUAGES["pt"]
CATALOG = "locale/pt/LC_MESSAGES/index.po"
NAMED = '"Run it." (docs/index.md, line 3)'
FUZZY = "is marked fuzzy, so that readers get English; mend it and delete the mark"
OBSOLETE = "is marked obsolete (#~) but the page has it; run make update-po"
WITHOUT = "make html LANGS=en builds the site without translations"
NOWHERE = (
    'docs/index.md:3: no Português (Brasil) translation of "Run it."; '
    f"run make update-po and translate it in {CATALOG}; {WITHOUT}"
)


def check(
    root: Path, text: str, *messages: catalogs.Message, page: str = "docs/index.md"
) -> list[str]:
    found = catalog_check.check(read(root, HEADER + text), PT, page, messages)
    return [str(problem) for problem in found]


class TestCheck:
    def test_a_translated_page_is_well(self, tmp_path: Path) -> None:
        text = (
            'msgid "Run `a`."\nmsgstr "Execute `a`."\n\n'
            'msgid ""\n"# Says hello.\\n"\n"print(\\"Hello\\")\\n"\n"print(1)\\n"\n'
            'msgstr ""\n"# Diz olá.\\n"\n"print(\\"Olá\\")\\n"\n"print(1)\\n"\n'
        )
        messages = (
            catalogs.Message("Run `a`.", 3),
            catalogs.Message(SAMPLE, 5, "python"),
            catalogs.Message("$ uvicorn mysite.asgi:application\n", 9, "console"),
        )
        assert check(tmp_path, text, *messages) == []

    def test_names_the_line_of_a_mistake_in_a_sample(self, tmp_path: Path) -> None:
        text = (
            'msgid ""\n"# Says hello.\\n"\n"print(\\"Hello\\")\\n"\n"print(1)\\n"\n'
            'msgstr ""\n"# Diz olá.\\n"\n"print(\\"Olá\\")\\n"\n"print(2)\\n"\n'
        )
        assert check(tmp_path, text, catalogs.Message(SAMPLE, 5, "python")) == [
            f'{CATALOG}:12: the translated sample has "2" where the original has "1"'
        ]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", NOWHERE),
            ('msgid "Run `it`."\nmsgstr "Execute."\n', NOWHERE),
            (
                'msgid "Run it."\nmsgstr ""\n',
                f"{CATALOG}:5: {NAMED} is not translated; {WITHOUT}",
            ),
            (
                '#, fuzzy\nmsgid "Run it."\nmsgstr "Execute."\n',
                f"{CATALOG}:6: {NAMED} {FUZZY}",
            ),
            (
                '#~ msgid "Run it."\n#~ msgstr "Execute."\n',
                f"{CATALOG}:5: {NAMED} {OBSOLETE}",
            ),
        ],
        ids=["nowhere", "changed since", "empty", "fuzzy", "obsolete"],
    )
    def test_names_what_has_no_translation(self, tmp_path: Path, text: str, says: str) -> None:
        assert check(tmp_path, text, catalogs.Message("Run it.", 3)) == [says]

    def test_a_living_entry_goes_before_an_obsolete_one(self, tmp_path: Path) -> None:
        text = '#~ msgid "Run it."\n#~ msgstr "A."\n\nmsgid "Run it."\nmsgstr "Execute."\n'
        assert check(tmp_path, text, catalogs.Message("Run it.", 3)) == []

    def test_a_catalog_that_does_not_parse_says_only_that(self, tmp_path: Path) -> None:
        text = 'msgid "Run it.\nmsgstr "Execute."\n'
        assert check(tmp_path, text, catalogs.Message("Run it.", 3)) == [
            'locale/pt/LC_MESSAGES/index.po:5: has a text without its closing quote; end it with "'
        ]

    def test_a_catalog_that_is_not_there(self, tmp_path: Path) -> None:
        catalog = catalogs.read(tmp_path / "locale" / "pt" / "index.po", tmp_path)
        found = catalog_check.check(catalog, PT, "docs/index.md", [catalogs.Message("Run it.", 3)])
        assert [str(problem) for problem in found] == [
            "locale/pt/index.po:1: cannot be read: No such file or directory; run make update-po"
        ]

    def test_missing_gives_each_message_once(self, tmp_path: Path) -> None:
        message = catalogs.Message("Run it.", 3)
        catalog = read(tmp_path, WELL)
        known = catalogs.Message("Hello.", 1)
        assert catalog_check.missing(catalog, [message, known, message]) == [message]

    def test_no_message_stays_fuzzy_even_if_it_says_the_same_in_all_languages(
        self, tmp_path: Path
    ) -> None:
        catalog = read(tmp_path, HEADER + '#, fuzzy\nmsgid "$ true"\nmsgstr "$ true"\n')
        messages = [catalogs.Message("$ true", 3, "console")] * 2
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert ["is marked fuzzy" in problem.message for problem in found] == [True]


class TestOrder:
    ORIGINAL = "`a` is before `b`, see [2](#two)."

    def problems(self, root: Path, msgstr: str, comment: str = "") -> list[str]:
        entry = f'{comment}msgid "{self.ORIGINAL}"\nmsgstr "{msgstr}"\n'
        catalog = read(root, HEADER + entry)
        messages = [catalogs.Message(self.ORIGINAL, 1)]
        found = catalog_check.check(catalog, LANGUAGES["zh"], "docs/index.md", messages)
        return [problem.message for problem in found]

    def test_what_stands_as_in_the_original_needs_no_comment(self, tmp_path: Path) -> None:
        assert self.problems(tmp_path, "`a` 在 `b` 之前，见 [2](#two)。") == []

    def test_what_has_changed_places_is_told_with_the_comment_that_allows_it(
        self, tmp_path: Path
    ) -> None:
        swapped = "`b` 在 `a` 之前，见 [2](#two)。"
        [told] = self.problems(tmp_path, swapped)
        assert "in another order" in told
        assert "«# order: 2 1 3 4»" in told
        assert self.problems(tmp_path, swapped, "# order: 2 1 3 4\n") == []

    def test_a_comment_that_is_not_so_is_told(self, tmp_path: Path) -> None:
        kept = "`a` 在 `b` 之前，见 [2](#two)。"
        [told] = self.problems(tmp_path, kept, "# order: 2 1 3 4\n")
        assert "delete the comment" in told


class TestWords:
    ORIGINAL = "The server opens it before."

    def problems(self, root: Path, msgstr: str, comment: str = "") -> list[str]:
        catalog = read(root, f'{HEADER}{comment}msgid "{self.ORIGINAL}"\nmsgstr "{msgstr}"\n')
        messages = [catalogs.Message(self.ORIGINAL, 1)]
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        return [problem.message for problem in found]

    def test_all_that_the_glossary_finds_is_told_at_once_with_the_comment_that_allows_it(
        self, tmp_path: Path
    ) -> None:
        free = "O cliente o abre mais cedo."
        [told] = self.problems(tmp_path, free)
        assert "has no word for “server”" in told
        assert "says “cliente”, for which the original has no word" in told
        [note] = re.findall("«(# words: .*)»", told)
        assert self.problems(tmp_path, free, f"{note}\n") == []

    def test_the_comment_allows_no_other_word(self, tmp_path: Path) -> None:
        [told] = self.problems(tmp_path, "O cliente o abre antes.", "# words: cliente\n")
        assert "«# words: server, cliente»" in told
        assert "says “cliente”" not in told

    def test_a_word_that_is_allowed_for_nothing_is_told(self, tmp_path: Path) -> None:
        [told] = self.problems(tmp_path, "O servidor o abre antes.", "# words: opens\n")
        assert "needs no word “opens”" in told


class TestDenials:
    ORIGINAL = "It is not empty."

    def problems(self, root: Path, msgstr: str, comment: str = "") -> list[str]:
        catalog = read(root, f'{HEADER}{comment}msgid "{self.ORIGINAL}"\nmsgstr "{msgstr}"\n')
        messages = [catalogs.Message(self.ORIGINAL, 1)]
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        return [problem.message for problem in found]

    def test_a_translation_denies_as_often_as_its_original(self, tmp_path: Path) -> None:
        assert self.problems(tmp_path, "Não está vazio.") == []

    def test_one_that_denies_more_often_is_told_with_the_comment_that_allows_it(
        self, tmp_path: Path
    ) -> None:
        doubled = "Não está vazio, não."
        [told] = self.problems(tmp_path, doubled)
        assert "has 2 of the words that deny, the original has 1" in told
        assert "«# denials: 2»" in told
        assert self.problems(tmp_path, doubled, "# denials: 2\n") == []
        assert self.problems(tmp_path, f"{doubled[:-1]}, não.", "# denials: 2\n") != []

    def test_a_comment_that_is_not_so_is_told(self, tmp_path: Path) -> None:
        [told] = self.problems(tmp_path, "Não está vazio.", "# denials: 1\n")
        assert "delete the comment" in told

    def test_a_sample_s_comment_denies_as_often_as_the_original_s(self, tmp_path: Path) -> None:
        entry = 'msgid "x = 1  # It waits.\\n"\nmsgstr "x = 1  # Ele não espera.\\n"\n'
        messages = [catalogs.Message("x = 1  # It waits.\n", 1, "python")]
        catalog = read(tmp_path, HEADER + entry)
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert ["denies more often" in problem.message for problem in found] == [True]


def test_a_sample_s_comment_says_what_the_original_s_does(tmp_path: Path) -> None:
    original = "x = 1  # It waits two seconds.\n"
    catalog = read(
        tmp_path,
        HEADER + f'msgid "{original[:-1]}\\n"\nmsgstr "x = 1  # Não espera três segundos.\\n"\n',
    )
    messages = [catalogs.Message(original, 1, "python")]
    found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
    assert [problem.line for problem in found] == [6, 6]
    assert "denies more often" in found[0].message
    assert "«# words: two, três»" in found[1].message


class TestArrangement:
    ENTRIES = 'msgid "One."\nmsgstr "Um."\n\nmsgid "Two."\nmsgstr "Dois."\n'

    def problems(self, root: Path, *messages: catalogs.Message) -> list[str]:
        catalog = read(root, HEADER + self.ENTRIES)
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        return [f"{problem.line}: {problem.message}" for problem in found]

    def test_the_order_of_the_page_passes_however_often_it_says_a_thing(
        self, tmp_path: Path
    ) -> None:
        texts = [catalogs.Message(text, 3) for text in ("One.", "Two.", "One.")]
        assert self.problems(tmp_path, *texts) == []

    def test_messages_that_change_places_are_told(self, tmp_path: Path) -> None:
        texts = [catalogs.Message("Two.", 3), catalogs.Message("One.", 5)]
        [told] = self.problems(tmp_path, *texts)
        assert told.startswith('5: the page has "Two." here (docs/index.md, line 3), not "One."')

    def test_a_message_that_is_gone_is_told(self, tmp_path: Path) -> None:
        [told] = self.problems(tmp_path, catalogs.Message("One.", 3))
        assert told.startswith('8: "Two." is no longer on the page docs/index.md')

    @pytest.mark.parametrize("change", [("It runs.", "It ran."), ("Ele roda.", "Ele roda mal.")])
    def test_what_was_changed_by_hand_is_told_until_it_is_written_anew(
        self, tmp_path: Path, change: tuple[str, str]
    ) -> None:
        path = tmp_path / "locale/pt/LC_MESSAGES/index.po"
        text = "It runs.".replace(*change)
        messages = [catalogs.Message("One.", 1), catalogs.Message(text, 2)]
        written = [po.Message("One.", "Um."), po.Message("It runs.", "Ele roda.")]
        po.write(path, written, LANGUAGES["pt"])
        path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
        catalog = catalogs.read(path, tmp_path)
        [told] = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert "not as make update-po has written it" in told.message
        po.write(path, po.read(path), LANGUAGES["pt"])
        renewed = catalogs.read(path, tmp_path)
        assert catalog_check.check(renewed, LANGUAGES["pt"], "docs/index.md", messages) == []

    def test_the_code_puts_docstrings_in_order(self, tmp_path: Path) -> None:
        texts = [catalogs.Message(text, 3, path="gingerdj/a.py") for text in ("Two.", "One.")]
        assert self.problems(tmp_path, *texts) == []

    @pytest.mark.parametrize(
        ("comment", "place", "said"),
        [
            ("#. warning\n", "warning", ""),
            ("#. warning\n", "tip", "is tip (docs/index.md, line 3), and was warning when"),
            ("", "first-section", "is first-section (docs/index.md, line 3), and was plain text"),
            ("#. row plain\n", "", "is plain text (docs/index.md, line 3), and was row plain"),
        ],
    )
    def test_a_message_that_becomes_something_else_is_told(
        self, tmp_path: Path, comment: str, place: str, said: str
    ) -> None:
        catalog = read(tmp_path, HEADER + comment + 'msgid "One."\nmsgstr "Um."\n')
        messages = [catalogs.Message("One.", 3, place=place)]
        found = catalog_check.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert [said in problem.message for problem in found] == ([True] if said else [])
