"""Layers, import cycles, local imports and public names, read from the sources."""

from __future__ import annotations

import ast
import functools
import importlib
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

# Each layer imports only from itself and from those before it. The longest prefix counts.
LAYERS = (
    (
        "gingerdj.core.exceptions",
        "gingerdj.core",
        "gingerdj.utils.absent",
        "gingerdj.utils.lazy",
        "gingerdj.utils.version",
    ),
    ("gingerdj.apps",),
    ("gingerdj.core.serializers", "gingerdj.utils"),
    ("gingerdj.dispatch",),
    ("gingerdj.core.signals",),
    ("gingerdj.conf",),
    ("gingerdj.utils.crypto", "gingerdj.utils.log", "gingerdj.utils.timezone"),
    ("gingerdj.core.files", "gingerdj.core.readiness", "gingerdj.core.signing", "gingerdj.db"),
    ("gingerdj.http",),
    ("gingerdj.utils.cache",),
    ("gingerdj.urls",),
    ("gingerdj",),
    ("gingerdj.middleware", "gingerdj.shortcuts"),
    ("gingerdj.views",),
    ("gingerdj.conf.urls",),
    ("gingerdj.core.handlers", "gingerdj.websocket"),
    ("gingerdj.core.asgi", "gingerdj.core.wsgi"),
    ("gingerdj.core.servers",),
    ("gingerdj.core.checks",),
    ("gingerdj.core.management",),
    ("gingerdj.test",),
    ("gingerdj.contrib",),
    ("gingerdj.__main__",),
    # gingerdocs: from what all stages share to the build of the site.
    ("gingerdocs", "gingerdocs.doctree", "gingerdocs.languages", "gingerdocs.sample"),
    ("gingerdocs.machine", "gingerdocs.reference"),
    ("gingerdocs.fingerprint",),
    ("gingerdocs.evidence",),
    ("gingerdocs.translating",),
    ("gingerdocs.running",),
    ("gingerdocs.stages",),
    ("gingerdocs.checks",),
    ("gingerdocs.taking",),
    ("gingerdocs.pages",),
    ("gingerdocs.servers", "gingerdocs.speed"),
    ("gingerdocs.site",),
    ("gingerdocs.costs", "gingerdocs.lying", "gingerdocs.update"),
    ("gingerdocs.extension", "gingerdocs.plugin"),
    ("gingerdocs.__main__",),
)
RANKS = {prefix: rank for rank, layer in enumerate(LAYERS) for prefix in layer}

# gingerdj.setup() alone imports inside of a function, so that `import gingerdj` stays light.
LOCAL_IMPORTS = {("gingerdj", "setup")}


class Import(NamedTuple):
    """An import: the module that it stands in, its line, its target, its function."""

    module: str
    line: int
    target: str
    function: str | None


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(package: str) -> dict[str, Path]:
    found = {module_name(path): path for path in (ROOT / package).rglob("*.py")}
    assert found, f"{package} has no modules"
    return found


def _absolute(name: str, path: Path, node: ast.ImportFrom) -> str:
    parts = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    base = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*base, node.module] if node.module else base)


@functools.cache
def imports(name: str, path: Path) -> tuple[Import, ...]:
    def visit(node: ast.AST, function: str | None) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(name, child.lineno, alias.name, function)
            elif isinstance(child, ast.ImportFrom):
                origin = _absolute(name, path, child)
                for alias in child.names:
                    yield Import(name, child.lineno, f"{origin}.{alias.name}", function)
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            own = getattr(child, "name", "lambda") if is_function else function
            yield from visit(child, own)

    return tuple(visit(ast.parse(path.read_text()), None))


GINGERDJ = sources("gingerdj")
GINGERDOCS = sources("gingerdocs")


def all_imports(modules: dict[str, Path]) -> list[Import]:
    return [each for name, path in modules.items() for each in imports(name, path)]


def _is_lazy(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("LazyModule", "lazy_names")
    )


def _checked_imports(node: ast.If) -> set[tuple[str, str]]:
    """Return what type checkers import: each name with its dotted path."""
    return {
        (alias.asname or alias.name, f"{each.module}.{alias.name}")
        if isinstance(each, ast.ImportFrom)
        else (alias.asname or alias.name, alias.name)
        for each in node.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }


def _lazy_imports(node: ast.If) -> set[tuple[str, str]]:
    """Return what Python imports later: each name with its dotted path."""
    found = set()
    for each in node.orelse:
        if not isinstance(each, ast.Assign) or not isinstance(each.value, ast.Call):
            continue
        if not _is_lazy(each.value):
            continue
        *_, argument = map(ast.literal_eval, each.value.args[-1:])
        if isinstance(argument, str):
            found |= {(ast.unparse(target), argument) for target in each.targets}
        else:
            found |= {(n, f"{origin}.{n}") for origin, names in argument.items() for n in names}
    return found


LAZY = [
    (name, node)
    for name, path in GINGERDJ.items()
    if "TYPE_CHECKING" in path.read_text()
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    if any(map(_is_lazy, ast.walk(node)))
]
# What a module only passes on, once it is asked for; it does not use it itself.
OFFERED = {
    (name, path) for name, node in LAZY for _, path in _lazy_imports(node) if path not in GINGERDJ
}


