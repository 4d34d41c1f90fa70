"""Validators, and the errors that they raise."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .both import FRAMEWORKS, compare, names

MODULES = ("core.exceptions", "core.validators")
HELPERS = """
def refused(validator, *values):
    found = []
    for value in values:
        try:
            validator(value)
        except ValidationError as error:
            found.append((value, error.code, 'value' in error.params))
    return found

class File:
    def __init__(self, name):
        self.name = name

D = decimal.Decimal
E = ValidationError
"""
#: Validators, each with values.
VALUES = r"""
validate_integer: '1' '-1' '+1' '1.0' ' 1' '1\n' '٣' '' 1 1.5 None '--1'
validate_slug: 'a' 'a b' 'é' '' 'a\n' '-' '_' '٣' 3 None
validate_unicode_slug: 'é' 'a b' '' 'a\n' '٣' '-'
validate_comma_separated_integer_list: '1' '1,2' '1,' '' ',' '1 2' '1\n' '-1' '٣' 1
int_list_validator(sep='.'): '1.2' '1' '1..2' '1,2' '-1'
int_list_validator(sep='a+',allow_negative=True): '1a+-2' '1a' '--1'
validate_ipv4_address: '1.1.1.1' '0.0.0.0' '1.1.1' '1.1.1.1\n' '01.2.3.4' '٣.1.1.1' '' '::1'
validate_ipv6_address: '::' '::1' 'fe80::1%eth0' '1::2::3' '::ffff:1.2.3.4' '[::1]' ' ::1' '1.1.1.1'
validate_ipv46_address: '1.1.1.1' '::1' 'x' ''
RegexValidator('a'): 'a' 'b' 3 'ba'
RegexValidator('a',inverse_match=True): 'a' 'b'
RegexValidator('a',flags=2): 'A'
RegexValidator(): '' 'x'
MaxValueValidator(3): 3 4 -1
MaxValueValidator(lambda:3): 3 4
MinValueValidator(3): 3 2
StepValueValidator(3): 3 4 0 -3
StepValueValidator(3,offset=1): 1 3 4 7
StepValueValidator(0.1): 0.3 0.35
MaxLengthValidator(3): 'abc' 'abcd' [1,2,3,4]
MinLengthValidator(1): '' 'a' []
DecimalValidator(3,2): D('1.23') D('12.345') D('1.234') D('NaN') D('Infinity') D('1E+4') D('0E+9')
DecimalValidator(2,2): D('1.00') D('0.10') D('0.001')
DecimalValidator(5,5): D('1E-7') D('0.00001') D('10')
DecimalValidator(None,2): D('1.234') D('1E9')
DecimalValidator(4,None): D('12345') D('0.1234')
DecimalValidator(4,2): D('1E+2') D('99.99') D('100')
ProhibitNullCharactersValidator(): 'a\0b' 'a' 3
validate_domain_name: 'a.com' 'a.com.' 'münchen.de' 'localhost' 'a..com' '-a.com' 'a.c' '' None
DomainNameValidator(accept_idna=False): 'a.com' 'münchen.de' 'a.c0' 'a.com.'
URLValidator(): 'http://a.com' 'http://localhost' 'http://a.b-c' 'http://[::1]:80' 'HTTP://A.COM' 3 ''
URLValidator(schemes=['ftp']): 'http://a.com' 'ftp://a.com' 'FTP://a.com'
EmailValidator(allowlist=['x']): 'a@x' 'a@localhost' 'a@b.co'
"""
VALUE = re.compile(r"(?:[^\s']|'[^']*')+")
ERRORS = """
E('a %(x)s', code='c', params={'x': 1}).messages; E('a').message_dict; E('a').error_dict
E(['a', E('b', code='x')]).messages; E(['a']).message; E(['a']).code; str(E(['a', 'b']))
E({'f': ['a', 'b'], 'g': 'c', 'h': E('d')}).message_dict; E({'f': 'a'}).error_list; str(E({'f': 'a'}))
list(E({'f': ['a', 'b']})); list(E('100%')); repr(E('a')); E(E('m', code='k'), code='z').code
E([E({'a': ['b', 'q']}), 'c']).messages; E(E(['m', 'n'])).messages; E(('a', 'b')).messages; E(3).messages
E('a') == E('a'); E(['a', 'b']) == E(['b', 'a']); E({'a': ['x', 'y']}) == E({'a': ['y', 'x']}); E('a') == E(['a'])
hash(E(['a', 'b'])) == hash(E(['b', 'a'])); E('a', code='x') == E('a', code='x', params={}); E('a') == 'a'
E('a').update_error_dict({}); E({'x': 'y'}).update_error_dict({'x': [E('1')]}); NON_FIELD_ERRORS
pickle.loads(pickle.dumps(E({'a': 'b'}))).message_dict; E('a').error_list[0].message; E({'f': []}).messages
RegexValidator('a') == RegexValidator('a'); MaxValueValidator(3) == MaxValueValidator(lambda: 3)
MaxValueValidator(3) == MinValueValidator(3); hash(MaxValueValidator(3)); EmailValidator() == EmailValidator()
DecimalValidator(3, 2) == DecimalValidator(3, 2); URLValidator(schemes=['a']) == 'x'; MAX_URL_LENGTH; EMPTY_VALUES
refused(FileExtensionValidator(['txt', 'PDF']), File('a.TXT'), File('x/a.pdf')); refused(validate_email, None)
FileExtensionValidator(['txt'])(File('a.jpg')); FileExtensionValidator(['txt'])(File('a'))
FileExtensionValidator([''])(File('a')); FileExtensionValidator()(File('a')); BaseValidator(3)(4)
RegexValidator(re.compile('a'), flags=2)
"""
DIFFERENCES = {
    "MaxValueValidator(3) == MaxValueValidator(lambda: 3)": "the limits are compared",
}


def test_values() -> None:
    expressions = []
    for line in VALUES.strip().splitlines():
        validator, _, values = line.partition(": ")
        expressions += [f"refused({validator}, {value})" for value in VALUE.findall(values)]
    reason = "the value is among the parameters always"
    compare(MODULES, expressions, {"refused(StepValueValidator(3,offset=1), 3)": reason}, HELPERS)


def test_errors_and_equality() -> None:
    expressions = [each.strip() for each in ERRORS.replace("\n", ";").split(";") if each.strip()]
    compare((*MODULES, "utils.functional"), expressions, DIFFERENCES, HELPERS + "import re\n")


SCOPES = [names(each, *MODULES) for each in FRAMEWORKS]


def verdicts(name: str, value: str) -> list[bool]:
    def accepts(scope: dict[str, Any]) -> bool:
        validator = scope[name]() if name.endswith("Validator") else scope[name]
        try:
            validator(value)
        except scope["ValidationError"]:
            return False
        return True

    return [accepts(scope) for scope in SCOPES]


PIECES = st.sampled_from(
    [*'ab1-_.:/@[]%?#"\\ é', "com", "xn--", "localhost", "1.2", "::1", "..", "\n"]
)


@pytest.mark.parametrize("name", ["URLValidator", "validate_email", "validate_domain_name"])
@given(frame=st.sampled_from(["{}", "http://{}", "http://{}.com/{}", "a@{}", "{}@b.de", "a@{}.co"]),
       pieces=st.lists(PIECES, max_size=6))  # fmt: skip
@example(frame="http://u:{}@a.com", pieces=["/"])
def test_what_is_accepted(name: str, frame: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    value = frame.format(text, text)
    django, ginger = verdicts(name, value)
    assert django == ginger, value
