"""Says, in a process of its own, which Python names exist.

The packages that pages speak of are imported for real, which no process with other work should have
to bear. ``names.py known`` prints the public names of GingerDJ and asgiref, ``names.py settings``
those of the settings, and ``names.py exist`` those of the names on its standard input, one to a
line, that exist; each as a JSON list.
"""

import ast
import builtins
import functools
import importlib
import importlib.util
import inspect
import json
import os
import pkgutil
import re
import sys
import typing
import warnings
from pathlib import Path
from types import ModuleType

PACKAGES = ("gingerdj", "asgiref")
SETTINGS = "gingerdj.conf.global_settings"

_INSTANCE = re.compile(r"(?:Streaming)?(?:Http|ASGI|WSGI)?([A-Z][a-z]+)")
_SELF = re.compile(r"\bself\.([a-z]\w*)\s*(?::[^=\n]+)?=")


def known() -> set[str]:
    """Return the public names of our packages: bare, dotted from the package, from the class."""
    names: set[str] = set()
    for package in PACKAGES:
        for module in _modules(package):
            names |= _module_names(module)
    return names | {f"settings.{name}" for name in settings()}


def settings() -> set[str]:
    """Return the names of GingerDJ's settings, which take no other module to say."""
    return {name for name in vars(_import(SETTINGS) or object) if name.isupper()}


def _modules(package: str) -> typing.Iterator[ModuleType]:
    root = _import(package)
    if root is None:
        return
    yield root
    for info in pkgutil.walk_packages(root.__path__, f"{package}.", onerror=lambda _: None):
        if not info.name.endswith("__main__") and (module := _import(info.name)):
            yield module


def _import(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001  A module that cannot be imported has no names.
        return None


def _module_names(module: ModuleType) -> set[str]:
    names = {module.__name__}
    for name, value in vars(module).items():
        if name.startswith("_"):
            continue
        names |= {name, f"{module.__name__}.{name}"}
        # A lazy object claims to be of the class that it has yet to make.
        if issubclass(type(value), type) and value.__module__.startswith(PACKAGES):
            names |= _class_names(name, value)
    return names


def _class_names(name: str, cls: type) -> set[str]:
    members = _members(cls)
    names = {*members} | {f"{name}.{member}" for member in members}
    # A page calls an instance of HttpRequest request, of StreamingHttpResponse response.
    if short := _INSTANCE.fullmatch(name):
        names |= {f"{short[1].lower()}.{member}" for member in members}
    if typing.is_typeddict(cls):
        for annotation in typing.get_type_hints(cls).values():
            names |= set(_literals(annotation))
    return names


@functools.cache
def _members(cls: type) -> frozenset[str]:
    found = {name for name in dir(cls) if not name.startswith("_")}
    for ancestor in cls.__mro__:
        found |= {n for n in getattr(ancestor, "__annotations__", {}) if not n.startswith("_")}
        if ancestor.__module__.startswith(PACKAGES):
            found |= _given(ancestor.__module__).get(ancestor.__qualname__, frozenset())
    return frozenset(found)


@functools.cache
def _given(module: str) -> dict[str, frozenset[str]]:
    """Return for each class of a module the names that its code gives to ``self``."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return {}
    text = Path(file).read_text("utf-8")
    lines = text.split("\n")
    found: dict[str, frozenset[str]] = {}
    for qualname, node in _classes(ast.parse(text), ""):
        code = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        found.setdefault(qualname, frozenset(_SELF.findall(code)))
    return found


def _classes(node: ast.AST, above: str) -> typing.Iterator[tuple[str, ast.ClassDef]]:
    """Give the classes below a node by their qualified names."""
    for child in ast.iter_child_nodes(node):
        inside = above
        if isinstance(child, ast.ClassDef):
            yield f"{above}{child.name}", child
            inside = f"{above}{child.name}."
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = f"{above}{child.name}.<locals>."
        yield from _classes(child, inside)


def _literals(annotation: object) -> typing.Iterator[str]:
    for argument in typing.get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _literals(argument)


def exists(name: str) -> bool:
    """Return whether a dotted name can be reached from a builtin or an installed module."""
    first, *rest = name.split(".")
    if hasattr(builtins, first):
        return _reach(getattr(builtins, first), rest)
    if not rest:
        return _findable(first)
    for length in range(len(rest) + 1, 0, -1):
        module = _import(".".join([first, *rest][:length])) if _findable(first) else None
        if module is not None:
            return _reach(module, rest[length - 1 :])
    return False


def _findable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _reach(value: typing.Any, path: list[str]) -> bool:
    for name in path:
        is_class = inspect.isclass(value)
        if is_class and name in _members(value):
            value = getattr(value, name, None)
        elif hasattr(value, name):
            value = getattr(value, name)
        else:
            return False
    return True


def main(question: str) -> None:
    """Print the answer to one of the three questions."""
    warnings.simplefilter("ignore")
    os.environ["GINGER_SETTINGS_MODULE"] = SETTINGS
    if question == "known":
        answer = known()
    elif question == "settings":
        answer = settings()
    else:
        answer = {name for name in sys.stdin.read().split("\n") if name and exists(name)}
    json.dump(sorted(answer), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
