"""The table of servers on a page: its words are the page's, its cells are what was measured."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from gingerdocs.pages import badge
from gingerdocs.pages.cells import table
from gingerdocs.sample import Sample

from . import results

logger = logging.getLogger(__name__)

Facts = dict[str, Any]
PROTOCOLS = {"http1": "HTTP/1.1", "http2": "HTTP/2"}


class server_matrix(nodes.container):  # type: ignore[misc]  # noqa: N801 - as docutils
    """The table, beneath which its proof comes."""


class ServerMatrix(SphinxDirective):
    """A table of servers.

    Each line of its content is a row: the name of a fact, a colon, and what the page calls it.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(results.RESULTS))
        rows = []
        for position, line in enumerate(self.content):
            fact, colon, label = line.partition(":")
            if fact not in CELLS or not colon:
                known = ", ".join(CELLS)
                raise self.error(f"{line!r} is no row: write FACT: LABEL, where FACT is {known}")
            line_number = self.lineno + self.content_offset + position + 1
            shown = self._label(label.strip(), line_number)
            shown["row"] = fact
            rows.append((fact, shown))
        matrix = server_matrix(classes=["server-matrix"])
        self.set_source_info(matrix)
        matrix += _table(rows)
        return [matrix]

    def _label(self, text: str, line: int) -> nodes.paragraph:
        children, messages = self.parse_inline(text, lineno=line)
        label = nodes.paragraph(text, "", *children, *messages)
        label.source, label.line = self.env.doc2path(self.env.docname), line
        return label


def _table(rows: list[tuple[str, nodes.paragraph]]) -> nodes.table:
    servers = results.read().values()
    names = [escape(facts["name"]) for facts in servers]
    cells = (([label], [CELLS[fact](facts) for facts in servers]) for fact, label in rows)
    return table(nodes.paragraph("", _("Server")), names, cells)


def _code(value: object) -> str:
    return f'<code lang="en">{escape(str(value))}</code>'


def _is(fact: str) -> Callable[[Facts], str]:
    return lambda facts: escape(_("Yes") if facts[fact] else _("No"))


def _told(fact: str) -> Callable[[Facts], str]:
    def cell(facts: Facts) -> str:
        value = facts[fact]
        if value is None:
            return escape(_("None"))
        return _code(json.dumps(value) if isinstance(value, list) else value)

    return cell


def _exit_code_failed(facts: Facts) -> str:
    # Nothing that fails at the start reaches a server without lifespan.
    return _told("exit_code_failed")(facts) if facts["lifespan"] else escape(_("No lifespan"))


def _extension(name: str) -> Callable[[Facts], str]:
    def cell(facts: Facts) -> str:
        arrives = {shown: facts[key].get(name) for key, shown in PROTOCOLS.items()}
        if "first" in arrives.values():
            return escape(_("Before the start only"))
        return ", ".join(shown for shown, value in arrives.items() if value) or escape(_("No"))

    return cell


def _http2(facts: Facts) -> str:
    if facts["tls"] and facts["cleartext"]:
        return escape(_("Yes"))
    return escape(_("With TLS") if facts["tls"] else _("No"))


def _adds_root_path(facts: Facts) -> str:
    return escape(_("Yes") if facts["root_path_in_path"][1] != "/scope" else _("No"))


CELLS: dict[str, Callable[[Facts], str]] = {
    **{name: _told(name) for name in ("version", "spec_http", "spec_websocket")},
    "exit_code": _told("exit_code"),
    "exit_code_failed": _exit_code_failed,
    **{name: _told(name) for name in ("unix_client", "unix_server", "unix_mode")},
    **{name: _is(name) for name in ("lifespan", "state", "websocket", "denial")},
    **{name: _is(name) for name in ("empty_messages", "close_code")},
    **{name: _is(name) for name in ("streams_requests", "backpressure")},
    **{name: _is(name) for name in ("disconnect_received", "disconnect_raised")},
    **{name: _is(name) for name in ("finishes_requests", "names_as_sent")},
    **{name: _is(name) for name in ("underscores", "two_hosts", "root_path")},
    **{
        name: _extension(name)
        for name in ("pathsend", "zerocopysend", "trailers", "early_hint", "push")
    },
    "http2": _http2,
    "adds_root_path": _adds_root_path,
}
"""How each fact is shown, as HTML."""


def _show_proof(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the mark below each table; one without proof is a warning."""
    if app.builder.format != "html":
        return
    tables = list(doctree.findall(server_matrix))
    proof = results.proof() if tables else None
    for found in tables:
        if proof is None:
            logger.warning(
                "the table of servers has no proof: run python -m gingerdocs servers --check",
                location=found,
                type="sample",
                subtype="unproved",
            )
        else:
            sample = Sample(
                "server-matrix", "console", "console", "", docname, (1,), 1, digest=results.digest()
            )
            found.append(badge.mark(sample, proof))


def setup(app: Sphinx) -> None:
    """Connect the table."""
    app.add_directive("server-matrix", ServerMatrix)
    app.add_node(server_matrix, html=(_visit, _depart))
    app.connect("doctree-resolved", _show_proof)


def _visit(self: Any, node: nodes.Element) -> None:
    self.visit_container(node)


def _depart(self: Any, node: nodes.Element) -> None:
    self.depart_container(node)
