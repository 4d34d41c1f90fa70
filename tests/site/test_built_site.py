"""The project's own site, as `make html` left it: every page of it, from files, in a real browser.

The page's own fixture fails a test for any error that the browser reports, and for any request
that leaves this machine.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from gingerdocs.languages import LANGUAGES
from gingerdocs.site.build import OUTPUT
from gingerdocs.site.versions import DEVELOPMENT
from tests.site.conftest import tab
from tests.site.contrast import SCHEMES, SYSTEM, weak_texts
from tests.site.needs import not_here

CORE = "howto/deployment/asgi/index"
EVERY_LANGUAGE = pytest.mark.parametrize("code", LANGUAGES)

OUT_OF_ORDER = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)];
  const wrong = [];
  const levels = all("h1, h2, h3, h4, h5, h6").filter(shown).map(({ localName }) => +localName[1]);
  if (levels.filter((level) => level === 1).length !== 1) wrong.push("not one heading of level 1");
  levels.forEach((level, index) => {
    if (level > (levels[index - 1] ?? 0) + 1) wrong.push(`heading ${index} skips a level`);
  });
  const name = (element) =>
    (element.getAttribute("aria-label") ?? element.textContent).trim() ||
    element.title || element.querySelector("img")?.alt || element.labels?.[0]?.textContent.trim();
  for (const element of all("a[href], button, summary, input:not([hidden])"))
    if (shown(element) && !name(element)) wrong.push(`no name: ${element.outerHTML.slice(0, 90)}`);
  for (const image of all("img:not([alt])")) wrong.push(`no alt text: ${image.src}`);
  const ids = all("[id]").map(({ id }) => id);
  ids.forEach((id, index) => {
    if (ids.indexOf(id) !== index) wrong.push(`two of #${id}`);
  });
  for (const { hash } of all('article a[href^="#"]'))
    if (hash && !ids.includes(decodeURIComponent(hash.slice(1)))) wrong.push(`no ${hash}`);
  return wrong;
}"""
"""What a reader without eyes or without a mouse stumbles over."""
OPEN = "for (const part of document.querySelectorAll('details')) part.open = true"


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the project's built site."""
    if not (OUTPUT / "index.html").is_file():
        not_here("the site is not built: run make html")
    return OUTPUT


def pages(site: Path, code: str) -> list[Path]:
    """Return the pages of the checkout in one language."""
    folder = site / code / DEVELOPMENT
    found = [path for path in folder.rglob("*.html") if "_static" not in path.parts]
    assert folder / f"{CORE}.html" in found
    return found


def core(site: Path, code: str) -> str:
    return (site / code / DEVELOPMENT / f"{CORE}.html").as_uri()


@EVERY_LANGUAGE
def test_every_sample_of_the_core_page_is_marked_as_run(page: Page, site: Path, code: str) -> None:
    page.goto(core(site, code))
    assert page.locator("html").get_attribute("lang") == LANGUAGES[code].html
    blocks = page.locator("article div.highlight").count()
    assert blocks > 20
    assert page.locator("article details.proof").count() == blocks
    assert page.locator("article details.proof-passed").count() == blocks


@EVERY_LANGUAGE
def test_the_proof_opens_to_what_really_came_back(page: Page, site: Path, code: str) -> None:
    page.goto(core(site, code))
    block = page.locator("div.highlight-console", has_text="uvicorn mysite.asgi:application").first
    proof = block.locator("xpath=following-sibling::*[1]/descendant-or-self::details")
    output = proof.locator("pre")
    assert output.is_hidden()
    proof.locator("summary").click()
    assert "Uvicorn running on http://127.0.0.1:8000" in output.inner_text()
    assert "uvicorn" in proof.locator("dd").first.inner_text()


@EVERY_LANGUAGE
def test_the_core_page_is_there_in_the_other_languages(page: Page, site: Path, code: str) -> None:
    page.goto(core(site, code))
    for language in LANGUAGES.values():
        page.click("#language-selector summary")
        page.locator("#language-selector").get_by_role("link", name=language.name).click()
        page.wait_for_url(core(site, language.code))
    assert page.locator("#version-selector li a").count() > 0


@pytest.mark.parametrize(
    ("code", "query", "title"),
    [
        ("en", "threads", "Sync and async code"),
        ("pt", "assincronas", "Código síncrono e assíncrono"),
        ("zh", "异步", "同步与异步代码"),
        ("en", "502", "Behind nginx"),
        ("en", "SECURE_PROXY", "Settings"),
        ("en", "get_asgi", "Projects, applications and signals"),
        ("pt", "implantando", "Implantação com ASGI"),
        ("zh", "數據庫", "数据库"),
    ],
)
def test_the_search_finds_a_word(page: Page, site: Path, code: str, query: str, title: str) -> None:
    page.goto(f"{(site / code / DEVELOPMENT / 'search.html').as_uri()}?q={query}")
    page.wait_for_function("Search.status?.innerText")
    assert title in page.locator("#search-results ul.search > li > a").all_text_contents()


class Seen(NamedTuple):
    """What there is to blame on the pages of a language."""

    weak: set[str]
    out_of_order: dict[Path, list[str]]
    too_wide: list[tuple[int, Path]]


@pytest.fixture(scope="module", params=LANGUAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, site: Path) -> Seen:
    """Every page of a language, opened once in a small window and once in a large one."""
    found = Seen(set(), {}, [])
    with tab(browser) as page:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for path in pages(site, request.param):
                page.goto(path.as_uri())
                if width == 1280 and (wrong := page.evaluate(OUT_OF_ORDER)):
                    found.out_of_order[path] = wrong
                page.evaluate(OPEN)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.too_wide.append((width, path))
                if width == 1280:
                    schemes = SCHEMES if path.stem == "index" else SYSTEM
                    found.weak.update(t for scheme in schemes for t in weak_texts(page, *scheme))
    return found


def test_every_text_can_be_read_by_day_and_by_night(seen: Seen) -> None:
    assert seen.weak == set()


def test_every_page_is_in_order(seen: Seen) -> None:
    assert seen.out_of_order == {}


def test_no_page_is_wider_than_the_window(seen: Seen) -> None:
    assert seen.too_wide == []
