"""Which applications the project has."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.apps import config as app_config
    from gingerdj.apps.config import AppConfig
    from gingerdj.core import exceptions
else:
    app_config = LazyModule("gingerdj.apps.config")
    exceptions = LazyModule("gingerdj.core.exceptions")


class Apps:
    """The applications, in the order of `INSTALLED_APPS`.

    Args:
        installed_apps: the entries; None leaves the registry to be filled by `populate()`.
    """

    def __init__(self, installed_apps: Iterable[str | AppConfig] | None = ()) -> None:
        #: The applications by their labels.
        self.app_configs: dict[str, AppConfig] = {}
        #: Whether every application is known.
        self.apps_ready = False
        #: Whether every application's `ready()` has run.
        self.ready = False
        self._lock = threading.RLock()
        self._loading = False
        self._set_aside: list[tuple[dict[str, AppConfig], bool, bool]] = []
        if installed_apps is not None:
            self.populate(installed_apps)

    def populate(self, installed_apps: Iterable[str | AppConfig] = ()) -> None:
        """Load the applications, then call the `ready()` of each; a second call does nothing.

        Args:
            installed_apps: entries of `INSTALLED_APPS`, or `AppConfig`s.

        Raises:
            ImproperlyConfigured: two applications share a label or a name, or an entry is wrong.
            ImportError: an entry leads nowhere.
            RuntimeError: an application's module calls `gingerdj.setup()` while it is loaded.
        """
        with self._lock:
            if self.ready:
                return
            # The lock lets its own thread in again: only that thread can find it loading.
            if self._loading:
                raise RuntimeError(
                    "populate() isn't reentrant: an app in INSTALLED_APPS calls gingerdj.setup() "
                    "while it is imported or made ready."
                )
            self._loading = True
            try:
                self.app_configs = self._loaded(installed_apps)
                self.apps_ready = True
                for config in self.app_configs.values():
                    config.ready()
                self.ready = True
            finally:
                self._loading = False

    def _loaded(self, installed_apps: Iterable[str | AppConfig]) -> dict[str, AppConfig]:
        configs: dict[str, AppConfig] = {}
        for entry in installed_apps:
            config_class = app_config.AppConfig
            config = entry if isinstance(entry, config_class) else config_class.create(entry)
            if config.label in configs:
                raise exceptions.ImproperlyConfigured(
                    f"Application labels aren't unique, duplicates: {config.label}. Give one of "
                    f"{configs[config.label].name!r} and {config.name!r} an AppConfig with "
                    f"another `label`, or take it out of INSTALLED_APPS."
                )
            configs[config.label] = config
            config.apps = self
        counts = Counter(config.name for config in configs.values())
        if twice := [name for name, count in counts.items() if count > 1]:
            raise exceptions.ImproperlyConfigured(
                f"Application names aren't unique, duplicates: {', '.join(twice)}. Leave each "
                f"once in INSTALLED_APPS."
            )
        return configs

    def check_apps_ready(self) -> None:
        """Do nothing, once every application is known.

        Raises:
            AppRegistryNotReady: they are not known yet.
        """
        if not self.apps_ready:
            raise exceptions.AppRegistryNotReady(
                "Apps aren't loaded yet: call gingerdj.setup() first, and ask for apps in "
                "AppConfig.ready() or later, not while modules are imported."
            )

    def get_app_configs(self) -> Iterable[AppConfig]:
        """Return the applications.

        Raises:
            AppRegistryNotReady: they are not known yet.
        """
        self.check_apps_ready()
        return self.app_configs.values()

    def get_app_config(self, app_label: str) -> AppConfig:
        """Return the application of a label.

        Raises:
            AppRegistryNotReady: the applications are not known yet.
            LookupError: no application has the label.
        """
        self.check_apps_ready()
        try:
            return self.app_configs[app_label]
        except KeyError:
            message = f"No installed app with label {app_label!r}."
            for config in self.app_configs.values():
                if config.name == app_label:
                    message += f" Did you mean {config.label!r}?"
            raise LookupError(message) from None

    def is_installed(self, app_name: str) -> bool:
        """Return whether there is an application of a name.

        Raises:
            AppRegistryNotReady: the applications are not known yet.
        """
        self.check_apps_ready()
        return any(config.name == app_name for config in self.app_configs.values())

    def get_containing_app_config(self, object_name: str) -> AppConfig | None:
        """Return the innermost application that holds a dotted path, or None.

        Raises:
            AppRegistryNotReady: the applications are not known yet.
        """
        self.check_apps_ready()
        holders = [
            config
            for config in self.app_configs.values()
            if f"{object_name}.".startswith(f"{config.name}.")
        ]
        return max(holders, key=lambda config: len(config.name), default=None)

    def set_installed_apps(self, installed: Iterable[str | AppConfig]) -> None:
        """Have other applications until `unset_installed_apps()`.

        Their `ready()` is called, each time anew.

        Raises:
            ImproperlyConfigured: as for `populate()`.
        """
        self._set_aside.append((self.app_configs, self.apps_ready, self.ready))
        self.app_configs, self.apps_ready, self.ready = {}, False, False
        try:
            self.populate(installed)
        except BaseException:
            self.unset_installed_apps()
            raise

    def unset_installed_apps(self) -> None:
        """Put back the applications that `set_installed_apps()` set aside."""
        self.app_configs, self.apps_ready, self.ready = self._set_aside.pop()


#: The applications of this process.
apps = Apps(installed_apps=None)
