"""What is made once is what would be made anew, and carries nothing from one text to the next."""

from types import SimpleNamespace
from typing import Any

import pytest
from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils import base
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers import mdit, sphinx_
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms import SphinxSmartQuotes
from sphinx.util import nodes as sphinx_nodes

from gingerdocs.stages import spared


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "get_default_settings", frontend.get_default_settings)
    monkeypatch.setattr(sphinx_, "create_md_parser", mdit.create_md_parser)
    monkeypatch.setattr(sphinx_nodes, "repr_domxml", sphinx_nodes.repr_domxml)
    for owner, name in (
        (nodes.Node, "findall"),
        (utils.Reporter, "debug"),
        (PygmentsBridge, "get_formatter"),
        (SphinxSmartQuotes, "apply"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))


def settings(document: nodes.document) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(document.settings).items()}


def stock() -> dict[str, str]:
    made = vars(frontend.get_default_settings(Parser))
    return {name: repr(value) for name, value in made.items()}


def test_myst_parser_gets_the_settings_that_docutils_gives() -> None:
    spared.keep()
    assert vars(base)["get_default_settings"] is not frontend.get_default_settings
    assert settings(base.make_document()) == stock()


def test_a_change_of_one_document_reaches_no_other() -> None:
    spared.keep()
    first = base.make_document()
    first.settings.language_code = "pt_br"
    first.settings.strip_classes = ["changed"]
    first.settings.record_dependencies.add("a file")
    assert settings(base.make_document()) == stock()


def parser(config: MdParserConfig) -> Any:
    return vars(sphinx_)["create_md_parser"](config, SphinxRenderer)


def test_texts_with_the_same_settings_share_a_parser() -> None:
    spared.keep()
    config = MdParserConfig(enable_extensions={"deflist"})
    assert parser(config) is parser(config)
    assert parser(MdParserConfig(enable_extensions={"colon_fence"})) is not parser(config)


def test_a_shared_parser_reads_each_text_as_a_new_one_does() -> None:
    spared.keep()
    config = MdParserConfig(enable_extensions={"deflist"})
    texts = ("[a][b]\n\n[b]: /c", "[a][b]", "note[^1]\n\n[^1]: x", "word\n: what it is")
    for text in texts:
        fresh = mdit.create_md_parser(config, SphinxRenderer)
        assert parser(config).parse(text) == fresh.parse(text)


def test_nodes_are_not_spelt_out() -> None:
    assert sphinx_nodes.repr_domxml(nodes.paragraph("", "x"))
    spared.keep()
    assert not sphinx_nodes.repr_domxml(nodes.paragraph("", "x"))


def tree() -> nodes.section:
    """Return sections of paragraphs, three deep."""

    def section(depth: int) -> nodes.section:
        text = nodes.paragraph("", "", nodes.Text("a"), nodes.literal("", f"b{depth}"))
        below = [section(depth - 1), section(depth - 1)] if depth else []
        return nodes.section("", nodes.title("", "t"), text, *below, nodes.comment())

    return section(3)


def is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Text)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"condition": nodes.literal},
        {"condition": nodes.TextElement},
        {"condition": is_text},
        {"condition": sphinx_nodes.NodeMatcher(nodes.paragraph, nodes.literal)},
        {"include_self": False},
        {"condition": nodes.section, "include_self": False},
        {"condition": nodes.literal, "siblings": True},
        {"condition": nodes.literal, "ascend": True},
        {"descend": False},
    ],
)
def test_the_same_nodes_are_found_in_the_same_order(asked: dict[str, Any]) -> None:
    root = tree()
    for start in (root, root[2], root[1][0]):
        expected = list(start.findall(**asked))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nodes.Node, "findall", spared._findall)
            assert [id(node) for node in start.findall(**asked)] == [id(n) for n in expected]


@pytest.mark.parametrize("kind", [nodes.paragraph, None])
def test_what_is_added_while_one_looks_is_found_as_docutils_finds_it(kind: Any) -> None:
    def grown(findall: Any) -> list[str]:
        root = tree()
        seen = []
        for node in findall(root, kind):
            seen.append(repr(node))
            if isinstance(node, nodes.paragraph) and len(seen) < 30:
                node.parent.append(nodes.paragraph("", f"added {len(seen)}"))
                node.append(nodes.emphasis("", "more"))
        return seen

    assert grown(spared._findall) == grown(spared._STOCK_FINDALL)


TEXTS = (
    "A word.",
    'He says "yes", and it\'s "no".',
    "One -- two --- three...",
    "Dots . . . and `ticks` here",
    r"A \"backslash\" stays",
    "Nothing: of, that; kind!",
)


def test_quotation_marks_come_out_as_they_do_without_us() -> None:
    def educated() -> list[str]:
        document = base.make_document(parser_cls=Parser)
        document.settings.smart_quotes = True
        document.settings.language_code = "en"
        for text in TEXTS:
            document += nodes.paragraph("", "", nodes.Text(text))
        config = SimpleNamespace(
            smartquotes_action="qDe", smartquotes_excludes={}, smartquotes=True, language="en"
        )
        settings = {"language_code": "en"}
        builder = SimpleNamespace(name="html")
        document.settings.env = SimpleNamespace(
            config=config, settings=settings, _builder_cls=builder, app=None
        )
        SphinxSmartQuotes(document, None).apply()
        return [node.astext() for node in document.children]

    expected = educated()
    assert expected != list(TEXTS)
    spared.keep()
    assert educated() == expected


def test_a_formatter_is_made_once_for_the_same_options() -> None:
    code = "def f():\n    return 1\n"
    options: list[dict[str, Any]] = [{}, {"linenos": True}, {"hl_lines": [1]}, {}]
    stock = [PygmentsBridge().highlight_block(code, "python", **given) for given in options]
    spared.keep()
    bridge = PygmentsBridge()
    assert [bridge.highlight_block(code, "python", **given) for given in options] == stock
    assert bridge.get_formatter(linenos=True) is bridge.get_formatter(linenos=True)
    assert bridge.get_formatter(linenos=True) is not bridge.get_formatter(linenos=False)
