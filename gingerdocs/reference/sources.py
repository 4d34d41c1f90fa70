"""The sources of a package: which names a module binds, where, and what is said beneath them.

What a name stands for is asked of the imported module; the sources alone know at which line a
docstring stands, and what the comment above an assignment says of it, which begins with ``#:``.
"""

import ast
import functools
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .docstring import parse
from .model import Doc

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, eq=False)
class Binding:
    """A name that a module or a class binds.

    ``origin`` is the dotted name that it is imported under, for an import; ``doc`` is what is said
    of it, with its line.
    """

    name: str
    node: ast.stmt
    doc: tuple[str, int] | None = None
    origin: str = ""

    @property
    def public(self) -> bool:
        return not self.name.startswith("_")


class Source:
    """A module's file."""

    def __init__(self, name: str, file: Path, path: str) -> None:
        self.name = name
        self.path = path
        self.text = file.read_text("utf-8")
        self.tree = ast.parse(self.text)
        self._lines = self.text.split("\n")
        self._package = name if file.name == "__init__.py" else name.rpartition(".")[0]

    @functools.cached_property
    def names(self) -> dict[str, Binding]:
        """What the module binds at its top, the last binding counting."""
        return {binding.name: binding for binding in self._bindings(self.tree.body)}

    @functools.cached_property
    def exported(self) -> tuple[str, ...] | None:
        """What ``__all__`` lists; None without it."""
        binding = self.names.get("__all__")
        if binding is None or not isinstance(binding.node, ast.Assign):
            return None
        return tuple(ast.literal_eval(binding.node.value))

    def doc(self, text: tuple[str, int] | None) -> Doc:
        """Return the parts of a docstring of this file; raises ValueError for what is no list."""
        return Doc(self.path, 1) if text is None else parse(text[0], self.path, text[1])

    def strings(self) -> Iterator[tuple[str, int]]:
        """Yield every string of the file with the line at which it begins."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, node.lineno

    def members(self, qualname: str) -> dict[str, Binding]:
        """Return what a class binds, and what its ``__init__`` says of the names of ``self``."""
        body: list[ast.stmt] = self.tree.body
        for part in qualname.split("."):
            found = [n for n in body if isinstance(n, ast.ClassDef) and n.name == part]
            if not found:
                return {}
            body = found[-1].body
        return {binding.name: binding for binding in self._members(body)}

    def _members(self, body: list[ast.stmt]) -> Iterator[Binding]:
        for binding in self._bindings(body):
            if isinstance(binding.node, ast.FunctionDef) and binding.name == "__init__":
                for node in binding.node.body:
                    for target in _targets(node):
                        if isinstance(target, ast.Attribute) and (doc := self._comment(node)):
                            yield Binding(target.attr, node, doc)
            elif not _changes(binding.node):
                yield binding

    def _bindings(self, body: list[ast.stmt]) -> Iterator[Binding]:
        for node in body:
            if _puts_off_import(node):
                continue
            for target in _targets(node):
                if isinstance(target, ast.Name):
                    yield Binding(target.id, node, self._comment(node))
            if isinstance(node, Definition):
                yield Binding(node.name, node, docstring(node))
            elif isinstance(node, ast.ImportFrom):
                origin = self._absolute(node)
                for alias in node.names:
                    name = alias.asname or alias.name
                    yield Binding(name, node, origin=f"{origin}.{alias.name}")
            elif isinstance(node, ast.If | ast.Try):
                yield from self._bindings([*_seen_by_python(node), *node.orelse])

    def _comment(self, node: ast.stmt) -> tuple[str, int] | None:
        """Return the comment above an assignment that is about it, with its line."""
        first = node.lineno
        while self._lines[first - 2].lstrip().startswith("#:") and first > 1:
            first -= 1
        lines = [line.lstrip()[2:] for line in self._lines[first - 1 : node.lineno - 1]]
        return (textwrap.dedent("\n".join(lines)).strip(), first) if lines else None

    def _absolute(self, node: ast.ImportFrom) -> str:
        parts = self._package.split(".")
        base = parts[: len(parts) - node.level + 1] if node.level else []
        return ".".join([*base, node.module] if node.module else base)


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _seen_by_python(node: ast.If | ast.Try) -> list[ast.stmt]:
    """Return the body of a statement, without the classes that type checkers alone see."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return [each for each in node.body if isinstance(each, ast.ImportFrom)]
    return node.body


def _puts_off_import(node: ast.stmt) -> bool:
    """Return whether a statement imports for Python, later, what type checkers see imported."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in ("LazyModule", "lazy_names")
    )


class Sources:
    """The modules of a package below a checkout."""

    def __init__(self, root: Path, package: str) -> None:
        self._files = {
            ".".join(part for part in path.relative_to(root).with_suffix("").parts): path
            for path in sorted((root / package).rglob("*.py"))
        }
        self._files = {name.removesuffix(".__init__"): path for name, path in self._files.items()}
        self._root = root

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __contains__(self, name: str) -> bool:
        return name in self._files

    @functools.cache  # noqa: B019  # As long as the process that reads.
    def module(self, name: str) -> Source:
        """Return a module's file by its dotted name."""
        file = self._files[name]
        return Source(name, file, file.relative_to(self._root).as_posix())

    def find(self, module: str, name: str) -> tuple[str, str]:
        """Return the module that defines what another calls ``name``, and its name there.

        That of a module itself is empty. Another package's module is the one it is imported from.
        """
        while module in self and (binding := self.module(module).names.get(name)):
            if not binding.origin:
                return module, name
            if binding.origin in self:
                return binding.origin, ""
            module, _, name = binding.origin.rpartition(".")
        return module, name


def docstring(node: Definition | ast.Module) -> tuple[str, int] | None:
    """Return the docstring of a definition with its line."""
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return first.value.value, first.lineno
    return None


def _changes(node: ast.stmt) -> bool:
    """Whether a definition is a property's setter or deleter, or an overload."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        (isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter"))
        or (isinstance(decorator, ast.Name) and decorator.id == "overload")
        for decorator in node.decorator_list
    )
