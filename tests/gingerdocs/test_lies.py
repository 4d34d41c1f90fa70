"""Where a guide can be lied in, and how."""

import random
from pathlib import Path

from gingerdocs import lies
from gingerdocs.sample import Page

from .conftest import PAGE, make_sample

SITE = """\
# A comment.
server {
    listen 8443 ssl;
}"""


def told(tmp_path: Path, **options: object) -> list[lies.Lie]:
    """One lie for each place of a page that holds the sample of nginx alone."""
    sample = make_sample("file", SITE, file="site.conf", **{"language": "nginx", **options})
    (tmp_path / PAGE).parent.mkdir()
    (tmp_path / PAGE).write_text("```\n" * 10 + f"{SITE}\n```\n", "utf-8")
    found = lies.targets(tmp_path, [Page(PAGE, "en", (sample,))])
    return [target.lie(random.Random(1)) for target in found]


def test_a_word_of_a_configuration_is_misspelt_and_a_line_of_it_left_out(tmp_path: Path) -> None:
    found = told(tmp_path)
    assert [(lie.kind, lie.line, lie.column, lie.old) for lie in found] == [
        ("configuration", 12, 0, "server"),
        ("line left out", 13, 4, "listen 8443 ssl;"),
        ("configuration", 13, 4, "listen"),
        ("configuration", 13, 11, "8443"),
        ("configuration", 13, 16, "ssl"),
    ]
    assert found[1].new == ""
    assert all(lie.new not in ("", lie.old) for lie in found if lie.kind == "configuration")


def test_a_line_of_another_file_may_be_needless(tmp_path: Path) -> None:
    assert {lie.kind for lie in told(tmp_path, language="markdown")} == {"configuration"}


def test_nobody_lies_in_what_is_not_run(tmp_path: Path) -> None:
    assert told(tmp_path, norun="it takes a day") == []
