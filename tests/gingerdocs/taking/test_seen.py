"""What no check looks into is refused, in whatever way a page shows it."""

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser
from sphinx import addnodes

from gingerdocs.taking import seen

EXTENSIONS = ["colon_fence", "deflist"]


def said(text: str, **front_matter: object) -> list[str]:
    settings = {"myst_enable_extensions": EXTENSIONS, "report_level": 5}
    doctree = publish_doctree(text, parser=Parser(), settings_overrides=settings)
    return [str(problem) for problem in seen.check(doctree, "docs/page.md", front_matter)]


@pytest.mark.parametrize(
    "text",
    [
        "Words, `literals`, *emphasis* and [links](https://example.com/).",
        "- a\n- b\n\n1. c\n\n> d",
        "Term\n: What it is.",
        "| a | b |\n|-|-|\n| c | d |",
        ":::{warning}\nText.\n:::",
        "```python\nx = 1\n```",
        "A note.[^1]\n\n[^1]: It.",
        "% Nobody sees it.",
    ],
)
def test_what_the_checks_see_passes(text: str) -> None:
    assert said(f"# Title\n\n{text}\n") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<p>Never true.</p>", "raw HTML"),
        ("Text <b>never</b> true.", "raw HTML"),
        ("![A picture](a.png)", "a picture"),
        ("```{figure} a.png\n\nA picture\n```", "a picture"),
        ("```{raw} html\n<pre>$ untried</pre>\n```", "raw HTML"),
        ("```{math}\n1 = 2\n```", "a math_block"),
        ("{sup}`2`", "a superscript"),
        (":::{topic} A topic\nText.\n:::", "a topic"),
    ],
)
def test_what_they_do_not_see_is_told_with_its_line(text: str, what: str) -> None:
    [problem, *_] = said(f"# Title\n\n{text}\n")
    assert problem.startswith(f"docs/page.md:3: no check looks into {what}: ")


def test_only_what_is_generated_may_be_a_signature() -> None:
    doctree = nodes.document(None, None)
    doctree += [addnodes.desc("", described=True), nodes.raw("", "<b>1</b>", from_code=True)]
    assert list(seen.check(doctree, "docs/page.md", {})) == []
    doctree += addnodes.desc()
    [problem] = seen.check(doctree, "docs/page.md", {})
    assert "a signature that is not generated" in problem.message


def test_a_page_s_front_matter_turns_nothing_on() -> None:
    assert said("# Title", orphan=True, wordcount={}) == []
    [problem] = said("# Title", html_meta={"description": "It is."})
    assert "'html_meta' of the front matter" in problem
