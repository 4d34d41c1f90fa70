"""Spares our own builds what Sphinx and those below it would do anew each time, to the same end.

For each text that it renders MyST-Parser makes a parser, and asks docutils for the default settings
of a document, for which docutils builds an option parser of some seventy options. In a translated
build that is once for every message. Docutils looks for nodes with a generator for each node, and
Sphinx and its extensions look through a page some two hundred times. Each code block has Pygments
prepare its styles, and Sphinx spells out each node of a page for a log that nobody reads.
"""

import copy
import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from docutils import frontend, nodes, utils
from markdown_it import MarkdownIt
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils import base
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers import mdit, sphinx_
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms import SphinxSmartQuotes
from sphinx.util import nodes as sphinx_nodes


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


_STOCK_FINDALL = nodes.Node.findall


def _findall(
    node: nodes.Node,
    condition: Any = None,
    include_self: bool = True,
    descend: bool = True,
    siblings: bool = False,
    ascend: bool = False,
) -> Iterator[Any]:
    """Yield what ``docutils.nodes.Node.findall`` does, one generator for the whole tree.

    Like that one it sees what is added to a list of children while it goes through that list.
    """
    if siblings or ascend or not descend:
        yield from _STOCK_FINDALL(node, condition, include_self, descend, siblings, ascend)
        return
    kind: Any = condition if isinstance(condition, type) else nodes.Node
    asked: Any = None if isinstance(condition, type) else condition
    levels = [iter((node,) if include_self else node.children)]
    while levels:
        for found in levels[-1]:
            if isinstance(found, kind) and (asked is None or asked(found)):
                yield found
            if found.children:
                levels.append(iter(found.children))
                break
        else:
            levels.pop()


_formatters: dict[tuple[PygmentsBridge, str], Any] = {}


def _formatter(bridge: PygmentsBridge, **options: Any) -> Any:
    """Return the formatter for some options, made once."""
    key = (bridge, repr(options))
    if key not in _formatters:
        _formatters[key] = bridge.formatter(**{**options, **bridge.formatter_args})
    return _formatters[key]


_TYPEWRITTEN = re.compile(r"""["'`\\\x00]|--|\.\s?\.""")
"""What typographical quotation marks, dashes and dots may come of."""


class _Typewritten:
    """A document of which only those texts are found in which there is something to mend."""

    def __init__(self, document: nodes.document) -> None:
        self._document = document

    def __getattr__(self, name: str) -> Any:
        return getattr(self._document, name)

    def findall(self, kind: type[nodes.Element]) -> Iterator[nodes.Element]:
        """Yield the nodes of a kind whose text has such characters."""
        return (n for n in self._document.findall(kind) if _TYPEWRITTEN.search(n.astext()))


_STOCK_QUOTES = SphinxSmartQuotes.apply


def _quotes(transform: SphinxSmartQuotes, **options: Any) -> None:
    document: Any = transform.document
    transform.document = _Typewritten(document)
    try:
        _STOCK_QUOTES(transform, **options)
    finally:
        transform.document = document


def _unspelt(*_: Any) -> str:
    return ""


def _unsaid(*_: Any, **__: Any) -> None:
    pass


def keep() -> None:
    """Make things once; where they are asked for in another way, change nothing.

    It is for processes that build the site: a plain ``sphinx-build`` stays as it is.
    """
    if getattr(base, "get_default_settings", None) is frontend.get_default_settings:
        vars(base)["get_default_settings"] = _default_settings
    if getattr(sphinx_, "create_md_parser", None) is mdit.create_md_parser:
        vars(sphinx_)["create_md_parser"] = _Parsers().create
    if hasattr(sphinx_nodes, "repr_domxml"):
        vars(sphinx_nodes)["repr_domxml"] = _unspelt
    for owner, name, ours in (
        (nodes.Node, "findall", _findall),
        (utils.Reporter, "debug", _unsaid),
        (PygmentsBridge, "get_formatter", _formatter),
        (SphinxSmartQuotes, "apply", _quotes),
    ):
        if hasattr(owner, name):
            setattr(owner, name, ours)
