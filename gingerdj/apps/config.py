"""What the project knows of one application."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from importlib import util
else:
    util = LazyModule("importlib.util")

# The submodule of an application that may hold its AppConfig.
_SUBMODULE = "apps"


class AppNotFound(ImproperlyConfigured, ModuleNotFoundError):
    """An entry of `INSTALLED_APPS` leads to no module."""


class AppConfig:
    """An application: its name, its label, its folder, and what it does at start-up.

    Args:
        app_name: the dotted path of the application's package.
        app_module: the package.

    Raises:
        ImproperlyConfigured: the label is no identifier, or the package lies in no folder or in
            several.
    """

    #: The dotted path of the application's package.
    name: str
    #: The short name, which no other application has; the last part of `name` by default.
    label: str
    #: The name for people; the label with its first letter in upper case by default.
    verbose_name: str
    #: The application's folder.
    path: str

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        self.name = app_name
        self.module = app_module
        #: The registry that holds the application.
        self.apps: Any = None
        if not hasattr(self, "label"):
            self.label = app_name.rpartition(".")[2]
        if not self.label.isidentifier():
            raise ImproperlyConfigured(
                f"The app label {self.label!r} is not a valid Python identifier: give the "
                f"AppConfig of {app_name!r} a `label` that is one."
            )
        if not hasattr(self, "verbose_name"):
            self.verbose_name = self.label.title()
        if not hasattr(self, "path"):
            self.path = _folder(app_module)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.label}>"

    @classmethod
    def create(cls, entry: str) -> AppConfig:
        """Return the configuration that an entry of `INSTALLED_APPS` means.

        A package means the one `AppConfig` in its submodule `apps`, or that of several which
        says `default = True`; one that says `default = False` does not count.

        Args:
            entry: the dotted path of a package, or of a subclass of `AppConfig`.

        Raises:
            ImportError: there is no such package or class.
            ImproperlyConfigured: the class is no `AppConfig`, or its `name` is wrong.
            RuntimeError: several classes say that they are the default.
        """
        if not isinstance(entry, str):
            raise ImproperlyConfigured(
                f"INSTALLED_APPS must hold the dotted paths of apps, not {entry!r}."
            )
        config_class = _imported_class(entry)
        if config_class is None:
            module = import_module(entry)
            config_class = _default_class(module) or cls
            if config_class is cls:
                return cls(entry, module)
        elif not (isinstance(config_class, type) and issubclass(config_class, AppConfig)):
            raise ImproperlyConfigured(
                f"{entry!r} isn't a subclass of AppConfig: name the app's package or its "
                f"AppConfig in INSTALLED_APPS."
            )
        path = f"{config_class.__module__}.{config_class.__qualname__}"
        name = getattr(config_class, "name", None)
        if name is None:
            raise ImproperlyConfigured(
                f"{path!r} must supply a name attribute: the dotted path of its app's package."
            )
        try:
            module = import_module(name)
        except ImportError as error:
            raise ImproperlyConfigured(
                f"Cannot import {name!r}: check that '{path}.name' is the dotted path of the "
                f"app's package."
            ) from error
        config: AppConfig = config_class(name, module)
        return config

    def ready(self) -> None:
        """Do the application's start-up work, such as connecting receivers.

        Called once per process, when every application is known; it should not query databases.
        """


def _imported_class(entry: str) -> Any:
    """Return what an entry names inside of a module, or None if it names a module."""
    parent, _, name = entry.rpartition(".")
    try:
        import_module(entry)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing != entry and not entry.startswith(missing + "."):
            raise  # The app is there; something that it imports is not.
        if not parent:
            raise _not_found(entry, missing) from error
    else:
        return None
    try:
        module = import_module(parent)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing != parent and not parent.startswith(missing + "."):
            raise
        raise _not_found(entry, missing) from error
    if hasattr(module, name):
        return getattr(module, name)
    if name[:1].isupper():
        choices = ", ".join(repr(each.__name__) for each in _classes(module)) or "none"
        raise ImportError(
            f"Module {parent!r} does not contain a {name!r} class, which INSTALLED_APPS names; "
            f"its AppConfigs are: {choices}."
        )
    raise _not_found(entry, entry)


def _not_found(entry: str, missing: str) -> AppNotFound:
    return AppNotFound(
        f"INSTALLED_APPS names {entry!r}, but there is no module named {missing!r}: mend the "
        f"spelling, or install it.",
        name=missing,
    )


def _default_class(module: ModuleType) -> Any:
    submodule = f"{module.__name__}.{_SUBMODULE}"
    if not hasattr(module, "__path__") or util.find_spec(submodule) is None:
        return None
    classes = [
        each for each in _classes(import_module(submodule)) if getattr(each, "default", True)
    ]
    if len(classes) == 1:
        return classes[0]
    defaults = [each for each in classes if getattr(each, "default", False)]
    if len(defaults) > 1:
        names = ", ".join(repr(each.__name__) for each in defaults)
        raise RuntimeError(
            f"{submodule!r} declares more than one default AppConfig: {names}. Leave "
            f"`default = True` to one of them."
        )
    return defaults[0] if defaults else None


def _classes(module: ModuleType) -> list[type[AppConfig]]:
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, AppConfig) and each is not AppConfig
    ]


def _folder(module: ModuleType) -> str:
    folders = list(dict.fromkeys(getattr(module, "__path__", ())))
    if len(folders) == 1:
        return str(folders[0])
    file = getattr(module, "__file__", None)
    if not folders and file:
        return str(os.path.dirname(file))  # noqa: PTH120 - pathlib would be imported for it.
    where = f"several folders ({', '.join(folders)})" if folders else "no folder"
    raise ImproperlyConfigured(
        f"The app {module.__name__!r} lies in {where}: give it an AppConfig with a `path`."
    )
