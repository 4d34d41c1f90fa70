"""The assertions of test cases."""

from __future__ import annotations

import json
import unittest
import warnings
from typing import Any

import django.test
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import gingerdj.test


def held(case: Any, name: str, *args: Any, **kwargs: Any) -> str:
    """Return `holds`, `fails`, or the name of the exception."""
    try:
        getattr(case, name)(*args, **kwargs)
    except AssertionError:
        return "fails"
    except Exception as error:
        return type(error).__name__
    return "holds"


def case_of(fw: Any) -> Any:
    return fw("test.SimpleTestCase")("run")


HTML = [
    "<p>a</p>", " <p> a </p> ", "<p>\ta\n</p>", "<p>a<p>b", "<p>a</p><p>b</p>", "<br>", "<br/>", "<br />",
    "<br></br>", "<p class='a b'>x</p>", '<p class="b  a">x</p>', "<p id=1 class=a>x</p>", "<p class=a id=1>x</p>",
    "<input checked>", "<input checked=checked>", '<input checked="">', "<input checked=no>", "<input value>",
    '<input value="">', "<p>&amp;</p>", "<p>&</p>", "<p>&#38;</p>", "<p>&lt;b&gt;</p>", "<p><b></p>", "</p>",
    "<p></b></p>", "text", " text ", "", "a b", "a  b", "a<b>c</b>d", "a <b> c </b> d", "<div><p>a</div>",
    "<div><p>a</p></div>", "<!-- c --><p>a</p>", "<!DOCTYPE html><p>a</p>", "<P>a</P>", "<p ID=1 CLASS=a>x</p>",
    "<script>if (a < b) {}</script>", "<p>&nbsp;</p>", "<p> </p>", "<p></p>", "<p/>", "<p data-x>x</p>",
    '<p data-x="">x</p>', "<option selected>x", "<p style='a: b'>", "<ul><li>a<li>b</ul>", "<p>a</p>b<p>c</p>",
    "<a href='/?a=1&b=2'>x</a>", "<a href='/?a=1&amp;b=2'>x</a>", "<p>a\u00a0b</p>", "<p>é</p>", "<p>&eacute;</p>",
    "<p>a</p> <p>a</p>", "<b>a</b><b>a</b><b>a</b>", "<p", "<p>a</p", "<svg viewBox='0'/>", "<p>a<!-- x -->b</p>",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["assertHTMLEqual", "assertHTMLNotEqual", "assertInHTML", "assertNotInHTML"]
)
def test_html(differences: Any, name: str) -> None:
    cases = [(one, other) for one in HTML for other in HTML]
    assert differences(cases, lambda fw, case: held(case_of(fw), name, *case)) == {}


COUNTS = [
    ("<p>a</p>", "<p>a</p><p>a</p>", 2), ("<p>a</p>", "<div><p>a</p></div><p>a</p>", 2), ("a", "<p>a a</p>a", 3),
    ("a", "aaa", 3), ("<b>a</b><b>a</b>", "<b>a</b><b>a</b><b>a</b>", 1), ("<b>a</b><b>a</b>", "<b>a</b>" * 4, 2),
    ("<b>a</b> x", "<p><b>a</b> x</p>", 1), ("a b", "<p>a  b</p>", 1), ("<br>", "<br><br/><br>", 3),
    ("<p>a</p>", "<p>b</p>", 0), ("<p><p>a</p></p>", "<p><p>a</p></p>", 1), ("x <b>a</b>", "x <b>a</b>", 1),
]  # fmt: skip


def test_html_counts(differences: Any) -> None:
    cases = [(*case, number) for *case, _ in COUNTS for number in range(5)]
    assert differences(cases, lambda fw, case: held(case_of(fw), "assertInHTML", *case)) == {}


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b class='x y'>",
        "</b>",
        "a",
        " ",
        "b c",
        "<br>",
        "\n",
        "<i>",
        "</i>",
        "&amp;",
    ]
)


@pytest.mark.usefixtures("frameworks")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=st.lists(TAGS, max_size=8),
    other=st.lists(TAGS, max_size=4),
    number=st.sampled_from([None, 0, 1, 2]),
)
@example(one=["<br>", "a", "<p>", "<p>"], other=["<br>", "<p>", "<p>"], number=None)
def test_any_html(one: list[str], other: list[str], number: int | None) -> None:
    results = [
        (
            held(kind("run"), "assertHTMLEqual", "".join(one), "".join(other)),
            held(kind("run"), "assertInHTML", "".join(other), "".join(one), number),
        )
        for kind in (django.test.SimpleTestCase, gingerdj.test.SimpleTestCase)
    ]
    assert results[1] == results[0]


