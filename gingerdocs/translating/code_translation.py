"""Compares translated samples with their originals, and finds the words in them."""

import ast
import doctest
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest

from gingerdocs.languages import Language

from . import glossary
from .translation import PLACEHOLDER, Difference, compare_text, plain


def compare_code(language: str, original: str, translated: str) -> list[Difference]:
    """Compare a translated sample with the original.

    In Python, comments and the values of strings may differ, the placeholders in them may not. In
    anything else comments alone may differ. What a console or a server answers is not compared:
    running the translated sample tells whether it is so.
    """
    compare = _COMPARISONS.get(language, _compare_lines)
    if language in _PYTHON and original.lstrip().startswith(">>>"):
        compare = _compare_doctests
    return list(compare(language, original, translated))


def untranslated(language: str, original: str, translated: str) -> list[Difference]:
    """Say where a translated sample leaves the words of its comments as they were."""
    here = {comment for _, comment in comments(language, original)}
    return [
        Difference(line, f"leaves the comment {comment!r} as in the original; translate it")
        for line, comment in comments(language, translated)
        if comment in here
        and not _FOR_TOOLS.search(comment)
        and len(words := _WORD.findall(comment)) > 1  # One may be a name.
        and any(word.islower() for word in words)
    ]


def compare_comments(
    code: str, original: str, translated: str, language: Language
) -> Iterator[Difference]:
    """Say where the comments of a translated sample depart from those of the original."""
    here, there = comments(code, original), comments(code, translated)
    if len(here) != len(there):
        yield Difference(0, f"has {len(there)} lines of comments, the original {len(here)}")
        return
    for line, msgid, msgstr in _pairs(code, original, translated):
        found = [message for _, message in compare_text(msgid, msgstr, letters=language.letters)]
        words = plain(msgid), plain(msgstr)
        found += glossary.count(*words)
        if not glossary.deny_alike(*words, language.code):
            found.append("denies more often or less than the original")
        for message in found:
            yield Difference(line, f"{message}, in the comment {msgstr!r}")


def findings(
    code: str, original: str, translated: str, language: Language
) -> Iterator[tuple[int, glossary.Finding]]:
    """Give what the glossary finds in the comments of a translated sample, with the lines."""
    for line, msgid, msgstr in _pairs(code, original, translated):
        for found in glossary.compare(plain(msgid), plain(msgstr), language.code):
            yield line, found


def _pairs(code: str, original: str, translated: str) -> Iterator[tuple[int, str, str]]:
    """Give the comments that differ: the line of the translated one, and both texts."""
    here, there = comments(code, original), comments(code, translated)
    for (_, one), (line, other) in zip(here, there, strict=False):
        if one != other:
            yield line, one.strip(_COMMENT_MARKS), other.strip(_COMMENT_MARKS)


_COMMENT_MARKS = "#;\"' "
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_FOR_TOOLS = re.compile(r"#\s*(?:type|noqa|pragma|fmt)\b")


def comments(language: str, text: str) -> list[tuple[int, str]]:
    """Return the comments of a sample, docstrings among them, with their lines from zero."""
    if language in _PYTHON and not text.lstrip().startswith(">>>"):
        return _python_comments(text)
    return [
        (number, comment)
        for number, line in enumerate(text.splitlines())
        if language != "console" or line.startswith(("$ ", "> "))
        if (comment := line.removeprefix(_code(language, line)).strip())
    ]


def _python_comments(text: str) -> list[tuple[int, str]]:
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT or token.string.lstrip("rRbBfFuU")[:3] in _TRIPLE:
                lines = token.string.splitlines()
                found += [(token.start[0] - 1 + n, line) for n, line in enumerate(lines)]
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


_PYTHON = ("python", "python3", "py")
_TRIPLE = ('"""', "'''")


def _compare_python(_language: str, original: str, translated: str) -> Iterator[Difference]:
    try:
        here = ast.parse(original)
    except SyntaxError:
        yield from _compare_lines("", original, translated)
        return
    try:
        there = ast.parse(translated)
    except SyntaxError as error:
        yield Difference(max((error.lineno or 1) - 1, 0), f"is no longer Python: {error.msg}")
        return
    yield from _compare_nodes(here, there, 0)


_IGNORED_FIELDS = ("kind", "type_comment", "type_ignores")


