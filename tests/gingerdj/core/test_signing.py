"""Signed values and signed cookies."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core import signing
from gingerdj.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from gingerdj.http import HttpResponse
from gingerdj.test import RequestFactory


@pytest.fixture(autouse=True)
def key(configure: Any) -> Any:
    configure(SECRET_KEY="key")
    return configure


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(time, "time", lambda: seconds)


def test_what_was_signed_comes_back() -> None:
    signer = Signer()
    assert signer.unsign(signer.sign("a:é")) == "a:é"
    assert signer.sign("a").startswith("a:")
    assert Signer(sep="/").sign("a").startswith("a/")


def test_what_was_changed_is_found_out() -> None:
    signed = Signer().sign("a")
    for changed in (f"{signed}x", f"b{signed}", signed[:-1]):
        with pytest.raises(BadSignature, match="does not match"):
            Signer().unsign(changed)
    with pytest.raises(BadSignature, match='No ":" found'):
        Signer().unsign("a")


def test_a_signature_counts_for_its_salt_key_and_hash_alone() -> None:
    signed = Signer(salt="one").sign("a")
    for other in (Signer(salt="two"), Signer(salt="one", key="k"), TimestampSigner(salt="one")):
        with pytest.raises(BadSignature):
            other.unsign(signed)
    with pytest.raises(BadSignature):
        Signer(salt="one", algorithm="sha512").unsign(signed)


def test_keys_may_change(key: Any) -> None:
    signed = Signer().sign("a")
    key(SECRET_KEY="new")
    with pytest.raises(BadSignature):
        Signer().unsign(signed)
    assert Signer(fallback_keys=["key"]).unsign(signed) == "a"
    key(SECRET_KEY_FALLBACKS=["older", "key"])
    assert Signer().unsign(signed) == "a"
    assert Signer().sign("a") != signed


@pytest.mark.parametrize("sep", ["", "-", "abc", "="])
def test_separators_that_a_signature_may_hold(sep: str) -> None:
    with pytest.raises(ValueError, match="Unsafe Signer separator"):
        Signer(sep=sep)


def test_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 1000.5)
    signed = TimestampSigner().sign("a")
    at(monkeypatch, 1010)
    assert TimestampSigner().unsign(signed) == "a"
    assert TimestampSigner().unsign(signed, max_age=10) == "a"
    assert TimestampSigner().unsign(signed, max_age=dt.timedelta(seconds=11)) == "a"
    with pytest.raises(SignatureExpired, match="age 10 > 9 seconds"):
        TimestampSigner().unsign(signed, max_age=9)


def test_a_signed_value_without_a_time() -> None:
    signed = Signer(salt="s").sign("a:#")
    with pytest.raises(BadSignature, match="holds no time"):
        TimestampSigner(salt="s").unsign(signed, max_age=9)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("value", [["a", "é"], {"a": 1}, "x" * 1000, None])
def test_objects(value: Any, compress: bool) -> None:
    signed = signing.dumps(value, compress=compress)
    assert signing.loads(signed, max_age=60) == value
    assert signed.startswith(".") is (compress and value == "x" * 1000)
    assert len(signed) < 1100 if compress else True
    with pytest.raises(BadSignature):
        signing.loads(signed, salt="other")
    assert Signer().unsign_object(Signer().sign_object(value)) == value


def test_an_object_that_would_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_MAX_DECOMPRESSED", 100)
    with pytest.raises(BadSignature, match="longer than 100 bytes"):
        signing.loads(signing.dumps("x" * 1000, compress=True))


@given(st.integers())
def test_base62(number: int) -> None:
    assert signing.b62_decode(signing.b62_encode(number)) == number


@given(st.binary())
def test_base64(data: bytes) -> None:
    assert signing.b64_decode(signing.b64_encode(data)) == data


def sent_back(response: HttpResponse, **renamed: str) -> Any:
    """Return a request with the response's cookies, some of them under other names."""
    factory = RequestFactory()
    for name, morsel in response.cookies.items():
        factory.cookies[renamed.get(name, name)] = morsel.value
    return factory.get("/")


def test_signed_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 1000)
    response = HttpResponse()
    response.set_signed_cookie("c", "hello", salt="s", httponly=True)
    assert response.cookies["c"]["httponly"]
    request = sent_back(response)
    assert request.COOKIES["c"].startswith("hello:")
    assert request.get_signed_cookie("c", salt="s") == "hello"
    at(monkeypatch, 1100)
    with pytest.raises(SignatureExpired):
        request.get_signed_cookie("c", salt="s", max_age=9)
    with pytest.raises(BadSignature):
        request.get_signed_cookie("c")
    with pytest.raises(KeyError):
        request.get_signed_cookie("d")
    assert request.get_signed_cookie("c", default=None) is None
    assert request.get_signed_cookie("d", default="x") == "x"


def test_a_cookies_name_and_salt_cannot_be_mistaken_for_each_other() -> None:
    response = HttpResponse()
    response.set_signed_cookie("ab", "hello", salt="c")
    with pytest.raises(BadSignature):
        sent_back(response, ab="a").get_signed_cookie("a", salt="bc")


def test_other_signers_of_cookies(key: Any) -> None:
    key(SIGNING_BACKEND=f"{__name__}.Reversed")
    response = HttpResponse()
    response.set_signed_cookie("a", "abc")
    assert response.cookies["a"].value == "cba"


class Reversed:
    def __init__(self, **options: Any) -> None:
        assert options["key"] == b"gingerdj.http.cookieskey"

    def sign(self, value: str) -> str:
        return value[::-1]
