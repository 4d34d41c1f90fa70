"""The options that turn a code block into a sample, and the hidden set-up."""

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.directives.code import CodeBlock, LiteralInclude, LiteralIncludeReader
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

OPTIONS = {
    "append": directives.flag,
    "background": directives.flag,
    "continue": directives.unchanged_required,
    "exit": directives.nonnegative_int,
    "file": directives.unchanged_required,
    "norun": directives.unchanged_required,
    "raises": directives.unchanged_required,
}
"""What an author may write below a code block, beside what Sphinx knows."""


class testsetup(nodes.General, nodes.Element):  # type: ignore[misc] # noqa: N801 - as docutils
    """Hidden set-up of a page; no builder renders it."""


class unrun(nodes.General, nodes.Element, addnodes.translatable):  # type: ignore[misc] # noqa: N801
    """Why the sample above it is not run: a message for translators, which the proof shows."""

    def preserve_original_messages(self) -> None:
        self.setdefault("msgid", self["reason"])

    def apply_translated_message(self, _original: str, translated: str) -> None:
        self["reason"] = translated
        self["translated"] = True  # Sphinx leaves that to the node, and counts it.

    def extract_original_messages(self) -> list[str]:
        return [self.get("msgid", self["reason"])]


class _Named(SphinxDirective):
    """A block whose name is known on its own page alone: others have samples of that name."""

    def add_name(self, node: nodes.Element) -> None:
        """Give the block its name, and an anchor."""
        if "name" in self.options:
            node["names"].append(nodes.fully_normalize_name(self.options.pop("name")))
            self.state.document.note_implicit_target(node, node)


class SampleBlock(_Named, CodeBlock):
    """A code block with the options of samples."""

    option_spec: ClassVar[dict[str, Any]] = CodeBlock.option_spec | OPTIONS

    def run(self) -> list[nodes.Node]:
        options = dict(self.options)  # Docutils takes the name out.
        return _marked(super().run(), options)


class SampleInclude(_Named, LiteralInclude):
    """A part of a file as a block, with the options of samples.

    A file below ``examples/`` is a ``:file:`` sample of that path.
    """

    option_spec: ClassVar[dict[str, Any]] = LiteralInclude.option_spec | OPTIONS

    def run(self) -> list[nodes.Node]:
        _, included = self.env.relfn2path(self.arguments[0])
        root = Path(self.config.gingerdocs_root)
        options = dict(self.options)
        if Path(included).is_relative_to(root / "examples"):
            options.setdefault("file", Path(included).relative_to(root).as_posix())
        result = super().run()
        for literal in _literals(result):
            literal["sample_included"] = included
            literal["sample_first"] = self._first_line(included)
        return _marked(result, options)

    def _first_line(self, path: str) -> int:
        """The line of the file at which the part begins."""
        reader = LiteralIncludeReader(path, {**self.options, "lineno-match": None}, self.config)
        try:
            reader.read((self.env.docname, self.lineno))
        except ValueError:  # The part is made of several that do not follow one another.
            return 1
        return int(reader.lineno_start)


class TestSetup(SphinxDirective):
    """Python that runs before the samples below it, and that no reader sees."""

    has_content = True
    __test__ = False  # Not one of pytest's.

    def run(self) -> list[nodes.Node]:
        node = testsetup(text="\n".join(self.content))
        self.set_source_info(node)
        return [node]


def _literals(found: list[nodes.Node]) -> list[nodes.literal_block]:
    return [literal for node in found for literal in node.findall(nodes.literal_block)]


def _marked(found: list[nodes.Node], options: dict[str, Any]) -> list[nodes.Node]:
    """Write the options on the block, and show the name of its file above it."""
    for literal in _literals(found):
        literal["sample"] = {name: options[name] for name in (*OPTIONS, "name") if name in options}
    reason = _reason(found[0], options["norun"]) if "norun" in options else []
    if "file" not in options or len(found) != 1 or not isinstance(found[0], nodes.literal_block):
        return [*found, *reason]
    literal = found[0]
    # The file is not shown whole, and must not be overwritten by what is.
    title = _("At the end of %s") % options["file"] if "append" in options else options["file"]
    caption = nodes.caption("", title, translatable=False, classes=["sample-file"])
    caption.source, caption.line = literal.source, literal.line
    wrapper = nodes.container("", caption, literal_block=True, classes=["literal-block-wrapper"])
    wrapper += literal
    return [wrapper, *reason]


def _reason(above: nodes.Node, text: str) -> list[nodes.Node]:
    node = unrun(reason=text)
    node.source, node.line = above.source, above.line
    return [node]
