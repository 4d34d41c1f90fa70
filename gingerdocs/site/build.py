"""Builds the site: samples, proofs, pages of every language, assembly.

Each stage is a process of its own and reads what the one before wrote. A language's pages are built
while the samples are taken from them: where each sample has its proof already, and nothing is to be
warned of, they are what readers get. Else they are built again, once the proofs are there.
"""

import argparse
import fcntl
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gingerdocs import ROOT
from gingerdocs.checks import checked
from gingerdocs.evidence import Store
from gingerdocs.fingerprint import fingerprint
from gingerdocs.languages import LANGUAGES, Language, chosen
from gingerdocs.servers import results
from gingerdocs.stages import samples
from gingerdocs.stages.sphinx_step import import_sphinx, sphinx_step
from gingerdocs.stages.steps import (
    INTERRUPTED,
    PYTHON,
    Step,
    StepError,
    interrupt_on_terminate,
    run,
    say,
)

from .assembly import assemble, publish
from .versions import DEVELOPMENT, is_version

BUILD = ROOT / "build"
OUTPUT = BUILD / "html"
EVIDENCE = BUILD / "evidence.json"
NOTHING_COLLECTED = 5
"""pytest's exit code when every proof is fresh; the strict build still wants each of them."""
WARNED = 1
"""Sphinx's exit code when it has built all pages, with warnings that count as errors."""


@dataclass(frozen=True)
class Site:
    """What is to be built: a version of the guide in some languages, into an output folder."""

    version: str = DEVELOPMENT
    languages: tuple[Language, ...] = tuple(LANGUAGES.values())
    output: Path = OUTPUT

    @property
    def codes(self) -> str:
        return ",".join(language.code for language in self.languages)

    @property
    def stamp(self) -> Path:
        """Where the fingerprint of the last finished build is kept."""
        return BUILD / "stamps" / f"html-{self.version}"

    @property
    def stage(self) -> Path:
        """Where the pages are built, before they take the place of those that readers see."""
        return BUILD / "stage" / self.version

    def address(self, language: Language) -> Path:
        return self.output / language.code / self.version

    def finished(self, current: str) -> bool:
        """Whether the last finished build had the fingerprint ``current`` and still stands."""
        pages = [self.address(language) / "index.html" for language in self.languages]
        shared = [self.output / name for name in ("index.html", "site-data.js")]
        return _read(self.stamp) == current and all(path.is_file() for path in (*pages, *shared))


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def html(site: Site) -> None:
    """Bring the built site up to date with the checkout.

    Raises:
        StepError: a step fails; the site that stood before is untouched.
    """
    with _alone():
        current = fingerprint(ROOT, (site.version, site.codes, str(site.output)))
        if site.finished(current):
            say("Nothing has changed since the site was built.")
        else:
            started = time.monotonic()
            site.stamp.unlink(missing_ok=True)
            around = checked.surroundings(ROOT)
            _lay_out(site, around)
            _measure_servers()
            unfit = _draft(site)
            _prove(site, around)
            _build_pages(site, unfit)
            _publish(site)
            site.stamp.parent.mkdir(parents=True, exist_ok=True)
            site.stamp.write_text(current, "utf-8")
            say(f"The site is built ({time.monotonic() - started:.1f} s).")
    say(f"Open {(site.output / 'index.html').as_uri()}")
    say(f"     {(site.address(site.languages[0]) / 'index.html').as_uri()} is this checkout")


def _lay_out(site: Site, around: str) -> None:
    """Have an empty folder to build the pages in, unless all but the pages is as it was last."""
    kept = site.stage / "surroundings"
    if _read(kept) != around:
        shutil.rmtree(site.stage, ignore_errors=True)
        site.stage.mkdir(parents=True)
        kept.write_text(around, "utf-8")


def _measure_servers() -> None:
    """Prove the table of servers first: as long as that lacks, no page counts as written."""
    if results.needed():
        say("Measuring the servers")
        servers = (PYTHON, "-m", "gingerdocs", "servers", "--check")
        _raise(run([Step("The table of servers", servers, cwd=ROOT)]))


