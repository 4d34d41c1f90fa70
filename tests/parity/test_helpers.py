"""Time zones, caches, decorators, dotted paths and shortcuts."""

from __future__ import annotations

from .both import compare

NO_AGE = "what is no number of seconds is no age (RFC 9111, 1.2.2)"
ALL = "an asterisk names every header (RFC 9110, 12.5.5)"
DIFFERENCES = {
    "get_max_age(response(Cache_Control='max-age'))": NO_AGE,
    "get_max_age(response(Cache_Control='max-age=-1'))": NO_AGE,
    "has_vary_header(response(Vary='*'), 'cookie')": ALL,
    "has_vary_header(response(Vary='*'), 'Accept')": ALL,
    "patched(patch_vary_headers, response(Vary=''), ['A'])": "an empty name is not kept",
    "patched(patch_cache_control, response(Cache_Control='a,,'), b=True)": "nor is an empty directive",
    "patched(patch_cache_control, HttpResponse(), private=False)": "False takes a directive away",
    "import_string('.x')": "a wrong path is an ImportError, however it is wrong",
    "redirect(5)": "what is no target is one that is not found",
}

HELPERS = """
import zoneinfo

NAIVE = dt.datetime(2024, 7, 1, 12)
AWARE = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")

def zoned(zone, use):
    with override(zone):
        return use()

def response(**headers):
    made = HttpResponse("body")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    return made

def patched(patch, made, *args, **kwargs):
    result = patch(made, *args, **kwargs)
    return dict(made.headers), result is made

def conditional(method="GET", given=None, status=None, **meta):
    request = HttpRequest()
    request.method, request.META = method, meta
    request.path = "/"
    made = None if status is None else HttpResponse(status=status, headers={"ETag": '"e"', "X": "y"})
    answer = get_conditional_response(request, response=made, **(given or {}))
    return answer and (answer.status_code, dict(answer.headers))

def doubled(function):
    def wrapper(*args, **kwargs):
        return 2 * function(*args, **kwargs)
    wrapper.mark = "doubled"
    return wrapper

def plus(number):
    def decorate(function):
        def wrapper(*args, **kwargs):
            return number + function(*args, **kwargs)
        return wrapper
    return decorate

class View:
    "The class"
    def method(self, number=1):
        "The method"
        return number + 3
    async def amethod(self):
        return 5
    value = 7

class Hooks:
    def __init__(self, get_response, tag="t"):
        self.tag = tag
    def process_request(self, request):
        return getattr(request, "early", None)
    def process_view(self, request, view, args, kwargs):
        return "viewed" if kwargs.get("stop") else None
    def process_exception(self, request, error):
        return "handled" if isinstance(error, KeyError) else None
    def process_response(self, request, made):
        return f"{made}-{self.tag}"

def view(request, **kwargs):
    "The view"
    if kwargs.get("error"):
        raise kwargs["error"]
    return "made"

async def aview(request, **kwargs):
    return view(request, **kwargs)

def early():
    request = HttpRequest()
    request.early = "early"
    return request

class WithUrl:
    def get_absolute_url(self):
        return "/absolute/"
"""

