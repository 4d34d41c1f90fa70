"""What the prose claims must exist: planted lies are named, and the truth passes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser

from gingerdocs.checks import prose
from gingerdocs.sample import Claim, Page, Sample

ROOT = Path(__file__).parents[3]

SERVER = """\
$ uvicorn --port 8001 --workers 3 mysite.asgi:application
INFO:     Uvicorn running on http://127.0.0.1:8001 (Press CTRL+C to quit)
"""
VIEW = """\
from gingerdj.http import HttpResponse


async def stock(request):
    count = {"left": 3}
    return HttpResponse(str(count))
"""
SAMPLES = (
    "$ gingerdj-admin startproject mysite .\n",
    SERVER,
    "$ python manage.py runserver\n",
    "$ python -m pip install --quiet uvicorn\n",
    "$ curl --include http://127.0.0.1:8001/hello/\n",
    VIEW,
)


def doctree(markdown: str) -> nodes.document:
    return publish_doctree(markdown, parser=Parser(), settings_overrides={"report_level": 5})


def page(*claims: Claim, samples: Sequence[str] = SAMPLES) -> Page:
    blocks = [
        Sample(f"sample-{n}", "file", "text", text, "docs/page.md", (n,), n)
        for n, text in enumerate(samples)
    ]
    return Page("docs/page.md", "en", tuple(blocks), claims)


def doubts(
    text: str,
    root: Path = ROOT,
    *,
    samples: Sequence[str] = SAMPLES,
    kind: Literal["literal", "link"] = "literal",
) -> list[str]:
    problems = prose.check(page(Claim(text, 7, kind), samples=samples), root)
    assert all((problem.path, problem.line) == ("docs/page.md", 7) for problem in problems)
    return [problem.message for problem in problems]


class TestCollect:
    def test_gives_literals_and_outside_links_with_their_lines(self) -> None:
        found = prose.collect(
            doctree(
                "# About `uvicorn`\n\nRun `a b`, see [it](https://a.dev/x) and [that](#b).\n\n"
                "- item\n- `c`\n\n| h |\n|---|\n| `d` |\n\n<https://b.dev>\n\n```\n`e`\n```\n"
            ),
            ROOT,
        )
        assert found == [
            Claim("uvicorn", 1, "literal"),
            Claim("a b", 3, "literal"),
            Claim("https://a.dev/x", 3, "link"),
            Claim("c", 6, "literal"),
            Claim("d", 10, "literal"),
            Claim("https://b.dev", 12, "link"),
        ]

    def test_leaves_out_keys(self) -> None:
        document = doctree("See `a`.")
        document += nodes.literal("", "Ctrl+C", classes=["kbd"])
        document += nodes.literal("", "--untried", classes=["kbd"])
        assert [claim.text for claim in prose.collect(document, ROOT)] == ["a", "--untried"]

    def test_lays_what_a_docstring_claims_at_the_code(self) -> None:
        document = doctree("See `a`.")
        literal = nodes.literal("", "b")
        text = nodes.Text(" and status 599 (RFC 9110, 15.2)")
        said = nodes.paragraph("", "", literal, text, docstring=True)
        said.source, said.line = str(ROOT / "gingerdj/http/response.py"), 7
        shown = nodes.term("", "", nodes.literal("", "c"), from_code=True)
        document += [said, shown]
        assert prose.collect(document, ROOT) == [
            Claim("a", 1, "literal"),
            Claim("b", 7, "literal", "gingerdj/http/response.py"),
            Claim("599", 7, "number", "gingerdj/http/response.py"),
        ]

    def test_leaves_out_the_table_of_contents(self) -> None:
        document = doctree("See `a`.")
        contents = nodes.compound("", nodes.paragraph("", "", nodes.literal("", "b")))
        contents["classes"].append("toctree-wrapper")
        document += contents
        assert [claim.text for claim in prose.collect(document, ROOT)] == ["a"]


def test_a_name_has_the_value_that_a_sample_gives_it() -> None:
    samples = ("[Service]\nRestart=always\n", "$ echo never\nnever\n")
    assert doubts("Restart=always", samples=samples) == []
    [told] = doubts("Restart=never", samples=samples)
    assert told == "no sample says `Restart=never`, and one says `Restart=` otherwise: mend it"


@pytest.mark.parametrize("text", ["a" * 254, "b" * 300, f"c/{'d' * 5000}"])
def test_a_literal_may_be_longer_than_any_name_of_a_file(text: str) -> None:
    assert [f"nothing shows that `{text}` exists" in doubt for doubt in doubts(text)] == [True]


def test_the_code_vouches_for_its_docstrings(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        '"""Says forgotten and 34."""\n\nraw_limit = 12  # explained\n', "utf-8"
    )
    literals = ("raw_limit", "raw_limits", "forgotten", "explained")
    claims = [
        *(Claim(text, line, "literal", "code.py") for line, text in enumerate(literals, 1)),
        *(Claim(text, int(text), "number", "code.py") for text in ("12", "34")),
    ]
    found = prose.check(page(*claims), tmp_path)
    assert {problem.path for problem in found} == {"code.py"}
    assert [problem.line for problem in found] == [2, 3, 4, 34]


@pytest.mark.parametrize(
    ("path", "sample", "problems"),
    [("", "", 1), ("", "HTTP/1.1 413 Too Large", 0), ("code.py", "", 0)],
)
def test_a_page_shows_the_statuses_of_which_it_speaks(
    tmp_path: Path, path: str, sample: str, problems: int
) -> None:
    (tmp_path / "code.py").write_text("limit = 1\n", "utf-8")
    said = page(Claim("413", 1, "number", path), samples=[sample])
    assert len(prose.check(said, tmp_path)) == problems


TRUE = (
    """
