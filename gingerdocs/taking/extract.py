"""Finds the samples of a page in its resolved, translated doctree."""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment

from gingerdocs import evidence
from gingerdocs.checks import form
from gingerdocs.checks.near import meant
from gingerdocs.doctree import line_of
from gingerdocs.languages import Language, by_locale
from gingerdocs.machine import programs
from gingerdocs.running import console, http_exchange
from gingerdocs.sample import Kind, Problem, Sample
from gingerdocs.translating import catalogs

from .directives import testsetup, unrun

FILES = frozenset(
    (
        *("bash", "css", "docker", "dockerfile", "html", "ini", "javascript", "json", "makefile"),
        *("markdown", "nginx", "po", "rst", "sh", "sql", "systemd", "text", "toml", "xml", "yaml"),
    )
)
"""Languages that do not run by themselves: a ``:file:`` that another sample uses."""

RUN: dict[str, Kind] = {
    "python": "python",
    "pycon": "doctest",
    "console": "console",
    "http": "http",
}

RESERVED = ("build", "catalog", "claims", "lint", "spelling")
"""What a page's other tests are called."""

_BETWEEN_WORDS = re.compile(r"[\s|;&()<>$`]+")

_NAME = re.compile(r"\w[\w.-]*")


@dataclass
class Extraction:
    """The samples of one page, and what is wrong with how they are written."""

    root: Path
    path: str
    catalog: catalogs.Catalog | None
    samples: list[Sample] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    blocks: dict[str, nodes.Element] = field(default_factory=dict)


def extract(doctree: nodes.document, env: BuildEnvironment, docname: str) -> Extraction:
    """Return the samples of a page, resolved and translated, in reading order."""
    root = Path(env.config.gingerdocs_root)
    path = page_path(env, docname)
    catalog = _catalog(root, by_locale(env.config.language), docname)
    found = Extraction(root, path, catalog)
    sections = Counter[str]()
    for node in doctree.findall(_is_sample):
        section = _section(node)
        sections[section] += 1
        sample = _sample(found, node, f"{section}-{sections[section]}")
        if sample is None:
            continue
        if sample.name in found.blocks or sample.name in RESERVED:
            first = found.blocks.get(sample.name)
            why = (
                f"; the first is at line {line_of(first)}"
                if first is not None
                else (", for a test of every page has it")
            )
            _report(found, node, f"the name {sample.name!r} is taken{why}")
            continue
        found.samples.append(sample)
        found.blocks[sample.name] = node
    for sample in found.samples:
        _check_options(found, sample)
        _check_reference(found, sample)
    found.samples = list(evidence.chain(found.samples, root))
    return found


def page_path(env: BuildEnvironment, docname: str) -> str:
    """Return a page's path from the checkout."""
    return Path(env.doc2path(docname)).relative_to(env.config.gingerdocs_root).as_posix()


def _catalog(root: Path, language: Language, docname: str) -> catalogs.Catalog | None:
    path = root / "locale" / language.code / catalogs.FOLDER / f"{docname}.po"
    return catalogs.read(path, root) if path.is_file() else None


def _is_sample(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.literal_block, nodes.doctest_block, testsetup))


def _section(node: nodes.Node) -> str:
    above: nodes.Element | None = node.parent
    while above is not None:
        if isinstance(above, nodes.section) and above["ids"]:
            return str(above["ids"][0])
        above = above.parent
    return "page"


def _sample(found: Extraction, node: nodes.Element, name: str) -> Sample | None:
    """The sample that a block is, or None with a problem that says why it is none."""
    if isinstance(node, testsetup):
        text = str(node["text"])
        path, lines = _place(found, node, text, text)
        return Sample(f"{name}-setup", "setup", "python", text, path, lines, line_of(node))
    options: dict[str, Any] = node.get("sample", {})
    language = str(node.get("language", "pycon" if isinstance(node, nodes.doctest_block) else ""))
    text = node.astext().rstrip("\n")
    original = str(node.get("msgid", node.astext())).rstrip("\n")
    line = line_of(node)
    kind = _kind(language, text, options)
    if kind is None:
        _report(found, node, _no_kind(language))
        return None
    path, lines = _place(found, node, text, original)
    file = options.get("file")
    if file is not None and (
        PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts
    ):
        _report(found, node, f":file: {file} lies outside the page's folder; name a path inside it")
        return None
    return Sample(
        name=options.get("name") or name,
        kind=kind,
        language=language,
        text=text,
        path=path,
        lines=lines,
        page_line=line,
        message=str(node.get("msgid") or node.rawsource or node.astext()),
        file=file,
        append="append" in options,
        excerpt_of=_excerpt(node, original),
        background="background" in options,
        follows=options.get("continue"),
        exit=options.get("exit"),
        raises=options.get("raises"),
        norun=_reason(node) if "norun" in options else None,
        programs=_programs(text) if kind == "console" else (),
    )


def _reason(node: nodes.Element) -> str:
    """Why a block is not run, in the language of the page."""
    captioned = "literal-block-wrapper" in node.parent.get("classes", ())
    block = node.parent if captioned else node
    below = block.next_node(unrun, descend=False, siblings=True)
    return str(below["reason"])


def _kind(language: str, text: str, options: dict[str, Any]) -> Kind | None:
    if "file" in options or ("norun" in options and language in FILES):
        return "file" if language in FILES or language in RUN else None
    if language == "python" and text.lstrip().startswith(">>>"):
        return "doctest"
    return RUN.get(language)


