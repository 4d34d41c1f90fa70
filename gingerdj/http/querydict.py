"""Query strings and form bodies as mappings."""

from __future__ import annotations

import copy
from codecs import escape_decode
from typing import Any
from urllib.parse import quote, unquote, urlencode

from gingerdj.conf import per_request
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
            _fill(self, _fields(query_string, encoding or self.encoding))
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
            self._encoding = per_request.DEFAULT_CHARSET
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


# Python does not look into a type's own methods as fast as it calls one that it has at hand.
_fill = dict.update

_UTF_8 = frozenset({"utf-8", "utf8", "UTF-8", "UTF8"})

# Control characters that stand for a form's marks, while those that are escaped are read.  What
# would be taken for them, or for an escape, becomes a byte that UTF-8 does not have.
_AND, _EQUALS = "\x1e", "\x1f"
_MARKS = bytes.maketrans(b"+&=\x1e\x1f\\", b" \x1e\x1f\xff\xff\xff")


def _fields(query_string: str | bytes, encoding: str) -> dict[str, list[str]]:
    """Return the values of each name (URL standard, 5.1)."""
    decoded = None
    if query_string.isascii() and encoding in _UTF_8:
        decoded = _decoded(query_string)
    limit = per_request.DATA_UPLOAD_MAX_NUMBER_FIELDS
    most = -1 if limit is None else limit
    if decoded is None:
        text = query_string if isinstance(query_string, str) else _text(query_string, encoding)
        equals, pairs = "=", text.replace("+", " ").split("&", most)
    else:
        equals, pairs = _EQUALS, decoded.split(_AND, most)
    if limit is not None and len(pairs) > limit:
        raise TooManyFieldsSent(
            f"The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS. "
            f"It is {limit}."
        )
    fields: dict[str, list[str]] = {}
    for pair in pairs:
        if not pair:
            continue
        name, _, value = pair.partition(equals)
        if decoded is None:
            name, value = _unquoted(name, encoding), _unquoted(value, encoding)
        elif equals in value:
            value = value.replace(equals, "=")
        if name in fields:
            fields[name].append(value)
        else:
            fields[name] = [value]
    return fields


def _text(query_string: bytes, encoding: str) -> str:
    try:
        return query_string.decode(encoding)
    except UnicodeDecodeError:
        return query_string.decode("latin-1")


def _decoded(form: str | bytes) -> str | None:
    """Return a form in ASCII with its escapes read as UTF-8, all at once, and its marks replaced.

    Returns:
        None for what no browser writes, which has to be read part by part.
    """
    if isinstance(form, str):
        text, data = form, form.encode()
    else:
        text, data = form.decode(), form
    if "%1" in text:  # It may be the escape of a mark.
        return None
    data = data.translate(_MARKS)
    try:
        if "%" in text:
            # Python's escapes differ from these in nothing but their mark, and are decoded in C.
            data = escape_decode(data.replace(b"%", rb"\x"))[0]
        return data.decode()
    except ValueError:  # A percent sign stands for itself, or the bytes are no UTF-8.
        return None


def _unquoted(text: str, encoding: str) -> str:
    return unquote(text, encoding, "replace") if "%" in text else text
