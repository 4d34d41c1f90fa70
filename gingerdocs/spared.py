"""Spares a build what Sphinx and MyST-Parser would do anew each time, with the same outcome.

For each text that it renders MyST-Parser makes a parser, and asks docutils for the default settings
of a document, for which docutils builds an option parser of some seventy options. In a translated
build that is once for every message. Sphinx spells out each node of a page for a log that nobody
reads.
"""

import copy
import functools
import logging
from collections.abc import Callable
from typing import Any

from docutils import frontend
from markdown_it import MarkdownIt
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils import base
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers import mdit, sphinx_
from sphinx.application import Sphinx
from sphinx.util import nodes as sphinx_nodes

DEBUG = 2
"""The verbosity, ``-vv``, from which Sphinx shows what it says for debugging."""


@functools.cache
def _made(*components: Any) -> frontend.Values:
    return frontend.get_default_settings(*components)


def _default_settings(*components: Any) -> frontend.Values:
    """Return settings of the caller's own, as ``docutils.frontend.get_default_settings`` does."""
    return copy.deepcopy(_made(*components))


class _Parsers:
    """The parser of the pages, kept from one text to the next; pages with a front matter differ."""

    def __init__(self) -> None:
        self._config: MdParserConfig | None = None
        self._parser = MarkdownIt()

    def create(self, config: MdParserConfig, renderer: Callable[..., Any]) -> MarkdownIt:
        """Return a parser that is at work on nothing, as MyST-Parser's own function does."""
        if renderer is not SphinxRenderer:
            return mdit.create_md_parser(config, renderer)
        if config is not self._config:
            self._parser = mdit.create_md_parser(config, renderer)
            self._config = config
        return self._parser


def _unspelt(*_: Any) -> str:
    return ""


def keep(app: Sphinx) -> None:
    """Make things once; where they are asked for in another way, change nothing."""
    if getattr(base, "get_default_settings", None) is frontend.get_default_settings:
        vars(base)["get_default_settings"] = _default_settings
    if getattr(sphinx_, "create_md_parser", None) is mdit.create_md_parser:
        vars(sphinx_)["create_md_parser"] = _Parsers().create
    if app.verbosity < DEBUG:
        logging.getLogger("sphinx").setLevel(logging.INFO)
        if hasattr(sphinx_nodes, "repr_domxml"):
            vars(sphinx_nodes)["repr_domxml"] = _unspelt
