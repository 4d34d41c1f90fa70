"""What the README, the changelog and the examples' own pages say: that all of it exists, and works.

They are no pages of the guide, which shows parts of the README alone, so nothing else looks into
them.
"""

from __future__ import annotations

import functools
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser

from benchmarks.results import LIMIT, NAMES, OURS
from gingerdocs.checks import prose
from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.sample import Claim, Page, Sample
from gingerdocs.site.build import Site

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PLAIN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("examples/*/README.md"))
)

UNSHOWN = {
    "The close code of an endpoint that goes away (RFC 6455, 7.4.1)": ("1001",),
    "Names of Python's, of WSGI's and of requests, and a converter's form": (
        *("GzipFile", "wsgi.file_wrapper", "_dont_enforce_csrf_checks", "<slug:...>"),
    ),
    "An environment of the reader's own, outside of the checkout": (
        "~/venv/bin/python -m pip install . uvicorn",
        'cd "$(mktemp -d)"',
        "~/venv/bin/gingerdj-admin startproject mysite .",
        "~/venv/bin/uvicorn mysite.asgi:application",
        "curl http://127.0.0.1:8000/hello/Ada/",
    ),
    "A project of the reader's": (
        "python -m pytest --pyargs gingerdj.test.conformance --asgi-app mysite.asgi:application",
    ),
}
"""What is so, and no sample of the guide shows; each with the reason why."""

# Asks the project of the folder what a reader asks the server.
ASKS = """
import os, sys
os.environ["GINGER_SETTINGS_MODULE"] = "mysite.settings"
from gingerdj.core.asgi import get_asgi_application
get_asgi_application()
from gingerdj.test import Client
print(Client(headers={"Host": "127.0.0.1"}).get(sys.argv[1]).text)
"""


def test_the_view_answers_in_a_new_project(tmp_path: Path) -> None:
    assert "gingerdj-admin startproject mysite ." in README
    start = [sys.executable, "-m", "gingerdj", "startproject", "mysite", "."]
    subprocess.run(start, cwd=tmp_path, check=True, timeout=60)
    [view] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mysite" / "urls.py").write_text(view)
    [(path, answer)] = re.findall(r"\$ curl http://[\d.:]+(\S+)\n(.*)\n", README)
    asked = [sys.executable, "-c", ASKS, path]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{answer}\n", done.stderr


def fences(text: str) -> list[str]:
    return re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)


@functools.cache
def shown() -> tuple[Sample, ...]:
    """What the guide's samples show, as far as a command or a file of the checkout may be named."""
    pages = [page.read_text("utf-8") for page in sorted((ROOT / "docs").rglob("*.md"))]
    helps = [
        subprocess.run(
            [sys.executable, "-m", "gingerdj", *command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in ([], ["startproject"], ["check"], ["test"], ["runserver"])
    ]
    code = [path.read_text("utf-8") for path in sorted((ROOT / "examples").rglob("*.py"))]
    texts = [
        *(fence for page in pages for fence in fences(page)),
        *helps,
        *code,
        *named_in_code(),
    ]
    return tuple(
        Sample(f"shown-{number}", "console", "console", text, "docs", (1,), 1)
        for number, text in enumerate(texts)
    )


def named_in_code() -> Iterator[str]:
    """The ids of system checks, the loggers and the paths that the code has in quotes."""
    for path in (ROOT / "gingerdj").rglob("*.py"):
        yield from re.findall(r"[\"']([\w-]*[./][\w./-]+)[\"']", path.read_text("utf-8"))


def claims(path: str) -> tuple[Claim, ...]:
    text = (ROOT / path).read_text("utf-8")
    doctree = publish_doctree(
        text,
        source_path=str(ROOT / path),
        parser=Parser(),
        settings_overrides={"report_level": 5},
    )
    commands = [
        Claim(line.removeprefix("$ "), node.line or 1, "literal")
        for node in doctree.findall(nodes.literal_block)
        for line in node.astext().splitlines()
        if line.startswith("$ ")
    ]
    return (*prose.collect(doctree, ROOT), *commands)


def doubted(path: str, said: list[Claim]) -> list[str]:
    return list(map(str, prose.check(Page(path, "en", shown(), tuple(said)), ROOT)))


def parts(claim: Claim) -> list[Claim]:
    """A dotted name as its parts: no module has an attribute of an attribute."""
    return [Claim(part, claim.line, claim.kind) for part in claim.text.split(".")]


@pytest.mark.parametrize("path", PLAIN)
def test_what_is_named_exists(path: str) -> None:
    unshown = {text for texts in UNSHOWN.values() for text in texts}
    said = [claim for claim in claims(path) if claim.text not in unshown]
    assert said
    whole = [claim for claim in said if claim.text.count(".") < 2]
    assert doubted(path, whole) == []
    for claim in said:
        if claim not in whole and doubted(path, [claim]):
            assert doubted(path, parts(claim)) == []


def test_nothing_is_excused_that_nobody_says() -> None:
    said = {claim.text for path in PLAIN for claim in claims(path)}
    assert {text for texts in UNSHOWN.values() for text in texts} - said == set()


def test_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [python] = re.findall(r"Python (\S+) or newer", README)
    assert project["requires-python"] == f">={python}"
    [django] = re.findall(r"interface of Django (\d+\.\d+)\.", README)
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    assert re.search(rf"^django=={re.escape(django)}\.\d+", pins, re.MULTILINE)
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("BSD 3-Clause")
    assert "BSD 3-Clause, see `LICENSE`" in README


def test_peers_and_languages_are_those_that_there_are() -> None:
    [peers] = re.findall(r"compares the core with (.*?) and a bare ASGI callable", README)
    others = {name for peer, name in NAMES.items() if peer not in (OURS, LIMIT)}
    assert sorted(peers.split(", ")) == sorted(others)
    [languages] = re.findall(r"how to deploy it with ASGI, in (.*?)\.\n", README)
    assert len(re.split(r", | and ", languages)) == len(LANGUAGES)


LACKING = {
    "models": "gingerdj.db.models",
    "migrations": "gingerdj.db.migrations",
    "forms": "gingerdj.forms",
    "templates": "gingerdj.template",
    "sessions": "gingerdj.contrib.sessions",
    "users": "gingerdj.contrib.auth",
    "admin": "gingerdj.contrib.admin",
    "caches": "gingerdj.core.cache",
    "mail": "gingerdj.core.mail",
    "translations": "gingerdj.utils.translation",
}


def test_what_it_has_not_is_told_with_what_to_do_instead() -> None:
    [said] = re.findall(r"It has no (.*?); who imports one of them is told what to do", README)
    assert re.split(r", | or ", said) == [*LACKING]
    for module in LACKING.values():
        with pytest.raises(ImportError, match=rf"{re.escape(module)}\W.+"):
            importlib.import_module(module)


def test_the_build_ends_with_the_lines_that_are_shown() -> None:
    [shown] = re.findall(r"\$ make html\n\.\.\.\n(.*?)\$ make test", README, re.DOTALL)
    first = Site().address(LANGUAGES[SOURCE]).relative_to(ROOT)
    output = Site().output.relative_to(ROOT)
    assert shown.splitlines() == [
        f"Open file:///.../{output}/index.html",
        f"     file:///.../{first}/index.html is this checkout",
    ]


def test_each_target_of_the_makefile_that_is_told_of_does_what_is_said() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    said = re.findall(r"`make ([a-z][\w-]*)", README)
    assert len(said) > 10
    targets = set(re.findall(r"^([a-z][\w-]*):[^\n]*##", makefile, re.MULTILINE))
    assert {*said} <= targets
