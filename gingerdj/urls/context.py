"""The URL configuration and the prefix that hold for the request at hand."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

_urlconf: ContextVar[Any] = ContextVar("gingerdj_urlconf", default=None)
_prefix: ContextVar[str] = ContextVar("gingerdj_script_prefix", default="/")

#: Whether one of them has ever been set in this process: as long as none has, a request need not
#: look for what an earlier one has left in its context.
in_use = False


def set_script_prefix(prefix: str) -> None:
    """Set the path at which the site is mounted; a slash is put at its end."""
    global in_use  # noqa: PLW0603 - for good.
    in_use = in_use or prefix not in ("", "/")
    _prefix.set(prefix if prefix.endswith("/") else prefix + "/")


def get_script_prefix() -> str:
    """Return the path at which the site is mounted, with a slash at its end."""
    return _prefix.get()


def clear_script_prefix() -> None:
    """Set the prefix back to `/`."""
    _prefix.set("/")


def set_urlconf(urlconf_name: Any) -> None:
    """Set the URL configuration that takes the place of `ROOT_URLCONF`; None puts that back."""
    global in_use  # noqa: PLW0603 - for good.
    in_use = in_use or bool(urlconf_name)
    _urlconf.set(urlconf_name or None)


def get_urlconf(default: Any = None) -> Any:
    """Return the URL configuration set for this request; the default without one."""
    urlconf = _urlconf.get()
    return default if urlconf is None else urlconf
