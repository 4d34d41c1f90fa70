"""What a reader sees of every page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.site.contrast import SCHEMES, weak_texts

ENGLISH = (
    "Back to top",
    "Contents",
    "Copy",
    "Development",
    "Language",
    "Next",
    "On this page",
    "Previous",
    "Ran on",
    "Search",
    "Skip to content",
    "Toggle",
    "Version",
    "What really came back",
)
"""Words of the interface that have no place on a page in another language."""


@pytest.mark.parametrize(
    ("code", "top"), [("en", "Back to top"), ("pt", "Voltar ao topo"), ("zh", "返回顶部")]
)
def test_a_way_back_to_the_top(page: Page, site: Path, code: str, top: str) -> None:
    page.set_viewport_size({"width": 600, "height": 200})
    page.goto((site / code / "dev/deploy.html").as_uri())
    page.evaluate("window.scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    assert page.evaluate("window.scrollY") > 0
    page.locator("footer").get_by_role("link", name=top).click()
    page.wait_for_function("window.scrollY === 0")


@pytest.mark.parametrize("code", ["pt", "zh"])
@pytest.mark.parametrize("name", ["deploy", "search"])
def test_the_interface_speaks_the_readers_language(
    page: Page, site: Path, code: str, name: str
) -> None:
    page.goto((site / code / f"dev/{name}.html").as_uri())
    page.wait_for_function("window.guideSite")
    shown = page.evaluate(
        """() => {
          const attributes = ["aria-label", "title", "placeholder", "data-tooltip"];
          const texts = [document.body.innerText, document.title];
          for (const element of document.querySelectorAll("*"))
            for (const name of attributes) texts.push(element.getAttribute(name) ?? "");
          document.querySelectorAll("details").forEach((details) => (details.open = true));
          return [...texts, document.body.innerText];
        }"""
    )
    words = "\n".join(shown)
    assert [word for word in ENGLISH if word in words] == []


@pytest.mark.parametrize("code", ["en", "pt", "zh"])
@pytest.mark.parametrize("version", ["dev", "v1.0"])
def test_a_sample_shows_what_really_came_back(
    page: Page, site: Path, code: str, version: str
) -> None:
    page.goto((site / code / version / "deploy.html").as_uri())
    assert page.locator("details.proof").count() == 4
    assert page.locator("details.proof-passed").count() == 3
    proof = page.locator("details.proof").first
    proof.locator("summary").click()
    assert proof.locator("pre").inner_text().strip() == "Hello"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("en", "Not run: it only shows the form"),
        ("pt", "Não executado: ele só mostra a forma"),
        ("zh", "未运行：它只展示格式"),
    ],
)
def test_a_sample_that_is_not_run_says_why(page: Page, site: Path, code: str, says: str) -> None:
    page.goto((site / code / "dev/deploy.html").as_uri())
    summary = page.locator("details.proof-norun summary")
    assert summary.inner_text() == says


def test_what_came_back_is_in_the_language_that_it_is_in(page: Page, site: Path) -> None:
    page.goto((site / "zh/dev/deploy.html").as_uri())
    came_back = page.locator("details.proof-passed pre")
    spoken = "outputs => outputs.map(output => output.closest('[lang]').lang)"
    assert came_back.evaluate_all(spoken) == ["en", "zh-CN"]


@pytest.mark.parametrize("code", ["en", "pt", "zh"])
def test_every_text_can_be_read_by_day_and_by_night(page: Page, site: Path, code: str) -> None:
    for address in ("v1.0/deploy", "dev/deploy", "dev/search"):
        page.goto((site / code / f"{address}.html").as_uri())
        page.wait_for_function("window.guideSite")
        assert [text for scheme in SCHEMES for text in weak_texts(page, *scheme)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "404"])
def test_the_front_door_can_be_read_by_day_and_by_night(
    page: Page, site: Path, name: str, scheme: str
) -> None:
    page.goto(f"{(site / f'{name}.html').as_uri()}#versions")
    assert weak_texts(page, scheme, "auto") == []


def test_a_complete_translation_says_nothing_of_its_progress(page: Page, site: Path) -> None:
    page.goto((site / "pt/dev/deploy.html").as_uri())
    assert page.locator(".guide-notice:not(#version-notice)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page: Page, site: Path, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((site / "zh/dev/deploy.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboards_place_is_always_shown(page: Page, site: Path) -> None:
    page.goto((site / "en/dev/deploy.html").as_uri())
    page.add_style_tag(content="* { transition: none !important }")
    seen = []
    while len(seen) < 100:
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const element = document.activeElement;
              const { outlineStyle, outlineWidth } = getComputedStyle(element);
              const shown = element.checkVisibility({ opacityProperty: true });
              const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
              return [element.localName, element.className, shown && ring];
            }"""
        )
        if here[0] == "body":
            break
        seen.append(here)
    assert {"a", "summary", "button", "input"} <= {name for name, _, _ in seen}
    assert [place for place in seen if not place[2]] == []


def test_a_wrong_address_leads_back_into_the_site(page: Page, address: str) -> None:
    answer = page.request.get(f"{address}/en/dev/nowhere.html")
    assert answer.status == 404
    assert "Página não encontrada" in answer.text()
    assert 'href="/zh/v1.1/index.html"' in answer.text()
