"""Imports put off until something imported is used: what most requests do not need, none waits
for at start-up.

A module that another one uses rarely is imported twice: for type checkers, and for Python.

    if TYPE_CHECKING:
        from gingerdj.views import debug
    else:
        debug = LazyModule("gingerdj.views.debug")

A package that offers names of such modules has them looked up when they are asked for (PEP 562).

    if TYPE_CHECKING:
        from gingerdj.http.file import FileResponse
    else:
        __getattr__, __dir__ = lazy_names(__name__, {"gingerdj.http.file": ("FileResponse",)})
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any


class LazyModule:
    """Stands for a module, which is imported when something is first read from it.

    Args:
        name: the module's dotted path.
    """

    __slots__ = ("__dict__", "_name")

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> Any:
        module = import_module(self._name)
        # From now on what it has, and what is set in it, is found at once.
        object.__setattr__(self, "__dict__", module.__dict__)
        return getattr(module, name)

    def __repr__(self) -> str:
        return f"<LazyModule {self._name!r}>"


def lazy_names(
    package: str, modules: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the functions `__getattr__` and `__dir__` of a module that offers names of others.

    Args:
        package: the module's own name.
        modules: the names by the modules that they are imported from when they are asked for.
    """
    origins = {name: module for module, names in modules.items() for name in names}
    refuse = absent_names(package)

    def get(name: str) -> Any:
        if name not in origins:
            return refuse(name)
        value = getattr(import_module(origins[name]), name)
        setattr(sys.modules[package], name, value)  # Found without this function from now on.
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *origins})

    return get, names


if TYPE_CHECKING:
    from gingerdj.utils import absent
else:
    absent = LazyModule("gingerdj.utils.absent")


class AbsentFinder:
    """The last of `sys.meta_path`, which says of modules of Django's what to do instead."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Find nothing.

        Raises:
            ModuleNotFoundError: the module is one that Django has and GingerDJ has not.
        """
        if name.startswith("gingerdj."):
            absent.refuse_module(name)


def absent_names(module: str) -> Callable[[str], Any]:
    """Return the function `__getattr__` of a module that lacks names which Django's has.

    Args:
        module: the module's own name.
    """

    def get(name: str) -> Any:
        if name.startswith("__"):  # Python asks every module for some of them.
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        absent.refuse_name(module, name)

    return get
