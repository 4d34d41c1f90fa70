"""Every public name, setting, command and check stands on a page of the reference."""

import ast
import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gingerdj.core.management.commands
from gingerdj.conf import global_settings
from gingerdocs.reference import reading
from gingerdocs.reference.model import Entry, Reference
from gingerdocs.reference.sources import Sources

ROOT = Path(__file__).parents[2]
PUBLIC = [
    f"{module}.{name}"
    for module, _, names in (
        line.partition(": ")
        for line in Path(__file__).with_name("public.txt").read_text("utf-8").splitlines()
    )
    for name in names.split(", ")
]
"""The names that programs written for Django's HTTP layer import, and ours."""
INNER = Path(__file__).with_name("inner.txt").read_text("utf-8").split()
"""The modules that define names for the package itself, which stand on no page."""
SETTINGS = [name for name in vars(global_settings) if name.isupper()]
COMMANDS = [
    module.name for module in pkgutil.iter_modules(gingerdj.core.management.commands.__path__)
]
_MODULES = re.compile(r"```\{reference\}\n(.*?)```", re.DOTALL)
_ID = re.compile(r"""["']((?:[a-z][a-z_]*|\d_\d)\.[DIWEC]\d{3})["']""")


@functools.cache
def reference() -> Reference:
    return reading.load(ROOT)


@functools.cache
def sources() -> Sources:
    return Sources(ROOT, "gingerdj")


@functools.cache
def pages() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "docs/ref").glob("*.md"))


@functools.cache
def documented() -> dict[str, Entry]:
    """The entries on the pages by each of their paths."""
    shown = [line for content in _MODULES.findall(pages()) for line in content.split()]
    assert len(shown) > 60
    entries = [entry for name in shown for entry in reference().modules[name].entries]
    return {path: entry for entry in entries for path in (entry.path, *entry.also)}


def test_there_is_something_to_check() -> None:
    assert len(PUBLIC) > 250
    assert len(SETTINGS) > 60
    assert len(COMMANDS) > 6


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_name_is_on_a_page(path: str) -> None:
    module, _, name = path.rpartition(".")
    where, what = sources().find(module, name)
    if what and path not in sources():
        home = path if path in documented() else f"{where}.{what}"
        assert home in documented(), f"{path} ({where}.{what}) is on no page of docs/ref"
    else:
        importlib.import_module(path)


def lists() -> Iterator[tuple[str, str]]:
    """Every name that a package lists, save those that are modules."""
    for module in sources():
        source = sources().module(module)
        if source.path.endswith("__init__.py"):
            for name in source.exported or ():
                if sources().find(module, name)[1]:
                    yield module, name


@pytest.mark.parametrize(("module", "name"), [*lists()])
def test_what_a_package_lists_is_on_a_page(module: str, name: str) -> None:
    assert f"{module}.{name}" in documented()


def test_a_name_is_on_a_page_or_its_module_is_an_inner_one() -> None:
    inner = {
        module
        for module in sources()
        for node in ast.parse((ROOT / sources().module(module).path).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and f"{module}.{node.name}" not in documented()
    }
    assert sorted(inner - set(INNER)) == [], "put it on a page of docs/ref, or into inner.txt"
    assert sorted(set(INNER) - inner) == [], "take it out of inner.txt"


def test_no_docstring_on_the_pages_is_missing_or_lies() -> None:
    shown = [line for content in _MODULES.findall(pages()) for line in content.split()]
    problems = [problem for name in shown for problem in reference().modules[name].problems]
    assert [*problems, *reference().problems] == []


def test_every_setting_is_described() -> None:
    assert "```{reference-settings}" in pages()
    described = [setting.name for setting in reference().settings if setting.doc.paragraphs]
    assert described == SETTINGS
    assert all(setting.group.text for setting in reference().settings)


def test_every_command_is_described() -> None:
    assert "```{reference-commands}" in pages()
    described = {command.name for command in reference().commands if command.help.text}
    assert described >= set(COMMANDS)
    silent = [
        f"{command.name} {option.usage}"
        for command in reference().commands
        for option in command.options
        if not option.help.text
    ]
    assert silent == []


def test_every_check_is_described() -> None:
    assert "```{reference-checks}" in pages()
    named = {
        identifier
        for path in (ROOT / "gingerdj").rglob("*check*/**/*.py")
        for identifier in _ID.findall(path.read_text("utf-8"))
    }
    assert len(named) > 40
    assert {finding.id for finding in reference().findings} >= named
