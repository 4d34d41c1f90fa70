"""What exceptions say: the facts that programs and tests look for are in the same words.

How to mend what went wrong is said in our own.
"""

from __future__ import annotations

import re
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from .both import FRAMEWORKS, listed, names

MODULES = [
    "core.exceptions",
    "core.files.base",
    "core.files.uploadhandler",
    "core.files.utils",
    "core.signing",
    "http",
    "http.multipartparser",
    "middleware.csrf",
    "test",
    "test.utils",
    "urls",
    "utils._os",
    "utils.crypto",
    "utils.datastructures",
    "utils.decorators",
    "utils.deprecation",
    "utils.encoding",
    "utils.functional",
    "utils.html",
    "utils.http",
    "utils.module_loading",
    "utils.text",
    "utils.timezone",
    "views.decorators.cache",
    "views.decorators.debug",
    "views",
    "conf",
    "dispatch",
]

HELPERS = """
import asyncio, datetime as dt, io, types

def view(request, *args, **kwargs):
    return HttpResponse()

class Page(View):
    def get(self, request):
        return None

class Mixed(View):
    def get(self, request):
        return None
    async def post(self, request):
        return None

class Bare(View):
    def setup(self, request, *args, **kwargs):
        pass

site = types.ModuleType("site")
site.urlpatterns = [
    path("one/", view, name="one"),
    path("a/<int:n>/", view, name="a"),
    path("in/", include(([path("x/", view, name="x")], "app"), namespace="ns")),
]
empty = types.ModuleType("empty")
factory = RequestFactory()

def to(name, **kwargs):
    return reverse(name, urlconf=site, **kwargs)

def host(name):
    return factory.get("/", HTTP_HOST=name).get_host()

def read(request, *names):
    request.read(1)
    return request.body

def under(call, **options):
    with override_settings(**options):
        return call()

def configured(**options):
    lazy = LazySettings()
    lazy.configure(**options)
    return lazy

def multipart(content_type="multipart/form-data; boundary=x", length="9"):
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": length}
    return MultiPartParser(meta, io.BytesIO(b"x"), []).parse()

def upload(rest):
    body = b'--x\\r\\nContent-Disposition: form-data; name="f"; filename="f"\\r\\n' + rest + b"\\r\\n--x--"
    return factory.post("/", body, "multipart/form-data; boundary=x").FILES

def changed_upload():
    request = factory.post("/", {"a": "b"})
    request.POST
    request.upload_handlers = []

def cycle(length):
    def around(request, n=0):
        return HttpResponseRedirect(f"/{(n + 1) % length}/")
    urls = types.ModuleType("urls")
    urls.urlpatterns = [path("<int:n>/", around)]
    return under(lambda: Client().get("/0/", follow=True), ROOT_URLCONF=urls, MIDDLEWARE=[])

def answered(answer, get=lambda client: client.get("/")):
    urls = types.ModuleType("urls")
    urls.urlpatterns = [path("", answer)]
    return under(lambda: get(Client()), ROOT_URLCONF=urls, MIDDLEWARE=[])

class Called:
    def __call__(self, request):
        return None

class Case(SimpleTestCase):
    def runTest(self):
        pass

case, page = Case(), HttpResponse("<b>a</b>")

def redirected(address, expected="/", follow=False, **kwargs):
    urls = types.ModuleType("urls")
    urls.urlpatterns = [
        path("", view),
        path("to/", lambda request: HttpResponseRedirect("/")),
        path("out/", lambda request: HttpResponseRedirect("http://nowhere.org/")),
    ]
    with override_settings(ROOT_URLCONF=urls, MIDDLEWARE=[]):
        case.assertRedirects(Client().get(address, follow=follow), expected, **kwargs)

def twice():
    try:
        cached = cached_property(view)
        cached.__set_name__(None, "one")
        cached.__set_name__(None, "other")
    except TypeError as error:
        raise error
"""

