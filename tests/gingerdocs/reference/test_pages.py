"""The pages that the directives make, in two languages."""

import json
import re
import subprocess
from html import unescape
from typing import Any

import pytest
from sphinx.util.inventory import InventoryFile

from .conftest import FILES

PAGE = """\
(index)=
# Reference

The class {py:class}`gingerdj.shop.Shelf`, the setting {setting}`OPEN`,
the command {command}`sell` and the finding {check}`shop.W001`.

Also `Shelf`, `Shelf.new()`, `LIMIT`, `OPEN` and `shop.W001`, but not `new`.

```{reference}
gingerdj.shop
```

```{reference-settings}
```

```{reference-commands} common
```

```{reference-commands}
```

```{reference-checks}
```
"""
CATALOG = """\
msgid ""
msgstr ""
"Language: pt_BR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid "The most things on a shelf."
msgstr "O máximo de coisas em uma prateleira."

msgid "Whether the shop is open: `OPEN`."
msgstr "Se a loja está aberta: `OPENED`."

msgid "Opening"
msgstr "Abertura"

msgid "in metres."
msgstr "em metros **demais**."
"""
STOCK = "gingerdj/shop/stock.py"


@pytest.fixture(scope="module")
def project(shared_project: Any) -> Any:
    """A checkout whose one page shows all that there is to read."""
    truthful = FILES[STOCK].replace("        self: what is no argument.\n", "")
    for name, text in {**FILES, STOCK: truthful}.items():
        shared_project.write(name, text)
    shared_project.write("docs/index.md", PAGE)
    shared_project.write("locale/pt/LC_MESSAGES/index.po", CATALOG)
    return shared_project


def build(project: Any, builder: str, locale: str) -> subprocess.CompletedProcess[str]:
    done: subprocess.CompletedProcess[str] = project.python(
        *("-m", "sphinx", "-q", "-b", builder, "-c", ".", "-D", f"language={locale}"),
        *("-d", f"build/doctrees/{builder}/{locale}", "docs", f"build/{builder}/{locale}"),
    )
    return done


def page(project: Any, locale: str) -> str:
    build(project, "html", locale)
    return str((project.root / f"build/html/{locale}/index.html").read_text("utf-8"))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_every_name_has_an_anchor_and_is_in_the_inventory(project: Any) -> None:
    html = page(project, "en")
    with (project.root / "build/html/en/objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, uri: uri)
    expected = {
        "py:module": {"gingerdj.shop": "module-gingerdj.shop"},
        "py:class": {"gingerdj.shop.Shelf": "gingerdj.shop.Shelf"},
        "py:method": {"gingerdj.shop.Shelf.empty": "gingerdj.shop.Shelf.empty"},
        "py:data": {"gingerdj.shop.LIMIT": "gingerdj.shop.LIMIT"},
        "std:setting": {"OPEN": "setting-OPEN"},
        "std:command": {"sell": "command-sell"},
        "std:check": {"shop.W001": "check-shop.W001"},
    }
    for kind, names in expected.items():
        for name, anchor in names.items():
            assert f'id="{anchor}"' in html
            assert f'href="#{anchor}"' in html
            assert inventory[kind][name].uri == f"index.html#{anchor}"
    other = "gingerdj.shop.stock.Shelf"
    assert f'id="{other}"' in html
    assert inventory["py:class"][other].uri == f"index.html#{other}"


def test_the_names_are_in_the_contents_of_their_page_alone(project: Any) -> None:
    html = page(project, "en")
    assert 'class="reference internal" href="#gingerdj.shop.Shelf"' in html
    other = (project.root / "build/html/en/search.html").read_text("utf-8")
    assert "gingerdj.shop.Shelf" not in other


def test_a_literal_leads_to_what_it_names(project: Any) -> None:
    html = page(project, "en")
    (line,) = re.findall("<p>Also .*</p>", html)
    assert re.findall('href="([^"]*)"', line) == [
        "#gingerdj.shop.Shelf",
        "#gingerdj.shop.Shelf.new",
        "#gingerdj.shop.LIMIT",
        "#setting-OPEN",
        "#check-shop.W001",
    ]
    (own,) = re.findall("<p>Whether the shop is open: .*</p>", html)
    assert "href" not in own


def test_signatures_lists_and_labels_are_shown(project: Any) -> None:
    shown = words(page(project, "en"))
    assert "class gingerdj.shop.Shelf( width: float = 1.0, *, deep: bool = False, )" in shown
    assert "Arguments: widthin metres. Raises: ValueErrorit is too wide." in shown
    assert "async empty() → None" in shown
    assert "PRICE = 1000" in shown
    assert "sell [thing]" in shown
    assert "shop.W001 Warning" in shown


def test_a_translation_takes_the_place_of_a_docstring(project: Any) -> None:
    html = page(project, "pt_BR")
    assert "O máximo de coisas em uma prateleira." in html
    assert ">Abertura<" in html
    assert 'id="settings-opening"' in html
    assert "em metros **demais**." in html  # A docstring has no other markup than backquotes.
    assert '<span class="pre">OPENED</span>' in html
    assert "A shelf." in html  # Not translated yet.


def test_the_templates_hold_each_paragraph_once(project: Any) -> None:
    build(project, "gettext", "en")
    template = (project.root / "build/gettext/en/index.pot").read_text("utf-8")
    for text in ("A shelf.", "in metres.", "In cents.", "Opening", "Turn `'key'`."):
        assert template.count(f'msgid "{text}"') == 1
    for code in ("gingerdj.shop.Shelf", "1.0", "width"):
        assert f'msgid "{code}"' not in template


def test_what_is_wrong_with_a_docstring_or_its_translation_names_the_line(
    project: Any,
) -> None:
    project.take("pt")
    (data,) = json.loads((project.root / "build/samples/pt.json").read_text("utf-8"))
    found = {p["message"]: (p["path"], p["line"]) for p in data["problems"]["catalog"]}
    lie = "the translation has the literal `OPENED` where the original has `OPEN`"
    assert found[lie] == ("locale/pt/LC_MESSAGES/index.po", 11)
    missing = [place for message, place in found.items() if '"A shelf."' in message]
    assert missing == [(STOCK, 28)]
    built = {p["message"]: (p["path"], p["line"]) for p in data["problems"]["build"]}
    assert built["no call with a message is given the id shop.E002"] == (
        "gingerdj/core/checks.py",
        20,
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("gingerdj.nowhere", "there is no module gingerdj.nowhere"),
        ("gingerdj.core", "gingerdj.core has no public names that no shorter path has"),
    ],
)
def test_a_module_that_shows_nothing_is_an_error(project: Any, content: str, says: str) -> None:
    project.write(
        "docs/wrong.md", f"---\norphan: true\n---\n# A\n\n```{{reference}}\n{content}\n```\n"
    )
    try:
        assert says in build(project, "samples", "en").stderr
    finally:
        (project.root / "docs/wrong.md").unlink()
