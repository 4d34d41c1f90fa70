"""Checks what the prose of a page claims: its inline literals, outside links and numbers."""

import ast
import difflib
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from docutils import nodes

from gingerdocs.doctree import file_of, line_of
from gingerdocs.languages import SOURCE
from gingerdocs.sample import Claim, Page, Problem, Sample, is_code

from . import options
from .encoding import misread
from .known import Known, around

TERMS = "docs/terms.txt"
LINKS = "docs/links.txt"

_OUTSIDE = ("http:", "https:", "ftp:", "mailto:")
_GIVEN = re.compile(r"([A-Z][a-z]\w*=)\S+")
"""A line of a unit of systemd: a name, with the value that it is given."""

_OWN_MACHINE = re.compile(
    r"https?://(?:127\.[\d.]+|localhost|\[::1\]|0\.0\.0\.0|(?:[\w-]+\.)*(?:example|test|localhost)"
    r"|(?:[\w-]+\.)*example\.(?:com|org|net))(?::\d+)?(?:[/?#]|$)"
)
_NUMBER = re.compile(r"(?<![\w.,/:-])(?:[A-Z]+/\d+(?:\.\d+)*|\d+(?:[.,:]\d+)+|\d{2,})(?![\w%-])")
_STANDARD = re.compile(r"\b(?:RFC|PEP|ISO|ECMA|ASGI)[ -]\d+(?:, (?:section )?\d[\d.]*)?")
"""Where a docstring says what it is about; the code has no such number."""

_KEYS = re.compile(r"(?:(?:Ctrl|Alt|Shift|Cmd)\+)*(?:[A-Z0-9]|F\d+|Enter|Esc|Tab|Space)")
"""Keys to press."""

_SEPARATORS = re.compile(r"[\s=,:()\[\]{}\"'<>;|@*!&]+")


def collect(doctree: nodes.document, root: Path) -> list[Claim]:
    """Return the claims of a page: what its own prose holds, not the titles of a table of contents.

    Args:
        doctree: the page, resolved, and translated where it is.
        root: the checkout, from which the paths of docstrings and of included files are taken.
    """
    page = doctree.get("source", "")

    def path_of(node: nodes.Element) -> str:
        file = file_of(node, page)
        return Path(file).relative_to(root).as_posix() if file else ""

    return [claim for node in doctree.children for claim in _claims(node, path_of)]


def of_unrun(samples: Iterable[Sample]) -> Iterator[Claim]:
    """Give the claims of samples that are not run: each line, which is listed with a reason."""
    for sample in samples:
        if sample.norun is None:
            continue
        for number, line in enumerate(sample.text.splitlines()):
            text = re.sub(r"^[$>] ", "", line).strip()
            if text and not text.startswith("#"):
                yield Claim(text, sample.page_line + number, "unrun")


def _claims(node: nodes.Node, path_of: Callable[[nodes.Element], str]) -> Iterator[Claim]:
    if not isinstance(node, nodes.Element) or "toctree-wrapper" in node.get("classes", ()):
        return
    if node.get("from_code"):
        return
    if isinstance(node, nodes.literal):
        if "kbd" in node["classes"] and _KEYS.fullmatch(node.astext()):  # They name nothing.
            return
        yield Claim(node.astext(), line_of(node), "literal", path_of(node))
        return
    if isinstance(node, nodes.reference) and node.get("refuri", "").startswith(_OUTSIDE):
        yield Claim(node["refuri"], line_of(node), "link")
    for child in node.children:
        if isinstance(child, nodes.Text):
            path = path_of(node)
            text = _STANDARD.sub("", child) if is_code(path) else child
            for number in _NUMBER.findall(text):
                yield Claim(number, line_of(node), "number", path)
        elif not isinstance(child, nodes.literal_block):
            yield from _claims(child, path_of)


