"""The project's own site, as `make html` left it, in a real browser."""

import pytest
from playwright.sync_api import Page

from gingerdocs.languages import LANGUAGES
from gingerdocs.site import OUTPUT

CORE = "howto/deployment/asgi/index"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_sample_of_the_core_page_is_marked_as_run(page: Page, language: object) -> None:
    built = OUTPUT / language.code / "dev" / f"{CORE}.html"
    if not built.is_file():
        pytest.skip("the site is not built: run make html first")
    page.goto(built.as_uri())
    assert page.locator("html").get_attribute("lang") == language.html
    blocks = page.locator("article div.highlight").count()
    assert blocks > 0
    assert page.locator("article details.proof-passed").count() == blocks
    assert page.locator("#language-selector li a").count() == len(LANGUAGES)
