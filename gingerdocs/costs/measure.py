"""Measures what the documentation tools cost (``make bench-docs``).

Every figure is CPU time, of a command and all the processes that it started and waited for: the
minimum of a few rounds that take turns. It all happens in a scratch copy of the checkout.

The results are kept in ``build/bench/docs.json``, in the form of ``benchmarks.results``, and what
grows with the pages is drawn in ``build/bench/growth-docs-pages.svg``.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.directives.code import CodeBlock

from benchmarks import machine, plots
from benchmarks.results import LIMIT, OURS, Figure, Results, Row, Series, to_json
from gingerdocs import ROOT
from gingerdocs.checks.checked import CHECKED
from gingerdocs.fingerprint import INPUTS
from gingerdocs.site.build import EVIDENCE
from gingerdocs.stages.steps import say
from gingerdocs.taking.directives import SampleBlock

from . import growth

KEPT = ROOT / "build" / "bench"
ROUNDS = 3
MANY = 2000
"""How many trivial samples are set against as many trivial functions.

With fewer, what pytest's start takes now more, now less would count for as much as they do.
"""

INCLUDED = """\
A cold build begins with no file but the proofs (build/evidence.json), so that no sample runs. It
takes and spells the samples and pages of three languages, compares the translations, looks for each
proof, and writes the pages. The first figure also knows that the pages' other checks (claims, lint)
passed for the same files (build/checked); the second starts pytest and runs them. Stock Sphinx
builds the same pages in English alone, with what their tables and the reference are made of, and
without samples, checks, proofs, navigation and search of ours. In the third figure it is
sphinx-build with conf.py as it is, which shows the proofs."""
"""What the figures of the cold builds stand for."""

SHOWN = (
    "gingerdocs.reference.pages",
    "gingerdocs.servers.matrix",
    "gingerdocs.speed.roles",
    "gingerdocs.speed.tables",
)
"""The parts of our extension without which pages would be empty."""

PLAIN = """\
import runpy

settings = runpy.run_path({conf!r})
theme = settings["html_theme"]
extensions = [name for name in settings.pop("extensions") if not name.startswith("gingerdocs")]
globals().update((k, v) for k, v in settings.items() if not k.startswith(("html_", "templates_")))
html_theme = theme
extensions += {shown!r}


def setup(app):
    app.add_config_value("gingerdocs_root", {root!r}, "", str)
"""
"""The settings of the plain build: the project's, with as little of our extension as shows all."""


class BenchError(Exception):
    """A measured command failed; the message holds what it printed."""


@dataclass(frozen=True)
class Line:
    """A line of the table: what was measured, the figure, the aim, and what it came from."""

    row: Row
    figure: str
    aim: str
    source: str