def check(page: Page, root: Path) -> list[Problem]:
    """Say which claims of a page nothing vouches for.

    A literal is vouched for when it stands in a sample of the page, or in the code that a docstring
    is about, in whole words, when it or each of its words names something that exists, or when
    ``docs/terms.txt`` lists it; an outside link when ``docs/links.txt`` lists it, or, for an
    address of the reader's own machine or one reserved for examples (RFC 2606), when it stands in a
    sample. A number is vouched for by a sample, by the code or by a term, and in a docstring by
    being a status of HTTP; translations are compared with their original instead. A sample that is
    not run vouches for nothing: each of its lines is listed in ``docs/terms.txt`` itself.
    """
    known = around(root)
    shown = [sample for sample in page.samples if not sample.hidden]
    samples = [sample.text for sample in shown if sample.norun is None]
    vouchers = {
        path: _Vouchers(samples, known, root / path if is_code(path) else None)
        for path in dict.fromkeys(claim.path for claim in page.claims)
    }
    literals = [claim for claim in page.claims if claim.kind == "literal"]
    known.python({name for c in literals for name in vouchers[c.path].doubtful_names(c.text)})
    problems = []
    for claim in dict.fromkeys(page.claims):
        if claim.kind == "number" and page.lang != SOURCE:
            continue
        if message := vouchers[claim.path].doubt(claim):
            problems.append(Problem(claim.path or page.path, claim.line, message))
    return problems


@functools.cache
def _code(file: Path) -> str:
    """Return the code of a Python file, without docstrings and comments."""
    text = file.read_text("utf-8")
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines[node.lineno - 1 : node.end_lineno] = [""] * _height(node)
    return "\n".join(line.partition("# ")[0] for line in lines)


