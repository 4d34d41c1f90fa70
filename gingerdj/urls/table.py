"""Routing tables: a URL configuration, compiled once, so that no request searches it in full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from gingerdj.urls.patterns import RegexPattern
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from typing import Protocol

    from gingerdj.urls import converters as known
    from gingerdj.urls import endings as readers
    from gingerdj.urls import exceptions, regex
    from gingerdj.urls import match as matches
    from gingerdj.urls.match import ResolverMatch

    class View(Protocol):
        """What a path leads to."""

        func: Callable[..., Any]
        is_async: bool

        def match(self, kwargs: dict[str, Any], path: str) -> ResolverMatch:
            """Return what tells of the way to it, for these named arguments of a path."""
            ...

    #: Where a path leads: the view, its positional and its named arguments.
    Route = tuple[View, tuple[Any, ...], dict[str, Any]]

    #: Takes a path, and gives the patterns that are tried for it.
    Try = Callable[[str], list[list[Any]]]

    #: A view, the name of its only value, and what reads that.
    Ending = tuple[View, str, readers.Reader]

    class _Candidate(Protocol):
        order: int

        def find(self, path: str) -> Route | None: ...

        def may_match(self, path: str) -> bool: ...
else:
    exceptions = LazyModule("gingerdj.urls.exceptions")
    known = LazyModule("gingerdj.urls.converters")
    matches = LazyModule("gingerdj.urls.match")
    readers = LazyModule("gingerdj.urls.endings")
    regex = LazyModule("gingerdj.urls.regex")


class _Leaf:
    """A view, with the patterns that lead to it from the top."""

    def __init__(self, resolvers: tuple[Any, ...], pattern: Any, tried: Try) -> None:
        self.func = pattern.callback
        self.is_async: bool = pattern.is_async
        self.pattern = pattern
        self.defaults: dict[str, Any] = {}
        for resolver in resolvers:
            self.defaults.update(resolver.default_kwargs)
        self.defaults.update(pattern.default_args)
        self.levels = (*resolvers, pattern)
        self.route = "".join(str(level.pattern) for level in self.levels)
        self._tried = tried

    def match(self, kwargs: dict[str, Any], path: str) -> ResolverMatch:
        """Return the match, as walking down the patterns would have made it."""
        resolvers = self.levels[:-1]
        return matches.ResolverMatch(
            self.func,
            (),
            dict(kwargs),
            self.pattern.name,
            [resolver.app_name for resolver in resolvers],
            [resolver.namespace for resolver in resolvers],
            self.route,
            partial(self._tried, path),
            {name: kwargs[name] for name in self.pattern.pattern.converters},
            self.defaults.copy(),
            self.is_async,
        )


class _Literal:
    """A path without values."""

    def __init__(self, order: int, leaf: _Leaf) -> None:
        self.order = order
        self.path = leaf.route
        self.answer: Route = (leaf, (), leaf.defaults)

    def find(self, path: str) -> Route | None:
        return self.answer if path == self.path else None

    def may_match(self, path: str) -> bool:
        return path == self.path


class _Parametric:
    """A path with values, as one expression."""

    def __init__(self, order: int, leaf: _Leaf) -> None:
        self.order = order
        self.leaf = leaf
        self.converters: list[tuple[str, Any]] = [
            item for level in leaf.levels for item in level.pattern.converters.items()
        ]

    @cached_property
    def _match(self) -> Callable[[str], re.Match[str] | None]:
        *above, last = [level.pattern.body for level in self.leaf.levels]
        # Each level matches for itself, and is not tried again for the sake of the next one.
        expression = "".join(f"(?>{body})" for body in above)
        return re.compile(f"{expression}(?:{last})", re.DOTALL).fullmatch

    @cached_property
    def _convert(self) -> list[tuple[str, Callable[[str], Any]]]:
        return [
            (name, _conversion(converter))
            for name, converter in self.converters
            if type(converter).to_python is not known.StringConverter.to_python
        ]

    def may_match(self, path: str) -> bool:
        return self._match(path) is not None

    def find(self, path: str) -> Route | None:
        found = self._match(path)
        if found is None:
            return None
        captured = found.groupdict()
        try:
            for name, convert in self._convert:
                captured[name] = convert(captured[name])
        except ValueError:  # The converter refuses the value after all.
            return None
        captured.update(self.leaf.defaults)
        return self.leaf, (), captured


class _Found:
    """A view that the patterns have been walked down to."""

    def __init__(self, match: ResolverMatch, tried: Try) -> None:
        self.func = match.func
        self.is_async = match.is_async
        self._match = match
        self._tried = tried

    def match(self, kwargs: dict[str, Any], path: str) -> ResolverMatch:
        self._match.tried = partial(self._tried, path)
        return self._match


class _Walked:
    """Patterns that cannot be compiled: they are walked down, one level after the other."""

    def __init__(self, order: int, resolvers: tuple[Any, ...], node: Any, tried: Try) -> None:
        self.order = order
        self._resolvers = resolvers
        self._node = node
        self._tried = tried

    def find(self, path: str) -> Route | None:
        match = _walk(self._resolvers, self._node, path)
        if match is None:
            return None
        return _Found(match, self._tried), match.args, match.kwargs

    def may_match(self, path: str) -> bool:
        if self._resolvers or type(self._node.pattern) is not RegexPattern:
            return True
        return self._node.pattern.match(path) is not None


class _Bucket:
    """The candidates of all paths that begin with the same segments."""

    def __init__(self, parent: _Bucket | None) -> None:
        self._parent = parent
        self.own: list[_Candidate] = []

    def collect(self) -> list[_Candidate]:
        """Return these and those of the shorter beginnings, in the order of the configuration."""
        above = self._parent.collect() if self._parent is not None else []
        return sorted([*above, *self.own], key=lambda each: each.order)

    candidates = cached_property(collect)

    @cached_property
    def first(self) -> _Candidate | None:
        """The candidate that is tried first."""
        above = self._parent.first if self._parent is not None else None
        nearest = self.own if above is None else [above, *self.own]
        return min(nearest, key=lambda each: each.order, default=None)


class Table:
    """The routes of a URL configuration, beneath the slash that all paths begin with.

    The first pattern that matches wins, as it does in the configuration.

    Args:
        patterns: the patterns, as `URLResolver.url_patterns` gives them.
        tried: takes a path, and gives the patterns that are tried for it, for those who ask.
    """

    def __init__(self, patterns: list[Any], tried: Try) -> None:
        # By what their paths begin with, without the slash that follows it.
        self._buckets = {"": _Bucket(None)}
        literals: dict[str, _Literal] = {}
        for order, (resolvers, node) in enumerate(_leaves((), patterns)):
            candidate, prefix = _candidate(order, resolvers, node, tried)
            if isinstance(candidate, _Literal):
                literals.setdefault(candidate.path, candidate)
            else:
                self._bucket(prefix).own.append(candidate)
        hidden = [literal for literal in literals.values() if self._is_hidden(literal)]
        for literal in hidden:
            del literals[literal.path]
            self._bucket(literal.path).own.append(literal)
        self._literals = {f"/{path}": literal.answer for path, literal in literals.items()}
        # Of each bucket the candidate that comes first, if all but its end is literal: those whose
        # paths end with the value, and those where a slash follows it.
        self._open: dict[str, Ending] = {}
        self._closed: dict[str, Ending] = {}
        for beginning, bucket in self._buckets.items():
            if isinstance(bucket.first, _Parametric):
                self._add_ending(beginning, bucket.first)

    def find(self, path: str) -> Route | None:
        """Return where a path leads; None if it leads nowhere.

        Args:
            path: the path, with the slash at its beginning.
        """
        route = self._literals.get(path)
        if route is not None:
            return route
        # Most values are the last segment of their paths.
        head, slash, tail = path.rpartition("/")
        endings = self._open
        if not tail and head not in self._buckets:
            endings = self._closed
            head, slash, tail = head.rpartition("/")
        ending = endings.get(head)
        if ending is not None and slash:
            leaf, name, read = ending
            value = read(tail)
            if value is not None:
                return leaf, (), {name: value}
        return self._search(path, head)

    def _search(self, path: str, head: str) -> Route | None:
        """Return where a path leads.

        Args:
            path: the path.
            head: the longest beginning of it that a bucket may have.
        """
        if not path or path[0] != "/":
            return None
        bucket = self._buckets.get(head) or self._bucket_of(path)
        path = path[1:]
        for candidate in bucket.candidates:
            route = candidate.find(path)
            if route is not None:
                return route
        return None

    def _bucket_of(self, path: str) -> _Bucket:
        bucket, end = self._buckets[""], path.find("/", 1)
        while end > 0:
            deeper = self._buckets.get(path[:end])
            if deeper is None:
                break
            bucket, end = deeper, path.find("/", end + 1)
        return bucket

    def _bucket(self, prefix: str) -> _Bucket:
        bucket, end = self._buckets[""], prefix.find("/")
        while end >= 0:
            bucket = self._buckets.setdefault(f"/{prefix[:end]}", _Bucket(bucket))
            end = prefix.find("/", end + 1)
        return bucket

    def _add_ending(self, beginning: str, candidate: _Parametric) -> None:
        prefix, _, rest = candidate.leaf.route.partition("<")
        end = rest.partition(">")[2]
        if f"/{prefix}" != f"{beginning}/" or end not in ("", "/") or candidate.leaf.defaults:
            return
        [(name, converter)] = candidate.converters
        read = readers.READERS.get(type(converter))
        if read is not None:
            (self._closed if end else self._open)[beginning] = candidate.leaf, name, read

    def _is_hidden(self, literal: _Literal) -> bool:
        """Return whether a pattern before this one may match its path."""
        return any(
            earlier.may_match(literal.path)
            for earlier in self._bucket_of(f"/{literal.path}").collect()
            if earlier.order < literal.order
        )


def _candidate(
    order: int, resolvers: tuple[Any, ...], node: Any, tried: Try
) -> tuple[_Candidate, str]:
    """Return a candidate, and what the paths begin with that it may match."""
    literal = "".join(str(resolver.pattern) for resolver in resolvers)
    has_values = any(resolver.pattern.converters for resolver in resolvers)
    if not node.is_plain:
        if not has_values and type(node.pattern) is RegexPattern:
            literal += regex.literal_prefix(str(node.pattern))
        return _Walked(order, resolvers, node, tried), literal.partition("<")[0]
    leaf = _Leaf(resolvers, node, tried)
    if not has_values and not node.pattern.converters:
        return _Literal(order, leaf), leaf.route
    names = [name for level in leaf.levels for name in level.pattern.converters]
    prefix = leaf.route.partition("<")[0]
    if len(set(names)) < len(names) or leaf.defaults.keys() & set(names):
        return _Walked(order, resolvers, node, tried), prefix
    return _Parametric(order, leaf), prefix


def _conversion(converter: Any) -> Callable[[str], Any]:
    return int if type(converter) is known.IntConverter else converter.to_python


def _walk(resolvers: tuple[Any, ...], node: Any, path: str) -> ResolverMatch | None:
    """Return the match of a pattern beneath resolvers; None if one of them does not match."""
    passed = []
    for resolver in resolvers:
        found = resolver.pattern.match(path)
        if found is None:
            return None
        path, args, kwargs = found
        passed.append((resolver, args, kwargs))
    try:
        match: ResolverMatch | None = node.resolve(path)
    except exceptions.Resolver404:
        return None
    if match is not None:
        for resolver, args, kwargs in reversed(passed):
            match = resolver.join(match, args, kwargs)
    return match


def _leaves(resolvers: tuple[Any, ...], patterns: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Give the patterns with the resolvers above them, as far down as these can be compiled."""
    for node in patterns:
        if node.is_plain and hasattr(node, "url_patterns"):
            yield from _leaves((*resolvers, node), node.url_patterns)
        else:
            yield resolvers, node
