"""The small grammars of HTTP."""

from __future__ import annotations

import pytest

from gingerdj.utils.http import (
    content_disposition_header,
    escape_leading_slashes,
    http_date,
    is_same_domain,
    parse_etags,
    parse_header_parameters,
    parse_http_date,
    parse_http_date_safe,
    quote_etag,
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
    with pytest.raises(ValueError, match="is not an HTTP date"):
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
        (r'a; b="x;\"y"; c', ("a", {"b": 'x;"y'})),
        ("a; n*=utf-8''%C3%A9", ("a", {"n": "é"})),
        ("a; n*=nope''%C3", ("a", {})),
        ('a; b="', ("a", {"b": '"'})),
    ],
)
def test_header_parameters(line: str, parsed: tuple[str, dict[str, str]]) -> None:
    assert parse_header_parameters(line) == parsed


def test_a_header_too_long() -> None:
    with pytest.raises(ValueError, match="longer than 3"):
        parse_header_parameters("abcd", max_length=3)


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
    ],
)
def test_content_disposition(as_attachment: bool, filename: str, header: str | None) -> None:
    assert content_disposition_header(as_attachment, filename) == header


def test_leading_slashes() -> None:
    assert escape_leading_slashes("//host/x") == "/%2Fhost/x"
    assert escape_leading_slashes("/x") == "/x"