def _draft(site: Site) -> list[Language]:
    """Take the samples and build the pages; return the languages whose pages are not fit to show.

    Their samples lack proofs, or Sphinx has warned of something, which the checks report.
    """
    say("Taking the samples from the pages, and building those that are proved")
    steps = {_sphinx(site, language): language for language in site.languages}
    import_sphinx()
    errors = run(list(steps))
    _raise([error for error in errors if error.code != WARNED])
    return [steps[error.step] for error in errors if error.step]


def _prove(site: Site, around: str) -> None:
    if _proved(site) and _checked(site, around):
        say("Every sample has a fresh proof, and the pages have been checked")
        return
    parallel = ("-p", "xdist.plugin", "-n", "auto", "--dist", "loadscope")
    options = ("-q", "--proof=stale", "--disable-plugin-autoload", *parallel)
    proofs = (*options, "--langs", site.codes, "docs")
    accepted = frozenset({0, NOTHING_COLLECTED})
    say("Running the samples that have no fresh proof, and checking the pages")
    step = Step("The proofs", (PYTHON, "-m", "pytest", *proofs), accepted=accepted, cwd=ROOT)
    _raise(run([step]))


def _proved(site: Site) -> bool:
    """Whether every sample has run, so that pytest would leave them all out."""
    store = Store(EVIDENCE)
    proofs = (
        store.get(sample.digest)
        for language in site.languages
        for page in samples.read(language.code).values()
        for sample in page.samples
    )
    return all(proof is not None and proof.status != "unavailable" for proof in proofs)


def _checked(site: Site, around: str) -> bool:
    """Whether each check of each page has passed for all that it depends on."""
    passed = checked.Passed(checked.CHECKED, around)
    pages = (page for lang in site.languages for page in samples.read(lang.code).values())
    return all(key in passed for page in pages for key in checked.keys(page).values())


def _build_pages(site: Site, languages: Sequence[Language]) -> None:
    """Build the pages of some languages, of which each sample must have its proof by now."""
    if not languages:
        return
    say("Building the pages")
    try:
        _raise(run([_sphinx(site, language) for language in languages]))
    except StepError:
        # Sphinx warns of a page only when it reads it: the next build must read them all.
        for language in languages:
            shutil.rmtree(BUILD / "doctrees" / language.code, ignore_errors=True)
        raise


def _publish(site: Site) -> None:
    for language in site.languages:
        publish(site.stage / language.code, site.address(language))
    assemble(site.output)


def _sphinx(site: Site, language: Language) -> Step:
    return sphinx_step(
        f"The build in {language.name}",
        "html",
        language,
        site.stage / language.code,
        BUILD / "logs" / f"html-{site.version}-{language.code}.log",
        *("-W", "--keep-going", "-A", f"guide_version={site.version}"),
        *("-D", f"gingerdocs_samples={samples.FOLDER}"),
    )


def _raise(errors: Sequence[StepError]) -> None:
    if errors:
        raise StepError("\n".join(str(error) for error in errors))


@contextmanager
def _alone() -> Iterator[None]:
    """Let one build at a time write to the build folder."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "site.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another build is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add_languages(parser: argparse.ArgumentParser) -> None:
    """Add the option that narrows a build to some languages."""

    def languages(codes: str) -> tuple[Language, ...]:
        try:
            return chosen(codes)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    parser.add_argument("--langs", type=languages, default="", help="codes such as en,pt")


def version_name(name: str) -> str:
    """Return ``name`` if a version can be called that.

    Raises:
        argparse.ArgumentTypeError: it cannot.
    """
    if not is_version(name):
        raise argparse.ArgumentTypeError(f"{name!r} is no version: write dev, or a tag like v1.0")
    return name


def main(argv: list[str]) -> int:
    """Build the site of this checkout (``make html``); returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs html", description=html.__doc__)
    add_languages(parser)
    parser.add_argument("--version", type=version_name, default=DEVELOPMENT)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(argv)
    interrupt_on_terminate()
    try:
        html(Site(options.version, options.langs, options.output.resolve()))
    except StepError as error:
        say(f"\n{error}\n\nThe site was not built. Mend what is named above and run it again.")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; the site is as it was.")
        return INTERRUPTED
    return 0
