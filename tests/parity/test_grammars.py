"""The small grammars of HTTP, and cryptography."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .both import call_both, compare

CHARSETS = "only the charsets that RFC 8187, 3.2.1 asks for are decoded, in linear time"
DIFFERENCES = {
    """parse_header_parameters("a; f*=bogus''%C3%A9")""": CHARSETS,
    """parse_header_parameters("a; f*=x'y'z'%C3%A9")""": CHARSETS,
    """parse_header_parameters("a; f*=cp1252''%80")""": CHARSETS,
    """parse_header_parameters("a; f*=utf-16''%C3")""": CHARSETS,
    "parse_header_parameters('a; f*0=ab; f*1=cd')": "HTTP has no continuations (RFC 8187, 1)",
    "parse_header_parameters('a; b=<c>')": "angle brackets quote nothing in HTTP",
    r"""parse_header_parameters('a; b="\\\\"; c="')""": "a backslash escapes one character, not two",
    "parse_etags('\"a,b\"')": "a tag may hold a comma (RFC 9110, 8.8.3)",
    "parse_http_date('Sun, 06 Nov 0000 08:49:37 GMT')": "four digits are no year of two",
    "content_disposition_header(True, 'a\\n')": "a line break would end the header",
}

HEADERS = [
    "",
    ";",
    "text/html",
    " Text/HTML ; Charset = UTF-8 ; q",
    'a; b="c;d"; e="f\\"g"; h="',
    "a; b='c;d'; =e; f=; ;g",
    'a; b="c" d; e=f"; "g"=h',
    "a=b; c",
    "a; f=1; f=2; F*=utf-8''3",
    "a; f*=utf-8'en'%C3%A9; g*=iso-8859-1''%E9; h*=UTF8''%FF",
    "a; f*=utf-8'%C3%A9",
    'a; f*=x%20y; g*="z"',
    'a; b="x\ny"; c\n=d',
    'a; b=\\"c; d',
]
DATES = [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-30 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Sun Nov 16 08:49:37 1994",
    "Sun Nov 6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 +0100",
    "Xxx, 06 nOV 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:60 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Mon, 01 Jan 1900 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "",
    "x",
]
QUERIES = [
    "{'a': 1, 'b': [1, 2], 'c': 'é &=+', 'd': b'\\xff'}",
    "[('a', 1), ('a', (2, 3))]",
    "MultiValueDict({'a': [1, 2], 'b': []})",
    "{'a': None}",
    "{'a': [None]}",
    "{'a': {'b': 1}}",
    "{'a': range(2)}",
    "{'a': {1}}",
    "{'a': bytearray(b'x')}",
    "{1: True, 'b': 1.5, 'c': ''}",
    "{'a': []}",
    "[]",
    "'ab'",
    "None",
    "[1]",
]
ADDRESSES = [
    "None",
    "''",
    "' '",
    "'/x'",
    "'//x'",
    "'///x'",
    "'http://a.com'",
    "' http://a.com'",
    "'HTTP://a.com/x'",
    "'http://a.com:80'",
    "'http:a.com'",
    "'http:/a.com'",
    "'http:///a.com'",
    "'ftp://a.com'",
    "'javascript:x'",
    "'http://u@a.com'",
    "'http://a.com@b.com'",
    "'http:\\\\\\\\b.com'",
    "'/\\\\b.com'",
    "'\\\\/b.com'",
    "'http://[::1'",
    "'x' * 2049",
    "'\\x08//a.com'",
    "'\\u200bhttp://b'",
    "'x:y'",
    "'?x'",
    "'https://a.com'",
]

EXPRESSIONS = [
    *(f"parse_header_parameters({line!r})" for line in HEADERS),
    "parse_header_parameters('a; b=c', 5)",
    *(f"parse_http_date({date!r})" for date in DATES),
    *(f"parse_http_date_safe({date!r})" for date in DATES),
    "parse_http_date_safe(None)",
    *(f"urlencode({query}, {doseq})" for query in QUERIES for doseq in (False, True)),
    *(
        f"url_has_allowed_host_and_scheme({address}, {hosts}, require_https={https})"
        for address in ADDRESSES
        for hosts in ("None", "'a.com'", "{'a.com', 'u@a.com'}", "['a.com:80']", "''")
        for https in (False, True)
    ),
    *(
        f"is_same_domain({host!r}, {pattern!r})"
        for host in ("a.com", "A.com", "x.a.com", "xa.com", "", ".a.com")
        for pattern in ("a.com", ".a.com", ".A.COM", "A.COM", "", "*", None)
    ),
    *(
        f"parse_etags({tags!r})"
        for tags in (
            '"a", W/"b" , "c"',
            "*",
            " * ",
            '*, "a"',
            '"a" "b"',
            '"a"b, "c"',
            'W/ "a"',
            'w/"a"',
            "a",
            '"a',
            ',"a",',
            '"a", "b", "',
            '""',
            "",
        )
    ),
    *(f"quote_etag({tag!r})" for tag in ("a", '"a"', 'W/"a"', 'w/"a"', '"a', "", '"a"b"')),
    *(
        f"content_disposition_header({attached}, {name!r})"
        for attached in (True, False)
        for name in ("", "a b.txt", 'a"\\.txt', "é.txt", "日'(1)~.txt", "\t", "\x7f", "a\nb", "%41")
    ),
    *(f"escape_leading_slashes({path!r})" for path in ("//x", "/x", "///x", "", "x//")),
    *(f"base36_to_int({text!r})" for text in ("0", "Zz", "-1", "1_0", "", "é", "z" * 13, "1" * 14)),
    *(f"int_to_base36({number})" for number in ("0", "35", "36", "-1", "2**70", "1.5", "'1'")),
    *(
        f"urlsafe_base64_decode({text!r})"
        for text in ("", "YQ", "YQ==", "YWI", "YWJj", "Y W I", "-_8", "+/8", "A", "=", "é")
    ),
    *(f"urlsafe_base64_encode({data})" for data in ("b''", "b'a'", "bytes(range(256))", "'a'")),
    *(f"http_date({seconds})" for seconds in ("0", "1.9", "-1", "2**31", "1e12", "'a'")),
    "MAX_URL_LENGTH, MAX_URL_REDIRECT_LENGTH",
    *(
        f"constant_time_compare({one}, {other})"
        for one in ("'a'", "b'a'", "'é'", "None", "1")
        for other in ("'a'", "b'a'", "'é'", "None", "1")
    ),
    "salted_hmac('salt', 'value').hexdigest()",
    "salted_hmac(b'salt', b'value', 'key').hexdigest()",
    "salted_hmac('salt', 'välue', b'key', algorithm='sha256').hexdigest()",
    "salted_hmac('salt', 'value', algorithm='nope')",
    "salted_hmac('salt', 'value', '').hexdigest()",
    "pbkdf2('password', 'salt', 2)",
    "pbkdf2(b'password', b'salt', 1, 20, hashlib.sha1)",
    "pbkdf2('pässword', 'salt', 3, 0, hashlib.md5)",
    "pbkdf2('password', 'salt', 0)",
    "len(get_random_string(12))",
    "get_random_string(5, 'a')",
    "get_random_string(5, allowed_chars='')",
    "get_random_string(0)",
    "issubclass(InvalidAlgorithm, ValueError)",
]


def test_same() -> None:
    modules = ["utils.datastructures", "utils.encoding", "utils.crypto", "utils.http"]
    compare(modules, EXPRESSIONS, DIFFERENCES)


TEXT = st.text(st.characters(codec="utf-8"))
HOSTS = st.sampled_from([None, "a.com", {"a.com", "b.com"}])
PIECES = [
    "http",
    "https",
    ":",
    "/",
    "//",
    "\\",
    "a.com",
    "@",
    "?",
    "#",
    " ",
    "\t",
    "[",
    "]",
    ".",
    "é",
]
TAGS = ["W/", '"', "a", ",", " ", "*"]
BASE64 = st.text("AZaz09-_=+/ é")
PATHS = st.text("/\\. é")


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("utils.http.parse_http_date_safe", TEXT),
        ("utils.http.quote_etag", st.one_of(TEXT, st.text('W/"a'))),
        (
            "utils.http.parse_etags",
            st.lists(st.sampled_from(['"a"', 'W/"b"', "c", '""'])).map(",".join),
        ),
        ("utils.http.urlsafe_base64_decode", BASE64),
        ("utils.http.base36_to_int", st.text("0aZ_- é")),
        ("utils.http.escape_leading_slashes", PATHS),
        ("utils.http.urlsafe_base64_encode", st.binary()),
        ("utils.http.int_to_base36", st.integers()),
    ],
)
@given(data=st.data())
def test_same_of_any(path: str, arguments: st.SearchStrategy[object], data: st.DataObject) -> None:
    call_both(path, data.draw(arguments))


@given(st.lists(st.sampled_from(PIECES)).map("".join), HOSTS, st.booleans())
def test_same_of_any_address(url: str, hosts: object, https: bool) -> None:
    call_both("utils.http.url_has_allowed_host_and_scheme", url, hosts, require_https=https)


@given(st.booleans(), st.text(st.characters(codec="utf-8", exclude_characters="\n")))
def test_same_of_any_file_name(as_attachment: bool, name: str) -> None:
    call_both("utils.http.content_disposition_header", as_attachment, name)
