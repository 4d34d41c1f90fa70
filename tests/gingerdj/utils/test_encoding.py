"""Text and bytes, and the escaping of addresses."""

from __future__ import annotations

import datetime as dt
import locale
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.utils import encoding
from gingerdj.utils.encoding import (
    GingerUnicodeDecodeError,
    escape_uri_path,
    filepath_to_uri,
    force_bytes,
    force_str,
    get_system_encoding,
    iri_to_uri,
    punycode,
    repercent_broken_unicode,
    smart_bytes,
    smart_str,
    uri_to_iri,
)
from gingerdj.utils.functional import SimpleLazyObject, lazystr


class Word(str):
    __slots__ = ()


def test_text() -> None:
    assert force_str(b"\xc3\xa9") == "é"
    assert force_str(b"\xe9", "latin-1") == "é"
    assert force_str(b"a\xff", errors="ignore") == "a"
    assert type(force_str(SimpleLazyObject(lambda: "x"))) is str
    assert type(force_str(Word("x"))) is Word
    assert (force_str(1), force_str(1, strings_only=True), force_str(None)) == ("1", 1, "None")
    assert smart_str(b"x") == "x"
    promise = lazystr("x")
    assert smart_str(promise) is promise
    assert smart_bytes(promise) is promise
    assert type(force_str(promise)) is str


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(GingerUnicodeDecodeError, match=r"invalid start byte.*b'\\xff'"):
        force_str(b"\xff")


def test_bytes() -> None:
    today = dt.date(2026, 1, 1)
    assert force_bytes("é") == smart_bytes("é") == b"\xc3\xa9"
    assert force_bytes("é", "latin-1") == force_bytes(b"\xc3\xa9", "latin-1") == b"\xe9"
    assert force_bytes("voilà".encode(), "ascii", errors="ignore") == b"voil"
    assert force_bytes(memoryview(b"x")) == b"x"
    assert force_bytes(today, strings_only=True) == today
    assert (force_bytes(today), smart_bytes(1)) == (b"2026-01-01", b"1")
    assert force_bytes(ValueError("é")) == b"\xc3\xa9"


@pytest.mark.parametrize(
    ("iri", "uri"),
    [
        ("/é/?q=ü#ö", "/%C3%A9/?q=%C3%BC#%C3%B6"),
        ("/a%20b/", "/a%20b/"),
        ("red%09rosé#red", "red%09ros%C3%A9#red"),
        (lazystr("/é"), "/%C3%A9"),
        (b"/\xc3\xa9/\xff", "/%C3%A9/%FF"),
        (None, None),
    ],
)
def test_iri_to_uri(iri: Any, uri: str | None) -> None:
    assert iri_to_uri(iri) == uri


@pytest.mark.parametrize(
    ("uri", "iri"),
    [
        (None, None),
        ("/%E2%99%A5%E2%99%A5/?utf8=%E2%9C%93", "/♥♥/?utf8=✓"),
        ("/%25%2F%3F%20%22", "/%25%2F%3F%20%22"),
        ("/%41%7e%39", "/A~%39"),
        ("/%AAd%AA/", "/%AAd%AA/"),
        ("/%E2%99%A5%E2%E2%99%A5/", "/♥%E2♥/"),
        ("/%E2%E2%99%A5%E2%99%A5%99/", "/%E2♥♥%99/"),
        (b"/%C3%A9", "/é"),
        ("/%C3%", "/%C3%"),
    ],
)
def test_uri_to_iri(uri: Any, iri: str | None) -> None:
    assert uri_to_iri(uri) == iri
    assert uri_to_iri(iri) == iri


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_iri_means_what_its_uri_means(text: str) -> None:
    assert iri_to_uri(uri_to_iri(iri_to_uri(text))) == iri_to_uri(uri_to_iri(text))


def test_broken_unicode() -> None:
    assert repercent_broken_unicode(b"test\xfctest\xfc\xc3\xa9") == "test%FCtest%FCé".encode()
    long = repercent_broken_unicode(b"\xfc" * 1_000_000)
    assert len(long) == 3_000_000


def test_paths() -> None:
    assert escape_uri_path("/;some/=awful/?path/:with/@lots/&of/+awful/chars") == (
        "/%3Bsome/%3Dawful/%3Fpath/:with/@lots/&of/+awful/chars"
    )
    assert escape_uri_path("/foo#bar%") == "/foo%23bar%25"
    assert filepath_to_uri("upload\\ж.mp4?") == "upload/%D0%B6.mp4%3F"
    assert filepath_to_uri(PurePosixPath("a b/c~(1)")) == "a%20b/c~(1)"
    assert filepath_to_uri(None) is None


def test_the_system_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert encoding.DEFAULT_LOCALE_ENCODING
    monkeypatch.setattr(locale, "getlocale", lambda: ("xx", "no-such-encoding"))
    assert get_system_encoding() == "ascii"
    monkeypatch.setattr(locale, "getlocale", lambda: ("xx", "utf-8"))
    assert get_system_encoding() == "utf-8"


def test_domains_in_ascii() -> None:
    assert punycode("bücher.example") == "xn--bcher-kva.example"
    with pytest.raises(UnicodeError):
        punycode("a..b")
