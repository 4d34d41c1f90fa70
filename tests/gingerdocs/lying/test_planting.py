"""Where a guide can be lied in, how, and that the check of a catalog sees through it."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.lying import planting
from gingerdocs.lying.guide import Guide, files
from gingerdocs.lying.lie import EVERYWHERE, Edit, Lie
from gingerdocs.sample import Page
from gingerdocs.translating import catalogs, po
from tests.gingerdocs.conftest import PAGE, make_sample

SITE = """\
# Not for all.
server {
    listen 8443 ssl;
}"""

TEXT = f"""\
(first)=
## It does not wait

It does not wait before `a`.
See [the end](#end), with `b`.

```{{code-block}} nginx
:file: site.conf

{SITE}
```
"""

SAID = "It does not wait before `a`. See [the end](#end), with `b`."
TRANSLATED = {
    "pt": "Não espera antes de `a`. Veja [o fim](#end), com `b`.",
    "zh": "它在 `a` 之前不等待。见[末尾](#end)，带有 `b`。",
}

COMMENTS = {"pt": "Não é para todos", "zh": "不是给所有人的"}


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    """A page in three languages, with a file of nginx."""
    page = tmp_path / PAGE
    page.parent.mkdir(parents=True)
    page.write_text(TEXT, "utf-8")
    sample = make_sample("file", SITE, file="site.conf", language="nginx")
    sample = replace(sample, lines=tuple(range(10, 14)), message=SITE)
    for code, text in TRANSLATED.items():
        name = Path("locale", code, "LC_MESSAGES", Path(PAGE).relative_to("docs"))
        site = SITE.replace("Not for all", COMMENTS[code])
        messages = [po.Message(SAID, text), po.Message(SITE, site)]
        po.write(tmp_path / name.with_suffix(".po"), messages, LANGUAGES[code])
    pages = [Page(PAGE, code, (sample,)) for code in LANGUAGES]
    return Guide(tmp_path, pages, random.Random(1))


def told(guide: Guide, kind: str, lang: str) -> list[Lie]:
    return [lie for lie in guide.lies() if (lie.kind, lie.lang) == (kind, lang)]


def test_a_line_of_a_configuration_is_left_out_doubled_and_joined_by_another(guide: Guide) -> None:
    for kind, lines in (
        ("line out", ()),
        ("line doubled", ("    listen 8443 ssl;",) * 2),
        ("line in", ("    listen 8443 ssl;", "    keepalive_timeout 30;")),
    ):
        [lie] = told(guide, f"directive: {kind}", SOURCE)
        [text] = planting.told(lie, guide.root).values()
        assert text == TEXT.replace("    listen 8443 ssl;\n", "".join(f"{s}\n" for s in lines))


def test_a_lie_is_told_in_all_languages_alike_with_the_words_of_each(guide: Guide) -> None:
    [lie] = told(guide, "prose: denial out", EVERYWHERE)
    texts = planting.told(lie, guide.root)
    assert len(texts) == len(LANGUAGES)
    for path, was in ((PAGE, "does not wait"), ("pt/", "Não espera"), ("zh/", "不等待")):
        [text] = [text for name, text in texts.items() if path in name]
        assert was not in text.replace("## It does not wait", "").replace("\n", " ")
    for path, text in texts.items():
        (guide.root / path).write_text(text, "utf-8")
    for code in TRANSLATED:
        path = guide.root / lie.edits[-1].path.replace("zh", code)
        written = catalogs.read(path, guide.root)
        assert written.seal == catalogs.seal((each.msgid, each.msgstr) for each in written.entries)


def test_a_translation_alone_lies_and_the_check_of_its_catalog_sees_it(guide: Guide) -> None:
    for kind in ("prose: denial out", "prose: opposite", "prose: sentence out", "message: fuzzy"):
        found = told(guide, kind, "pt")
        assert found
        assert [str(lie) for lie in found if planting.believed(lie, guide)] == []


def test_a_truth_is_believed_and_so_is_a_lie_of_which_the_catalog_knows_nothing(
    guide: Guide,
) -> None:
    [lie] = told(guide, "page: heading", SOURCE)
    assert planting.believed(lie, guide)
    catalog = guide.catalog(PAGE, "pt")
    assert catalog is not None
    same = Edit(catalog.path, 1, 1, ('msgid ""',))
    assert planting.believed(Lie("none", "pt", PAGE, "nothing", (same,)), guide)


def test_what_is_not_run_and_what_nobody_sees_is_not_lied_in(guide: Guide) -> None:
    [page, *_] = guide.pages
    [sample] = page.samples
    idle = Page(PAGE, SOURCE, (replace(sample, norun="it takes a day"),))
    assert [
        lie.kind
        for lie in Guide(guide.root, [idle], random.Random(1)).lies()
        if lie.kind.startswith("directive")
    ] == []


def test_lies_of_all_kinds_and_languages_are_chosen_in_turn(guide: Guide) -> None:
    found = list(guide.lies())
    kinds = {(lie.kind, lie.lang) for lie in found}
    chosen = planting.choose(found, len(kinds), random.Random(1))
    assert {(lie.kind, lie.lang) for lie in chosen} == kinds
    assert {lang for _, lang in kinds} == {*LANGUAGES, EVERYWHERE}


def test_other_files_are_lied_in(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("It has `gingerdj`, and is not small.\n\n$ make html\n")
    (tmp_path / "views.py").write_text('"""It never waits."""\n\nDEBUG = True\n')
    found = list(files(tmp_path, ["README.md", "views.py"], random.Random(1)))
    guide = Guide(tmp_path, [], random.Random(1))
    assert all(planting.believed(lie, guide) for lie in found)
    assert {lie.kind for lie in found} >= {
        *("file: literal or link", "file: prose", "file: command", "file: code", "file: comment"),
    }
