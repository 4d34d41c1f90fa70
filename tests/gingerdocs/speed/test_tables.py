"""The tables and plots of the benchmark on a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import aims, committed
from benchmarks.results import Figure, Results, Row, Series, digest, to_json
from gingerdocs.languages import LANGUAGES
from gingerdocs.speed import words
from gingerdocs.translating.po import Message, write

ROOT = Path(__file__).parents[3]
# What it links to stands on other pages.
ELSEWHERE = "(async-middleware)=\n## Middleware of both kinds\n"
PAGE = (ROOT / "docs" / "topics" / "performance.md").read_text("utf-8") + ELSEWHERE
RESULTS, _WRONG = committed.read()
TOOLS_RESULTS, _WRONG_TOOLS = committed.read_docs()
SERIES = [*RESULTS.series, *TOOLS_RESULTS.series]


@pytest.fixture(scope="module")
def built(shared_project: Any) -> tuple[Any, str]:
    """The project's own page, built in a scratch project, and what Sphinx said."""
    said, page = build(shared_project, PAGE)
    assert said == ""
    return shared_project, page


def said_of(project: Any, page: str, builder: str = "dummy", *options: str) -> str:
    """Build a page; return what Sphinx said of it."""
    project.write("docs/index.md", page)
    output = ("-E", "-c", ".", *options, "docs", f"build/{builder}")
    done = project.python("-m", "sphinx", "-q", "-b", builder, *output)
    assert done.returncode == 0, done.stderr
    return "\n".join(line for line in done.stderr.splitlines() if "has no proof" not in line)


def build(project: Any, page: str, *options: str) -> tuple[str, str]:
    """Build a page; return what Sphinx said of it, and the page."""
    said = said_of(project, page, "html", *options)
    return said, (project.root / "build" / "html" / "index.html").read_text()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tables(page: str) -> list[list[list[str]]]:
    """Return the cells of every table."""
    found = []
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found.append([[text(cell) for cell in row] for row in cells])
    return found


def test_every_figure_of_the_run_is_on_the_page(built: tuple[Any, str]) -> None:
    process, start, servers, *growth, _aims = tables(built[1])
    tools = growth.pop(len(RESULTS.series))
    assert len(tools) - 1 == len(TOOLS_RESULTS.rows)
    shown = {tuple(row[1:]) for table in (process, start, servers) for row in table[1:]}
    assert len(process) + len(start) + len(servers) - 3 == len(RESULTS.rows)
    for row in RESULTS.rows:
        assert tuple(cell(RESULTS, row.name, peer) for peer in RESULTS.peers) in shown, row.name
    for series, table in zip(SERIES, growth, strict=True):
        for (peer, points), line in zip(series.points.items(), table[1:], strict=True):
            figures = [words.figure(points.get(size), "en") for size in series.sizes]
            assert line == [words.names()[peer], *figures]


def cell(results: Results, name: str, peer: str) -> str:
    row = results.by_name()[name]
    if peer not in row.figures:
        return "–"
    best, median = row.figures[peer].best, row.figures[peer].median
    bare = row.figures.get("bare")
    of_bare = f"{words.number(best / bare.best, 'en')}×" if bare else "–"
    of_ours = f"{words.number(best / row.figures['gingerdj'].best, 'en')}×"
    return f"{words.number(best, 'en')} ({words.number(median, 'en')}) {of_bare} · {of_ours}"


def test_every_aim_is_told_and_the_missed_ones_come_first(built: tuple[Any, str]) -> None:
    verdicts = aims.judge(RESULTS, aims.load())
    lines = tables(built[1])[-1][1:]
    assert len(lines) == len(verdicts)
    outcomes = [line[-1] for line in lines]
    met = sum(verdict.met for verdict in verdicts)
    assert outcomes == ["Missed"] * (len(verdicts) - met) + ["Met"] * met
    words_of_it = f"Of {len(verdicts)} aims, this run met {met} and missed {len(verdicts) - met};"
    assert words_of_it in text(built[1]).replace(" ;", ";")


def test_the_machine_the_day_and_the_versions_are_told(built: tuple[Any, str]) -> None:
    shown = text(built[1])
    for name, version in RESULTS.versions.items():
        assert f"{name} {version}" in shown
    assert RESULTS.machine["processor"] in shown
    assert words.day(RESULTS.machine["day"], "en") in shown


