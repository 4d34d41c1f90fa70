"""Signed values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .both import FRAMEWORKS, compare, listed, names

OWN_SALT = "the salt names the class that signs, which is another one here"
NO_TIME = "whoever unsigns expects a bad signature, and nothing else"
DIFFERENCES = {
    "Signer().sign('x')": OWN_SALT,
    "dumps({'a': 1}, key='k')": OWN_SALT,
    "get_cookie_signer().sign('x')": OWN_SALT,
    "TimestampSigner(key='k', salt='s').unsign(Signer(key='k', salt='s').sign('x'))": NO_TIME,
    "TimestampSigner(key='k', salt='s').unsign(Signer(key='k', salt='s').sign('x:!'))": NO_TIME,
    "TimestampSigner(key='k', salt='s').unsign(Signer(key='k', salt='s').sign('x:'))": NO_TIME,
}
HELPERS = """
def unsigned(name, salt):
    response = HttpResponse()
    response.set_signed_cookie('x', 'value', salt='bc')
    request = HttpRequest()
    request.COOKIES = {name: response.cookies['x'].value}
    return request.get_signed_cookie(name, salt=salt)

class Plain:
    def dumps(self, obj):
        return str(obj).encode()
    def loads(self, data):
        return data.decode()
"""

SIGNERS = [
    "Signer(key='k', salt='s')",
    "Signer(key=b'k', salt='s', sep='/')",
    "Signer(key='k', salt='s', algorithm='sha1')",
    "Signer(key='new', salt='s', fallback_keys=['old', b'k'])",
    "Signer(salt='s')",
    "TimestampSigner(key='k', salt='s')",
]
USES = """
s.sign('x'); s.sign('é:y'); s.sign(5); s.sign(b'x'); s.sign(''); s.sign(None); s.unsign(s.sign('x:y')); s.unsign('x')
s.unsign('x:y'); s.unsign(''); s.unsign(':'); s.unsign(b'x:y'); s.unsign(s.sign('x') + 'x')
s.unsign('y' + s.sign('x')); s.signature('x'); s.signature(b'x', key='z'); s.sign_object({'a': [1, 'é']})
s.unsign_object(s.sign_object({'a': 1})); s.sign_object('x' * 500, compress=True)
s.unsign_object(s.sign_object('x' * 500, compress=True)); s.sign_object('ab', compress=True)
s.sign_object(object()); s.sign_object((1, 2), serializer=Plain); s.unsign_object('x:y'); s.unsign_object(s.sign('!'))
s.unsign_object(s.sign_object('x', serializer=Plain), serializer=Plain); s.key; s.sep; s.salt; s.algorithm
list(s.fallback_keys); s.unsign(s.sign('x'), max_age=10); s.unsign_object(s.sign_object(1), max_age=10)
s.unsign(s.sign('x').replace('x', 'y', 1)); s.unsign(s.sign('x').upper()); s.sign(lazystr('x'))
"""
TIMED = """
s.timestamp(); s.unsign(signed); s.unsign(signed, max_age=100); s.unsign(signed, max_age=99); s.unsign(signed, 101)
s.unsign(signed, max_age=dt.timedelta(seconds=99)); s.unsign(signed, max_age=dt.timedelta(seconds=101))
s.unsign(signed, max_age=100.5); s.unsign(signed, max_age=0); s.unsign(signed, max_age=-1); s.unsign(signed, max_age='x')
s.unsign(Signer(key='k', salt='s').sign('x:zzzzzzzzzz'), max_age=1)
s.unsign(Signer(key='k', salt='s').sign('x:-1'), max_age=1)
"""
FUNCTIONS = [
    *(
        f"Signer(sep={sep!r})"
        for sep in ("", "-", "_", "=", "a", "0", "a-", ":", "!", "::", ".a", "a:", " ")
    ),
    "Signer('k')",
    "Signer(key='k', salt='').salt.rpartition('.')[2]",
    "Signer(key='k', salt='s', algorithm='nope').sign('x')",
    "Signer(key='', salt='s').sign('x')",
    "TimestampSigner().salt.rpartition('.')[2]",
    "dumps({'a': 1}, key='k', salt='s')",
    "dumps([1, 'é'], salt='s')",
    "dumps('x' * 100, salt='s', compress=True)",
    "dumps(object())",
    "dumps(5, 'k', 's', Plain)",
    "loads(dumps(5, 'k', 's', Plain), 'k', 's', Plain)",
    "loads(dumps([1]))",
    "loads(dumps([1]), max_age=5)",
    "loads(dumps([1]), max_age=-1)",
    "loads(dumps([1], salt='a'), salt='b')",
    "loads(dumps([1], key='a'), key='b', fallback_keys=['a'])",
    "loads(dumps([1], key='a'), key='b')",
    "loads('nope')",
    "loads('a:b:c')",
    "loads(dumps('x' * 100, compress=True))",
    *(f"b62_encode({number})" for number in (0, 1, 61, 62, -5, 2**70)),
    *(f"b62_decode({text!r})" for text in ("0", "z", "10", "-5", "!", "é")),
    *(f"b64_encode({data})" for data in (b"", b"a", b"ab", b"\xff\xfe")),
    *(f"b64_decode({data})" for data in (b"", b"YQ", b"YWI", b"__4", b"!")),
    "base64_hmac('s', 'v', 'k')",
    "base64_hmac('s', 'v', 'k', 'sha256')",
    "JSONSerializer().dumps({'a': 'é'})",
    "JSONSerializer().loads(b'{\"a\": 1}')",
    "get_cookie_signer(salt='s').sign('x')[:1]",
    "get_cookie_signer(salt='s').unsign(get_cookie_signer(salt='s').sign('x'))",
    "get_cookie_signer(salt='s').unsign(get_cookie_signer(salt='t').sign('x'))",
    "issubclass(SignatureExpired, BadSignature), issubclass(BadSignature, Exception)",
    "unsigned('x', 'bc')",
    "unsigned('x', 'b')",
    "unsigned('y', 'bc')",
    "unsigned('xb', 'c')",
]


EXPRESSIONS = [
    *(f"(lambda s: ({use}))({signer})" for signer in SIGNERS for use in listed(USES)),
    *(f"(lambda s, signed: ({use}))({SIGNERS[-1]}, SIGNED)" for use in listed(TIMED)),
    *FUNCTIONS,
]
MODULES = ["utils.functional", "http", "core.signing"]


def test_same(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_700_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    signed = names("django", "core.signing")["TimestampSigner"](key="k", salt="s").sign("x")
    now[0] += 100
    compare(MODULES, EXPRESSIONS, DIFFERENCES, HELPERS, SIGNED=signed)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda each: st.one_of(st.lists(each), st.dictionaries(st.text(), each)),
)


@given(VALUES, st.text(min_size=1), st.text(min_size=1), st.booleans())
def test_each_accepts_what_the_other_signs(value: Any, key: str, salt: str, compress: bool) -> None:
    for signs, accepts in (FRAMEWORKS, FRAMEWORKS[::-1]):
        signed = names(signs, "core.signing")["dumps"](value, key, salt, compress=compress)
        assert names(accepts, "core.signing")["loads"](signed, key, salt) == value
