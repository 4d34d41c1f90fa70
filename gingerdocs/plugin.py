"""The pytest plugin: every sample of every page, in every language, is a test.

It reads what the "samples" builder wrote and never imports Sphinx.
"""

import os
import time
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from . import ROOT, evidence
from .checks import checked, lint, prose, spelling
from .checks.near import meant
from .languages import LANGUAGES, chosen
from .machine.programs import lack_is_failure
from .running import runner
from .sample import Outcome, Page, Problem, Sample
from .stages import samples

DOCS = ROOT / "docs"
EVIDENCE = ROOT / "build" / "evidence.json"
PROOF = "proof"
CHECK = "check"
SAVE_EVERY = 10.0
"""Seconds between two writings of the evidence."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for samples."""
    group = parser.getgroup("samples", "samples of the guide")
    group.addoption("--langs", default="", help="run the samples of these languages: en,pt")
    group.addoption(
        "--proof",
        choices=("all", "stale"),
        default="all",
        help="run all samples, or only those that have no fresh proof",
    )
    group.addoption(
        "--sample-seconds",
        type=float,
        default=runner.SECONDS,
        help="how long a sample may run (default: %(default)s)",
    )
    group.addoption(
        "--shared-network",
        action="store_true",
        help="give pages no network of their own; they take turns",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a language or a page that the guide does not have."""
    try:
        chosen(config.getoption("langs"))
    except ValueError as error:
        raise pytest.UsageError(f"--langs: {error}") from error
    for argument in config.args:
        page = argument.partition("::")[0]
        if page.startswith("docs/") and not (ROOT / page).exists():
            raise pytest.UsageError(f"no page {page}{meant(page, _page_paths(), 3, 0.5)}")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(), "sample-evidence")


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start half as many workers again as there are cores: much of their time, they wait.

    But there are no more of them than pages with samples to run, and none for a single page: two
    of them start in the time that the checks of all pages take.
    """
    most = (os.cpu_count() or 1) * 3 // 2
    if not all((ROOT / argument).is_relative_to(DOCS) for argument in config.args):
        return most
    store = evidence.Store(EVIDENCE)
    every = config.getoption("proof") == "all"
    pages = sum(
        any(every or not _fresh(store, sample) for sample in page.samples)
        for page in _taken(config)
    )
    return min(most, pages) if pages > 1 else 0


def _taken(config: pytest.Config) -> Iterator[Page]:
    """Give the pages of the languages that are asked for, as far as they have been taken."""
    for language in chosen(config.getoption("langs")):
        if (samples.FOLDER / f"{language.code}.json").is_file():
            yield from samples.read(language.code).values()


class _Recorder:
    """Gathers the outcomes of all workers and writes the evidence, now and then and at the end."""

    def __init__(self) -> None:
        self._proofs: dict[str, dict[str, Any] | None] = {}
        self._passed = checked.Passed(checked.CHECKED, checked.surroundings(ROOT))
        self._checks: dict[bool, set[str]] = {True: set(), False: set()}
        self._saved = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == CHECK and report.when == "call":
                self._checks[report.passed].add(str(value))
            if name == PROOF:
                for digest, proof in value.items():  # type: ignore[attr-defined]
                    # Languages share digests: what failed in one is proved in none.
                    failed = digest in self._proofs and self._proofs[digest] is None
                    self._proofs[digest] = None if failed else proof
        # A run that is killed keeps what it has proved.
        if time.monotonic() - self._saved > SAVE_EVERY:
            self.pytest_sessionfinish()
            self._saved = time.monotonic()

    def pytest_sessionfinish(self) -> None:
        if any(self._checks.values()):
            self._passed.update(self._checks[True], self._checks[False])
        if not self._proofs:
            return
        store = evidence.Store(EVIDENCE)
        for digest, proof in self._proofs.items():
            if proof is None:
                store.drop(digest)
            else:
                store.add(digest, evidence.Evidence(**{**proof, "ran_on": tuple(proof["ran_on"])}))
        store.save()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take every page below ``docs/`` for a file of tests."""
    if file_path.suffix == ".md" and file_path.is_relative_to(DOCS):
        page: PageFile = PageFile.from_parent(parent, path=file_path)
        return page
    if file_path == ROOT / spelling.WORDS and not parent.config.getoption("langs"):
        lists: ListFile = ListFile.from_parent(parent, path=file_path)
        return lists
    return None


class ListFile(pytest.File):
    """The lists of words, terms and links that the pages may use: none may be there in vain."""

    def collect(self) -> Iterable[pytest.Item]:
        yield CheckItem.from_parent(self, name="entries", check=self._entries)

    def _entries(self) -> list[Problem]:
        pages = [page for lang in LANGUAGES for page in samples.read(lang).values()]
        return [
            *prose.check_lists((claim for page in pages for claim in page.claims), ROOT),
            *spelling.check_list({word for page in pages for word in page.listed_words}, ROOT),
        ]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Name the samples that are most like what was asked for and not there."""
    keyword = config.getoption("keyword")
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and keyword:
        names = dict.fromkeys(sample.name for page in _taken(config) for sample in page.samples)
        terminalreporter.write_line(f"no sample matches {keyword!r}{meant(keyword, names, 3, 0.5)}")


def _page_paths() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")]


class PageFile(pytest.File):
    """A page: a collector for each language."""

    def collect(self) -> Iterable[pytest.Collector]:
        for language in chosen(self.config.getoption("langs")):
            yield PageInLanguage.from_parent(
                self, name=language.code, page=self._page(language.code)
            )

    def _page(self, lang: str) -> Page:
        path = self.path.relative_to(ROOT).as_posix()
        try:
            page = samples.read(lang).get(path)
        except FileNotFoundError as error:
            raise self.CollectError(str(error)) from error
        if page is None:
            raise self.CollectError(
                f"{path} was not there when the samples were taken: run make samples"
            )
        if _taken_at(lang) < self.path.stat().st_mtime:
            raise self.CollectError(
                f"{path} has changed since the samples were taken: run make samples"
            )
        return page


class PageInLanguage(pytest.Collector):
    """A page in one language: its samples, which share a process, and its other checks."""

    def __init__(self, *, page: Page, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.page = page
        self._runner: runner.PageRunner | None = None

    def collect(self) -> Iterator[pytest.Item]:
        problems = self.page.problems
        asked = {
            "claims": lambda: prose.check(self.page, ROOT),
            "lint": lambda: lint.check(self.page, ROOT),
        }
        for name, key in checked.keys(self.page).items():
            check = asked.get(name, lambda name=name: problems[name])
            yield CheckItem.from_parent(self, name=name, check=check, key=key)
        for sample in self.page.samples:
            yield SampleItem.from_parent(self, name=sample.name, sample=sample)

    def runner(self) -> runner.PageRunner:
        """The process that runs this page's samples."""
        if self._runner is None:
            self._runner = runner.PageRunner(
                ROOT,
                self.page,
                seconds=self.config.getoption("sample_seconds"),
                own_network=not self.config.getoption("shared_network"),
            )
        return self._runner

    def teardown(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None


class CheckItem(pytest.Item):
    """A check of a whole page that yields what is to be mended; ``key`` is what it is known by."""

    def __init__(self, *, check: Any, key: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._check = check
        self.key = key

    def runtest(self) -> None:
        if self.key:
            self.user_properties.append((CHECK, self.key))
        problems = list(self._check())
        if problems:
            raise ProblemsFound("\n".join(map(str, problems)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ProblemsFound):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


class ProblemsFound(Exception):
    """A page has something that a person must mend."""


class SampleFailed(Exception):
    """A sample did not do what its page says."""


class SampleItem(pytest.Item):
    """A sample of a page in one language."""

    parent: PageInLanguage

    def __init__(self, *, sample: Sample, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sample = sample

    def runtest(self) -> None:
        outcome = self.parent.runner().run(self.sample)
        if outcome.status != "blocked":
            self.user_properties.append((PROOF, {self.sample.digest: self._proof(outcome)}))
        if outcome.status == "passed":
            return
        if outcome.status == "failed":
            raise SampleFailed(f"{self.sample.place(outcome.line)}: {outcome.message}")
        if outcome.status == "unavailable":
            message = f"{outcome.message} is not installed: make programs installs it"
            if lack_is_failure():
                raise SampleFailed(f"{self.sample.place()}: {message}")
            pytest.skip(message)
        pytest.skip(outcome.message)

    def _proof(self, outcome: Outcome) -> dict[str, Any] | None:
        if outcome.status == "failed":
            return None
        return vars(evidence.from_outcome(self.sample, outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, SampleFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.sample.page_line - 1, self.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """Say of a sample that is skipped where it stands, and not where that is decided."""
    report = yield
    if report.skipped and isinstance(item, SampleItem) and isinstance(report.longrepr, tuple):
        path, line, _ = item.reportinfo()
        report.longrepr = (str(path), (line or 0) + 1, report.longrepr[2])
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has fresh proof or has passed, where only what is stale is asked for."""
    if config.getoption("proof") != "stale":
        return
    store = evidence.Store(EVIDENCE)
    passed = checked.Passed(checked.CHECKED, checked.surroundings(ROOT))
    fresh = [
        item
        for item in items
        if (isinstance(item, SampleItem) and _fresh(store, item.sample))
        or (isinstance(item, CheckItem) and item.key in passed)
    ]
    if fresh:
        config.hook.pytest_deselected(items=fresh)
        proved = set(fresh)
        items[:] = [item for item in items if item not in proved]


def _fresh(store: evidence.Store, sample: Sample) -> bool:
    proof = store.get(sample.digest)
    if proof is None:
        return False
    # To lack a program is then a failure each time.
    return proof.status != "unavailable" or not lack_is_failure()


def _taken_at(lang: str) -> float:
    return (samples.FOLDER / f"{lang}.json").stat().st_mtime
