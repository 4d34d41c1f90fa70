"""Catalogs follow the pages, and what translators wrote is kept."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import catalogs, po, po_stat, update_po
from gingerdocs.translating.po import Message

PT = LANGUAGES["pt"]

CONF = """\
extensions = ["myst_parser"]
gettext_compact = False
gettext_location = False
gettext_additional_targets = ["literal-block"]
"""

PAGE = """\
# Start a server

Start the server on the port that you like best.

```python
# Say hello.
print("hello")
```

```{code-block} console
$ python hello.py
hello
```
"""


class Site:
    """A scratch site with catalogs, built by the real Sphinx."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.docs = root / "docs"
        self.locale = root / "locale"
        self.docs.mkdir()
        (root / "conf.py").write_text(CONF)
        self.page("index", PAGE)

    def page(self, name: str, text: str) -> None:
        (self.docs / f"{name}.md").write_text(text)

    def catalog(self, name: str = "index") -> Path:
        return self.locale / "pt" / "LC_MESSAGES" / f"{name}.po"

    def update(self) -> list[str]:
        templates, doctrees = self.root / "templates", self.root / "doctrees"
        for old in templates.glob("*.pot"):
            old.unlink()
        command = ["-m", "sphinx", "-q", "-b", "gettext", "-c", self.root, "-d", doctrees]
        subprocess.run([sys.executable, *command, self.docs, templates], check=True, timeout=60)
        return update_po.update(templates, doctrees, self.locale, PT)

    def messages(self, name: str = "index") -> dict[str, Message]:
        return {message.msgid: message for message in po.read(self.catalog(name))}

    def translate(self, msgid: str, msgstr: str, name: str = "index") -> None:
        messages = [
            Message(m.msgid, msgstr) if m.msgid == msgid else m for m in po.read(self.catalog(name))
        ]
        assert msgid in self.messages(name)
        po.write(self.catalog(name), messages, PT)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_new_catalog_holds_the_page_in_order_with_its_samples_prefilled(site: Site) -> None:
    report = site.update()
    assert report == ["locale/pt/LC_MESSAGES/index.po: new, 3 to translate"]
    comment, command = '# Say hello.\nprint("hello")\n', "$ python hello.py\nhello"
    assert [(m.msgid, m.msgstr, m.fuzzy) for m in po.read(site.catalog())] == [
        ("Start a server", "", False),
        ("Start the server on the port that you like best.", "", False),
        (comment, comment, True),  # It has a comment to translate.
        (command, command, False),
    ]


def test_the_header_names_the_language_and_nothing_of_person_time_or_machine(site: Site) -> None:
    site.update()
    seal = catalogs.seal((each.msgid, each.msgstr) for each in po.read(site.catalog()))
    assert site.catalog().read_text().split("\n\n")[0] == (
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: GingerDJ\\n"\n'
        '"Language: pt_BR\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
        f'"X-Messages: {seal}\\n"'
    )
    with site.catalog().open("rb") as file:
        assert str(read_po(file, abort_invalid=True).locale) == "pt_BR"


def test_updating_twice_touches_nothing(site: Site) -> None:
    site.update()
    site.translate("Start a server", "Inicie um servidor")
    site.page("index", PAGE.replace("best", "most"))
    site.update()
    before = site.catalog().read_bytes(), site.catalog().stat().st_mtime_ns
    assert site.update() == []
    assert (site.catalog().read_bytes(), site.catalog().stat().st_mtime_ns) == before


def test_a_small_change_keeps_the_translation_as_fuzzy_with_what_it_was_made_of(site: Site) -> None:
    was = "Start the server on the port that you like best."
    now = "Start the server on any port that you like."
    site.update()
    site.translate(was, "Inicie o servidor na porta de sua preferência.")
    notes = [
        dataclasses.replace(m, comments=("Ask Ana.", "words: on")) for m in po.read(site.catalog())
    ]
    po.write(site.catalog(), notes, PT)
    site.page("index", PAGE.replace(was, now))
    site.update()
    message = site.messages()[now]
    assert message.msgstr == "Inicie o servidor na porta de sua preferência."
    assert message.comments == ("Ask Ana.",)  # The other note was about what has changed.
    assert message.fuzzy
    assert was not in site.messages()
    assert f'#, fuzzy\n#| msgid "{was}"\nmsgid "{now}"\n' in site.catalog().read_text()
    assert not catalogs.read(site.catalog(), site.root).problems


def test_a_second_change_still_shows_what_the_translation_was_made_of() -> None:
    old = [Message("Stop the server now.", "Pare o servidor.")]
    [once] = po.merge(["Stop the servers now."], old)
    [twice] = po.merge(["Stop the servers."], [once])
    assert once.previous == twice.previous == ('msgid "Stop the server now."',)
    assert twice.fuzzy


def test_a_translator_who_removes_the_flag_is_rid_of_the_previous_text(tmp_path: Path) -> None:
    path = tmp_path / "index.po"
    po.write(path, [Message("Stop.", "Pare.", True, (), ('msgid "Stop!"',))], PT)
    path.write_text(path.read_text().replace("#, fuzzy\n", ""))
    po.write(path, po.merge(["Stop."], po.read(path)), PT)
    assert "Stop!" not in path.read_text()


def test_another_text_gets_no_translation() -> None:
    old = [Message("Start a server", "Inicie um servidor")]
    assert po.merge(["Stop everything at once."], old) == [Message("Stop everything at once.")]


