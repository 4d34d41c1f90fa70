"""The tables and plots of a page: their labels are the page's, their cells what was measured."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from benchmarks import plots
from benchmarks.machine import reservations
from benchmarks.results import LIMIT, OURS, Figure, Row, Series
from gingerdocs.pages.cells import measured, table

from . import latest, words

logger = logging.getLogger(__name__)


class benchmark(nodes.container):  # type: ignore[misc]  # noqa: N801 - as docutils
    """A part of a run: of `kind` rows, series, aims or machine."""


class _Part(SphinxDirective):
    """What the directives share."""

    kind = ""

    def run(self) -> list[nodes.Node]:
        for path in latest.FILES:
            # Sphinx reads a page anew each time if a file that it depends on is not there.
            self.env.note_dependency(str(path if path.exists() else path.parent))
        self.locale = self.config.language
        part = benchmark(classes=["benchmark"], kind=self.kind)
        self.set_source_info(part)
        try:
            part += list(self.content_of(latest.read()))
        except latest.RunError as error:
            raise self.error(str(error)) from error
        return [part]

    def content_of(self, _shown: latest.Run) -> Iterator[nodes.Node]:
        """Yield what the directive can make before the page is read as a whole."""
        return iter(())

    def labels(self) -> Iterator[tuple[str, list[nodes.Node], str, int]]:
        """Yield each line's name and label, as nodes and as text, and the line's number."""
        for position, line in enumerate(self.content):
            name, colon, label = line.partition(": ")
            if not colon:
                raise self.error(f"{line!r} is no row: write NAME: LABEL")
            number = self.lineno + self.content_offset + position + 1
            children, messages = self.parse_inline(label.strip(), lineno=number)
            yield name, [*children, *messages], label.strip(), number

    def labelled(self, kind: Any, label: Sequence[nodes.Node], text: str, line: int) -> Any:
        node = kind(text, "", *label)
        node.source, node.line = self.env.doc2path(self.env.docname), line
        return node


class BenchmarkTable(_Part):
    """A table of rows, below a plot of them.

    Each line of its content is the name of a row, a colon, and what the page calls it.
    """

    has_content = True
    kind = "rows"

    def content_of(self, shown: latest.Run) -> Iterator[nodes.Node]:
        peers, names = shown.results.peers, words.names()
        versions = shown.results.versions
        head = [escape(_("Workload"))]
        for peer in peers:
            version = f"<br><small>{escape(versions[peer])}</small>" if peer in versions else ""
            head.append(f"{escape(names[peer])}{version}")
        rows = []
        for name, children, text, line in self.labels():
            row = shown.row(name)
            label = self.labelled(nodes.paragraph, children, text, line)
            label["row"] = name
            unit = measured(f"<small>{escape(words.unit(row.unit))}</small>")
            rows.append(([label, unit], [_cell(row, peer, self.locale) for peer in peers]))
        yield table(measured(head[0]), head[1:], rows)


def _cell(row: Row, peer: str, locale: str) -> str:
    if peer not in row.figures:
        return words.ABSENT
    figure = row.figures[peer]
    ratios = (row.ratio(peer, base) for base in (LIMIT, OURS))
    shown = (words.ABSENT if ratio is None else words.times(ratio, locale) for ratio in ratios)
    best, median = (words.number(value, locale) for value in (figure.best, figure.median))
    return f"<b>{best}</b> ({median})<br><small>{' · '.join(shown)}</small>"


class BenchmarkGrowth(_Part):
    """A plot and a table of each series.

    Each line of its content is the name of a series, a colon, and what the page calls it.
    """

    has_content = True
    kind = "series"

    def content_of(self, shown: latest.Run) -> Iterator[nodes.Node]:
        for name, children, text, line in self.labels():
            series = shown.series(name)
            title = self.labelled(nodes.rubric, children, text, line)
            title["series"] = name
            yield title
            yield series_table(series, self.locale)


def series_table(series: Series, locale: str) -> nodes.table:
    """Return the figures of a series, a column for each size."""
    names = words.names()
    rows = [
        (
            [measured(escape(names.get(peer, peer)))],
            [words.figure(points.get(size), locale) for size in series.sizes],
        )
        for peer, points in series.points.items()
    ]
    head = [words.number(size, locale) for size in series.sizes]
    return table(measured(escape(words.unit(series.unit))), head, rows)


class BenchmarkTools(_Part):
    """A table of what the documentation tools cost, and their growth, once that is measured.

    Each line of its content is the name of a row or series, a colon, and what the page calls it.
    """

    has_content = True
    kind = "series"

    def content_of(self, shown: latest.Run) -> Iterator[nodes.Node]:
        names = {row.name for row in shown.tools.rows} if shown.tools else set()
        if shown.tools:
            day = words.day(shown.tools.machine["day"], self.locale)
            said = _("Measured on %s.") % day  # Babel finds no words within an f-string.
            yield measured(f"<p>{escape(said)}</p>")
        rows: list[tuple[list[nodes.Node], list[str]]] = []
        growth: list[nodes.Node] = []
        for name, children, text, line in self.labels():
            if name in names or not shown.tools:  # Translators need the labels before the figures.
                label = self.labelled(nodes.paragraph, children, text, line)
                label["row"] = name
                row = shown.row(name) if shown.tools else Row(name, "", "")
                rows.append(([label], self._cells(row)))
            else:
                title = self.labelled(nodes.rubric, children, text, line)
                title["series"] = name
                growth += [title, series_table(shown.series(name), self.locale)]
        head = [_("Measured"), _("Compared with"), _("Ratio")]
        corner = measured(escape(_("Workload")))
        yield table(corner, [escape(cell) for cell in head], rows)
        yield from growth

    def _cells(self, row: Row) -> list[str]:
        ratio = row.ratio(OURS, LIMIT)
        return [
            *(_with_unit(row.figures.get(who), row.unit, self.locale) for who in (OURS, LIMIT)),
            words.ABSENT if ratio is None else words.times(ratio, self.locale),
        ]


def _with_unit(figure: Figure | None, unit: str, locale: str) -> str:
    shown = words.figure(figure, locale)
    return f"{shown} {words.unit(unit)}" if figure else shown


class BenchmarkAims(_Part):
    """A table of the aims, the missed ones first; the page's other tables name the workloads."""

    kind = "aims"


