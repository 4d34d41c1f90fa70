"""Catalogs are read with their lines, and only what parses reaches Sphinx."""

import io
import os
import re
from pathlib import Path

import pytest
from babel.messages import catalog as babel_catalog
from babel.messages import pofile
from hypothesis import given
from hypothesis import strategies as st

from gingerdocs import catalogs, po
from gingerdocs.languages import LANGUAGES

HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

"""
"""Four lines, so that what follows begins at line 5."""

WELL = HEADER + 'msgid "Hello."\nmsgstr "Olá."\n'


def write(root: Path, text: str | bytes, name: str = "locale/pt/LC_MESSAGES/index.po") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(root: Path, text: str | bytes) -> catalogs.Catalog:
    return catalogs.read(write(root, text), root)


class TestRead:
    def test_gives_messages_with_their_texts_and_lines(self, tmp_path: Path) -> None:
        found = read(
            tmp_path,
            HEADER
            + '#, fuzzy\nmsgid "One."\nmsgstr "Um."\n\n'
            + 'msgid ""\n"Two "\n"lines\\n"\nmsgstr ""\n"Duas \\"linhas\\"\\n"\n\n'
            + '#~ msgid "Old."\n#~ msgstr "Velho."\n',
        )
        assert found.problems == ()
        assert found.path == "locale/pt/LC_MESSAGES/index.po"
        assert [
            (entry.msgid, entry.msgstr, entry.line, entry.fuzzy, entry.obsolete)
            for entry in found.entries
        ] == [
            ("One.", "Um.", 6, True, False),
            ("Two lines\n", 'Duas "linhas"\n', 9, False, False),
            ("Old.", "Velho.", 15, False, True),
        ]
        assert [entry.translated for entry in found.entries] == [False, True, False]

    def test_reads_what_babel_wraps_and_windows_editors_save(self, tmp_path: Path) -> None:
        assert read(tmp_path, WELL.replace("\n", "\r\n")).problems == ()

    @given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
    def test_reads_whatever_babel_writes(
        self, tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]
    ) -> None:
        written = babel_catalog.Catalog(locale="pt_BR")
        for msgid, msgstr in texts:
            written.add(msgid, msgstr)
        stream = io.BytesIO()
        pofile.write_po(stream, written, width=40)
        expected = {
            message.id: message.string
            for message in pofile.read_po(io.BytesIO(stream.getvalue()))
            if message.id
        }
        found = read(tmp_path_factory.mktemp("checkout"), stream.getvalue())
        assert found.problems == ()
        assert {entry.msgid: entry.msgstr for entry in found.entries} == expected


ENTRY = 'msgid "Hello."\nmsgstr "Olá."\n'

BROKEN = {
    "latin-1": (HEADER.encode() + ENTRY.encode("latin-1"), 6, "not UTF-8"),
    "utf-16": (WELL.encode("utf-16"), 1, "not UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + WELL.encode(), 1, "byte order mark"),
    "charset": (WELL.replace("UTF-8", "ISO-8859-1"), 1, "charset=UTF-8"),
    "unterminated msgid": (HEADER + 'msgid "Hello.\nmsgstr "Olá."\n', 5, "closing quote"),
    "unterminated msgstr": (HEADER + 'msgid "Hello."\nmsgstr "Olá.\n', 6, "closing quote"),
    "unterminated line": (HEADER + 'msgid ""\n"Hello.\nmsgstr "a"\n', 6, "closing quote"),
    "escaped closing quote": (HEADER + 'msgid "a"\nmsgstr "a\\"\n', 6, "closing quote"),
    "no opening quote": (HEADER + 'msgid "a"\nmsgstr a"\n', 6, "in quotes"),
    "no text": (HEADER + 'msgid "a"\nmsgstr\n', 6, "in quotes"),
    "no space": (HEADER + 'msgid "a"\nmsgstr"a"\n', 6, "one space"),
    "bare quote": (HEADER + 'msgid "a"\nmsgstr "an "a" b"\n', 6, "quote inside"),
    "unknown escape": (HEADER + 'msgid "a"\nmsgstr "a\\d"\n', 6, "unknown escape"),
    "duplicate": (WELL + "\n" + ENTRY, 8, "stands at line 5"),
    "second header": (WELL + "\n" + HEADER, 8, "stands at line 1"),
    "no msgstr": (HEADER + 'msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', 5, "no msgstr"),
    "no msgstr at the end": (WELL + '\nmsgid "b"\n', 8, "no msgstr"),
    "no msgid": (HEADER + 'msgstr "c"\n', 5, "put its msgid back"),
    "two msgstr": (WELL + 'msgstr "Oi."\n', 7, "second msgstr"),
    "text alone": (HEADER + '# note\n"Hello."\n', 6, "without msgid"),
    "comment between": (HEADER + 'msgid "a"\n# note\nmsgstr "b"\n', 6, "move it above"),
    "half obsolete": (HEADER + 'msgid "a"\n#~ msgstr "b"\n', 6, "#~ on only one"),
    "misspelt msgstr": (HEADER + 'msgid "a"\nmsgtsr "b"\n', 6, "did you mean msgstr?"),
    "misspelt msgid": (HEADER + 'mgsid "a"\nmsgstr "b"\n', 5, "did you mean msgid?"),
    "prose": (WELL + "TODO ask Ana\n", 7, "comment"),
    "conflict, ours": ("<<<<<<< HEAD\n" + WELL, 1, "conflict marker"),
    "conflict, middle": (WELL + "=======\n", 7, "conflict marker"),
    "conflict, theirs": (WELL + ">>>>>>> main\n", 7, "conflict marker"),
    "plural": (HEADER + 'msgid "a"\nmsgid_plural "b"\nmsgstr "c"\n', 6, "no meaning"),
    "plural translation": (HEADER + 'msgid "a"\nmsgstr[0] "c"\n', 6, "did you mean msgstr?"),
    "context": (HEADER + 'msgctxt "x"\nmsgid "a"\nmsgstr "c"\n', 5, "no meaning"),
}


@pytest.mark.parametrize(("text", "line", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_catalog_is_left_out_and_named(
    tmp_path: Path, text: str | bytes, line: int, says: str
) -> None:
    write(tmp_path, WELL, "locale/pt/LC_MESSAGES/sound.po")
    write(tmp_path, text)
    target = tmp_path / "build" / "locale"
    problems = catalogs.prepare(LANGUAGES["pt"], tmp_path / "locale", target)
    assert (problems[0].path, problems[0].line) == ("locale/pt/LC_MESSAGES/index.po", line)
    assert says in problems[0].message
    folder = target / "pt_BR" / "LC_MESSAGES"
    assert [path.name for path in folder.iterdir()] == ["sound.po"]


class TestLineOf:
    @pytest.mark.parametrize(
        ("msgstr", "lines"),
        [
            ('"one"', [6]),
            ('"one\\ntwo\\nthree"', [6, 6, 6]),
            ('""\n"one\\n"\n"two\\n"\n"three\\n"', [7, 8, 9]),
            ('""\n"one "\n"and "\n"more\\n"\n"two\\n"', [7, 10]),
            ('""\n"one\\ntwo\\n"\n"three"', [7, 7, 8]),
            ('""\n"one"\n"\\ntwo"', [7, 8]),
            ('""\n"one\\n"\n"\\n"\n"three"', [7, 8, 9]),
            ('""\n"one\\n"\n""\n"two"', [7, 9]),
        ],
    )
    def test_finds_every_line_of_a_translation(
        self, tmp_path: Path, msgstr: str, lines: list[int]
    ) -> None:
        entry = read(tmp_path, HEADER + f'msgid "a"\nmsgstr {msgstr}\n').entries[0]
        found = [catalogs.line_of(entry, n) for n in range(len(entry.msgstr.splitlines()))]
        assert found == lines

    def test_past_the_end_is_the_last_line(self, tmp_path: Path) -> None:
        entry = read(tmp_path, HEADER + 'msgid "a"\nmsgstr ""\n"one\\n"\n').entries[0]
        assert catalogs.line_of(entry, 9) == 7


class TestPrepare:
    @pytest.fixture
    def target(self, tmp_path: Path) -> Path:
        return tmp_path / "build" / "locale" / "pt_BR" / "LC_MESSAGES"

    def prepare(self, root: Path) -> None:
        found = catalogs.prepare(LANGUAGES["pt"], root / "locale", root / "build" / "locale")
        assert found == []

    def test_copies_with_the_modification_time(self, tmp_path: Path, target: Path) -> None:
        path = write(tmp_path, WELL, "locale/pt/LC_MESSAGES/topics/async.po")
        os.utime(path, (1_000_000_000, 1_000_000_000))
        self.prepare(tmp_path)
        copy = target / "topics" / "async.po"
        assert copy.read_text() == WELL
        assert copy.stat().st_mtime == 1_000_000_000

    def test_keeps_the_compiled_catalog_of_one_that_stays(
        self, tmp_path: Path, target: Path
    ) -> None:
        write(tmp_path, WELL)
        self.prepare(tmp_path)
        before = (target / "index.po").stat()
        (target / "index.mo").write_bytes(b"compiled")
        self.prepare(tmp_path)
        assert (target / "index.mo").read_bytes() == b"compiled"
        assert (target / "index.po").stat().st_ino == before.st_ino

    def test_a_changed_catalog_loses_its_compiled_one_even_when_it_is_older(
        self, tmp_path: Path, target: Path
    ) -> None:
        path = write(tmp_path, WELL)
        self.prepare(tmp_path)
        (target / "index.mo").write_bytes(b"compiled")
        path.write_text(WELL.replace("Olá", "Oi"))
        os.utime(path, (1_000_000_000, 1_000_000_000))
        self.prepare(tmp_path)
        assert "Oi" in (target / "index.po").read_text()
        assert not (target / "index.mo").exists()

    def test_a_deleted_or_broken_catalog_goes_with_its_compiled_one(
        self, tmp_path: Path, target: Path
    ) -> None:
        gone = write(tmp_path, WELL, "locale/pt/LC_MESSAGES/gone.po")
        broken = write(tmp_path, WELL, "locale/pt/LC_MESSAGES/broken.po")
        self.prepare(tmp_path)
        for name in ("gone.mo", "broken.mo"):
            (target / name).write_bytes(b"compiled")
        gone.unlink()
        broken.write_text(WELL + "msgid")
        problems = catalogs.prepare(
            LANGUAGES["pt"], tmp_path / "locale", tmp_path / "build" / "locale"
        )
        assert {problem.path for problem in problems} == {"locale/pt/LC_MESSAGES/broken.po"}
        assert list(target.iterdir()) == []

    def test_a_language_without_catalogs_is_no_problem(self, tmp_path: Path) -> None:
        self.prepare(tmp_path)


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
    found = catalogs.check(read(root, HEADER + text), PT, page, messages)
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
        found = catalogs.check(catalog, PT, "docs/index.md", [catalogs.Message("Run it.", 3)])
        assert [str(problem) for problem in found] == [
            "locale/pt/index.po:1: cannot be read: No such file or directory; run make update-po"
        ]

    def test_missing_gives_each_message_once(self, tmp_path: Path) -> None:
        message = catalogs.Message("Run it.", 3)
        catalog = read(tmp_path, WELL)
        known = catalogs.Message("Hello.", 1)
        assert catalogs.missing(catalog, [message, known, message]) == [message]

    def test_no_message_stays_fuzzy_even_if_it_says_the_same_in_all_languages(
        self, tmp_path: Path
    ) -> None:
        catalog = read(tmp_path, HEADER + '#, fuzzy\nmsgid "$ true"\nmsgstr "$ true"\n')
        messages = [catalogs.Message("$ true", 3, "console")] * 2
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert ["is marked fuzzy" in problem.message for problem in found] == [True]


class TestOrder:
    ORIGINAL = "`a` is before `b`, see [2](#two)."

    def problems(self, root: Path, msgstr: str, comment: str = "") -> list[str]:
        entry = f'{comment}msgid "{self.ORIGINAL}"\nmsgstr "{msgstr}"\n'
        catalog = read(root, HEADER + entry)
        messages = [catalogs.Message(self.ORIGINAL, 1)]
        found = catalogs.check(catalog, LANGUAGES["zh"], "docs/index.md", messages)
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
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
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
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
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
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert ["denies more often" in problem.message for problem in found] == [True]


def test_a_sample_s_comment_says_what_the_original_s_does(tmp_path: Path) -> None:
    original = "x = 1  # It waits two seconds.\n"
    catalog = read(
        tmp_path,
        HEADER + f'msgid "{original[:-1]}\\n"\nmsgstr "x = 1  # Não espera três segundos.\\n"\n',
    )
    messages = [catalogs.Message(original, 1, "python")]
    found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
    assert [problem.line for problem in found] == [6, 6]
    assert "denies more often" in found[0].message
    assert "«# words: two, três»" in found[1].message


class TestArrangement:
    ENTRIES = 'msgid "One."\nmsgstr "Um."\n\nmsgid "Two."\nmsgstr "Dois."\n'

    def problems(self, root: Path, *messages: catalogs.Message) -> list[str]:
        catalog = read(root, HEADER + self.ENTRIES)
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
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

    def test_a_message_that_was_changed_by_hand_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "locale/pt/LC_MESSAGES/index.po"
        messages = [catalogs.Message("One.", 1), catalogs.Message("It ran.", 2)]
        written = [po.Message("One.", "Um."), po.Message("It runs.", "Ele roda.")]
        po.write(path, written, LANGUAGES["pt"])
        path.write_text(path.read_text("utf-8").replace("It runs.", "It ran."), "utf-8")
        catalog = catalogs.read(path, tmp_path)
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert ["make update-po has not written" in one.message for one in found] == [True]
        po.write(path, po.read(path), LANGUAGES["pt"])
        renewed = catalogs.read(path, tmp_path)
        assert catalogs.check(renewed, LANGUAGES["pt"], "docs/index.md", messages) == []

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
        found = catalogs.check(catalog, LANGUAGES["pt"], "docs/index.md", messages)
        assert [said in problem.message for problem in found] == ([True] if said else [])
