"""Catalogs are read with their lines, and only what parses reaches Sphinx."""

import io
import os
from pathlib import Path

import pytest
from babel.messages import catalog as babel_catalog
from babel.messages import pofile
from hypothesis import given
from hypothesis import strategies as st

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import catalogs

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
