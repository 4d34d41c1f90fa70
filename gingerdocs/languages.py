"""The languages of the guide, as data that every stage reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language of the guide.

    ``code`` names it in addresses and in ``locale/``; ``locale`` is what Sphinx and its catalogs
    call it; ``html`` is its BCP 47 tag; ``name`` is what its own readers call it. ``letters`` are
    those of its script, as a set in a regular expression has them, unless that is Latin.
    """

    code: str
    locale: str
    html: str
    name: str
    letters: str = ""


SOURCE = "en"
"""The language that the pages are written in."""

LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "en", "en", "English"),
        Language("pt", "pt_BR", "pt-BR", "Português (Brasil)"),
        Language("zh", "zh_CN", "zh-CN", "简体中文", "\u4e00-\u9fff"),
    )
}


def by_locale(locale: str) -> Language:
    """Return the language that Sphinx calls ``locale``; raises ValueError for an unknown one."""
    for language in LANGUAGES.values():
        if language.locale == locale:
            return language
    known = ", ".join(language.locale for language in LANGUAGES.values())
    raise ValueError(f"unknown language {locale!r}: gingerdocs/languages.py has {known}")


def chosen(codes: str) -> tuple[Language, ...]:
    """Return the languages of a comma-separated list of codes, all of them for an empty list.

    Raises ValueError when the guide has no such language.
    """
    wanted = [code for code in codes.replace(",", " ").split() if code]
    for code in wanted:
        if code not in LANGUAGES:
            raise ValueError(f"unknown language {code!r}: the guide has {', '.join(LANGUAGES)}")
    return tuple(LANGUAGES[code] for code in wanted) or tuple(LANGUAGES.values())
