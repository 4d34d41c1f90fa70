"""The directives of the reference pages: what was read of the code, as nodes of a page.

The prose in them is translated like a page's own (``gingerdocs.translating.literals``); signatures,
names and values are the same in every language.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.domains.std import StandardDomain
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from . import reading
from .aside import PutBack, PutBackResolved, SetAside, aside
from .model import (
    Command,
    Doc,
    Entry,
    Field,
    Finding,
    Module,
    Option,
    Problems,
    Reference,
    Setting,
    Text,
)

logger = logging.getLogger(__name__)

COMMON = "common"
LINE = 60
"""Characters of a signature that stand in one line; a longer one has a line per parameter."""

_KINDS = {
    "class": ("class", "class"),
    "exception": ("exception", "exception"),
    "function": ("function", ""),
    "coroutine": ("function", "async"),
    "method": ("method", ""),
    "coroutine method": ("method", "async"),
    "class method": ("classmethod", "classmethod"),
    "static method": ("staticmethod", "staticmethod"),
    "property": ("property", "property"),
    "attribute": ("attribute", ""),
    "data": ("data", ""),
}
"""What the Python domain calls a kind of name, and what stands before the name on the page."""

_LITERAL = re.compile(r"`([^`]+)`")


def inline(text: str) -> list[nodes.Node]:
    """Return the nodes of a docstring's text, whose only markup is `backquotes`."""
    parts = iter(_LITERAL.split(text))
    found: list[nodes.Node] = [nodes.Text(next(parts))]
    for literal, plain in zip(parts, parts, strict=True):
        found += [nodes.literal("", literal), nodes.Text(plain)]
    return [node for node in found if node.astext()]


class _Directive(SphinxDirective):
    """What the directives of the reference share."""

    has_content = True

    def reference(self) -> Reference:
        try:
            return reading.load(self._root)
        except reading.ReadingError as error:
            raise self.error(f"the code cannot be read:\n{error}") from error

    @property
    def _root(self) -> Path:
        return Path(self.config.gingerdocs_root)

    def warn(self, problems: Problems) -> None:
        for place, message in problems:
            logger.warning(message, location=str(self._root / place), type="docstring")

    def section(self, name: str, title: nodes.title) -> nodes.section:
        section = nodes.section(ids=[name], names=[])
        section += title
        return section

    def text(self, path: str, text: Text, kind: Any = nodes.paragraph) -> Any:
        """Return a node with translatable text, which is edited at its line of a file."""
        self.env.note_dependency(str(self._root / path))
        node = kind(text.text, "", *inline(text.text), docstring=True)
        node.source, node.line = str(self._root / path), text.line
        return node

    def desc(
        self, domain: str, kind: str, signature: addnodes.desc_signature, content: Iterable[Any]
    ) -> addnodes.desc:
        body = addnodes.desc_content("", *content)
        node = addnodes.desc("", signature, body, domain=domain, objtype=kind, desctype=kind)
        node["classes"] += [domain, kind]
        node["no-index"] = node["no-contents-entry"] = False
        return node

    def signature(self, ids: Sequence[str], shown: str, *parts: nodes.Node) -> Any:
        node = addnodes.desc_signature("", "", *parts, ids=list(ids), from_code=True)
        node["_toc_parts"], node["_toc_name"] = (ids[0],), shown
        self.set_source_info(node)
        return node

    def standard(self, kind: str, name: str) -> str:
        """Enter a setting, a command or a check under its name, and return its anchor."""
        domain = cast("StandardDomain", self.env.get_domain("std"))
        anchor = f"{kind}-{name}"
        domain.note_object(kind, name, anchor, location=self.get_location())
        return anchor

    def prose(self, doc: Doc) -> Iterator[nodes.Node]:
        for paragraph in doc.paragraphs:
            yield self.text(doc.path, paragraph)
        if doc.fields:
            yield nodes.field_list("", *(self._field(doc, field) for field in doc.fields))

    def _field(self, doc: Doc, field: Field) -> nodes.field:
        labels = {
            "args": _("Arguments"),
            "returns": _("Returns"),
            "yields": _("Yields"),
            "raises": _("Raises"),
        }
        if field.kind in ("returns", "yields"):
            body: list[nodes.Node] = [self.text(doc.path, text) for _name, text in field.items]
        else:
            body = [self.items((name, doc.path, text) for name, text in field.items)]
        return labelled(labels[field.kind], *body)

    def items(self, items: Iterable[tuple[str, str, Text]]) -> nodes.definition_list:
        """Return names, each with what a file says of it."""
        return nodes.definition_list(
            "",
            *(
                nodes.definition_list_item(
                    "",
                    nodes.term("", "", nodes.literal("", name), translatable=False, from_code=True),
                    nodes.definition("", self.text(path, text)),
                )
                for name, path, text in items
            ),
        )


