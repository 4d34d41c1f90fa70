"""Adds to warnings of names that Sphinx and MyST-Parser do not know the nearest ones they know."""

import ast
import logging
import re
from collections.abc import Callable, Iterable

from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.languages import en
from sphinx.application import Sphinx

from .near import meant

_Known = Callable[[re.Match[str]], Iterable[str]]

# Sphinx writes the kind of a warning behind it.
_END = r"\.?(?P<kind>(?: \[[\w.]+\])*)"
_OPTION = re.compile(
    rf"(?:'[^']+': )?Unknown option key: '(?P<name>[^']+)' \(allowed: (?P<known>\[.*?\])\){_END}"
)
_DIRECTIVE = re.compile(rf"Unknown directive type: '(?P<name>[^']+)'{_END}")
_ROLE = re.compile(rf'Unknown interpreted text role "(?P<name>[^"]+)"{_END}')
_LABEL = re.compile(rf"'myst' (?:cross-)?reference target not found: '#?(?P<name>[^']+)'{_END}")


def setup(app: Sphinx) -> None:
    """Let every handler of warnings give the hint."""
    for handler in logging.getLogger("sphinx").handlers:
        handler.addFilter(Hints(app))


class Hints(logging.Filter):
    """Completes the messages of records; one that has been completed stays as it is."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self._known: tuple[tuple[re.Pattern[str], _Known], ...] = (
            (_OPTION, lambda match: ast.literal_eval(match["known"])),
            (_DIRECTIVE, lambda _: _directives(app)),
            (_ROLE, lambda _: _roles(app)),
            (_LABEL, lambda _: app.env.domains.standard_domain.anonlabels),
        )

    def filter(self, record: logging.LogRecord) -> bool:
        for pattern, known in self._known:
            if match := pattern.fullmatch(str(record.msg)):
                said = match[0].removesuffix(match["kind"])
                if hint := meant(match["name"], known(match)):
                    record.msg = said.removesuffix(".") + hint + match["kind"]
        return True


def _directives(app: Sphinx) -> set[str]:
    names = {*directives._directives, *en.directives}
    return names | {name for domain in app.env.domains.sorted() for name in domain.directives}


def _roles(app: Sphinx) -> set[str]:
    names = {*roles._roles, *roles._role_registry}
    return names | {name for domain in app.env.domains.sorted() for name in domain.roles}