def _no_kind(language: str) -> str:
    if language in FILES:
        return (
            f"a {language} block does not run by itself: give it «:file:» and use the file in a "
            "later block, or «:norun:» and a reason"
        )
    named = "(the block names none)" if language in ("", "default", "none") else repr(language)
    return (
        f"no sample can be in the language {named}{meant(language, [*RUN, *FILES])} "
        f"(those that run: {', '.join(RUN)}; those that make a file: {', '.join(sorted(FILES))})"
    )


def _check_options(found: Extraction, sample: Sample) -> None:
    for message in _contradictions(sample):
        _report(found, found.blocks[sample.name], message)
    if sample.norun is not None:
        return
    try:
        if sample.kind == "console" and sample.follows is None:
            console.parse(sample.text)
        elif sample.kind == "http":
            http_exchange.parse(sample.text)
    except (console.ConsoleError, http_exchange.ExchangeError) as error:
        place = sample.lines[min(error.line, len(sample.lines) - 1)]
        found.problems.append(Problem(sample.path, place, str(error)))


def _contradictions(sample: Sample) -> Iterator[str]:
    """What the options of a block say that it cannot mean."""
    exits = sample.exit is not None
    stops = sample.follows is None or console.INTERRUPT in sample.text.split("\n")
    if not _NAME.fullmatch(sample.name):
        yield f":name: {sample.name}: a name is letters, digits, «.», «_» and «-»"
    if sample.file is not None and sample.norun is None:
        whole = "" if sample.append or sample.excerpt_of is not None else sample.text
        if doubt := form.doubt(sample.file, sample.language, whole):
            yield doubt
    if sample.append and sample.file is None:
        yield ":append: needs :file:, the file to append to"
    if sample.kind != "console" and (sample.background or sample.follows or exits):
        yield ":background:, :continue: and :exit: belong to console blocks"
    if sample.background and sample.follows is not None:
        yield ":background: starts a server, :continue: goes on with one: a block does one of them"
    if exits and (sample.background or not stops):
        yield ":exit: belongs to the block in which the command ends, for a server the one with ^C"
    if sample.kind != "python" and sample.raises is not None:
        yield ":raises: belongs to Python blocks"


def _check_reference(found: Extraction, sample: Sample) -> None:
    """Say where a later block does not use what this one makes."""
    later = found.samples[found.samples.index(sample) + 1 :]
    if sample.follows is not None and not any(
        other.name == sample.follows and other.background for other in found.samples
    ):
        servers = [other.name for other in found.samples if other.background]
        _report(
            found,
            found.blocks[sample.name],
            f":continue: {sample.follows}: no :background: sample of that name on this page"
            f"{meant(sample.follows, servers)}",
        )
    if (
        sample.kind == "file"
        and sample.norun is None
        and not any(
            other.kind in ("console", "python", "doctest", "http") and other.norun is None
            for other in later
        )
    ):
        _report(
            found,
            found.blocks[sample.name],
            f"no later block uses the file {sample.file}, so nothing shows that it is right",
        )


def _programs(text: str) -> tuple[str, ...]:
    """The listed programs from outside Python that a console block names."""
    try:
        commands = "\n".join(step.command for step in console.parse(text))
    except console.ConsoleError:
        return ()
    return tuple(sorted({*_BETWEEN_WORDS.split(commands)} & {*programs.load()}))


def _excerpt(node: nodes.Element, original: str) -> str | None:
    included = node.get("sample_included")
    if included is None:
        return None
    return (
        None if Path(included).read_text("utf-8").strip("\n") == original.strip("\n") else original
    )


def _report(found: Extraction, node: nodes.Element, message: str) -> None:
    """Lay a problem at the block's first line, on the page or in the file that it includes."""
    path = found.path if "sample_included" in node else _source(found, node)
    found.problems.append(Problem(path, line_of(node), message))


def _source(found: Extraction, node: nodes.Element) -> str:
    """The path of the file in which a block stands."""
    source = Path(node.get("sample_included") or node.source or found.path)
    if source.is_file() and source.resolve().is_relative_to(found.root.resolve()):
        return source.resolve().relative_to(found.root.resolve()).as_posix()
    return found.path


def _place(
    found: Extraction, node: nodes.Element, text: str, original: str
) -> tuple[str, tuple[int, ...]]:
    """Where a person edits the text: its path and the line of each of its lines."""
    count = text.count("\n") + 1
    if found.catalog is not None and "msgid" in node and node.get("translated"):
        entry = found.catalog.find(node["msgid"])
        if entry is not None:
            lines = tuple(catalogs.line_of(entry, number) for number in range(count))
            return found.catalog.path, lines
    path = _source(found, node)
    begin = node.get("sample_first", 1) if "sample_included" in node else line_of(node)
    first = _find(found.root / path, original, begin) or line_of(node)
    return path, tuple(range(first, first + count))


def _find(path: Path, text: str, begin: int) -> int | None:
    """The line of a file, at or after ``begin``, from which it holds the text's lines."""
    if not path.is_file():
        return None
    wanted = [_bare(line) for line in text.split("\n")]
    lines = _bare_lines(path, path.stat().st_mtime_ns)
    for start in range(max(0, begin - 1), len(lines)):
        if lines[start : start + len(wanted)] == wanted:
            return start + 1
    return None


@functools.cache
def _bare_lines(path: Path, _changed: int) -> list[str]:
    return [_bare(line) for line in path.read_text("utf-8").split("\n")]


def _bare(line: str) -> str:
    """A line without what lists and quotations put before it, and with its tabs as spaces."""
    return " ".join(line.lstrip("> \t").split())