def test_what_the_page_no_longer_says_is_dropped(site: Site) -> None:
    site.update()
    site.page("index", "# Start a server\n")
    site.update()
    assert list(site.messages()) == ["Start a server"]
    assert "#~" not in site.catalog().read_text()


def test_a_changed_sample_keeps_its_translated_lines(site: Site) -> None:
    sample = '# Say hello.\nprint("hello")\n'
    site.update()
    site.translate(sample, '# Diga olá.\nprint("olá")\n')
    site.page("index", PAGE.replace('print("hello")', 'print("hello")\nprint("bye")'))
    site.update()
    message = site.messages()['# Say hello.\nprint("hello")\nprint("bye")\n']
    assert message.msgstr == '# Diga olá.\nprint("olá")\nprint("bye")\n'
    assert message.fuzzy


def test_a_changed_sample_that_nobody_translated_stays_prefilled(site: Site) -> None:
    site.update()
    site.page("index", PAGE.replace("$ python hello.py", "$ python3 hello.py"))
    site.update()
    message = site.messages()["$ python3 hello.py\nhello"]
    assert message.msgstr == message.msgid
    assert not message.fuzzy


def test_a_sample_with_comments_is_prefilled_as_fuzzy(site: Site) -> None:
    site.update()
    site.page("index", f"{PAGE}\n```python\n# Wait for the others.\nprint('late')\n```\n")
    assert site.update() == ["locale/pt/LC_MESSAGES/index.po: updated, 4 to translate"]
    message = site.messages()["# Wait for the others.\nprint('late')\n"]
    assert message.msgstr == message.msgid
    assert message.fuzzy
    site.update()
    assert site.messages()[message.msgid] == message


def test_a_page_that_moved_takes_its_translations_along(site: Site) -> None:
    site.update()
    site.translate("Start a server", "Inicie um servidor")
    (site.docs / "start.md").write_text(PAGE)
    site.page("index", "# Welcome\n\n```{toctree}\nstart\n```\n")
    report = site.update()
    assert site.messages("start")["Start a server"].msgstr == "Inicie um servidor"
    assert "locale/pt/LC_MESSAGES/start.po: new, 2 to translate" in report


def test_the_catalog_of_a_page_that_is_gone_goes_too_but_not_sphinxs_own(site: Site) -> None:
    site.page("gone", "---\norphan: true\n---\n# Gone\n")
    site.update()
    po.write(site.catalog("sphinx"), [Message("Versions", "Versões")], PT)
    (site.docs / "gone.md").unlink()
    assert site.update() == ["locale/pt/LC_MESSAGES/gone.po: removed, the page is gone"]
    assert not site.catalog("gone").exists()
    assert site.catalog("sphinx").exists()


def test_catalogs_that_do_not_parse_stop_the_update_and_are_named(site: Site) -> None:
    site.update()
    site.page("index", "# Something else\n")
    site.catalog().write_text(site.catalog().read_text().replace('msgstr ""\n\n', 'msgstr "\n\n'))
    before = site.catalog().read_text()
    number = before.splitlines().index('msgstr "') + 1
    with pytest.raises(update_po.CatalogError, match=rf"^locale/pt/\S+/index\.po:{number}: "):
        site.update()
    assert site.catalog().read_text() == before


@pytest.mark.parametrize(
    "text",
    ["plain", 'quotes " and \\ and\ttab', "two\nlines\n", "长" * 120, "word " * 40, "% {x} #"],
)
def test_reading_gives_what_was_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "index.po"
    previous = ('msgid ""', '"```\\n"', '"x\\n"', '"```\\n"')
    messages = [Message(text, text), Message(f"{text}?", text, True, ("a", "", "a"), previous)]
    po.write(path, messages, PT)
    assert po.read(path) == messages
    assert [entry.msgid for entry in catalogs.read(path, tmp_path).entries] == [text, f"{text}?"]


def test_counting_tells_the_states_apart(tmp_path: Path) -> None:
    path = tmp_path / "index.po"
    messages = [
        Message("Start", "Iniciar"),
        Message("$ ls", "$ ls"),
        Message("Stop", "Parar", fuzzy=True),
        Message("Wait"),
        Message("Go"),
    ]
    po.write(path, messages, PT)
    msgids = [message.msgid for message in messages]
    counted = po_stat.count(catalogs.read(path, tmp_path), msgids)
    assert counted == po_stat.Count(translated=2, same=1, fuzzy=1, untranslated=2)


def test_counting_tells_what_only_the_page_or_only_the_catalog_has(tmp_path: Path) -> None:
    path = tmp_path / "index.po"
    po.write(path, [Message("Start", "Iniciar"), Message("Stop", "Parar")], PT)
    counted = po_stat.count(catalogs.read(path, tmp_path), ["Start", "Wait", "Wait", "Go"])
    assert counted == po_stat.Count(translated=1, untranslated=2, stale=3)


def test_a_catalog_behind_its_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "locale" / "pt" / "LC_MESSAGES"
    for page in ("index", "topics/async"):
        po.write(tmp_path / "build" / "gettext" / f"{page}.pot", [Message("Start")], PT)
        po.write(folder / f"{page}.po", [Message("Start", "Iniciar")], PT)
    monkeypatch.setattr(po_stat, "ROOT", tmp_path)
    assert po_stat.main(["--langs", "pt"]) == 0
    assert "Behind" not in capsys.readouterr().out
    po.write(folder / "topics/async.po", [Message("Begin", "Iniciar")], PT)
    assert po_stat.main(["--langs", "pt"]) == 0
    said = capsys.readouterr().out
    assert said.endswith("Behind their pages, which make update-po mends: topics/async.\n")
