"""What is configured wrong, as exceptions that are of Python's own kinds besides."""

from gingerdj.core.exceptions import ImproperlyConfigured


class SettingsModuleNotFound(ImproperlyConfigured, ModuleNotFoundError):
    """The settings module cannot be found."""


class MiddlewareNotFound(ImproperlyConfigured, ImportError):
    """An entry of `MIDDLEWARE` cannot be imported."""


class MiddlewareIncapable(ImproperlyConfigured, RuntimeError):
    """An entry of `MIDDLEWARE` is for neither style."""