EXPRESSIONS = r"""
HttpResponse(headers={'Content-Type': 'a/b'}, content_type='c/d'); HttpResponse(status='x')
HttpResponse(status=99); HttpResponse(headers={'A': 'b\nc'}); HttpResponse(headers={'A\r': 'b'})
HttpResponseNotModified('x'); HttpResponseRedirect('data:x'); HttpResponseRedirect('x' * 20000)
JsonResponse([1]); StreamingHttpResponse().content; StreamingHttpResponse().text
StreamingHttpResponse().write('x'); StreamingHttpResponse().tell()
StreamingHttpResponse().writelines(['x']); HttpResponse().set_cookie('a', samesite='x')
HttpResponse().set_cookie('a', expires=dt.datetime(2020, 1, 2), max_age=5)
host('nowhere.org'); host('a/b'); host('nowhere.org:80'); read(factory.post('/', {'a': 'b'}))
changed_upload(); under(lambda: factory.get('/').scheme, SECURE_PROXY_SSL_HEADER='x')
factory.post('/', 'a=b', 'application/x-www-form-urlencoded; charset=latin-1').POST
under(lambda: QueryDict('a=1&b=2'), DATA_UPLOAD_MAX_NUMBER_FIELDS=1); QueryDict().update({'a': 'b'})
under(lambda: factory.post('/', 'abc', 'text/plain').body, DATA_UPLOAD_MAX_MEMORY_SIZE=1)
under(lambda: factory.post('/', {'a': 'bcd'}).POST, DATA_UPLOAD_MAX_MEMORY_SIZE=1)
under(lambda: factory.post('/', {'a': '1', 'b': '2'}).POST, DATA_UPLOAD_MAX_NUMBER_FIELDS=1)
under(lambda: factory.post('/', {'a': ContentFile(b'', 'x'), 'b': ContentFile(b'', 'y')}).FILES, DATA_UPLOAD_MAX_NUMBER_FILES=1)
multipart('text/plain'); multipart('multipart/x'); multipart('multipart/x; boundary=é'); multipart(length='-1'); upload(b"Content-Transfer-Encoding: base64\r\n\r\na")
upload(b"Content-Transfer-Encoding: base64\r\n\r\n!"); upload(b"X: " + b"x" * 2000)
factory.post('/', {'a': None}); factory.get('/', {'a': None})
to('nothing'); to('ns:nothing'); to('nothing:x'); to('ns:nothing:x'); to('one', args=[1], kwargs={'a': 1})
to(len); to('ns:x', kwargs={'s': 1})
resolve('/', urlconf=empty); path('', None); path('', Page()); path('', view, kwargs=5)
path('<int:1>', view); path('<nothing:a>', view); path('<int: a>', view); re_path('(', view).resolve('x')
include(([],)); include(([], 'a', 'b')); include([], namespace='x'); get_callable('x'); get_callable('os.nothing')
get_callable('os.nothing.x'); get_callable('os.sep'); get_callable(5); resolve('/one/', urlconf=site).__reduce_ex__(2)
Signer().unsign('x'); Signer().unsign('x:y'); Signer(sep='-'); salted_hmac('a', 'b', algorithm='nothing')
loads('x:y'); configured().NOTHING; configured(a=1); configured(A=1).configure()
LazySettings().DEBUG; configured(SECRET_KEY='').SECRET_KEY
under(lambda: Settings('parity_settings_module').DEBUG)
override_settings(A=1)(object); override_settings(A=1)(5); modify_settings(MIDDLEWARE={'nothing': 'x'}).enable()
import_string('x'); import_string('os.nothing'); force_str(b'\xff'); base36_to_int('z' * 14); int_to_base36(-1)
parse_http_date('x'); parse_http_date('Sun, 31 Feb 2021 00:00:00 GMT'); urlencode({'a': None})
ImmutableList([1]).append(2); ImmutableList([1], warning='why').append(2); CaseInsensitiveMapping([(1,)])
CaseInsensitiveMapping([(1, 2)]); MultiValueDict().update(1, 2); LazyObject().x; keep_lazy()
cached_property(view).__get__(5, int); twice(); delattr(SimpleLazyObject(int), '_wrapped')
html_safe(type('X', (), {})); html_safe(type('X', (), {'__html__': 1})); get_valid_filename('..')
unescape_string_literal('x'); make_aware(dt.datetime(2020, 1, 2, tzinfo=dt.timezone.utc)); make_naive(dt.datetime(2020, 1, 2)); activate(5)
localtime(dt.datetime(2020, 1, 2)); Page().as_view(); MiddlewareMixin(None); safe_join('/a', '/b')
Page.as_view(get=1); Page.as_view(nothing=1); Mixed.as_view(); Bare.as_view()(factory.get('/'))
cache_control()(view)(5); never_cache(view)(5); sensitive_variables(view); sensitive_post_parameters(view)
sensitive_post_parameters()(view)(5); validate_file_name(''); validate_file_name('a/b'); validate_file_name('/a', True)
File(5, 'x').size; FileUploadHandler().receive_data_chunk(b'', 0); FileUploadHandler().file_complete(0)
cycle(2); cycle(1000); answered(view, lambda client: client.get('/').json()); answered(Called())
answered(lambda request: None); under(lambda: Signal().connect(5), DEBUG=True)
under(lambda: Signal().connect(lambda: 1), DEBUG=True)
"""

