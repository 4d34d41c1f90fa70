"""A site built upon the one before: what is written again, and that it is as if built anew."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating.po import Message, read, write
from tests.gingerdocs.conftest import ROOT, Project, make_project

BUILD = ("-m", "gingerdocs", "html", "--langs", "pt")
CATALOGS = Path("locale/pt/LC_MESSAGES")
LISTING = "```{toctree}\n\nfirst\nsecond\n```\n"
PAGES = {
    "index": f"# Guide\n\nLook at [the other page](#other).\n\n{LISTING}",
    "first": "# First page\n\nA horse eats.\n\n```python\nassert 1 + 1 == 2\n```\n",
    "second": "(other)=\n# Second page\n\nA cat sleeps.\n",
}
TRANSLATIONS = {
    "index": [
        Message("Guide", "Guia"),
        Message("Look at [the other page](#other).", "Veja [a outra página](#other)."),
    ],
    "first": [
        Message("First page", "Primeira página"),
        Message("A horse eats.", "Um cavalo come."),
        Message("assert 1 + 1 == 2\n", "assert 1 + 1 == 2\n"),
    ],
    "second": [
        Message("Second page", "Segunda página", place="other"),
        Message("A cat sleeps.", "Um gato dorme."),
    ],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A guide of three pages, built in Portuguese."""
    project = make_project(tmp_path_factory.mktemp("built") / "project")
    shutil.copy(ROOT / "Makefile", project.root)
    for name, text in PAGES.items():
        project.write(f"docs/{name}.md", text)
        translate(project.root, name, TRANSLATIONS[name])
    shutil.copy(ROOT / CATALOGS / "gingerdocs.po", project.root / CATALOGS)
    build(project)
    project.keep()
    return project


@pytest.fixture
def guide(built: Project) -> Project:
    """That guide as it was."""
    built.restore()
    return built


def translate(root: Path, page: str, messages: list[Message]) -> None:
    path = root / CATALOGS / f"{page}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, messages, LANGUAGES["pt"])


def build(project: Project) -> None:
    done = project.python(*BUILD)
    assert done.returncode == 0, done.stdout + done.stderr


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def change(root: Path, page: str, old: str, new: str, before: str = "", after: str = "") -> None:
    """Change a text of a page, and its translation; if that is a sample, in the same way."""
    replace(root / "docs" / f"{page}.md", old, new)
    changed = [
        dataclasses.replace(
            message,
            msgid=message.msgid.replace(old, new),
            msgstr=message.msgstr.replace(before or old, after or new),
        )
        for message in read(root / CATALOGS / f"{page}.po")
    ]
    translate(root, page, changed)


def a_sentence(root: Path) -> None:
    change(root, "second", "A cat sleeps", "A dog sleeps", "Um gato", "Um cachorro")


def a_remark_of_a_translator(root: Path) -> None:
    path = root / CATALOGS / "second.po"
    replace(path, 'msgid "A cat', '# One that I know.\nmsgid "A cat')


def a_heading(root: Path) -> None:
    change(root, "second", "Second page", "Other page", "Segunda página", "Outra página")


def a_sample(root: Path) -> None:
    change(root, "first", "1 + 1 == 2", "1 + 2 == 3")


def a_proof(root: Path) -> None:
    (root / "build" / "evidence.json").unlink()
    (root / "build" / "stamps" / "html-dev").unlink()


def a_page_more(root: Path) -> None:
    (root / "docs" / "third.md").write_text("# Third page\n\nA cow eats.\n", "utf-8")
    third = [Message("Third page", "Terceira página"), Message("A cow eats.", "Uma vaca come.")]
    translate(root, "third", third)
    replace(root / "docs" / "index.md", "second\n", "second\nthird\n")


def a_page_less(root: Path) -> None:
    (root / "docs" / "first.md").unlink()
    (root / CATALOGS / "first.po").unlink()
    replace(root / "docs" / "index.md", "first\n", "")


