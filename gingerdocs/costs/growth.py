"""Measures how the cost of the guide grows with its pages and samples.

A synthetic site stands in for the guide: pages of ten trivial samples each, in folders of fifty.
No sample of it runs where it is built: its proofs are written beforehand, so that each is looked
for and shown. To run samples is measured on fewer pages, for it starts a process for each.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Protocol

from benchmarks.results import Figure, Series
from gingerdocs.checks.checked import CHECKED
from gingerdocs.evidence import Evidence, Store
from gingerdocs.stages.steps import say

SIZES = (10, 30, 100, 300, 1000)
"""Pages."""
SAMPLES = 10
"""Samples of a page."""
FOLDER = 50
"""Pages of a folder, of which the first lists the others."""
BUDGET = 300.0
"""Seconds of CPU after which a stage is measured on no larger site."""
ONCE = 100
"""Pages of a site beyond which one round must do."""

PAGE = """\
# Page {number}

What this page says of its samples.

{sections}
"""
SECTION = """\
## Section {number}

Add `{number}` to `{page}`, and look at the sum of what is below.

```python
number = {page} + {number}
assert sum(range(number)) == number * (number - 1) // 2
```
"""
LISTING = """\
```{{toctree}}

{entries}
```
"""


class Runner(Protocol):
    """Runs commands in a scratch copy of the checkout (``bench.Scratch``)."""

    root: Path

    def cpu(self, *command: str) -> float:
        """Run a command; return the seconds of CPU that it took."""
        ...


@dataclass(frozen=True)
class Stage:
    """One command on a site of any size; ``largest`` is the most pages that it is measured on."""

    name: str
    measure: Callable[[Runner], float]
    largest: int = SIZES[-1]


def exponents(series: Series) -> dict[str, float]:
    """Return by what power of the pages each stage's cost grew over its last step.

    What a stage costs on the smallest site is taken off: most of that is there without any page.
    """
    found = {}
    for stage, points in series.points.items():
        if len(points) > 2:
            (first, base), *_, (n, low), (m, high) = sorted(points.items())
            more = max(high.best - base.best, 1.0) / max(low.best - base.best, 1.0)
            found[stage] = log(more) / log((m - first) / (n - first))
    return found


def write_pages(docs: Path, pages: int) -> None:
    """Write a site of so many pages, in the place of the one that is there."""
    shutil.rmtree(docs, ignore_errors=True)
    heads = []
    for first in range(0, pages, FOLDER):
        folder = docs / f"part{first // FOLDER}"
        folder.mkdir(parents=True)
        heads.append(f"{folder.name}/index")
        names = {n: f"page{n}" for n in range(first + 1, min(first + FOLDER, pages))}
        for number, name in names.items():
            (folder / f"{name}.md").write_text(_page(number), "utf-8")
        listed = LISTING.format(entries="\n".join(names.values())) if names else ""
        (folder / "index.md").write_text(_page(first) + listed, "utf-8")
    (docs / "index.md").write_text("# Pages\n\n" + LISTING.format(entries="\n".join(heads)))


def _page(number: int) -> str:
    sections = (SECTION.format(page=number, number=n) for n in range(SAMPLES))
    return PAGE.format(number=number, sections="\n".join(sections))


def write_proofs(build: Path) -> int:
    """Give each sample that was taken the proof that it would have; return how many there are."""
    pages = json.loads((build / "samples" / "en.json").read_text("utf-8"))
    (build / "evidence.json").unlink(missing_ok=True)
    store = Store(build / "evidence.json")
    digests = [sample["digest"] for page in pages for sample in page["samples"]]
    for digest in digests:
        store.add(digest, Evidence("passed", "", "", 0.001, ("Python",)))
    store.save()
    return len(digests)


def stages(plain: Callable[[], Sequence[str]]) -> Iterator[Stage]:
    """Yield what is measured; ``plain`` gives the command of the stock build of the pages."""
    python = (sys.executable, "-m")
    html = (
        *(*python, "sphinx", "-q", "-W", "-b", "html", "-c", ".", "-d", "build/doctrees/en"),
        *("-D", "language=en", "docs", "build/html"),
    )
    proofs = (*python, "pytest", "-q", "-p", "no:cacheprovider", "--langs", "en", "docs")

    def taken(scratch: Runner) -> float:
        shutil.rmtree(scratch.root / "build" / "doctrees", ignore_errors=True)
        shutil.rmtree(scratch.root / "build" / "samples", ignore_errors=True)
        return scratch.cpu(*python, "gingerdocs", "samples", "--langs", "en")

    def built(scratch: Runner) -> float:
        shutil.rmtree(scratch.root / "build" / "html", ignore_errors=True)
        write_proofs(scratch.root / "build")
        return scratch.cpu(*html)

    def checked(scratch: Runner) -> float:
        (scratch.root / "build" / CHECKED.name).unlink(missing_ok=True)
        return scratch.cpu(*proofs, "--proof=stale")

    yield Stage("samples taken", taken)
    yield Stage("proofs looked up, pages built", built)
    yield Stage("nothing changed", lambda scratch: scratch.cpu(*html))
    # Its cost grows with the square of the pages: the theme makes each page's navigation anew.
    yield Stage("stock Sphinx", lambda scratch: scratch.cpu(*plain()), 100)
    yield Stage("pages checked", checked, 100)
    yield Stage("samples run", lambda scratch: scratch.cpu(*proofs), 30)


def measure(
    scratch: Runner,
    plain: Callable[[], Sequence[str]],
    rounds: int,
    sizes: Sequence[int] = SIZES,
) -> Series:
    """Return what each stage costs on sites of each size, in milliseconds of CPU.

    ``rounds`` are those of the sites of up to a hundred pages; larger ones are measured once.
    """
    shutil.rmtree(scratch.root / "locale", ignore_errors=True)
    series = Series("docs-pages", f"pages of {SAMPLES} samples", "ms")
    for pages in sizes:
        write_pages(scratch.root / "docs", pages)
        for stage in stages(plain):
            earlier = series.points.setdefault(stage.name, {})
            slow = max((figure.best for figure in earlier.values()), default=0) > BUDGET * 1000
            if slow or pages > stage.largest:
                continue
            repeats = rounds if pages <= ONCE else 1
            figures = [stage.measure(scratch) * 1000 for _ in range(repeats)]
            earlier[pages] = Figure.of(figures)
            say(f"  {pages} pages, {stage.name}: {earlier[pages].best / 1000:.2f} s")
    return series
