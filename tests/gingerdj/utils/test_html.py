"""HTML: escaping, building, stripping, linking."""

from __future__ import annotations

import decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core.exceptions import SuspiciousOperation
from gingerdj.utils.functional import Promise, lazystr
from gingerdj.utils.html import (
    VOID_ELEMENTS,
    avoid_wrapping,
    conditional_escape,
    escape,
    escapejs,
    format_html,
    format_html_join,
    html_safe,
    json_script,
    linebreaks,
    smart_urlquote,
    strip_spaces_between_tags,
    strip_tags,
    urlize,
)
from gingerdj.utils.safestring import SafeData, SafeString, mark_safe


def test_escape() -> None:
    assert escape("""<a&"b'>""") == "&lt;a&amp;&quot;b&#x27;&gt;"
    assert escape(escape("&")) == "&amp;amp;"
    assert isinstance(escape("a"), SafeString)
    assert isinstance(escape(lazystr("<")), Promise)
    assert str(escape(lazystr("<"))) == "&lt;"


def test_conditional_escape() -> None:
    class Widget:
        def __html__(self) -> str:
            return "<i>"

    assert conditional_escape("<") == "&lt;"
    assert conditional_escape(conditional_escape("<")) == "&lt;"
    assert conditional_escape(Widget()) == "<i>"
    assert conditional_escape(lazystr("<")) == "&lt;"
    assert conditional_escape(1) == "1"


def test_safe_strings() -> None:
    safe = mark_safe("<b>")
    assert mark_safe(safe) is safe
    assert str(safe) is safe
    assert safe.__html__() is safe
    assert isinstance(safe + mark_safe("</b>"), SafeData)
    assert type(safe + "<") is str
    assert isinstance(mark_safe(lazystr("x")), Promise)
    assert isinstance(mark_safe(lambda: "<i>")(), SafeString)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\"double\" 'single'", r"\u0022double\u0022 \u0027single\u0027"),
        ("\\ : backslashes", r"\u005C : backslashes"),
        ("\r\n\t", r"\u000D\u000A\u0009"),
        ("</script>`&=-;", r"\u003C/script\u003E\u0060\u0026\u003D\u002D\u003B"),
        ("\u2028\u2029é", r"\u2028\u2029é"),
    ],
)
def test_escapejs(text: str, escaped: str) -> None:
    assert escapejs(text) == escaped


def test_json_script() -> None:
    assert json_script({"a": "</script>&"}, 'i"d') == (
        '<script id="i&quot;d" type="application/json">'
        r'{"a": "\u003C/script\u003E\u0026"}</script>'
    )
    assert json_script(decimal.Decimal(1)) == '<script type="application/json">"1"</script>'


def test_format_html() -> None:
    assert format_html("{} {} {third}", "<", mark_safe("<b>"), third=">") == "&lt; <b> &gt;"
    assert isinstance(format_html("{}", 1), SafeString)
    with pytest.warns(DeprecationWarning, match="escapes nothing"):
        format_html("<b>")


def test_format_html_join() -> None:
    joined = format_html_join(", ", "<li>{}{}</li>", [("<", 1), ("b", mark_safe("<br>"))])
    assert joined == "<li>&lt;1</li>, <li>b<br></li>"
    assert format_html_join("<", "{a}", [{"a": "&"}, {"a": 2}]) == "&amp;&lt;2"


def test_linebreaks() -> None:
    assert linebreaks("a\r\nb\n\n\nc") == "<p>a<br>b</p>\n\n<p>c</p>"
    assert linebreaks("<", autoescape=True) == "<p>&lt;</p>"


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("<p>See: &#39;&eacute; is one</p>", "See: &#39;&eacute; is one"),
        ("<adf>a</adf>", "a"),
        ("hi, <f x", "hi, <f x"),
        ("234<235, right?", "234<235, right?"),
        ("</fe", "</fe"),
        ("a<p onclick=\"alert('<test>')\">b</p>c", "abc"),
        ("a<p title='>'>b", "ab"),
        ("a<p title='>b", "ab"),
        ("a<p 'title>'>b", "a'>b"),
        ("a</>b</ x>c</1'>'>d", "abc'>d"),
        ("d<a:b c:d>e</p>f", "def"),
        ("&gotcha&#;<>", "&gotcha&#;<>"),
        ("<!doctype html><?php ?>x<!-- <b> > -->y<!-- z", "xy<!-- z"),
        ("<sc<!-- -->ript>test<<!-- -->/script>", "ript>test"),
        ("X<<<<br>br>br>br>X", "XX"),
        ("<" * 50 + "a>" * 50, ""),
        ("<script>alert()</script>&h", "alert()&h"),
    ],
)
def test_strip_tags(text: str, stripped: str) -> None:
    assert strip_tags(text) == stripped


def test_tags_nested_too_deep() -> None:
    with pytest.raises(SuspiciousOperation, match="more than 50 levels"):
        strip_tags("<" * 51 + "a>" * 51)