def the_code(root: Path) -> None:
    (root / "gingerdj" / "__init__.py").write_text('"""A package."""\n', "utf-8")


def the_themes_words(root: Path) -> None:
    replace(root / CATALOGS / "gingerdocs.po", 'msgstr "Copiar"', 'msgstr "Copiar isto"')


ALL = {*PAGES}


@pytest.mark.parametrize(
    ("what", "rewritten"),
    [
        (a_sentence, {"index", "second"}),  # Sphinx writes the page that lists it, too.
        (a_remark_of_a_translator, {"index", "second"}),
        (a_sample, {"index", "first"}),
        (a_proof, {"index", "first"}),
        (a_heading, ALL),
        (a_page_more, {*ALL, "third"}),
        (a_page_less, ALL - {"first"}),
        (the_code, ALL),
        (the_themes_words, ALL),
    ],
)
def test_what_has_changed_is_written_again_as_if_all_were(
    guide: Project, what: Callable[[Path], None], rewritten: set[str]
) -> None:
    before = written(guide.root)
    what(guide.root)
    build(guide)
    after = written(guide.root)
    assert {name for name, time in after.items() if time != before.get(name)} == rewritten
    upon = contents(guide.root)
    for path in (guide.root / "build").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in ("evidence.json", "checked"):
            path.unlink()
    build(guide)
    anew = contents(guide.root)
    assert upon.keys() == anew.keys()
    assert [name for name in anew if upon[name] != anew[name]] == []


def written(root: Path) -> dict[str, int]:
    """When each page was written, without those that Sphinx makes itself."""
    stage = root / "build" / "stage" / "dev" / "pt"
    return {p.stem: p.stat().st_mtime_ns for p in stage.glob("*.html") if p.stem != "search"}


def contents(root: Path) -> dict[str, bytes]:
    """Every file of the site that readers get."""
    site = root / "build" / "html"
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_a_link_that_another_page_has_broken_is_found_each_time(guide: Project) -> None:
    replace(guide.root / "docs" / "second.md", "(other)=\n", "")
    second = read(guide.root / CATALOGS / "second.po")
    translate(guide.root, "second", [dataclasses.replace(message, place="") for message in second])
    for _ in range(2):
        done = guide.python(*BUILD)
        assert done.returncode == 1
        assert "docs/index.md:3: 'myst' cross-reference target not found: 'other'" in done.stdout


def test_an_interrupted_build_is_no_ground_to_build_upon(guide: Project) -> None:
    a_sentence(guide.root)
    before = contents(guide.root)
    stop = "import os, gingerdocs.extension as e; e._end = lambda *_: os._exit(3)"
    command = f"{stop}; import gingerdocs.site.build as s; s.main(['--langs', 'pt'])"
    guide.python("-c", command)
    assert contents(guide.root) == before
    times = written(guide.root)
    build(guide)
    after = written(guide.root)
    assert [name for name in ALL if times[name] == after[name]] == []


def test_the_table_of_servers_is_not_published_without_its_proof(project: Project) -> None:
    project.write("docs/index.md", "# Servers\n\n```{server-matrix}\n```\n")
    draft = "import gingerdocs.site.build as s; site = s.Site(languages=s.chosen('en'))"
    draft += "; s._lay_out(site, ''); unfit = s._draft(site)"
    done = project.python("-c", f"{draft}; s._build_pages(site, unfit)")
    assert "the table of servers has no proof" in done.stderr
    for seconds in (11, 22):
        prove = f"from gingerdocs.servers import results; results.prove({{}}, {seconds})"
        done = project.python("-c", f"{prove}; {draft}; assert not unfit")
        assert done.returncode == 0, done.stdout + done.stderr
        page = project.root / "build" / "stage" / "dev" / "en" / "index.html"
        assert f"{seconds}.000 s" in page.read_text("utf-8")
