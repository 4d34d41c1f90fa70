"""Measures what the documentation tools cost (``make bench-docs``).

Every figure is CPU time, of a command and all the processes that it started and waited for: the
minimum of a few rounds that take turns. It all happens in a scratch copy of the checkout.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sphinx.directives.code import CodeBlock

from gingerdocs.directives import SampleBlock
from gingerdocs.fingerprint import INPUTS
from gingerdocs.site import CHECKED, EVIDENCE
from gingerdocs.steps import say

ROOT = Path(__file__).parents[1]
ROUNDS = 3
MANY = 200
"""How many trivial samples are set against as many trivial functions."""

INCLUDED = """\
A cold build takes and spells the samples and pages of three languages, compares the translations,
and writes the pages; no sample runs, for each has its proof (build/evidence.json). The first figure
also knows that the pages' other checks (claims, lint) passed for the same files (build/checked);
the second starts pytest and runs them. The plain build is stock Sphinx without our extension."""
"""What the figures of the cold builds stand for."""

PLAIN = """\
import runpy

settings = runpy.run_path({conf!r})
theme = settings["html_theme"]
extensions = [name for name in settings.pop("extensions") if not name.startswith("gingerdocs")]
globals().update((k, v) for k, v in settings.items() if not k.startswith(("html_", "templates_")))
html_theme = theme
"""
"""The settings of the plain build: the project's, without our extension and what it serves."""


class BenchError(Exception):
    """A measured command failed; the message holds what it printed."""


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, the figure, the aim, and what it came from."""

    title: str
    figure: str
    aim: str
    source: str


class Scratch:
    """A copy of the checkout in which commands are timed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.build = root / "build"
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
        for name in (*INPUTS, "README.md"):
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


def take_turns(rounds: int, *timed: Callable[[], float]) -> list[float]:
    """Call each in turn, so many rounds over; return the minimum of each."""
    figures = []
    for number in range(rounds):
        figures.append([one() for one in timed])
        say(f"  round {number + 1} of {rounds}: " + ", ".join(f"{f:.2f} s" for f in figures[-1]))
    return [min(column) for column in zip(*figures, strict=True)]


def builds(scratch: Scratch, rounds: int) -> list[Row]:
    """Measure the cold build against a plain one, and the build with nothing changed."""
    html = (sys.executable, "-m", "gingerdocs", "html")
    plain = _plain_build(scratch)

    def known() -> float:
        scratch.forget(EVIDENCE.name, CHECKED.name)
        return scratch.cpu(*html)

    def checked() -> float:
        scratch.forget(EVIDENCE.name)
        return scratch.cpu(*html)

    def english() -> float:
        shutil.rmtree(scratch.root / "plain", ignore_errors=True)
        return scratch.cpu(*plain)

    say("Building the site once, running the samples that have no fresh proof")
    scratch.cpu(*html)
    say("Building cold: three languages, the same with the pages' checks, plain English")
    three, three_checked, one = take_turns(rounds, known, checked, english)
    say("Running make html with nothing changed")
    [warm] = take_turns(rounds, lambda: scratch.cpu("make", "html"))
    return [
        Row(
            "cold build of three languages / plain English build",
            f"{three / one:.2f}",
            "under 4",
            f"{three:.2f} s / {one:.2f} s",
        ),
        Row(
            "the same, the pages' checks run too",
            f"{three_checked / one:.2f}",
            "",
            f"{three_checked:.2f} s / {one:.2f} s",
        ),
        Row("make html with nothing changed", f"{warm:.2f} s", "under 3 s", "CPU"),
    ]


def _plain_build(scratch: Scratch) -> tuple[str, ...]:
    """Return the command of stock Sphinx on the pages, less the options that only we know."""
    ours = "|".join(sorted(SampleBlock.option_spec.keys() - CodeBlock.option_spec.keys()))
    option = re.compile(rf"^\s*:({ours}):.*\n", re.MULTILINE)
    settings = scratch.root / "plain-settings"
    settings.mkdir()
    (settings / "conf.py").write_text(PLAIN.format(conf=str(scratch.root / "conf.py")))
    pages = scratch.root / "plain-docs"
    shutil.copytree(scratch.root / "docs", pages)
    for page in pages.rglob("*.md"):
        page.write_text(option.sub("", page.read_text("utf-8")), "utf-8")
    return (
        *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(settings)),
        *(str(pages), str(scratch.root / "plain")),
    )


def samples(scratch: Scratch, rounds: int) -> list[Row]:
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
    sample1, sample201, function1, function201 = take_turns(rounds, *map(pytest, targets))
    sample, function = (sample201 - sample1) / MANY, (function201 - function1) / MANY
    return [
        Row(
            "a trivial sample beyond a trivial test function / that function",
            f"{(sample - function) / function:.2f}",
            "under 1",
            f"{sample * 1000:.2f} ms, {function * 1000:.2f} ms",
        )
    ]


KINDS = (("docs/bench", "md"), ("test_bench", "py"))


def main(argv: list[str]) -> int:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs bench", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory(prefix="gingerdj-bench-") as folder:
        scratch = Scratch(Path(folder))
        try:
            rows = [*builds(scratch, rounds), *samples(scratch, rounds)]
        except BenchError as error:
            say(f"{error}\n\nNothing was measured. Mend what is named above and run it again.")
            return 1
    width = max(len(row.title) for row in rows)
    say(f"\n{'':{width}}  {'figure':>8}  {'aim':<9}  CPU time")
    for row in rows:
        say(f"{row.title:{width}}  {row.figure:>8}  {row.aim:<9}  {row.source}")
    say(f"\n{INCLUDED}")
    return 0