async def|await|None|print()|str.join|ValueError|time.sleep|asyncio.run()|uvicorn.Config
gingerdj.core.asgi|gingerdj.core.asgi.get_asgi_application|get_asgi_application()|HttpRequest
HttpRequest.body|request.method|request.META|response.headers|HttpResponse.status_code
async_unsafe|@async_unsafe|sync_to_async|asgiref.sync.sync_to_async|SynchronousOnlyOperation
DEBUG|ALLOWED_HOSTS|settings.DEBUG|GINGER_SETTINGS_MODULE|DEBUG = False|MIDDLEWARE
mysite/asgi.py|asgi.py|manage.py|mysite.settings|mysite.asgi:application|mysite.wsgi|mysite/
examples/hello|conf.py|Makefile|README.md|docs/howto|.py
uvicorn|granian|gunicorn|python|pip|curl|gingerdj-admin|startproject|runserver|startapp
--workers|--port 8001|--host|--reload|--quiet|--include|uvicorn --reload mysite.asgi:application
python manage.py runserver|python -m pip install uvicorn|make html|make doctest|LANGS
GET|POST|404|404 Not Found|200 OK|Host|X-Forwarded-For|Content-Type|HTTP/1.1|https|SIGTERM|INFO
Host: 127.0.0.1|lifespan.startup|http.request|root_path|lifespan
uvicorn==0.54.0|uvicorn[standard]|asgiref
stock|count|"left"|left|stock(request)|count["left"]|8001|/hello/|http://127.0.0.1:8001/hello/|127.0.0.1
LANGS=pt|zh_CN|pt-BR
""".strip()
    .replace("\n", "|")
    .split("|")
)

FALSE = (
    """
async fed|awiat|Nnoe|prnt()|str.joni|ValueEror|time.slep|asyncio.rnu()|uvicorn.Confg
gingerdj.core.agsi|gingerdj.core.asgi.get_agsi_application|get_asgi_aplication()|HttpReqest
HttpRequest.boddy|request.methood|request.MTEA|response.heders|HttpResponse.status_cod
async_unsfe|@async_unsaf|sync_to_asinc|asgiref.sync.sync_to_asyncc|SynchronousOnlyOperaton
DEBIG|ALLOWED_HOST|settings.DEBGU|GINGER_SETTINGS_MODUL|DEBUG = Flase|MIDDLEWARES
mysite/agsi.py|asgy.py|mange.py|mysite.setting|mysite.asgi:aplication|mysite.wsgii|mysit/
examples/helo|cnf.py|gitt|Makefil|README.rst|docs/howtoo|.yp
uvicron|grainan|gunicon|pyhton|ppi|crul|gti|gingerdj-adnim|startprojct|runsever|start-app
--worker|-workers|--port 8002|--hots|--reloda|--quite|--inclde|uvicorn --relaod
uvicorn mysit.asgi:application
python manage.py runsrver|python -m pip instal uvicorn|make htlm|make doctset|LANG5
GTE|PSOT|440|404 Not Fuond|200 KO|Hots|X-Forwarded-Fro|Content-Typ|HTTP/1.2|htps|SIGTRM|INF0
Host: 127.0.0.2|lifespan.startpu|http.reqest|root_pth|lifespna
uvicorn==0.54.1|uvicorn[standrad]|asgirf
stok|cuont|"letf"|lef|stock(reqeust)|count["lef"]|8010|/helo/|http://127.0.0.1:8001/helo/|<-|%|df|sh|.0.0.1|127.0.0|127.0.0.|0.0.1|%(l)s|(x)y|HTTP/|.1
../gingerdj|/etc/passwd|build/html|.venv/bin
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.fixture(scope="module", autouse=True)
def _ask_once() -> None:
    """Look the names of all tests up in one go, as those of a page are."""
    prose.check(page(*(Claim(text, 1, "literal") for text in TRUE + FALSE)), ROOT)


@pytest.mark.parametrize("text", TRUE)
def test_what_exists_is_vouched_for(text: str) -> None:
    assert doubts(text) == []


