"""The languages of the guide, as data that every stage reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language of the guide.

    ``code`` names it in addresses and in ``locale/``; ``locale`` is what Sphinx and its catalogs
    call it; ``html`` is its BCP 47 tag; ``name`` is what its own readers call it.
    """

    code: str
    locale: str
    html: str
    name: str


SOURCE = "en"
"""The language that the pages are written in."""

LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "en", "en", "English"),
        Language("pt", "pt_BR", "pt-BR", "Português (Brasil)"),
        Language("zh", "zh_CN", "zh-CN", "简体中文"),
    )
}
