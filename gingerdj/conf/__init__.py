"""Settings, loaded on first use from the module that GINGER_SETTINGS_MODULE names."""

from __future__ import annotations

import os
import time
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gingerdj.conf import global_settings
from gingerdj.conf.django_paths import refuse_django_paths
from gingerdj.utils.functional import LazyObject, empty
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.core import exceptions, misconfigured
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    misconfigured = LazyModule("gingerdj.core.misconfigured")


__all__ = [
    "ENVIRONMENT_VARIABLE",
    "LazySettings",
    "PerRequest",
    "Settings",
    "per_request",
    "settings",
]

#: The environment variable that holds the dotted path of the settings module.
ENVIRONMENT_VARIABLE = "GINGER_SETTINGS_MODULE"

# The system's zones, where it has them as files.
_ZONES = "/usr/share/zoneinfo"

# A string here would be read as a list of letters, so it is refused.
_LISTS = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_ROUTERS",
    "FILE_UPLOAD_HANDLERS",
    "INSTALLED_APPS",
    "LIFESPAN",
    "MIDDLEWARE",
    "READINESS_CHECKS",
    "SECRET_KEY_FALLBACKS",
    "SECURE_REDIRECT_EXEMPT",
    "STATICFILES_FINDERS",
    "TRUSTED_PROXIES",
    "TRUSTED_PROXY_HEADERS",
    "WEBSOCKET_TRUSTED_ORIGINS",
)

_ADDRESSES = ("MEDIA_URL", "STATIC_URL")


class PerRequest:
    """The settings that every request reads, as plain attributes.

    Python finds them in a quarter of the time that those of an object with a `__getattr__` take,
    as `settings` is.
    """

    ALLOWED_HOSTS: list[str] | tuple[str, ...]
    APPEND_SLASH: bool
    CSRF_COOKIE_NAME: str
    CSRF_USE_SESSIONS: bool
    DATA_UPLOAD_MAX_MEMORY_SIZE: int | None
    DATA_UPLOAD_MAX_NUMBER_FIELDS: int | None
    DEBUG: bool
    DEFAULT_CHARSET: str
    DISALLOWED_USER_AGENTS: Any
    FORCE_SCRIPT_NAME: str | None
    PREPEND_WWW: bool
    SECURE_PROXY_SSL_HEADER: tuple[str, str] | None
    USE_X_FORWARDED_HOST: bool
    X_FRAME_OPTIONS: str

    def forget(self) -> None:
        """Have them read from `settings` again, which have changed."""
        self.__class__ = _Unread  # First: others may be reading.
        self.__dict__ = {}


