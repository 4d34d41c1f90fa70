"""Validators: callables that raise `ValidationError` for a value that they do not accept.

Each takes time in proportion to the value's length, whatever the value.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from pathlib import PurePath
from typing import Any, ClassVar

from gingerdj.core.exceptions import ValidationError

#: What stands for no value at all.
EMPTY_VALUES: tuple[Any, ...] = (None, "", [], (), {})
#: The most characters of an address that `URLValidator` looks at.
MAX_URL_LENGTH = 2048

# RFC 1034, 3.1: 255 octets on the wire, of which two are no text.
_MAX_HOST = 253
_LETTERS = "a-z\u00a1-\uffff"
_LABEL = re.compile(rf"(?!-)[{_LETTERS}0-9-]{{1,63}}(?<!-)", re.IGNORECASE)
_TOP_LABEL = re.compile(rf"(?!-)[{_LETTERS}-]{{2,63}}(?<!-)|xn--[a-z0-9]{{1,59}}", re.IGNORECASE)
_ASCII_TOP_LABEL = re.compile(r"(?!-)[a-z0-9-]{2,63}(?<!-)", re.IGNORECASE)


def _is_domain(host: str, top: re.Pattern[str] = _TOP_LABEL) -> bool:
    """Return whether a host is a domain name of two labels or more (RFC 1034, 3.1; RFC 5890)."""
    *labels, last = host.split(".")
    if not labels or any(map(str.isspace, host)):
        return False
    return top.fullmatch(last) is not None and all(map(_LABEL.fullmatch, labels))


class _Validator:
    """Two validators are equal if they are of one class and were given the same."""

    message: Any = "This value is not accepted."
    code = "invalid"

    def __init__(self, message: Any = None, code: str | None = None) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def _refuse(self, value: Any, **params: Any) -> ValidationError:
        return ValidationError(self.message, code=self.code, params={**params, "value": value})


class RegexValidator(_Validator):
    """Accepts what a regular expression is found in.

    Args:
        regex: the expression, as a string or compiled.
        message: what to say otherwise.
        code: the error's name.
        inverse_match: whether to accept what the expression is not found in.
        flags: flags of `re`, for an expression that is a string.

    Raises:
        TypeError: there are flags beside a compiled expression.
    """

    regex: Any = ""
    inverse_match = False
    flags: Any = 0

    def __init__(
        self,
        regex: str | re.Pattern[str] | None = None,
        message: Any = None,
        code: str | None = None,
        inverse_match: bool | None = None,
        flags: Any = None,
    ) -> None:
        super().__init__(message, code)
        regex = self.regex if regex is None else regex
        if inverse_match is not None:
            self.inverse_match = inverse_match
        if flags is not None:
            self.flags = flags
        if self.flags and not isinstance(regex, str):
            raise TypeError(
                "The flags of a compiled expression are set already: give it as a string, or "
                "leave flags out."
            )
        self.regex = re.compile(regex, self.flags) if isinstance(regex, str) else regex

    def __call__(self, value: Any) -> None:
        if bool(self.regex.search(str(value))) is bool(self.inverse_match):
            raise self._refuse(value)


class DomainNameValidator(_Validator):
    """Accepts domain names.

    Args:
        accept_idna: whether letters beyond ASCII are accepted.
        message: what to say otherwise.
        code: the error's name.
    """

    message = "Enter a domain name, such as www.example.com."
    max_length = 255

    def __init__(
        self, accept_idna: bool = True, message: Any = None, code: str | None = None
    ) -> None:
        super().__init__(message, code)
        self.accept_idna = accept_idna

    def __call__(self, value: Any) -> None:
        if not isinstance(value, str) or len(value) > self.max_length:
            raise self._refuse(value)
        if not self.accept_idna and not value.isascii():
            raise self._refuse(value)
        top = _TOP_LABEL if self.accept_idna else _ASCII_TOP_LABEL
        if not _is_domain(value.removesuffix("."), top):
            raise self._refuse(value)


class URLValidator(RegexValidator):
    """Accepts addresses with a scheme and a host: a domain name, `localhost`, or an IP address.

    Args:
        schemes: the schemes to accept; `http`, `https`, `ftp` and `ftps` by default.
        kwargs: see `RegexValidator`.
    """

    message = "Enter a web address, such as https://www.example.com/."
    regex = re.compile(
        r"[a-z0-9.+-]*://"
        r"(?:[^\s:@/?#]+(?::[^\s:@/?#]*)?@)?"
        r"(?P<host>\[[0-9a-f:.]+\]|[^\s:@/?#\[\]]+)"
        r"(?::[0-9]{1,5})?"
        r"(?:[/?#]\S*)?\Z",
        re.IGNORECASE,
    )
    schemes: Collection[str] = ("http", "https", "ftp", "ftps")
    max_length = MAX_URL_LENGTH

    def __init__(self, schemes: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if schemes is not None:
            self.schemes = schemes

    def __call__(self, value: Any) -> None:
        if not isinstance(value, str) or len(value) > self.max_length:
            raise self._refuse(value)
        found = self.regex.match(value)
        if found is None or value.partition("://")[0].lower() not in self.schemes:
            raise self._refuse(value)
        if not _is_host(found["host"]):
            raise self._refuse(value)


def _is_host(host: str) -> bool:
    if len(host) > _MAX_HOST:
        return False
    if host.startswith("["):
        return _is_address(host[1:-1], ipaddress.IPv6Address)
    if host.lower() == "localhost" or _is_address(host, ipaddress.IPv4Address):
        return True
    return _is_domain(host.removesuffix("."))


class EmailValidator(_Validator):
    """Accepts email addresses (RFC 5322, 3.4.1, without comments and folding).

    Args:
        message: what to say otherwise.
        code: the error's name.
        allowlist: domains to accept as they are; `localhost` by default.
    """

    message = "Enter an email address, such as name@example.com."
    # A dot-atom (RFC 5322, 3.2.3), or a quoted string (3.2.4, with the obsolete controls).
    user_regex: ClassVar[re.Pattern[str]] = re.compile(
        r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*\Z"
        r"|\"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*\"\Z",
        re.IGNORECASE,
    )
    domain_allowlist: Collection[str] = ("localhost",)
    max_length = 320  # RFC 3696, section 3.

    def __init__(self, message: Any = None, code: str | None = None, allowlist: Any = None) -> None:
        super().__init__(message, code)
        if allowlist is not None:
            self.domain_allowlist = allowlist

    def __call__(self, value: Any) -> None:
        if not isinstance(value, str) or len(value) > self.max_length:
            raise self._refuse(value)
        user, at, domain = value.rpartition("@")
        if not at or not self.user_regex.match(user):
            raise self._refuse(value)
        if domain not in self.domain_allowlist and not self.validate_domain_part(domain):
            raise self._refuse(value)

    def validate_domain_part(self, domain_part: str) -> bool:
        """Return whether a domain name or an IP address in brackets follows the `@`."""
        if domain_part.startswith("[") and domain_part.endswith("]"):
            return _is_any_address(domain_part[1:-1])
        return _is_domain(domain_part)


#: Refuses what is no domain name.
validate_domain_name = DomainNameValidator()
#: Refuses what is no e-mail address.
validate_email = EmailValidator()
#: Refuses what is no whole number.
validate_integer = RegexValidator(r"^-?\d+\Z", message="Enter a whole number.")
#: Refuses other characters than letters from A to Z, digits, underscores and hyphens.
validate_slug = RegexValidator(
    r"^[-a-zA-Z0-9_]+\Z",
    message="Use letters from A to Z, digits, underscores and hyphens only.",
)
#: Refuses other characters than letters, digits, underscores and hyphens.
validate_unicode_slug = RegexValidator(
    r"^[-\w]+\Z", message="Use letters, digits, underscores and hyphens only."
)


def _is_address(value: Any, kind: Callable[[str], object]) -> bool:
    if not isinstance(value, str):
        return False  # A number would be taken for an address.
    try:
        kind(value)
    except ValueError:
        return False
    return True


def _is_any_address(value: Any) -> bool:
    return _is_address(value, ipaddress.ip_address)


def _refused_address(value: Any, protocol: str) -> ValidationError:
    params = {"protocol": protocol, "value": value}
    return ValidationError("Enter an %(protocol)s address.", code="invalid", params=params)


def validate_ipv4_address(value: Any) -> None:
    """Accept an IPv4 address in dotted decimals.

    Raises:
        ValidationError: it is not one.
    """
    if not _is_address(value, ipaddress.IPv4Address):
        raise _refused_address(value, "IPv4")


def validate_ipv6_address(value: Any) -> None:
    """Accept an IPv6 address (RFC 4291, 2.2).

    Raises:
        ValidationError: it is not one.
    """
    if not _is_address(value, ipaddress.IPv6Address):
        raise _refused_address(value, "IPv6")


def validate_ipv46_address(value: Any) -> None:
    """Accept an IPv4 or IPv6 address.

    Raises:
        ValidationError: it is neither.
    """
    if not _is_any_address(value):
        raise _refused_address(value, "IPv4 or IPv6")


def int_list_validator(
    sep: str = ",", message: Any = None, code: str = "invalid", allow_negative: bool = False
) -> RegexValidator:
    """Return a validator of whole numbers between which stands a separator.

    Args:
        sep: the separator.
        message: what to say otherwise.
        code: the error's name.
        allow_negative: whether numbers may be negative.
    """
    number = r"-?\d+" if allow_negative else r"\d+"
    return RegexValidator(rf"^{number}(?:{re.escape(sep)}{number})*\Z", message=message, code=code)


#: Refuses what are no whole numbers with commas between them.
validate_comma_separated_integer_list = int_list_validator(
    message="Enter whole numbers with commas between them."
)


class BaseValidator(_Validator):
    """Compares a value with a limit; subclasses give `compare()`, true for what is refused.

    Args:
        limit_value: the limit, or a function that returns it.
        message: what to say, with `%(limit_value)s`, `%(show_value)s` and `%(value)s`.
    """

    message = "The value must be %(limit_value)s, and is %(show_value)s."
    code = "limit_value"

    def __init__(self, limit_value: Any, message: Any = None) -> None:
        super().__init__(message)
        self.limit_value = limit_value

    def __call__(self, value: Any) -> None:
        limit = self._limit()
        cleaned = self.clean(value)
        if self.compare(cleaned, limit):
            raise self._refuse(value, limit_value=limit, show_value=cleaned)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self._comparable() == other._comparable()

    __hash__ = None

    def _comparable(self) -> dict[str, Any]:
        return {**self.__dict__, "limit_value": self._limit()}

    def _limit(self) -> Any:
        return self.limit_value() if callable(self.limit_value) else self.limit_value

    def compare(self, a: Any, b: Any) -> bool:
        """Return whether the value `a` is refused for the limit `b`."""
        return a is not b

    def clean(self, x: Any) -> Any:
        """Return what is compared of a value."""
        return x


class MaxValueValidator(BaseValidator):
    """Accepts values up to the limit."""

    message = "The value may be %(limit_value)s at most."
    code = "max_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a > b)


class MinValueValidator(BaseValidator):
    """Accepts values from the limit on."""

    message = "The value must be %(limit_value)s at least."
    code = "min_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a < b)


class StepValueValidator(BaseValidator):
    """Accepts multiples of the limit, counted from an offset.

    Args:
        limit_value: the step, or a function that returns it.
        message: what to say otherwise.
        offset: where to count from; 0 by default.
    """

    message = "The value must be a multiple of %(limit_value)s."
    code = "step_size"

    def __init__(self, limit_value: Any, message: Any = None, offset: Any = None) -> None:
        super().__init__(limit_value, message)
        self.offset = offset
        if offset is not None and message is None:
            self.message = (
                "The value must be in steps of %(limit_value)s from %(offset)s on: %(offset)s, "
                "%(valid_value1)s, %(valid_value2)s, and so on."
            )

    def _refuse(self, value: Any, **params: Any) -> ValidationError:
        if self.offset is not None:
            step = params["limit_value"]
            params["offset"] = self.offset
            params["valid_value1"] = self.offset + step
            params["valid_value2"] = self.offset + 2 * step
        return super()._refuse(value, **params)

    def compare(self, a: Any, b: Any) -> bool:
        offset = 0 if self.offset is None else self.offset
        # Steps such as 0.1 have no exact float.
        return not math.isclose(math.remainder(a - offset, b), 0, abs_tol=1e-9)


class MaxLengthValidator(BaseValidator):
    """Accepts what is no longer than the limit."""

    message = "The length may be %(limit_value)s at most, and is %(show_value)s."
    code = "max_length"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a > b)

    def clean(self, x: Any) -> Any:
        return len(x)


class MinLengthValidator(BaseValidator):
    """Accepts what is no shorter than the limit."""

    message = "The length must be %(limit_value)s at least, and is %(show_value)s."
    code = "min_length"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a < b)

    def clean(self, x: Any) -> Any:
        return len(x)


class DecimalValidator(_Validator):
    """Accepts decimal numbers of so many digits.

    Args:
        max_digits: the most digits; None for no limit.
        decimal_places: the most digits after the point; None for no limit.
    """

    messages: ClassVar[dict[str, str]] = {
        "invalid": "Enter a number.",
        "max_digits": "The number of digits may be %(max)s at most.",
        "max_decimal_places": "The number of digits after the point may be %(max)s at most.",
        "max_whole_digits": "The number of digits before the point may be %(max)s at most.",
    }

    def __init__(self, max_digits: int | None, decimal_places: int | None) -> None:
        super().__init__()
        self.max_digits = max_digits
        self.decimal_places = decimal_places

    def __call__(self, value: Decimal) -> None:
        _, digit_tuple, exponent = value.as_tuple()
        if not isinstance(exponent, int):  # NaN and the infinities have a letter there.
            raise ValidationError(self.messages["invalid"], "invalid", {"value": value})
        places = max(0, -exponent)
        whole = 0 if digit_tuple == (0,) and exponent > 0 else max(0, exponent)
        digits = max(len(digit_tuple) + whole, places)
        limits = [("max_digits", digits, self.max_digits)]
        limits.append(("max_decimal_places", places, self.decimal_places))
        if self.max_digits is not None and self.decimal_places is not None:
            most = self.max_digits - self.decimal_places
            limits.append(("max_whole_digits", digits - places, most))
        for code, count, limit in limits:
            if limit is not None and count > limit:
                raise ValidationError(self.messages[code], code, {"max": limit, "value": value})


class FileExtensionValidator(_Validator):
    """Accepts files whose names end in one of some extensions, in upper or lower case.

    Args:
        allowed_extensions: the extensions, without a dot; None for any.
        message: what to say otherwise, with `%(extension)s` and `%(allowed_extensions)s`.
        code: the error's name.
    """

    message = (
        "Files that end in \u201c%(extension)s\u201d are not accepted; these are: "
        "%(allowed_extensions)s."
    )
    code = "invalid_extension"

    def __init__(
        self,
        allowed_extensions: Collection[str] | None = None,
        message: Any = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message, code)
        if allowed_extensions is not None:
            allowed_extensions = [each.lower() for each in allowed_extensions]
        self.allowed_extensions = allowed_extensions

    def __call__(self, value: Any) -> None:
        extension = PurePath(value.name).suffix[1:].lower()
        allowed = self.allowed_extensions
        if allowed is not None and extension not in allowed:
            raise self._refuse(value, extension=extension, allowed_extensions=", ".join(allowed))


class ProhibitNullCharactersValidator(_Validator):
    """Accepts what holds no null character."""

    message = "Null characters are not accepted."
    code = "null_characters_not_allowed"

    def __call__(self, value: Any) -> None:
        if "\x00" in str(value):
            raise self._refuse(value)
