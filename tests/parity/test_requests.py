"""Requests made by hand: hosts, addresses, media types, bodies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from .both import call_both, compare, listed

HELPERS = """
def request(method="GET", path="/", **meta):
    made = HttpRequest()
    made.method = method
    made.path = made.path_info = path
    made.META = {"SERVER_NAME": "testserver", "SERVER_PORT": "80", **meta}
    return made
"""

MADE = "a request made by hand has an empty body, not a broken one"
NO_SERVER = "a server on a unix socket has no port, and a request without a host is a bad one"
REFUSED = "q=0 refuses a type, even if a wider range would take it (RFC 9110, 12.5.1)"
DIFFERENCES = {
    "HttpRequest().get_host()": NO_SERVER,
    "HttpRequest().get_port()": NO_SERVER,
    "HttpRequest().read()": MADE,
    "HttpRequest().body": MADE,
    "MediaType(MediaType('a/b; c=d'))": "a media type is one already",
    "request(HTTP_ACCEPT='text/*; q=0.5, text/plain;q=0').accepts('text/plain')": REFUSED,
}


HOSTS = """
example.com; EXAMPLE.com; www.example.com; example.com:8000; example.com.; www.example.com.:80; testserver
127.0.0.1; 127.0.0.1:8000; [::1]; [::1]:8000; [::1; ::1; [::1]x; [::2]; other.com; ; example.com:; :80
example.com:a; example.com:80:80; user@example.com; example.com/x; example.com?x; ex_ample.com; xn--4ca.example.com
é.example.com; example..com; .example.com; -x.example.com; example.com, other.com; [fe80::1%25en0]; 1.example.com
example.com@evil.tld:80; [::ffff:169.254.169.254]; dev:9000; com; localhost; testserver:443; TESTSERVER
"""
PATHS = [
    "/",
    "/a/b",
    "//a/b",
    "/a b/é",
    "/a?b#c",
    "/;some/?awful/=path/foo:bar/",
    "/%20",
    "/a/../b",
    "",
]
QUERIES = ["", "a=b", "a=é&b=%C3", "?x", "a=b c+d", 'x=1&y="<>']
LOCATIONS = [
    "None",
    "''",
    "'/x/'",
    "'x'",
    "'../x'",
    "'./x'",
    "'?a=b'",
    "'#f'",
    "'//o.com/x'",
    "'///x'",
]
LOCATIONS += [
    "'http://o.com/x'",
    "'https:x'",
    "'mailto:a@b'",
    "'/é?ü'",
    "'/a/../b'",
    "'/a/./b'",
    "lazystr('/x')",
]
LOCATIONS += ["'/a//b'", "'http://[x'", "'foo:bar'", "'?x=/../'"]
ACCEPTS = [
    "*/*",
    "text/html",
    "text/html, application/json;q=0.9, */*;q=0.1",
    "text/html;level=1, text/html;q=0.4, text/html;level=2;q=0.4",
    "application/*",
    "",
    ",,",
    "text",
    "text/html;q=x, a/b;q=2, c/d;q=-1, e/f;q=",
    "TEXT/HTML ; Q=0.5",
    "text/html;version=2, text/html",
    "*/*;q=0.5, text/*;q=0.5",
    "a/b;q=0.001, a/b;q=0.7",
]
TYPES = [
    "text/html",
    "text/plain",
    "application/json",
    "text/html;level=1",
    "*/*",
    "",
    "text",
    "a/b",
    "e/f",
]


EXPRESSIONS = [
    *(f"split_domain_port({host!r})" for host in listed(HOSTS, ";")),
    *(f"request(HTTP_HOST={host!r}).get_host()" for host in listed(HOSTS, ";")),
    *(
        f"request(SERVER_NAME={host!r}, SERVER_PORT='8080').get_host()"
        for host in listed(HOSTS, ";")
    ),
    *(
        f"validate_host({host!r}, {allowed!r})"
        for host in ("example.com", "a.b.c", "", "*")
        for allowed in (["example.com"], [".b.c"], ["*"], [], ["EXAMPLE.COM"], [""])
    ),
    "request().get_host()",
    "request().get_port()",
    "request(SERVER_PORT=8080).get_port()",
    "request(HTTP_X_FORWARDED_PORT='99', HTTP_X_FORWARDED_HOST='evil').get_host()",
    "request(HTTP_X_FORWARDED_PORT='99').get_port()",
    "HttpRequest().get_host()",
    "HttpRequest().get_port()",
    "HttpRequest().get_full_path()",
    "HttpRequest().scheme, HttpRequest().is_secure()",
    "repr(HttpRequest())",
    "(HttpRequest().method, HttpRequest().path, HttpRequest().path_info, HttpRequest().encoding)",
    "(HttpRequest().GET, HttpRequest().POST, HttpRequest().COOKIES, HttpRequest().META, HttpRequest().FILES)",
    "request().resolver_match",
    "HttpRequest().content_type, HttpRequest().content_params",
    "HttpRequest().upload_handlers[0].__class__.__name__",
    "HttpRequest().nope",
    "HttpRequest().read()",
    "HttpRequest().body",
    "dict(HttpRequest().headers)",
    *(
        f"request(path={path!r}, QUERY_STRING={query!r}).{method}({slash})"
        for path in PATHS
        for query in QUERIES
        for method in ("get_full_path", "get_full_path_info")
        for slash in ("", "True")
    ),
    *(f"repr(request(path={path!r}))" for path in PATHS),
    *(
        f"request(path={path!r}, QUERY_STRING='q=1', HTTP_HOST={host!r}).build_absolute_uri({location})"
        for path in ("/", "/a/b/", "//x//y", "/é")
        for host in ("example.com:81", "evil")
        for location in LOCATIONS
    ),
    *(f"str(MediaType({accept!r}))" for accept in ACCEPTS),
    *(f"repr(MediaType({accept!r}))" for accept in ACCEPTS),
    *(f"MediaType({one!r}).match({other!r})" for one in ACCEPTS for other in TYPES),
    *(
        f"(lambda m: (float(m.quality), {names}))(MediaType({one!r}))"
        for one in ACCEPTS + TYPES
        for names in ("m.main_type, m.sub_type, m.params, m.specificity, m.range_params",)
    ),
    "MediaType('a/b').match(MediaType('a/*'))",
    "MediaType('a/*').match(MediaType('a/b'))",
    "MediaType('a/b').match(None)",
    "MediaType(MediaType('a/b; c=d'))",
    "MediaType('a/b') == MediaType('a/b')",
    *(
        f"[str(each) for each in request(HTTP_ACCEPT={accept!r}).accepted_types{order}]"
        for accept in ACCEPTS
        for order in ("", "_by_precedence")
    ),
    *(
        f"request(HTTP_ACCEPT={accept!r}).accepts({media!r})"
        for accept in ACCEPTS
        for media in TYPES
    ),
    *(
        f"str(request(HTTP_ACCEPT={accept!r}).accepted_type({media!r}))"
        for accept in ACCEPTS
        for media in TYPES
    ),
    *(
        f"request(HTTP_ACCEPT={accept!r}).get_preferred_type({media})"
        for accept in ACCEPTS
        for media in (
            "['application/json', 'text/html']",
            "['text/plain', 'text/html;level=1']",
            "[]",
            "['x/y']",
            "('text/html;version=2', 'text/html')",
        )
    ),
    "request().accepts('x/y'), request().get_preferred_type(['x/y'])",
    "(lambda r: (setattr(r, 'COOKIES', {'a': 'b'}), r.get_signed_cookie('a')))(HttpRequest())",
    "HttpRequest().get_signed_cookie('a')",
    "HttpRequest().get_signed_cookie('a', 5)",
    "HttpRequest().get_signed_cookie('a', default=None)",
    "(lambda r: (setattr(r, 'encoding', 'latin-1'), r.encoding))(HttpRequest())",
    "(lambda r: setattr(r, 'scheme', 'x'))(HttpRequest())",
    "pickle.loads(pickle.dumps(request(HTTP_HOST='a'))).META",
    "copy.copy(request(HTTP_HOST='a')).META",
    "copy.deepcopy(request(HTTP_HOST='a')).path",
]


def test_same() -> None:
    compare(["utils.functional", "http", "http.request"], EXPRESSIONS, DIFFERENCES, HELPERS)


@given(st.one_of(st.text("aA1.-:[]%@ é_", max_size=12), st.text(max_size=12)))
def test_same_of_any_host(host: str) -> None:
    call_both("http.request.split_domain_port", host)


@given(
    st.lists(st.sampled_from(["a", "*", "/", ";", "q=", "0.5", ",", " ", "b=c", '"'])).map("".join)
)
def test_same_of_any_media_type(text: str) -> None:
    call_both("http.request.MediaType", text)