def _height(node: ast.Expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def check_lists(claims: Iterable[Claim], root: Path) -> list[Problem]:
    """Say what is wrong with the lists of terms and links; ``claims`` are those of all pages."""
    used = {claim.text for claim in claims}
    problems = []
    for name in (TERMS, LINKS):
        entries, found = read_list(root, name)
        problems += found
        problems += [
            Problem(name, line, f"no page has {text!r}; delete it and its reason")
            for text, line in entries.items()
            if text not in used
        ]
    return problems


def read_list(root: Path, name: str) -> tuple[dict[str, int], list[Problem]]:
    """Return the entries of a list with their lines, and what is wrong with it.

    An entry is a line of its own. Above it, with no empty line between, a line that begins with
    ``# `` gives the reason; several entries may share one.
    """
    path = root / name
    if not path.exists():
        return {}, []
    status = path.stat()
    return _read_list(root, name, status.st_mtime_ns, status.st_size)


@functools.cache
def _read_list(
    root: Path, name: str, _changed: int, _size: int
) -> tuple[dict[str, int], list[Problem]]:
    path = root / name
    entries: dict[str, int] = {}
    problem = misread(path, root)
    problems = [problem] if problem else []
    reason = False
    lines = path.read_text("utf-8", "replace").splitlines()  # The other entries still count.
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("# "):
            reason = True
        elif text:
            if not reason:
                problems.append(Problem(name, number, f"{text!r} has no reason above it"))
            if text in entries:
                first = f"stands at line {entries[text]} already"
                problems.append(Problem(name, number, f"{text!r} {first}"))
            entries.setdefault(text, number)
        else:
            reason = False
    return entries, problems


class _Vouchers:
    """What vouches for the claims of one page, or for those of a docstring on it."""

    def __init__(self, samples: Sequence[str], known: Known, code: Path | None) -> None:
        texts = [*samples, _code(code)] if code else samples
        self._known = known
        self._in_docstring = code is not None
        self._text = "\n".join([*texts, *known.templates.values()])
        self._terms = read_list(known.root, TERMS)[0]
        self._links = read_list(known.root, LINKS)[0]
        self._commands = frozenset(c for text in texts for c in options.commands(text))

    def doubtful_names(self, literal: str) -> set[str]:
        """Return the Python names of a literal that nothing cheaper than an import vouches for."""
        return {
            name
            for word in (literal, *_words(literal))
            if (name := _name(word)) and not self._cheap(name)
        }

    def doubt(self, claim: Claim) -> str:
        """Return what there is to say against a claim, or nothing."""
        asked = {
            "literal": self.literal,
            "link": self.link,
            "number": self.number,
            "unrun": self.unrun,
        }
        return asked[claim.kind](claim.text)

    def number(self, text: str) -> str:
        """Return what there is to say against a number, or nothing."""
        if text in self._terms or self._stands(text):
            return ""
        if self._in_docstring and self._known.status(text):
            return ""
        mend = f"show it in a sample, or list it in {TERMS} with a reason"
        return f"nothing shows the number {text}{self._near(text)}; {mend}"

    def unrun(self, line: str) -> str:
        """Return what there is to say against a line of a sample that is not run, or nothing."""
        if line in self._terms:
            return ""
        return f"nothing runs `{line}`: run it, or list it in {TERMS} with a reason"

    def literal(self, text: str) -> str:
        """Return what there is to say against a literal, or nothing."""
        if text in self._terms or self._vouched(text):
            return ""
        given = _GIVEN.fullmatch(text)
        if given and given[1] in self._text:
            return f"no sample says `{text}`, and one says `{given[1]}` otherwise: mend it"
        doubtful = [
            word
            for word in _words(text)
            # A single letter stands somewhere in every sample.
            if not (self._vouched(word) if len(word) > 1 else self._known.word(word))
        ]
        if not doubtful:
            return ""
        which = f"`{doubtful[0]}`" + (f" in `{text}`" if doubtful[0] != text else "")
        mend = f"show it in a sample, or list `{text}` in {TERMS} with a reason"
        return f"nothing shows that {which} exists{self._near(doubtful[0])}; {mend}"

    def link(self, address: str) -> str:
        """Return what there is to say against an outside link, or nothing."""
        if _OWN_MACHINE.match(address):
            if self._stands(address):
                return ""
            return (
                f"no sample of this page has the address {address}: show it in one; "
                f"the address of another site is listed in {LINKS} with a reason"
            )
        if address in self._links:
            return ""
        near = difflib.get_close_matches(address, self._links, 1, cutoff=0.8)
        meant = f" (did you mean {near[0]}?)" if near else ""
        return f"the link {address} is not in {LINKS}{meant}; list it there with a reason"

    def _vouched(self, word: str) -> bool:
        name = _name(word)
        return self._cheap(word) or self._cheap(name) or bool(self._known.python([name]))

    def _cheap(self, word: str) -> bool:
        if not word:
            return False
        if word.startswith("-"):
            return self._stands(word) or any(
                word in self._known.helps.options(command) for command in self._commands
            )
        return (
            self._stands(word)
            or self._known.word(word)
            or any(word in self._known.helps.subcommands(program) for program, *_ in self._commands)
        )

    def _stands(self, text: str) -> bool:
        """Return whether a text stands in a sample, in whole words."""
        if text not in self._text:
            return False
        start = r"(?<![\w-])(?<!\d\.)" if re.match(r"[\w.-]", text) else ""
        return bool(re.search(rf"{start}{re.escape(text)}(?![\w-]|\.\d)", self._text))

    def _near(self, word: str) -> str:
        words = set(_SEPARATORS.split(self._text)) | self._known.vocabulary() | {*self._terms}
        for command in self._commands:
            words |= self._known.helps.options(command)
        near = difflib.get_close_matches(word, words - {word}, 2, cutoff=0.75)
        return f" (did you mean {' or '.join(f'`{n}`' for n in near)}?)" if near else ""


def _words(text: str) -> list[str]:
    """Return the words that each need a voucher when the literal as a whole has none."""
    if "%" in text:
        return [text]
    words = [word for word in _SEPARATORS.split(text) if any(map(str.isalnum, word))]
    return words or [text]


def _name(word: str) -> str:
    """Return a word without what marks it as a call or a decorator."""
    return word.removeprefix("@").removesuffix("()")
