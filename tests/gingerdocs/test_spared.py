"""What is made once is what would be made anew, and carries nothing from one text to the next."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from docutils import frontend, nodes
from docutils.parsers.rst import Parser
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils import base
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers import mdit, sphinx_
from sphinx.application import Sphinx
from sphinx.util import nodes as sphinx_nodes

from gingerdocs import spared


def built(verbosity: int = 0) -> Sphinx:
    return cast("Sphinx", SimpleNamespace(verbosity=verbosity))


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(base, "get_default_settings", frontend.get_default_settings)
    monkeypatch.setattr(sphinx_, "create_md_parser", mdit.create_md_parser)
    monkeypatch.setattr(sphinx_nodes, "repr_domxml", sphinx_nodes.repr_domxml)
    logger = logging.getLogger("sphinx")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    yield
    logger.setLevel(level)


def settings(document: nodes.document) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(document.settings).items()}


def stock() -> dict[str, str]:
    made = vars(frontend.get_default_settings(Parser))
    return {name: repr(value) for name, value in made.items()}


def test_myst_parser_gets_the_settings_that_docutils_gives() -> None:
    spared.keep(built())
    assert vars(base)["get_default_settings"] is not frontend.get_default_settings
    assert settings(base.make_document()) == stock()


def test_a_change_of_one_document_reaches_no_other() -> None:
    spared.keep(built())
    first = base.make_document()
    first.settings.language_code = "pt_br"
    first.settings.strip_classes = ["changed"]
    first.settings.record_dependencies.add("a file")
    assert settings(base.make_document()) == stock()


def parser(config: MdParserConfig) -> Any:
    return vars(sphinx_)["create_md_parser"](config, SphinxRenderer)


def test_texts_with_the_same_settings_share_a_parser() -> None:
    spared.keep(built())
    config = MdParserConfig(enable_extensions={"deflist"})
    assert parser(config) is parser(config)
    assert parser(MdParserConfig(enable_extensions={"colon_fence"})) is not parser(config)


def test_a_shared_parser_reads_each_text_as_a_new_one_does() -> None:
    spared.keep(built())
    config = MdParserConfig(enable_extensions={"deflist"})
    texts = ("[a][b]\n\n[b]: /c", "[a][b]", "note[^1]\n\n[^1]: x", "word\n: what it is")
    for text in texts:
        fresh = mdit.create_md_parser(config, SphinxRenderer)
        assert parser(config).parse(text) == fresh.parse(text)


@pytest.mark.parametrize(("verbosity", "shown"), [(0, False), (1, False), (2, True)])
def test_nodes_are_spelt_out_for_those_alone_who_debug(verbosity: int, shown: bool) -> None:
    spared.keep(built(verbosity))
    assert bool(sphinx_nodes.repr_domxml(nodes.paragraph("", "x"))) is shown
    assert logging.getLogger("sphinx.builders").isEnabledFor(logging.DEBUG) is shown
