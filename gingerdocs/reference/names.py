"""Reads the public names of modules: signatures from the imported ones, the rest from sources."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from .model import Doc, Entry, Module
from .sources import Binding, Source, Sources, docstring

_OF_THE_MODULE = ("NewType", "ParamSpec", "TypeVar", "TypeVarTuple", "getLogger")

SHOWN = 60
"""Characters of a constant's value that are shown; a longer one is left out."""

_ADDRESS = re.compile(r"<[^<>]*>")
_NAMES = re.compile(r"\*{0,2}([\w.]+)")


class Names:
    """The public names of a package."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._problems: list[tuple[str, str]] = []
        self._homes: dict[tuple[str, str], list[str]] = {}
        for module in sources:
            for name in self._public(module):
                found = sources.find(module, name)
                if found[1]:
                    self._homes.setdefault(found, []).append(f"{module}.{name}")

    def module(self, name: str) -> Module:
        """Return what is documented under a module: the names that have no shorter path."""
        source = self.sources.module(name)
        try:
            entries = list(self._entries(name))
        except ImportError as error:
            return Module(name, Doc(source.path, 1), (), ((f"{source.path}:1", str(error)),))
        doc = self._doc(source, docstring(source.tree), name)
        problems, self._problems = self._problems, []
        return Module(name, doc, tuple(sorted(entries, key=_order)), tuple(problems))

    def _entries(self, module: str) -> Iterator[Entry]:
        for public in self._public(module):
            found = self.sources.find(module, public)
            if not found[1]:
                continue
            homes = sorted(self._homes[found], key=self._distance)
            if homes[0] == f"{module}.{public}":
                yield self._entry(homes, *found)

    def _public(self, module: str) -> Iterator[str]:
        """Yield the public names of a module: ``__all__``, or what is defined there."""
        source = self.sources.module(module)
        if source.exported is not None:
            yield from source.exported
            return
        for name, binding in source.names.items():
            if binding.public and not binding.origin and not _serves(binding):
                yield name

    def _entry(self, homes: list[str], module: str, name: str) -> Entry:
        if module not in self.sources:  # Another package's.
            return Entry(homes[0], "data", Doc("", 1), tuple(homes[1:]), value=f"{module}.{name}")
        source = self.sources.module(module)
        binding = source.names[name]
        value = getattr(importlib.import_module(module), name)
        text, defined = binding.doc, source
        if text is None and isinstance(binding.node, ast.Assign | ast.AnnAssign):
            defined, text = self._followed(source, value)
        doc = self._doc(defined, text, homes[0], binding.node.lineno)
        also = tuple(homes[1:])
        # A lazy object claims to be of the class that it has yet to make.
        if issubclass(type(value), type):
            return self._class(homes[0], also, value, doc)
        if inspect.isroutine(value):
            parameters, returns = _signature(value)
            kind = "coroutine" if inspect.iscoroutinefunction(value) else "function"
            self._check_args(doc, value, homes[0])
            return Entry(homes[0], kind, doc, also, parameters, returns)
        return Entry(homes[0], "data", doc, also, value=_value(binding.node))

    def _followed(self, source: Source, value: Any) -> tuple[Source, tuple[str, int] | None]:
        """Return the docstring of the function or class that an assignment gives another name."""
        module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
        if not isinstance(name, str) or module not in self.sources:
            return source, None
        owner, _, member = name.rpartition(".")
        other = self.sources.module(module)
        binding = (other.members(owner) if owner else other.names).get(member)
        if binding is None or binding.doc is None:
            return source, None
        return other, binding.doc

    def _class(self, path: str, also: tuple[str, ...], cls: type, doc: Doc) -> Entry:
        parameters, _returns = _signature(cls)
        kind = "exception" if issubclass(cls, BaseException) else "class"
        if kind == "exception" and not doc.fields:
            parameters = None
        self._check_args(doc, cls, path)
        return Entry(
            path,
            kind,
            doc,
            also,
            parameters,
            bases=tuple(dict.fromkeys(self._bases(path, cls))),
            members=tuple(sorted(self._members(path, cls), key=_order)),
        )

    def _shown(self, definition: tuple[str, str], path: str) -> str:
        """Return where a reader of the class ``path`` finds its base; nothing for an inner one.

        That is beside the class, or at a path of which the module lists its names.
        """
        module = path.rpartition(".")[0]
        for home in sorted(self._homes.get(definition, ()), key=self._distance):
            other = home.rpartition(".")[0]
            if other == module or self.sources.module(other).exported is not None:
                return home
        return ""

    def _distance(self, path: str) -> tuple[int, bool, str]:
        """What the paths of a name are sorted by: how long they are, whether they are listed."""
        exported = self.sources.module(path.rpartition(".")[0]).exported
        return path.count("."), exported is None, path

    def _bases(self, path: str, cls: type) -> Iterator[str]:
        """Yield the bases as a reader may name them; an inner one gives way to its own."""
        for base in cls.__bases__:
            if home := self._shown((base.__module__, base.__qualname__), path):
                yield home
            elif base.__module__ in self.sources:
                yield from self._bases(path, base)
            elif base is not object:
                module = "" if base.__module__ == "builtins" else f"{base.__module__}."
                yield f"{module}{base.__qualname__}"

    def _members(self, path: str, cls: type) -> Iterator[Entry]:
        """Yield what the class says of its members, and what those bases say that no page shows."""
        seen = set()
        for ancestor in cls.__mro__:
            known = (ancestor.__module__, ancestor.__qualname__)
            if ancestor.__module__ not in self.sources or (
                ancestor is not cls and self._shown(known, path)
            ):
                continue
            source = self.sources.module(ancestor.__module__)
            for name, binding in source.members(ancestor.__qualname__).items():
                if binding.public and name not in seen and binding.doc:
                    seen.add(name)
                    yield self._member(f"{path}.{name}", cls, source, binding)

    def _member(self, path: str, cls: type, source: Source, binding: Binding) -> Entry:
        doc = self._doc(source, binding.doc, path)
        value = inspect.getattr_static(cls, binding.name, None)
        if isinstance(binding.node, ast.ClassDef):
            return self._class(path, (), getattr(cls, binding.name), doc)
        if not isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return Entry(path, "attribute", doc, value=_value(binding.node))
        function = inspect.unwrap(getattr(value, "__func__", value))
        if not inspect.isfunction(function):
            return Entry(path, "property", doc)
        bound = not isinstance(value, staticmethod)
        parameters, returns = _signature(function, bound=bound)
        self._check_args(doc, function, path)
        kinds = {staticmethod: "static method", classmethod: "class method"}
        kind = kinds.get(type(value), "method")
        if inspect.iscoroutinefunction(function) and kind == "method":
            kind = "coroutine method"
        return Entry(path, kind, doc, (), parameters, returns)

    def _doc(self, source: Source, text: tuple[str, int] | None, path: str, line: int = 1) -> Doc:
        try:
            doc = source.doc(text)
        except ValueError as error:
            line = text[1] if text else line
            self._problems.append((f"{source.path}:{line}", f"the docstring of {path}: {error}"))
            return Doc(source.path, line)
        if text is None:
            self._problems.append((f"{source.path}:{line}", f"{path} has no docstring; write one"))
        return doc

    def _check_args(self, doc: Doc, value: Any, path: str) -> None:
        """Say which arguments a docstring speaks of that the signature has not."""
        try:
            known = set(inspect.signature(value).parameters)
        except (TypeError, ValueError):
            return
        for field in doc.fields:
            for names, text in field.items if field.kind == "args" else ():
                for name in _NAMES.findall(names):
                    if name not in known:
                        place = f"{doc.path}:{text.line}"
                        self._problems.append((place, f"{path} has no argument {name}"))


def _order(entry: Entry) -> tuple[bool, str]:
    """Classes and functions in the order of their names, constants after them."""
    return entry.kind in ("data", "attribute", "property"), entry.name.lower()


def _serves(binding: Binding) -> bool:
    """Whether an assignment without comment serves the module itself: a type's name, a logger."""
    value = getattr(binding.node, "value", None)
    if binding.doc is not None or not isinstance(binding.node, ast.Assign | ast.AnnAssign):
        return False
    if isinstance(value, ast.Call):
        made = value.func
        return getattr(made, "attr", getattr(made, "id", "")) in _OF_THE_MODULE
    return isinstance(value, ast.Subscript | ast.BinOp) and not binding.name.isupper()


