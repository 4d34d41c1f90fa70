"""Samples and pages on their way between the stages."""

import json

from gingerdocs.sample import Claim, Page, Problem, page_from_json, to_json

from .conftest import make_sample


def test_a_page_survives_json() -> None:
    page = Page(
        "docs/a.md",
        "pt",
        samples=(make_sample("console", "$ echo olá\nolá", programs=("curl",), exit=3),),
        claims=(Claim("x", 3, "literal"),),
        problems={"build": (Problem("docs/a.md", 7, "wrong"),), "catalog": ()},
    )
    assert page_from_json(json.loads(to_json(page))) == page


def test_a_problem_reads_as_compilers_say_it() -> None:
    assert str(Problem("docs/a.md", 7, "wrong")) == "docs/a.md:7: wrong"


def test_the_place_of_a_line_never_lies_outside() -> None:
    sample = make_sample("python", "a\nb", lines=(5, 9))
    places = [sample.place(line) for line in (-1, 0, 1, 2)]
    assert places == ["docs/page.md:5", "docs/page.md:5", "docs/page.md:9", "docs/page.md:9"]
