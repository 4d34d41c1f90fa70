"""Writes what samples really print into the pages and, for each language, into the catalogs."""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import ROOT
from .languages import LANGUAGES, SOURCE, Language
from .running import match
from .running.runner import PageRunner
from .sample import Outcome, Page, Problem, Sample
from .stages import samples
from .stages.samples import take
from .translating import po

AT_ONCE = 2
"""Pages that run side by side."""

CHANCE = "printed one thing (-), and another when it ran again (+); write ... for what changes:"


@dataclass
class Changes:
    """What one page's samples print in one language: new texts by sample, and what failed."""

    page: Page
    texts: dict[str, str] = field(default_factory=dict)
    failures: list[tuple[Sample, Outcome]] = field(default_factory=list)

    def of(self, sample: Sample) -> str:
        """The sample's text as it should read."""
        return self.texts.get(sample.name, sample.text)

    def moved(self, sample: Sample) -> int:
        """How many lines further down the sample stands after the changes."""
        return sum(
            self.texts[other.name].count("\n") - other.text.count("\n")
            for other in self.page.samples
            if other.name in self.texts
            and other.path == sample.path
            and other.lines[0] < sample.lines[0]
        )


def main(argv: list[str]) -> int:
    """The verb ``update-samples``: run every sample and keep what it printed."""
    parser = argparse.ArgumentParser(
        prog="python -m gingerdocs update-samples", description=main.__doc__
    )
    parser.add_argument("pages", nargs="*", help="pages such as docs/index.md (default: all)")
    wanted = parser.parse_args(argv).pages
    if code := take(tuple(LANGUAGES.values())):
        return code
    pages = {lang: samples.read(lang) for lang in LANGUAGES}
    if unknown := [path for path in wanted if path not in pages[SOURCE]]:
        parser.error(f"no page {', '.join(unknown)}")
    failures = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for path in wanted or pages[SOURCE]:
            versions = [found[path] for found in pages.values() if path in found]
            changes = {c.page.lang: c for c in pool.map(_run, versions)}
            failures += _apply(changes)
    return 1 if failures else 0


def _run(page: Page) -> Changes:
    """Run a page, and once more where it prints something new: chance is nothing to write down."""
    changes = _run_once(page)
    again = _run_once(page) if changes.texts else changes
    for sample in page.samples:
        first, second = changes.of(sample).split("\n"), again.of(sample).split("\n")
        if first != second:
            changes.texts.pop(sample.name, None)
            said = f"{CHANCE}\n{match.difference(first, second)}"
            outcome = Outcome("failed", said, line=match.first_difference(first, second))
            changes.failures.append((sample, outcome))
    return changes


def _run_once(page: Page) -> Changes:
    changes = Changes(page)
    runner = PageRunner(ROOT, page)
    try:
        for sample in page.samples:
            outcome = runner.run(sample)
            if outcome.text != sample.text:
                changes.texts[sample.name] = outcome.text
            elif outcome.status in ("failed", "blocked"):
                changes.failures.append((sample, outcome))
    finally:
        runner.close()
    return changes


def _apply(changes: dict[str, Changes]) -> int:
    """Write one page's changes; return how many samples could not be brought up to date."""
    source = changes[SOURCE]
    if source.texts:
        _rewrite(source)
    for lang, translated in changes.items():
        if lang != SOURCE and (source.texts or translated.texts):
            _retranslate(LANGUAGES[lang], source, translated)
    failures = [(change, *failure) for change in changes.values() for failure in change.failures]
    for change, sample, outcome in failures:
        line = sample.lines[min(outcome.line, len(sample.lines) - 1)] + change.moved(sample)
        print(Problem(sample.path, line, outcome.message), file=sys.stderr)
    return len(failures)


def _rewrite(changes: Changes) -> None:
    """Put the new texts into the page, from the last block to the first."""
    for sample in sorted(changes.page.samples, key=lambda s: s.lines[0], reverse=True):
        if sample.name in changes.texts:
            _replace(ROOT / sample.path, sample, changes.texts[sample.name])
            print(f"{sample.place()}: brought up to date")
            new = changes.texts[sample.name].split("\n")
            print(match.difference(sample.text.split("\n"), new))


def _replace(path: Path, sample: Sample, text: str) -> None:
    page = path.read_bytes().decode()
    end = "\r\n" if "\r\n" in page else "\n"
    lines = page.split(end)
    first, count = sample.lines[0] - 1, len(sample.lines)
    # A list indents a block, a quotation puts its own mark before each line.
    before = lines[first].rstrip().removesuffix(sample.text.split("\n")[0].rstrip())
    lines[first : first + count] = [f"{before}{line}".rstrip() for line in text.split("\n")]
    path.write_text(end.join(lines), "utf-8", newline="")


def _retranslate(language: Language, source: Changes, translated: Changes) -> None:
    """Bring a page's catalog in step: the message with the page, its translation with the run."""
    page = Path(source.page.path).relative_to("docs").with_suffix(".po")
    path = ROOT / "locale" / language.code / "LC_MESSAGES" / page
    if not path.is_file():
        return
    original = {sample.name: sample for sample in source.page.samples}
    renewed = dict[str, tuple[str, str]]()
    for sample in translated.page.samples:
        if sample.name not in original:
            continue
        end = sample.message[len(sample.message.rstrip("\n")) :]
        renewed[sample.message] = (
            source.of(original[sample.name]) + end,
            translated.of(sample) + end,
        )
    messages = []
    for old in po.read(path):
        msgid, msgstr = renewed.get(old.msgid, (old.msgid, old.msgstr))
        same = (msgid, msgstr) == (old.msgid, old.msgstr)
        new = replace(old, msgid=msgid, msgstr=msgstr, fuzzy=False, previous=())
        messages.append(old if same else new)
    if po.write(path, messages, language):
        print(f"{path.relative_to(ROOT)}: brought up to date")