@pytest.mark.parametrize(
    "piece",
    [
        "<a",
        "<",
        "<!--",
        "<a '",
        "<a '>'",
        "<a '<b \"",
        "<a \"'>",
        "<!",
        "&",
        "<a \"><b '>",
        "</a<",
        "<a =",
    ],
)
def test_strip_tags_takes_linear_time(piece: str) -> None:
    # Half a million characters would take hours if each began a search of its own.
    strip_tags(piece * (500_000 // len(piece)))


@given(st.text("<>/!-a\"' ?"))
def test_nothing_is_left_that_a_browser_would_take_for_a_tag(text: str) -> None:
    tags = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.append(tag)

    try:
        stripped = strip_tags(text)
    except SuspiciousOperation:
        return
    Parser().feed(stripped)
    assert tags == []


def test_spaces_between_tags() -> None:
    assert strip_spaces_between_tags("<p> a </p> \n<p></p> ") == "<p> a </p><p></p> "


@pytest.mark.parametrize(
    ("url", "quoted"),
    [
        ("http://öü.com/", "http://%C3%B6%C3%BC.com/"),
        ("http://example.com/%C3%B6/ä/", "http://example.com/%C3%B6/%C3%A4/"),
        ("http://example.com/?x=1&y=2+3&z=", "http://example.com/?x=1&y=2+3&z="),
        ("http://example.com/?x=<>\"'", "http://example.com/?x=%3C%3E%22%27"),
        (
            "http://example.com/?q=http://example.com/?x=1%26q=a",
            "http://example.com/?q=http%3A%2F%2Fexample.com%2F%3Fx%3D1%26q%3Da",
        ),
        ("http://[fd00::1]/", "http://[fd00::1]/"),
        ("http://[broken/ä", "http://[broken/%C3%A4"),
    ],
)
def test_smart_urlquote(url: str, quoted: str) -> None:
    assert smart_urlquote(url) == quoted
    assert smart_urlquote(quoted) == quoted


def link(url: str, shown: str | None = None) -> str:
    return f'<a href="{url}">{shown or url}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("http://a.com", link("http://a.com")),
        ("see (https://a.com/b_(c)).", f"see ({link('https://a.com/b_(c)')})."),
        ("www.a.com/x!", f"{link('http://www.a.com/x', 'www.a.com/x')}!"),
        ("ab.org, b.xyz", f"{link('http://ab.org', 'ab.org')}, b.xyz"),
        ("a.org é@ab.org me@ab.c me@a_b.org", "a.org é@ab.org me@ab.c me@a_b.org"),
        ("ftp://ab.org", "ftp://ab.org"),
        ("http://a.com/?x=1&amp;y=2", link("http://a.com/?x=1&amp;y=2")),
        ("me@a.com", link("mailto:me@a.com", "me@a.com")),
        ("@a 1.2 a:b user@x", "@a 1.2 a:b user@x"),
        ("<b>http://a.com</b>", f"<b>{link('http://a.com')}</b>"),
    ],
)
def test_urlize(text: str, html: str) -> None:
    assert urlize(text) == html


def test_the_options_of_urlize() -> None:
    assert urlize("http://a.com/b", trim_url_limit=9, nofollow=True) == (
        '<a href="http://a.com/b" rel="nofollow">http://a…</a>'
    )
    escaped = urlize("<b>&a http://a.com?a=1&b=2", autoescape=True)
    assert escaped == (
        "&lt;b&gt;&amp;a " + link("http://a.com?a=1&amp;b=2", "http://a.com?a=1&amp;b=2")
    )
    assert urlize(mark_safe("<b>"), autoescape=True) == "<b>"
    assert "<a" not in urlize("http://a.com/" + "x" * 2048)


@pytest.mark.parametrize("piece", ["(", ")", ".", "&;", "a.", "a@", ":;!", "[(", "&#1;"])
def test_urlize_takes_linear_time(piece: str) -> None:
    urlize(f"http://a.com{piece * 100_000}", autoescape=True)
    urlize(piece * 100_000)


def test_html_safe() -> None:
    @html_safe
    class Tag:
        def __str__(self) -> str:
            return "<tag>"

    class Other(Tag):
        def __str__(self) -> str:
            return "<other>"

    assert (conditional_escape(Tag()), conditional_escape(Other())) == ("<tag>", "<other>")
    assert isinstance(str(Tag()), SafeString)
    with pytest.raises(ValueError, match=r"doesn't define __str__\(\)"):
        html_safe(type("Bare", (), {}))
    with pytest.raises(ValueError, match=r"defines __html__\(\)"):
        html_safe(Tag)


def test_void_elements() -> None:
    assert {"br", "img", "wbr"} < VOID_ELEMENTS


def test_text_that_is_not_broken() -> None:
    assert avoid_wrapping("3 kB\tx") == "3\u00a0kB\tx"
