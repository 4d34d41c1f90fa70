"""The Sphinx extension: samples out, proofs in.  This module only connects the others."""

import zlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from .checks import fences, hints
from .checks.encoding import misread
from .evidence import Store
from .languages import SOURCE, by_locale
from .pages import badge, errors, interface, navigation, search, sections
from .reference import links, pages
from .servers import matrix
from .site.written import Written
from .speed import roles, tables
from .taking.builder import UNPROVED, SamplesBuilder, Taking
from .taking.directives import SampleBlock, SampleInclude, TestSetup, testsetup, unrun
from .taking.extract import extract
from .translating import catalogs
from .translating.literals import TranslateLiterals

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the stages that Sphinx runs."""
    app.add_config_value("gingerdocs_root", str(Path(app.confdir)), "", str)
    app.add_config_value("gingerdocs_samples", "", "", str)
    for name, directive in (
        ("code-block", SampleBlock),
        ("code", SampleBlock),
        ("sourcecode", SampleBlock),
        ("literalinclude", SampleInclude),
        ("testsetup", TestSetup),
    ):
        app.add_directive(name, directive, override=True)
    for node in (testsetup, unrun):
        app.add_node(node, html=_hidden, latex=_hidden, text=_hidden)
    app.add_transform(TranslateLiterals)
    app.add_post_transform(links.LinkLiterals)
    app.add_builder(SamplesBuilder)
    app.connect("config-inited", _prepare_catalogs)
    app.connect("builder-inited", _begin, priority=100)
    app.connect("env-get-outdated", _read_again)
    app.connect("env-before-read-docs", _refuse)
    app.connect("doctree-resolved", _show_proofs)
    app.connect("build-finished", _end)
    errors.setup(app)
    fences.setup(app)
    hints.setup(app)
    interface.setup(app)
    navigation.setup(app)
    search.setup(app)
    sections.setup(app)
    pages.setup(app)
    matrix.setup(app)
    tables.setup(app)
    roles.setup(app)
    return {
        "version": "1",
        "env_version": _reading(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _reading() -> int:
    """A number that changes with the code, so that no doctree is used that other code has made."""
    here = Path(__file__).parent
    files = (file for folder in (here, here.parent / "benchmarks") for file in folder.rglob("*.py"))
    return zlib.crc32(b"".join(file.read_bytes() for file in sorted(files)))


def _skip(*_: Any) -> None:
    raise nodes.SkipNode


_hidden = (_skip, None)


def _read_again(_app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """Read pages anew that list a page which is gone, so that Sphinx says so again."""
    return [
        docname
        for docname, listed in env.toctree_includes.items()
        if docname in env.found_docs and not env.found_docs.issuperset(listed)
    ]


def _refuse(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Refuse pages that are not in UTF-8; Sphinx would name neither the file nor the line."""
    root = Path(app.config.gingerdocs_root)
    problems = (misread(Path(env.doc2path(docname)), root) for docname in docnames)
    if found := [str(problem) for problem in problems if problem]:
        raise SphinxError("\n".join(found))


def _prepare_catalogs(app: Sphinx, config: Config) -> None:
    language = by_locale(config.language)
    if language.code == SOURCE:
        return
    root = Path(config.gingerdocs_root)
    problems = catalogs.prepare(language, root / "locale", Path(config.locale_dirs[0]))

    def warn(_: Sphinx) -> None:
        for problem in problems:
            place = f"{problem.path}:{problem.line}"
            logger.warning(problem.message, location=place, type="catalog")

    app.connect("builder-inited", warn)  # Only then can Sphinx tell of a place.


def _begin(app: Sphinx) -> None:
    """Read the evidence; be ready to take the samples, and to spare pages, if that is asked for."""
    if app.builder.format != "html":
        return
    folder = app.config.gingerdocs_samples
    proofs = Store(Path(app.config.gingerdocs_root) / "build" / "evidence.json")
    taking = Taking(app, Path(folder)) if folder else None
    app.gingerdocs_evidence = proofs  # type: ignore[attr-defined]
    app.gingerdocs_taking = taking  # type: ignore[attr-defined]
    if taking is not None:
        Written(app, taking, proofs)


def _end(app: Sphinx, exception: Exception | None) -> None:
    taking: Taking | None = getattr(app, "gingerdocs_taking", None)
    if taking is not None and exception is None:
        taking.write()


def _show_proofs(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the mark below each sample; one without proof is a warning."""
    if app.builder.format != "html":
        return
    store: Store = app.gingerdocs_evidence  # type: ignore[attr-defined]
    taking: Taking | None = app.gingerdocs_taking  # type: ignore[attr-defined]
    found = extract(doctree, app.env, docname)
    if taking is not None:
        taking.take(docname, doctree, found)
    for sample in found.samples:
        proof = store.get(sample.digest)
        node = found.blocks[sample.name]
        if proof is None:
            logger.warning(
                "the sample %r has no proof: run make doctest",
                sample.name,
                location=node,
                type="sample",
                subtype=UNPROVED,
            )
        elif not sample.hidden:
            block = node
            if "literal-block-wrapper" in node.parent.get("classes", ()):
                block = node.parent
            block.parent.insert(block.parent.index(block) + 1, badge.mark(sample, proof))