def _value(node: ast.stmt) -> str:
    written = getattr(node, "value", None)
    value = ast.unparse(written) if written is not None else ""
    return value if len(value) <= SHOWN else ""


def _signature(value: Any, *, bound: bool = False) -> tuple[tuple[str, ...] | None, str]:
    """Return the parameters of what can be called as they are written, and what it returns."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None, ""
    parameters = list(signature.parameters.values())[int(bound) :]
    written = [_written(parameter) for parameter in parameters]
    kinds = [parameter.kind for parameter in parameters]
    if inspect.Parameter.POSITIONAL_ONLY in kinds:
        last = len(kinds) - kinds[::-1].index(inspect.Parameter.POSITIONAL_ONLY)
        written.insert(last, "/")
    elif inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        written.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    returns = "" if inspect.isclass(value) else _annotation(signature.return_annotation)
    return tuple(written), returns


_STARS: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def _written(parameter: inspect.Parameter) -> str:
    annotation = _annotation(parameter.annotation)
    written = _STARS.get(parameter.kind, "") + parameter.name
    if annotation and annotation != "Any":
        written += f": {annotation}"
    if parameter.default is not inspect.Parameter.empty:
        # An object without a spelling of its own stands for «not given».
        default = _ADDRESS.sub("...", repr(parameter.default))
        written += f" = {default}" if ":" in written else f"={default}"
    return written


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return ""
    return str(annotation) if isinstance(annotation, str) else inspect.formatannotation(annotation)
