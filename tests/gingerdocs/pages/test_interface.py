from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.pages.interface import lost_placeholders, read_interface, untranslated_percent
from gingerdocs.translating.catalogs import read
from gingerdocs.translating.po import Message, write

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "gingerdocs"


def interface_words() -> set[str]:
    """Return every message of the code and the templates, as `make gettext` finds them."""
    with (PACKAGE / "theme" / "babel.cfg").open(encoding="utf-8") as configuration:
        methods, options = parse_mapping_cfg(configuration)
    return {str(found[2]) for found in extract_from_dir(PACKAGE, methods, options)}


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_every_word_of_the_interface_is_translated(code: str) -> None:
    words = interface_words()
    assert {
        "Back to top",
        "Version",
        "What really came back, with process ids, ports and dates in one spelling:",
    } <= words
    catalog = read(ROOT / "locale" / code / "LC_MESSAGES" / "gingerdocs.po", ROOT)
    translations = read_interface(catalog)
    assert catalog.problems == ()
    assert {word for word in words if translations.gettext(word) == word} == set()
    assert [lost for entry in catalog.entries for lost in lost_placeholders(entry)] == []


@pytest.mark.parametrize(
    ("original", "translation", "messages"),
    [
        ("Not run: %s", "Não executado: veja", ["the translation lacks %s"]),
        ("%(n)s %% more", "mais %% (%(n)s)", []),
        (
            "%(n)s %% more",
            "mais %(n)s%",
            [
                "the translation lacks %%",
                "the translation has %, which the original has not",
            ],
        ),
        (
            "%(n)s more",
            "mais %(m)s",
            [
                "the translation lacks %(n)s",
                "the translation has %(m)s, which the original has not",
            ],
        ),
        ("%s and %s", "%s", ["the translation lacks %s"]),
    ],
)
def test_a_lost_placeholder(
    original: str, translation: str, messages: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "gingerdocs.po"
    write(path, [Message(original, translation)], LANGUAGES["pt"])
    catalog = read(path, tmp_path)
    assert [lost for entry in catalog.entries for lost in lost_placeholders(entry)] == messages
    shown = original if messages else translation
    assert read_interface(catalog).gettext(original) == shown


@pytest.mark.parametrize(
    ("progress", "percent"),
    [
        (None, 0),
        ({"total": 0, "translated": 0}, 0),
        ({"total": 40, "translated": 40}, 0),
        ({"total": 40, "translated": 30}, 25),
        ({"total": 1000, "translated": 999}, 1),
        ({"total": 4, "translated": 0}, 100),
    ],
)
def test_what_is_not_translated_is_told(progress: dict[str, int] | None, percent: int) -> None:
    assert untranslated_percent(progress) == percent
