"""The search, in a real browser: what Python put into the index, JavaScript must find."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gingerdocs.pages.search import SearchChinese, SearchEnglish, SearchPortuguese

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
NEAR = [
    ("en", "8000", "Deploy the application"),
    ("en", "port: 8000 (wombat)", "Deploy the application"),
    ("en", "deploy a wombat", "Deploy the application"),
    ("en", "applic", "Deploy the application"),
    ("en", "back_ground", "Deploy the application"),
    ("en", "back ground", "Deploy the application"),
    ("en", "autostart", "Deploy the application"),
    ("en", "backgrounder", "Deploy the application"),
    ("pt", "configuracao", "Implante a aplicação"),
    ("pt", "implantando aplicações", "Implante a aplicação"),
    ("pt", "ornitorrincos da aplicação", "Implante a aplicação"),
    ("zh", "部署應用", "部署应用"),
    ("zh", "８０００", "部署应用"),
    ("zh", "服务袋熊", "部署应用"),
    ("zh", "启动server", "部署应用"),
]
"""What a reader may type where the page has other words, other forms, or not all of the words."""


@pytest.mark.parametrize(("code", "query", "title"), [*QUERIES, *NEAR])
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
    ("code", "query"), [("en", "wombat"), ("pt", "ornitorrinco"), ("zh", "袋熊")]
)
def test_the_search_finds_nothing_where_there_is_nothing(
    page: Page, site: Path, code: str, query: str
) -> None:
    page.goto(f"{(site / code / 'dev/search.html').as_uri()}?q={query}")
    assert _results(page) == []


@pytest.mark.parametrize(
    ("code", "query", "place"),
    [
        ("en", "application", "deploy.html"),
        ("en", "release", "news.html"),
        ("en", "what's the news of this release?", "news.html"),
        ("en", "light and dark mode of the release", "news.html"),
        ("en", "start", "deploy.html#the-start"),
        ("pt", "iniciar o servidor", "deploy.html#the-start"),
        ("zh", "启动服务器", "deploy.html#the-start"),
    ],
)
def test_the_first_result_leads_to_the_section_that_says_most(
    page: Page, site: Path, code: str, query: str, place: str
) -> None:
    page.goto(f"{(site / code / 'dev/search.html').as_uri()}?q={query}")
    page.wait_for_function("Search.status?.innerText")
    page.locator("#search-results ul.search a").first.click()
    page.wait_for_url(f"**/dev/{place}*")
    anchor = place.partition("#")[2]
    assert not anchor or page.locator(f"#{anchor}").count() == 1


def test_a_result_without_excerpt_names_its_section(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'en/dev/search.html').as_uri()}?q=start")
    expect(page.locator("#search-results ul.search li").first).to_contain_text("(Start the server)")


@pytest.mark.parametrize(
    ("code", "query", "name", "said"),
    [
        ("en", "starting", "Start the server", "Each server has its own settings."),
        ("pt", "configuracao", "Inicie o servidor", "próprias configurações"),
        ("zh", "配置", "启动服务器", "每个服务器都有自己的配置。"),
        ("zh", "８０００", "启动服务器", "port = 8000"),
    ],
)
def test_an_excerpt_names_the_section_and_shows_the_words(
    page: Page, address: str, code: str, query: str, name: str, said: str
) -> None:
    page.goto(f"{address}/{code}/dev/search.html?q={query}")
    excerpt = page.locator("#search-results .context").first
    expect(excerpt.locator("strong")).to_have_text(name)
    expect(excerpt).to_contain_text(said)


def test_what_was_found_is_announced(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'en/dev/search.html').as_uri()}?q=application")
    found = len(_results(page))
    assert found == 1
    expect(page.get_by_role("status")).to_contain_text("found one page")


def test_the_index_says_in_which_section_a_word_stands(site: Path) -> None:
    written = (site / "en/dev/searchindex.js").read_text("utf-8")
    index = json.loads(written.removeprefix("Search.setIndex(").removesuffix(")"))
    sections = [section for held in index["sections"] for section in held]
    assert [sections[number][:2] for number in index["terms"]["8000"]] == [
        ["the-start", "Start the server"]
    ]
    assert [sections[number][:2] for number in index["titleterms"]["news"]] == [
        ["", "News of the release"]
    ]


def test_another_language_keeps_the_query(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'en/dev/search.html').as_uri()}?q=ASGI")
    page.click("#language-selector summary")
    page.click("#language-selector a[hreflang=zh-CN]")
    page.wait_for_url("**/zh/dev/search.html?q=ASGI")


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        (
            "en",
            SearchEnglish,
            "SECURE_SSL_REDIRECT, ５０２ naïve workers' SynchronousOnlyOperation",
        ),
        ("pt", SearchPortuguese, "As aplicações assíncronas não bloqueiam o laço; é possível, já."),
        ("pt", SearchPortuguese, "Configurações, referências, tolerância, disponível e estável."),
        (
            "pt",
            SearchPortuguese,
            "Níveis, logs, mensagens, vezes, verifique, proxies; fáceis.",
        ),
        ("zh", SearchChinese, "使用 Uvicorn 部署ASGI應用，共3步：用。𠮷野家 ＨＴＴＰ"),
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
