"""Lints the Python of a page: with Ruff, and for settings that are none (``capitals``)."""

import re
import subprocess
import sys
from pathlib import Path

from gingerdocs.sample import Page, Problem, Sample

from . import capitals
from .known import around

_IGNORED = "E402,E501,F403,F704,F811,I001,T201,B018,PLE1142,INP001,W292"
"""Rules that fit modules, not the blocks of a page, which share names and await at the top."""

_RUFF_PLACE = re.compile(r"^-:(\d+):\d+: (.*)$")

_CALLED_WITH = re.compile(
    r"Unused \w+ argument: "
    r"`(args|db|event|gingerdj_db_setup|kwargs|receive|request|scope|self|send|sender)`$"
)
"""Arguments that a caller gives whether or not they are used; any other is misspelt or too many."""


def check(page: Page, root: Path) -> list[Problem]:
    """Say what is wrong with a page's Python.

    Each file is looked at by itself, and the blocks that share a namespace as one.

    Args:
        page: the page, of which samples that are not run do not count.
        root: the checkout.
    """
    problems: list[Problem] = []
    shared: list[Sample] = []
    for sample in page.samples:
        if sample.language != "python" or sample.norun is not None:
            continue
        if sample.kind == "file":
            if not sample.append and sample.excerpt_of is None:
                problems += _ruff([sample])
        elif sample.kind in ("python", "setup") and sample.raises is None:
            shared.append(sample)
    problems += _ruff(shared) if shared else []
    return problems + capitals.check(page.samples, around(root).settings)


def _ruff(blocks: list[Sample]) -> list[Problem]:
    places = [(sample, line) for sample in blocks for line in range(len(sample.lines))]
    done = subprocess.run(
        [
            *(str(Path(sys.prefix) / "bin" / "ruff"), "check", "--isolated", "--no-cache"),
            *("--select", "F,E7,E9,B,ARG,PLE,PLW,N,W6,ASYNC", "--ignore", _IGNORED),
            *("--target-version", "py311", "--output-format", "concise", "-"),
        ],
        input="\n".join(sample.text for sample in blocks) + "\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"ruff could not run: {done.stderr}")
    problems = []
    for line in done.stdout.splitlines():
        if (found := _RUFF_PLACE.match(line)) and not _CALLED_WITH.search(line):
            sample, number = places[min(int(found[1]) - 1, len(places) - 1)]
            problems.append(Problem(sample.path, sample.lines[number], found[2]))
    return problems
