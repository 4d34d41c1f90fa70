"""What each validator accepts, what it refuses, and what it says then."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core import validators as v
from gingerdj.core.exceptions import ValidationError

LONG = "x" * 3000
URLS = """
    http://localhost http://LOCALHOST:3 http://a.com. http://a.b-c http://a.com:1 http://a.com?x
    http://a.com#x http://u:p@a.com http://u@a.com http://u:@a.com http://1.2.3.4 http://[::1]
    http://[::1]:80 http://[::ffff:1.2.3.4] http://a.xn--p1ai http://münchen.de http://例え.テスト
    HTTP://A.COM ftp://a.com ftps://a.com http://a.com/%20 http://a--b.com http://a.com.:80
    http://www.a.com:8080/x?y=1#z
""".split()  # noqa: SIM905
BAD_URLS = """
    http://a http://a.b http://a. http://a..com http://-a.com http://a-.com http://a_b.com
    http://a.-bc http://a.bc- http://a.b1 http://a.11 http://a.com: http://a.com:123456
    http://a.com:٣ http://u:p:q@a.com http://u/p@a.com http://@a.com http://01.2.3.4
    http://256.1.1.1 http://[::1 http://[a] http://[1:2:3] gopher://a.com //a.com http:/a.com
    http:///a http:// http http://u#p@a.com http://u:?p@a.com
    http://a.com] http://a.com\\x http://a.c http://u:p@@a.com http://a%b.com
    http://localhost. http://[::1]x
""".split()  # noqa: SIM905
EMAILS = """
    a@b.co a@localhost a.b@c.de "a\\"b"@c.de "a@b"@c.de a@b.d-e a@[127.0.0.1] a@[::1] a@ü.de
    a@b.рф a@b.xn--p1ai a+b@c.de !#$%&'*+-/=?^_`{}|~a@c.de ""@b.de A@B.DE
