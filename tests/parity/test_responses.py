"""Responses: bodies, headers, cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .both import FRAMEWORKS, compare, listed, names, outcome, same


class Closable:
    """An iterable that says whether it was closed."""

    closed = False

    def __init__(self, *pieces: Any) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[Any]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed = True


class Named(Closable):
    name = "/somewhere/name.html"

    def read(self, size: int = -1) -> bytes:
        return b""


async def ticks() -> AsyncIterator[str]:
    yield "1"
    yield "2"


DIFFERENCES = {
    "HttpResponseRedirect('http://[x')": "a malformed address is a bad redirect: 400, not 500",
    "operator.setitem(HttpResponse(), 'X', '日\\u2028日')": "no value may break its line",
    "operator.setitem(HttpResponse(), 'X', '\\0')": "NUL may not stand in a header (RFC 9110, 5.5)",
    "FileResponse(io.BytesIO())['Accept-Ranges']": "parts of files can be asked for",
    "FileResponse(io.BytesIO(), headers={'Content-Type': 'x/y'})['Content-Type']": "it was given",
    "FileResponse(io.BytesIO(), filename='a', headers={'Content-Disposition': 'x'})"
    "['Content-Disposition']": "it was given",
    "FileResponse.block_size": "larger blocks, fewer hops to a thread",
    "(lambda r: (r.text, r.write('x'), r.text))(HttpResponse())": "text follows what is written",
    "(lambda r: (r.set_cookie('a', secure=True), r.delete_cookie('a'), r.cookies.output()))"
    "(HttpResponse())": "a cookie's attributes are those that were given last",
    "(lambda r: (r.set_cookie('a', expires=dt.datetime(2020, 1, 2)), r.cookies.output()))"
    "(HttpResponse())": "a time that is past is sent as it is",
}

RESPONSES = [
    "HttpResponse()",
    "HttpResponse('é')",
    "HttpResponse(b'\\xff')",
    "HttpResponse(['a', b'b', 5])",
    "HttpResponse(c for c in 'ab')",
    "HttpResponse(Closable('a', 'b'))",
    "HttpResponse(None)",
    "HttpResponse(5)",
    "HttpResponse(memoryview(b'x'))",
    "HttpResponse(bytearray(b'x'))",
    "HttpResponse({'a': 1})",
    "HttpResponse(lazystr('x'))",
    "HttpResponse('é', content_type='text/plain; charset=iso-8859-1')",
    "HttpResponse('é', content_type='text/plain; charset=\"latin-1\"; x=y')",
    "HttpResponse('é', charset='iso-8859-1')",
    "HttpResponse('é', 'text/plain')",
    "HttpResponse('é', content_type='text/plain; charset=nope')",
    "HttpResponse('x', 'text/plain', 418, 'I am a teapot', 'ascii', {'A': 'b'})",
    "HttpResponse(status=404)",
    "HttpResponse(status='201')",
    "HttpResponse(status=299)",
    "HttpResponse(status=99)",
    "HttpResponse(status=600)",
    "HttpResponse(status=None)",
    "HttpResponse(status='nope')",
    "HttpResponse(status=200.5)",
    "HttpResponse(status=True)",
    "HttpResponse(reason='Why')",
    "HttpResponse(headers={'X-A': 1, 'content-type': 'text/x'})",
    "HttpResponse(headers={'Content-Type': 'text/x'}, content_type='text/y')",
    "HttpResponse(headers={'A': 'b\\nc'})",
    "HttpResponse(headers=None)",
    "HttpResponse(content_type='')",
    "HttpResponse(nope=1)",
    "JsonResponse({'a': 'é', 'b': dt.date(2020, 1, 2)})",
    "JsonResponse([1], safe=False)",
    "JsonResponse([1])",
    "JsonResponse('x')",
    "JsonResponse({'a': 1}, json_dumps_params={'indent': 2})",
    "JsonResponse({'é': 'é'}, json_dumps_params={'ensure_ascii': False})",
    "JsonResponse({}, content_type='application/x', status=202)",
    "JsonResponse({}, headers={'content-type': 'application/x'})",
    "JsonResponse({1: 2}, json.JSONEncoder)",
    "JsonResponse({'a': object()})",
    "JsonResponse(None, safe=False)",
    "JsonResponse(collections.OrderedDict(a=1))",
    "HttpResponseRedirect('/x y/é?a=b#c')",
    "HttpResponseRedirect('http://é.com/')",
    "HttpResponseRedirect('//host/x')",
    "HttpResponseRedirect('javascript:x')",
    "HttpResponseRedirect('JavaScript:x')",
    "HttpResponseRedirect('mailto:x@y')",
    "HttpResponseRedirect('FTP://x')",
    "HttpResponseRedirect('x:8080/y')",
    "HttpResponseRedirect('')",
    "HttpResponseRedirect(lazystr('/x'))",
    "HttpResponseRedirect(None)",
    "HttpResponseRedirect('/' + 'x' * 16383)",
    "HttpResponseRedirect('/' + 'x' * 16384)",
    "HttpResponseRedirect('/x', preserve_request=True)",
    "HttpResponseRedirect('/x', 'body', status=303)",
    "HttpResponseRedirect('/x\\ny')",
    "HttpResponsePermanentRedirect('/x')",
    "HttpResponsePermanentRedirect('/x', preserve_request=True)",
    "HttpResponseNotModified()",
    "HttpResponseNotModified('x')",
    "HttpResponseNotModified(content_type='text/x')",
    "HttpResponseBadRequest('x')",
    "HttpResponseForbidden()",
    "HttpResponseNotFound()",
    "HttpResponseGone()",
    "HttpResponseServerError()",
    "HttpResponseNotAllowed(['GET', 'PUT'])",
    "HttpResponseNotAllowed(m for m in ('GET', 'PUT'))",
    "HttpResponseNotAllowed(['GET'], 'body', content_type='text/plain')",
    "HttpResponseNotAllowed([])",
    "HttpResponseNotAllowed()",
    "StreamingHttpResponse()",
    "StreamingHttpResponse(['a', b'b', 5, 'é'])",
    "StreamingHttpResponse(iter('ab'), status=201, content_type='text/x')",
    "StreamingHttpResponse('ab')",
    "StreamingHttpResponse(Closable('a'))",
    "StreamingHttpResponse(5)",
    "StreamingHttpResponse(memoryview(b'ab'))",
]
FILES = [
    "FileResponse(io.BytesIO(b'abc'), headers={'Content-Length': '9'})",
    "FileResponse((lambda f: (f.seek(2), f)[1])(io.BytesIO(b'abc')), status=404)",
    "FileResponse(io.BytesIO(b'abc'))",
    "FileResponse(io.BytesIO(b'abc'), as_attachment=True)",
    "FileResponse(io.BytesIO(b'abc'), as_attachment=True, filename='a b.txt')",
    "FileResponse(io.BytesIO(b'abc'), filename='é.tar.gz')",
    "FileResponse(io.BytesIO(b'abc'), as_attachment=True, filename='a/b.txt')",
    "FileResponse(io.BytesIO(b'abc'), content_type='text/x', filename='a.html')",
    "FileResponse(Named())",
    "FileResponse(Named(), as_attachment=True)",
    "FileResponse([b'a', b'b'])",
    "FileResponse([b'a'], as_attachment=True, filename='x.txt')",
    "FileResponse((lambda f: (f.seek(1), f)[1])(io.BytesIO(b'abc')))",
    *(
        f"FileResponse(io.BytesIO(), filename={name!r})"
        for name in ("a.gz", "a.css.gz", "a.bz2", "a.xz", "a.Z", "a.br", "a.js", "a.nope", "a", "")
    ),
]
USES = """
r.status_code; r.reason_phrase; r.charset; dict(r.items()); dict(r.headers); r.cookies; r.closed
r.content; r.text; r.getvalue(); list(r); b''.join(r); bytes(r); repr(r); str(r) == repr(r); r.streaming
r.is_async; list(r.streaming_content); r.readable(); r.writable(); r.seekable(); r.tell(); r.write('é')
(r.write('é'), r.content); (r.write(b'x'), r.tell()); (r.writelines(['a', b'b']), r.content)
r.writelines(['a']); r.flush(); (setattr(r, 'content', ['x', 1]), r.content); r.make_bytes(5)
(setattr(r, 'content', 'x'), r.text); setattr(r, 'content', b''); (r.close(), r.closed)
(setattr(r, 'status_code', 404), r.reason_phrase)
(setattr(r, 'charset', 'latin-1'), r.charset); (setattr(r, 'reason_phrase', 'x'), r.reason_phrase)
r.serialize(); r.serialize_headers(); r.url; r.nope; r['Content-Type']; r['content-TYPE']; r['nope']
r.get('nope'); r.get('nope', 5); r.has_header('CONTENT-TYPE'); 'content-type' in r; 5 in r
(operator.setitem(r, 'X-a', 'b'), dict(r.headers)); operator.setitem(r, 'X', 'a\\r\\nb')
operator.setitem(r, 'X\\n', 'a'); operator.setitem(r, 'é', 'a'); operator.setitem(r, 'X', 'é'), r['x']
operator.setitem(r, 'X', '日é ' * 30), r['x']; operator.setitem(r, 'X', 5), r['x']
operator.setitem(r, b'X', b'a'), r['x']; operator.setitem(r, 'X', None), r['x']
operator.setitem(r, 'X', b'\\xe9'), r['x']; (operator.delitem(r, 'content-type'), dict(r.headers))
operator.delitem(r, 'nope'); r.headers.pop('content-type'); r.headers.pop('nope')
r.headers.pop('nope', 5); (r.headers.setdefault('X', 'a'), r.headers.setdefault('x', 'b'), r['X'])
(r.setdefault('X', 'a'), r.setdefault('x', 'b'), r['X']); r.setdefault(key='X', value='a'), r['x']
operator.setitem(r.headers, 'a-B', 'x'), repr(r.headers); r.headers == {'nope': 1}; len(r.headers)
(setattr(r, 'streaming_content', iter('xy')), list(r)); (list(r), list(r)); iter(r)
r.headers.update({'a': 'b'}), r['a']; r.as_attachment, r.filename
(r.set_cookie('a', 'b'), r.cookies['a'].OutputString()); pickle.loads(pickle.dumps(r)).content
pickle.loads(pickle.dumps(r)).status_code; (r.close(), r.write('x')); (r.close(), list(r))
r.get(header='nope', alternate=3); r.has_header(header='x'); r.allowed_schemes; copy.copy(r).headers
"""
OF_FILES = """
r.status_code; list(r); r.streaming; r.is_async; r['Content-Type']; r.get('Content-Length'); repr(r)
r.get('Content-Disposition'); r.as_attachment, r.filename; b''.join(r.streaming_content)
(r.close(), r.closed); r.file_to_stream is None; r.content; r.getvalue()
"""
COOKIES = """
r.set_cookie('a'); r.set_cookie('a', 'b c;d,"é'); r.set_cookie('a', 5); r.set_cookie('a', 'b', 10)
r.set_cookie('a', max_age=10.5); r.set_cookie('a', max_age=dt.timedelta(hours=1)); r.set_cookie('a', max_age=0)
r.set_cookie('a', max_age='10'); r.set_cookie('a', max_age=-5); r.set_cookie('a', max_age='x')
r.set_cookie('a', expires='Thu, 01 Jan 2099 00:00:00 GMT'); r.set_cookie('a', expires='')
r.set_cookie('a', expires=5)
r.set_cookie('a', path='/x')
r.set_cookie('a', expires=dt.datetime(2020, 1, 2), max_age=5); r.set_cookie('a', path=None)
r.set_cookie('a', expires='x', max_age=0); r.set_cookie('a', path=''); r.set_cookie('a', domain='.b.c')
r.set_cookie('a', secure=True, httponly=True); r.set_cookie('a', samesite='lax'); r.set_cookie('a', samesite='x')
r.set_cookie('a', samesite='None', secure=True); r.set_cookie('a', samesite=''); r.set_cookie('a', samesite='none')
r.set_cookie('a', secure=False, httponly=False); r.set_cookie('', 'x'); r.set_cookie('a b'); r.set_cookie('é')
r.set_cookie('a;b'); r.set_cookie('path'); r.set_cookie('a', 'b', 5, None, '/p', 'd', True, True, 'Strict')
r.set_cookie('a', 'b'), r.set_cookie('a', 'c', path="/x")
r.delete_cookie('a'); r.delete_cookie('a', '/x', 'd', 'lax'); r.delete_cookie('a', samesite='none')
r.delete_cookie('__Secure-a'); r.delete_cookie('__Host-a'); r.delete_cookie('a', path=None)
r.set_cookie('a', [1]); r.set_cookie('a', None)
r.set_cookie(key='a', value='b'); r.delete_cookie(key='a', path='/', domain=None, samesite=None); r.set_cookie(5)
r.set_cookie('a', 'x' * 5000); r.set_cookie('a', '\\x00'); r.set_cookie('a', 'b\\nc'); r.set_cookie('a', b'b')
r.set_signed_cookie('a', 'b')[0]; r.set_signed_cookie('a', 'b', path='/x', nope=1); r.set_cookie('a', samesite=5)
r.cookies.load('x=y;Path=/'), 1; r.cookies.output(), 1
"""


EXPRESSIONS = [
    *(f"(lambda r: ({use}))({response})" for response in RESPONSES for use in listed(USES)),
    *(f"(lambda r: ({use}))({response})" for response in FILES for use in listed(OF_FILES)),
    *(
        f"(lambda r: ({use}, r.cookies.output()))({response})"
        for response in ("HttpResponse()", "StreamingHttpResponse()")
        for use in listed(COOKIES)
    ),
    "asyncio.run(collected(StreamingHttpResponse(ticks())))",
    "StreamingHttpResponse(ticks()).is_async",
    "(lambda c: (HttpResponse(c), c.closed))(Closable('a'))",
    "(lambda c: (StreamingHttpResponse(c).close(), c.closed))(Closable('a'))",
    "(lambda c: (FileResponse(c).close(), c.closed))(io.BytesIO())",
    "(lambda c: (StreamingHttpResponse(c), c)[1].closed)(Closable('a'))",
    "issubclass(BadHeaderError, ValueError)",
    "str(Http404('x'))",
    "SimpleCookie('a=b')['a'].value",
]


async def collected(response: Any) -> list[bytes]:
    return [piece async for piece in response]


def test_same(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both reckon from the same moment, however long the test takes.
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    compare(
        ["utils.functional", "http", "http.response"],
        EXPRESSIONS,
        DIFFERENCES,
        Closable=Closable,
        Named=Named,
        ticks=ticks,
        collected=collected,
    )


def sent(framework: str, name: str, value: str) -> Any:
    response = names(framework, "http")["HttpResponse"]()
    response[name] = value
    return response.serialize_headers(), dict(response.headers)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
)


# A pseudo-header's name is refused here: it is the server's to send (RFC 9113, 8.3).
@given(TEXT.filter(lambda name: not name.startswith(":")), TEXT)
def test_same_of_any_header(name: str, value: str) -> None:
    one, other = (outcome(lambda each=each: sent(each, name, value)) for each in FRAMEWORKS)
    assert same(one, other)
