"""Patterns: what a piece of a path must look like, and how it is written back."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions
    from gingerdj.urls import converters as known
    from gingerdj.urls import regex as expressions
    from gingerdj.urls.regex import Form, Slot
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    expressions = LazyModule("gingerdj.urls.regex")
    known = LazyModule("gingerdj.urls.converters")

Match = tuple[str, tuple[Any, ...], dict[str, Any]]

_PARAMETER = r"<(?:(?P<converter>[^>:]+):)?(?P<name>[^>]*)>"


class RoutePattern:
    """A route with converters, such as `articles/<int:year>/`.

    Args:
        route: the route.
        name: the URL's name.
        is_endpoint: whether the whole rest of the path must match, rather than its beginning.

    Raises:
        ImproperlyConfigured: a parameter is malformed, used twice, or of an unknown converter.
    """

    def __init__(self, route: str, name: str | None = None, is_endpoint: bool = False) -> None:
        self._route = str(route)
        self.name = name
        self._is_endpoint = is_endpoint
        #: The expression without anchors.
        self.body, self.converters, self._form = _parse_route(self._route)
        self._is_static = not self.converters
        if self.converters:
            _ = self.regex  # Now, for that of a converter may be wrong.

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled."""
        return re.compile(f"^{self.body}" + (r"\Z" if self._is_endpoint else ""))

    def match(self, path: str) -> Match | None:
        """Return the rest of the path, no positional values and the named ones; None if none."""
        if self._is_static:
            if self._is_endpoint:
                return ("", (), {}) if path == self._route else None
            if path.startswith(self._route):
                return path[len(self._route) :], (), {}
            return None
        found = self.regex.match(path)
        if found is None:
            return None
        values = found.groupdict()
        try:
            for name, converter in self.converters.items():
                values[name] = converter.to_python(values[name])
        except ValueError:  # The converter refuses the value after all.
            return None
        return path[found.end() :], (), values

    def forms(self) -> list[Form]:
        """Return the ways to write the pattern back."""
        return [self._form]

    def describe(self) -> str:
        """Return the route and the name, for messages."""
        return _described(self._route, self.name)

    def __str__(self) -> str:
        return self._route


class RegexPattern:
    """A regular expression, matched at the beginning of a path.

    Args:
        regex: the expression.
        name: the URL's name.
        is_endpoint: whether no pattern follows this one.

    Raises:
        ImproperlyConfigured: the expression is malformed.
    """

    converters: ClassVar[dict[str, Any]] = {}

    def __init__(self, regex: str, name: str | None = None, is_endpoint: bool = False) -> None:
        self._regex = str(regex)
        self.name = name
        self._is_endpoint = is_endpoint
        self.regex = _compile(self._regex)

    def match(self, path: str) -> Match | None:
        """Return the rest of the path, the positional or the named values; None if none.

        Unnamed groups count only where there is no named one.
        """
        at_end = self._is_endpoint and self._regex.endswith("$") and not self._regex.endswith(r"\$")
        found = self.regex.fullmatch(path) if at_end else self.regex.search(path)
        if found is None:
            return None
        named = {name: value for name, value in found.groupdict().items() if value is not None}
        positional = () if self.regex.groupindex else found.groups()
        return path[found.end() :], positional, named

    def forms(self) -> list[Form]:
        """Return the ways to write the pattern back."""
        return expressions.forms(self._regex)

    def describe(self) -> str:
        """Return the expression and the name, for messages."""
        return _described(self._regex, self.name)

    def __str__(self) -> str:
        return self._regex


def _described(pattern: str, name: str | None) -> str:
    # As they were written, so without the escapes of repr().
    return f"'{pattern}'" + (f" [name='{name}']" if name else "")


def _parse_route(route: str) -> tuple[str, dict[str, Any], Form]:
    """Return a route's expression, its converters and its form."""
    if "<" not in route:
        return re.escape(route), {}, (route,)
    regex, end = [""], 0
    converters: dict[str, Any] = {}
    form: list[str | Slot] = []
    for found in re.finditer(_PARAMETER, route):
        literal = route[end : found.start()]
        end = found.end()
        kind, name = found["converter"] or "str", found["name"]
        if re.search(r"\s", found[0]):
            raise exceptions.ImproperlyConfigured(
                f"URL route {route!r} cannot contain whitespace in angle brackets <…>."
            )
        if not name.isidentifier():
            raise exceptions.ImproperlyConfigured(
                f"URL route {route!r} uses parameter name {name!r} which isn't a valid Python "
                f"identifier."
            )
        if name in converters:
            raise exceptions.ImproperlyConfigured(
                f"URL route {route!r} uses parameter name {name!r} more than once."
            )
        converter = known.get_converters().get(kind)
        if converter is None:
            raise exceptions.ImproperlyConfigured(
                f"URL route {route!r} uses invalid converter {kind!r}. Register it with "
                f"register_converter(), or use one of {', '.join(sorted(known.get_converters()))}."
            )
        converters[name] = converter
        regex += [re.escape(literal), f"(?P<{name}>{converter.regex})"]
        form += [literal, expressions.Slot(name, converter)]
    regex.append(re.escape(route[end:]))
    form.append(route[end:])
    return "".join(regex), converters, tuple(form)


@cache
def _compile(regex: str) -> re.Pattern[str]:
    try:
        return re.compile(regex)
    except re.error as error:
        raise exceptions.ImproperlyConfigured(
            f'"{regex}" is not a valid regular expression: {error}'
        ) from error