class Scratch:
    """A copy of the checkout in which commands are timed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.build = root / "build"
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
        for name in INPUTS:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=ignored)
            elif source.exists():
                shutil.copy2(source, root / name)
        self.build.mkdir()
        if EVIDENCE.is_file():
            shutil.copy2(EVIDENCE, self.build)

    def forget(self, *kept: str) -> None:
        """Remove what was built, all but the files of the build folder that are named."""
        for path in self.build.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in kept:
                path.unlink()

    def cpu(self, *command: str, accepted: Sequence[int] = (0,)) -> float:
        """Run a command in the copy; return the seconds of CPU that it took.

        Raises:
            BenchError: it ended with an exit code that is not accepted.
        """
        log = self.root / "bench.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            lines = log.read_text("utf-8", "replace").splitlines()[-40:]
            raise BenchError("\n".join([f"{' '.join(command)} failed:", *lines]))
        return usage.ru_utime + usage.ru_stime

    def _environment(self) -> Mapping[str, str]:
        # What an outer make hands down would change what the inner one does.
        dropped = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "LANGS", "PAGE", "K", "N")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return {**kept, "PYTHONPATH": str(self.root), "VENV": sys.prefix}


def take_turns(rounds: int, *timed: Callable[[], float]) -> list[Figure]:
    """Call each in turn, so many rounds over; return the figure of each."""
    figures = []
    for number in range(rounds):
        figures.append([one() for one in timed])
        say(f"  round {number + 1} of {rounds}: " + ", ".join(f"{f:.2f} s" for f in figures[-1]))
    return [Figure.of(column) for column in zip(*figures, strict=True)]


def builds(scratch: Scratch, rounds: int) -> list[Line]:
    """Measure the cold build against plain ones, and the build with nothing changed."""
    html = (sys.executable, "-m", "gingerdocs", "html")
    stock = plain_build(scratch)
    own = (
        *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(scratch.root)),
        *("-D", "language=en", str(scratch.root / "docs"), str(scratch.root / "own")),
    )

    def cold(command: Sequence[str], *kept: str) -> Callable[[], float]:
        def build() -> float:
            scratch.forget(EVIDENCE.name, *kept)
            shutil.rmtree(command[-1], ignore_errors=True)
            return scratch.cpu(*command)

        return build

    say("Building the site once, running the samples that have no fresh proof")
    scratch.cpu(*html)
    say("Building cold: three languages, the same with the pages' checks, plain English twice")
    three, one, with_settings, three_checked = take_turns(
        rounds,
        cold(html, CHECKED.name),
        cold(stock, CHECKED.name),
        cold(own, CHECKED.name),
        cold(html),
    )
    say("Running make html with nothing changed, and with one page changed")
    page = scratch.root / "docs" / "index.md"

    def changed() -> float:
        page.write_text(page.read_text("utf-8") + "\n", "utf-8")
        return scratch.cpu("make", "html")

    # What is built last knows of every proof and check.
    warm, one_page = take_turns(rounds, lambda: scratch.cpu("make", "html"), changed)
    return [
        _ratio("docs-cold", "cold build of three languages / plain English build", three, one, 2.5),
        _ratio("docs-cold-checked", "the same, the pages' checks run too", three_checked, one),
        _ratio(
            "docs-cold-own",
            "cold build of three languages / sphinx-build with conf.py, in English",
            three,
            with_settings,
        ),
        _alone("docs-warm", "make html with nothing changed", warm, "under 2 s"),
        _alone("docs-page", "make html with one page changed", one_page),
    ]


def _ratio(name: str, title: str, ours: Figure, plain: Figure, aim: float = 0) -> Line:
    row = Row(name, title, "s", figures={OURS: ours, LIMIT: plain})
    figure = f"{row.ratio(OURS, LIMIT):.2f}"
    return Line(
        row, figure, f"under {aim}" if aim else "", f"{ours.best:.2f} s / {plain.best:.2f} s"
    )


def _alone(name: str, title: str, figure: Figure, aim: str = "") -> Line:
    return Line(Row(name, title, "s", figures={OURS: figure}), f"{figure.best:.2f} s", aim, "CPU")


def plain_build(scratch: Scratch) -> tuple[str, ...]:
    """Return the command of stock Sphinx on the pages, less the options that only we know."""
    ours = "|".join(sorted(SampleBlock.option_spec.keys() - CodeBlock.option_spec.keys()))
    option = re.compile(rf"^\s*:({ours}):.*\n", re.MULTILINE)
    settings = scratch.root / "plain-settings"
    settings.mkdir(exist_ok=True)
    (settings / "conf.py").write_text(
        PLAIN.format(conf=str(scratch.root / "conf.py"), root=str(scratch.root), shown=SHOWN)
    )
    pages = scratch.root / "plain-docs"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(scratch.root / "docs", pages)
    for page in pages.rglob("*.md"):
        page.write_text(option.sub("", page.read_text("utf-8")), "utf-8")
    return (
        *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(settings)),
        *(str(pages), str(scratch.root / "plain")),
    )


def samples(scratch: Scratch, rounds: int) -> list[Line]:
    """Measure what one more trivial sample costs, against one more trivial test function."""
    for number in (1, 1 + MANY):
        fences = "\n".join(["```python\nassert 1 + 1 == 2\n```\n"] * number)
        page = scratch.root / "docs" / f"bench{number}.md"
        page.write_text(f"---\norphan: true\n---\n# Bench\n\n{fences}")
        functions = (f"def test_{n}():\n    assert 1 + 1 == 2\n" for n in range(number))
        (scratch.root / f"test_bench{number}.py").write_text("\n\n".join(functions))
    scratch.cpu(sys.executable, "-m", "gingerdocs", "samples", "--langs", "en")

    def pytest(target: str) -> Callable[[], float]:
        command = (sys.executable, "-m", "pytest", "-q", "--langs", "en", target)
        return lambda: scratch.cpu(*command)

    say(f"Running 1 and {1 + MANY} trivial samples and functions")
    targets = [f"{kind}{n}.{end}" for kind, end in KINDS for n in (1, 1 + MANY)]
    one, many, one_function, many_functions = take_turns(rounds, *map(pytest, targets))
    sample, function = _each(one, many), _each(one_function, many_functions)
    row = Row(
        "docs-sample",
        "a trivial sample beyond a trivial test function / that function",
        "ms",
        figures={OURS: sample, LIMIT: function},
    )
    beyond = (sample.best - function.best) / function.best
    source = f"{sample.best:.2f} ms, {function.best:.2f} ms"
    return [Line(row, f"{beyond:.2f}", "under 1", source)]


def _each(one: Figure, many: Figure) -> Figure:
    """Return the milliseconds that each of many took beyond the first."""
    return Figure.of([(many.best - one.best) / MANY * 1000])


def growing(scratch: Scratch, rounds: int) -> Series:
    """Measure how the cost grows with the pages, on sites that take the place of the guide."""
    say("Building sites of more and more pages")

    def plain() -> Sequence[str]:
        command = plain_build(scratch)
        shutil.rmtree(command[-1], ignore_errors=True)
        return command

    return growth.measure(scratch, plain, rounds)


def keep(
    lines: Sequence[Line],
    series: Series,
    rounds: int,
    measured_on: dict[str, Any],
    folder: Path = KEPT,
) -> None:
    """Write the results, and the plot of what grows."""
    folder.mkdir(parents=True, exist_ok=True)
    results = Results(rounds, [], measured_on, rows=[line.row for line in lines], series=[series])
    text = json.dumps(to_json(results), indent=1)
    (folder / "docs.json").write_text(f"{text}\n", "utf-8")
    names = {stage: stage for stage in series.points}
    plot = plots.growth(series, names, series.title, "{:,.0f}".format)
    (folder / f"growth-{series.name}.svg").write_text(f"{plot}\n", "utf-8")


KINDS = (("docs/bench", "md"), ("test_bench", "py"))


def main(argv: list[str]) -> int:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs bench", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(argv).rounds
    measured_on = machine.machine()  # Before the measuring makes it busy.
    with tempfile.TemporaryDirectory(prefix="gingerdj-bench-") as folder:
        scratch = Scratch(Path(folder))
        try:
            lines = [*builds(scratch, rounds), *samples(scratch, rounds)]
            series = growing(scratch, rounds)
        except BenchError as error:
            say(f"{error}\n\nNothing was measured. Mend what is named above and run it again.")
            return 1
    width = max(len(line.row.title) for line in lines)
    say(f"\n{'':{width}}  {'figure':>8}  {'aim':<9}  CPU time")
    for line in lines:
        say(f"{line.row.title:{width}}  {line.figure:>8}  {line.aim:<9}  {line.source}")
    say(f"\n{INCLUDED}")
    say("\nThe cost beyond that of the smallest site grows with the pages to the power of:")
    for stage, power in growth.exponents(series).items():
        say(f"  {power:.2f}  {stage}, up to {max(series.points[stage]):,} pages")
    keep(lines, series, rounds, measured_on)
    say(f"\nKept in {KEPT.relative_to(ROOT)}.")
    return 0
