"""The two selectors of every page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gingerdocs.languages import LANGUAGES


def choose(page: Page, selector: str, text: str) -> None:
    """Open a selector and follow one of its links, as a reader does."""
    page.click(f"#{selector}-selector summary")
    page.get_by_role("navigation").get_by_role("link", name=text, exact=True).click()


def path(page: Page, site: Path) -> str:
    """Return the open page's address within the site."""
    return page.url.removeprefix(f"{site.as_uri()}/")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_another_language_shows_the_same_page_and_place(
    page: Page, site: Path, language: object
) -> None:
    page.goto(f"{(site / 'en/v1.1/deploy.html').as_uri()}#the-start")
    choose(page, "language", language.name)
    assert path(page, site) == f"{language.code}/v1.1/deploy.html#the-start"
    assert page.locator("html").get_attribute("lang") == language.html
    assert page.locator("#language-selector .selector-value").inner_text() == language.name


def test_another_version_shows_the_same_page_and_place(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'pt/dev/deploy.html').as_uri()}#the-start")
    choose(page, "version", "v1.0")
    assert path(page, site) == "pt/v1.0/deploy.html#the-start"


def test_a_place_chosen_on_the_page_goes_along(page: Page, site: Path) -> None:
    page.goto((site / "en/dev/deploy.html").as_uri())
    page.evaluate("location.hash = '#the-start'")
    choose(page, "version", "v1.1")
    assert path(page, site) == "en/v1.1/deploy.html#the-start"


def test_a_page_that_a_version_lacks_leads_to_its_landing_page(page: Page, site: Path) -> None:
    page.goto((site / "zh/dev/news.html").as_uri())
    choose(page, "version", "v1.0")
    assert path(page, site) == "zh/v1.0/index.html"


def test_an_old_release_lists_newer_versions(page: Page, site: Path) -> None:
    page.goto((site / "en/v1.0/index.html").as_uri())
    links = page.locator("#version-selector li a")
    assert links.all_text_contents() == ["Development", "v1.1", "v1.0"]
    assert page.locator("#version-selector [aria-current]").all_text_contents() == ["v1.0"]


def test_an_old_release_names_the_newest(page: Page, site: Path) -> None:
    page.goto((site / "en/v1.0/deploy.html").as_uri())
    notice = page.locator("#version-notice")
    assert notice.inner_text().startswith("This page describes an earlier release.")
    notice.get_by_role("link").click()
    assert path(page, site) == "en/v1.1/deploy.html"
    assert page.locator("#version-notice").is_hidden()


def test_a_release_candidate_is_not_called_old(page: Page, site: Path) -> None:
    data = (site / "site-data.js").read_text("utf-8")
    candidate = data.replace('"newest":"v1.1"', '"newest":"v1.0"')
    assert candidate != data
    page.route("**/site-data.js", lambda route: route.fulfill(body=candidate))
    page.goto((site / "en/v1.1/deploy.html").as_uri())
    notice = page.locator("#version-notice").inner_text()
    assert notice.startswith("This page describes the version in development.")


def test_a_release_that_lacks_a_language_leads_to_where_it_is(page: Page, site: Path) -> None:
    data = (site / "site-data.js").read_text("utf-8")
    old = data.replace(
        '"name":"v1.0","pages":{"deploy":["en","pt","zh"],"index":["en","pt","zh"]',
        '"name":"v1.0","pages":{"deploy":["en","pt"],"index":["en","pt"]',
    )
    assert old != data
    page.route("**/site-data.js", lambda route: route.fulfill(body=old))
    page.goto((site / "en/v1.0/deploy.html").as_uri())
    choose(page, "language", "简体中文")
    assert path(page, site) == "zh/v1.1/deploy.html"


def test_the_keyboard_alone_changes_the_language(page: Page, site: Path) -> None:
    page.goto((site / "en/dev/deploy.html").as_uri())
    page.focus("#language-selector summary")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pt/dev/deploy.html")
    page.focus("#language-selector summary")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.locator("#language-selector").get_attribute("open") is None


def test_languages_need_no_scripts(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "en/v1.0/deploy.html").as_uri())
    choose(page, "language", "Português (Brasil)")
    assert path(page, site) == "pt/v1.0/deploy.html"
    choose(page, "version", "Todas as versões")
    page.get_by_role("link", name="简体中文").first.click()
    assert path(page, site) == "zh/dev/index.html"
    context.close()


def test_every_page_names_its_translations(page: Page, site: Path) -> None:
    page.goto((site / "zh/dev/deploy.html").as_uri())
    alternates = page.locator("link[rel=alternate]").evaluate_all(
        "links => links.map(link => [link.hreflang, link.href])"
    )
    assert alternates == [
        ["en", (site / "en/dev/deploy.html").as_uri()],
        ["pt-BR", (site / "pt/dev/deploy.html").as_uri()],
        ["zh-CN", (site / "zh/dev/deploy.html").as_uri()],
        ["x-default", (site / "en/dev/deploy.html").as_uri()],
    ]


@pytest.mark.parametrize(
    ("locale", "code"),
    [("pt-PT", "pt"), ("zh-TW", "zh"), ("en-GB", "en"), ("eo", "en")],
)
def test_the_front_door_leads_to_the_readers_language(
    browser: Browser, site: Path, locale: str, code: str
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.wait_for_url(f"**/{code}/v1.1/index.html")
    context.close()
