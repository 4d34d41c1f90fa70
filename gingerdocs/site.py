"""Builds the site: samples, proofs, pages of every language, assembly.

Each stage is a process of its own and reads what the one before wrote.
"""

import argparse
import fcntl
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gingerdocs.assembly import assemble, publish
from gingerdocs.fingerprint import fingerprint
from gingerdocs.languages import LANGUAGES, Language, chosen
from gingerdocs.steps import PYTHON, Step, StepError, interrupt_on_terminate, run, say
from gingerdocs.versions import DEVELOPMENT, is_version

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
OUTPUT = BUILD / "html"
INTERRUPTED = 130
"""The exit code of a program that Ctrl+C ended, as shells have it."""
NOTHING_COLLECTED = 5
"""pytest's exit code when every proof is fresh; the strict build still wants each of them."""


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

    def address(self, language: Language) -> Path:
        return self.output / language.code / self.version

    def finished(self, current: str) -> bool:
        """Whether the last finished build had the fingerprint ``current`` and still stands."""
        pages = [self.address(language) / "index.html" for language in self.languages]
        shared = [self.output / name for name in ("index.html", "site-data.js")]
        return (
            self.stamp.is_file()
            and self.stamp.read_text("utf-8") == current
            and all(path.is_file() for path in (*pages, *shared))
        )


def html(site: Site) -> None:
    """Bring the built site up to date with the checkout.

    :raises StepError: when a step fails; the site that stood before is untouched.
    """
    with _alone():
        current = fingerprint(ROOT, (site.version, site.codes, str(site.output)))
        if site.finished(current):
            say("Nothing has changed since the site was built.")
        else:
            started = time.monotonic()
            site.stamp.unlink(missing_ok=True)
            _prove(site)
            _build_pages(site)
            site.stamp.parent.mkdir(parents=True, exist_ok=True)
            site.stamp.write_text(current, "utf-8")
            say(f"The site is built ({time.monotonic() - started:.1f} s).")
    say(f"Open {(site.output / 'index.html').as_uri()}")
    say(f"     {(site.address(site.languages[0]) / 'index.html').as_uri()} is this checkout")


def _prove(site: Site) -> None:
    langs = ("--langs", site.codes)
    samples = (PYTHON, "-m", "gingerdocs", "samples", *langs)
    parallel = ("-n", "auto", "--dist", "loadscope")
    proofs = (PYTHON, "-m", "pytest", "-q", "--proof=stale", *parallel, *langs, "docs")
    say("Taking the samples from the pages")
    _raise(run([Step("The samples", samples, cwd=ROOT)]))
    say("Running the samples that have no fresh proof")
    accepted = frozenset({0, NOTHING_COLLECTED})
    _raise(run([Step("The proofs", proofs, accepted=accepted, cwd=ROOT)]))


def _build_pages(site: Site) -> None:
    stage = BUILD / "stage" / site.version
    shutil.rmtree(stage, ignore_errors=True)
    steps = [_sphinx(site, language, stage) for language in site.languages]
    say("Building the pages")
    try:
        _raise(run(steps))
    except StepError:
        # Sphinx warns of a page only when it reads it: the next build must read them all.
        for language in site.languages:
            shutil.rmtree(BUILD / "doctrees" / language.code, ignore_errors=True)
        raise
    for language in site.languages:
        publish(stage / language.code, site.address(language))
    assemble(site.output)


def _sphinx(site: Site, language: Language, stage: Path) -> Step:
    command = (
        *(PYTHON, "-m", "sphinx", "-q", "-b", "html", "-W", "--keep-going", "--no-color"),
        *("-c", str(ROOT), "-d", str(BUILD / "doctrees" / language.code)),
        *("-D", f"language={language.locale}", "-A", f"guide_version={site.version}"),
        *(str(ROOT / "docs"), str(stage / language.code)),
    )
    log = BUILD / "logs" / f"html-{site.version}-{language.code}.log"
    return Step(f"The build in {language.name}", command, log, cwd=ROOT)


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

    :raises argparse.ArgumentTypeError: when it cannot.
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
