"""Values computed when they are first asked for."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import copy
else:
    copy = LazyModule("copy")

_T = TypeVar("_T")


class _Empty:
    def __repr__(self) -> str:
        return "<empty>"


#: Stands for the value of a lazy object that nobody has asked for yet.
empty: Any = _Empty()


class cached_property(Generic[_T]):  # noqa: N801 - a decorator, named as decorators are
    """A method called once per instance, whose result is kept in the instance's `__dict__`."""

    name: str | None = None

    def __init__(self, func: Callable[[Any], _T]) -> None:
        self.func = func
        self.__doc__ = func.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        if self.name is not None and self.name != name:
            raise TypeError(
                f"Cannot assign the same cached_property to two different names ({self.name!r} "
                f"and {name!r})."
            )
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> cached_property[_T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> _T: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.name is None:
            raise TypeError(
                "Cannot use cached_property instance without calling __set_name__() on it."
            )
        result = self.func(instance)
        try:
            # To read `__dict__` would make a dictionary of the instance's attributes.
            object.__setattr__(instance, self.name, result)
        except (AttributeError, TypeError):  # A subclass has put something in the way.
            instance.__dict__[self.name] = result
        return result


class classproperty:  # noqa: N801 - a decorator, named as decorators are
    """A property of the class itself."""

    def __init__(self, method: Callable[[Any], Any] | None = None) -> None:
        self.fget = method

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if self.fget is None:
            raise AttributeError("This classproperty has no getter.")
        return self.fget(owner)

    def getter(self, method: Callable[[Any], Any]) -> classproperty:
        self.fget = method
        return self


def _forward(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any) -> Any:
        # What compares itself looks at the other's class, which a promise hides.
        others = [each._unwrap() if isinstance(each, Promise) else each for each in args]
        return function(self._unwrap(), *others)

    return method


def _radd(value: Any, other: Any) -> Any:
    return other + value


class _StandIn:
    """Passes on what any value may be asked to the one that it stands for, from `_unwrap()`."""

    __str__ = _forward(str)
    __hash__ = _forward(hash)
    __eq__ = _forward(operator.eq)
    __ne__ = _forward(operator.ne)
    __lt__ = _forward(operator.lt)
    __gt__ = _forward(operator.gt)
    __add__ = _forward(operator.add)
    __radd__ = _forward(_radd)


class LazyObject(_StandIn):
    """Stands for an object that `_setup()`, which a subclass gives, makes on first use."""

    _wrapped: Any = None

    def __init__(self) -> None:
        self._wrapped = empty

    def _setup(self) -> None:
        raise NotImplementedError(
            f"subclasses of LazyObject must provide a _setup() method; "
            f"{type(self).__name__} has none."
        )

    def _unwrap(self) -> Any:
        if self._wrapped is empty:
            self._setup()
        return self._wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unwrap(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_wrapped":
            self.__dict__["_wrapped"] = value
        else:
            setattr(self._unwrap(), name, value)

    def __delattr__(self, name: str) -> None:
        if name == "_wrapped":
            raise TypeError("can't delete _wrapped.")
        delattr(self._unwrap(), name)

    def __reduce__(self) -> tuple[Any, ...]:
        return (copy.copy, (self._unwrap(),))

    def __copy__(self) -> Any:
        if self._wrapped is empty:
            return type(self)()
        return copy.copy(self._wrapped)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self._wrapped is empty:
            result = type(self)()
            memo[id(self)] = result
            return result
        return copy.deepcopy(self._wrapped, memo)

    __class__ = property(_forward(operator.attrgetter("__class__")))
    __bytes__ = _forward(bytes)
    __bool__ = _forward(bool)
    __dir__ = _forward(dir)
    __getitem__ = _forward(operator.getitem)
    __setitem__ = _forward(operator.setitem)
    __delitem__ = _forward(operator.delitem)
    __iter__ = _forward(iter)
    __len__ = _forward(len)
    __contains__ = _forward(operator.contains)


class SimpleLazyObject(LazyObject):
    """Stands for the object that a function returns, called on first use."""

    def __init__(self, func: Callable[[], Any]) -> None:
        self.__dict__["_setupfunc"] = func
        super().__init__()

    def _setup(self) -> None:
        self._wrapped = self.__dict__["_setupfunc"]()

    def __repr__(self) -> str:
        shown = self.__dict__["_setupfunc"] if self._wrapped is empty else self._wrapped
        return f"<{type(self).__name__}: {shown!r}>"

    def __copy__(self) -> Any:
        if self._wrapped is empty:
            return SimpleLazyObject(self.__dict__["_setupfunc"])
        return copy.copy(self._wrapped)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self._wrapped is empty:
            result = SimpleLazyObject(self.__dict__["_setupfunc"])
            memo[id(self)] = result
            return result
        return copy.deepcopy(self._wrapped, memo)


class Promise(_StandIn):
    """What a function made by `lazy` returns: its call, put off until the result is used."""

    def __init__(
        self,
        func: Callable[..., Any],
        resultclasses: tuple[type, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._func = func
        self._resultclasses = resultclasses
        self._args = args
        self._kwargs = kwargs

    def _unwrap(self) -> Any:
        return self._func(*self._args, **self._kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _promise, (self._func, self._resultclasses, self._args, self._kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self  # It never changes.

    __repr__ = _forward(repr)
    __format__ = _forward(format)
    __le__ = _forward(operator.le)
    __ge__ = _forward(operator.ge)
    __mul__ = _forward(operator.mul)
    __mod__ = _forward(operator.mod)


def _lazy_method(name: str) -> Callable[..., Any]:
    def method(self: Promise, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._unwrap(), name)(*args, **kwargs)

    method.__name__ = name
    return method


def lazy(func: Callable[..., Any], *resultclasses: type) -> Callable[..., Any]:
    """Return a function whose call is put off until its result is used, each time anew.

    Args:
        func: the function.
        resultclasses: the classes that the result may have, whose methods the promise offers.
    """
    own = set(dir(Promise))
    methods = {
        name: _lazy_method(name)
        for result_class in resultclasses
        for name in dir(result_class)
        if name not in own and callable(getattr(result_class, name))
    }
    promise_class: Any = type("Promise", (Promise,), methods)

    @wraps(func)
    def promised(*args: Any, **kwargs: Any) -> Any:
        return promise_class(func, resultclasses, args, kwargs)

    return promised


def _promise(
    func: Callable[..., Any],
    resultclasses: tuple[type, ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    return lazy(func, *resultclasses)(*args, **kwargs)


def lazystr(text: Any) -> Any:
    """Return `str(text)`, put off until it is used."""
    return lazy(str, str)(text)


def keep_lazy(*resultclasses: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function so that its call is put off if one of its arguments is.

    Args:
        resultclasses: the classes that its result may have.

    Raises:
        TypeError: no class is given.
    """
    if not resultclasses:
        raise TypeError(
            "You must pass at least one argument to keep_lazy(). Write @keep_lazy(str)."
        )

    def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
        put_off = lazy(func, *resultclasses)

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if any(isinstance(each, Promise) for each in (*args, *kwargs.values())):
                return put_off(*args, **kwargs)
            return func(*args, **kwargs)

        return wrapper

    return decorator


def keep_lazy_text(func: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function that returns a string as `keep_lazy(str)` does."""
    return keep_lazy(str)(func)


def partition(predicate: Callable[[_T], Any], values: Iterable[_T]) -> tuple[list[_T], list[_T]]:
    """Return the values of which something is false, and those of which it is true, in order.

    Args:
        predicate: says so of each value.
        values: the values.
    """
    parts: tuple[list[_T], list[_T]] = [], []
    for value in values:
        parts[bool(predicate(value))].append(value)
    return parts