ASSERTIONS = r"""
case.assertContains(page, 'x'); case.assertContains(page, 'x', 2); case.assertContains(page, 'a', status_code=404)
case.assertContains(page, b'x'); case.assertContains(page, 5, msg_prefix='why'); case.assertContains(page, '</b>', html=True)
case.assertContains(page, '<i>a</i>', html=True); case.assertContains(page, '<i>a</i>', 2, html=True)
case.assertContains(StreamingHttpResponse(['a']), 'b'); case.assertContains(HttpResponse('</b>'), 'b', html=True)
case.assertNotContains(page, 'a'); case.assertNotContains(page, 'a', msg_prefix='why')
case.assertNotContains(page, 'x', status_code=404); case.assertNotContains(page, '<b>a</b>', html=True)
redirected('/'); redirected('/to/', '/other/'); redirected('/to/', '/', status_code=301); redirected('/', follow=True)
redirected('/to/', '/', target_status_code=404); redirected('/to/', '/other/', msg_prefix='why')
redirected('/to/', '/other/', follow=True); redirected('/to/', '/', status_code=301, follow=True)
redirected('/to/', '/', target_status_code=404, follow=True); redirected('/out/', 'http://nowhere.org/')
case.assertURLEqual('/a', '/b'); case.assertURLEqual('/a', '/b', 'why'); case.assertInHTML('<i>a</i>', '<b>a</b>')
case.assertInHTML('<i>a</i>', '<b>a</b>', 2, 'why'); case.assertInHTML('</i>', '<b>a</b>'); case.assertInHTML('<i>', '</b>')
case.assertNotInHTML('<b>a</b>', '<b>a</b>'); case.assertHTMLEqual('</b>', '<b>'); case.assertHTMLEqual('<b>', '</b>')
case.assertXMLEqual('<a/>', '<a'); case.assertXMLNotEqual('<a/>', '<a/>'); case.assertXMLNotEqual('<a', '<a', 'why')
case.assertJSONEqual('{', '[]'); case.assertJSONEqual('{}', '['); case.assertJSONEqual('{}', '[]', 'why')
case.assertJSONNotEqual('{}', '{}'); case.assertRaisesMessage(ValueError, 'y', int, 'x')
"""

#: What says the same in other words, each with the reason.
OTHERWISE = {
    "configured().NOTHING": "it names where the setting was looked for",
}


def said(framework: str, expression: str) -> tuple[str, str]:
    scope = _scope(framework)
    try:
        eval(expression, scope)
    except Exception as error:
        return type(error).__name__, re.sub(" at 0x[0-9a-f]+", "", str(error))
    pytest.fail(f"{expression} raises nothing in {framework}.")


# What follows is how to mend it, or what a parser says, of which there are two.
_END_OF_FACT = re.compile(r"\. |(?<=HTML:)\n|(?<=XML)\n")
_SCOPES: dict[str, dict[str, Any]] = {}


def _scope(framework: str) -> dict[str, Any]:
    if framework not in _SCOPES:
        _SCOPES[framework] = {**names(framework, *MODULES), "__name__": "parity"}
        exec(HELPERS, _SCOPES[framework])
    return _SCOPES[framework]


@pytest.fixture(autouse=True)
def _settings_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("parity_settings_module")
    module.__dict__["ALLOWED_HOSTS"] = "x"
    monkeypatch.setitem(import_module("sys").modules, module.__name__, module)
    for framework in FRAMEWORKS:
        monkeypatch.delenv(import_module(f"{framework}.conf").ENVIRONMENT_VARIABLE, raising=False)


@pytest.mark.parametrize("expression", listed(EXPRESSIONS + ASSERTIONS))
def test_the_facts_are_in_the_same_words(expression: str) -> None:
    django, ginger = (said(framework, expression) for framework in FRAMEWORKS)
    renamed = django[1].replace("django", "gingerdj").replace("Django", "Ginger")
    fact = _END_OF_FACT.split(renamed)[0]
    assert (fact in ginger[1]) is (expression not in OTHERWISE), (django, ginger)