def test_the_plots_have_names_and_take_their_colours_from_the_page(
    built: tuple[Any, str],
) -> None:
    plots = re.findall(r'<svg [^>]*class="plot".*?(?=<div class="table)', built[1], re.DOTALL)
    assert len(plots) == 3 + len(SERIES)
    for plot in plots:
        assert re.match(r'<svg [^>]*role="img"[^>]*aria-label="Plot of the table below: ', plot)
        assert 'fill="currentColor"' in plot
        assert not re.search(r'(?:href|src|url\()=?"?(?:https?:)?//', plot)
    css = (ROOT / "gingerdocs" / "theme" / "static" / "guide.css").read_text("utf-8")
    used = set(re.findall(r"var\((--plot-\w+)", "".join(plots)))
    assert used == {f"--plot-{each}" for each in ("grid", "page", *RESULTS.peers)}
    for variable in used:
        assert css.count(f"{variable}: ") == 2, "by the system's choice, and by the reader's"


FAULTY = """# Speed

```{benchmark-table}
plain: Plain text
```

```{benchmark-table}
form
```

```{benchmark-table}
json: JSON
```

```{benchmark-growth}
head: Headers
```

```{benchmark-growth}
headers: Headers
```

{measured}`drivers` {measured}`times plaintext djang` {measured}`times plaintext`
{measured}`best sync falcon`
"""


def test_what_the_run_does_not_say_is_an_error(built: tuple[Any, str]) -> None:
    said = said_of(built[0], FAULTY)
    for line in (
        "index.md:3: ERROR: the run has no row 'plain': it has plaintext, json",
        "index.md:7: ERROR: 'form' is no row: write NAME: LABEL",
        "index.md:15: ERROR: the run has no series 'head': it has static-routes, ",
        "index.md:23: ERROR: measured: there is no figure 'drivers': write aims, ",
        "ERROR: measured: plaintext has no figures of both djang and gingerdj",
        "ERROR: measured: _times() missing 1 required positional argument",
        "ERROR: measured: sync has no figure of falcon",
        "benchmarks: no table of the page has the row form",
        "benchmarks: no table of the page has the series body",
    ):
        assert line in said
    assert "the row json" not in said
    assert "the series headers" not in said


@pytest.fixture
def lie(built: tuple[Any, str]) -> Iterator[Callable[[str, Callable[[str], str]], None]]:
    """Rewrite a file of the scratch project's benchmark while a test lasts."""
    truths: dict[Path, str] = {}

    def rewrite(name: str, change: Callable[[str], str]) -> None:
        path = built[0].root / "benchmarks" / name
        truths.setdefault(path, path.read_text())
        path.write_text(change(truths[path]))

    yield rewrite
    for path, truth in truths.items():
        path.write_text(truth)


def changed(change: Callable[[Any], object], sign: bool = False) -> Callable[[str], str]:
    """Return what changes a JSON document, and signs it."""

    def rewrite(text: str) -> str:
        document = json.loads(text)
        change(document)
        if sign:
            document["digest"] = digest(document)
        return json.dumps(document)

    return rewrite


def test_a_digit_of_the_run_that_has_been_changed_is_a_warning(
    built: tuple[Any, str], lie: Any
) -> None:
    lie("results.json", changed(lambda run: run["rows"][0]["figures"]["bare"].update(best=0.1)))
    said = said_of(built[0], PAGE)
    assert "benchmarks: results.json: its digest is not that of what it says" in said


def test_other_pins_are_a_warning_until_they_are_measured(built: tuple[Any, str], lie: Any) -> None:
    lie("requirements.txt", lambda pins: re.sub(r"(?m)^falcon==\S+", "falcon==99.0", pins))
    assert "requirements.txt has 99.0: run make bench" in said_of(built[0], PAGE)


def test_aims_are_those_of_their_file(built: tuple[Any, str], lie: Any) -> None:
    lie("aims.toml", lambda aims: aims.replace("django = 150", "django = 9e9", 1))
    said, page = build(built[0], PAGE)
    assert said == ""
    assert "at least 9,000,000,000" in page


def test_a_run_that_is_not_there_is_named(built: tuple[Any, str], lie: Any) -> None:
    lie("results.json", lambda _: "{}")
    said = said_of(built[0], "# Speed\n\n```{benchmark-machine}\n```\n")
    assert "results.json holds no run" in said
    assert "run make bench and make update-bench" in said


