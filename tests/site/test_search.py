"""The search, in a real browser: what Python put into the index, JavaScript must find."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from gingerdocs.search import SearchChinese, SearchPortuguese

QUERIES = [
    ("en", "servers", "Deploy the application"),
    ("pt", "aplicação", "Implante a aplicação"),
    ("pt", "aplicacao", "Implante a aplicação"),
    ("pt", "APLICACOES", "Implante a aplicação"),
    ("pt", "servidores", "Implante a aplicação"),
    ("zh", "应用", "部署应用"),
    ("zh", "服务器", "部署应用"),
    ("zh", "启", "部署应用"),
]


@pytest.mark.parametrize(("code", "query", "title"), QUERIES)
def test_the_search_finds_a_page_from_a_file(
    page: Page, site: Path, code: str, query: str, title: str
) -> None:
    page.goto(f"{(site / code / 'dev/search.html').as_uri()}?q={query}")
    assert title in _results(page)


@pytest.mark.parametrize(("code", "query", "title"), [QUERIES[0], QUERIES[2], QUERIES[5]])
def test_the_search_form_finds_a_page_and_its_text(
    page: Page, address: str, code: str, query: str, title: str
) -> None:
    page.goto(f"{address}/{code}/dev/index.html")
    page.locator(".sidebar-search").fill(query)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?*")
    assert title in _results(page)
    context = page.locator("#search-results .context").first
    context.wait_for()
    assert context.inner_text().strip()


@pytest.mark.parametrize(
    ("code", "query"), [("en", "wombat"), ("pt", "ornitorrinco"), ("zh", "应用袋熊")]
)
def test_the_search_finds_nothing_where_there_is_nothing(
    page: Page, site: Path, code: str, query: str
) -> None:
    page.goto(f"{(site / code / 'dev/search.html').as_uri()}?q={query}")
    assert _results(page) == []


def test_another_language_keeps_the_query(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'en/dev/search.html').as_uri()}?q=ASGI")
    page.click("#language-selector summary")
    page.click("#language-selector a[hreflang=zh-CN]")
    page.wait_for_url("**/zh/dev/search.html?q=ASGI")


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        ("pt", SearchPortuguese, "As aplicações assíncronas não bloqueiam o laço; é possível, já."),
        ("pt", SearchPortuguese, "Configurações, referências, tolerância, disponível e estável."),
        ("zh", SearchChinese, "使用 Uvicorn 部署ASGI应用，共3步：用。𠮷野家"),
    ],
)
def test_the_browser_stems_as_the_index_does(
    page: Page, site: Path, code: str, language: type, text: str
) -> None:
    page.goto((site / code / "dev/search.html").as_uri())
    stemmed = page.evaluate(
        """text => splitQuery(text)
          .filter(word => !stopwords.has(word.toLowerCase()))
          .map(word => new Stemmer().stemWord(word.toLowerCase()))""",
        text,
    )
    index = language({})
    assert len(stemmed) > 3
    assert set(stemmed) <= {index.stem(word) for word in index.split(text)}


def _results(page: Page) -> list[str]:
    page.wait_for_function("Search.status?.innerText")
    return page.locator("#search-results ul.search > li > a").all_text_contents()