TIMES = [
    "now().tzinfo is not None",
    "is_aware(AWARE), is_aware(NAIVE), is_naive(AWARE), is_naive(NAIVE)",
    "is_aware(dt.time(1)), is_naive(dt.time(1, tzinfo=dt.UTC))",
    "is_aware(5)",
    "is_aware(dt.date(2020, 1, 1))",
    "make_aware(NAIVE)",
    "make_aware(NAIVE, TOKYO)",
    "make_aware(NAIVE, timezone=dt.UTC)",
    "make_aware(AWARE)",
    "make_aware(dt.datetime(2024, 3, 31, 2, 30)).utcoffset()",
    "make_aware(dt.datetime(2024, 10, 27, 2, 30, fold=1)).utcoffset()",
    "make_naive(AWARE)",
    "make_naive(AWARE, TOKYO)",
    "make_naive(NAIVE)",
    "localtime(AWARE)",
    "localtime(AWARE, TOKYO)",
    "localtime(NAIVE)",
    "localdate(AWARE)",
    "localdate(dt.datetime(2024, 7, 1, 23, tzinfo=dt.UTC), TOKYO)",
    "localdate(NAIVE)",
    "get_default_timezone()",
    "get_default_timezone_name()",
    "get_current_timezone()",
    "get_current_timezone_name()",
    "get_fixed_timezone(90)",
    "get_fixed_timezone(-150).tzname(None)",
    "get_fixed_timezone(dt.timedelta(hours=1)).tzname(None)",
    "get_fixed_timezone(0).tzname(None), get_fixed_timezone(0).utcoffset(None)",
    "get_fixed_timezone('x')",
    "activate('nope')",
    "activate(5)",
    "activate(None)",
    "zoned('Asia/Tokyo', get_current_timezone_name)",
    "zoned(TOKYO, lambda: localtime(AWARE))",
    "zoned(None, get_current_timezone_name)",
    "zoned('Asia/Tokyo', lambda: zoned(None, get_current_timezone_name))",
    "zoned('Asia/Tokyo', lambda: zoned('UTC', get_current_timezone_name))",
    "zoned('Asia/Tokyo', lambda: (deactivate(), get_current_timezone_name())[1])",
    "zoned('nope', get_current_timezone_name)",
    "override('Asia/Tokyo')(get_current_timezone_name)()",
    "(activate(TOKYO), get_current_timezone_name(), deactivate(), get_current_timezone_name())",
    "get_current_timezone_name()",
]
CACHES = [
    *(
        f"patched(patch_cache_control, response(Cache_Control={before!r}), {given})"
        for before in (
            "",
            "max-age=50",
            "public",
            "private, no-cache",
            "no-cache, X=y",
        )
        for given in (
            "max_age=10",
            "max_age=100, public=True",
            "private=True",
            "public=True, no_transform=True",
            "no_cache=True",
            "no_cache='b'",
            "no_store=True, must_revalidate=True",
            "s_maxage=5, stale_while_revalidate=1",
            "",
        )
    ),
    *(
        f"get_max_age(response(Cache_Control={value!r}))"
        for value in (
            "max-age=5",
            "MAX-AGE=5",
            "max-age=x",
            "max-age",
            "a, max-age=7 , b",
            "",
            "max-age=-1",
        )
    ),
    "get_max_age(HttpResponse())",
    *(
        f"patched(patch_vary_headers, response(Vary={before!r}), {given})"
        for before in ("Cookie", "cookie, Accept", "*", "Cookie , *")
        for given in ("['Accept', 'COOKIE']", "['*']", "[]", "('A', 'a')", "['A', '*']")
    ),
    "patched(patch_vary_headers, HttpResponse(), ['Cookie', 'Accept-Language'])",
    *(
        f"has_vary_header(response(Vary={value!r}), {name!r})"
        for value in ("Cookie", "accept , COOKIE", "*", "")
        for name in ("cookie", "Accept", "*")
    ),
    "has_vary_header(HttpResponse(), 'Cookie')",
    "patched(set_response_etag, HttpResponse('body'))",
    "patched(set_response_etag, HttpResponse())",
    "patched(set_response_etag, StreamingHttpResponse())",
    "patched(add_never_cache_headers, HttpResponse())[0]['Cache-Control']",
    "patched(add_never_cache_headers, response(Expires='x'))[0]['Expires']",
    "patched(patch_response_headers, HttpResponse(), 0)[0]['Cache-Control']",
    "patched(patch_response_headers, HttpResponse(), 100)[0]['Cache-Control']",
    "patched(patch_response_headers, HttpResponse(), -5)[0]['Cache-Control']",
    "patched(patch_response_headers, response(Expires='x'))[0]",
    *(
        f"conditional({method!r}, {given}, {status}, {meta})"
        for method in ("GET", "HEAD", "PUT")
        for given in (
            "{'etag': '\"e\"'}",
            "{'etag': 'W/\"e\"'}",
            "{'last_modified': 784111777}",
            "{}",
        )
        for status in ("None", "200", "404")
        for meta in (
            "HTTP_IF_MATCH='\"e\"'",
            'HTTP_IF_MATCH=\'"x", "e"\'',
            "HTTP_IF_MATCH='*'",
            "HTTP_IF_NONE_MATCH='\"e\"'",
            'HTTP_IF_NONE_MATCH=\'W/"e", "f"\'',
            "HTTP_IF_NONE_MATCH='*'",
            "HTTP_IF_NONE_MATCH='\"x\"', HTTP_IF_MODIFIED_SINCE='Sun, 06 Nov 1994 08:49:37 GMT'",
            "HTTP_IF_MODIFIED_SINCE='Sun, 06 Nov 1994 08:49:37 GMT'",
            "HTTP_IF_MODIFIED_SINCE='Sun, 06 Nov 1994 08:49:36 GMT'",
            "HTTP_IF_UNMODIFIED_SINCE='Sun, 06 Nov 1994 08:49:37 GMT'",
            "HTTP_IF_UNMODIFIED_SINCE='Sun, 06 Nov 1994 08:49:36 GMT'",
            "HTTP_IF_MODIFIED_SINCE='x'",
            "",
        )
    ),
]
DECORATORS = [
    "method_decorator(doubled, 'method')(View)().method(2)",
    "method_decorator([doubled, plus(1)], 'method')(type('V', (View,), {}))().method()",
    "method_decorator((plus(1), doubled), name='method')(type('V', (View,), {}))().method()",
    "method_decorator(doubled)(View.__dict__['method']).mark",
    "method_decorator(doubled)(View.__dict__['method']).__name__",
    "method_decorator(doubled)(View.__dict__['method']).__doc__",
    "method_decorator(doubled, 'nope')(View)",
    "method_decorator(doubled, 'value')(View)",
    "method_decorator(doubled)(View)",
    "method_decorator(doubled, '')(View)",
    "method_decorator(plus(1))(lambda self: 5)(None)",
    "type('V', (), {'m': method_decorator(doubled)(lambda self: 5)})().m()",
    "type('V', (View,), {'method': method_decorator(doubled)(View.method)})().method(number=4)",
    "method_decorator(5)(lambda self: 5)(None)",
    *(
        f"decorator_from_middleware(Hooks)({each})({arguments})"
        for each in ("view", "lambda r, **k: view(r, **k)")
        for arguments in (
            "HttpRequest()",
            "early()",
            "HttpRequest(), stop=True",
            "HttpRequest(), error=KeyError()",
            "HttpRequest(), error=ValueError()",
        )
    ),
    "decorator_from_middleware(Hooks)(view).__name__, decorator_from_middleware(Hooks)(view).__doc__",
    "decorator_from_middleware_with_args(Hooks)('x')(view)(HttpRequest())",
    "decorator_from_middleware_with_args(Hooks)(tag='y')(view)(HttpRequest())",
    "asyncio.run(decorator_from_middleware(Hooks)(aview)(HttpRequest()))",
    *(
        f"(lambda f: (f.sync_capable, f.async_capable))({mark}(lambda get_response: None))"
        for mark in ("sync_only_middleware", "async_only_middleware", "sync_and_async_middleware")
    ),
]
PATHS = [
    "import_string('json.dumps') is json.dumps",
    "import_string('json')",
    "import_string('')",
    "import_string('json.nope')",
    "import_string('nope.nope')",
    "import_string('os.path.join')",
    "import_string(5)",
    "module_has_submodule(json, 'decoder')",
    "module_has_submodule(json, 'nope')",
    "module_has_submodule(json.decoder, 'x')",
    "module_has_submodule(json, 'decoder.nope')",
    "module_has_submodule(__import__('sys'), 'x')",
    "redirect(WithUrl()).url, redirect('/x/').status_code",
    "redirect('/x/', permanent=True).status_code",
    "redirect('/x/', preserve_request=True).status_code",
    "redirect('/x/', permanent=True, preserve_request=True).status_code",
    "redirect('http://a.b/?c=d').url",
    "redirect('./x').url, redirect('../x').url",
    "redirect(lazystr('/x/')).url",
    "redirect('nope')",
    "redirect('no.pe').url",
    "redirect(view)",
    "redirect('')",
    "redirect('javascript:x/')",
    "resolve_url(WithUrl())",
    "resolve_url('/x')",
    "resolve_url('no pe')",
    "resolve_url('a', 1)",
    "resolve_url('?x=1')",
    "resolve_url('')",
    "redirect('/é x/').url",
]
MODULES = [
    "utils.functional",
    "http",
    "utils.module_loading",
    "utils.cache",
    "utils.decorators",
    "utils.timezone",
    "shortcuts",
]


def test_same() -> None:
    compare(MODULES, [*TIMES, *CACHES, *DECORATORS, *PATHS], DIFFERENCES, HELPERS)