@pytest.mark.parametrize(("load", "told"), [(0.1, False), (5.5, True)])
def test_a_machine_that_was_busy_is_told(
    built: tuple[Any, str], lie: Any, load: float, told: bool
) -> None:
    lie("results.json", changed(lambda run: run["machine"].update(load=load), sign=True))
    assert ("Other programs were at work" in build(built[0], PAGE)[1]) is told


def tools_run() -> str:
    """Return a run of the documentation tools, as a document."""
    rows = [
        Row("docs-cold", "cold", "s", figures={"gingerdj": Figure(30, 31), "bare": Figure(12, 13)}),
        Row("docs-warm", "warm", "s", figures={"gingerdj": Figure(1.5, 1.6)}),
    ]
    points = {"samples taken": {10: Figure(900, 950), 100: Figure(1800, 1900)}}
    points["samples run"] = {10: Figure(70, 80)}
    series = [Series("docs-pages", "pages", "ms", points)]
    return json.dumps(to_json(Results(3, [], {"day": "2026-11-22"}, rows=rows, series=series)))


TOOLS = """# Tools

```{benchmark-tools}
docs-cold: Cold
docs-warm: Warm
docs-pages: Pages
```
"""


def test_the_tools_are_told_once_they_are_measured(project: Any) -> None:
    (project.root / "benchmarks" / "docs.json").unlink()
    [before] = tables(build(project, TOOLS)[1])
    assert [line[1:] for line in before[1:]] == [["–", "–", "–"]] * 3
    project.write("benchmarks/docs.json", tools_run())
    page = build(project, TOOLS)[1]
    rows, growth = tables(page)
    assert rows[1:] == [
        ["Cold", "30 (31) s", "12 (13) s", "2.5×"],
        ["Warm", "1.5 (1.6) s", "–", "–"],
    ]
    assert growth == [
        ["ms", "10", "100"],
        ["samples taken", "900 (950)", "1,800 (1,900)"],
        ["samples run", "70 (80)", "–"],
    ]
    assert page.count('class="plot"') == 1
    assert "Measured on November 22, 2026." in page


def test_what_the_tools_have_beyond_the_page_and_a_lie_are_warnings(project: Any) -> None:
    project.write("benchmarks/docs.json", tools_run().replace("1900", "1700"))
    said = said_of(project, TOOLS.replace("docs-warm: Warm\n", ""))
    assert "benchmarks: docs.json: its digest is not that of what it says" in said
    assert "benchmarks: docs.json: docs-pages, samples taken, 100: the best is 1800" in said
    assert "benchmarks: no table of the page has the row docs-warm" in said


def test_labels_and_numbers_are_those_of_the_readers_language(project: Any) -> None:
    for name in ("benchmarks/results.json", "locale/pt/LC_MESSAGES/gingerdocs.po"):
        project.write(name, (ROOT / name).read_text("utf-8"))
    catalog = [Message("Plain text", "Texto simples"), Message("Speed", "Velocidade")]
    write(project.root / "locale/pt/LC_MESSAGES/index.po", catalog, LANGUAGES["pt"])
    page = "# Speed\n\n```{benchmark-table}\nplaintext: Plain text\n```\n\n{measured}`driver`\n"
    _said, shown = build(project, page, "-D", "language=pt_BR")
    [[head, row]] = tables(shown)
    assert head[:2] == ["Tarefa", "ASGI puro"]
    assert row[0] == "Texto simples µs"
    figure = RESULTS.by_name()["plaintext"].figures["bare"]
    assert row[1].startswith(f"{words.number(figure.best, 'pt_BR')} (")
    assert ">Texto simples</text>" in shown
    assert "Gráfico da tabela abaixo" in shown


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        (3.3649, "en", "3.36"),
        (0.03051, "en", "0.0305"),
        (99.96, "en", "100"),
        (12345.6, "en", "12,346"),
        (12345.6, "pt_BR", "12.346"),
        (3.3649, "pt_BR", "3,36"),
        (12345.6, "zh_CN", "12,346"),
        (2, "en", "2"),
    ],
)
def test_a_number_has_three_digits_that_count(value: float, locale: str, shown: str) -> None:
    assert words.number(value, locale) == shown
