"""Builds every release beside the checkout, each by its own code from a worktree of its own."""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gingerdocs import ROOT
from gingerdocs.languages import LANGUAGES
from gingerdocs.stages.steps import INTERRUPTED, Step, StepError, interrupt_on_terminate, run, say

from .assembly import assemble
from .build import BUILD, OUTPUT, Site, add_languages, html
from .versions import is_version, version_key

WORKTREES = BUILD / "worktrees"
STAMPS = BUILD / "stamps"
CLONE = "the releases are built from the tags of a clone, make html needs none"


@dataclass(frozen=True)
class Release:
    """A release of the project: its tag, and the commit that the tag names."""

    tag: str
    commit: str

    @property
    def worktree(self) -> Path:
        return WORKTREES / self.tag

    @property
    def stamp(self) -> Path:
        """Where the commit that this release was last built from is kept."""
        return STAMPS / f"release-{self.tag}"

    @property
    def log(self) -> Path:
        return BUILD / "logs" / f"release-{self.tag}.log"

    def built(self) -> bool:
        """Whether the site has this release, as of the commit that its tag names today."""
        return (
            self.stamp.is_file()
            and self.stamp.read_text("utf-8") == self.commit
            and self.has_pages()
        )

    def has_pages(self) -> bool:
        """Whether the site has pages of this release."""
        return any((OUTPUT / code / self.tag / "index.html").is_file() for code in LANGUAGES)


def find_releases() -> list[Release]:
    """Return the releases of the checkout, the oldest first.

    Raises:
        StepError: the project is not a git checkout, or a folder in that of another.
    """
    if folder := _git("rev-parse", "--show-prefix").strip():
        raise StepError(f"the git checkout is another project's, in its folder {folder}; {CLONE}")
    # An annotated tag is an object of its own; `*objectname` is the commit that it names.
    names = "%(refname:short) %(objectname) %(*objectname)"
    lines = _git("for-each-ref", f"--format={names}", "refs/tags/v*").splitlines()
    found = [Release(tag, commits[-1]) for tag, *commits in map(str.split, lines)]
    return sorted(
        (release for release in found if is_version(release.tag)),
        key=lambda release: version_key(release.tag),
    )


def build_release(release: Release) -> None:
    """Build one release into the site, in a worktree that is gone when that went well.

    Raises:
        StepError: it does not build; the worktree and the log stay to be looked at.
    """
    _remove_worktree(release.worktree)
    _git("worktree", "add", "--force", "--detach", str(release.worktree), release.commit)
    variables = [f"VERSION={release.tag}", f"OUTPUT={OUTPUT}", *_shared_environment(release)]
    command = ("make", "-C", str(release.worktree), "html", *variables)
    step = Step(f"Release {release.tag}", command, release.log, env=_environment())
    for error in run([step]):
        raise error
    if not release.has_pages():
        raise StepError(f"{step.title} built no pages; its log is {os.path.relpath(release.log)}")
    STAMPS.mkdir(parents=True, exist_ok=True)
    release.stamp.write_text(release.commit, "utf-8")
    _remove_worktree(release.worktree)


def html_all(site: Site) -> list[StepError]:
    """Build the checkout and each release that is not built yet; return what failed.

    Raises:
        StepError: there are no releases to be found out, for want of git.
    """
    releases = find_releases()
    if not releases:
        say("No tag names a release: git fetch --tags gets those that a shallow clone lacks")
    _forget({release.tag for release in releases})
    errors = []
    for release in releases:
        if release.built():
            say(f"Release {release.tag}: built before")
            continue
        say(f"Building release {release.tag}; its log is {os.path.relpath(release.log)}")
        try:
            build_release(release)
        except StepError as error:
            errors.append(error)
            say(f"  Release {release.tag}: failed")
    say("Building the checkout")
    try:
        html(site)
    except StepError as error:
        errors.append(error)
    if any(OUTPUT.glob("*/*/index.html")):
        assemble(OUTPUT)
    return errors


def _shared_environment(release: Release) -> list[str]:
    # The environment would be set up anew, for the release, if it asked for anything else.
    same = _needs(release.worktree) == _needs(ROOT)
    return [f"VENV={sys.prefix}"] if same else []


def _needs(checkout: Path) -> tuple[str, object, object]:
    """Return what a checkout wants of its environment; two that want nothing are not the same."""
    try:
        tables = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
        pins = (checkout / "requirements.txt").read_text("utf-8")
    except (OSError, tomllib.TOMLDecodeError):
        return ("", None, checkout)
    return (pins, tables.get("project"), tables.get("build-system"))


def _environment() -> dict[str, str]:
    # What this make was told is not for the release's make, nor is our code for its Python.
    told = {"MFLAGS", "PYTHONPATH", "LANGS", "PAGE", "K", "N", "VERSION", "OUTPUT", "PORT", "VENV"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in told and not name.startswith(("MAKE", "GIT_"))
    }


def _forget(tags: set[str]) -> None:
    """Take releases whose tag is gone out of the site."""
    for stamp in STAMPS.glob("release-*"):
        tag = stamp.name.removeprefix("release-")
        if tag not in tags:
            for code in LANGUAGES:
                shutil.rmtree(OUTPUT / code / tag, ignore_errors=True)
            stamp.unlink()


def _remove_worktree(worktree: Path) -> None:
    shutil.rmtree(worktree, ignore_errors=True)
    _git("worktree", "prune")


def _git(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, env=environment
        )
    except FileNotFoundError as error:
        raise StepError("git is not installed; the releases are built from its tags") from error
    if done.returncode:
        raise StepError(f"git {arguments[0]} failed: {done.stderr.strip()}; {CLONE}")
    return done.stdout


def main(argv: list[str]) -> int:
    """Build the checkout and every release tag (``make html-all``); returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m gingerdocs html-all", description=html_all.__doc__
    )
    add_languages(parser)
    options = parser.parse_args(argv)
    interrupt_on_terminate()
    try:
        errors = html_all(Site(languages=options.langs))
    except StepError as failure:
        errors = [failure]
    except KeyboardInterrupt:
        say("\nInterrupted; what was built before stands.")
        return INTERRUPTED
    for error in errors:
        say(f"\n{error}")
    return 1 if errors else 0
