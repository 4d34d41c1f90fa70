"""Query strings and form bodies as mappings."""

from __future__ import annotations

import copy
from codecs import escape_decode
from typing import Any
from urllib.parse import quote, unquote, urlencode

from gingerdj.conf import settings
from gingerdj.core.exceptions import TooManyFieldsSent
from gingerdj.utils.datastructures import MultiValueDict


class QueryDict(MultiValueDict):
    """The fields of a query string or of a form; immutable unless asked for otherwise.

    Args:
        query_string: for example `a=1&a=2&b=3`; bytes are read in the encoding, or else as Latin-1.
        mutable: whether it may be changed.
        encoding: the charset of percent-encoded bytes; `DEFAULT_CHARSET` by default.

    Raises:
        TooManyFieldsSent: there are more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`.
    """

    _mutable = True

    def __init__(
        self,
        query_string: str | bytes | None = None,
        mutable: bool = False,
        encoding: str | None = None,
    ) -> None:
        self._encoding = encoding
        if query_string:
            dict.__init__(self, _fields(query_string, encoding or self.encoding))
        self._mutable = mutable

    @classmethod
    def fromkeys(  # type: ignore[override]
        cls, iterable: Any, value: Any = "", mutable: bool = False, encoding: str | None = None
    ) -> QueryDict:
        """Return a dictionary in which each key, as often as it comes, has the value."""
        result = cls("", mutable=True, encoding=encoding)
        for key in iterable:
            result.appendlist(key, value)
        result._mutable = mutable
        return result

    @property
    def encoding(self) -> str:
        if self._encoding is None:
            self._encoding = settings.DEFAULT_CHARSET
        return self._encoding

    @encoding.setter
    def encoding(self, value: str) -> None:
        self._encoding = value

    def _assert_mutable(self) -> None:
        if not self._mutable:
            raise AttributeError("This QueryDict instance is immutable. Change a copy() of it.")

    def __setitem__(self, key: str, value: Any) -> None:
        self._assert_mutable()
        super().__setitem__(self._decoded(key), self._decoded(value))

    def __delitem__(self, key: str) -> None:
        self._assert_mutable()
        super().__delitem__(key)

    def __copy__(self) -> QueryDict:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> QueryDict:
        result = type(self)("", mutable=True, encoding=self.encoding)
        memo[id(self)] = result
        for key, values in self.lists():
            result.setlist(copy.deepcopy(key, memo), copy.deepcopy(values, memo))
        return result

    def _decoded(self, value: Any) -> Any:
        return value.decode(self.encoding, "replace") if isinstance(value, bytes) else value

    def setlist(self, key: str, list_: list[Any]) -> None:
        self._assert_mutable()
        super().setlist(self._decoded(key), [self._decoded(value) for value in list_])

    def setlistdefault(self, key: str, default_list: list[Any] | None = None) -> list[Any]:
        self._assert_mutable()
        return super().setlistdefault(key, default_list)

    def appendlist(self, key: str, value: Any) -> None:
        self._assert_mutable()
        super().appendlist(self._decoded(key), self._decoded(value))

    def pop(self, key: str, *args: Any) -> Any:
        self._assert_mutable()
        return super().pop(key, *args)

    def popitem(self) -> tuple[str, Any]:
        self._assert_mutable()
        return super().popitem()

    def clear(self) -> None:
        self._assert_mutable()
        super().clear()

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._assert_mutable()
        return super().setdefault(key, default)

    def copy(self) -> QueryDict:
        """Return a mutable deep copy."""
        return self.__deepcopy__({})

    def urlencode(self, safe: str | None = None) -> str:
        """Return the fields as a query string.

        Args:
            safe: characters to leave unescaped.
        """
        pairs = [
            (_bytes(key, self.encoding), _bytes(value, self.encoding))
            for key, values in self.lists()
            for value in values
        ]
        if safe is None:
            return urlencode(pairs)
        return "&".join(f"{quote(key, safe)}={quote(value, safe)}" for key, value in pairs)


def _bytes(value: Any, encoding: str) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(encoding)


def _fields(query_string: str | bytes, encoding: str) -> dict[str, list[str]]:
    """Return the values of each name (URL standard, 5.1)."""
    text = query_string if isinstance(query_string, str) else _text(query_string, encoding)
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if limit is not None and text.count("&") >= limit:
        raise TooManyFieldsSent(
            f"The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS. "
            f"It is {limit}."
        )
    fields: dict[str, list[str]] = {}
    for field in text.replace("+", " ").split("&"):
        if not field:
            continue
        name, _, value = field.partition("=")
        if "%" in name:
            name = _unquoted(name, encoding)
        if "%" in value:
            value = _unquoted(value, encoding)
        if name in fields:
            fields[name].append(value)
        else:
            fields[name] = [value]
    return fields


def _unquoted(text: str, encoding: str) -> str:
    if text.isascii():
        # Python's escapes differ from these in nothing but their mark, and are decoded in C.
        escaped = text.replace("\\", r"\\").replace("%", r"\x")
        try:
            return escape_decode(escaped)[0].decode(encoding, "replace")
        except ValueError:
            pass  # A percent sign stands for itself.
    return unquote(text, encoding, "replace")


def _text(query_string: bytes, encoding: str) -> str:
    try:
        return query_string.decode(encoding)
    except UnicodeDecodeError:
        return query_string.decode("latin-1")
