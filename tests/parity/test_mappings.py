"""Mappings with several values per key, query strings, and headers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from .both import call_both, compare, listed

# Each is done to a mapping, and what it returns and leaves behind is compared.
OF_MULTI = """
m['a']; m['nope']; m['empty']; m.get('a'); m.get('nope'); m.get('nope', 5); m.get('empty', 5)
m.getlist('a'); m.getlist('nope'); m.getlist('nope', 5); m.getlist('empty'); m.getlist('nope', None)
m.setlist('a', [9]); m.setlist('new', (1, 2)); m.setdefault('a', 5); m.setdefault('new', 5)
m.setdefault('new'); m.setlistdefault('a', [5]); m.setlistdefault('new', [5]); m.setlistdefault('new')
m.appendlist('a', 5); m.appendlist('new', 5); list(m.items()); list(m.lists()); list(m.values())
list(m.keys()); list(m); len(m); m.dict(); dict(m); repr(m); str(m); bool(m); 'a' in m; m == m.copy()
m == {'a': [1, 2]}; m.pop('a'); m.pop('nope'); m.pop('nope', 5); m.popitem(); m.clear()
m.update({'a': 3}); m.update({'a': [3]}); m.update(a=3, b=4); m.update(m); m.update([('a', 1)])
m.update(MultiValueDict({'a': [7, 8], 'c': []})); m.update({}, {}); m.update(None); m.update(5)
m.update({'x': 1}, a=2); m.copy(); copy.copy(m); copy.deepcopy(m); pickle.loads(pickle.dumps(m))
operator.setitem(m, 'a', 5); operator.delitem(m, 'a'); operator.delitem(m, 'nope'); m | {'a': 1}
m.copy().getlist('a') is m.getlist('a'); copy.deepcopy(m).getlist('a'); m.getlist('a').append(3)
m.setlistdefault('a').append(3); sorted(m); reversed(m); m.fromkeys(['a', 'b'], [1]); m.nope
hash(m); iter(m.items()); m.get('a', default=3); m.setlist(key='a', list_=[1])
"""
MULTI = [
    "MultiValueDict({'a': [1, 2], 'b': ['x'], 'empty': []})",
    "MultiValueDict()",
    "MultiValueDict([('a', [1])])",
    "QueryDict('a=1&a=2&b=x', mutable=True)",
    "QueryDict('a=1&a=2&b=x')",
    "QueryDict('a=1&b=é', mutable=True, encoding='iso-8859-1')",
    "QueryDict()",
]
OF_QUERY = """
m.urlencode(); m.urlencode(safe='/'); m.urlencode('é'); m.encoding; setattr(m, 'encoding', 'ascii')
m.copy().urlencode(); m._mutable; m.copy()._mutable; copy.deepcopy(m)._mutable
operator.setitem(m.copy(), 'a', 'b'); pickle.loads(pickle.dumps(m)).encoding; m.copy().encoding
m.appendlist(b'k', b'v'); m.setlist('k', [b'v', 1]); operator.setitem(m, b'k', b'\\xff')
m.setdefault('z', b'v'); m.urlencode(safe=''); type(m.copy()).__name__; m == QueryDict(m.urlencode())
"""
QUERIES = [
    "'a=1&a=2&b=/x y&c=%2F+%C3%A9'",
    "'a&b=&=c&&d==e;f=g'",
    "b'a=%E9&b=\\xc3\\xa9'",
    "b'a=\\xe9'",
    "'a=%E9', encoding='iso-8859-1'",
    "b'a=\\xe9', encoding='iso-8859-1'",
    "'a=%FF', mutable=True",
    "'a=é'",
    "''",
    "None",
    "b''",
    "'a=1', True",
    "'a=%82%A0', encoding='shift-jis'",
    "'a=1', encoding='nope'",
]
OTHERS = [
    "QueryDict.fromkeys(['a', 'b', 'a'], 'x')",
    "QueryDict.fromkeys(['a'], mutable=True)._mutable",
    "QueryDict.fromkeys(['a'], 'é', encoding='iso-8859-1').urlencode()",
    "QueryDict.fromkeys('abc')",
    "QueryDict.fromkeys(5)",
    "QueryDict('&'.join(['a=1'] * 1000)).getlist('a').count('1')",
    "QueryDict('&'.join(['a=1'] * 1001))",
    "QueryDict('&'.join([''] * 1001))",
    "issubclass(MultiValueDictKeyError, KeyError)",
    "MultiValueDict({'a': [1]}) == QueryDict('a=1')",
    *(
        f"(lambda s: ({use}, s))(OrderedSet([3, 1, 2, 1]))"
        for use in (
            "s.add(9)",
            "s.remove(1)",
            "s.remove(8)",
            "s.discard(8)",
            "list(s)",
            "list(reversed(s))",
            "1 in s",
            "bool(s)",
            "len(s)",
            "repr(s)",
            "s == OrderedSet([3, 1, 2])",
        )
    ),
    "repr(OrderedSet())",
    "bool(OrderedSet(None))",
    *(
        f"(lambda l: {use})(ImmutableList([1, 2], warning='why'))"
        for use in (
            "l.append(1)",
            "l + (1,)",
            "l[0]",
            "operator.setitem(l, 0, 1)",
            "operator.iadd(l, [1])",
            "l.sort()",
            "l.pop()",
            "l.warning",
            "l == (1, 2)",
            "repr(l)",
            "list(l)",
        )
    ),
    *(
        f"(lambda d: {use})(DictWrapper({{'a': 1, 'xa': 2}}, lambda v: v * 10, 'x_'))"
        for use in ("d['a']", "d['x_a']", "d['x_xa']", "d['nope']", "d['x_nope']", "'x_a' in d")
    ),
    *(
        f"CaseInsensitiveMapping({data})"
        for data in ("5", "[('a',)]", "[(1, 2)]", "'ab'", "[('a', 1), ('A', 2)]", "{}", "['ab']")
    ),
    *(
        f"(lambda m: {use})(CaseInsensitiveMapping({{'Accept': 'x', 'content-Type': 'y'}}))"
        for use in (
            "m['ACCEPT']",
            "m['nope']",
            "m.get('nope', 1)",
            "'CONTENT-type' in m",
            "list(m)",
            "dict(m)",
            "repr(m)",
            "len(m)",
            "m == {'accept': 'x', 'CONTENT-TYPE': 'y'}",
            "m == CaseInsensitiveMapping(m)",
            "m == 5",
            "m.copy() is m",
            "operator.setitem(m, 'a', 1)",
            "operator.delitem(m, 'accept')",
            "m.items() == dict(m).items()",
            "pickle.loads(pickle.dumps(m))",
            "copy.deepcopy(m)",
            "m.pop('accept')",
            "hash(m)",
        )
    ),
    *(
        f"(lambda h: {use})(HttpHeaders({{'HTTP_USER_AGENT': 'x', 'CONTENT_LENGTH': '5', 'PATH': 'z'}}))"
        for use in (
            "dict(h)",
            "h['user-agent']",
            "h['User_Agent']",
            "h['content_length']",
            "h.get('path')",
            "'USER-AGENT' in h",
            "'user_agent' in h",
            "repr(h)",
            "list(h.items())",
            "h == {'User-Agent': 'x', 'Content-Length': '5'}",
        )
    ),
    *(
        f"HttpHeaders.parse_header_name({name!r})"
        for name in ("HTTP_A_B", "CONTENT_TYPE", "PATH", "HTTP_CONTENT_TYPE", "HTTP_", "http_a", "")
    ),
    *(f"HttpHeaders.to_wsgi_name({name!r})" for name in ("a-b", "Content-Type", "A_b", "", "é")),
    *(f"HttpHeaders.to_asgi_name({name!r})" for name in ("a-b", "Content-Type", "A_b", "")),
    "HttpHeaders.to_wsgi_names({'a-b': 'x', 'Content-Length': '5'})",
    "HttpHeaders.to_asgi_names({'A_b': 'x', 'CONTENT_LENGTH': '5'})",
    *(
        f"parse_cookie({cookie!r})"
        for cookie in (
            "a=1; b=2;c=3",
            "a=1; a=2",
            "a",
            "a=b=c",
            "=a",
            " a = b ",
            'a="b;c"',
            'a="b\\"c\\054\\303\\251"',
            'a="',
            'a="b',
            "a=é; é=a",
            "a=[1, 2]; b={x: y}",
            ";;a=;",
            "a=b,c=d",
            "$Version=1; a=b; $Path=/",
            "",
        )
    ),
]


EXPRESSIONS = [
    *(f"(lambda m: (({use}), m))({value})" for value in MULTI for use in listed(OF_MULTI)),
    *(f"(lambda m: (({use}), m))({value})" for value in MULTI[3:] for use in listed(OF_QUERY)),
    *(f"QueryDict({query})" for query in QUERIES),
    *OTHERS,
]


def test_same() -> None:
    compare(["utils.datastructures", "http.multipartparser", "http"], EXPRESSIONS, {})


@given(st.one_of(st.text("ab=&;+%20é", max_size=30), st.text(), st.binary()))
def test_same_of_any_query(query: str | bytes) -> None:
    call_both("http.QueryDict", query)


@given(st.one_of(st.text('ab=;," \\07é', max_size=30), st.text()))
def test_same_of_any_cookies(cookie: str) -> None:
    call_both("http.parse_cookie", cookie)


@given(st.dictionaries(st.text(), st.lists(st.one_of(st.text(), st.integers()))))
def test_same_of_any_fields(fields: dict[str, list[object]]) -> None:
    call_both("utils.http.urlencode", fields, True)
