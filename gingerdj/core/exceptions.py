"""The exceptions that any part of GingerDJ may raise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)

#: The key of errors that belong to no field in particular.
NON_FIELD_ERRORS = "__all__"


class ImproperlyConfigured(Exception):
    """A setting, an environment variable or a dotted path is missing or wrong."""


class AppRegistryNotReady(Exception):
    """An application was asked for before `gingerdj.setup()` had run."""


class MiddlewareNotUsed(Exception):
    """Raised by a middleware's factory to be left out of the chain."""


class SynchronousOnlyOperation(Exception):
    """Blocking code was called from a thread whose event loop is running."""


class ViewDoesNotExist(Exception):
    """The dotted path of a view leads nowhere."""


class PermissionDenied(Exception):
    """The client may not do this; answered with status 403."""


class BadRequest(Exception):
    """The request cannot be understood; answered with status 400."""


class SuspiciousOperation(Exception):
    """The client did something that looks like an attack; answered with status 400."""


class SuspiciousFileOperation(SuspiciousOperation):
    """A path leads out of the folder that it must stay in."""


class DisallowedHost(SuspiciousOperation):
    """The request's host is not listed in `ALLOWED_HOSTS`."""


class DisallowedRedirect(SuspiciousOperation):
    """A redirect leads to a scheme that is not allowed, or to an address too long."""


class RequestDataTooBig(SuspiciousOperation):
    """The request's body is longer than `DATA_UPLOAD_MAX_MEMORY_SIZE`."""


class TooManyFieldsSent(SuspiciousOperation):
    """The request holds more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`."""


class TooManyFilesSent(SuspiciousOperation):
    """The request holds more files than `DATA_UPLOAD_MAX_NUMBER_FILES`."""


class RequestAborted(Exception):
    """The client went away before its request was complete."""


class ThreadPoolFull(Exception):
    """Every thread for synchronous code is busy and the queue is full; answered with 503."""


class ValidationError(Exception):
    """Data is not as it must be: one error, a list of them, or those of each field.

    A single error has `message`, `code` and `params`; one of fields has `error_dict`; both a
    single error and a list have `error_list`.

    Args:
        message: the message, another such error, a list of both, or a dictionary of them by field.
        code: the stable name of a single error.
        params: what the message's `%(name)s` stand for.
    """

    message: Any
    code: str | None
    params: Mapping[str, Any] | None
    error_list: list[ValidationError]
    error_dict: dict[str, list[ValidationError]]

    def __init__(
        self, message: Any, code: str | None = None, params: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, code, params)
        if isinstance(message, ValidationError):
            self.__dict__.update(message.__dict__)
            if hasattr(message, "message"):
                self.error_list = [self]
        elif isinstance(message, dict):
            self.error_dict = {
                field: _as_error(errors).error_list for field, errors in message.items()
            }
        elif isinstance(message, list):
            self.error_list = []
            for each in map(_as_error, message):
                by_field = getattr(each, "error_dict", {"": getattr(each, "error_list", [])})
                for errors in by_field.values():
                    self.error_list += errors
        else:
            self.message, self.code, self.params = message, code, params
            self.error_list = [self]

    @property
    def message_dict(self) -> dict[str, list[str]]:
        """The messages of each field.

        Raises:
            AttributeError: the error is not one of fields.
        """
        return {field: _messages(errors) for field, errors in self.error_dict.items()}

    @property
    def messages(self) -> list[str]:
        """All messages."""
        if hasattr(self, "error_dict"):
            return [each for errors in self.error_dict.values() for each in _messages(errors)]
        return _messages(self.error_list)

    def update_error_dict(
        self, error_dict: dict[str, list[ValidationError]]
    ) -> dict[str, list[ValidationError]]:
        """Add these errors to those of each field; return the dictionary."""
        own = getattr(self, "error_dict", None) or {NON_FIELD_ERRORS: self.error_list}
        for field, errors in own.items():
            error_dict.setdefault(field, []).extend(errors)
        return error_dict

    def __iter__(self) -> Iterator[Any]:
        """Yield the messages, or pairs of a field and its messages."""
        return iter(self.message_dict.items() if hasattr(self, "error_dict") else self.messages)

    def __str__(self) -> str:
        return repr(dict(self) if hasattr(self, "error_dict") else list(self))

    def __repr__(self) -> str:
        return f"ValidationError({self})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ValidationError):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> Hashable:
        if hasattr(self, "message"):
            return (self.message, self.code, _frozen(self.params))
        if hasattr(self, "error_dict"):
            return frozenset((name, tuple(each)) for name, each in self.error_dict.items())
        return frozenset(Counter(self.error_list).items())


def _as_error(error: Any) -> ValidationError:
    return error if isinstance(error, ValidationError) else ValidationError(error)


def _messages(errors: list[ValidationError]) -> list[str]:
    return [str(e.message % e.params if e.params else e.message) for e in errors]


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return frozenset((key, _frozen(each)) for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(map(_frozen, value))
    return value  # type: ignore[no-any-return]