class _Unread(PerRequest):
    """The same, while they are still to be read from `settings`."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(_settings, name)
        names = PerRequest.__annotations__
        there = (name for name in names if hasattr(_settings, name))
        self.__dict__ = {name: getattr(_settings, name) for name in there}
        if len(self.__dict__) == len(names):  # Else `settings` has to tell that one is missing.
            per_request.__class__ = PerRequest
        return value


#: Those of this process, always as `settings` has them.
per_request: PerRequest = _Unread()


class LazySettings(LazyObject):
    """The settings: read as attributes, loaded when the first of them is read."""

    def _setup(self, name: str | None = None) -> None:
        module = os.environ.get(ENVIRONMENT_VARIABLE)
        if not module:
            wanted = f"setting {name}" if name else "settings"
            left = " DJANGO_SETTINGS_MODULE, which is set, is Django's: nothing here reads it."
            raise exceptions.ImproperlyConfigured(
                f"Requested {wanted}, but settings are not configured. Set the environment "
                f"variable {ENVIRONMENT_VARIABLE} to the dotted path of your settings module "
                f"(mysite.settings, for example), or call settings.configure() first."
                f"{left if 'DJANGO_SETTINGS_MODULE' in os.environ else ''}"
            )
        self._wrapped = Settings(module)

    def __repr__(self) -> str:
        if self._wrapped is empty:
            return "<LazySettings [Unevaluated]>"
        return f'<LazySettings "{self._wrapped.SETTINGS_MODULE}">'

    def __getattr__(self, name: str) -> Any:
        if self._wrapped is empty:
            self._setup(name)
        try:
            value = getattr(self._wrapped, name)
        except AttributeError:
            raise AttributeError(
                f"There is no setting {name}: neither {_origin(self._wrapped)} nor GingerDJ's "
                f"defaults define it."
            ) from None
        if name == "SECRET_KEY" and not value:
            raise exceptions.ImproperlyConfigured(
                f"The SECRET_KEY setting must not be empty. Give it a long random string in "
                f"{_origin(self._wrapped)}."
            )
        if name in _ADDRESSES and value is not None:
            value = self._mounted(value)
        if name.isupper():
            self.__dict__[name] = value  # Found before __getattr__ from now on.
        return value

    def _mounted(self, address: Any) -> Any:
        """Return an address; one without a leading slash begins where the site is mounted."""
        if not isinstance(address, str) or address.startswith(("/", "http://", "https://")):
            return address
        return f"{str(self.FORCE_SCRIPT_NAME or '').rstrip('/')}/{address}"

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_wrapped":
            self.__dict__.clear()
        else:
            self.__dict__.pop(name, None)
        super().__setattr__(name, value)
        per_request.forget()

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        self.__dict__.pop(name, None)
        per_request.forget()

    def configure(self, default_settings: Any = global_settings, **options: Any) -> None:
        """Set the settings by hand, instead of from a module.

        Args:
            default_settings: where settings come from that are not given.
            options: the settings; their names are upper-case.

        Raises:
            ImproperlyConfigured: a setting that must be a list is not, or one names a part of
                Django.
            RuntimeError: settings are configured already.
            TypeError: a name is not upper-case.
        """
        if self._wrapped is not empty:
            raise RuntimeError(
                "Settings already configured. Call settings.configure() once, before any setting "
                "is read."
            )
        holder = UserSettingsHolder(default_settings)
        for name, value in options.items():
            if not name.isupper():
                raise TypeError(f"Setting {name!r} must be uppercase.")
            setattr(holder, name, value)
        _check_lists(holder, options, "settings.configure()")
        refuse_django_paths(options, "settings.configure()")
        self._wrapped = holder

    @property
    def configured(self) -> bool:
        """Whether settings have been loaded or set by hand."""
        return self._wrapped is not empty


class Settings:
    """The defaults with a module's upper-case names over them.

    Args:
        settings_module: the module's dotted path.

    Raises:
        ImproperlyConfigured: the module cannot be found (then it is an `ImportError`, too), a
            setting that must be a list is not, or one names a part of Django.
    """

    def __init__(self, settings_module: str) -> None:
        self.SETTINGS_MODULE = settings_module
        self.__dict__.update(_upper_case(global_settings))
        module = _import_settings(settings_module)
        own = _upper_case(module)
        _check_lists(module, own, settings_module)
        refuse_django_paths(own, settings_module)
        self.__dict__.update(own)
        self._explicit = frozenset(own)
        zone = self.__dict__["TIME_ZONE"]
        if zone:
            _set_process_zone(zone, settings_module)

    def is_overridden(self, setting: str) -> bool:
        """Return whether the module itself gives the setting."""
        return setting in self._explicit

    def __repr__(self) -> str:
        return f'<Settings "{self.SETTINGS_MODULE}">'


class UserSettingsHolder:
    """Settings set by hand over those of another holder.

    Args:
        default_settings: the holder beneath: a module, `Settings`, or one of this class.
    """

    SETTINGS_MODULE = None

    def __init__(self, default_settings: Any) -> None:
        self.__dict__["_deleted"] = set()
        self.default_settings = default_settings

    def __getattr__(self, name: str) -> Any:
        if not name.isupper() or name in self._deleted:
            raise AttributeError(name)
        return getattr(self.default_settings, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._deleted.discard(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._deleted.add(name)
        self.__dict__.pop(name, None)

    def __dir__(self) -> list[str]:
        names = {*self.__dict__, *dir(self.default_settings)}
        return sorted(name for name in names if name not in self._deleted)

    def is_overridden(self, setting: str) -> bool:
        """Return whether the setting was set by hand, here or beneath."""
        if setting in self.__dict__ or setting in self._deleted:
            return True
        below = getattr(self.default_settings, "is_overridden", None)
        return below is not None and below(setting)

    def __repr__(self) -> str:
        return "<UserSettingsHolder>"


def _import_settings(dotted_path: str) -> ModuleType:
    try:
        return import_module(dotted_path)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if dotted_path != missing and not dotted_path.startswith(missing + "."):
            raise  # The settings module is there; something that it imports is not.
        raise misconfigured.SettingsModuleNotFound(
            f"The settings module {dotted_path!r} cannot be imported, for there is no module "
            f"named {missing!r}: check the spelling of {ENVIRONMENT_VARIABLE}, and that the "
            f"folder which holds {missing.partition('.')[0]!r} is on Python's path.",
            name=error.name,
        ) from error


def _set_process_zone(zone: str, origin: str) -> None:
    """Let Python's own clock, by which logs are written, show the time of the zone."""
    if os.path.isdir(_ZONES) and not os.path.isfile(f"{_ZONES}/{zone}"):  # noqa: PTH112, PTH113 - pathlib would be imported for it.
        raise ValueError(
            f"Incorrect timezone setting: {zone}. The system does not know the TIME_ZONE of "
            f"{origin}: take a name from {_ZONES}, such as 'Europe/Lisbon'."
        )
    if hasattr(time, "tzset"):
        os.environ["TZ"] = zone
        time.tzset()


def _upper_case(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def _check_lists(holder: Any, names: Any, origin: str) -> None:
    for name in _LISTS:
        if name in names and not isinstance(value := getattr(holder, name), list | tuple):
            raise exceptions.ImproperlyConfigured(
                f"The {name} setting must be a list or a tuple. In {origin} it is {value!r}."
            )


def _origin(holder: Any) -> str:
    while isinstance(holder, UserSettingsHolder):
        holder = holder.default_settings
    return getattr(holder, "SETTINGS_MODULE", None) or "settings.configure()"


#: The settings of this process.
settings = LazySettings()

# Whoever puts others in the place of `settings`: what has imported these keeps them.
_settings = settings
