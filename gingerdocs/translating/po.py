"""Reads, merges and writes the translators' catalogs.

Babel quotes and wraps, as it does for sphinx-intl. Merging is our own: Babel's loses the previous
msgid of a fuzzy message when it reads it again, and knows nothing of samples.
"""

import argparse
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from babel.messages.plurals import get_plural
from babel.messages.pofile import normalize

from gingerdocs.languages import SOURCE, Language, chosen

from . import catalogs
from .code_translation import untranslated

WIDTH = 76
"""Columns of a catalog's lines; sphinx-intl's own."""

SIMILAR = 0.6
"""How much of a message must have stayed for its translation to be kept as fuzzy."""


@dataclass(frozen=True)
class Message:
    """One message of a page's catalog.

    ``comments`` are the translators' own, ``place`` is what the page tells beside the words
    (``catalogs.Message``). ``previous`` holds the lines, without their ``#|``, that
    say what the msgid of a fuzzy message was when it was translated.
    """

    msgid: str
    msgstr: str = ""
    fuzzy: bool = False
    comments: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    place: str = ""


def read(path: Path) -> list[Message]:
    """Return the living messages of a catalog that parses, in their order."""
    lines = path.read_text("utf-8").split("\n")
    entries = catalogs.read(path, path.parent).entries
    return [_message(entry, lines) for entry in entries if not entry.obsolete]


def write(path: Path, messages: Iterable[Message], language: Language) -> bool:
    """Write a catalog, unless the file says the same already; return whether it was written."""
    messages = list(messages)
    entries = (_header(language, messages), *map(_entry, messages))
    text = "\n".join("".join(f"{line}\n" for line in entry) for entry in entries)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return True


def merge(
    template: Iterable[str],
    old: Iterable[Message],
    literals: Mapping[str, str] = MappingProxyType({}),
    elsewhere: dict[str, Message] | None = None,
) -> list[Message]:
    """Return the messages of a template with the translations that there are for them.

    Args:
        template: the msgids, in the order of the page.
        old: the page's catalog as it stands; what the page no longer says is dropped.
        literals: the msgids that are literal blocks, with their languages: a new one is its own
            translation, a fuzzy one if it has comments to translate.
        elsewhere: other pages' translated messages by msgid, for texts that moved.
    """
    template = list(template)
    known = {message.msgid: message for message in old}
    wanted = set(template)
    unused = {
        msgid: message for msgid, message in known.items() if message.msgstr and msgid not in wanted
    }
    merged = []
    for msgid in template:
        message = known.get(msgid)
        if message is None or not message.msgstr:
            message = (elsewhere or {}).get(msgid) or _adapt(msgid, unused, literals.get(msgid))
        merged.append(message)
    return merged


def _adapt(msgid: str, unused: dict[str, Message], code: str | None) -> Message:
    """Return a new message with the translation of the unused one that it is most like.

    ``code`` is the language of a literal block, None for prose.
    """
    near = difflib.get_close_matches(msgid, unused, 1, SIMILAR)
    old = unused.pop(near[0]) if near else Message("")
    if code is not None and old.msgstr == old.msgid:
        return Message(msgid, msgid, bool(untranslated(code, msgid, msgid)), old.comments)
    if not near:
        return Message(msgid)
    comments = tuple(each for each in old.comments if not each.startswith(catalogs.NOTES))
    msgstr = _carry(old, msgid) if code is not None else old.msgstr
    previous = old.previous or tuple(f"msgid {normalize(old.msgid, width=WIDTH)}".splitlines())
    return Message(msgid, msgstr, True, comments, previous)


def _carry(old: Message, msgid: str) -> str:
    """Return a changed literal block with the translations of the lines that did not change."""
    before, after = old.msgid.splitlines(True), msgid.splitlines(True)
    translated = old.msgstr.splitlines(True)
    if len(translated) != len(before):
        return old.msgstr
    lines = list(after)
    for block in difflib.SequenceMatcher(None, before, after, False).get_matching_blocks():
        lines[block.b : block.b + block.size] = translated[block.a : block.a + block.size]
    return "".join(lines)


def _message(entry: catalogs.Entry, lines: list[str]) -> Message:
    """Return an entry with the comments that stand above it in the catalog's lines."""
    above = list(takewhile(lambda line: line.startswith("#"), reversed(lines[: entry.line - 1])))
    above.reverse()
    comments = tuple(line[1:].strip() for line in above if line == "#" or line.startswith("# "))
    previous = tuple(line[2:].strip() for line in above if line.startswith("#|"))
    previous = previous if entry.fuzzy else ()
    return Message(entry.msgid, entry.msgstr, entry.fuzzy, comments, previous, entry.place)


def _header(language: Language, messages: Iterable[Message]) -> Iterator[str]:
    count, plural = get_plural(language.locale)[:2]
    yield 'msgid ""'
    yield 'msgstr ""'
    for line in (
        "Project-Id-Version: GingerDJ",
        f"Language: {language.locale}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: nplurals={count}; plural={plural};",
        f"X-Messages: {catalogs.seal((each.msgid, each.msgstr) for each in messages)}",
    ):
        yield f'"{line}\\n"'


def _entry(message: Message) -> Iterator[str]:
    yield from (f"# {comment}".rstrip() for comment in message.comments)
    if message.place:
        yield f"#. {message.place}"
    if message.fuzzy:
        yield "#, fuzzy"
        yield from (f"#| {line}" for line in message.previous)
    yield f"msgid {normalize(message.msgid, width=WIDTH)}"
    yield f"msgstr {normalize(message.msgstr, width=WIDTH)}"


def translated_languages(verb: str, argv: list[str]) -> list[Language]:
    """Return the languages, without the pages' own, that a verb's command line names."""
    parser = argparse.ArgumentParser(prog=f"python -m gingerdocs {verb}")
    parser.add_argument("--langs", default="", help="for example pt,zh (default: all)")
    try:
        languages = chosen(parser.parse_args(argv).langs)
    except ValueError as error:
        parser.error(str(error))
    return [language for language in languages if language.code != SOURCE]