def labelled(label: str, *body: nodes.Node) -> nodes.field:
    """Return a field of which the label is one of the interface's words."""
    name = nodes.field_name("", label, translatable=False)
    return nodes.field("", name, nodes.field_body("", *body))


class ReferenceDirective(_Directive):
    """The public names of the modules that the lines of its content name."""

    def run(self) -> list[nodes.Node]:
        modules = self.reference().modules
        found: list[nodes.Node] = []
        for line in filter(None, map(str.strip, self.content)):
            if line not in modules:
                raise self.error(f"there is no module {line}")
            if not modules[line].entries:
                raise self.error(f"{line} has no public names that no shorter path has")
            found.append(self._module(modules[line]))
        return found

    def _module(self, module: Module) -> nodes.section:
        self.warn(module.problems)
        domain = cast("PythonDomain", self.env.get_domain("py"))
        anchor = f"module-{module.name}"
        title = nodes.title(
            "", "", nodes.literal("", module.name), translatable=False, from_code=True
        )
        section = self.section(anchor, title)
        domain.note_module(module.name, anchor, "", "", False)
        domain.note_object(module.name, "module", anchor, location=self.get_location())
        section += list(self.prose(module.doc))
        section += [aside(self._entry(domain, entry)) for entry in module.entries]
        return section

    def _entry(self, domain: PythonDomain, entry: Entry, owner: str = "") -> addnodes.desc:
        kind, before = _KINDS[entry.kind]
        ids = (entry.path, *entry.also)
        parts: list[nodes.Node] = [addnodes.desc_annotation("", f"{before} ")] if before else []
        if not owner:
            parts.append(addnodes.desc_addname("", entry.path.removesuffix(entry.name)))
        parts.append(addnodes.desc_name("", entry.name))
        parts += _call(entry, entry.name if owner else entry.path)
        if entry.value:
            parts.append(addnodes.desc_annotation("", f" = {entry.value}"))
        content = [*self._bases(entry), *self.prose(entry.doc)]
        content += [self._entry(domain, member, entry.path) for member in entry.members]
        node = self.desc("py", kind, self.signature(ids, entry.name, *parts), content)
        node["no-contents-entry"] = bool(owner)
        for name in ids:
            domain.note_object(
                name, kind, name, aliased=name != entry.path, location=self.get_location()
            )
        return node

    def _bases(self, entry: Entry) -> Iterator[nodes.Node]:
        if entry.bases:
            literals: list[nodes.Node] = []
            for name in entry.bases:
                literals += [nodes.literal("", name), nodes.Text(", ")]
            label = nodes.Text(_("Bases: %s") % "")
            yield nodes.paragraph("", "", label, *literals[:-1], translatable=False, from_code=True)


def _call(entry: Entry, shown: str) -> Iterator[nodes.Node]:
    if entry.parameters is not None:
        parameters = addnodes.desc_parameterlist()
        for written in entry.parameters:
            name = re.match(r"\*{0,2}\w*", written)
            length = name.end() if name else 0
            parameters += addnodes.desc_parameter(
                "",
                "",
                addnodes.desc_sig_name("", written[:length]),
                nodes.Text(written[length:]),
                noemph=True,
            )
        long = len(", ".join((shown, *entry.parameters, entry.returns))) > LINE
        parameters["multi_line_parameter_list"] = long and bool(entry.parameters)
        parameters["multi_line_trailing_comma"] = True
        yield parameters
    if entry.returns:
        yield addnodes.desc_returns("", entry.returns)