XML = [
    "<a/>", "<a></a>", "<a> </a>", "<a>x</a>", "<a> x </a>", "<a b='1' c='2'/>", "<a c='2' b='1'/>", "<a><b/><c/></a>",
    "<a><c/><b/></a>", "<!-- c --><a/>", "<a><!-- c --></a>", "<a><?p i?></a>", "<a>&amp;</a>", "<a>x<b/>y</a>",
    "<a>x <b/> y</a>", "<a x='1'/>", "<b/>", "<a>\n  <b/>\n</a>", "<a><b/></a>", "<a>x y</a>", "<a>x  y</a>", "\n<a/>\n",
    "<a><b>1</b><b>2</b></a>", "<a><b>2</b><b>1</b></a>", "<x:a xmlns:x='u'/>", "<y:a xmlns:y='u'/>",
]  # fmt: skip


@pytest.mark.parametrize("name", ["assertXMLEqual", "assertXMLNotEqual"])
def test_xml(differences: Any, name: str) -> None:
    cases = [(one, other) for one in XML for other in XML]
    assert differences(cases, lambda fw, case: held(case_of(fw), name, *case)) == {}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("<?xml version='1.0'?><a/>", "<a/>", True),
        ("<!DOCTYPE a><a/>", "<a/>", True),
        ("<a><![CDATA[&]]></a>", "<a>&amp;</a>", True),
        ("<a><![CDATA[&]]></a>", "<a/>", False),
    ],
)
def test_xml_as_documented(one: str, other: str, equal: bool) -> None:
    case = gingerdj.test.SimpleTestCase("run")
    (case.assertXMLEqual if equal else case.assertXMLNotEqual)(one, other)


@pytest.mark.parametrize("name", ["assertXMLEqual", "assertXMLNotEqual"])
@pytest.mark.parametrize("malformed", ["", "x", "<a", "<a/><b/>"])
def test_malformed_xml_is_refused_even_where_it_is_the_same(name: str, malformed: str) -> None:
    case = gingerdj.test.SimpleTestCase("run")
    assert held(case, name, malformed, malformed) == "fails"
    assert held(case, name, "<a/>", malformed) == "fails"


