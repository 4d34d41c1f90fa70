"""The languages of the guide, by code and by locale."""

import pytest

from gingerdocs.languages import LANGUAGES, SOURCE, by_locale, chosen


def test_each_language_is_found_by_its_locale() -> None:
    assert len(LANGUAGES) == 3
    assert [by_locale(language.locale) for language in LANGUAGES.values()] == [*LANGUAGES.values()]
    assert SOURCE in LANGUAGES


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ("", ["en", "pt", "zh"]),
        ("pt", ["pt"]),
        ("zh,en", ["zh", "en"]),
        (" en , pt ", ["en", "pt"]),
        ("en pt", ["en", "pt"]),
    ],
)
def test_chosen(codes: str, found: list[str]) -> None:
    assert [language.code for language in chosen(codes)] == found


@pytest.mark.parametrize("codes", ["fr", "en,pt_BR", "EN"])
def test_an_unknown_code_is_named_with_those_that_are_known(codes: str) -> None:
    with pytest.raises(ValueError, match=r"unknown language '.*': the guide has en, pt, zh"):
        chosen(codes)


def test_an_unknown_locale_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"unknown language 'pt'.*en, pt_BR, zh_CN"):
        by_locale("pt")
