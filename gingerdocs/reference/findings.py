"""Reads from the sources what the system checks may report: every call that is given an id."""

import ast
import builtins
import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from .model import Finding, Text
from .printed import marked
from .sources import Source, Sources

_ID = re.compile(r"(?:[a-z][a-z_]*|\d_\d)\.[DIWEC]\d{3}")
_CONVERSIONS: dict[int, Callable[[Any], str]] = {-1: str, 114: repr, 115: str, 97: ascii}


def read(
    sources: Sources, names: frozenset[str], problems: list[tuple[str, str]]
) -> tuple[Finding, ...]:
    """Return the findings by their ids; ids that no call is given go to ``problems``.

    ``names`` are the words of messages that are code: the settings.
    """
    found: dict[str, Finding] = {}
    for module in sources:
        source = sources.module(module)
        if not _ID.search(source.text):
            continue
        for finding in _findings(source, names):
            earlier = found.get(finding.id)
            reports = (*(earlier.reports if earlier else ()), *finding.reports)
            found[finding.id] = Finding(finding.id, source.path, tuple(dict.fromkeys(reports)))
        for string, line in source.strings():
            if _ID.fullmatch(string) and string not in found:
                place = f"{source.path}:{line}"
                problems.append((place, f"no call with a message is given the id {string}"))
    return tuple(found[name] for name in sorted(found))


def _findings(source: Source, names: frozenset[str]) -> Iterator[Finding]:
    module = vars(importlib.import_module(source.name))
    for call in ast.walk(source.tree):
        if not isinstance(call, ast.Call):
            continue
        arguments = [*call.args, *(k.value for k in call.keywords if k.arg in ("msg", "hint"))]
        given = [*arguments, *(k.value for k in call.keywords if k.arg == "id")]
        ids = [str(a.value) for a in given if isinstance(a, ast.Constant) and _is_id(a.value)]
        texts = [
            Text(marked(text, names), argument.lineno)
            for argument in arguments
            if (text := _text(argument, module)) and not _is_id(text)
        ]
        if len(ids) == 1 and texts:
            hint = texts[1] if len(texts) > 1 else None
            yield Finding(ids[0], source.path, ((texts[0], hint),))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _text(node: ast.expr, module: dict[str, Any]) -> str:
    """Return what an expression says; what is known only at run time is named in backquotes."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, module) for part in node.values)
    if isinstance(node, ast.IfExp):
        return _text(node.body, module)
    if isinstance(node, ast.FormattedValue):
        written = ast.unparse(node.value)
        if _constant(node.value, module):
            value = eval(written, module)  # noqa: S307  # Our own code, of constants alone.
            said = _CONVERSIONS[node.conversion](value)
            parts = said.split(", ")
            if len(parts) > 1 and not any(" " in part for part in parts):
                return ", ".join(f"`{part}`" for part in parts)
            return said
        if isinstance(node.value, ast.IfExp) and (text := _text(node.value, module)):
            return text
        return f"`{_placeholder(node.value)}`"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        return f"`{_placeholder(node.args[0])}`"
    return ""


def _placeholder(node: ast.expr) -> str:
    """Return the word of an expression that tells a reader what stands in its place."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, "__name__") | ast.Subscript(value):
            return _placeholder(value)
        case ast.Attribute(_, name):
            return name
        case ast.Call(ast.Attribute(value)) if not isinstance(value, ast.Constant):
            return _placeholder(value)
        case ast.Call(_, [first, *_]):
            return _placeholder(first)
    return "..."


def _constant(node: ast.expr, module: dict[str, Any]) -> bool:
    """Whether an expression is made of the module's constants and Python's own functions."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return bool(names) and all(
        (name.isupper() and name in module) or hasattr(builtins, name) for name in names
    )
