"""Signatures, random strings, and comparisons that take as long whatever differs.

The hashes are imported when the first one is asked for: most requests need none.
"""

from __future__ import annotations

import os
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gingerdj.conf import settings
from gingerdj.utils.encoding import force_bytes
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import hashlib
    import hmac
    import secrets
else:
    hashlib = LazyModule("hashlib")
    hmac = LazyModule("hmac")
    secrets = LazyModule("secrets")

#: The characters that random strings are made of by default.
RANDOM_STRING_CHARS = string.ascii_letters + string.digits

# The values of a byte.
_BYTES = 256
# Bytes drawn besides, so that most strings need no second draw.
_SPARE = 16


class InvalidAlgorithm(ValueError):
    """`hashlib` has no algorithm of this name."""


def salted_hmac(
    key_salt: str | bytes,
    value: str | bytes,
    secret: str | bytes | None = None,
    *,
    algorithm: str = "sha1",
) -> hmac.HMAC:
    """Return the HMAC of a value (RFC 2104).

    Args:
        key_salt: what the signature is for, so that it counts nowhere else.
        value: what is signed.
        secret: the secret; the setting `SECRET_KEY` by default.
        algorithm: the name of a hash in `hashlib`.

    Raises:
        InvalidAlgorithm: `hashlib` has no such algorithm.
    """
    if secret is None:
        secret = settings.SECRET_KEY
    try:
        hasher = getattr(hashlib, algorithm)
    except AttributeError as error:
        raise InvalidAlgorithm(
            f"{algorithm!r} is not an algorithm accepted by the hashlib module."
        ) from error
    # A key of the hash's own length: HMAC would shorten a longer one, without the salt's share.
    key = hasher(force_bytes(key_salt) + force_bytes(secret)).digest()
    return hmac.new(key, msg=force_bytes(value), digestmod=hasher)


def get_random_string(length: int, allowed_chars: str = RANDOM_STRING_CHARS) -> str:
    """Return a random string that cannot be guessed.

    Args:
        length: its length in characters; with the 62 default characters, 22 make 131 bits.
        allowed_chars: the characters to choose from.
    """
    count = len(allowed_chars)
    if not 0 < count <= _BYTES:
        return "".join(secrets.choice(allowed_chars) for _ in range(length))
    # Many at once, where the module asks the system for each.  A byte from the limit on is dropped:
    # with it, some characters would come more often than others.
    limit = _BYTES - _BYTES % count
    chosen: list[str] = []
    while len(chosen) < length:
        drawn = os.urandom(length + _SPARE)
        chosen += [allowed_chars[byte % count] for byte in drawn if byte < limit]
    return "".join(chosen[:length])


def constant_time_compare(val1: Any, val2: Any) -> bool:
    """Return whether two values are equal as UTF-8, in a time that does not tell where they
    differ."""
    return secrets.compare_digest(force_bytes(val1), force_bytes(val2))


def pbkdf2(
    password: str | bytes,
    salt: str | bytes,
    iterations: int,
    dklen: int = 0,
    digest: Callable[..., Any] | None = None,
) -> bytes:
    """Derive a key from a password (RFC 8018, 5.2).

    Args:
        password: the password.
        salt: the salt.
        iterations: how often the hash is applied.
        dklen: the key's length in bytes; the hash's own by default.
        digest: the hash, a constructor of `hashlib`; SHA-256 by default.
    """
    name = (digest or hashlib.sha256)().name
    return hashlib.pbkdf2_hmac(
        name, force_bytes(password), force_bytes(salt), iterations, dklen or None
    )
