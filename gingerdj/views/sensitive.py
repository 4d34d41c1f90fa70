"""What reports of errors must not show: secrets by their name, and what views declare."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, ClassVar

from gingerdj.conf import settings

#: Stands for every variable of a function, or every field of a form.
ALL = "__ALL__"

# The names that functions declare, by the code that a frame of theirs runs.
_declared: dict[CodeType, tuple[str, ...] | str] = {}


def declare(function: Callable[..., Any], variables: tuple[str, ...]) -> None:
    """Note which variables of a function are sensitive; without any, all of them are."""
    _declared[inspect.unwrap(function).__code__] = variables or ALL


class SafeExceptionReporterFilter:
    """Hides secrets in what is shown of a request, of its frames and of the settings."""

    cleansed_substitute: ClassVar[str] = "********************"
    #: Matches names of settings, headers and the like whose values are secrets.
    hidden_settings: ClassVar[re.Pattern[str]] = re.compile(
        "API|AUTH|COOKIE|CREDENTIAL|KEY|PASS|SECRET|SESSION|SIGNATURE|TOKEN", re.IGNORECASE
    )

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return a value with everything hidden whose name suggests a secret, at any depth.

        Args:
            key: the name that it goes by.
            value: the value; dictionaries, lists and tuples are looked into.
        """
        if isinstance(key, str) and self.hidden_settings.search(key):
            return self.cleansed_substitute
        if isinstance(value, dict):
            return {name: self.cleanse_setting(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.cleanse_setting("", each) for each in value]
        if isinstance(value, tuple):
            return tuple(self.cleanse_setting("", each) for each in value)
        return value

    def get_safe_settings(self) -> dict[str, Any]:
        """Return the settings."""
        names = [name for name in dir(settings) if name.isupper()]
        return {name: self.cleanse_setting(name, getattr(settings, name, "")) for name in names}

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """Return the request's `META`."""
        return {key: self.cleanse_setting(key, value) for key, value in _meta(request).items()}

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        """Return the request's cookies."""
        cookies = getattr(request, "COOKIES", {})
        return {key: self.cleanse_setting(key, value) for key, value in cookies.items()}

    def is_active(self, request: Any) -> bool:
        """Return whether to hide what views declare: not from developers, while `DEBUG` is on."""
        return not settings.DEBUG

    def get_post_parameters(self, request: Any) -> Any:
        """Return the fields of the request's form; see `sensitive_post_parameters`."""
        if request is None:
            return {}
        declared = getattr(request, "sensitive_post_parameters", ())
        if not declared or not self.is_active(request):
            return request.POST
        fields = request.POST.copy()
        for name in fields if declared == ALL else declared:
            if name in fields:
                fields[name] = self.cleansed_substitute
        return fields

    def get_traceback_frame_variables(
        self, request: Any, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Return the names and values of a frame's variables; see `sensitive_variables`."""
        declared = _declared.get(tb_frame.f_code, ()) if self.is_active(request) else ()
        return [
            (name, self.cleansed_substitute if declared == ALL or name in declared else value)
            for name, value in tb_frame.f_locals.items()
        ]


def _meta(request: Any) -> dict[str, Any]:
    return getattr(request, "META", {})