class BenchmarkMachine(_Part):
    """What a run was measured on, and when."""

    kind = "machine"

    def content_of(self, shown: latest.Run) -> Iterator[nodes.Node]:
        results, machine = shown.results, shown.results.machine
        for name in reservations(machine):
            yield measured(f'<p class="guide-notice">{escape(words.reservation(name))}</p>')
        versions = (f"{name} {version}" for name, version in results.versions.items())
        facts = {
            _("Day"): words.day(machine["day"], self.locale),
            _("Processor"): machine["processor"],
            _("Cores"): words.number(machine["cores"], self.locale),
            _("Load average before the run"): words.number(machine["load"], self.locale),
            _("System"): machine["system"],
            _("Interpreter"): machine["python"],
            _("Versions"): ", ".join(versions),
            _("Load generator"): machine["generator"] or words.ABSENT,
            _("Repeats"): words.number(results.rounds, self.locale),
        }
        body = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
        yield measured(f"<dl>{body}</dl>")


def _finish(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Draw the plots, and fill in what needs the labels of the whole page."""
    parts = list(doctree.findall(benchmark))
    if not parts:
        return
    shown = latest.read()
    labels = {
        node["row"]: node.astext() for node in doctree.findall(nodes.paragraph) if "row" in node
    }
    left_out = list(_left_out(shown, labels, doctree))
    for message in (*shown.wrong, *left_out):
        logger.warning("benchmarks: %s", message, location=parts[0], type="benchmark")
    if app.builder.format != "html":
        return
    locale = app.config.language
    for part in parts:
        if part["kind"] == "rows":
            part.insert(0, measured(_plot_of_rows(shown, part, locale)))
        elif part["kind"] == "series":
            for title in list(part.findall(nodes.rubric)):
                plot = _plot_of_series(shown.series(title["series"]), title.astext(), locale)
                part.insert(part.index(title) + 1, measured(plot))
        elif part["kind"] == "aims" and not left_out:
            part.append(_aims(shown, labels, locale))


def _left_out(shown: latest.Run, labels: dict[str, str], doctree: nodes.document) -> Iterator[str]:
    series = {node["series"] for node in doctree.findall(nodes.rubric) if "series" in node}
    for kind, wanted, there in (
        ("row", [row.name for row in shown.rows], labels),
        ("series", [each.name for each in shown.all_series], series),
    ):
        for name in wanted:
            if name not in there:
                yield f"no table of the page has the {kind} {name}"


def _plot_of_rows(shown: latest.Run, part: benchmark, locale: str) -> str:
    rows = [
        (node.astext(), multiples)
        for node in part.findall(nodes.paragraph)
        if "row" in node and (multiples := plots.multiples(shown.row(node["row"])))
    ]
    title = _("Plot of the table below: multiples of the bare callable's figures")
    return plots.ratios(rows, words.names(), title, lambda value: words.number(value, locale))


def _plot_of_series(series: Series, title: str, locale: str) -> str:
    names = {peer: peer for peer in series.points} | words.names()
    alternative = _("Plot of the table below: %s") % title
    return plots.growth(series, names, alternative, lambda value: words.number(value, locale))


def _aims(shown: latest.Run, labels: dict[str, str], locale: str) -> nodes.table:
    head = [_("Workload"), _("Aim"), _("Wanted"), _("Measured"), _("Outcome")]
    rows = []
    for verdict in sorted(shown.verdicts, key=lambda verdict: verdict.met):
        cells = (
            words.aim(verdict, labels),
            words.wanted(verdict, locale),
            words.number(verdict.measured, locale),
            words.outcome(verdict),
        )
        label = measured(escape(labels[verdict.row.name]))
        rows.append(([label], [escape(cell) for cell in cells]))
    return table(measured(escape(head[0])), [escape(cell) for cell in head[1:]], rows)


def setup(app: Sphinx) -> None:
    """Connect the tables."""
    app.add_directive("benchmark-table", BenchmarkTable)
    app.add_directive("benchmark-growth", BenchmarkGrowth)
    app.add_directive("benchmark-tools", BenchmarkTools)
    app.add_directive("benchmark-aims", BenchmarkAims)
    app.add_directive("benchmark-machine", BenchmarkMachine)
    app.add_node(benchmark, html=(_visit, _depart))
    app.connect("doctree-resolved", _finish)


def _visit(self: Any, node: nodes.Element) -> None:
    self.visit_container(node)


def _depart(self: Any, node: nodes.Element) -> None:
    self.depart_container(node)
