"""Signatures, random strings, and comparisons."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from gingerdj.utils.crypto import (
    RANDOM_STRING_CHARS,
    InvalidAlgorithm,
    constant_time_compare,
    get_random_string,
    pbkdf2,
    salted_hmac,
)


def test_signatures_depend_on_salt_secret_and_hash(configure: Any) -> None:
    configure(SECRET_KEY="key")
    signed = salted_hmac("salt", "value")
    assert signed.digest() == salted_hmac(b"salt", b"value", "key").digest()
    assert signed.digest() == hmac.digest(hashlib.sha1(b"saltkey").digest(), b"value", "sha1")
    others = [
        salted_hmac("other", "value"),
        salted_hmac("salt", "value", "other"),
        salted_hmac("salt", "value", algorithm="sha256"),
    ]
    assert len({signed.hexdigest(), *(each.hexdigest() for each in others)}) == 4
    with pytest.raises(InvalidAlgorithm, match="'whatever' is not an algorithm"):
        salted_hmac("salt", "value", algorithm="whatever")


def test_comparison() -> None:
    assert constant_time_compare("é", "é".encode())
    assert not constant_time_compare("a", "ab")


def test_random_strings() -> None:
    assert len({get_random_string(20) for _ in range(100)}) == 100
    assert set(get_random_string(100, "ab")) == {"a", "b"}


@pytest.mark.parametrize("length", [0, 1, 22, 1000])
@pytest.mark.parametrize("count", [1, 2, 62, 129, 255, 256, 257, 1000])
def test_random_strings_are_made_of_the_characters_given(length: int, count: int) -> None:
    chars = "".join(map(chr, range(0x100, 0x100 + count)))
    made = get_random_string(length, chars)
    assert (len(made), set(made) <= set(chars)) == (length, True)


def test_each_character_is_as_likely_as_the_others() -> None:
    # Bytes modulo 62 would give each of the first eight 5 times of 256, the others 4 times.
    made = get_random_string(62_000)
    often = sum(map(made.count, RANDOM_STRING_CHARS[:8]))
    assert abs(often - 8_000) < 700  # Eight standard deviations.
    assert all(abs(made.count(char) - 1_000) < 300 for char in RANDOM_STRING_CHARS)


def test_there_must_be_characters_to_choose_from() -> None:
    with pytest.raises(IndexError):
        get_random_string(1, "")


def test_pbkdf2() -> None:
    # RFC 6070, 2, the second vector.
    key = pbkdf2("password", "salt", 2, digest=hashlib.sha1)
    assert key.hex() == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"
    assert len(pbkdf2("password", "salt", 1, dklen=7)) == 7
