"""Checks of the settings' values: each must be what its default's annotation says."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import cache
from os import PathLike
from re import Pattern
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from gingerdj.conf import global_settings, settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.utils.functional import Promise
from gingerdj.utils.module_loading import import_callable

from .messages import CheckMessage, Error
from .registry import Tags, register

_WORDS: dict[Any, str] = {
    bool: "True or False",
    dict: "a dictionary",
    float: "a number",
    int: "a whole number",
    list: "a list or a tuple",
    NoneType: "None",
    PathLike: "a path",
    str: "a string",
    tuple: "a pair",
}
_PLURALS: dict[Any, str] = {Pattern: "compiled regular expressions", str: "strings"}

# The least value of a number; seconds that are a limit must leave some time.
_LEAST: dict[str, float] = {
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 0,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 0,
    "DATA_UPLOAD_MAX_NUMBER_FILES": 0,
    "FILE_UPLOAD_MAX_MEMORY_SIZE": 0,
    "READINESS_TIMEOUT": 0.001,
    "REQUEST_BODY_TIMEOUT": 0.001,
    "RESPONSE_TIMEOUT": 0.001,
    "SECURE_HSTS_SECONDS": 0,
    "SEND_TIMEOUT": 0.001,
    "THREAD_POOL_QUEUE": 0,
    "THREAD_POOL_SIZE": 1,
    "TRUSTED_PROXY_HOPS": 0,
    "WEBSOCKET_CLOSE_TIMEOUT": 0,
    "WEBSOCKET_IDLE_TIMEOUT": 0.001,
    "WEBSOCKET_MAX_MESSAGE_SIZE": 1,
}

# Checked elsewhere, with a message of their own.
_ELSEWHERE = {
    "ALLOWED_HOSTS",
    "DRAIN_DELAY",
    "LIFESPAN_STARTUP_TIMEOUT",
    "ROOT_URLCONF",
    "SECRET_KEY",  # It may be empty where nothing is signed, and text is made of any other.
    "WSGI_APPLICATION",
}

_CALLABLES = ("FILE_UPLOAD_HANDLERS", "SIGNING_BACKEND")


@register(Tags.settings)
def check_types(**kwargs: Any) -> list[CheckMessage]:
    """Report settings of a wrong type, such as a string for a number."""
    found: list[CheckMessage] = []
    for name, hint in _hints().items():
        if name not in _ELSEWHERE and not _fits(getattr(settings, name), hint):
            wanted, given = _wanted(hint), _given(getattr(settings, name))
            found.append(
                Error(
                    f"The setting {name} must be {wanted}, unlike the {given} that it is.",
                    hint="What comes from the environment is a string: turn it into what is "
                    "wanted.",
                    id="settings.E005",
                )
            )
    return found


@register(Tags.settings)
def check_numbers(**kwargs: Any) -> list[CheckMessage]:
    """Report numbers that are too small to serve anything."""
    return [
        Error(
            f"The setting {name} is {value!r}, but must be at least {least}.",
            hint="Give a greater number.",
            id="settings.E006",
        )
        for name, least in _LEAST.items()
        if isinstance(value := getattr(settings, name), int | float) and value < least
    ]


@register(Tags.settings)
def check_callables(**kwargs: Any) -> list[CheckMessage]:
    """Report dotted paths that lead to nothing that can be called."""
    found: list[CheckMessage] = []
    for name in _CALLABLES:
        value = getattr(settings, name)
        for path in value if isinstance(value, list | tuple) else [value]:
            try:
                import_callable(path, name)
            except ImproperlyConfigured as error:
                found.append(
                    Error(
                        f"What a setting names cannot be used: {error}",
                        hint="Mend the dotted path.",
                        id="settings.E007",
                    )
                )
    return found


@register(Tags.settings)
def check_charset(**kwargs: Any) -> list[CheckMessage]:
    """Report a charset that Python does not know."""
    charset = settings.DEFAULT_CHARSET
    try:
        codecs.lookup(charset)
    except (LookupError, TypeError, ValueError):
        return [
            Error(
                f"The setting DEFAULT_CHARSET is {charset!r}, which is no charset that Python "
                f"knows.",
                hint="Set it to 'utf-8'.",
                id="settings.E008",
            )
        ]
    return []


@cache
def _hints() -> dict[str, Any]:
    hints = get_type_hints(global_settings)
    defaults = {name: value for name, value in vars(global_settings).items() if name.isupper()}
    return {name: hints.get(name, type(value)) for name, value in defaults.items()}


def _kind(hint: Any) -> Any:
    return get_origin(hint) or hint


def _fits(value: Any, hint: Any) -> bool:
    kind = _kind(hint)
    parts = get_args(hint)
    if kind is UnionType:
        return any(_fits(value, part) for part in parts)
    if kind is Any:
        return True
    if kind is bool:
        return isinstance(value, int) and value in (0, 1)
    if kind in (int, float):
        number = int if kind is int else int | float
        return isinstance(value, number) and not isinstance(value, bool)
    if kind is str:
        return isinstance(value, str | Promise)
    if kind is dict:
        return isinstance(value, Mapping)
    if kind is tuple:
        pair = isinstance(value, list | tuple) and len(value) == len(parts)
        return pair and all(map(_fits, value, parts))
    if kind is list:
        is_list = isinstance(value, list | tuple)
        return is_list and all(_fits(each, part) for each in value for part in parts)
    return isinstance(value, kind)


def _wanted(hint: Any) -> str:
    kind, parts = _kind(hint), get_args(hint)
    if kind is UnionType:
        return " or ".join(_wanted(part) for part in parts)
    plurals = [_PLURALS[part] for part in dict.fromkeys(map(_kind, parts)) if part in _PLURALS]
    return f"{_WORDS[kind]} of {plurals[0]}" if plurals and kind is not dict else _WORDS[kind]


def _given(value: Any) -> str:
    """Return what a value is, without telling it: it may be a secret."""
    kind = type(value).__name__
    if not value or not isinstance(value, list | tuple):
        return kind
    return f"{kind} of {' and '.join(dict.fromkeys(type(each).__name__ for each in value))}"
