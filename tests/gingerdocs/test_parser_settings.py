"""The settings that are made once are those that docutils would make, for each caller its own."""

from docutils import frontend, nodes
from docutils.parsers.rst import Parser
from myst_parser.mdit_to_docutils import base

from gingerdocs import parser_settings


def settings(document: nodes.document) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(document.settings).items()}


def stock() -> dict[str, str]:
    made = vars(frontend.get_default_settings(Parser))
    return {name: repr(value) for name, value in made.items()}


def test_myst_parser_gets_the_settings_that_docutils_gives() -> None:
    parser_settings.keep()
    assert vars(base)["get_default_settings"] is not frontend.get_default_settings
    assert settings(base.make_document()) == stock()


def test_a_change_of_one_document_reaches_no_other() -> None:
    parser_settings.keep()
    first = base.make_document()
    first.settings.language_code = "pt_br"
    first.settings.strip_classes = ["changed"]
    first.settings.record_dependencies.add("a file")
    assert settings(base.make_document()) == stock()
