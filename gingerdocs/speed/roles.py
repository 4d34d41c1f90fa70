"""A figure in the prose of a page: the page names it, the run says it."""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from benchmarks.load import CONNECTIONS
from benchmarks.results import OURS

from . import latest, words


def _driver(shown: latest.Run, locale: str) -> str:
    driver = shown.results.driver
    return f"{words.number(driver.best, locale)} µs" if driver else words.ABSENT


def _aims(met: bool | None) -> Callable[[latest.Run, str], str]:
    def count(shown: latest.Run, locale: str) -> str:
        counted = [each for each in shown.verdicts if met is None or each.met is met]
        return words.number(len(counted), locale)

    return count


def _best(shown: latest.Run, locale: str, row: str, peer: str) -> str:
    found = shown.row(row)
    if peer not in found.figures:
        raise latest.RunError(f"{row} has no figure of {peer}")
    return f"{words.number(found.figures[peer].best, locale)} {words.unit(found.unit)}"


def _ratio(shown: latest.Run, row: str, peer: str, to: str) -> float:
    ratio = shown.row(row).ratio(peer, to)
    if ratio is None:
        raise latest.RunError(f"{row} has no figures of both {peer} and {to}")
    return ratio


def _times(shown: latest.Run, locale: str, row: str, peer: str, to: str = OURS) -> str:
    return words.number(_ratio(shown, row, peer, to), locale)


FIGURES: dict[str, Callable[..., str]] = {
    "aims": _aims(met=None),
    "aims-met": _aims(met=True),
    "aims-missed": _aims(met=False),
    "best": _best,
    "connections": lambda _, locale: words.number(CONNECTIONS, locale),
    "day": lambda shown, locale: words.day(shown.results.machine["day"], locale),
    "driver": _driver,
    "rounds": lambda shown, locale: words.number(shown.results.rounds, locale),
    "times": _times,
}
"""What a page may name: `best ROW PEER`, `times ROW PEER [OF]`, and the rest without more words."""


class Measured(SphinxRole):
    """A figure of the run that the page shows."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, *arguments = self.text.split()
        try:
            if name not in FIGURES:
                raise latest.RunError(f"there is no figure {name!r}: write {', '.join(FIGURES)}")
            shown = FIGURES[name](latest.read(), self.config.language, *arguments)
        except (latest.RunError, TypeError) as error:
            message = self.inliner.reporter.error(f"measured: {error}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.inline(self.rawtext, shown, from_code=True, classes=["measured"])], []


def setup(app: Sphinx) -> None:
    """Connect the role."""
    app.add_role("measured", Measured())
