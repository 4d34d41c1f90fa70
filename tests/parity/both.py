"""The same call, to Django and to GingerDJ."""

from __future__ import annotations

import asyncio
import collections
import copy
import datetime as dt
import decimal
import hashlib
import io
import json
import operator
import pickle
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

FRAMEWORKS = ("django", "gingerdj")
STANDARD = {
    "asyncio": asyncio,
    "collections": collections,
    "copy": copy,
    "decimal": decimal,
    "dt": dt,
    "io": io,
    "json": json,
}
STANDARD |= {"hashlib": hashlib, "operator": operator, "pickle": pickle, "uuid": uuid}

#: What a call came to: `returns` with a value, or `raises` with the names of the exception's
#: classes, the most derived one first.
Outcome = tuple[str, Any]


def names(framework: str, *modules: str) -> dict[str, Any]:
    """Return the public names of modules, given without the package's own name.

    Of two modules with the same name in them the later one's counts."""
    found: dict[str, Any] = {}
    for module in modules:
        public = import_module(f"{framework}.{module}")
        # Some of them are imported when they are first asked for.
        found |= {_renamed(name): getattr(public, name) for name in dir(public) if name[:2] != "__"}
    return found


def outcome(call: Callable[[], Any]) -> Outcome:
    """Return what a call comes to, so that the frameworks' outcomes can be compared."""
    try:
        return "returns", plain(call())
    except Exception as error:
        classes = [_renamed(each.__name__) for each in type(error).__mro__]
        return "raises", [name for name in classes if not name.startswith("RemovedIn")]


def same(django: Outcome, ginger: Outcome) -> bool:
    """Return whether whoever expects Django's outcome is served by GingerDJ's."""
    if django[0] == ginger[0] == "raises":
        return django[1][0] in ginger[1]
    return django == ginger


def plain(value: Any) -> Any:
    """Return a value as something that can be compared: text, numbers, lists and pairs."""
    if isinstance(value, str | bytes | int | float | None):
        return type(value).__name__, value
    if hasattr(value, "lists"):
        return _name(value), [(key, list(values)) for key, values in value.lists()]
    if isinstance(value, Mapping):
        return _name(value), {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__next__"):
        each = [plain(each) for each in value]
        return type(value).__name__, sorted(each) if isinstance(value, set) else each
    return _name(value), _renamed(re.sub(" at 0x[0-9a-f]+", "", str(value)))


def _name(value: Any) -> str:
    # Functions made by `lazy` give objects of a class that has no public name.
    return _renamed(type(value).__name__).replace("__proxy__", "Promise")


def _renamed(text: str) -> str:
    return text.replace("django", "gingerdj").replace("Django", "Ginger")


def listed(text: str, separator: str = "; ") -> list[str]:
    """Return the expressions that a text lists, several on a line."""
    return [each.strip() for line in text.strip().splitlines() for each in line.split(separator)]


def compare(
    modules: Iterable[str],
    expressions: Iterable[str],
    differences: Mapping[str, str],
    helpers: str = "",
    **more: Any,
) -> None:
    """Demand that expressions come to the same in both frameworks.

    Args:
        modules: the modules whose names the expressions use.
        expressions: the expressions, which may use modules of the standard library.
        differences: the reason for each expression that comes to something else here.
        helpers: statements that define further names in terms of each framework's own.
        more: further names.
    """
    scopes = [{**STANDARD, **names(each, *modules), **more} for each in FRAMEWORKS]
    for scope in scopes:
        exec(helpers, scope)
    wrong = []
    for expression in dict.fromkeys([*expressions, *differences]):
        code = compile(expression, "<expression>", "eval")
        outcomes = [outcome(lambda: eval(code, scope)) for scope in scopes]  # noqa: B023
        if same(*outcomes) is (expression in differences):
            wrong.append("\n    ".join([expression, *map(str, outcomes)]))
    assert not wrong, f"{len(wrong)} expressions:\n" + "\n".join(wrong)


def call_both(path: str, *args: Any, **kwargs: Any) -> None:
    """Call a function of both, and demand the same outcome."""
    module, _, name = path.rpartition(".")
    functions = (getattr(import_module(f"{each}.{module}"), name) for each in FRAMEWORKS)
    django, ginger = (outcome(partial(each, *args, **kwargs)) for each in functions)
    assert same(django, ginger), (path, args, kwargs, django, ginger)