def _compare_nodes(here: object, there: object, line: int) -> Iterator[Difference]:
    """Walk both trees at once; the first difference on a branch ends the walk of that branch."""
    line = getattr(there, "lineno", line + 1) - 1
    if isinstance(here, ast.JoinedStr | ast.Constant) and isinstance(
        there, ast.JoinedStr | ast.Constant
    ):
        yield from _compare_constants(here, there, line)
    elif isinstance(here, ast.AST) and type(here) is type(there):
        for name, value in ast.iter_fields(here):
            if name not in _IGNORED_FIELDS:
                yield from _compare_nodes(value, getattr(there, name), line)
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for one, other in zip(here, there, strict=True):
            yield from _compare_nodes(one, other, line)
    elif here != there:
        yield Difference(line, f"has {_show(there)} where the original has {_show(here)}")


def _compare_constants(
    here: ast.JoinedStr | ast.Constant, there: ast.JoinedStr | ast.Constant, line: int
) -> Iterator[Difference]:
    old, new = _placeholders(here), _placeholders(there)
    if old is None or new is None:
        if ast.dump(here) != ast.dump(there):
            yield Difference(line, f"has {_show(there)} where the original has {_show(here)}")
    elif old != new:
        changed = ", ".join(sorted(((old - new) + (new - old)).elements()))
        yield Difference(line, f"has other placeholders in a string than the original: {changed}")


def _placeholders(node: ast.JoinedStr | ast.Constant) -> Counter[str] | None:
    """Return what a string has filled in, or None when the node is no string."""
    if isinstance(node, ast.JoinedStr):
        found: Counter[str] = Counter()
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                found[ast.unparse(ast.JoinedStr([value]))] += 1
            elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.update(PLACEHOLDER.findall(value.value))
        return found
    return Counter(PLACEHOLDER.findall(node.value)) if isinstance(node.value, str) else None


def _show(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} parts" if len(value) != 1 else _show(value[0])
    if isinstance(value, ast.AST):
        try:
            return f'"{ast.unparse(value).strip().splitlines()[0]}"'
        except (AttributeError, IndexError, ValueError, RecursionError):
            return type(value).__name__
    return repr(value)


def _compare_doctests(_language: str, original: str, translated: str) -> Iterator[Difference]:
    parser = doctest.DocTestParser()
    try:
        here, there = parser.get_examples(original), parser.get_examples(translated)
    except ValueError as error:
        yield Difference(0, f"is no longer an interactive session: {error}")
        return
    if len(here) != len(there):
        yield Difference(0, f"has {len(there)} prompts, the original {len(here)}")
        return
    for one, other in zip(here, there, strict=True):
        for difference in _compare_python("", one.source, other.source):
            yield Difference(other.lineno + difference.line, difference.message)


def _compare_console(language: str, original: str, translated: str) -> Iterator[Difference]:
    yield from _compare_sequences(
        _commands(language, original), _commands(language, translated), "command"
    )


def _commands(language: str, text: str) -> list[tuple[int, str]]:
    return [
        (number, code)
        for number, line in enumerate(text.splitlines())
        if line.startswith(("$ ", "> ", "^C")) and (code := _code(language, line))
    ]


def _compare_http(_language: str, original: str, translated: str) -> Iterator[Difference]:
    yield from _compare_sequences(_request(original), _request(translated), "request line")


def _request(text: str) -> list[tuple[int, str]]:
    lines = []
    for number, line in enumerate(text.splitlines()):
        if line.startswith("HTTP/"):
            break
        lines.append((number, line))
    return lines


def _compare_lines(language: str, original: str, translated: str) -> Iterator[Difference]:
    def lines(text: str) -> list[tuple[int, str]]:
        return [
            (number, code)
            for number, line in enumerate(text.splitlines())
            if (code := _code(language, line))
        ]

    yield from _compare_sequences(lines(original), lines(translated), "line")


def _compare_sequences(
    here: list[tuple[int, str]], there: list[tuple[int, str]], what: str
) -> Iterator[Difference]:
    for one, other in zip_longest(here, there):
        if other is None:
            yield Difference(there[-1][0] if there else 0, f'lacks the {what} "{one[1]}"')
            return
        if one is None:
            yield Difference(other[0], f'adds the {what} "{other[1]}"')
            return
        if one[1] != other[1]:
            yield Difference(
                other[0], f'has the {what} "{other[1]}" where the original has "{one[1]}"'
            )


_COMMENTS = {"ini": "#;", "systemd": "#;", "json": "", "http": "", "markdown": "", "html": ""}


def _code(language: str, line: str) -> str:
    """Return a line without its comment."""
    quote = ""
    for place, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _COMMENTS.get(language, "#") and line[:place][-1:].strip() == "":
            return line[:place].rstrip()
    return line.rstrip()


_COMPARISONS: dict[str, Callable[[str, str, str], Iterator[Difference]]] = {
    **dict.fromkeys(_PYTHON, _compare_python),
    "pycon": _compare_doctests,
    "console": _compare_console,
    "http": _compare_http,
}
