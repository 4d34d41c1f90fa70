"""The small grammars of HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gingerdj.utils.datastructures import MultiValueDict
from gingerdj.utils.http import (
    base36_to_int,
    content_disposition_header,
    escape_leading_slashes,
    http_date,
    int_to_base36,
    is_same_domain,
    parse_etags,
    parse_header_parameters,
    parse_http_date,
    parse_http_date_safe,
    quote_etag,
    url_has_allowed_host_and_scheme,
    urlencode,
    urlsafe_base64_decode,
    urlsafe_base64_encode,
)


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_the_three_forms_of_a_date(date: str) -> None:
    assert parse_http_date(date) == 784111777


def test_dates() -> None:
    assert http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert parse_http_date_safe("yesterday") is None
    with pytest.raises(ValueError, match="not in a valid HTTP date"):
        parse_http_date("yesterday")


@pytest.mark.parametrize(
    ("header", "etags"),
    [('"a", W/"b"', ['"a"', 'W/"b"']), ("*", ["*"]), ("a", []), ('"a,b"', ['"a,b"'])],
)
def test_entity_tags(header: str, etags: list[str]) -> None:
    assert parse_etags(header) == etags
    assert [quote_etag(etag) for etag in etags if etag != "*"] == [e for e in etags if e != "*"]
    assert quote_etag("x") == '"x"'


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("text/html", ("text/html", {})),
        ("Text/HTML; Charset=UTF-8", ("text/html", {"charset": "UTF-8"})),
        (r'a; b="x;\"y"; c', ("a", {"b": 'x;"y', "c": ""})),
        (r'a; b=\"x; c="\\"; d', ("a", {"b": r"\"x", "c": "\\", "d": ""})),
        ("a; n*=utf-8''1; n=2; =3", ("a", {"n": "1"})),
        ("a; n*=utf-8''%C3%A9", ("a", {"n": "é"})),
        ("a; n*=nope''%C3", ("a", {})),
        ('a; b="', ("a", {"b": '"'})),
    ],
)
def test_header_parameters(line: str, parsed: tuple[str, dict[str, str]]) -> None:
    assert parse_header_parameters(line) == parsed


@pytest.mark.parametrize(
    ("host", "pattern", "same"),
    [
        ("a.b", "a.b", True),
        ("x.a.b", ".a.b", True),
        ("a.b", ".A.B", True),
        ("xa.b", ".a.b", False),
        ("a.b", "", False),
    ],
)
def test_domains(host: str, pattern: str, same: bool) -> None:
    assert is_same_domain(host, pattern) is same


@pytest.mark.parametrize(
    ("as_attachment", "filename", "header"),
    [
        (True, "", "attachment"),
        (False, "", None),
        (True, 'a"\\.txt', r'attachment; filename="a\"\\.txt"'),
        (False, "é.txt", "inline; filename*=utf-8''%C3%A9.txt"),
        (True, "a\n\x7f", "attachment; filename*=utf-8''a%0A%7F"),
    ],
)
def test_content_disposition(as_attachment: bool, filename: str, header: str | None) -> None:
    assert content_disposition_header(as_attachment, filename) == header


def test_leading_slashes() -> None:
    assert escape_leading_slashes("//host/x") == "/%2Fhost/x"
    assert escape_leading_slashes("/x") == "/x"


@pytest.mark.parametrize(
    ("query", "doseq", "encoded"),
    [
        ((("a", 1), ("b", "é")), False, "a=1&b=%C3%A9"),
        ({"a": [1, 2]}, False, "a=%5B1%2C+2%5D"),
        ({"a": [1, 2], "b": "xy"}, True, "a=1&a=2&b=xy"),
        ({"a": []}, True, ""),
        (MultiValueDict({"a": ["1", "2"]}), True, "a=1&a=2"),
        ({"a": b"\xff"}, False, "a=%FF"),
    ],
)
def test_urlencode(query: Any, doseq: bool, encoded: str) -> None:
    assert urlencode(query, doseq) == encoded


@pytest.mark.parametrize("value", [None, [None]])
def test_none_has_no_form_in_a_query_string(value: Any) -> None:
    with pytest.raises(TypeError, match="Cannot encode None for key 'a'"):
        urlencode({"a": value}, doseq=True)


@pytest.mark.parametrize("number", [0, 35, 36, 1_000_000, 36**13 - 1])
def test_base36(number: int) -> None:
    assert base36_to_int(int_to_base36(number)) == number


def test_what_base36_refuses() -> None:
    with pytest.raises(ValueError, match="Negative base36"):
        int_to_base36(-1)
    for text in ("1" * 14, "#", ""):
        with pytest.raises(ValueError, match=r"Base36|base 36"):
            base36_to_int(text)


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", b"\xff\xfe\xfd"])
def test_base64(data: bytes) -> None:
    text = urlsafe_base64_encode(data)
    assert "=" not in text
    assert urlsafe_base64_decode(text) == urlsafe_base64_decode(text.encode()) == data


def test_what_is_not_base64() -> None:
    with pytest.raises(ValueError, match="not base64"):
        urlsafe_base64_decode("a")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http:///example.com",
        "https://example.com",
        "ftp://testserver",
        "///example.com",
        r"\\example.com",
        r"\\\example.com",
        r"/\\/example.com",
        r"http:\\\example.com",
        r"http:\\testserver\@example.com",
        "\x08//example.com",
        "javascript:alert('x')",
        "http://testserver\\@evil",
        "http://[broken",
        "http://2001:cdba:0000",
        "  ",
        None,
        "/" + "x" * 2048,
    ],
)
def test_addresses_that_are_not_safe(url: str | None) -> None:
    assert not url_has_allowed_host_and_scheme(url, {"testserver"})


@pytest.mark.parametrize(
    ("url", "by_https"),
    [
        ("/view/?param=http://example.com", True),
        ("view/?param=//example.com", True),
        ("https://testserver/", True),
        ("http://testserver/a", False),
        ("//testserver/", False),
        ("HTTPS://testserver/", True),
    ],
)
def test_addresses_that_are_safe(url: str, by_https: bool) -> None:
    assert url_has_allowed_host_and_scheme(url, "testserver")
    assert url_has_allowed_host_and_scheme(url, {"testserver"}, require_https=True) is by_https
    assert url_has_allowed_host_and_scheme(url, None) is ("testserver" not in url)


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 +0100",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        " Sun, 06 Nov 1994 08:49:37 GMT",
    ],
)
def test_no_http_date(date: str) -> None:
    assert parse_http_date_safe(date) is None


def test_years_of_two_digits_lie_at_most_50_years_ahead() -> None:
    for ahead, century in ((50, 0), (51, -100)):
        year = datetime.now(UTC).year + ahead
        seconds = parse_http_date(f"Sunday, 06-Nov-{year % 100:02} 00:00:00 GMT")
        assert datetime.fromtimestamp(seconds, UTC).year == year + century
