"""Compares the catalog of a page with the page: what it lacks, what moved, what departs from it."""

from collections.abc import Iterator, Sequence

from gingerdocs.languages import SOURCE, Language
from gingerdocs.sample import Problem, is_code

from . import glossary
from .catalogs import Catalog, Entry, Message, line_of, places_of, seal, short
from .code_translation import comments, compare_code, compare_comments, findings, untranslated
from .translation import Difference, Samples, compare_text, order
from .translation import plain as plain_text

_WITHOUT = f"make html LANGS={SOURCE} builds the site without translations"


def missing(catalog: Catalog, messages: Sequence[Message]) -> list[Message]:
    """Return the messages of a page that Sphinx would show in English, for want of a translation.

    A sample without comments says the same in every language and needs none.
    """
    translated = {entry.msgid for entry in catalog.entries if entry.translated}
    return [
        message
        for message in dict.fromkeys(messages)
        if message.text not in translated
        and (message.code is None or comments(message.code, message.text))
    ]


def check(
    catalog: Catalog, language: Language, page: str, messages: Sequence[Message]
) -> list[Problem]:
    """Compare the translations of a page with the page.

    ``page`` is the page's path from the checkout. A catalog that does not parse, which Sphinx never
    sees, yields the reasons and no more.
    """
    if catalog.problems:
        return list(catalog.problems)
    fuzzy = {entry.msgid for entry in catalog.entries if entry.fuzzy and not entry.obsolete}
    doubtful = [*missing(catalog, messages), *(m for m in messages if m.text in fuzzy)]
    problems = [_lacking(catalog, language, page, message) for message in dict.fromkeys(doubtful)]
    firsts: dict[str, Message] = {}
    for message in messages:
        firsts.setdefault(message.text, message)
    unique = list(firsts.values())
    pairs = [
        (message, entry)
        for message in unique
        if (entry := catalog.find(message.text)) is not None and entry.translated
    ]
    if not problems:  # What has changed is told above.
        problems += _arrangement(catalog, page, unique, places_of(messages))
    samples = [(entry.msgid, entry.msgstr) for message, entry in pairs if message.code is not None]
    for message, entry in pairs:
        problems += _compare(catalog, language, entry, message.code, samples)
    return problems


def _lacking(catalog: Catalog, language: Language, page: str, message: Message) -> Problem:
    entry = catalog.find(message.text)
    page = message.path or page
    if entry is None:
        wants = f"no {language.name} translation of {short(message.text)}; run make update-po"
        mend = f"translate it in {catalog.path}; {_WITHOUT}"
        return Problem(page, message.line, f"{wants} and {mend}")
    if entry.obsolete:
        why = "is marked obsolete (#~) but the page has it; run make update-po"
    elif entry.fuzzy and entry.msgstr:
        why = "is marked fuzzy, so that readers get English; mend it and delete the mark"
    else:
        why = f"is not translated; {_WITHOUT}"
    where = f"({page}, line {message.line})"
    return Problem(catalog.path, entry.line, f"{short(message.text)} {where} {why}")


def _arrangement(
    catalog: Catalog, page: str, messages: Sequence[Message], places: dict[str, str]
) -> Iterator[Problem]:
    """Say where a catalog has what the page has not, or in another order.

    So a page that has lost a message, or has it in another place, is one that translators look at.
    """
    lines = {message.text: message.line for message in messages}
    living = [entry for entry in catalog.entries if not entry.obsolete]
    if catalog.seal and catalog.seal != seal((entry.msgid, entry.msgstr) for entry in living):
        mend = "read what has changed beside its original, then run make update-po"
        yield Problem(catalog.path, 1, f"is not as make update-po has written it: {mend}")
    for entry in living:
        if entry.msgid not in lines:
            gone = f"{short(entry.msgid)} is no longer on the page {page}; run make update-po"
            yield Problem(catalog.path, entry.line, gone)
    # What docstrings say has its order from the code.
    own = {message.text for message in messages if not is_code(message.path)}
    kept = [entry for entry in living if entry.msgid in own]
    there = {entry.msgid for entry in kept}
    texts = [message.text for message in messages if message.text in there]
    for entry, text in zip(kept, texts, strict=True):
        if entry.msgid != text:
            wants = f"the page has {short(text)} here ({page}, line {lines[text]})"
            mend = "run make update-po, and read the page in its new order"
            yield Problem(catalog.path, entry.line, f"{wants}, not {short(entry.msgid)}; {mend}")
            return
    for entry in kept:
        if entry.place != places.get(entry.msgid, ""):
            place = places.get(entry.msgid) or "plain text"
            now = f"is {place} ({page}, line {lines[entry.msgid]})"
            was = f"and was {entry.place or 'plain text'} when it was translated"
            mend = "run make update-po, and see whether the translation still fits"
            yield Problem(catalog.path, entry.line, f"{short(entry.msgid)} {now}, {was}: {mend}")


def _compare(
    catalog: Catalog, language: Language, entry: Entry, code: str | None, samples: Samples
) -> Iterator[Problem]:
    if code is None:
        name = "translation"
        differences = compare_text(entry.msgid, entry.msgstr, samples, language.letters)
        texts = plain_text(entry.msgid), plain_text(entry.msgstr)
        differences += [Difference(0, said) for said in glossary.count(*texts)]
        found = [(0, finding) for finding in glossary.compare(*texts, language.code)]
        differences += _order(entry)
        differences += _denials(entry, *texts, language)
    else:
        name = "translated sample"
        differences = compare_code(code, entry.msgid, entry.msgstr)
        differences += untranslated(code, entry.msgid, entry.msgstr)
        differences += compare_comments(code, entry.msgid, entry.msgstr, language)
        found = list(findings(code, entry.msgid, entry.msgstr, language))
    differences += _words(entry, found)
    for line, text in differences:
        yield Problem(catalog.path, line_of(entry, line), f"the {name} {text}")


def _order(entry: Entry) -> list[Difference]:
    real = order(entry.msgid, entry.msgstr)
    if real == entry.order:
        return []
    if not real:
        return [Difference(0, "has all in the order of the original; delete the comment # order:")]
    numbers = " ".join(map(str, real))
    mend = f"mend it, or, if that says the same, write «# order: {numbers}» above the msgid"
    return [Difference(0, f"has literals, links, numbers or names in another order: {mend}")]


def _words(entry: Entry, found: Sequence[tuple[int, glossary.Finding]]) -> list[Difference]:
    needed = dict.fromkeys(finding.word for _, finding in found)
    new = [(line, finding) for line, finding in found if finding.word not in entry.words]
    if new:
        said = ", and ".join(dict.fromkeys(str(finding) for _, finding in new))
        note = f"# words: {', '.join(needed)}"
        mend = f"mend it, or, if it says the same, write «{note}» above the msgid"
        return [Difference(new[0][0], f"{said}: {mend}")]
    idle = [word for word in entry.words if word not in needed]
    if idle:
        return [Difference(0, f"needs no word “{idle[0]}” in its comment # words:; take it out")]
    return []


def _denials(entry: Entry, original: str, translated: str, language: Language) -> list[Difference]:
    here, there = glossary.denials(original, SOURCE), glossary.denials(translated, language.code)
    if original == translated or glossary.deny_alike(original, translated, language.code):
        if entry.denials is None:
            return []
        return [Difference(0, "denies as often as the original; delete the comment # denials:")]
    if there == entry.denials:
        return []
    mend = f"mend it, or, if that says the same, write «# denials: {there}» above the msgid"
    return [Difference(0, f"has {there} of the words that deny, the original has {here}: {mend}")]
