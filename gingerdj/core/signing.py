"""Signed values: whoever gets one can read it, but not change it without being found out."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import time
import zlib
from collections.abc import Sequence
from typing import Any

from gingerdj.conf import settings
from gingerdj.utils.crypto import constant_time_compare, salted_hmac
from gingerdj.utils.encoding import force_bytes
from gingerdj.utils.module_loading import import_callable

_UNSAFE_SEPARATOR = re.compile(r"[A-Za-z0-9_=-]*")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# The most bytes that a compressed object may have once it is decompressed.
_MAX_DECOMPRESSED = 64 * 2**20


class BadSignature(Exception):
    """The signature is missing, or does not belong to the value."""


class SignatureExpired(BadSignature):
    """The signature is right, but older than `max_age`."""


def b62_encode(s: int) -> str:
    """Return a number in base 62."""
    digits = ""
    rest = abs(s)
    while True:
        rest, digit = divmod(rest, 62)
        digits = _BASE62[digit] + digits
        if not rest:
            return f"-{digits}" if s < 0 else digits


def b62_decode(s: str) -> int:
    """Return the number that stands in base 62.

    Raises:
        ValueError: it is not one.
    """
    digits = s.removeprefix("-")
    if not digits:
        raise ValueError("An empty text is no number in base 62.")
    number = 0
    for digit in digits:
        number = number * 62 + _BASE62.index(digit)
    return -number if s.startswith("-") else number


def b64_encode(s: bytes) -> bytes:
    """Return bytes in base64 for addresses (RFC 4648, 5), without the `=` at the end."""
    return base64.urlsafe_b64encode(s).rstrip(b"=")


def b64_decode(s: bytes) -> bytes:
    """Return the bytes of base64 for addresses."""
    return base64.urlsafe_b64decode(s + b"=" * (-len(s) % 4))


def base64_hmac(salt: str, value: str | bytes, key: str | bytes, algorithm: str = "sha1") -> str:
    """Return the HMAC of a value as base64; see `gingerdj.utils.crypto.salted_hmac`."""
    digest = salted_hmac(salt, value, key, algorithm=algorithm).digest()
    return b64_encode(digest).decode("ascii")


def get_cookie_signer(salt: str = "gingerdj.core.signing.get_cookie_signer") -> Any:
    """Return the signer of cookies, which the setting `SIGNING_BACKEND` names."""
    signer_class = import_callable(settings.SIGNING_BACKEND, "SIGNING_BACKEND")
    # A key of their own: what signs cookies must not sign anything else.
    return signer_class(
        key=_cookie_key(settings.SECRET_KEY),
        fallback_keys=[_cookie_key(key) for key in settings.SECRET_KEY_FALLBACKS],
        salt=salt,
    )


def _cookie_key(key: str | bytes) -> bytes:
    return b"gingerdj.http.cookies%b" % force_bytes(key)


class JSONSerializer:
    """Objects as compact JSON in Latin-1, which is ASCII."""

    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, separators=(",", ":")).encode("latin-1")

    def loads(self, data: bytes) -> Any:
        return json.loads(data.decode("latin-1"))


def dumps(
    obj: Any,
    key: str | bytes | None = None,
    salt: str = "gingerdj.core.signing",
    serializer: Any = JSONSerializer,
    compress: bool = False,
) -> str:
    """Return an object as text for an address, signed and with the time of its signature.

    Args:
        obj: the object.
        key: the secret; the setting `SECRET_KEY` by default.
        salt: what the signature is for, so that it counts nowhere else.
        serializer: a class with `dumps()` to bytes and `loads()`.
        compress: whether to compress it where that makes it shorter.
    """
    signer = TimestampSigner(key=key, salt=salt)
    return signer.sign_object(obj, serializer=serializer, compress=compress)


def loads(
    s: str,
    key: str | bytes | None = None,
    salt: str = "gingerdj.core.signing",
    serializer: Any = JSONSerializer,
    max_age: float | dt.timedelta | None = None,
    fallback_keys: Sequence[str | bytes] | None = None,
) -> Any:
    """Return the object that `dumps` has signed.

    Args:
        s: the text.
        key, salt, serializer: as given to `dumps`.
        max_age: the greatest age of the signature, in seconds or as a `timedelta`.
        fallback_keys: secrets that have signed before; `SECRET_KEY_FALLBACKS` by default.

    Raises:
        SignatureExpired: the signature is too old.
        BadSignature: the signature is missing or wrong.
    """
    signer = TimestampSigner(key=key, salt=salt, fallback_keys=fallback_keys)
    return signer.unsign_object(s, serializer=serializer, max_age=max_age)


class Signer:
    """Signs text.

    Args:
        key: the secret; the setting `SECRET_KEY` by default.
        sep: what stands between value and signature.
        salt: what the signature is for, so that it counts nowhere else; the class by default.
        algorithm: the name of a hash in `hashlib`; `sha256` by default.
        fallback_keys: secrets that have signed before; `SECRET_KEY_FALLBACKS` by default.

    Raises:
        ValueError: the separator could be part of a signature.
    """

    def __init__(
        self,
        *,
        key: str | bytes | None = None,
        sep: str = ":",
        salt: str | None = None,
        algorithm: str | None = None,
        fallback_keys: Sequence[str | bytes] | None = None,
    ) -> None:
        if _UNSAFE_SEPARATOR.fullmatch(sep):
            raise ValueError(
                f"Unsafe Signer separator: {sep!r} (cannot be empty or consist of only A-z0-9-_=)"
            )
        self.key = key or settings.SECRET_KEY
        self.fallback_keys = (
            settings.SECRET_KEY_FALLBACKS if fallback_keys is None else fallback_keys
        )
        self.sep = sep
        self.salt = salt or f"{type(self).__module__}.{type(self).__name__}"
        self.algorithm = algorithm or "sha256"

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        """Return the signature of a value."""
        return base64_hmac(f"{self.salt}signer", value, key or self.key, self.algorithm)

    def sign(self, value: str) -> str:
        """Return a value with the separator and its signature behind it."""
        return f"{value}{self.sep}{self.signature(value)}"

    def unsign(self, signed_value: str) -> str:
        """Return the value that was signed.

        Raises:
            BadSignature: the signature is missing or wrong.
        """
        value, sep, signature = signed_value.rpartition(self.sep)
        if not sep:
            raise BadSignature(f'No "{self.sep}" found in value')
        for key in (self.key, *self.fallback_keys):
            if constant_time_compare(signature, self.signature(value, key)):
                return value
        raise BadSignature(f'Signature "{signature}" does not match')

    def sign_object(
        self, obj: Any, serializer: Any = JSONSerializer, compress: bool = False
    ) -> str:
        """Return an object as signed text; see `dumps`."""
        data = serializer().dumps(obj)
        mark = ""
        if compress and len(compressed := zlib.compress(data)) < len(data) - 1:
            data, mark = compressed, "."
        return self.sign(mark + b64_encode(data).decode("ascii"))

    def unsign_object(
        self, signed_obj: str, serializer: Any = JSONSerializer, **kwargs: Any
    ) -> Any:
        """Return the object that `sign_object` has signed.

        Args:
            signed_obj: the text.
            serializer: as given to `sign_object`.
            kwargs: arguments of `unsign`.

        Raises:
            BadSignature: the signature is missing or wrong, or the object is longer than 64 MiB.
        """
        text = self.unsign(signed_obj, **kwargs)
        data = b64_decode(text.removeprefix(".").encode())
        return serializer().loads(_decompressed(data) if text.startswith(".") else data)


def _decompressed(data: bytes) -> bytes:
    # Only we can have signed it, but what we were given to sign may have been a bomb.
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(data, _MAX_DECOMPRESSED)
    if inflater.unconsumed_tail:
        raise BadSignature(f"The object is longer than {_MAX_DECOMPRESSED} bytes.")
    return inflated


class TimestampSigner(Signer):
    """Signs text together with the present time."""

    def timestamp(self) -> str:
        """Return the present time: whole seconds since 1970, in base 62."""
        return b62_encode(int(time.time()))

    def sign(self, value: str) -> str:
        return super().sign(f"{value}{self.sep}{self.timestamp()}")

    def unsign(self, signed_value: str, max_age: float | dt.timedelta | None = None) -> str:
        """Return the value that was signed.

        Args:
            signed_value: the text.
            max_age: the greatest age of the signature, in seconds or as a `timedelta`.

        Raises:
            SignatureExpired: the signature is older.
            BadSignature: the signature is missing or wrong.
        """
        value, sep, timestamp = super().unsign(signed_value).rpartition(self.sep)
        try:
            age = time.time() - b62_decode(timestamp)
        except ValueError:
            sep = ""
        if not sep:
            raise BadSignature("The signed value holds no time.")
        if max_age is None:
            return value
        limit = max_age.total_seconds() if isinstance(max_age, dt.timedelta) else max_age
        if age > limit:
            raise SignatureExpired(f"Signature age {age} > {limit} seconds")
        return value
