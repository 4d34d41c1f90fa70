"""Mappings with several values per key, and other collections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

from gingerdj.utils.caseless import CaseInsensitiveMapping as CaseInsensitiveMapping  # noqa: PLC0414 - offered here, too.
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import copy
else:
    copy = LazyModule("copy")

_T = TypeVar("_T")

# Of a dictionary itself; to be called so costs a third of what it does through `super()`.
_get = dict.__getitem__


class MultiValueDictKeyError(KeyError):
    """A `MultiValueDict` has no such key."""


class MultiValueDict(dict[str, Any]):
    """A dictionary of lists that gives the last value of a list where one is asked for.

    The lists themselves come from `getlist()` and `lists()`.
    """

    def __init__(self, key_to_list_mapping: Any = ()) -> None:
        super().__init__(key_to_list_mapping)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {super().__repr__()}>"

    def __getitem__(self, key: str) -> Any:
        try:
            values = _get(self, key)
        except KeyError:
            raise MultiValueDictKeyError(key) from None
        return values[-1] if values else []

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, [value])

    def __copy__(self) -> MultiValueDict:
        return type(self)([(key, values[:]) for key, values in self.lists()])

    def __deepcopy__(self, memo: dict[int, Any]) -> MultiValueDict:
        return type(self)([(key, copy.deepcopy(values, memo)) for key, values in self.lists()])

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_data": {key: values[:] for key, values in self.lists()}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        data = state.pop("_data", {})
        for key, values in data.items():
            dict.__setitem__(self, key, values)
        self.__dict__.update(state)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the last value for the key; the default if there is none."""
        try:
            value = self[key]
        except KeyError:
            return default
        return default if value == [] else value

    def getlist(self, key: str, default: Any = None) -> Any:
        """Return a copy of the list for the key; the default, or an empty list, without it."""
        try:
            values = super().__getitem__(key)
        except KeyError:
            return [] if default is None else default
        return list(values) if values is not None else values

    def setlist(self, key: str, list_: list[Any]) -> None:
        super().__setitem__(key, list_)

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def setlistdefault(self, key: str, default_list: list[Any] | None = None) -> list[Any]:
        if key not in self:
            self.setlist(key, [] if default_list is None else default_list)
        values: list[Any] = super().__getitem__(key)
        return values

    def appendlist(self, key: str, value: Any) -> None:
        self.setlistdefault(key).append(value)

    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        """Give each key with its last value."""
        for key in self:
            yield key, self[key]

    def lists(self) -> Iterator[tuple[str, list[Any]]]:
        """Give each key with its list."""
        return iter(super().items())

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        """Give the last value of each key."""
        for key in self:
            yield self[key]

    def copy(self) -> MultiValueDict:
        return copy.copy(self)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Add to the lists, rather than replace them."""
        if len(args) > 1:
            raise TypeError(f"update expected at most 1 argument, got {len(args)}")
        if args:
            other = args[0]
            if isinstance(other, MultiValueDict):
                for key, values in other.lists():
                    self.setlistdefault(key).extend(values)
            else:
                pairs = other.items() if isinstance(other, Mapping) else other
                for key, value in pairs:
                    self.setlistdefault(key).append(value)
        for key, value in kwargs.items():
            self.setlistdefault(key).append(value)

    def dict(self) -> dict[str, Any]:
        """Return an ordinary dictionary of last values."""
        return {key: self[key] for key in self}


class OrderedSet(Generic[_T]):
    """A set that keeps its elements in the order in which they came.

    Args:
        iterable: the first elements.
    """

    def __init__(self, iterable: Iterable[_T] | None = None) -> None:
        self.dict = dict.fromkeys(iterable or ())

    def add(self, item: _T) -> None:
        self.dict[item] = None

    def remove(self, item: _T) -> None:
        """Take an element out; raises `KeyError` if it is not there."""
        del self.dict[item]

    def discard(self, item: _T) -> None:
        """Take an element out, if it is there."""
        self.dict.pop(item, None)

    def __iter__(self) -> Iterator[_T]:
        return iter(self.dict)

    def __reversed__(self) -> Iterator[_T]:
        return reversed(self.dict)

    def __contains__(self, item: object) -> bool:
        return item in self.dict

    def __len__(self) -> int:
        return len(self.dict)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.dict)!r})" if self.dict else "OrderedSet()"


class ImmutableList(tuple[_T, ...]):  # noqa: SLOT001 - a tuple can have no slots of its own
    """A tuple that says, to whoever takes it for a list, why it cannot be changed.

    Args:
        args: the elements, as for `tuple`.
        warning: the message of the `AttributeError`.
    """

    warning: str

    def __new__(cls, *args: Any, warning: str = "ImmutableList object is immutable.") -> Self:
        self = super().__new__(cls, *args)
        self.warning = warning
        return self

    def _complain(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AttributeError(self.warning)

    __delitem__ = __setitem__ = __iadd__ = __imul__ = _complain
    append = extend = insert = pop = remove = sort = reverse = clear = _complain


class DictWrapper(dict[str, Any]):
    """A dictionary that passes the values of keys with a prefix through a function.

    Args:
        data: the dictionary.
        func: the function.
        prefix: the prefix; what follows it is the real key.
    """

    def __init__(self, data: Any, func: Callable[[Any], Any], prefix: str) -> None:
        super().__init__(data)
        self.func = func
        self.prefix = prefix

    def __getitem__(self, key: str) -> Any:
        if key.startswith(self.prefix):
            return self.func(super().__getitem__(key[len(self.prefix) :]))
        return super().__getitem__(key)
