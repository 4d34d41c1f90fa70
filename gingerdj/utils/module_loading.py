"""Names of modules and of things in them, given as dotted paths."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import copy
    from importlib import util

    from gingerdj.apps import registry
    from gingerdj.core import exceptions
else:
    copy = LazyModule("copy")
    exceptions = LazyModule("gingerdj.core.exceptions")
    registry = LazyModule("gingerdj.apps.registry")
    util = LazyModule("importlib.util")


def import_string(dotted_path: str) -> Any:
    """Import a module and return one of its attributes.

    Args:
        dotted_path: the module's path, a dot, and the attribute's name.

    Raises:
        ImportError: the path has no dot, or the module or the attribute does not exist.
    """
    module_path, _, name = dotted_path.rpartition(".")
    if not module_path:
        raise ImportError(f"{dotted_path} doesn't look like a module path")
    module = import_module(module_path)
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise ImportError(
            f'Module "{module_path}" does not define a "{name}" attribute/class'
        ) from error


def import_callable(dotted_path: str, setting: str) -> Any:
    """Import what an entry of a setting names.

    Args:
        dotted_path: the entry.
        setting: the setting's name, for the message.

    Raises:
        ImproperlyConfigured: it does not exist, or cannot be called.
    """
    try:
        found = import_string(str(dotted_path))
    except ImportError as error:
        raise exceptions.ImproperlyConfigured(
            f"The entry {dotted_path!r} of {setting} cannot be imported: {error}"
        ) from error
    if not callable(found):
        raise exceptions.ImproperlyConfigured(
            f"The entry {dotted_path!r} of {setting} must be callable, unlike {found!r}."
        )
    return found


def module_has_submodule(package: ModuleType, module_name: str) -> bool:
    """Return whether a package has a submodule, without importing it."""
    if not hasattr(package, "__path__"):
        return False
    try:
        return util.find_spec(f"{package.__name__}.{module_name}") is not None
    except (ModuleNotFoundError, AttributeError):
        return False


def autodiscover_modules(*args: str, register_to: Any = None) -> None:
    """Import submodules of every application, where there are such.

    Args:
        args: the submodules' names.
        register_to: an object whose attribute `_registry` gets back its value where an import
            failed.

    Raises:
        AppRegistryNotReady: the applications are not known yet.
        Exception: whatever an import raised, but for submodules that do not exist.
    """
    for config in registry.apps.get_app_configs():
        for name in args:
            before = copy.copy(register_to._registry) if register_to else None
            try:
                import_module(f"{config.name}.{name}")
            except Exception:
                if register_to:
                    register_to._registry = before
                if module_has_submodule(config.module, name):
                    raise