JSON = [
    ('{"a": 1}', {"a": 1}), ('{"a": 1}', '{"a":1}'), ("[1]", [1]), ("[1]", (1,)), ("no", {}), ("{}", "no"), ("1", 1),
    ('"x"', "x"), ('"x"', '"x"'), ("null", None), (b"{}", {}), ("[1, 2]", [2, 1]), ('{"a": 1, "b": 2}', {"b": 2, "a": 1}),
    ("", ""), ({}, {}), ("NaN", "NaN"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["assertJSONEqual", "assertJSONNotEqual"])
def test_json(differences: Any, name: str) -> None:
    assert differences(JSON, lambda fw, case: held(case_of(fw), name, *case)) == {}


URLS = [
    "/", "/?", "/?a=1&b=2", "/?b=2&a=1", "/?a=1&a=2", "/?a=2&a=1", "/?a", "/?a=", "/#x", "/?a=1#x", "http://h/",
    "http://h", "http://H/", "HTTP://h/", "/?a=%20", "/?a=+", "/a%20b", "/a b", "//h/", "", "?a=1", "/;p", "/?a=1;b=2",
]  # fmt: skip


def test_urls(differences: Any) -> None:
    cases = [(one, other) for one in URLS for other in URLS]
    assert differences(cases, lambda fw, case: held(case_of(fw), "assertURLEqual", *case)) == {}


def test_lazy_urls(both: Any) -> None:
    def act(fw: Any) -> Any:
        lazy = fw("utils.functional").lazystr
        return held(case_of(fw), "assertURLEqual", lazy("/?a=1&b=2"), "/?b=2&a=1")

    assert both(act) == "holds"


CONTENTS = [
    ("abc abc", "abc", {}), ("abc abc", "abc", {"count": 2}), ("abc abc", "abc", {"count": 1}), ("abc", "x", {"count": 0}),
    ("abc", "x", {}), ("abc", b"abc", {}), ("ä", "ä", {}), ("abc", 1, {}), ("a1", 1, {}), ("abc", "abc", {"status_code": 404}),
    ("<p> a </p>", "<p>a</p>", {"html": True}), ("<p>a</p><p>a</p>", "<p>a</p>", {"html": True, "count": 2}),
    ("<p>a</p>", "</p>", {"html": True}), ("</p>", "a", {"html": True}), ("abc", "abc", {"msg_prefix": "why"}),
    ("", "", {}), ("abc", "", {}),
]  # fmt: skip


@pytest.mark.parametrize("name", ["assertContains", "assertNotContains"])
@pytest.mark.parametrize("streaming", [False, True])
def test_contents(differences: Any, name: str, streaming: bool) -> None:
    def act(fw: Any, case: Any) -> Any:
        content, text, options = case
        if name == "assertNotContains":
            options = {key: value for key, value in options.items() if key != "count"}
        kind = fw("http.StreamingHttpResponse") if streaming else fw("http.HttpResponse")
        return held(case_of(fw), name, kind([content.encode()]), text, **options)

    assert differences(CONTENTS, act) == {}


REDIRECTS: dict[str, Any] = {
    "plain": ("/to/?to=/ok/", {}, ("/ok/",), {}),
    "elsewhere": ("/to/?to=/ok/", {}, ("/other/",), {}),
    "status": ("/to/?to=/ok/&status=301", {}, ("/ok/",), {"status_code": 301}),
    "wrong status": ("/to/?to=/ok/&status=301", {}, ("/ok/",), {}),
    "target status": ("/to/?to=/nothing/", {}, ("/nothing/",), {"target_status_code": 404}),
    "wrong target status": ("/to/?to=/nothing/", {}, ("/nothing/",), {}),
    "not fetched": ("/to/?to=/nothing/", {}, ("/nothing/",), {"fetch_redirect_response": False}),
    "no redirect": ("/ok/", {}, ("/ok/",), {}),
    "query": ("/to/?to=/ok/%3Fb=2%26a=1", {}, ("/ok/?a=1&b=2",), {}),
    "relative": ("/to/?to=../ok/", {}, ("/ok/",), {}),
    "relative expected": ("/to/?to=../ok/", {}, ("../ok/",), {}),
    "foreign": ("/to/?to=http://example.com/ok/", {}, ("http://example.com/ok/",), {}),
    "foreign not fetched": ("/to/?to=http://example.com/", {}, ("http://example.com/",), {"fetch_redirect_response": False}),
    "absolute": ("/to/?to=http://testserver/ok/", {}, ("http://testserver/ok/",), {}),
    "absolute against a path": ("/to/?to=http://testserver/ok/", {}, ("/ok/",), {}),
    "path against absolute": ("/to/?to=/ok/", {}, ("http://testserver/ok/",), {}),
    "port": ("/to/?to=http://testserver:80/ok/", {}, ("http://testserver:80/ok/",), {}),
    "secure": ("/to/?to=https://testserver/ok/", {}, ("https://testserver/ok/",), {}),
    "followed": ("/to/?to=/ok/", {"follow": True}, ("/ok/",), {}),
    "followed elsewhere": ("/to/?to=/ok/", {"follow": True}, ("/other/",), {}),
    "followed twice": ("/to/?to=/to/%3Fto=/ok/", {"follow": True}, ("/ok/",), {}),
    "followed status": ("/to/?to=/ok/&status=301", {"follow": True}, ("/ok/",), {"status_code": 301}),
    "followed wrong": ("/to/?to=/ok/&status=301", {"follow": True}, ("/ok/",), {}),
    "followed to nothing": ("/to/?to=/nothing/", {"follow": True}, ("/nothing/",), {"target_status_code": 404}),
    "followed no redirect": ("/ok/", {"follow": True}, ("/ok/",), {}),
}  # fmt: skip


def test_redirects(differences: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        def to(request: Any) -> Any:
            response = fw("http.HttpResponseRedirect")(request.GET["to"])
            response.status_code = int(request.GET.get("status", 302))
            return response

        u, http = fw("urls"), fw("http")
        patterns = [u.path("to/", to), u.path("ok/", lambda request: http.HttpResponse("ok"))]
        url, options, args, kwargs = REDIRECTS[name]
        with fw.settings(ROOT_URLCONF=fw.module(urlpatterns=patterns), MIDDLEWARE=[]), fw.logs():
            response = fw("test.Client")().get(url, **options)
            return held(case_of(fw), "assertRedirects", response, *args, **kwargs)

    assert differences(REDIRECTS, act) == {}


def raises(error: Exception) -> None:
    raise error


def warns(category: Any) -> None:
    warnings.warn("why not", category, stacklevel=2)


MESSAGES = [
    ("assertRaisesMessage", ValueError, "why", raises, ValueError("why not")),
    ("assertRaisesMessage", ValueError, "who", raises, ValueError("why not")),
    ("assertRaisesMessage", ValueError, "why", raises, KeyError("why not")),
    ("assertRaisesMessage", ValueError, "why", str, 1),
    ("assertRaisesMessage", (ValueError, KeyError), "why", raises, KeyError("why not")),
    ("assertRaisesMessage", ValueError, "", raises, ValueError()),
    ("assertRaisesMessage", ValueError, "w.y", raises, ValueError("why")),
    ("assertWarnsMessage", UserWarning, "why", warns, UserWarning),
    ("assertWarnsMessage", UserWarning, "who", warns, UserWarning),
    ("assertWarnsMessage", UserWarning, "why", str, 1),
]


@pytest.mark.filterwarnings("ignore")
def test_messages(differences: Any) -> None:
    assert differences(MESSAGES, lambda fw, case: held(case_of(fw), *case)) == {}


def test_messages_of_blocks(both: Any) -> None:
    def act(fw: Any) -> Any:
        case = case_of(fw)
        with case.assertRaisesMessage(ValueError, "why") as caught:
            raises(ValueError("why not"))
        with case.assertWarnsMessage(UserWarning, "why") as warned:
            warns(UserWarning)
        return str(caught.exception), str(warned.warning), warned.filename == __file__

    assert both(act) == ("why not", "why not", True)


def outcomes(case: type[unittest.TestCase]) -> tuple[int, int, int, int]:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result.testsRun, len(result.failures), len(result.errors), len(result.skipped)


def test_a_test_case_runs(both: Any) -> None:
    def act(fw: Any) -> Any:
        seen: list[Any] = []
        override, modify = fw("test.override_settings"), fw("test.modify_settings")
        conf = fw("conf.settings")

        @override(OWN=1, LIST=["a"])
        @modify(LIST={"append": "b", "remove": "a"})
        class Case(fw("test.SimpleTestCase")):  # type: ignore[misc]
            @classmethod
            def setUpClass(cls) -> None:
                super().setUpClass()
                seen.append(("class", conf.OWN, conf.LIST))

            def setUp(self) -> None:
                seen.append(
                    (conf.OWN, type(self.client).__name__, type(self.async_client).__name__)
                )

            def test_settings(self) -> None:
                with self.settings(OWN=2), self.modify_settings(LIST={"prepend": ["z"]}):
                    seen.append((conf.OWN, conf.LIST))
                seen.append((conf.OWN, conf.LIST, "testserver" in conf.ALLOWED_HOSTS))

            @override(OWN=3)
            async def test_coroutine(self) -> None:
                seen.append(("async", conf.OWN))

            @unittest.skip("no")
            def test_skipped(self) -> None: ...

            def test_fails(self) -> None:
                self.assertContains(fw("http.HttpResponse")("a"), "b")

            def test_raises(self) -> None:
                raise ValueError

        @modify(LIST={"append": "c"})
        class Below(Case):  # type: ignore[misc, valid-type]
            def test_fails(self) -> None: ...

        results = outcomes(Case), outcomes(Below)
        return results, seen, hasattr(conf, "OWN")

    found = both(act)
    assert found[0] == ((5, 1, 1, 1), (5, 0, 1, 1))


def test_a_test_case_is_debugged(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Case(fw("test.SimpleTestCase")):  # type: ignore[misc]
            async def test_coroutine(self) -> None:
                raise KeyError(type(self.client).__name__)

        try:
            Case("test_coroutine").debug()
        except KeyError as error:
            return error.args

    assert both(act) == ("Client",)


def test_json_of_a_lazy_text(both: Any) -> None:
    both(lambda fw: held(case_of(fw), "assertJSONEqual", json.dumps({"a": "ä"}), {"a": "ä"}))