@pytest.mark.parametrize("text", FALSE)
def test_what_does_not_exist_is_named(text: str) -> None:
    (message,) = doubts(text)
    assert message.startswith("nothing shows that `")
    assert message.endswith(f"or list `{text}` in docs/terms.txt with a reason")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("uvicron", "uvicorn"),
        ("--worker", "--workers"),
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("get_asgi_aplication", "get_asgi_application"),
        ("runsever", "runserver"),
        ("X-Forwarded-Fro", "X-Forwarded-For"),
        ("mysite/agsi.py", "mysite/asgi.py"),
        ("stcok", "stock"),
    ],
)
def test_the_nearest_name_is_given(text: str, near: str) -> None:
    (message,) = doubts(text)
    said = re.search(r"did you mean (.*)\?", message)
    assert said is not None
    assert f"`{near}`" in said[1]


def test_an_option_belongs_to_a_program_of_the_page() -> None:
    assert doubts("--reload", samples=["$ uvicorn mysite.asgi:application\n"]) == []
    assert doubts("--reload", samples=["$ curl http://127.0.0.1:8000/\n"]) != []


def test_a_page_without_samples_still_names_lies() -> None:
    assert doubts("DEBUG", samples=[]) == []
    assert doubts("DEBIG", samples=[]) != []


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(text, "utf-8")


class TestLists:
    def test_a_term_vouches_for_itself_alone(self, tmp_path: Path) -> None:
        write(tmp_path, prose.TERMS, "# What Ctrl+C sends.\n^C\n\n# A folder.\nbuild/html\n")
        assert doubts("^C", tmp_path) == []
        assert doubts("build/html", tmp_path) == []
        assert doubts("build/htlm", tmp_path) != []

    def test_a_link_is_listed_and_a_misspelt_one_names_the_nearest(self, tmp_path: Path) -> None:
        write(tmp_path, prose.LINKS, "# Its site.\nhttps://www.uvicorn.org/\n")
        assert doubts("https://www.uvicorn.org/", tmp_path, kind="link") == []
        (message,) = doubts("https://www.uvicron.org/", tmp_path, kind="link")
        assert "is not in docs/links.txt (did you mean https://www.uvicorn.org/?)" in message
        assert doubts("https://www.uvicorn.org", tmp_path, kind="link") != []

    @pytest.mark.parametrize(
        ("address", "true"),
        [
            ("http://127.0.0.1:8001/hello/", True),
            ("http://127.0.0.1:8001/hell", False),
            ("http://127.0.0.1:8000/", False),
            ("http://localhost:8001/hello/", False),
            ("https://example.com/", False),
        ],
    )
    def test_an_address_of_ones_own_machine_stands_in_a_sample(
        self, tmp_path: Path, address: str, true: bool
    ) -> None:
        write(tmp_path, prose.LINKS, f"# Listed in vain.\n{address}\n")
        assert (doubts(address, tmp_path, kind="link") == []) is true

    def test_names_what_is_wrong_with_the_lists(self, tmp_path: Path) -> None:
        write(tmp_path, prose.TERMS, "# Used.\na\n\nb\n\n# Twice.\na\n\n# A reason\n\nc\n")
        write(tmp_path, prose.LINKS, "# Unused.\nhttps://a.dev\n")
        claims = [Claim(text, 1, "literal") for text in ("a", "b", "c")]
        assert [str(problem) for problem in prose.check_lists(claims, tmp_path)] == [
            "docs/terms.txt:4: 'b' has no reason above it",
            "docs/terms.txt:7: 'a' stands at line 2 already",
            "docs/terms.txt:11: 'c' has no reason above it",
            "docs/links.txt:2: no page has 'https://a.dev'; delete it and its reason",
        ]

    def test_a_list_that_is_not_utf_8_is_named_with_the_line(self, tmp_path: Path) -> None:
        write(tmp_path, prose.TERMS, "")
        (tmp_path / prose.TERMS).write_bytes(b"# Saved elsewhere.\ncaf\xe9\n")
        (problem, unused) = prose.check_lists([Claim("café", 1, "literal")], tmp_path)
        assert str(problem) == "docs/terms.txt:2: is not UTF-8 (byte 0xe9); save it as UTF-8"
        assert str(unused).startswith("docs/terms.txt:2: no page has 'caf\ufffd'")

    def test_lists_that_are_not_there_are_empty(self, tmp_path: Path) -> None:
        assert prose.check_lists([], tmp_path) == []


def unrun(text: str) -> Sample:
    return Sample(
        "never", "console", "console", text, "docs/page.md", (20, 21), 20, norun="it takes a day"
    )


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        ("$ sudo nginx -t && sudo systemctl reload nginx", True),
        ("$ uvicorn mysite.asgi:application", False),
        ("$ sudo nginx -t", False),
    ],
)
def test_each_line_of_a_sample_that_is_not_run_is_listed(line: str, listed: bool) -> None:
    sample = unrun(f"# A remark.\n{line}\n")
    claims = tuple(prose.of_unrun([sample]))
    text = line.removeprefix("$ ")
    assert [(claim.text, claim.line) for claim in claims] == [(text, 21)]
    asked = page(*claims)
    found = prose.check(replace(asked, samples=(*asked.samples, sample)), ROOT)
    mend = f"nothing runs `{text}`: run it, or list it in docs/terms.txt with a reason"
    assert [problem.message for problem in found] == ([] if listed else [mend])