""".split()  # noqa: SIM905
BAD_EMAILS = """
    a@b a@b.c .a@c.de a.@c.de a..b@c.de "a a"b@c.de a@ @b.de a@-b.de a@b-.de a@b.-de a@b_c.de
    a@[127.0.0.256] a@[127.0.0.1 a@127.0.0.1 a@b.11 ü@b.de a@b..de a@b.de. a@b@c.de "a"b@c.de
    a,b@c.de a@LOCALHOST a@[]
""".split()  # noqa: SIM905
ODD: list[Any] = ["", None, 3, [], LONG]

ACCEPTED: list[tuple[Any, list[Any]]] = [
    (v.URLValidator(), URLS),
    (v.URLValidator(schemes=["git+ssh"]), ["git+ssh://a.com"]),
    (v.validate_email, [*EMAILS, "a" * 64 + "@b.de"]),
    (v.EmailValidator(allowlist=["intern"]), ["a@intern"]),
    (v.validate_domain_name, ["a.com", "a.com.", "münchen.de", "a.b.xn--p1ai"]),
    (v.DomainNameValidator(accept_idna=False), ["a.com", "a.c0"]),
    (v.validate_integer, ["1", "-1", 7]),
    (v.validate_slug, ["a", "-", "_", "A-1_b"]),
    (v.validate_unicode_slug, ["é", "٣", "-"]),
    (v.validate_comma_separated_integer_list, ["1", "1,2,30"]),
    (v.int_list_validator(sep="."), ["1.2"]),
    (v.int_list_validator(allow_negative=True), ["-1,2,-3"]),
    (v.validate_ipv4_address, ["1.1.1.1", "0.0.0.0"]),
    (v.validate_ipv6_address, ["::", "fe80::1%eth0", "::ffff:1.2.3.4"]),
    (v.validate_ipv46_address, ["1.1.1.1", "::1"]),
    (v.RegexValidator("a"), ["bab"]),
    (v.RegexValidator("a", inverse_match=True), ["b"]),
    (v.RegexValidator("a", flags=re.IGNORECASE), ["A"]),
    (v.RegexValidator(re.compile("1")), [21]),
    (v.MaxValueValidator(3), [3, -1]),
    (v.MinValueValidator(lambda: 3), [3, 4]),
    (v.StepValueValidator(3), [0, 3, -6]),
    (v.StepValueValidator(3, offset=1), [1, 4]),
    (v.StepValueValidator(0.1), [0.3, 0.7]),
    (v.MaxLengthValidator(3), ["abc", [1]]),
    (v.MinLengthValidator(1), ["a"]),
    (v.DecimalValidator(3, 3), [Decimal("0.001"), Decimal("0.1")]),
    (v.DecimalValidator(5, 2), [Decimal("0E+9"), Decimal("-123.45")]),
    (v.FileExtensionValidator(["txt", "PDF"]), [SimpleNamespace(name="a.TXT")]),
    (v.FileExtensionValidator(["pdf"]), [SimpleNamespace(name="x/a.b.pdf")]),
    (v.FileExtensionValidator(), [SimpleNamespace(name="a")]),
    (v.ProhibitNullCharactersValidator(), ["a", 3]),
]
REFUSED: list[tuple[Any, list[Any]]] = [
    (v.URLValidator(), [*BAD_URLS, *ODD, "http://a.com\n", " http://a.com", "http://a.com/ x"]),
    (v.URLValidator(), ["http://" + "a." * 126 + "com", "http://" + "a" * 64 + ".com"]),
    (v.URLValidator(schemes=["ftp"]), ["http://a.com"]),
    (v.validate_email, [*BAD_EMAILS, *ODD, "a@b.de\n", "a b@c.de", '"a b"@c.de', "a@\u3000b.de"]),
    (v.EmailValidator(allowlist=[]), ["a@localhost"]),
    (v.validate_domain_name, [*ODD, "localhost", "a..com", "-a.com", "a b.com"]),
    (v.DomainNameValidator(accept_idna=False), ["münchen.de"]),
    (v.validate_integer, ["+1", "1.0", " 1", "1\n", "", None, 1.5]),
    (v.validate_slug, ["a b", "é", "", "a\n"]),
    (v.validate_unicode_slug, ["a b", "", "a\n"]),
    (v.validate_comma_separated_integer_list, ["1,", "", ",", "1 2", "1\n", "-1"]),
    (v.validate_ipv4_address, [*ODD, "1.1.1", "1.1.1.1\n", "01.2.3.4", 16843009]),
    (v.validate_ipv6_address, [*ODD, "1::2::3", "[::1]", "1.1.1.1"]),
    (v.validate_ipv46_address, [*ODD, "a"]),
    (v.RegexValidator("a"), ["b"]),
    (v.RegexValidator("a", inverse_match=True), ["a"]),
    (v.MaxValueValidator(3), [4]),
    (v.MinValueValidator(lambda: 3), [2]),
    (v.BaseValidator(3), [4]),
    (v.StepValueValidator(3), [4]),
    (v.StepValueValidator(3, offset=1), [3]),
    (v.MaxLengthValidator(3), ["abcd"]),
    (v.MinLengthValidator(1), [""]),
    (v.DecimalValidator(2, 2), [Decimal("1.00"), Decimal("1E+2")]),
    (v.DecimalValidator(None, 2), [Decimal("1.234"), Decimal("NaN"), Decimal("Infinity")]),
    (v.DecimalValidator(5, 5), [Decimal("1E-7"), Decimal(10)]),
    (v.FileExtensionValidator(["txt"]), [SimpleNamespace(name=n) for n in ("a", "a.pdf", ".txt")]),
    (v.ProhibitNullCharactersValidator(), ["a\x00b"]),
]


@pytest.mark.parametrize(
    ("validator", "value"), [(v, each) for v, some in ACCEPTED for each in some]
)
def test_accepted(validator: Any, value: Any) -> None:
    assert validator(value) is None


@pytest.mark.parametrize(
    ("validator", "value"), [(v, each) for v, some in REFUSED for each in some]
)
def test_refused(validator: Any, value: Any) -> None:
    with pytest.raises(ValidationError) as raised:
        validator(value)
    assert raised.value.code
    assert raised.value.params is not None
    assert "%" not in raised.value.messages[0]


@pytest.mark.parametrize(
    ("validator", "value", "code", "message"),
    [
        (v.MaxLengthValidator(3), "abcd", "max_length", "may be 3 at most, and is 4."),
        (v.MinLengthValidator(3), "a", "min_length", "must be 3 at least, and is 1."),
        (v.MaxValueValidator(3), 4, "max_value", "may be 3 at most."),
        (v.MinValueValidator(3), 2, "min_value", "must be 3 at least."),
        (v.StepValueValidator(3), 4, "step_size", "a multiple of 3."),
        (v.StepValueValidator(3, offset=1), 3, "step_size", "from 1 on: 1, 4, 7,"),
        (v.MaxValueValidator(3, "not %(value)s"), 4, "max_value", "not 4"),
        (v.RegexValidator("a", "no %(value)s", "c"), "b", "c", "no b"),
        (v.DecimalValidator(3, 2), Decimal("1.234"), "max_digits", "3 at most"),
        (v.DecimalValidator(9, 2), Decimal("1.234"), "max_decimal_places", "point may be 2"),
        (v.DecimalValidator(4, 2), Decimal(100), "max_whole_digits", "point may be 2"),
        (v.DecimalValidator(4, 2), Decimal("NaN"), "invalid", "a number"),
        (v.FileExtensionValidator(["a", "B"]), SimpleNamespace(name="x.c"), "invalid_extension",
         "“c” are not accepted; these are: a, b."),
        (v.validate_ipv46_address, "x", "invalid", "IPv4 or IPv6"),
        (v.ProhibitNullCharactersValidator("no", "null"), "\x00", "null", "no"),
    ],
)  # fmt: skip
def test_what_is_said(validator: Any, value: Any, code: str, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        validator(value)
    assert raised.value.code == code
    assert message in raised.value.messages[0]
    params = raised.value.params
    assert params is not None
    assert str(params["value"]) == str(value)


def test_flags_of_a_compiled_expression() -> None:
    with pytest.raises(TypeError, match="leave flags out"):
        v.RegexValidator(re.compile("a"), flags=re.IGNORECASE)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (v.RegexValidator("a"), v.RegexValidator("a"), True),
        (v.RegexValidator("a"), v.RegexValidator("b"), False),
        (v.RegexValidator("a"), v.RegexValidator("a", inverse_match=True), False),
        (v.URLValidator(), v.URLValidator(), True),
        (v.URLValidator(), v.URLValidator(schemes=["ftp"]), False),
        (v.EmailValidator("m", "c", ["x"]), v.EmailValidator("m", "c", ["x"]), True),
        (v.EmailValidator(), v.EmailValidator(allowlist=["x"]), False),
        (v.MaxValueValidator(3), v.MaxValueValidator(lambda: 3), True),
        (v.MaxValueValidator(3), v.MinValueValidator(3), False),
        (v.MaxValueValidator(3), v.MaxValueValidator(4), False),
        (v.StepValueValidator(3), v.StepValueValidator(3, offset=1), False),
        (v.DecimalValidator(3, 2), v.DecimalValidator(3, 2), True),
        (v.DecimalValidator(3, 2), v.DecimalValidator(3, 1), False),
        (v.FileExtensionValidator(["TXT"]), v.FileExtensionValidator(["txt"]), True),
        (v.ProhibitNullCharactersValidator(), 3, False),
    ],
)
def test_equality(one: Any, other: Any, equal: bool) -> None:
    assert (one == other) is equal


@given(st.text(), st.sampled_from(["http://{}", "http://{}.com/", "a@{}", "{}@b.de", '"{}"@b.de']))
def test_nothing_but_a_validation_error(text: str, frame: str) -> None:
    for validator in (v.URLValidator(), v.validate_email, v.validate_domain_name):
        try:
            validator(frame.format(text))
        except ValidationError as error:
            assert error.code == "invalid"  # noqa: PT017 - other errors are to be seen as they are