def imported_module(target: str, modules: dict[str, Path]) -> str | None:
    """Return the module of ours that an import loads: the target, or what it is a name of."""
    while target:
        if target in modules:
            return target
        target = target.rpartition(".")[0]
    return None


def rank(module: str) -> int:
    prefix = module
    while prefix not in RANKS:
        prefix, dot, _ = prefix.rpartition(".")
        assert dot, f"{module} has no layer"
    # A package's root is a layer of its own, not the roof over modules without one.
    assert prefix not in ("gingerdj", "gingerdocs") or module == prefix, f"{module} has no layer"
    return RANKS[prefix]


def test_there_is_something_to_check() -> None:
    assert len(GINGERDJ) > 50
    assert (
        len([each for each in all_imports(GINGERDJ) if each.target.startswith("gingerdj.")]) > 150
    )


@pytest.mark.parametrize("name", sorted(GINGERDJ | GINGERDOCS))
def test_each_module_imports_only_from_its_own_layer_and_those_before(name: str) -> None:
    modules = GINGERDJ | GINGERDOCS
    too_high = []
    for each in imports(name, modules[name]):
        target = imported_module(each.target, modules)
        if target and (name, each.function) not in LOCAL_IMPORTS and rank(target) > rank(name):
            too_high.append(f"{modules[name]}:{each.line} imports {target}")
    assert too_high == []


@pytest.mark.parametrize("modules", [GINGERDJ, GINGERDOCS], ids=["gingerdj", "gingerdocs"])
def test_no_modules_import_each_other_in_a_circle(modules: dict[str, Path]) -> None:
    graph = {
        name: {
            target
            for each in imports(name, path)
            if (name, each.function) not in LOCAL_IMPORTS
            and (name, each.target) not in OFFERED
            and (target := imported_module(each.target, modules))
        }
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def test_a_circle_would_be_found() -> None:
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def test_no_function_imports_our_own_code() -> None:
    local = [
        f"{GINGERDJ[each.module]}:{each.line}"
        for each in all_imports(GINGERDJ)
        if each.function
        and (each.module, each.function) not in LOCAL_IMPORTS
        and imported_module(each.target, GINGERDJ)
    ]
    assert local == []


def test_no_leaf_module_imports_its_own_package() -> None:
    own = [
        f"{GINGERDJ[each.module]}:{each.line}"
        for each in all_imports(GINGERDJ)
        if each.module != "gingerdj"
        and not GINGERDJ[each.module].name.startswith("__")
        and imported_module(each.target, GINGERDJ) == each.module.rpartition(".")[0]
    ]
    assert own == []


@pytest.mark.parametrize("node", [pytest.param(n, id=f"{m}:{n.lineno}") for m, n in LAZY])
def test_what_is_imported_later_is_what_type_checkers_see(node: ast.If) -> None:
    later = _lazy_imports(node)
    assert later
    assert later - _checked_imports(node) == set()


def test_nothing_is_imported_later_where_type_checkers_do_not_see_it() -> None:
    calls = [
        call
        for path in GINGERDJ.values()
        for call in ast.walk(ast.parse(path.read_text()))
        if _is_lazy(call)
    ]
    seen = [call for _, node in LAZY for call in ast.walk(node) if _is_lazy(call)]
    assert len(calls) == len(seen) > 0


def test_no_name_offered_later_is_that_of_a_module_beneath() -> None:
    """Python would put the module in its place, once that is imported."""
    packages = [
        path.parent
        for path in (ROOT / "gingerdj").rglob("__init__.py")
        if "lazy_names(" in path.read_text()
    ]
    assert len(packages) > 2
    for package in packages:
        offered = importlib.import_module(".".join(package.relative_to(ROOT).parts)).__all__
        assert not {each.stem for each in package.iterdir()}.intersection(offered)


def test_gingerdj_and_gingerdocs_never_import_each_other() -> None:
    documentation = all_imports(GINGERDOCS)
    assert [
        each for each in all_imports(GINGERDJ) if each.target.split(".")[0] == "gingerdocs"
    ] == []
    assert [each for each in documentation if each.target.split(".")[0] == "gingerdj"] == []


def public_modules() -> list[str]:
    return sorted(
        name
        for name, path in GINGERDJ.items()
        if not any(part.startswith("_") for part in name.split(".")) and path.exists()
    )


@pytest.mark.parametrize("name", public_modules())
def test_what_a_module_exports_is_there(name: str) -> None:
    module = importlib.import_module(name)
    missing = [each for each in getattr(module, "__all__", ()) if not hasattr(module, each)]
    assert missing == []


@pytest.mark.parametrize(
    ("module", "foreign"),
    [("gingerdocs.plugin", "sphinx"), ("gingerdocs.extension", "pytest")],
)
def test_the_stages_keep_apart(module: str, foreign: str) -> None:
    code = f"import sys, {module}; sys.exit({foreign!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_examples_import_public_names_alone() -> None:
    private = [
        f"{path}:{each.line} imports {each.target}"
        for path in (ROOT / "examples").rglob("*.py")
        for each in imports(module_name(path), path)
        if each.target.startswith("gingerdj.") and "._" in each.target
    ]
    assert private == []
