"""From a URL's name to its path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from gingerdj.urls.converters import to_url
from gingerdj.urls.exceptions import NoReverseMatch
from gingerdj.urls.regex import Form, Slot
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import difflib
    from urllib import parse
else:
    difflib = LazyModule("difflib")
    parse = LazyModule("urllib.parse")

# What RFC 3986, section 3.3, lets stand in a path.
_SAFE = "/~:@!$&'()*+,;="


class Target(NamedTuple):
    """One way to write a URL: its form, the arguments that it presumes, and its check."""

    form: Form
    defaults: dict[str, Any]
    regex: str

    def path(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        """Return the path for the arguments; None if they are not the ones it takes."""
        keys = self._keys()
        values = self._values(keys, args, kwargs)
        if values is None:
            return None
        wanted = iter(keys)
        try:
            written = [
                piece if isinstance(piece, str) else _written(piece, values[next(wanted)])
                for piece in self.form
            ]
        except NoReverseMatch:
            return None
        path = "".join(written)
        return path if self._fits(path, written) else None

    def _fits(self, path: str, written: list[str]) -> bool:
        try:
            return re.search(f"^{self.regex}", path) is not None
        except re.error:  # Two values have one name, so each is looked at by itself.
            return all(
                isinstance(piece, str) or _fits_alone(piece, text)
                for piece, text in zip(self.form, written, strict=True)
            )

    def _keys(self) -> list[str | int]:
        """Return the slots' names; for unnamed ones their place, unique beneath includes, too."""
        slots = [piece for piece in self.form if isinstance(piece, Slot)]
        return [slot.name if isinstance(slot.name, str) else n for n, slot in enumerate(slots)]

    def _values(
        self, keys: list[str | int], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[Any, Any] | None:
        if args:
            return dict(zip(keys, args, strict=True)) if len(args) == len(keys) else None
        own = {name: value for name, value in kwargs.items() if name not in self.defaults}
        if set(own) - set(keys) or set(keys) - set(kwargs) - set(self.defaults):
            return None
        presumed = kwargs.keys() & self.defaults.keys() - set(keys)
        if any(self.defaults[name] != kwargs[name] for name in presumed):
            return None
        return {**self.defaults, **kwargs}


class Names:
    """The names in a list of patterns, and the namespaces beneath.

    Args:
        patterns: URL patterns and resolvers.
    """

    def __init__(self, patterns: Iterable[Any]) -> None:
        self.targets: dict[Any, list[Target]] = {}
        self.namespaces: dict[str, tuple[Any, Names]] = {}
        self.app_names: dict[str, list[str]] = {}
        # Of two URLs with one name, the one that comes last in the configuration is tried first.
        for pattern in reversed(list(patterns)):
            if hasattr(pattern, "url_patterns"):
                self._add_resolver(pattern)
            else:
                self._add_pattern(pattern)

    def _add_pattern(self, pattern: Any) -> None:
        regex = _bare_regex(pattern.pattern)
        targets = [Target(form, pattern.default_args, regex) for form in pattern.pattern.forms()]
        for key in (pattern.name, pattern.callback):
            if key is not None:
                self.targets.setdefault(key, []).extend(targets)

    def _add_resolver(self, resolver: Any) -> None:
        if resolver.namespace:
            self.namespaces[resolver.namespace] = (resolver, resolver.names)
            if resolver.app_name:
                self.app_names.setdefault(resolver.app_name, []).insert(0, resolver.namespace)
            return
        below: Names = resolver.names
        for key, targets in below.targets.items():
            joined = [under(resolver, target) for target in targets]
            self.targets.setdefault(key, []).extend(
                target for targets_of_one in joined for target in targets_of_one
            )
        for namespace, (inner, names) in below.namespaces.items():
            self.namespaces.setdefault(namespace, (_Joined(resolver, inner), names))
        for app_name, namespaces in below.app_names.items():
            self.app_names.setdefault(app_name, []).extend(namespaces)


class _Joined(NamedTuple):
    outer: Any
    inner: Any


def under(resolver: Any, target: Target) -> list[Target]:
    """Return a target as it is beneath a resolver, or beneath one inside of another."""
    if isinstance(resolver, _Joined):
        return [
            outermost
            for inner in under(resolver.inner, target)
            for outermost in under(resolver.outer, inner)
        ]
    prefix = _bare_regex(resolver.pattern)
    return [
        Target(
            (*form, *target.form),
            {**resolver.default_kwargs, **target.defaults},
            prefix + target.regex,
        )
        for form in resolver.pattern.forms()
    ]


def find_bare(names: Names, view: Any) -> list[Target]:
    """Return the targets of a view, or of a name that is in no namespace.

    Raises:
        NoReverseMatch: there are none.
    """
    targets = names.targets.get(view, [])
    if not targets:
        raise _not_found(view)
    return targets


def find(names: Names, parts: list[str], current_app: str | None) -> list[Target]:
    """Return the targets of a name with its namespaces.

    Raises:
        NoReverseMatch: there is no such namespace.
    """
    *namespaces, name = parts
    current = current_app.split(":") if current_app else []
    passed: list[Any] = []
    for depth, namespace in enumerate(namespaces):
        instance = _instance(names, namespace, current[depth : depth + 1])
        if instance not in names.namespaces:
            raise NoReverseMatch(
                f"{namespace!r} is not a registered namespace"
                f"{' inside ' + repr(':'.join(namespaces[:depth])) if depth else ''}"
                f".{_nearest(namespace, names.namespaces)}"
            )
        resolver, names = names.namespaces[instance]
        passed.append(resolver)
    targets = names.targets.get(name, [])
    for resolver in reversed(passed):
        targets = [outer for target in targets for outer in under(resolver, target)]
    if not targets:
        known = [key for key in names.targets if isinstance(key, str)]
        raise _not_found(name, _nearest(name, known))
    return targets


def write(
    targets: list[Target], prefix: str, name: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> str:
    """Return the path of the first target that takes the arguments.

    Raises:
        NoReverseMatch: none does.
    """
    for target in targets:
        path = target.path(args, kwargs)
        if path is not None:
            # A path that begins with two slashes would name a host.
            written = parse.quote(prefix + path, safe=_SAFE)
            return "/%2F" + written[2:] if written.startswith("//") else written
    wanted = list(dict.fromkeys(target.regex for target in targets))
    given = f"arguments '{args}'" if args else f"keyword arguments '{kwargs}'"
    if not args and not kwargs:
        given = "no arguments"
    raise NoReverseMatch(
        f"Reverse for '{_bare_name(name)}' with {given} not found. {len(wanted)} pattern(s) "
        f"tried: {wanted}"
    )


def _instance(names: Names, namespace: str, current: list[str]) -> str:
    instances = names.app_names.get(namespace)
    if not instances:
        return namespace
    if current and current[0] in instances:
        return current[0]
    return namespace if namespace in instances else instances[-1]


def _not_found(view: Any, nearest: str = "") -> NoReverseMatch:
    name = _bare_name(view)
    return NoReverseMatch(
        f"Reverse for '{name}' not found. '{name}' is not a valid view function or pattern name."
        f"{nearest}"
    )


def _bare_name(view: Any) -> str:
    if isinstance(view, str):
        return view.rpartition(":")[2]
    return f"{view.__module__}.{view.__name__}" if hasattr(view, "__name__") else str(view)


def _nearest(name: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    return f" The nearest is {nearest[0]!r}." if nearest else ""


def _written(slot: Slot, value: Any) -> str:
    return str(value) if slot.converter is None else to_url(slot.converter, value)


def _fits_alone(slot: Slot, text: str) -> bool:
    return slot.converter is not None and bool(re.fullmatch(slot.converter.regex, text))


def _bare_regex(pattern: Any) -> str:
    return str(pattern.regex.pattern).removeprefix("^")