class SettingsDirective(_Directive):
    """Every setting, with its default, in the groups of the module that holds the defaults."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        reference = self.reference()
        problems = [p for p in reference.problems if p[0].startswith(_path_of(reference.settings))]
        self.warn(tuple(problems))
        sections: dict[Text, nodes.section] = {}
        for setting in reference.settings:
            if setting.group not in sections:
                slug = re.sub(r"\W+", "-", setting.group.text.lower())
                title = self.text(setting.doc.path, setting.group, nodes.title)
                sections[setting.group] = self.section(f"settings-{slug}", title)
            sections[setting.group] += aside(self._setting(setting))
        return list(sections.values())

    def _setting(self, setting: Setting) -> addnodes.desc:
        name = addnodes.desc_name("", setting.name)
        default = addnodes.desc_annotation("", f" = {setting.default}")
        anchor = self.standard("setting", setting.name)
        signature = self.signature([anchor], setting.name, name, default)
        return self.desc("std", "setting", signature, self.prose(setting.doc))


def _path_of(settings: Sequence[Setting]) -> str:
    return settings[0].doc.path if settings else ""


class CommandsDirective(_Directive):
    """Every management command with its arguments; ``common`` shows those that all of them have."""

    has_content = False
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        found = self.reference().commands
        if self.arguments == [COMMON]:
            return [self._options(command.options) for command in found if not command.name]
        return [aside(self._command(command)) for command in found if command.name]

    def _command(self, command: Command) -> addnodes.desc:
        anchor = self.standard("command", command.name)
        name = addnodes.desc_name("", command.name)
        rest = addnodes.desc_annotation("", command.usage.removeprefix(command.name))
        content: list[nodes.Node] = [self.text(command.path, command.help)]
        if command.options:
            options = labelled(_("Arguments"), self._options(command.options))
            content.append(nodes.field_list("", options))
        signature = self.signature([anchor], command.name, name, rest)
        return self.desc("std", "command", signature, content)

    def _options(self, options: Iterable[Option]) -> nodes.definition_list:
        return self.items((option.usage, option.path, option.help) for option in options)


class ChecksDirective(_Directive):
    """Everything that the system checks may report, by id."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        reference = self.reference()
        settings = _path_of(reference.settings)
        self.warn(tuple(p for p in reference.problems if not p[0].startswith(settings)))
        return [aside(self._finding(finding)) for finding in reference.findings]

    def _finding(self, finding: Finding) -> addnodes.desc:
        levels = {
            "D": _("Debug"),
            "I": _("Info"),
            "W": _("Warning"),
            "E": _("Error"),
            "C": _("Critical"),
        }
        level = levels[finding.id.partition(".")[2][0]]
        anchor = self.standard("check", finding.id)
        parts = (
            addnodes.desc_name("", finding.id),
            addnodes.desc_annotation("", f" {level}"),
        )
        content: list[nodes.Node] = []
        for message, hint in finding.reports:
            content.append(self.text(finding.path, message))
            if hint is not None:
                content.append(
                    nodes.field_list("", labelled(_("Hint"), self.text(finding.path, hint)))
                )
        return self.desc("std", "check", self.signature([anchor], finding.id, *parts), content)


def setup(app: Sphinx) -> None:
    """Add the directives, and the kinds of names that Sphinx does not know."""
    app.add_transform(PutBack)
    app.add_post_transform(SetAside)
    app.add_post_transform(PutBackResolved)
    app.add_directive("reference", ReferenceDirective)
    app.add_directive("reference-settings", SettingsDirective)
    app.add_directive("reference-commands", CommandsDirective)
    app.add_directive("reference-checks", ChecksDirective)
    for kind in ("setting", "command", "check"):
        app.add_object_type(kind, kind)
